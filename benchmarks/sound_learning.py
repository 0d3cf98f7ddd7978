"""How few labels sounds need, asked in the default order and at random: made-up sounds, and tones that move.

    python -m benchmarks.sound_learning [--seeds 3]

Nothing here was recorded: the first set is what the template's samples are made of (``projects/starters/sounds.py``)
with noise over it, the second are tones that rise, fall, stay or tremble. Both are heard as an import leaves them:
16,000 samples a second, one channel.
"""

import argparse
import sys
import time

import numpy as np

from benchmarks.dense_learning import accuracies
from benchmarks.figures import Figure, line
from models_app.encoders.sounds import RATE, encode_sound
from projects.starters import sounds

BUDGETS = range(20, 101, 40)
_SOUNDS = 1_200
_SECONDS = 1.0


def measure(seeds: int = 3) -> list[Figure]:
    """Accuracy on sounds that were never asked about, after 20, 60 and 100 labels, and the time to encode one."""
    figures = []
    for name, make in {"template": template_sound, "tones": moving_tone}.items():
        rng = np.random.default_rng(11)
        answers = rng.integers(0, 4, _SOUNDS)
        heard = [make(int(answer), rng) for answer in answers]
        began = time.process_time()
        dense = np.stack([encode_sound(samples) for samples in heard])
        milliseconds = 1000 * (time.process_time() - began) / len(heard)
        figures.append(Figure(f"{name}: encode a second of sound", round(milliseconds, 2), "ms"))
        figures += accuracies(name, dense, answers, seeds=seeds, sizes=BUDGETS)
    return figures


def template_sound(kind: int, rng: np.random.Generator) -> np.ndarray:
    """A bell, bird, alarm or rain with noise over it that is from as loud as the sound to ten times softer."""
    samples = sounds.synthesize(sounds.KINDS[kind], rng, seconds=_SECONDS)
    spectrum = np.fft.rfft(samples)
    n_wanted = int(len(samples) * RATE / sounds.RATE)
    heard = np.fft.irfft(np.pad(spectrum, (0, n_wanted // 2 + 1 - len(spectrum))), n_wanted)
    heard = heard / np.sqrt(np.mean(heard**2))
    return np.asarray(0.1 * (heard + rng.normal(0, 10 ** rng.uniform(-1, 0), n_wanted)))


def moving_tone(kind: int, rng: np.random.Generator) -> np.ndarray:
    """A tone that rises, falls, stays or trembles, from any pitch."""
    times = np.arange(int(RATE * _SECONDS)) / RATE
    pitch, width = rng.uniform(400, 3_000), rng.uniform(1.3, 2)
    moves = (times / _SECONDS, 1 - times / _SECONDS, 0.5 + 0 * times, 0.5 + 0.5 * np.sin(2 * np.pi * 6 * times))
    phase = 2 * np.pi * np.cumsum(pitch * width ** moves[kind]) / RATE
    return np.asarray(0.3 * np.sin(phase) + rng.normal(0, 0.02, len(times)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sound_learning", description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    for figure in measure(parser.parse_args().seeds):
        sys.stdout.write(line("", 0, figure) + "\n")
