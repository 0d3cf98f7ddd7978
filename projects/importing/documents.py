"""Files that become one task each: PDFs or pictures, together or packed in a ZIP. They are always kept as one ZIP."""

import struct
import zipfile
import zlib
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

from django.core.files.uploadedfile import UploadedFile

from labelplatform import uploads
from labelplatform.media_types import (
    HEAD_BYTES,
    MEDIA_TYPES,
    NotTaken,
    endings_of,
    looks_like_media,
    media_type_of,
    titles_of,
)
from projects.importing.file_kinds import kind_of
from projects.importing.mapping import MAX_EXTERNAL_ID
from projects.importing.refusals import FileRefused

MAX_DOCUMENTS = 10_000
_CHUNK = 1024 * 1024
_END_OF_ZIP = b"PK\x05\x06"
_LONGEST_END = 22 + 65_535
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, struct.error, ValueError)


class Document(NamedTuple):
    """One packed file; ``number`` counts from 1, ``external_id`` is its name without the ending."""

    number: int
    name: str
    external_id: str
    size: int
    packed: zipfile.ZipInfo


class DocumentRefused(Exception):
    """This file cannot become a task; the message says why."""


def are_documents(files: Sequence[UploadedFile], *, zip_too: bool) -> bool:
    """Whether these are media files, or one ZIP, by what is in them; other files are read row by row.

    Among several one is enough: of the others it is then said file by file why they are of no use.
    """
    if len(files) == 1 and is_zip(files[0]):
        return zip_too
    return any(looks_like_media(head_of(file)) for file in files)


def keep_documents(files: Sequence[UploadedFile]) -> uploads.StoredFile:
    """Keep the files as one ZIP, on disk for good when this returns."""
    if len(files) == 1 and is_zip(files[0]):
        return uploads.store_upload(files[0])
    return uploads.store_made(lambda target: _pack(files, target))


def open_packed(file: BinaryIO) -> zipfile.ZipFile:
    """Open a kept ZIP. Raises ``FileRefused``."""
    if _announced(file) > MAX_DOCUMENTS:
        raise FileRefused(f"The ZIP holds more than {MAX_DOCUMENTS:,} files. Split it.")
    try:
        return zipfile.ZipFile(file)
    except _DAMAGED as error:
        raise FileRefused("The ZIP is damaged or cut off: pack it anew.") from error


def list_documents(packed: zipfile.ZipFile) -> list[Document]:
    """What is packed, in its order."""
    names = [(one, _clean_name(one.filename)) for one in packed.infolist() if not one.is_dir()]
    shown = [(one, name) for one, name in names if not _is_by_product(name)]
    return [
        Document(number, name.rsplit("/", 1)[-1], _id_of(name), one.file_size, one)
        for number, (one, name) in enumerate(shown, start=1)
    ]


def refuse_other_zip(documents: Sequence[Document], media: Collection[str]) -> None:
    """Raises ``FileRefused`` where nothing in a ZIP is called like a file of these types."""
    if not any(document.name.lower().endswith(endings_of(media)) for document in documents):
        wanted = titles_of(media)
        raise FileRefused(
            f"The ZIP holds no {wanted} file. Only {wanted} files are imported from a ZIP here; pack others with gzip."
        )


def unpack(packed: zipfile.ZipFile, document: Document, target: Path, media: Collection[str]) -> None:
    """Write a packed file of one of these types to ``target``; never more than such a file may have.

    Raises ``DocumentRefused``.
    """
    max_bytes = max(MEDIA_TYPES[name].max_bytes for name in media)
    if len(document.external_id) > MAX_EXTERNAL_ID:
        raise DocumentRefused(f"Its name has more than {MAX_EXTERNAL_ID} characters: shorten it.")
    try:
        with packed.open(document.packed) as source, target.open("wb") as copy:
            left = max_bytes
            while chunk := source.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise DocumentRefused(f"A {titles_of(media)} file may have {max_bytes // _CHUNK} MB at most.")
                copy.write(chunk)
    except (RuntimeError, NotImplementedError) as error:  # how zipfile says it
        raise DocumentRefused("It is packed with a password, or in a way that is not known here.") from error
    except _DAMAGED as error:
        raise DocumentRefused("It is damaged in the ZIP: pack it anew.") from error
    with target.open("rb") as copy:
        try:
            media_type_of(copy.read(HEAD_BYTES), media)
        except NotTaken as error:
            raise DocumentRefused(str(error)) from error


def head_of(file: UploadedFile) -> bytes:
    """The first bytes of a file, which tell what it is."""
    file.seek(0)
    head: bytes = file.read(HEAD_BYTES)
    file.seek(0)
    return head


def is_zip(file: UploadedFile) -> bool:
    """Whether it is a ZIP by its first bytes."""
    return kind_of(head_of(file)) == "a ZIP archive"


def _pack(files: Sequence[UploadedFile], target: BinaryIO) -> None:
    with zipfile.ZipFile(target, "w") as packed:
        for file in files:
            with packed.open(uploads.shown_name(file), "w", force_zip64=True) as copy:
                for chunk in file.chunks():
                    copy.write(chunk)


def _announced(file: BinaryIO) -> int:
    """How many files a ZIP says it has, by its end: a list of a million would fill the memory before it is counted."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _LONGEST_END))
    end = file.read()
    place = end.rfind(_END_OF_ZIP)
    count = end[place + 10 : place + 12]
    file.seek(0)
    return int.from_bytes(count, "little") if place >= 0 else 0


def _clean_name(name: str) -> str:
    """A packed name as people may read it: printable, with plain slashes; never used as a path."""
    parts = "".join(character for character in name.replace("\\", "/") if character.isprintable()).split("/")
    return "/".join(part for part in parts if part not in {"", ".", ".."}) or "unnamed"


def _is_by_product(name: str) -> bool:
    """What computers put beside the files when they pack a folder."""
    return name.startswith("__MACOSX/") or name.rsplit("/", 1)[-1].startswith(".")


def _id_of(name: str) -> str:
    """The name without its ending, where that is one of a media file."""
    ending = next((one for one in endings_of(MEDIA_TYPES) if name.lower().endswith(one)), "")
    return name[: len(name) - len(ending)].strip() or name
