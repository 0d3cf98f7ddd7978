"""PDFs written by hand, good ones and hostile ones."""

import zipfile
import zlib
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from projects.assets import add_asset
from projects.importing.media_values import MediaValues
from projects.models import Asset, Project, Task, TaskAsset
from tests.factories import make_tasks

PDF_SCHEMA: dict[str, Any] = {
    "fields": [{"name": "document", "kind": "pdf"}],
    "questions": [
        {"name": "entities", "kind": "spans", "on": "document", "options": ["person", "org", "place"]},
        {"name": "topic", "kind": "choice", "options": ["contract", "letter"]},
    ],
}


def make_pdf(*pages: str, extra: str = "", size: tuple[int, int] = (612, 792), trailer: str = "") -> bytes:
    """A PDF with a page for each text; a line feed begins another line. ``extra`` stands in each page's dictionary."""
    return make_raw_pdf([_lines(page) for page in pages], extra=extra, size=size, trailer=trailer)


def make_raw_pdf(
    contents: Sequence[bytes],
    *,
    extra: str = "",
    size: tuple[int, int] = (612, 792),
    trailer: str = "",
    filters: str = "",
    objects: Sequence[bytes] = (),
) -> bytes:
    """A PDF whose pages hold these content streams; ``objects`` come last."""
    kids = " ".join(f"{4 + 2 * position} 0 R" for position in range(len(contents)))
    pages = f"<< /Type /Pages /Count {len(contents)} /Kids [{kids}] /MediaBox [0 0 {size[0]} {size[1]}] >>"
    parts = [b"<< /Type /Catalog /Pages 2 0 R >>", pages.encode()]
    parts.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    for position, content in enumerate(contents):
        resources = "/Resources << /Font << /F 3 0 R >> >>"
        parts.append(f"<< /Type /Page /Parent 2 0 R /Contents {5 + 2 * position} 0 R {resources} {extra} >>".encode())
        parts.append(b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), filters.encode(), content))
    return _joined([*parts, *objects], trailer)


def make_locked_pdf() -> bytes:
    """A PDF that asks for a password before it shows anything."""
    owner = user = "00" * 32
    lock = f"<< /Filter /Standard /V 1 /R 2 /O <{owner}> /U <{user}> /P -44 >>"
    return make_pdf("secret", trailer=f"/Encrypt {lock} /ID [<00> <00>]")


def make_pdf_bomb(megabytes: int = 1_200) -> bytes:
    """A page whose content unpacks from a few kilobytes to gigabytes."""
    chunk = b" " * 1024 * 1024
    packer, checked = zlib.compressobj(9), 1
    first, other = (packer.compress(chunk) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    for _ in range(megabytes):
        checked = zlib.adler32(chunk, checked)
    packed = first + other * (megabytes - 1) + b"\x03\x00" + checked.to_bytes(4)  # the end: an empty block, the sum
    again = zlib.compress(packed, 9)
    return make_raw_pdf([again], filters="/Filter [/FlateDecode /FlateDecode]")


def make_zip(files: dict[str, bytes]) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as target:
        for name, content in files.items():
            target.writestr(name, content)
    return packed.getvalue()


def make_pdf_asset(project: Project, *pages: str, name: str = "letter.pdf", content: bytes = b"") -> Asset:
    """A PDF of a project, read as an upload is."""
    file = SimpleUploadedFile(name, content or make_pdf(*(pages or ("Acme hired Bob in Rome.",))))
    return add_asset(project, file, by=None)[0]


def make_pdf_task(
    project: Project,
    *pages: str,
    content: bytes = b"",
    field: str = "document",
    data: dict[str, Any] | None = None,
    **fields: Any,
) -> Task:
    """A task that shows a PDF, as an import would have left it."""
    asset = make_pdf_asset(project, *pages, content=content)
    shown, _ = MediaValues(project.pk, project.schema).fill({**(data or {}), field: asset.content_hash})
    (task,) = make_tasks(project, data=[shown], **fields)
    TaskAsset.objects.create(task=task, asset=asset)
    return task


def _lines(text: str) -> bytes:
    shown = [
        line.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        for line in text.split("\n")
    ]
    return b"BT /F 14 Tf 20 TL 72 700 Td " + b" T* ".join(b"(%s) Tj" % line for line in shown) + b" ET"


def _joined(parts: Sequence[bytes], trailer: str) -> bytes:
    pdf = b"%PDF-1.4\n"
    places = []
    for number, part in enumerate(parts, start=1):
        places.append(len(pdf))
        pdf += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    end = f"trailer << /Size {len(parts) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{len(pdf)}\n%%EOF"
    return pdf + head + table + end.encode()
