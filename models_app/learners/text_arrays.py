"""Texts and plain values as arrays of bytes, so that the state of a learner is nothing but arrays."""

import json
from typing import Any

import numpy as np


def as_bytes(value: Any) -> np.ndarray:
    """Any JSON value as an array of bytes; lone surrogates survive.

    >>> from_bytes(as_bytes(["Äpfel", "🍐"]))
    ['Äpfel', '🍐']
    """
    return np.frombuffer(json.dumps(value, separators=(",", ":")).encode("ascii"), dtype=np.uint8)


def from_bytes(array: np.ndarray) -> Any:
    """The value that ``as_bytes`` was given; ``ValueError`` when the bytes are no JSON."""
    return json.loads(np.asarray(array, dtype=np.uint8).tobytes())
