"""PDFs as they are read and drawn: words with their places, and what hostile files come to."""

import io
from pathlib import Path

import msgspec
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from labelplatform import media_pages, uploads
from labelplatform.media_reading import MediaRefused
from labelplatform.media_types import PDF, NotTaken
from tests.pdfs import make_locked_pdf, make_pdf, make_pdf_bomb, make_raw_pdf

_FOLDER = 9_000_077  # no project's


@pytest.fixture
def keep():
    """Keep a PDF as an upload is; its name to read it by. Its files go after the test."""
    names: list[str] = []

    def keep_one(content: bytes) -> str:
        with uploads.clean_media(SimpleUploadedFile("a.pdf", content), accepted={PDF}) as media:
            names.append(uploads.keep_media(media, folder=_FOLDER))
        return names[-1]

    yield keep_one
    for name in names:
        uploads.delete_media(name)


def words(name: str, number: int) -> list[list[float]]:
    with media_pages.open_words(name, number) as file:
        return msgspec.json.decode(file.read())["words"]


def test_the_text_of_all_pages_is_one_and_each_page_knows_where_its_part_begins(keep):
    found = media_pages.read_pages(keep(make_pdf("Acme hired Bob.", "", "He lives\nin Rome (Italy).")))
    assert found.text == "Acme hired Bob.\n\nHe lives\nin Rome (Italy)."
    assert [page.start for page in found.pages] == [0, 16, 17]
    assert {(page.width, page.height) for page in found.pages} == {(612.0, 792.0)}


def test_each_word_stands_where_the_page_shows_it(keep):
    name = keep(make_pdf("Acme hired Bob.\nSecond line"))
    text = media_pages.read_pages(name).text
    found = words(name, 1)
    assert [text[offset : offset + length] for offset, length, *_ in found] == [
        "Acme",
        "hired",
        "Bob.",
        "Second",
        "line",
    ]
    lefts, tops = [word[2] for word in found], [word[3] for word in found]
    assert lefts[0] == pytest.approx(72, abs=1)
    assert lefts[:3] == sorted(lefts[:3])
    assert tops[0] == tops[1] < tops[3]
    assert 792 - 700 - 14 < tops[0] < 792 - 700, "from the upper edge"


def test_a_turned_page_has_its_words_where_it_is_seen(keep):
    name = keep(make_pdf("Acme", extra="/Rotate 90"))
    (page,) = media_pages.read_pages(name).pages
    ((_, _, left, top, width, height),) = words(name, 1)
    assert (page.width, page.height) == (792.0, 612.0)
    assert height > width, "the word runs downwards"
    assert left == pytest.approx(700, abs=16)
    assert top == pytest.approx(72, abs=2)


def test_a_word_that_a_line_end_divides_is_whole_in_the_text_and_has_two_places(keep):
    name = keep(make_pdf("an inter-\nnational word"))
    assert media_pages.read_pages(name).text == "an international word"
    assert [length for _, length, *_ in words(name, 1)] == [2, 5, 8, 4]


def test_characters_beyond_the_first_plane_count_as_one(keep):
    cmap = (
        b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <FF> endcodespacerange "
        b"2 beginbfchar <41> <D83DDE00> <42> <0042> endbfchar endcmap"
    )
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 7 0 R >>"
    content = make_raw_pdf(
        [b"BT /G 14 Tf 72 700 Td (AB) Tj ET"],
        objects=[font, b"<< /Length %d >>\nstream\n%s\nendstream" % (len(cmap), cmap)],
        extra="/Resources << /Font << /G 6 0 R >> >> ",
    ).replace(b"/Resources << /Font << /F 3 0 R >> >>", b" " * 37)
    name = keep(content)
    assert media_pages.read_pages(name).text == "😀B"
    assert words(name, 1)[0][:2] == [0, 2]


def test_pages_that_are_pictures_have_no_text(keep):
    found = media_pages.read_pages(keep(make_raw_pdf([b"0 0 100 100 re f", b"10 10 50 50 re f"])))
    assert (found.text, [page.start for page in found.pages]) == ("", [0, 0])


def test_a_page_is_drawn_once_and_then_kept(keep, monkeypatch):
    name = keep(make_pdf("Acme"))
    with media_pages.open_picture(name, 1) as file, Image.open(io.BytesIO(file.read())) as picture:
        assert (picture.format, picture.width) == ("WEBP", 1400)
    monkeypatch.setattr(media_pages, "draw_page", None)
    media_pages.open_picture(name, 1).close()


@pytest.mark.parametrize("number", [0, 2, 99_999_999])
def test_a_page_that_is_not_there_is_not_drawn(keep, number):
    with pytest.raises(FileNotFoundError):
        media_pages.open_picture(keep(make_pdf("Acme")), number)


def test_a_page_that_cannot_be_drawn_is_not_tried_twice(keep, monkeypatch):
    name = keep(make_pdf("Acme"))
    tries: list[int] = []

    def fail(*arguments):
        tries.append(1)
        raise MediaRefused("no")

    monkeypatch.setattr(media_pages, "draw_page", fail)
    for _ in range(2):
        with pytest.raises(MediaRefused, match="Page 1 cannot be drawn"):
            media_pages.open_picture(name, 1)
    assert len(tries) == 1


def test_a_huge_page_becomes_a_picture_of_ordinary_size(keep):
    with media_pages.open_picture(keep(make_pdf("x", size=(14_400, 14_400))), 1) as file, Image.open(file) as picture:
        assert max(picture.size) <= 3_000


HOSTILE = {
    "password": (make_locked_pdf(), "protected by a password|locked"),
    "cut off": (make_pdf("Acme hired Bob.")[:60], "damaged"),
    "nonsense": (b"%PDF-1.7\n" + b"\0\xff" * 5_000, "damaged"),
    "no pages": (make_raw_pdf([]), "no pages"),
    "five thousand pages": (make_pdf(*["x"] * 5_000), "5,000 pages; 2,000 are the most"),
}


@pytest.mark.parametrize(("content", "reason"), HOSTILE.values(), ids=HOSTILE)
def test_what_cannot_be_shown_is_refused_with_what_to_do(keep, content, reason):
    with pytest.raises(MediaRefused, match=reason) as caught:
        keep(content)
    assert any(word in str(caught.value) for word in ("Save it", "Split it"))
    assert not list(Path(uploads.media_path(f"{_FOLDER}/{'0' * 64}").parent).glob("*"))


@pytest.mark.slow
def test_a_bomb_is_stopped_and_said_to_be_unreadable_or_read_as_empty(keep):
    """What unpacks to gigabytes either does not fit into the reader's memory, or its blanks are nothing to read."""
    with pytest.raises((MediaRefused, AssertionError), match="could not be read|nothing to read"):
        assert media_pages.read_pages(keep(make_pdf_bomb())).text, "nothing to read"


def test_more_text_than_a_task_holds_is_refused(keep):
    with pytest.raises(MediaRefused, match="more than 1,000,000 characters"):
        keep(make_pdf(*["\n".join(["wordsandmorewords" * 48] * 60)] * 40))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"hello", b"<html>%PDF"])
def test_another_file_named_pdf_is_not_taken(keep, content):
    with pytest.raises(NotTaken):
        keep(content)
