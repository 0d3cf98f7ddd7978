"""The sounds of the templates "Sound classification" and "Sound events", made by formulas: bells, birds, alarms, rain.

    python -m projects.starters.sounds

writes ``audio.zip`` and ``events.zip`` anew. The benchmark of learning from sounds makes more of the same.
"""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile

KINDS = ("bell", "bird", "alarm", "rain")
RATE = 11_025  # samples a second: small files, and high enough for all of these
_SAMPLES = 12
_SCENE_SECONDS = 7.0
_MOST_EVENTS = 4
_SEED = 5
_BELL_PARTIALS = (0.5, 1.0, 1.2, 1.5, 2.0, 2.6, 3.0)  # hum, prime, tierce, quint, nominal and above
_LOUDEST = 0.7


def synthesize(kind: str, rng: np.random.Generator, *, seconds: float | None = None) -> np.ndarray:
    """A sound of one of ``KINDS`` from -1 to 1, ``RATE`` samples a second, that never comes out twice alike."""
    times = np.arange(int(RATE * (seconds or rng.uniform(1.0, 1.5)))) / RATE
    made = {"bell": _bell, "bird": _bird, "alarm": _alarm, "rain": _rain}[kind](times, rng)
    made = made / np.abs(made).max() * _LOUDEST * rng.uniform(0.4, 1)
    ends = np.minimum(1, np.minimum(np.arange(len(made)), np.arange(len(made))[::-1]) / (0.01 * RATE))
    return np.asarray(made * ends + rng.normal(0, rng.uniform(0.0002, 0.001), len(made)))


def _bell(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Partials that are no multiples of each other, the higher the sooner gone."""
    pitch, struck = rng.uniform(300, 900), rng.uniform(0, 0.2)
    since = np.maximum(0, times - struck)
    partials = [
        rng.uniform(0.4, 1) * np.sin(2 * np.pi * pitch * ratio * since) * np.exp(-since * rng.uniform(1.5, 3) * ratio)
        for ratio in _BELL_PARTIALS
    ]
    return np.asarray(np.sum(partials, axis=0) * (times >= struck))


def _bird(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A few short whistles that rise or fall."""
    made = np.zeros_like(times)
    for start in np.sort(rng.uniform(0, times[-1] - 0.25, rng.integers(3, 7))):
        length = rng.uniform(0.06, 0.2)
        inside = (times >= start) & (times < start + length)
        share = (times[inside] - start) / length
        lowest, highest = rng.uniform(1_800, 2_800), rng.uniform(3_200, 4_800)
        if rng.random() < 0.5:
            lowest, highest = highest, lowest
        phase = 2 * np.pi * length * (lowest * share + (highest - lowest) * share**2 / 2)
        made[inside] += np.sin(phase) * np.sin(np.pi * share)
    return made


def _alarm(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Hard tones of one or two pitches by turns."""
    pitch, beat = rng.uniform(600, 1_600), rng.uniform(0.12, 0.35)
    is_high = (times // beat) % 2 == 0
    other = pitch * rng.choice([0.0, 0.75, 0.84])  # silence, or another pitch between
    frequency = np.where(is_high, pitch, other)
    wave = np.tanh(3 * np.sin(2 * np.pi * np.cumsum(frequency) / RATE))
    return np.asarray(wave * np.where(frequency > 0, 1, 0))


def _rain(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A soft hiss with drops in it."""
    hiss = rng.normal(0, 1, len(times))
    soft = np.convolve(hiss, np.ones(int(rng.integers(2, 5))), mode="same") * rng.uniform(0.15, 0.3)
    for start in rng.uniform(0, times[-1], rng.integers(15, 60)):
        since = np.maximum(0, times - start)
        soft += (
            (times >= start)
            * rng.uniform(0.2, 1)
            * np.exp(-since * 180)
            * np.sin(2 * np.pi * rng.uniform(900, 3_500) * since)
        )
    return np.asarray(soft)


def make_scene(rng: np.random.Generator) -> tuple[np.ndarray, list[tuple[str, float, float]]]:
    """A yard in which some of these are heard one after the other or at once, with ``(kind, start, end)`` in seconds of
    each."""
    scene = rng.normal(0, 0.001, int(RATE * _SCENE_SECONDS))
    events = []
    for place in range(int(rng.integers(2, _MOST_EVENTS + 1))):
        kind, seconds = str(rng.choice(KINDS)), rng.uniform(0.8, 2.0)
        room = _SCENE_SECONDS / _MOST_EVENTS
        start = min(_SCENE_SECONDS - seconds, place * room + rng.uniform(0, room / 2))
        made = synthesize(kind, rng, seconds=seconds) * 0.6
        first = int(start * RATE)
        scene[first : first + len(made)] += made[: len(scene) - first]
        events.append((kind, round(start, 3), round(start + seconds, 3)))
    return np.clip(scene, -1, 1), events


def as_ogg(samples: np.ndarray) -> bytes:
    target = io.BytesIO()
    soundfile.write(target, samples, RATE, format="OGG", subtype="VORBIS")
    return target.getvalue()


def as_flac(samples: np.ndarray) -> bytes:
    target = io.BytesIO()
    soundfile.write(target, np.round(samples * 32_767).astype(np.int16), RATE, format="FLAC", subtype="PCM_16")
    return target.getvalue()


def main() -> None:
    rng = np.random.default_rng(_SEED)
    kinds = iter(rng.permutation(np.resize(KINDS, _SAMPLES)))
    _pack("audio.zip", "flac", lambda: as_flac(synthesize(str(next(kinds)), rng)))
    rng = np.random.default_rng(_SEED + 1)
    _pack("events.zip", "ogg", lambda: as_ogg(make_scene(rng)[0]))


def _pack(name: str, ending: str, make: Callable[[], bytes]) -> None:
    with zipfile.ZipFile(Path(__file__).with_name(name), "w") as packed:
        for number in range(1, _SAMPLES + 1):
            packed.writestr(zipfile.ZipInfo(f"sample-{number}.{ending}", (2026, 1, 1, 0, 0, 0)), make())


if __name__ == "__main__":
    main()
