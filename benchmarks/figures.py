"""What a benchmark hands back, and the table it ends up in."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured value. ``limit`` is what it should reach: at most that, or with ``at_least`` at least that."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    at_least: bool = False

    @property
    def is_reached(self) -> bool | None:
        if self.limit is None:
            return None
        return self.value >= self.limit if self.at_least else self.value <= self.limit


def quantiles(values: Iterable[float], prefix: str, *, limits: dict[int, float] | None = None) -> list[Figure]:
    """p50, p95 and p99 of latencies in seconds, as milliseconds."""
    ordered = sorted(values)
    if not ordered:
        return []
    figures = []
    for percent in (50, 95, 99):
        value = ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
        limit = (limits or {}).get(percent)
        figures.append(Figure(f"{prefix} p{percent}", round(value * 1000, 2), "ms", limit))
    return figures


def line(database: str, size: int, figure: Figure) -> str:
    """One row of the table."""
    sign = {True: "reached", False: "MISSED", None: ""}[figure.is_reached]
    wanted = "" if figure.limit is None else f"{'≥' if figure.at_least else '≤'} {figure.limit:g}"
    tasks = f"{size:,}" if size else ""
    value = f"{figure.value:,.0f}" if abs(figure.value) >= 1000 else f"{figure.value:,.4g}"
    return f"{database:<11}{tasks:>10}  {figure.name:<58}{value:>11} {figure.unit:<10}{wanted:<9}{sign}".rstrip()
