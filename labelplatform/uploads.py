"""The only way in for files: bounded while they arrive, stored under names of our own, never under the uploader's."""

import hashlib
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from django.conf import settings
from django.core.files.base import File
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from labelplatform.media_reading import MediaFacts, write_clean_copy
from labelplatform.media_types import HEAD_BYTES, media_type_of
from labelplatform.refusals import Refusal

_STORED_NAME = re.compile(r"[0-9a-f]{32}")
_MEDIA_NAME = re.compile(r"[0-9]{1,19}/[0-9a-f]{64}")
_LONGEST_SHOWN_NAME = 255
_FORM_BYTES = 64 * 1024


class UploadTooLarge(Refusal):
    status_code = 413
    title = "That is too large."


class StoredFile(NamedTuple):
    """A file under DATA_DIR; ``name`` is ours and says nothing about what the uploader called it."""

    name: str
    size: int


class CleanMedia(NamedTuple):
    """A media file as it is to be kept, still at ``path``; its hash is of these bytes, not of those that were sent."""

    path: Path
    content_hash: str
    size: int
    facts: MediaFacts


class BoundedUploadHandler(FileUploadHandler):
    """Stops an upload that is larger than allowed, or whose sender cannot be signed in, before it fills the disk.

    A view class may allow less than the site: ``max_upload_bytes``.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._received = 0
        self._limit = _limit_of(self.request)
        # what is announced is the whole body: a few headers more than the file
        if (self._announced or 0) > self._limit + _FORM_BYTES or not self._may_be_signed_in():
            self._stop()

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: str | None = None
    ) -> None:
        self._announced = content_length

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self._received += len(raw_data)
        if self._received > self._limit:
            self._stop()
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None

    def _may_be_signed_in(self) -> bool:
        user = getattr(self.request, "user", None)
        return bool(user and user.is_authenticated) or "HTTP_AUTHORIZATION" in getattr(self.request, "META", {})

    def _stop(self) -> None:
        if self.request is not None:
            self.request.upload_was_stopped = True  # type: ignore[attr-defined]
        raise StopUpload(connection_reset=True)


def uploaded_file(request: Any, name: str = "file") -> UploadedFile:
    """The file a request brings, of several the last. Raises ``UploadTooLarge``, or ``Refusal`` when there is none."""
    return uploaded_files(request, name)[-1]


def uploaded_files(request: Any, name: str = "file") -> list[UploadedFile]:
    """The files a request brings under one name, at least one. Raises ``UploadTooLarge`` and ``Refusal``."""
    files = request.FILES
    if getattr(getattr(request, "_request", request), "upload_was_stopped", False):
        limit = _limit_of(request)
        advice = "Split it, or compress it with gzip." if limit == settings.MAX_UPLOAD_BYTES else "Make it smaller."
        raise UploadTooLarge(f"A file may have {limit // 1024 // 1024:,} MB at most. {advice}")
    found: list[UploadedFile] = files.getlist(name)
    if not found:
        message = "Choose a file." if not files else f"Send the file under the name “{name}”."
        raise Refusal(message, errors=[{"path": name, "message": message}])
    return found


def store_upload(file: UploadedFile) -> StoredFile:
    """Keep an uploaded file, on disk for good when this returns."""
    if not isinstance(file, TemporaryUploadedFile):
        return store_made(lambda target: target.writelines(file.chunks()))
    name = secrets.token_hex(16)
    path = _folder() / name
    file.file.flush()  # type: ignore[union-attr]
    os.replace(file.temporary_file_path(), path)
    path.chmod(0o600)
    _sync(path)
    _sync(path.parent)
    return StoredFile(name, path.stat().st_size)


def store_bytes(content: bytes) -> StoredFile:
    """Keep content that a request brought in its body."""
    return store_made(lambda target: target.write(content))


def store_made(make: Callable[[BinaryIO], object]) -> StoredFile:
    """Keep a file that ``make`` writes, on disk for good when this returns."""
    name = secrets.token_hex(16)
    path = _folder() / name
    with path.open("wb") as target:
        make(target)
    path.chmod(0o600)
    _sync(path)
    _sync(path.parent)
    return StoredFile(name, path.stat().st_size)


def open_stored(name: str) -> BinaryIO:
    """Open a stored file for reading; ``FileNotFoundError`` when it is gone."""
    return _path(name).open("rb")


def delete_stored(name: str) -> None:
    """Remove a stored file; one that is gone already is no error."""
    _path(name).unlink(missing_ok=True)


@contextmanager
def clean_media(file: File, *, accepted: Collection[str], wishes: Sequence[str] = ()) -> Iterator[CleanMedia]:
    """An uploaded media file of an accepted type, checked and written anew; gone after the block unless it was kept.

    ``wishes`` go to the reader: "first-frame" takes what moves for its first picture.

    Raises ``NotTaken`` for another type, ``UploadTooLarge`` and ``MediaRefused``.
    """
    kind = media_type_of(_head_of(file), accepted)
    if (file.size or 0) > kind.max_bytes:
        raise UploadTooLarge(f"A {kind.title} file may have {kind.max_bytes // 1024 // 1024} MB at most.")
    with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
        source, target = Path(folder, "source"), Path(folder, "target")
        with source.open("wb") as copy:
            for chunk in file.chunks():
                copy.write(chunk)
        facts = write_clean_copy(kind, source, target, *wishes)
        with target.open("rb") as clean:
            content_hash = hashlib.file_digest(clean, "sha256").hexdigest()
        yield CleanMedia(target, content_hash, target.stat().st_size, facts)


def keep_media(media: CleanMedia, *, folder: int) -> str:
    """Keep a clean media file under its hash, on disk for good when this returns; gives the name to open it by."""
    name = f"{folder}/{media.content_hash}"
    path = media_path(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if parts_folder(media.path).exists() and not parts_folder(path).exists():
        shutil.move(parts_folder(media.path), parts_folder(path))
    media.path.chmod(0o600)
    _sync(media.path)
    os.replace(media.path, path)
    _sync(path.parent)
    return name


def open_media(name: str) -> BinaryIO:
    """Open a kept media file for reading; ``FileNotFoundError`` when it is gone."""
    return media_path(name).open("rb")


def is_kept(name: str) -> bool:
    """Whether a media file is there, with what its reader made of it."""
    return media_path(name).exists() and parts_folder(media_path(name)).exists()


def open_part(name: str, part: str) -> BinaryIO:
    """Open what the reader of a kept file has left beside it, by a name of ours. Raises ``FileNotFoundError``."""
    return (parts_folder(media_path(name)) / part).open("rb")


def keep_part(name: str, part: str, content: bytes) -> None:
    """Keep something else that was made of a file beside it; where the file is gone nothing is kept."""
    folder = parts_folder(media_path(name))
    made = folder / f"{part}-{secrets.token_hex(4)}"
    with suppress(FileNotFoundError):
        try:
            made.write_bytes(content)
            made.replace(folder / part)
        except OSError:
            made.unlink(missing_ok=True)  # a full disk must not be filled by halves
            raise


def delete_media(name: str) -> None:
    """Remove a kept media file and what was made of it; one that is gone already is no error."""
    media_path(name).unlink(missing_ok=True)
    shutil.rmtree(parts_folder(media_path(name)), ignore_errors=True)


def shown_name(file: File) -> str:
    """What the uploader called the file, for people to read: one line, no folders, never a path."""
    name = (file.name or "").replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(character for character in name if character.isprintable())[:_LONGEST_SHOWN_NAME] or "upload"


def _limit_of(request: Any) -> int:
    """How many bytes the view that answers takes. API views are known by their class."""
    match = getattr(request, "resolver_match", None)
    view: Any = getattr(getattr(match, "func", None), "cls", None)
    return min(settings.MAX_UPLOAD_BYTES, getattr(view, "max_upload_bytes", settings.MAX_UPLOAD_BYTES))


def _head_of(file: File) -> bytes:
    file.seek(0)
    head: bytes = file.read(HEAD_BYTES)
    file.seek(0)
    return head


def media_path(name: str) -> Path:
    """Where a kept media file lies. Raises ``ValueError`` for what is no name of one."""
    if not _MEDIA_NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a media file.")
    return Path(settings.DATA_DIR) / "assets" / name


def parts_folder(path: Path) -> Path:
    """Where a file's reader leaves what it made of it: pages, small copies, what encoders look at."""
    return path.with_name(f"{path.name}-pages")


def _folder() -> Path:
    folder = Path(settings.DATA_DIR) / "uploads"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _path(name: str) -> Path:
    if not _STORED_NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a stored file.")
    return _folder() / name


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
