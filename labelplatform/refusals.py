"""Refusals: what an operation raises when it understands a request and does not carry it out."""

from typing import Any


class Refusal(Exception):
    """A request that is understood and not carried out; the message is for the person who made it.

    ``errors`` names places: ``[{"path": "answers.topic", "message": "..."}]``. ``extra`` joins the answer's body.
    """

    status_code = 422  # as API and pages answer it
    title = "This cannot be done as asked."

    def __init__(
        self, detail: str, *, errors: list[dict[str, str]] | None = None, extra: dict[str, Any] | None = None
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = errors or []
        self.extra = extra or {}


class Conflict(Refusal):
    """The request does not fit what has happened in the meantime."""

    status_code = 409
    title = "Something else happened in the meantime."
