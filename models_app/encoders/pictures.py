"""Pictures as dense rows: the directions of their edges, their colours, and a tiny copy. Plain numpy, nothing fitted.

Edges are what shapes are told by, whatever the light; colours what scenes are; the tiny copy says where both are. The
three parts count alike, and what is the same in the whole picture says nothing in any of them but the colours.

References
----------
Dalal and Triggs (2005), Histograms of oriented gradients for human detection. The normalization over the four
neighbouring blocks, averaged to one histogram a cell, is that of Felzenszwalb et al. (2010), Object detection with
discriminatively trained part-based models, section 6.
"""

from collections.abc import Sequence

import numpy as np

SIDE = 64
NAME = "picture-1"  # another number whenever rows come out otherwise
_CELLS, _ORIENTATIONS = 8, 9
_CELL = SIDE // _CELLS
_LEVELS = 4  # of each colour
_TINY = 8
_MOST_OF_A_BLOCK = 0.2
_FAINT = 0.02  # edges below are noise, and are not made as strong as others
_AT_ONCE = 256
N_COLUMNS = _CELLS * _CELLS * _ORIENTATIONS + _LEVELS**3 + 3 * _TINY * _TINY
_CELL_OF_PIXEL = np.repeat(np.repeat(np.arange(_CELLS * _CELLS).reshape(_CELLS, _CELLS), _CELL, axis=0), _CELL, axis=1)
_LUMINANCE = np.array([0.299, 0.587, 0.114], dtype=np.float32)


def encode_pictures(pixels: np.ndarray) -> np.ndarray:
    """Rows of length one, float16, of pictures as uint8 of the shape (n, 64, 64, 3).

    >>> encode_pictures(np.zeros((1, 64, 64, 3), dtype=np.uint8)).shape
    (1, 832)
    """
    if pixels.dtype != np.uint8 or pixels.shape[1:] != (SIDE, SIDE, 3):
        raise ValueError(f"Pictures are {SIDE} x {SIDE} x 3 bytes each, not {pixels.dtype} of {pixels.shape[1:]}.")
    rows = np.zeros((len(pixels), N_COLUMNS), dtype=np.float16)
    for start in range(0, len(pixels), _AT_ONCE):
        shades = pixels[start : start + _AT_ONCE].astype(np.float32) / 255
        parts = [_edges(shades @ _LUMINANCE), _colours(pixels[start : start + _AT_ONCE]), _tiny(shades)]
        rows[start : start + _AT_ONCE] = _unit(np.concatenate([_unit(part) for part in parts], axis=1))
    return rows


class PictureEncoder:
    """Turns what the reader of a picture has left for encoders into rows; see ``media_rows``."""

    name = NAME
    part = "pixels.rgb"
    n_columns = N_COLUMNS
    is_slow = False

    def encode(self, files: Sequence[bytes]) -> np.ndarray:
        """A row of float16 for each file; zeros where there is none or it is no such file."""
        n_bytes = SIDE * SIDE * 3
        is_there = np.array([len(file) == n_bytes for file in files], dtype=bool)
        pixels = np.frombuffer(b"".join(file for file in files if len(file) == n_bytes), dtype=np.uint8)
        rows = np.zeros((len(files), N_COLUMNS), dtype=np.float16)
        rows[is_there] = encode_pictures(pixels.reshape(-1, SIDE, SIDE, 3))
        return rows


def _edges(grey: np.ndarray) -> np.ndarray:
    """Histograms of the directions of edges in 8 x 8 cells, each made as strong as its surroundings allow."""
    n = len(grey)
    across, down = np.zeros_like(grey), np.zeros_like(grey)
    across[:, :, 1:-1] = grey[:, :, 2:] - grey[:, :, :-2]
    down[:, 1:-1] = grey[:, 2:] - grey[:, :-2]
    strength = np.hypot(across, down)
    turn = np.mod(np.arctan2(down, across), np.pi) * np.float32(_ORIENTATIONS / np.pi)
    lower = np.floor(turn)
    share = turn - lower  # an edge between two directions counts for both
    first = lower.astype(np.int64) % _ORIENTATIONS
    where = _CELL_OF_PIXEL + np.arange(n)[:, None, None] * _CELLS * _CELLS
    places = [(where * _ORIENTATIONS + direction).ravel() for direction in (first, (first + 1) % _ORIENTATIONS)]
    weights = [(strength * (1 - share)).ravel(), (strength * share).ravel()]
    n_places = n * _CELLS * _CELLS * _ORIENTATIONS
    sums = sum(np.bincount(place, weight, n_places) for place, weight in zip(places, weights, strict=True))
    cells = np.asarray(sums, dtype=np.float32).reshape(n, _CELLS, _CELLS, _ORIENTATIONS)
    energy = np.pad(np.square(cells).sum(axis=3), ((0, 0), (1, 1), (1, 1)))
    blocks = energy[:, :-1, :-1] + energy[:, 1:, :-1] + energy[:, :-1, 1:] + energy[:, 1:, 1:]
    found = np.zeros_like(cells)
    faint = (_FAINT * _CELL * _CELL) ** 2
    for top in (0, 1):
        for left in (0, 1):
            block = blocks[:, top : top + _CELLS, left : left + _CELLS, None]
            found += np.minimum(cells / np.sqrt(block + faint), _MOST_OF_A_BLOCK)
    rows = found.reshape(n, -1)
    return np.asarray(rows - rows.mean(axis=1, keepdims=True))  # else all pictures would be much alike


def _colours(pixels: np.ndarray) -> np.ndarray:
    """The root of each colour's share, of 4 x 4 x 4 of them."""
    n = len(pixels)
    levels = (pixels >> 6).astype(np.int64)
    numbers = (levels[..., 0] * _LEVELS + levels[..., 1]) * _LEVELS + levels[..., 2]
    places = numbers.reshape(n, -1) + np.arange(n)[:, None] * _LEVELS**3
    counts = np.bincount(places.ravel(), minlength=n * _LEVELS**3).reshape(n, -1)
    return np.sqrt(counts / (SIDE * SIDE), dtype=np.float32)


def _tiny(shades: np.ndarray) -> np.ndarray:
    """The picture in 8 x 8 pixels, less its mean colour."""
    step = SIDE // _TINY
    small = shades.reshape(len(shades), _TINY, step, _TINY, step, 3).mean(axis=(2, 4)).reshape(len(shades), -1, 3)
    return np.asarray((small - small.mean(axis=1, keepdims=True)).reshape(len(shades), -1))


def _unit(rows: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 1e-6, lengths, 1))
