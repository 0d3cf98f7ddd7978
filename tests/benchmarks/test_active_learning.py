import json
from pathlib import Path

import pytest

from benchmarks import active_learning
from benchmarks.active_learning import DemoSet, labels_to_reach, over_random


def test_the_bar_is_reached_where_the_mean_of_all_runs_reaches_it() -> None:
    curves = [[(10, 0.5), (20, 0.9)], [(10, 0.7), (20, 0.7)]]
    assert labels_to_reach(curves, 0.6, range(10, 21, 10)) == 10
    assert labels_to_reach(curves, 0.8, range(10, 21, 10)) == 20
    assert labels_to_reach(curves, 0.9, range(10, 21, 10)) is None


def test_a_run_without_two_options_counts_as_knowing_nothing() -> None:
    assert labels_to_reach([[(20, 1.0)], [(10, 1.0), (20, 1.0)]], 0.9, range(10, 21, 10)) == 20


def test_the_gain_over_random_is_taken_seed_by_seed_and_has_an_interval() -> None:
    random = [[(10, 0.5), (20, 0.6)], [(10, 0.7), (20, 0.8)], [(10, 0.3), (20, 0.4)]]
    steady = [[(size, accuracy + 0.1) for size, accuracy in curve] for curve in random]
    gain = over_random(steady, random)
    assert gain["value"] == pytest.approx(0.1)
    assert gain["high"] - gain["low"] == pytest.approx(0, abs=1e-9)  # seeds differ much, the gain does not
    assert over_random(random[:1], random[:1])["high"] == float("inf")  # one run says nothing of others


def test_it_prints_a_table_and_writes_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    small = DemoSet("sms_spam.csv.gz", column="label", budget=40, every=20)
    monkeypatch.setattr(active_learning, "SETS", {"spam": small})
    active_learning.main(["--seeds", "1", "--sets", "spam", "--output", str(tmp_path / "bench" / "al.json")])
    assert "kmeans_margin" in capsys.readouterr().out
    written = json.loads((tmp_path / "bench" / "al.json").read_text())
    assert written["sets"]["spam"]["accuracy_with_all_labels"] > 0.97
    assert [size for size, _ in written["sets"]["spam"]["strategies"]["margin"]["curves"][0]] == [20, 40]
