"""Ranges of a sound as dense rows: what is heard in each, and how long it lasts. Nothing fitted."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, BinaryIO

import numpy as np
import soundfile

from labelplatform.media_readers.sound import heard
from models_app.encoders.sounds import N_COLUMNS, encode_sound
from models_app.encoders.steps import near_steps

_LEAST_SECONDS = 0.025  # a window of the spectrum: of what is shorter what lies around it is heard, too
_LENGTHS = np.arange(-5.0, 8.0)  # doublings of a second: from a thirtieth to two minutes
_LENGTH_WEIGHT = np.float32(0.5)  # beside what is heard, which counts 1


class SoundRanges:
    """Turns segments of one sound into rows; see ``models_app.encoded.region_rows``."""

    part = ""
    n_columns = N_COLUMNS + len(_LENGTHS)

    def encode(self, file: BinaryIO, regions: Sequence[Mapping[str, Any]]) -> np.ndarray:
        """A row of float16 for each segment, in seconds; nothing is heard of what lies behind the end, or in a file
        that is damaged."""
        ranges = [(float(region["start"]), float(region["end"])) for region in regions]
        rows = np.zeros((len(ranges), N_COLUMNS), dtype=np.float16)
        with suppress(soundfile.SoundFileError, RuntimeError), soundfile.SoundFile(file) as sound:
            for number, (start, end) in enumerate(ranges):
                rows[number] = _row_of(sound, start, end)
        lengths = np.log2([max(1e-6, end - start) for start, end in ranges])
        return np.hstack([rows, _LENGTH_WEIGHT * near_steps(lengths, _LENGTHS)]).astype(np.float16)


def _row_of(sound: soundfile.SoundFile, start: float, end: float) -> np.ndarray:
    wider = max(0.0, _LEAST_SECONDS - (end - start)) / 2
    first = max(0, round((start - wider) * sound.samplerate))
    last = min(sound.frames, round((end + wider) * sound.samplerate))
    if last <= first:
        return np.zeros(N_COLUMNS, dtype=np.float16)
    return encode_sound(heard(sound, first, last, sound.frames))
