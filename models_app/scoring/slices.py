"""Whether a model is worse for some kinds of tasks: its main figure, part by part, without being fooled by chance."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.stats import norm

from models_app.rounds.metrics import Estimate, wilson_interval
from models_app.scoring.bootstrap import f1_from_sums

FEWEST_IN_SLICE = 10
_LEVEL = 0.95
_MOST_VALUES = 12  # more of them are no kinds of tasks
_MOST_SLICES = 60
_FEWEST_FOR_QUARTERS = 4 * FEWEST_IN_SLICE
_LONGEST_TITLE = 60
_NONE = "(none)"


@dataclass(frozen=True)
class Column:
    """What is known of each task under one name: a text, a number, a truth value, or None where it is not known."""

    name: str
    values: Sequence[Any]


@dataclass(frozen=True)
class Slice:
    """The tasks with one value of one column.

    ``because`` says why there is no ``score``. ``is_worse``: worse than all together beyond what looking at so many
    slices would show by chance.
    """

    column: str
    title: str
    n: int
    score: dict[str, Any] | None
    because: str = ""
    is_worse: bool = False


@dataclass(frozen=True)
class Sliced:
    """``slices`` begin with the worst; those that cannot be told end the list. ``n_compared`` of them could be told.

    ``rows`` are the places of each slice's tasks, in the same order.
    """

    whole: dict[str, Any]
    n_compared: int
    slices: list[dict[str, Any]]
    rows: list[np.ndarray]


def slice_scores(parts: np.ndarray, columns: Sequence[Column]) -> Sliced:
    """The figure whose rows are ``parts``, for all tasks and for each value of each column.

    ``parts`` has one row per task: a score in [0, 1], whose mean is the figure (Wilson's interval, which is too wide
    rather than too narrow for scores between 0 and 1); or how much was rightly found, found and there, for an F1
    (percentile bootstrap over tasks).

    A slice is called worse when its interval lies wholly below the figure of all tasks at a level that leaves a
    chance of at most 5 % of *any* such remark where nothing differs (Bonferroni). The tasks of a slice are among all
    tasks, so the difference varies less than the slice itself, and the remark is rarer still.

    >>> sliced = slice_scores(np.repeat([[1.0], [0.0]], 50, axis=0), [Column("from", ["app"] * 50 + ["mail"] * 50)])
    >>> [(one["title"], one["score"]["value"], one["is_worse"]) for one in sliced.slices]
    [('mail', 0.0, True), ('app', 1.0, False)]
    """
    parts = np.asarray(parts, dtype=np.float64)
    if parts.ndim == 1:
        parts = parts[:, np.newaxis]
    wrong = [column.name for column in columns if len(column.values) != len(parts)]
    if wrong:
        raise ValueError(f"The columns {', '.join(wrong)} do not have one value for each of {len(parts)} tasks.")
    estimate = _mean if parts.shape[1] == 1 else _f1
    whole = estimate(parts, _LEVEL)
    groups = [(column.name, title, rows) for column in columns for title, rows in _groups(column.values)]
    groups = groups[:_MOST_SLICES]
    refusals = [_why_not(parts[rows]) for _, _, rows in groups]
    n_compared = refusals.count("")
    level = 1 - (1 - _LEVEL) / max(1, n_compared)
    slices: list[tuple[Slice, np.ndarray]] = []
    for (column, title, rows), because in zip(groups, refusals, strict=True):
        if because:
            slices.append((Slice(column, title, len(rows), None, because), rows))
            continue
        score = estimate(parts[rows], _LEVEL)
        is_worse = estimate(parts[rows], level).high < whole.value
        slices.append((Slice(column, title, len(rows), score.as_json(), "", is_worse), rows))
    slices.sort(key=lambda pair: _badness(pair[0]))
    return Sliced(whole.as_json(), n_compared, [asdict(one) for one, _ in slices], [rows for _, rows in slices])


def _badness(one: Slice) -> tuple[bool, bool, float]:
    return one.score is None, not one.is_worse, one.score["value"] if one.score else -one.n


def _mean(parts: np.ndarray, level: float) -> Estimate:
    return wilson_interval(float(parts[:, 0].sum()), len(parts), level=level)


def _f1(parts: np.ndarray, level: float) -> Estimate:
    """At a level beyond 95 % the bootstrap interval is stretched as a normal one would be: its own far quantiles would
    take a great many resamples."""
    found = f1_from_sums(parts)
    stretch = float(norm.ppf(0.5 + level / 2) / norm.ppf(0.5 + _LEVEL / 2))
    low = max(0.0, found.value - stretch * (found.value - found.low))
    return Estimate(found.value, low, min(1.0, found.value + stretch * (found.high - found.value)), found.n)


def _why_not(parts: np.ndarray) -> str:
    if len(parts) < FEWEST_IN_SLICE:
        return f"there are {len(parts)} of the {FEWEST_IN_SLICE} tasks it takes"
    if parts.shape[1] > 1 and not parts[:, 1:].any():
        return "nothing was to be found and nothing was found"
    return ""


def _groups(values: Sequence[Any]) -> list[tuple[str, np.ndarray]]:
    """The values that occur with the rows that have them: as they are where they are few, numbers else in quarters.

    Nothing where all rows are alike, or where there are many values that have no order.
    """
    titles = [_title(value) for value in values]
    counts = Counter(titles)
    if len(counts) < 2:
        return []
    if len(counts) <= _MOST_VALUES:
        return [(title, np.flatnonzero([one == title for one in titles])) for title, _ in counts.most_common()]
    numbers = [_number(value) for value in values]
    if any(number is None for number, value in zip(numbers, values, strict=True) if value is not None):
        return []
    return _quarters(np.array([math.nan if number is None else number for number in numbers]))


def _quarters(numbers: np.ndarray) -> list[tuple[str, np.ndarray]]:
    known = numbers[~np.isnan(numbers)]
    if len(known) < _FEWEST_FOR_QUARTERS:
        return []
    edges = np.unique(np.quantile(known, [0.25, 0.5, 0.75]))
    which = np.where(np.isnan(numbers), -1, np.searchsorted(edges, numbers, side="left"))
    found = []
    for quarter in range(len(edges) + 1):
        rows = np.flatnonzero(which == quarter)
        if len(rows):
            found.append((f"{_short(numbers[rows].min())} to {_short(numbers[rows].max())}", rows))
    unknown = np.flatnonzero(which == -1)
    return [*found, (_NONE, unknown)] if len(unknown) else found


def _number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if is_number else None


def _short(number: float) -> str:
    return f"{number:,.0f}" if number == round(number) else f"{number:,.6g}"


_WORDS: dict[bool, str] = {True: "yes", False: "no"}


def _title(value: Any) -> str:
    if value is None or value == "":
        return _NONE
    if isinstance(value, bool):
        return _WORDS[value]
    number = _number(value)
    text = str(value) if number is None else _short(number)
    return text if len(text) <= _LONGEST_TITLE else f"{text[: _LONGEST_TITLE - 1]}…"
