"""What the benchmarks are made of; their figures are not measured here."""

import csv

from benchmarks.figures import Figure, line, quantiles
from benchmarks.texts import COMMON_WORDS, RARE_WORDS, answer_of, write_csv


def test_a_figure_knows_whether_it_reached_its_limit():
    assert Figure("p95", 5.0, "ms", 6.0).is_reached is True
    assert Figure("p95", 7.0, "ms", 6.0).is_reached is False
    assert Figure("rows", 7.0, "rows/s", 6.0, at_least=True).is_reached is True
    assert Figure("rows", 7.0, "rows/s").is_reached is None
    assert line("SQLite", 10_000, Figure("p95", 7.0, "ms", 6.0)).split() == [
        "SQLite",
        "10,000",
        "p95",
        "7",
        "ms",
        "≤",
        "6",
        "MISSED",
    ]


def test_quantiles_are_values_that_were_measured():
    figures = quantiles([number / 1000 for number in range(1, 101)], "loop", limits={95: 96.0})
    assert [(figure.name, figure.value) for figure in figures] == [
        ("loop p50", 51.0),
        ("loop p95", 96.0),
        ("loop p99", 100.0),
    ]
    assert [figure.is_reached for figure in figures] == [None, True, None]
    assert quantiles([], "loop") == []


def test_texts_are_the_same_each_time_and_none_comes_twice(tmp_path):
    n_bytes = write_csv(tmp_path / "one.csv", 2_000)
    write_csv(tmp_path / "two.csv", 2_000)
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()
    assert (tmp_path / "one.csv").stat().st_size == n_bytes
    with (tmp_path / "one.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["text"] for row in rows}) == len({row["external_id"] for row in rows}) == 2_000
    for word in RARE_WORDS:
        assert 0 < sum(word in row["text"] for row in rows) <= 20
    for word in COMMON_WORDS:
        assert sum(word in row["text"] for row in rows) > 20
    assert {answer_of(number, ["a", "b", "c"]) for number in range(30)} == {"a", "b", "c"}
