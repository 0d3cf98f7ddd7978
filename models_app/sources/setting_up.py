"""Set up sources that are asked: what each kind must know, said once for the API and the pages alike."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from labelplatform.events.models import record_event
from labelplatform.outbound import AddressRefused, check_address
from labelplatform.refusals import Conflict, Refusal
from labelplatform.sealing import seal
from models_app.models import PredictionSource, SourceKind, SourceState
from models_app.sources.choosing import BUILTIN
from models_app.sources.creation import source_named
from models_app.sources.functions import read_functions
from projects.label_studio.speaking import askable_questions
from projects.models import Membership, Project

_MOST_CHARACTERS = 500
_UNKNOWN = "There is no such value here; there are: {}."


@dataclass(frozen=True)
class OptionField:
    """One thing that a kind must know, as its form asks for it. ``control``: text, number, flag or questions."""

    name: str
    label: str
    control: str = "text"
    help: str = ""
    required: bool = False
    default: Any = ""
    limit: float = 1_000_000_000


FIELDS: dict[str, tuple[OptionField, ...]] = {
    SourceKind.MODEL_SERVER: (
        OptionField("address", "Address", help="Such as https://models.example.org/topics.", required=True),
        OptionField("user", "User name", help="For basic sign-in; without one, the secret is sent as a bearer token."),
        OptionField("teaches", "Tell it what people conclude, so that it can learn", "flag", default=False),
    ),
    SourceKind.LANGUAGE_MODEL: (
        OptionField("address", "Address", help="Up to /v1, such as https://llm.example.org/v1.", required=True),
        OptionField("model", "Model", help="As the endpoint calls it.", required=True),
        OptionField("questions", "Questions", "questions", default=[]),
        OptionField("price_read", "Price of a million tokens read", "number", default=0.0),
        OptionField("price_written", "Price of a million tokens written", "number", default=0.0),
        OptionField("budget", "Budget", "number", "It stops when so much is spent.", default=None),
        OptionField("per_minute", "Calls a minute at most", "number", default=60.0, limit=6000),
    ),
}


@transaction.atomic
def set_up_source(member: Membership, *, kind: str, name: str, options: Any, secret: str = "") -> PredictionSource:
    """Make a source that is asked. Raises ``Refusal`` with the place of each mistake, ``Conflict`` for a taken name."""
    if kind not in {*FIELDS, SourceKind.FUNCTIONS}:
        raise Refusal(
            "Uploaded predictions make their source by themselves.", errors=[{"path": "kind", "message": "?"}]
        )
    checked = check_options(member.project, kind, options, own_name=name)
    return source_named(member, name, kind, may_exist=False, options=checked, secret=seal(secret))


@transaction.atomic
def change_source(
    member: Membership, source: PredictionSource, *, options: Any, secret: str | None
) -> PredictionSource:
    """Change what a source is asked by; None keeps the secret as it is. A failing one may try again."""
    if source.kind == SourceKind.UPLOAD:
        raise Conflict("What is uploaded has nothing to be set.")
    before = source.options
    source.options = check_options(member.project, source.kind, options, own_name=source.name)
    if secret is not None:
        source.secret = seal(secret)
    source.state, source.state_reason = SourceState.READY, ""
    source.save(update_fields=["options", "secret", "state", "state_reason"])
    record_event(actor=member.user, verb="changed", object=source, before=before, after=source.options)
    return source


def check_options(project: Project, kind: str, options: Any, *, own_name: str) -> dict[str, Any]:
    """The options as they are kept. Raises ``Refusal``."""
    if not isinstance(options, Mapping):
        raise Refusal("An object is needed.", errors=[{"path": "options", "message": "An object is needed."}])
    if kind == SourceKind.FUNCTIONS:
        sources = [name for name in known_names(project) if name != own_name]
        read_functions(options, project.schema, known_sources=sources)
        return {"question": options["question"], "functions": list(options["functions"])}
    fields = {field.name: field for field in FIELDS[kind]}
    errors = [
        {"path": f"options.{name}", "message": _UNKNOWN.format(", ".join(fields))}
        for name in options
        if name not in fields
    ]
    checked: dict[str, Any] = {}
    for field in fields.values():
        try:
            checked[field.name] = _READERS[field.control](project, field, options.get(field.name, field.default))
            if field.name == "address":
                check_address(checked["address"])
        except (ValueError, AddressRefused) as wrong:
            errors.append({"path": f"options.{field.name}", "message": getattr(wrong, "detail", str(wrong))})
    if kind == SourceKind.MODEL_SERVER and not askable_questions(project.schema):
        errors.append({"path": "options", "message": "No question of this project can be put to such a server."})
    if errors:
        detail = errors[0]["message"] if len(errors) == 1 else f"{len(errors)} values need a change."
        raise Refusal(detail, errors=errors)
    return checked


def names_to_vote(source: PredictionSource) -> list[str]:
    """The sources whose predictions a labeling function may take for a vote."""
    return [name for name in known_names(source.project) if name != source.name]


def known_names(project: Project) -> list[str]:
    """The sources that a labeling function may name. Functions do not vote on functions: two could go in a circle."""
    sources = PredictionSource.objects.of_project(project.pk).exclude(kind=SourceKind.FUNCTIONS)
    return [BUILTIN, *sources.values_list("name", flat=True)]


def _text(project: Project, field: OptionField, value: Any) -> str:
    if not isinstance(value, str) or len(value) > _MOST_CHARACTERS or not value.isprintable():
        raise ValueError(f"One line of at most {_MOST_CHARACTERS} characters is needed.")
    if field.required and not value.strip():
        raise ValueError("This is needed.")
    return value.strip()


def _number(project: Project, field: OptionField, value: Any) -> float | None:
    if value is None and field.default is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("A number is needed.")
    if not 0 <= value <= field.limit:
        raise ValueError(f"A number from 0 to {field.limit:,.0f} is needed.")
    return float(value)


def _flag(project: Project, field: OptionField, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("Say true or false.")
    return value


def _questions(project: Project, field: OptionField, value: Any) -> list[str]:
    known = [one.name for one in project.schema.questions if project.schema.fields_by_name[one.on].shown == "all"]
    if not isinstance(value, list) or any(name not in known for name in value):
        raise ValueError(f"Choose among: {', '.join(known)}.")
    return list(dict.fromkeys(value))


_READERS: dict[str, Callable[[Project, OptionField, Any], Any]] = {
    "text": _text,
    "number": _number,
    "flag": _flag,
    "questions": _questions,
}
