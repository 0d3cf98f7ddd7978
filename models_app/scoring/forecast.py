"""What more labels would give, read from the learning curve; and when the curve cannot tell."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_FEWEST_POINTS = 4
_LEAST_GROWTH = 2.0  # the last point must have at least twice the labels of the first
_FARTHEST = 4.0  # a forecast reaches to four times the labels there are
_EXPONENTS = np.concatenate([np.linspace(0.05, 1, 39), np.linspace(1.1, 2, 10)])
_N_RESAMPLES = 400
_LEAST_ERROR = 0.002


@dataclass(frozen=True)
class Forecast:
    """The expected gain in score of ``extra`` labels with its 95 % interval, or why there is none to tell."""

    extra: int
    gain: float | None = None
    low: float | None = None
    high: float | None = None
    reason: str = ""

    def sentence(self) -> str:
        """In points of 100, for a page.

        >>> Forecast(500, 0.008, 0.003, 0.013).sentence()
        '500 more labels: +0.8 ± 0.5 points'
        >>> Forecast(500, reason="there are 2 points").sentence()
        'What 500 more labels would give is not defined, because there are 2 points.'
        """
        if self.gain is None or self.low is None or self.high is None:
            return f"What {self.extra:,} more labels would give is not defined, because {self.reason}."
        reach = max(self.high - self.gain, self.gain - self.low)
        return f"{self.extra:,} more labels: {self.gain * 100:+.1f} ± {reach * 100:.1f} points"


@dataclass(frozen=True)
class LearningCurve:
    """``ceiling - drop * n ** -exponent`` and its resamples, by which its forecasts have intervals."""

    ceilings: np.ndarray  # the first is the curve itself, the others its resamples
    drops: np.ndarray
    exponents: np.ndarray
    n_labels: int
    reason: str = ""

    def score_at(self, n_labels: float) -> float:
        """The score to be expected with so many labels; ``ValueError`` when the curve is not defined."""
        if self.reason:
            raise ValueError(f"The learning curve is not defined, because {self.reason}.")
        return float(self._scores_at(n_labels)[0])

    def forecast(self, extra: int) -> Forecast:
        """What ``extra`` more labels than the last point has would give."""
        if self.reason:
            return Forecast(extra, reason=self.reason)
        if extra > (_FARTHEST - 1) * self.n_labels:
            return Forecast(
                extra, reason=f"that is more than {_FARTHEST - 1:.0f} times the {self.n_labels:,} there are"
            )
        gains = self._scores_at(self.n_labels + extra) - self._scores_at(self.n_labels)
        low, high = np.quantile(gains[1:], [0.025, 0.975])
        return Forecast(extra, float(gains[0]), float(min(low, gains[0])), float(max(high, gains[0])))

    def _scores_at(self, n_labels: float) -> np.ndarray:
        return np.asarray(self.ceilings - self.drops * n_labels**-self.exponents)


def fit_learning_curve(
    n_labels: Sequence[int], scores: Sequence[float], errors: Sequence[float] | None = None, *, random_state: int = 0
) -> LearningCurve:
    """The power law nearest to the points, with 400 curves through points strayed from it by their errors.

    Parameters
    ----------
    n_labels, scores : what was measured with how many labels; scores in [0, 1]
    errors : standard error of each score; by default what the points stray from the curve

    Points that were measured on the same holdout stray together, so the interval of a gain is, if anything, too wide.

    References
    ----------
    Cortes et al. (1993), Learning curves: asymptotic values and rate of convergence.

    >>> sizes = [50, 100, 200, 400, 800]
    >>> curve = fit_learning_curve(sizes, [0.9 - 2 * n ** -0.5 for n in sizes])
    >>> round(curve.forecast(800).gain, 3)
    0.021
    """
    x, y = np.asarray(n_labels, dtype=np.float64), np.asarray(scores, dtype=np.float64)
    reason = _why_not(x, y)
    if reason:
        nothing = np.zeros(0)
        return LearningCurve(nothing, nothing, nothing, int(x.max()) if len(x) else 0, reason)
    stray = None if errors is None else np.maximum(np.asarray(errors, dtype=np.float64), _LEAST_ERROR)
    weights = np.ones(len(x)) if stray is None else 1 / stray**2
    ceilings, drops, exponents = _fit(x, y[np.newaxis], weights)
    if stray is None:
        residuals = y - (ceilings[0] - drops[0] * x ** -exponents[0])
        degrees = max(1, len(x) - 3)
        stray = np.full(len(x), max(_LEAST_ERROR, float(np.sqrt((residuals**2).sum() / degrees))))
    # moved from the curve, not from the points: where these fall by chance, which no curve may follow, moving them
    # would leave next to no rising curve among the resamples and an interval far too narrow
    fitted = ceilings[0] - drops[0] * x ** -exponents[0]
    moved = fitted + np.random.default_rng(random_state).normal(size=(_N_RESAMPLES, len(x))) * stray
    resampled = _fit(x, moved, weights)
    ceilings, drops, exponents = (
        np.concatenate(pair) for pair in zip((ceilings, drops, exponents), resampled, strict=True)
    )
    return LearningCurve(ceilings, drops, exponents, int(x.max()))


def _why_not(x: np.ndarray, y: np.ndarray) -> str:
    if len(x) != len(y) or not np.isfinite(y).all() or (x <= 0).any():
        return "the points are not numbers of labels with a score each"
    n_sizes = len(np.unique(x))
    if n_sizes < _FEWEST_POINTS:
        return f"the curve has {n_sizes} of the {_FEWEST_POINTS} points it needs"
    if x.max() < _LEAST_GROWTH * x.min():
        return f"the points lie too close together, from {x.min():.0f} to {x.max():.0f} labels"
    return ""


def _fit(x: np.ndarray, y: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Least squares for each row of ``y`` at each exponent, of which the best is taken; a curve never falls."""
    powers = x[np.newaxis] ** -_EXPONENTS[:, np.newaxis]
    total = weights.sum()
    power_means = powers @ weights / total
    y_means = y @ weights / total
    spread = ((powers - power_means[:, np.newaxis]) ** 2) @ weights
    slopes = (y * weights) @ (powers - power_means[:, np.newaxis]).T / spread
    slopes = np.minimum(slopes, 0)  # scores rise where powers fall
    ceilings = y_means[:, np.newaxis] - slopes * power_means
    # no score is above 1: a curve that would be goes flat at 1 and takes the slope that fits best through there
    too_high = ceilings > 1
    through = ((y - 1) * weights) @ powers.T / ((powers**2) @ weights)
    slopes = np.where(too_high, np.minimum(through, 0), slopes)
    ceilings = np.minimum(ceilings, 1)
    errors = np.stack(
        [
            ((y - ceilings[:, [place]] - slopes[:, [place]] * powers[place]) ** 2) @ weights
            for place in range(len(_EXPONENTS))
        ],
        axis=1,
    )
    best = errors.argmin(axis=1)
    rows = np.arange(len(y))
    return ceilings[rows, best], -slopes[rows, best], _EXPONENTS[best]
