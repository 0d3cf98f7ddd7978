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
import scipy.sparse as sp

from benchmarks.active_learning import RANDOM, LabeledSet, play
from benchmarks.figures import Figure, line
from models_app.encoders.rows import Rows
from models_app.encoders.sounds import RATE, encode_sound
from models_app.encoders.tfidf import Vocabulary
from projects.starters import sounds

BUDGETS = range(20, 101, 40)
DEFAULT = "kmeans_margin"
_SOUNDS = 1_200
_SECONDS = 1.0
_TEST_SHARE = 3  # one in three
_NO_WORDS = Vocabulary(
    np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.float32), np.zeros((0, 0), dtype=np.float32), 0
)


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
        curves: dict[tuple[str, int], list[float]] = {}
        for seed in range(seeds):
            data = _split(dense, answers, seed)
            for strategy in (RANDOM, DEFAULT):
                for size, accuracy in play(data, strategy, seed=seed, sizes=BUDGETS):
                    curves.setdefault((strategy, size), []).append(accuracy)
        for (strategy, size), scores in curves.items():
            figures.append(Figure(f"{name}: accuracy, {strategy}, {size} labels", round(float(np.mean(scores)), 3), ""))
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


def _split(dense: np.ndarray, answers: np.ndarray, seed: int) -> LabeledSet:
    order = np.random.default_rng(seed).permutation(len(answers))
    test, pool = np.split(order, [len(order) // _TEST_SHARE])
    rows = [Rows(sp.csr_matrix((len(part), 0), dtype=np.float32), dense[part]) for part in (pool, test)]
    return LabeledSet(_NO_WORDS, rows[0], answers[pool], rows[1], answers[test])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sound_learning", description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    for figure in measure(parser.parse_args().seeds):
        sys.stdout.write(line("", 0, figure) + "\n")
