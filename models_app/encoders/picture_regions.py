"""Boxes on a picture as dense rows: what each holds, and how large it is beside the picture. Nothing fitted."""

from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

import numpy as np
from PIL import Image

from labelplatform.media_readers.picture import on_white
from models_app.encoders.pictures import N_COLUMNS, SIDE, encode_pictures
from models_app.encoders.steps import near_steps

_AROUND = 0.1  # of each side: what a thing is, is seen by its edge too
# Sizes and shapes are told apart by how near they are to each of these steps: doublings, beginning with the smallest.
_SIZES = np.arange(-14.0, 1.0)  # of the share of the picture that a box covers
_SHAPES = np.arange(-3.0, 4.0)  # of width to height
_SIZE_WEIGHT = np.float32(0.5)  # beside what it holds, which counts 1
_FORMATS = ["PNG", "JPEG", "WEBP"]  # as our own reader writes them


class PictureRegions:
    """Turns boxes of one picture into rows; see ``models_app.encoded.region_rows``."""

    part = ""
    n_columns = N_COLUMNS + len(_SIZES) + len(_SHAPES)

    def encode(self, file: BinaryIO, regions: Sequence[Mapping[str, Any]]) -> np.ndarray:
        """A row of float16 for each box, in pixels of the picture."""
        with Image.open(file, formats=_FORMATS) as opened:
            picture = on_white(opened)
        pixels = np.stack([_looked_at(picture, region) for region in regions])
        return np.hstack([encode_pictures(pixels), _sizes(regions, picture.size)]).astype(np.float16)


def _looked_at(picture: Image.Image, region: Mapping[str, Any]) -> np.ndarray:
    across, down = _AROUND * region["width"], _AROUND * region["height"]
    left, top = max(0.0, region["x"] - across), max(0.0, region["y"] - down)
    right = min(float(picture.width), region["x"] + region["width"] + across)
    bottom = min(float(picture.height), region["y"] + region["height"] + down)
    if right - left < 1 or bottom - top < 1:  # the picture may have been put in place of a larger one
        return np.zeros((SIDE, SIDE, 3), dtype=np.uint8)
    return np.asarray(picture.resize((SIDE, SIDE), Image.Resampling.BILINEAR, box=(left, top, right, bottom)))


def _sizes(regions: Sequence[Mapping[str, Any]], picture: tuple[int, int]) -> np.ndarray:
    """
    >>> _sizes([{"width": 20, "height": 10}], (40, 40)).argmax(axis=1).tolist()
    [11]
    """
    widths = np.array([region["width"] for region in regions], dtype=np.float64)
    heights = np.array([region["height"] for region in regions], dtype=np.float64)
    sizes = np.log2(widths * heights / (picture[0] * picture[1]))
    shapes = np.log2(widths / heights)
    return np.asarray(_SIZE_WEIGHT * np.hstack([near_steps(sizes, _SIZES), near_steps(shapes, _SHAPES)]))
