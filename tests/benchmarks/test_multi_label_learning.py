import csv
import gzip
from pathlib import Path

import pytest

from benchmarks.multi_label_learning import measure, play, read_set


def test_a_project_is_played_with_either_way_of_asking(tmp_path: Path) -> None:
    words = {"joy": "happy glad smile", "anger": "furious mad shout", "fear": "afraid panic dark"}
    rows = []
    for number in range(150):
        options = sorted({list(words)[number % 3], list(words)[number // 3 % 3]})
        text = " ".join(words[option].split()[number % 2] for option in options)
        rows.append({"split": "test" if number % 5 == 0 else "pool", "text": text, "label": "|".join(options)})
    with gzip.open(tmp_path / "some.csv.gz", "wt", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["split", "text", "label"])
        writer.writeheader()
        writer.writerows(rows)
    data = read_set(tmp_path / "some.csv.gz")
    assert data.test_chosen.shape == (30, 3)
    for is_random in (True, False):
        assert play(data, is_random=is_random, seed=0, budgets=range(50, 101, 50))[-1] > 0.7


def test_without_data_nothing_is_run_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("BENCH_MULTI_LABEL", raising=False)
    assert measure() == []
    assert "BENCH_MULTI_LABEL names no file" in capsys.readouterr().out
