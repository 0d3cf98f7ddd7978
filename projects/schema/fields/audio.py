"""A sound."""

from dataclasses import dataclass
from math import isfinite
from typing import Any, ClassVar

from projects.schema.fields.asset_value import check_asset
from projects.schema.fields.field import Field
from projects.schema.problems import Problem, SchemaProblems, shown


@dataclass(frozen=True, kw_only=True)
class AudioField(Field):
    """``{"asset", "name", "duration_seconds"}``, made by the server from an uploaded sound."""

    kind: ClassVar[str] = "audio"
    label: ClassVar[str] = "Audio"
    summary: ClassVar[str] = "A sound to listen to, with its waveform: WAV, FLAC, MP3, Ogg Vorbis or Opus."
    media: ClassVar[frozenset[str]] = frozenset({"audio/wav", "audio/flac", "audio/mpeg", "audio/ogg"})

    def validate(self, value: Any) -> dict[str, Any]:
        stored, problems = check_asset(value, {"duration_seconds"}, title="sound")
        seconds = stored["duration_seconds"] = value["duration_seconds"]
        if type(seconds) not in {int, float} or not isfinite(seconds) or seconds < 0:
            problems.append(Problem("duration_seconds", f"{shown(seconds)} is no number of seconds."))
        if problems:
            raise SchemaProblems(problems)
        return stored

    def example(self) -> dict[str, Any]:
        return {"asset": "0" * 64, "name": "harbour bell.flac", "duration_seconds": 4.2}

    def search_text(self, value: Any) -> str:
        return str(value["name"])
