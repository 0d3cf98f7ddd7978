"""Sounds as dense rows: statistics of their log-mel spectrum. Plain numpy, nothing fitted.

What is heard at once is told by how strong each band of pitches is on average; what happens in it by how much that
varies, how fast it changes, and whether it comes or goes from the first half to the second. How loud the whole is
counts little: the same sound from farther away is the same sound.

References
----------
Davis and Mermelstein (1980), Comparison of parametric representations for monosyllabic word recognition, for triangular
filters on the mel scale; O'Shaughnessy (1987), Speech communication, page 150, for the scale itself, 2595 log10(1 + f /
700), which is that of HTK; Young et al. (2006), The HTK book, equation 5.16, for the changes.
"""

from collections.abc import Sequence

import numpy as np

RATE = 16_000  # samples a second
NAME = "sound-1"  # another number whenever rows come out otherwise
N_BANDS = 40
LOWEST, HIGHEST = 50.0, 8_000.0  # Hz
_WINDOW, _HOP, _FFT = 400, 160, 512  # samples: 25 ms every 10 ms
_REACH = 2  # windows before and after that a change is measured by
_FLOOR = -8.0  # bels below a sine that is as loud as can be: what is softer is silence
# By what the parts are divided to be of about one size, in bels.
_SCALES = (1.5, 0.7, 0.15, 1.5, 8.0)
_AT_ONCE = 12_000  # windows
N_COLUMNS = 4 * N_BANDS + 1


def mel_filters(n_bands: int = N_BANDS, n_fft: int = _FFT, rate: int = RATE) -> np.ndarray:
    """Weights of the n_fft // 2 + 1 frequencies in each band, bands as rows.

    >>> mel_filters().shape
    (40, 257)
    """
    edges = _hertz(np.linspace(_mels(LOWEST), _mels(HIGHEST), n_bands + 2))
    frequencies = np.arange(n_fft // 2 + 1) * rate / n_fft
    rising = (frequencies - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - frequencies) / (edges[2:] - edges[1:-1])[:, None]
    return np.asarray(np.maximum(0, np.minimum(rising, falling)))


def log_mel(samples: np.ndarray) -> np.ndarray:
    """Energy of each band in each window in bels, at least -8; windows as rows, float32.

    ``samples`` are from -1 to 1, ``RATE`` a second. A sine as loud as can be is about 0 in its band.

    >>> log_mel(np.zeros(RATE)).shape
    (98, 40)
    """
    padded = np.pad(samples.astype(np.float32), (0, max(0, _WINDOW - len(samples))))
    windows = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP]
    shape = np.hanning(_WINDOW).astype(np.float32)
    found = []
    for start in range(0, len(windows), _AT_ONCE):
        spectrum = np.fft.rfft(windows[start : start + _AT_ONCE] * shape, _FFT)
        power = np.square(np.abs(spectrum) * np.float32(2 / shape.sum()))
        found.append(np.log10(np.maximum(power @ _FILTERS.T, 10**_FLOOR)))
    return np.concatenate(found).astype(np.float32)


def encode_sound(samples: np.ndarray) -> np.ndarray:
    """A row of length one, float16, of samples from -1 to 1, ``RATE`` a second; zeros where there are none.

    >>> encode_sound(np.zeros(RATE)).shape
    (161,)
    """
    if samples.ndim != 1:
        raise ValueError(f"A sound is one row of samples, not {samples.ndim} dimensions of them.")
    if not len(samples):
        return np.zeros(N_COLUMNS, dtype=np.float16)
    bands = log_mel(np.clip(np.nan_to_num(samples, posinf=1, neginf=-1), -1, 1))
    means, loudness = bands.mean(axis=0), bands.mean()
    changes = np.abs(_changes(bands)).mean(axis=0)
    halves = np.array_split(bands, [(len(bands) + 1) // 2]) if len(bands) > 1 else [bands, bands]
    course = halves[1].mean(axis=0) - halves[0].mean(axis=0)
    parts = (means - loudness, bands.std(axis=0), changes, course, np.array([loudness]))
    row = np.concatenate([part / scale for part, scale in zip(parts, _SCALES, strict=True)])
    return np.asarray(row / np.linalg.norm(row), dtype=np.float16) if row.any() else row.astype(np.float16)


class SoundEncoder:
    """Turns what the reader of a sound has left for encoders into rows; see ``media_rows``."""

    name = NAME
    part = "heard.s16"
    n_columns = N_COLUMNS
    is_slow = True

    def encode(self, files: Sequence[bytes]) -> np.ndarray:
        """A row of float16 for each file; zeros where there is none or it is no such file."""
        rows = np.zeros((len(files), N_COLUMNS), dtype=np.float16)
        for number, file in enumerate(files):
            if file and len(file) % 2 == 0:
                rows[number] = encode_sound(np.frombuffer(file, dtype="<i2").astype(np.float32) / 32_767)
        return rows


def sound_encoder(name: str = "") -> SoundEncoder | None:
    """The encoder of that name, None where it is not this one; without a name what sounds are read by from now on."""
    return SoundEncoder() if name in ("", SoundEncoder.name) else None


def _changes(bands: np.ndarray) -> np.ndarray:
    """The slope of each band in each window, in bels a window, by the windows around it."""
    n = len(bands)
    places = np.arange(n)
    total = np.zeros_like(bands)
    for far in range(1, _REACH + 1):
        total += far * (bands[np.minimum(places + far, n - 1)] - bands[np.maximum(places - far, 0)])
    return np.asarray(total / (2 * sum(far * far for far in range(1, _REACH + 1))))


def _mels(hertz: float) -> float:
    return float(2595 * np.log10(1 + hertz / 700))


def _hertz(mels: np.ndarray) -> np.ndarray:
    return np.asarray(700 * (10 ** (mels / 2595) - 1))


_FILTERS = mel_filters().astype(np.float32)
