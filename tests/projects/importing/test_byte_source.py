import gzip
import io

import pytest

from projects.importing.byte_source import CHUNK, ContentStream
from projects.importing.refusals import FileBroken
from tests.projects.importing.reading import outcomes, read_all

TABLE = "id,text\n1,é😀\n2,日本\n"


def content(file: bytes, **options: object) -> bytes:
    stream = ContentStream(io.BytesIO(file), **{"encoding": "utf-8", **options})  # type: ignore[arg-type]
    return b"".join(iter(lambda: stream.read(CHUNK), b""))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "gb18030"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_every_encoding_is_read_packed_and_unpacked(encoding, pack):
    rows = read_all(pack(TABLE.encode(encoding)), "csv", encoding=encoding)
    assert [row.values["text"] for row in rows] == ["é😀", "日本"]


def test_bytes_that_the_encoding_does_not_know_reject_their_row_only():
    wide = "id,text\n1,a\n2,".encode("utf-16-le") + b"\x00\xd8" + "\n3,c\n".encode("utf-16-le")
    rows = outcomes(read_all(wide, "csv", encoding="utf-16-le"))
    assert rows[0] == (2, {"id": "1", "text": "a"})
    assert "not valid utf-16-le" in rows[1][1]
    assert rows[2] == (4, {"id": "3", "text": "c"})


def test_gzip_of_several_members_with_padding_is_one_file():
    packed = gzip.compress(b"id,text\n1,a\n") + gzip.compress(b"") + gzip.compress(b"2,b\n") + b"\0" * 600_000
    assert content(packed) == b"id,text\n1,a\n2,b\n"


def test_cut_off_damaged_and_padded_gzip_says_what_is_wrong():
    packed = gzip.compress(b"id,text\n" + b"".join(b"%d,text %d\n" % (n, n * n) for n in range(50_000)))
    with pytest.raises(FileBroken, match="cut off"):
        content(packed[:-20])
    with pytest.raises(FileBroken, match="damaged"):
        content(packed[:2000] + b"\0\0\0\0" + packed[2004:])
    with pytest.raises(FileBroken, match="not gzip"):
        content(packed + b"x")


def test_a_gzip_bomb_is_stopped_at_the_limit():
    bomb = gzip.compress(b"a" * 10_000_000)
    assert len(bomb) < 20_000
    with pytest.raises(FileBroken, match="more than 5,000,000 bytes"):
        content(bomb, max_bytes=5_000_000)


def test_a_short_look_ends_early_and_says_so():
    stream = ContentStream(io.BytesIO(b"abcdef"), encoding="utf-8", stop_after=4)
    assert (stream.read(10) + stream.read(10), stream.is_cut) == (b"abcd", True)
