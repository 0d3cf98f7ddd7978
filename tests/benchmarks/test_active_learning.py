import json
from pathlib import Path

import pytest

from benchmarks import active_learning
from benchmarks.active_learning import DemoSet, labels_to_reach


def test_the_bar_is_reached_where_the_mean_of_all_runs_reaches_it() -> None:
    curves = [[(10, 0.5), (20, 0.9)], [(10, 0.7), (20, 0.7)]]
    assert labels_to_reach(curves, 0.6, range(10, 21, 10)) == 10
    assert labels_to_reach(curves, 0.8, range(10, 21, 10)) == 20
    assert labels_to_reach(curves, 0.9, range(10, 21, 10)) is None


def test_a_run_without_two_options_counts_as_knowing_nothing() -> None:
    assert labels_to_reach([[(20, 1.0)], [(10, 1.0), (20, 1.0)]], 0.9, range(10, 21, 10)) == 20


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
