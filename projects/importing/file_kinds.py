"""What a file that is no text is, by its first bytes, in words a person knows."""

# Offset, bytes, what it is.
_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF", "a PDF document"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel or Word file"),
    (0, b"\x7fELF", "a program"),
    (0, b"MZ\x90\x00", "a Windows program"),
    (0, b"\x89PNG\r\n", "a PNG picture"),
    (0, b"\xff\xd8\xff", "a JPEG picture"),
    (0, b"GIF8", "a GIF picture"),
    (0, b"RIFF", "an audio, video or WebP file"),
    (4, b"ftyp", "a video or HEIC file"),
    (0, b"ID3", "an MP3 file"),
    (0, b"OggS", "an Ogg audio file"),
    (0, b"fLaC", "a FLAC audio file"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (0, b"Rar!\x1a\x07", "a RAR archive"),
    (0, b"\xfd7zXZ\x00", "an xz archive"),
    (0, b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (0, b"SQLite format 3\x00", "an SQLite database"),
    (0, b"PAR1", "a Parquet file"),
    (0, b"ARROW1", "an Arrow file"),
    (257, b"ustar", "a tar archive"),
    (0, b"\x00asm", "a WebAssembly program"),
    (0, b"\xca\xfe\xba\xbe", "a Java class or a Mac program"),
)
_ZIP_CONTENTS = ((b"xl/", "an Excel workbook"), (b"word/", "a Word document"), (b"ppt/", "a PowerPoint file"))
_MARKUP = ((b"<!doctype html", "a web page"), (b"<html", "a web page"), (b"<?xml", "an XML file"))


def kind_of(start: bytes) -> str:
    """Name what the file is by its first kilobytes; empty when it may be text."""
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return next((name for part, name in _ZIP_CONTENTS if part in start), "a ZIP archive")
    if start.startswith(b"BZh") and start[4:10] == b"1AY&SY":
        return "a bzip2 archive"
    if len(start) > 1 and start[0] == 0x80 and start[1] in {2, 3, 4, 5}:
        return "a Python pickle"
    for offset, signature, name in _SIGNATURES:
        if start[offset : offset + len(signature)] == signature:
            return name
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n")[:20].lower()
    return next((name for opening, name in _MARKUP if text.startswith(opening)), "")
