"""Take uploaded predictions in: check their shape, keep them, and enqueue the job that reads them."""

import uuid
from typing import Any

import msgspec
from django.db import transaction

from labelplatform import uploads
from labelplatform.events.creation_keys import create_once
from labelplatform.events.models import record_event
from labelplatform.refusals import Refusal
from models_app.models import PredictionRun, SourceKind
from models_app.sources.checking import KEYS
from models_app.sources.creation import source_named
from models_app.sources.jobs import enqueue_run
from projects.importing.byte_source import ContentStream
from projects.importing.detection import detect
from projects.importing.formats import import_formats, read_columns
from projects.importing.refusals import FileBroken, FileRefused
from projects.importing.rows import ReadOptions
from projects.models import Membership

_MOST_ERRORS = 20


def receive_file(
    member: Membership, *, source_name: str, stored: uploads.StoredFile, name: str, key: uuid.UUID | None = None
) -> tuple[PredictionRun, bool]:
    """Start storing a file's predictions; the second value tells a new run from a repeated call.

    Raises ``FileRefused`` and ``Refusal``, and then the file is gone.
    """
    try:
        options = _read_options(stored, name)
        run, is_new = create_once(
            user=member.user,
            key=key,
            scope=f"predictions of project {member.project_id}",
            create=lambda: _start(member, source_name, stored, name, options),
        )
    except Refusal:
        uploads.delete_stored(stored.name)
        raise
    if not is_new:
        uploads.delete_stored(stored.name)
    return run, is_new


def receive_list(
    member: Membership, *, source_name: str, predictions: Any, key: uuid.UUID | None = None
) -> tuple[PredictionRun, bool]:
    """Start storing predictions that came in the body of a request."""
    lines = b"".join(msgspec.json.encode(one) + b"\n" for one in _checked_list(predictions))
    return receive_file(member, source_name=source_name, stored=uploads.store_bytes(lines), name="", key=key)


@transaction.atomic
def _start(
    member: Membership, source_name: str, stored: uploads.StoredFile, name: str, options: dict[str, Any]
) -> PredictionRun:
    source = source_named(member, source_name, SourceKind.UPLOAD)
    run = enqueue_run(
        "store_predictions",
        member,
        source,
        original_name=name,
        stored_name=stored.name,
        size=stored.size,
        options=options,
    )
    record_event(actor=member.user, verb="received predictions of", object=source, after={"bytes": stored.size})
    return run


def _read_options(stored: uploads.StoredFile, name: str) -> dict[str, Any]:
    """How the file is read, found out from its beginning. Raises ``FileRefused``."""
    with uploads.open_stored(stored.name) as file:
        # what came in a body is ours, and may be one object alone
        found = detect(file, name, format_name="" if name else "jsonl", encoding="" if name else "utf-8")
        if found.format == "text":
            raise FileRefused("Predictions come as CSV, TSV, JSON or JSON Lines; this file is plain text.")
        options = ReadOptions(encoding=found.encoding, delimiter=found.delimiter, has_header=True)
        try:
            columns = read_columns(ContentStream(file, encoding=found.encoding), found.format, options)
        except FileBroken as error:
            raise FileRefused(str(error)) from error
    is_table = import_formats.get(found.format).is_table
    if is_table and not ("value" in columns and {"task", "external_id"} & set(columns)):
        raise FileRefused(
            f"The columns are {', '.join(columns)[:200]}; needed are value, and task or external_id;"
            " question and confidence may stand beside them."
        )
    return {
        "format": found.format,
        "encoding": found.encoding,
        "delimiter": found.delimiter,
        "columns": columns if is_table else [],
    }


def _checked_list(predictions: Any) -> list[dict[str, Any]]:
    """The predictions, when each is an object of the known keys; what they say is checked row by row by the job."""
    if not isinstance(predictions, list) or not predictions:
        raise _refusal([{"path": "predictions", "message": "Send a list with at least one prediction."}])
    errors: list[dict[str, str]] = []
    for position, one in enumerate(predictions):
        place = f"predictions.{position}"
        if not isinstance(one, dict):
            example = '{"external_id": "a-1", "question": "topic", "value": "sports", "confidence": 0.8}'
            errors.append({"path": place, "message": f"Send an object such as {example}."})
        else:
            unknown = [key for key in one if key not in KEYS]
            errors += [
                {"path": f"{place}.{key}", "message": f"There is no such value here; there are: {', '.join(KEYS)}."}
                for key in unknown
            ]
        if len(errors) >= _MOST_ERRORS:
            break
    if errors:
        raise _refusal(errors)
    return predictions


def _refusal(errors: list[dict[str, str]]) -> Refusal:
    detail = errors[0]["message"] if len(errors) == 1 else f"{len(errors)} places need a change; nothing was stored."
    return Refusal(detail, errors=errors)
