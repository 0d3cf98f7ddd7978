"""Sounds as rows: scale and filters by their formulas, what is told apart, and that nothing in a sound breaks it."""

import numpy as np
import pytest

from models_app.encoders.sounds import (
    HIGHEST,
    LOWEST,
    N_BANDS,
    N_COLUMNS,
    RATE,
    SoundEncoder,
    encode_sound,
    log_mel,
    mel_filters,
)
from tests.sounds import make_noise, make_tone


def cosine(first: np.ndarray, second: np.ndarray) -> float:
    return float(encode_sound(first).astype(np.float32) @ encode_sound(second).astype(np.float32))


def as_file(samples: np.ndarray) -> bytes:
    return np.round(samples * 32_767).astype("<i2").tobytes()


def band_of(hertz: float) -> float:
    """Between which two bands a pitch lies, by the formula of the scale written out: 1000 Hz are 1000 mels."""
    mels = 1127.01048 * np.log(1 + np.array([hertz, LOWEST, HIGHEST]) / 700)
    return float((mels[0] - mels[1]) / (mels[2] - mels[1]) * (N_BANDS + 1) - 1)


@pytest.mark.parametrize("hertz", [200, 440, 1_000, 3_000, 7_000])
def test_a_tone_is_loudest_in_the_band_of_its_pitch(hertz):
    bands = log_mel(make_tone(hertz, 1, loudness=1)).mean(axis=0)
    assert abs(int(bands.argmax()) - band_of(hertz)) <= 0.6
    assert bands.max() == pytest.approx(0, abs=0.35), "bels below a sine as loud as can be"


def test_filters_are_triangles_that_leave_no_pitch_out():
    filters = mel_filters()
    assert (filters.max(axis=1) > 0.5).all(), "none falls between two frequencies"
    inner = filters[:, (np.arange(257) * RATE / 512 > 110) & (np.arange(257) * RATE / 512 < 7_300)]
    np.testing.assert_allclose(inner.sum(axis=0), 1, atol=1e-9)


def test_rows_have_length_one_and_do_not_depend_on_their_company():
    files = [as_file(make_noise(number)) for number in range(3)] + [as_file(make_tone())]
    rows = SoundEncoder().encode(files)
    np.testing.assert_allclose(np.linalg.norm(rows.astype(np.float32), axis=1), 1, atol=2e-3)
    np.testing.assert_array_equal(SoundEncoder().encode(files[2:3])[0], rows[2])


def test_the_same_sound_from_farther_away_is_much_the_same():
    noise, tone = make_noise(1), make_tone(440)
    assert cosine(noise, noise / 8) > 0.95
    assert cosine(tone, tone / 4) > cosine(tone, make_tone(1_500)) + 0.1
    assert cosine(noise, make_noise(2)) > cosine(noise, tone) + 0.3


def test_what_comes_and_goes_is_told_from_what_stays():
    steady = make_noise(3, 1)
    pulsing = steady * (np.arange(RATE) // 800 % 2)
    assert cosine(pulsing, make_noise(4, 1) * (np.arange(RATE) // 800 % 2)) > cosine(pulsing, steady) + 0.05


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros(RATE),
        np.zeros(1),
        np.ones(1),
        np.full(500, np.nan),
        np.full(500, np.inf),
        np.sign(make_tone(300, 1)),
        make_noise(0, 0.01),
        np.array([1.0, -1.0] * 4_000),
    ],
    ids=["silence", "nothing once", "one sample", "no numbers", "endless", "clipped", "a click", "the highest pitch"],
)
def test_the_rarest_sounds_are_rows_of_finite_numbers(samples):
    row = encode_sound(samples).astype(np.float32)
    assert np.isfinite(row).all()
    assert np.linalg.norm(row) == pytest.approx(1, abs=2e-3)


def test_files_that_are_missing_or_cut_off_are_rows_of_zeros_and_the_others_keep_their_places():
    rows = SoundEncoder().encode([b"", as_file(make_tone()), b"odd"])
    assert rows.shape == (3, N_COLUMNS)
    assert [bool(row.any()) for row in rows] == [False, True, False]
    assert SoundEncoder().encode([]).shape == (0, N_COLUMNS)
    assert not encode_sound(np.zeros(0)).any()


def test_what_is_no_row_of_samples_is_refused():
    with pytest.raises(ValueError, match="2 dimensions"):
        encode_sound(np.zeros((2, 10)))
