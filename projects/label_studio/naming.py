"""Names and values that a schema takes, made of whatever a configuration calls its parts."""

import re
import unicodedata
from collections.abc import Container

_MOST_NAME = 40
_MOST_VALUE = 80


def as_name(original: str, taken: Container[str], default: str) -> str:
    """A valid name that is not taken, as near to the original as can be.

    >>> as_name("Größe (cm)", {"grosse_cm"}, "field")
    'grosse_cm_2'
    """
    plain = unicodedata.normalize("NFKD", original.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or default
    stem = stem if stem[0].isalpha() else f"{default}_{stem}"
    name, number = stem[:_MOST_NAME], 1
    while name in taken:
        number += 1
        end = f"_{number}"
        name = stem[: _MOST_NAME - len(end)] + end
    return name


def as_value(original: str) -> str:
    """One line of 80 characters at most; empty where nothing is left.

    >>> as_value("  two\\n lines ")
    'two lines'
    """
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in original).split())
    return line[:_MOST_VALUE].strip()


def in_words(name: str) -> str:
    """A name as a title: ``text_quality`` is "Text quality"."""
    words = " ".join(re.split(r"[\s_\-]+", name)).strip()
    return words[:1].upper() + words[1:]
