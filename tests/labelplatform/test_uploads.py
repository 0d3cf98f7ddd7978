"""What comes in as a picture, and what is kept of it."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image

from labelplatform import uploads
from labelplatform.media_reading import MediaRefused
from labelplatform.media_types import PICTURES, NotTaken
from tests.factories import make_picture, make_upload

PLACE = b"Secret Street 7"
SCRIPT = b"<script>alert(1)</script>"


def kept(content: bytes, name: str = "a.png") -> tuple[bytes, uploads.CleanMedia]:
    with uploads.clean_media(make_upload(content, name), accepted=PICTURES) as media:
        return media.path.read_bytes(), media


def refused(content: bytes, name: str = "a.png") -> str:
    with (
        pytest.raises((NotTaken, MediaRefused)) as refusal,
        uploads.clean_media(make_upload(content, name), accepted=PICTURES),
    ):
        pass
    assert refusal.value.errors[0]["path"] == "file"
    assert leftovers() == []
    return refusal.value.detail


def leftovers() -> list[Path]:
    return list(Path(settings.FILE_UPLOAD_TEMP_DIR).glob("tmp*"))


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    parts = [b"\x89PNG\r\n\x1a\n"]
    for name, data in chunks:
        parts.append(struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)))
    return b"".join(parts)


def header(width: int, height: int) -> tuple[bytes, bytes]:
    return b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)


def animated(kind: str) -> bytes:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue", "green")]
    file = io.BytesIO()
    frames[0].save(file, kind, save_all=True, append_images=frames[1:], duration=100)
    return file.getvalue()


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.png", make_picture())
    return file.getvalue()


@pytest.mark.parametrize(
    ("kind", "media_type", "kept_as"),
    [
        ("PNG", "image/png", "PNG"),
        ("JPEG", "image/jpeg", "JPEG"),
        ("WEBP", "image/webp", "WEBP"),
        ("GIF", "image/png", "PNG"),
    ],
)
def test_a_picture_is_kept_with_its_size_whatever_its_name_says(kind, media_type, kept_as):
    content, media = kept(make_picture(kind, size=(31, 17)), name="page.html")
    assert media.facts == (media_type, 31, 17, None, None)
    assert media.size == len(content)
    with Image.open(io.BytesIO(content)) as picture:
        assert (picture.format, picture.size) == (kept_as, (31, 17))
    assert leftovers() == []


def test_the_same_picture_is_the_same_bytes_again():
    assert kept(make_picture("JPEG"))[1].content_hash == kept(make_picture("JPEG"))[1].content_hash


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_where_and_by_what_it_was_taken_is_not_kept(kind):
    exif = Image.Exif()
    exif[0x010F] = PLACE.decode()
    exif.get_ifd(0x8825)[0x001D] = PLACE.decode()
    content = make_picture(kind, exif=exif, icc_profile=PLACE, **({"comment": PLACE} if kind == "JPEG" else {}))
    assert PLACE in content
    clean, _ = kept(content)
    assert PLACE not in clean
    assert b"Exif" not in clean
    with Image.open(io.BytesIO(clean)) as picture:
        assert not picture.getexif()


def test_a_photo_taken_sideways_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    _, media = kept(make_picture("JPEG", size=(40, 20), exif=exif))
    assert (media.facts.width, media.facts.height) == (20, 40)


@pytest.mark.parametrize("kind", ["PNG", "GIF", "JPEG", "WEBP"])
def test_what_hangs_behind_a_picture_is_cut_off(kind):
    clean, _ = kept(make_picture(kind) + b"\n" + SCRIPT + zipped())
    assert SCRIPT not in clean
    assert b"PK\x03\x04" not in clean


def test_a_gif_that_is_a_script_too_is_a_picture_only():
    gif = make_picture("GIF")
    polyglot = gif[:-1] + b"!\xfe" + bytes([len(SCRIPT)]) + SCRIPT + b"\x00;/*" + SCRIPT + b"*/"
    clean, media = kept(polyglot, name="a.js")
    assert media.facts.media_type == "image/png"
    assert SCRIPT not in clean


def test_printing_colours_become_screen_colours():
    file = io.BytesIO()
    Image.new("CMYK", (4, 4), (0, 255, 255, 0)).save(file, "JPEG")
    with Image.open(io.BytesIO(kept(file.getvalue())[0])) as picture:
        assert picture.mode == "RGB"


def test_what_can_be_seen_through_stays_so():
    file = io.BytesIO()
    Image.new("RGBA", (4, 4), (255, 0, 0, 0)).save(file, "PNG")
    with Image.open(io.BytesIO(kept(file.getvalue())[0])) as picture:
        assert picture.getpixel((0, 0))[3] == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty"),
        (b"\x00" * 600, "This is no PNG, JPEG, WebP or GIF file"),
        (zipped(), "whatever its name says"),
        (b"<!doctype html>" + SCRIPT, "This is no PNG"),
        (b"%PDF-1.7", "This is no PNG"),
        (b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>", "SVG pictures can hold scripts"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- x --><svg onload="alert(1)"/>', "SVG pictures can hold scripts"),
        (b"GIF89a" + SCRIPT, "is damaged or cut off"),
        (b"\xff\xd8\xff" + SCRIPT * 10, "is damaged or cut off"),
        (b"RIFF\x10\x00\x00\x00WEBP" + SCRIPT, "is damaged or cut off"),
        (make_picture()[:-30], "is damaged or cut off"),
        (make_picture("JPEG", size=(200, 200))[:400], "is damaged or cut off"),
        (animated("GIF"), "The picture is animated"),
        (animated("WEBP"), "The picture is animated"),
        (animated("PNG"), "The picture is animated"),
    ],
    ids=range(15),
)
def test_what_is_no_whole_still_picture_is_refused_in_words(content, said):
    assert said in refused(content)


def test_a_picture_that_would_fill_the_memory_is_refused_by_its_header():
    bomb = png(header(30_000, 30_000), (b"IDAT", zlib.compress(b"\x00" * 10_000_000)), (b"IEND", b""))
    assert len(bomb) < 20_000
    assert "30,000 × 30,000 pixels" in refused(bomb)
    assert "16,000 pixels a side" in refused(png(header(100_000, 2), (b"IEND", b"")))


def test_a_file_larger_than_its_kind_may_be_is_refused_unread():
    upload = make_upload(make_picture())
    upload.size = 21 * 1024 * 1024
    with pytest.raises(uploads.UploadTooLarge, match="20 MB"), uploads.clean_media(upload, accepted=PICTURES):
        pass


def test_a_reader_that_dies_refuses_the_file_and_nothing_else(monkeypatch):
    monkeypatch.setattr("labelplatform.media_reading._PATIENCE_SECONDS", 0.001)
    assert "could not be read" in refused(make_picture())


@pytest.mark.parametrize("name", ["../../etc/passwd", "7/../8", "7/" + "a" * 63, "x/" + "a" * 64, "7/" + "A" * 64])
def test_only_our_own_names_lead_to_files(name):
    with pytest.raises(ValueError, match="no name of a media file"):
        uploads.open_media(name)


def test_what_a_full_disk_cuts_short_is_not_left_beside_a_file(monkeypatch):
    def is_full(path, target):
        raise OSError(28, "No space left on device")

    name = f"7/{'a' * 64}"
    folder = uploads.parts_folder(uploads.media_path(name))
    folder.mkdir(parents=True)
    monkeypatch.setattr(Path, "replace", is_full)
    with pytest.raises(OSError, match="No space left"):
        uploads.keep_part(name, "words.row", b"row")
    assert list(folder.iterdir()) == []
