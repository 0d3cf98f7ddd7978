"""Confidences that mean what they say, for answers that are right or wrong as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

_FEWEST_ROWS = 10
_LARGEST_LOG_ODDS = 20.0


def log_odds(confidences: np.ndarray) -> np.ndarray:
    """The logarithm of the odds, within bounds also at 0 and 1.

    >>> log_odds(np.array([0.0, 0.5, 1.0])).tolist()
    [-20.0, 0.0, 20.0]
    """
    values = np.asarray(confidences, dtype=np.float64)
    with np.errstate(divide="ignore"):
        odds = np.log(values) - np.log1p(-values)
    return np.asarray(np.clip(odds, -_LARGEST_LOG_ODDS, _LARGEST_LOG_ODDS))


@dataclass(frozen=True)
class Recalibration:
    """A slope and an offset on log-odds; fitted on rows that no strategy chose, or confidences come out too modest.

    References
    ----------
    Platt (1999), Probabilistic outputs for support vector machines.

    >>> overconfident = log_odds(np.repeat([0.9], 100))
    >>> Recalibration.fit(overconfident, np.arange(100) < 60).apply(overconfident)[0].round(1)
    np.float64(0.6)
    """

    slope: float = 1.0
    offset: float = 0.0

    @classmethod
    def fit(cls, scores: np.ndarray, is_right: np.ndarray) -> Self:
        """The likeliest slope and offset; as it is with too few rows to tell.

        Few rows could ask for anything, so normal priors hold the logarithm of the slope near 0 and the offset too.
        """
        scores, is_right = np.asarray(scores, dtype=np.float64), np.asarray(is_right, dtype=bool)
        if len(scores) < _FEWEST_ROWS:
            return cls()
        signs = np.where(is_right, 1.0, -1.0)

        def loss(parameters: np.ndarray) -> tuple[float, np.ndarray]:
            log_slope, offset = parameters
            margins = signs * (np.exp(log_slope) * scores + offset)
            pull = -signs * expit(-margins)
            value = np.logaddexp(0, -margins).sum() + log_slope**2 / 2 + offset**2 / 8
            slope_gradient = (pull * scores).sum() * np.exp(log_slope) + log_slope
            return float(value), np.array([slope_gradient, pull.sum() + offset / 4])

        found = minimize(loss, np.zeros(2), jac=True, method="L-BFGS-B", bounds=[(-4, 4), (-10, 10)])
        return cls(float(np.exp(found.x[0])), float(found.x[1]))

    def apply(self, scores: np.ndarray) -> np.ndarray:
        """The probabilities of being right that ``scores`` (log-odds) stand for."""
        return np.asarray(expit(self.slope * np.asarray(scores, dtype=np.float64) + self.offset))

    def state(self) -> dict[str, np.ndarray]:
        return {"recalibration": np.array([self.slope, self.offset])}

    @classmethod
    def from_state(cls, state: Mapping[str, np.ndarray]) -> Self:
        slope, offset = state["recalibration"]
        return cls(float(slope), float(offset))
