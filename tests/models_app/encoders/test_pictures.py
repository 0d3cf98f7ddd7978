"""Pictures as rows: what is told apart, and that nothing a picture may be breaks it."""

import numpy as np
import pytest

from models_app.encoders.pictures import N_COLUMNS, SIDE, PictureEncoder, encode_pictures

BLACK = np.zeros((SIDE, SIDE, 3), dtype=np.uint8)


def stripes(*, upright: bool, width: int = 8, shift: int = 0) -> np.ndarray:
    lines = (((np.arange(SIDE) + shift) // width) % 2 * 255).astype(np.uint8)
    grey = np.broadcast_to(lines if upright else lines[:, None], (SIDE, SIDE))
    return np.repeat(grey[:, :, None], 3, axis=2)


def cosine(first: np.ndarray, second: np.ndarray) -> float:
    rows = encode_pictures(np.stack([first, second])).astype(np.float32)
    return float(rows[0] @ rows[1])


def test_rows_have_length_one_and_the_same_picture_is_the_same_row_in_any_company():
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (5, SIDE, SIDE, 3), dtype=np.uint8)
    rows = encode_pictures(pictures)
    np.testing.assert_allclose(np.linalg.norm(rows.astype(np.float32), axis=1), 1, atol=2e-3)
    np.testing.assert_array_equal(encode_pictures(pictures[3:4])[0], rows[3])


def test_edges_tell_directions_apart_whatever_the_light():
    upright, lying = stripes(upright=True), stripes(upright=False)
    assert cosine(upright, upright // 4) > cosine(upright, lying) + 0.3


def test_colours_tell_pictures_without_edges_apart():
    red, dark_red, blue = (np.broadcast_to(np.array(colour, dtype=np.uint8), BLACK.shape) for colour in COLOURS)
    assert cosine(red, dark_red) == pytest.approx(1, abs=1e-2)
    assert cosine(red, blue) == pytest.approx(0, abs=1e-2)


COLOURS = ((250, 10, 10), (240, 10, 10), (10, 10, 250))


@pytest.mark.parametrize("value", [0, 1, 128, 255])
def test_pictures_of_one_colour_are_rows_of_finite_numbers(value):
    rows = encode_pictures(np.full((1, SIDE, SIDE, 3), value, dtype=np.uint8))
    assert np.isfinite(rows).all()
    assert np.linalg.norm(rows.astype(np.float32)) == pytest.approx(1, abs=1e-2)


def test_files_that_are_missing_or_cut_off_are_rows_of_zeros_and_the_others_keep_their_places():
    rows = PictureEncoder().encode([b"", BLACK.tobytes(), b"short"])
    assert rows.shape == (3, N_COLUMNS)
    assert [bool(row.any()) for row in rows] == [False, True, False]
    assert PictureEncoder().encode([]).shape == (0, N_COLUMNS)


def test_what_is_no_such_picture_is_refused_with_its_shape():
    with pytest.raises(ValueError, match="64 x 64 x 3 bytes"):
        encode_pictures(np.zeros((1, 32, 32, 3), dtype=np.uint8))
