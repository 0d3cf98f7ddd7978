"""Which encoding a file's text is in: byte order mark, then UTF-8, then a guess that must be plausible."""

import codecs
import re

from charset_normalizer import from_bytes

UTF8 = "utf-8"
# What the pages offer; any other that Python knows and that is text can be named by API.
COMMON_ENCODINGS = ("utf-8", "utf-16", "windows-1252", "iso-8859-1", "windows-1251", "shift_jis", "gb18030", "big5")
# The longer marks first: UTF-32's begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, UTF8),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GUESSED_FROM_BYTES = 64 * 1024
_LATIN = ("cp1252", "cp1250", "iso8859-2")
_NOT_LATIN = ("cp1251", "koi8_r", "cp1253", "cp1255", "cp1256", "cp932", "euc_jp", "gb18030", "big5", "cp949")
_FEWEST_BYTES_TO_GUESS = 8
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_LONGEST_ACCENTED_RUN = 4
_WORDS_OF_ONE_LETTER = frozenset("àáâåèéêíîìóòöôøúùæ")


def known_encoding(name: str) -> str | None:
    """Python's name of a text encoding, or None when there is none of this name."""
    try:
        codec = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    is_text = getattr(codec, "_is_text_encoding", True)
    return codec.name if is_text and codec.name not in {"idna", "punycode", "undefined"} else None


def detect_encoding(sample: bytes) -> str:
    """The encoding of the text that begins with this sample; UTF-8 where nothing speaks against it.

    A few wrong bytes in text that is otherwise UTF-8 do not make it something else: their rows are rejected.
    """
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return encoding
    if encoding := _utf16_without_mark(sample):
        return encoding
    wrong: list[bytes] = []
    n_multibyte = 0
    for line in sample.splitlines()[: None if sample.endswith((b"\n", b"\r")) else -1] or [sample]:
        if line.isascii():
            continue
        try:
            line.decode()
        except UnicodeDecodeError:
            wrong.append(line)
        else:
            n_multibyte += 1
    if n_multibyte >= len(wrong):
        return UTF8
    return _guess(b"\n".join(wrong)[:_GUESSED_FROM_BYTES])


def _utf16_without_mark(sample: bytes) -> str:
    """Latin text in UTF-16 has NUL as every other byte."""
    head = sample[:4096]
    if len(head) < 4 or b"\0" not in head:
        return ""
    even, odd = head[0::2].count(0) / len(head[0::2]), head[1::2].count(0) / len(head[1::2])
    if odd > 0.7 and even < 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > 0.7 and odd < 0.05 else ""


def _guess(sample: bytes) -> str:
    for encoding in _LATIN:
        if _reads_like_words(sample, encoding):
            return encoding
    n_beyond = sum(len(found) for found in re.findall(rb"[\x80-\xff]+", sample))
    n_letters = sum(len(found) for found in re.findall(rb"[A-Za-z]+", sample))
    if n_beyond < _FEWEST_BYTES_TO_GUESS or n_beyond < n_letters / 2:
        return UTF8
    best = from_bytes(sample, cp_isolation=list(_NOT_LATIN)).best()
    return UTF8 if best is None else known_encoding(best.encoding) or UTF8


def _reads_like_words(sample: bytes, encoding: str) -> bool:
    """Whether nearly all characters beyond ASCII stand where Latin writing has them.

    Statistics need more text than a short file has; but a sign inside a word, or a word of accented letters alone,
    gives a wrong encoding away at once.
    """
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return False
    n_right = n_wrong = 0
    for found in _BEYOND_ASCII.finditer(text):
        if _stands_right(found.group(), text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]):
            n_right += 1
        else:
            n_wrong += 1
    return n_right > 9 * n_wrong


def _stands_right(run: str, before: str, behind: str) -> bool:
    if any("\x80" <= character <= "\x9f" for character in run):
        return False
    if not run.isalpha():
        is_inside_word = before.isalpha() and behind.isalpha()
        return run == "\N{RIGHT SINGLE QUOTATION MARK}" or not (is_inside_word or any(map(str.isalpha, run)))
    if not (before.isalpha() or behind.isalpha()):
        return run in _WORDS_OF_ONE_LETTER
    if len(run) > _LONGEST_ACCENTED_RUN:
        return False
    return not (before.islower() and not run.islower())
