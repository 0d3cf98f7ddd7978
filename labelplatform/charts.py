"""Where the marks of a picture go: plain numbers in, coordinates in percent out.

Templates (``_learning_curve.html``, ``_day_bars.html``, ``_confusion_matrix.html``) draw what these return as SVG.
Percentages let a picture fill any width while its text keeps its size.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from labelplatform.certainty import Share


@dataclass(frozen=True)
class Tick:
    at: float
    text: str


@dataclass(frozen=True)
class CurvePoint:
    """One measured model: its share of right answers on the holdout, with the interval's two ends, all in [0, 1]."""

    n_labels: int
    score: float
    low: float
    high: float
    name: str = ""
    url: str = ""
    is_active: bool = False
    is_rejected: bool = False


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    low_y: float
    high_y: float
    point: CurvePoint


@dataclass(frozen=True)
class LearningCurve:
    """``line`` and ``band`` are path data in a 100 x 100 box; ticks and dots are percentages of width and height."""

    line: str
    band: str
    dots: list[Dot]
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    goal_y: float | None = None

    @property
    def last(self) -> CurvePoint:
        return self.dots[-1].point

    @property
    def newest_first(self) -> list[CurvePoint]:
        return [dot.point for dot in reversed(self.dots)]


def learning_curve(points: Sequence[CurvePoint], *, goal: float | None = None) -> LearningCurve | None:
    """Lay out score over number of labels with its interval band; None where nothing was measured yet.

    Those of as many labels stay in the order given, the oldest first.

    >>> curve = learning_curve([CurvePoint(50, 0.5, 0.4, 0.6), CurvePoint(100, 0.7, 0.6, 0.8)])
    >>> [(dot.x, dot.y) for dot in curve.dots]
    [(50.0, 71.4), (100.0, 42.9)]
    """
    points = sorted(points, key=lambda point: point.n_labels)
    if not points:
        return None
    right = max(1, points[-1].n_labels)
    bottom = min(0.9, math.floor(min(point.low for point in points) * 10) / 10)
    if goal is not None:
        bottom = min(bottom, math.floor(goal * 10) / 10)
    bottom = max(0.0, bottom - 0.1) if bottom > 0.3 else bottom

    def y_of(score: float) -> float:
        return round(100 * (1 - (score - bottom) / (1 - bottom)), 1)

    dots = [Dot(round(100 * p.n_labels / right, 1), y_of(p.score), y_of(p.low), y_of(p.high), p) for p in points]
    step = 0.2 if bottom < 0.35 else 0.1
    n_steps = math.floor((1 - bottom) / step + 1e-9)
    return LearningCurve(
        line=_path((dot.x, dot.y) for dot in dots),
        band=_path([(dot.x, dot.high_y) for dot in dots] + [(dot.x, dot.low_y) for dot in reversed(dots)]) + "Z",
        dots=dots,
        x_ticks=[Tick(round(100 * value / right, 1), f"{value:,}") for value in ticks(right)],
        y_ticks=[Tick(y_of(1 - i * step), f"{100 * (1 - i * step):.0f} %") for i in range(n_steps + 1)],
        goal_y=None if goal is None else y_of(goal),
    )


@dataclass(frozen=True)
class DayBar:
    x: float
    width: float
    y: float
    height: float
    day: date
    count: int


@dataclass(frozen=True)
class DayBars:
    bars: list[DayBar]
    y_ticks: list[Tick]
    first: date
    last: date

    @property
    def total(self) -> int:
        return sum(bar.count for bar in self.bars)


def day_bars(counts: Sequence[tuple[date, int]]) -> DayBars | None:
    """One bar a day, in the order given; None where nothing was counted.

    >>> bars = day_bars([(date(2026, 1, 1), 5), (date(2026, 1, 2), 10)])
    >>> [(bar.x, bar.height) for bar in bars.bars]
    [(5.0, 50.0), (55.0, 100.0)]
    """
    if not any(count for _, count in counts):
        return None
    top = nice_ceiling(max(count for _, count in counts))
    slot = 100 / len(counts)
    bars = []
    for position, (day, count) in enumerate(counts):
        height = round(100 * count / top, 1)
        bars.append(DayBar(round(slot * (position + 0.1), 2), round(slot * 0.8, 2), 100 - height, height, day, count))
    y_ticks = [Tick(0.0, f"{top:,}"), Tick(50.0, f"{top / 2:,.0f}")] if top % 2 == 0 else [Tick(0.0, f"{top:,}")]
    return DayBars(bars, y_ticks, counts[0][0], counts[-1][0])


@dataclass(frozen=True)
class Part:
    """One piece of a bar: ``kind`` becomes the class ``part-<kind>``."""

    kind: str
    title: str
    count: int
    url: str = ""
    x: float = 0.0
    width: float = 0.0


def parts_of_a_whole(parts: Sequence[Part]) -> list[Part]:
    """Lay the parts end to end over 100 percent; what is there but tiny is still drawn, half a percent wide.

    >>> [(part.kind, part.x, part.width) for part in parts_of_a_whole([Part("done", "", 30), Part("open", "", 70)])]
    [('done', 0.0, 30.0), ('open', 30.0, 70.0)]
    """
    total = sum(part.count for part in parts)
    if not total:
        return []
    widths = [max(0.5, 100 * part.count / total) if part.count else 0.0 for part in parts]
    scale = 100 / sum(widths)
    laid, x = [], 0.0
    for part, width in zip(parts, widths, strict=True):
        laid.append(Part(part.kind, part.title, part.count, part.url, round(x, 2), round(width * scale, 2)))
        x += width * scale
    return laid


@dataclass(frozen=True)
class ConfusionCell:
    """``heat`` 0 to 9 says how much of the row it is; ``is_right`` marks the diagonal."""

    count: int
    share: float
    heat: int
    is_right: bool
    truth: str
    answer: str

    @property
    def percent(self) -> int:
        return round(100 * self.share)


@dataclass(frozen=True)
class ConfusionRow:
    title: str
    cells: list[ConfusionCell]
    total: int
    recall: float

    @property
    def recall_percent(self) -> int:
        return round(100 * self.recall)


@dataclass(frozen=True)
class ConfusionMatrix:
    titles: list[str]
    rows: list[ConfusionRow]
    n_hidden: int = 0
    worst: list[ConfusionCell] = field(default_factory=list)


def confusion_matrix(
    titles: Sequence[str], counts: Sequence[Sequence[int]], *, limit: int = 12
) -> ConfusionMatrix | None:
    """Lay out ``counts[truth][answer]``; with more than ``limit`` options only those with the most errors are shown.

    >>> matrix = confusion_matrix(["ham", "spam"], [[8, 2], [0, 5]])
    >>> [[cell.heat for cell in row.cells] for row in matrix.rows]
    [[7, 2], [0, 9]]
    """
    if not any(any(row) for row in counts):
        return None
    everyone = range(len(titles))
    shown = list(everyone)
    if len(shown) > limit:
        errors = {i: sum(counts[i]) + sum(row[i] for row in counts) - 2 * counts[i][i] for i in everyone}
        shown = sorted(sorted(everyone, key=lambda i: -errors[i])[:limit])
    rows = []
    for i in shown:
        total = sum(counts[i])
        cells = [_cell(counts[i][j], total, i == j, titles[i], titles[j]) for j in shown]
        rows.append(ConfusionRow(titles[i], cells, total, counts[i][i] / total if total else 0.0))
    wrong = [
        _cell(counts[i][j], sum(counts[i]), False, titles[i], titles[j]) for i in everyone for j in everyone if i != j
    ]
    worst = sorted((cell for cell in wrong if cell.count), key=lambda cell: -cell.count)[:5]
    return ConfusionMatrix([titles[i] for i in shown], rows, len(titles) - len(shown), worst)


def _cell(count: int, total: int, is_right: bool, truth: str, answer: str) -> ConfusionCell:
    share = count / total if total else 0.0
    heat = min(9, max(1, math.ceil(share * 9 - 0.5))) if count else 0
    return ConfusionCell(count, share, heat, is_right, truth, answer)


def nice_ceiling(value: float) -> int:
    """The next 1, 2, 2.5 or 5 times a power of ten; at least 4, so that ticks are whole numbers.

    >>> [nice_ceiling(value) for value in (0, 7, 130, 201, 1284)]
    [4, 10, 200, 250, 2000]
    """
    if value <= 4:
        return 4
    power = 10 ** math.floor(math.log10(value))
    return next(math.ceil(step * power) for step in (1, 2, 2.5, 5, 10) if step * power >= value)


def ticks(top: float) -> list[int]:
    """Up to six round whole numbers from 0, the last one at or below ``top``.

    >>> ticks(200), ticks(1284), ticks(3)
    ([0, 50, 100, 150, 200], [0, 250, 500, 750, 1000, 1250], [0, 1, 2, 3])
    """
    power = 10 ** max(0, math.floor(math.log10(max(top, 1))) - 1)
    steps = (step * power for step in (1, 2, 2.5, 5, 10, 20, 25, 50))
    step = next(int(step) for step in steps if step == int(step) and top / step < 5.6)
    return list(range(0, math.floor(top) + 1, step))


def _path(points: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points)


@dataclass(frozen=True)
class ReliabilityDot:
    """Answers given with about this ``confidence``; ``r`` is larger the more of them there are."""

    x: float
    y: float
    low_y: float
    high_y: float
    r: float
    confidence: float
    right: Share


@dataclass(frozen=True)
class ReliabilityDiagram:
    """How often answers are right over how sure they were said; on the diagonal, confidences mean what they say."""

    dots: list[ReliabilityDot]
    x_ticks: list[Tick]
    y_ticks: list[Tick]


def reliability_diagram(parts: Iterable[tuple[float, Share]]) -> ReliabilityDiagram | None:
    """Lay out mean confidence and share of right answers of each part; None where nothing was measured.

    >>> diagram = reliability_diagram([(0.9, Share(0.8, 0.7, 0.87, 80)), (0.5, Share(0.5, 0.3, 0.7, 20))])
    >>> [(dot.x, dot.y, dot.r) for dot in diagram.dots]
    [(50.0, 50.0, 5.0), (90.0, 20.0, 8.0)]
    """
    found = sorted(parts, key=lambda part: part[0])
    if not found:
        return None
    most = max(right.n for _, right in found)
    dots = [
        ReliabilityDot(
            x=round(100 * confidence, 1),
            y=round(100 * (1 - right.value), 1),
            low_y=round(100 * (1 - right.low), 1),
            high_y=round(100 * (1 - right.high), 1),
            r=round(2 + 6 * math.sqrt(right.n / most), 1),
            confidence=confidence,
            right=right,
        )
        for confidence, right in found
    ]
    x_ticks = [Tick(20.0 * step, f"{20 * step} %") for step in range(6)]
    return ReliabilityDiagram(dots, x_ticks, [Tick(100.0 - tick.at, tick.text) for tick in x_ticks])
