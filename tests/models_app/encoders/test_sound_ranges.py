"""Ranges of sounds as rows: heard as if they were cut out, however long the sound is and whatever it is packed in."""

import io

import numpy as np
import pytest

from models_app.encoders.sound_ranges import SoundRanges
from models_app.encoders.sounds import N_COLUMNS, encode_sound
from tests.sounds import make_noise, make_sound, make_tone


def rows_of(file: bytes, *ranges: tuple[float, float]) -> np.ndarray:
    regions = [{"start": start, "end": end} for start, end in ranges]
    return SoundRanges().encode(io.BytesIO(file), regions).astype(np.float32)


TONE, NOISE = (encode_sound(one).astype(np.float32) for one in (make_tone(440, 1), make_noise(1, 1)))


@pytest.mark.parametrize("form", ["WAV", "FLAC", "OGG", "MP3"])
def test_a_range_is_heard_as_if_it_were_cut_out(form):
    samples = np.concatenate([make_noise(1, 1), make_tone(440, 1), make_noise(2, 1)])
    before, tone, after, within = rows_of(make_sound(samples, form=form), (0, 1), (1, 2), (2, 3), (1.2, 1.8))
    heard = slice(0, N_COLUMNS)
    assert min(before[heard] @ NOISE, after[heard] @ NOISE) > 0.95
    assert min(tone[heard] @ TONE, within[heard] @ TONE) > 0.75, "an MP3 smears the edges a little"
    assert tone[heard] @ NOISE < tone[heard] @ TONE - 0.1


def test_what_is_far_behind_in_a_long_sound_is_heard_where_it_is():
    samples = np.zeros(150 * 16_000)
    samples[140 * 16_000 : 141 * 16_000] = make_tone(440, 1)
    tone, silence, whole = rows_of(make_sound(samples, form="FLAC"), (140, 141), (100, 101), (0, 150))
    assert tone[:N_COLUMNS] @ TONE > 0.99
    assert silence[:N_COLUMNS] @ TONE < 0.7
    assert np.isfinite(whole).all()


def test_a_range_of_one_sample_is_a_row_and_one_behind_the_end_is_none():
    rows = rows_of(make_sound(make_tone(440, 1)), (0.5, 0.50001), (0, 0.001), (0.9999, 1), (1.5, 2), (0.9, 50))
    assert rows[:, :N_COLUMNS].any(axis=1).tolist() == [True, True, True, False, True]
    assert np.isfinite(rows).all()


def test_of_a_file_that_is_no_sound_only_the_length_of_a_segment_is_known():
    [row] = rows_of(b"no sound at all", (0, 2))
    assert not row[:N_COLUMNS].any()
    assert row[N_COLUMNS:].argmax() == 6


def test_rows_tell_how_long_segments_last():
    short, long, other = rows_of(make_sound(make_tone(440, 5)), (1, 1.25), (0, 4), (1, 4.9))
    assert short[N_COLUMNS:].argmax() == 3
    assert long[N_COLUMNS:].argmax() == other[N_COLUMNS:].argmax() == 7
