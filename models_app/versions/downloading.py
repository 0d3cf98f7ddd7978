"""A model version as a ZIP file that runs anywhere: its arrays, what tasks are encoded by, and a script for them.

Of a model that looks at files the platform's own modules that read and encode them go along, as they are.

This runs in the web process: no numpy here. Arrays go from file to file in the .npy format, whose header is a line of
text.
"""

import json
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction

from labelplatform.events.models import record_event
from labelplatform.refusals import Conflict
from models_app.encoded.array_files import ArrayFile, DamagedFile, file_matches
from models_app.meanings.image_model import has_model, is_image_model_of, model_path
from models_app.models import ModelVersion, SemanticTable
from models_app.registries import media_encoders
from models_app.versions import storage
from projects.schema.fields.field import Field
from projects.schema.questions.question import Question

_ROOT = Path(__file__).parent.parent.parent
_SCRIPT = _ROOT / "models_app" / "portable" / "run.py"
_FILES_SCRIPT = _ROOT / "models_app" / "portable" / "files.py"
_READING = ("labelplatform/media_types.py", "labelplatform/refusals.py")
_PICTURES = (*_READING, "labelplatform/media_readers/picture.py", "models_app/encoders/pictures.py")
_SOUNDS = tuple(f"labelplatform/media_readers/{name}.py" for name in ("sound", "mp3_frames", "ogg_pages", "problems"))
# The first word of the name of an encoder of files -> the modules that make its rows, and what they need installed.
_CODE = {
    "picture": (_PICTURES, "pillow"),
    "pictures": ((*_PICTURES, "models_app/encoders/picture_model.py"), "pillow onnxruntime"),
    "sound": ((*_READING, *_SOUNDS, "models_app/encoders/sounds.py"), "soundfile"),
}
_BLOCK = 1 << 20
# What the script must know of the question, by kind; other kinds do not run outside, and why not.
_RULES: dict[str, tuple[str, ...]] = {
    "choice": (),
    "choices": ("least", "most"),
    "taxonomy": ("any_level",),
    "rating": (),
    "number": ("minimum", "maximum", "whole"),
}
_WHY_NOT = {
    "boxes": "It names given boxes by what the platform makes of pictures.",
    "segments": "It names given segments by what the platform makes of sounds.",
    "chains": "It puts given spans into chains, which the script has no form for.",
    "date": "It chooses among the dates of a text by rules that only the platform has.",
    "repeated": "It answers about each part of a task, which the script has no form for.",
    "text": "It remembers the labeled texts themselves; export the labels instead.",
    "ranking": "It compares the candidates of a task, which the script has no form for.",
    "preference": "It compares the candidates of a task, which the script has no form for.",
}
_READS_SENTENCES = "It reads full sentences by a model that the script has no form for."
_READS_RECORDS = "It reads records by the types of their columns, which the script has no form for."
_READS_BESIDE = "Beside files it reads “{field}”, which only the platform puts into words."
_IMAGE_MODEL_IS_GONE = "The image model that its pictures were read by is not there any more."
_NEEDS_PLATFORM = "It reads whole texts by features that only the platform works out."
_NPY_TYPES = {"B": "|u1", "H": "<u2", "i": "<i4", "I": "<u4", "q": "<i8", "l": "<i8", "Q": "<u8", "L": "<u8"}
_NPY_TYPES |= {"f": "<f4", "d": "<f8"}

_README = """Model {number} for “{title}” of the project “{project}”, which learned from {trained_on:,} labels.

    pip install {needed}
    python run.py tasks.jsonl > answers.jsonl

A line of tasks.jsonl is {line}. run.py says more.

run.py        the script; it uses no network
about.json    what is asked, which options there are, how good the model was found on how many tasks
model.npz     what it learned, as arrays (no pickle)
vocabulary/   the tokens it knows, as hashes, and how much each weighs
meaning/      where it uses one: the semantic table, word piece by word piece
"""
_README_FILES = """files.py      how it reads files; code/ holds the platform's own modules for that, as they are
image.onnx    where it uses one: the image model
"""


def why_not_downloadable(version: ModelVersion) -> str:
    """In a sentence; empty where ``download_model`` would give the file."""
    question = _question_of(version)
    if question is None:
        return "Its question is no longer known."
    if question.kind not in _RULES:
        return _WHY_NOT.get(question.kind, _NEEDS_PLATFORM)
    if version.vocabulary.table is not None and version.vocabulary.table.reads_sentences:
        return _READS_SENTENCES
    if version.schema_version.schema.fields_by_name[question.on].kind == "record":
        return _READS_RECORDS
    if version.vocabulary.media.startswith("pictures-") and not has_model():
        return _IMAGE_MODEL_IS_GONE
    for field in _beside_files(version):
        if field.kind != "text":
            return _READS_BESIDE.format(field=field.name)
    return "" if version.artifact_file else "Its file has been cleaned up."


def download_name(version: ModelVersion) -> str:
    return f"{version.project.slug}-{version.question}-model-{version.number}.zip"


@transaction.atomic
def download_model(version: ModelVersion, actor: Any) -> BinaryIO:
    """The ZIP file, open at its beginning and gone when it is closed; ``Conflict`` says why there is none."""
    because = why_not_downloadable(version)
    if because:
        raise Conflict(f"Model {version.number} cannot be downloaded. {because}")
    file = tempfile.TemporaryFile(dir=settings.DATA_DIR)  # noqa: SIM115 - whoever sends it closes it
    try:
        with zipfile.ZipFile(file, "w") as archive:  # not compressed: arrays of floats hardly shrink
            _write(version, archive)
    except (OSError, DamagedFile) as problem:
        file.close()
        raise Conflict(f"Model {version.number} cannot be downloaded. {problem}") from problem
    record_event(actor=actor, verb="downloaded", object=version, project_id=version.project_id)
    file.seek(0)
    return file


def _write(version: ModelVersion, archive: zipfile.ZipFile) -> None:
    path = storage.path_of(version.project_id, version.artifact_file)
    if not file_matches(path, version.digest, key=storage.artifact_key()):
        raise DamagedFile("Its file is not the one that was recorded.")
    question = _question_of(version)
    assert question is not None, "why_not_downloadable has looked"
    vocabulary = version.vocabulary
    words = ArrayFile(storage.path_of(version.project_id, vocabulary.file_name))
    about = {**_about(version, question), "grams": bool(words.header.get("grams", False))}
    _write_bytes(archive, version, "README.txt", _readme(version, question).encode())
    _write_bytes(archive, version, "run.py", _SCRIPT.read_bytes())
    if vocabulary.media:
        _write_reading(archive, version)
    _write_bytes(archive, version, "about.json", json.dumps(about, indent=2, ensure_ascii=False).encode())
    with path.open("rb") as model, archive.open(_entry(version, "model.npz"), "w", force_zip64=True) as entry:
        while block := model.read(_BLOCK):
            entry.write(block)
    for name in ("tokens", "idf", "topics"):
        _write_array(archive, version, f"vocabulary/{name}.npy", words, name)
    if vocabulary.table is not None:
        _write_meaning(archive, version, vocabulary.table)


def _readme(version: ModelVersion, question: Question) -> str:
    media = version.vocabulary.media
    line = f'{{"{question.on}": "..."}} or just a text, as people read it on the platform'
    if media:
        others = "".join(f', "{field.name}": "..."' for field in _beside_files(version))
        line = f'{{"{question.on}": "path/to/file"{others}}} or just a path'
    text = _README.format(
        number=version.number,
        title=question.title or question.name,
        project=version.project.name,
        trained_on=version.trained_on,
        needed=" ".join(["numpy scipy", *([_CODE[_code_of(media)][1]] if media else [])]),
        line=line,
    )
    return f"{text}{_README_FILES}" if media else text


def _write_reading(archive: zipfile.ZipFile, version: ModelVersion) -> None:
    """What turns files into rows."""
    media = version.vocabulary.media
    _write_bytes(archive, version, "files.py", _FILES_SCRIPT.read_bytes())
    for name in _CODE[_code_of(media)][0]:
        _write_bytes(archive, version, f"code/{name}", (_ROOT / name).read_bytes())
    if media.startswith("pictures-"):
        if not has_model() or not is_image_model_of(media):
            raise DamagedFile(_IMAGE_MODEL_IS_GONE)
        archive.write(model_path(), "image.onnx")


def _code_of(media: str) -> str:
    return media.partition("-")[0]


def _beside_files(version: ModelVersion) -> list[Field]:
    """The fields that were read with the files of a version that looks at such."""
    if not version.vocabulary.media:
        return []
    fields = version.schema_version.schema.fields
    return [field for field in fields if field.shown == "all" and field.kind not in media_encoders]


def _write_meaning(archive: zipfile.ZipFile, version: ModelVersion, table: SemanticTable) -> None:
    path = storage.tables_folder() / table.file_name
    if not file_matches(path, table.digest, key=storage.artifact_key()):
        raise DamagedFile("The semantic table it uses is not the one that was recorded.")
    file = ArrayFile(path)
    _write_array(archive, version, "meaning/vectors.npy", file, "vectors", type_name="<f2")
    _write_bytes(archive, version, "meaning/pieces.json", json.dumps(file.header["pieces"]).encode())


def _about(version: ModelVersion, question: Question) -> dict[str, Any]:
    holdout: Mapping[str, Any] = version.metrics.get("holdout", {})
    return {
        "project": version.project.slug,
        "model": version.number,
        "made_at": version.created_at.isoformat(),
        "schema_version": version.schema_version.number,
        "learner": version.learner,
        "encoder": version.encoder,
        "trained_on": version.trained_on,
        "fingerprint": version.fingerprint,
        "measured": {"what": holdout.get("main"), **(holdout.get("score") or {})},
        "files": version.vocabulary.media,
        "texts_beside": [field.name for field in _beside_files(version)],
        "kind": question.kind,
        "field": question.on,
        "rules": {name: getattr(question, name) for name in _RULES[question.kind]},
        "question": question.definition(),
    }


def _question_of(version: ModelVersion) -> Question | None:
    return version.schema_version.schema.questions_by_name.get(version.question)


def _entry(version: ModelVersion, name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, version.created_at.timetuple()[:6])
    entry.external_attr = 0o644 << 16
    return entry


def _write_bytes(archive: zipfile.ZipFile, version: ModelVersion, name: str, content: bytes) -> None:
    archive.writestr(_entry(version, name), content)


def _write_array(
    archive: zipfile.ZipFile, version: ModelVersion, name: str, file: ArrayFile, array: str, *, type_name: str = ""
) -> None:
    """One array as a .npy file; ``type_name`` where its bits mean something else than the file's type says."""
    view = file.arrays[array]
    shape = "".join(f"{side}, " for side in file.shapes[array])
    header = f"{{'descr': '{type_name or _NPY_TYPES[view.format]}', 'fortran_order': False, 'shape': ({shape}), }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    with archive.open(_entry(version, name), "w", force_zip64=True) as entry:
        entry.write(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode())
        flat = view.cast("B") if len(view) else view
        for start in range(0, view.nbytes, _BLOCK):
            entry.write(flat[start : start + _BLOCK])
