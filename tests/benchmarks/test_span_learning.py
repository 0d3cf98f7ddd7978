import gzip
import json
from pathlib import Path

import pytest

from benchmarks import span_learning
from benchmarks.span_learning import measure, read_sentences


def write_sentences(path: Path, rows: list[tuple[list[str], list[str]]]) -> None:
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for tokens, tags in rows:
            file.write(json.dumps({"tokens": tokens, "tags": tags}) + "\n")


def test_tags_become_spans_in_code_points(tmp_path: Path) -> None:
    path = tmp_path / "some.jsonl.gz"
    write_sentences(path, [(["👍", "New", "York", "!"], ["O", "B-place", "I-place", "O"]), ([], [])])
    texts, spans = read_sentences(path)
    assert (texts, spans) == (["👍 New York !", ""], [[(2, 10, "place")], []])
    assert texts[0][2:10] == "New York"


def test_without_data_nothing_is_run_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("BENCH_SPANS", raising=False)
    assert measure() == []
    assert "BENCH_SPANS names no folder" in capsys.readouterr().out


def test_both_ways_of_asking_are_played_to_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [([name, "sings", "."], ["B-person", "O", "O"]) for name in ("Ada", "Ben", "Rae", "Eve", "Tom")] * 8
    write_sentences(tmp_path / "wnut17_train.jsonl.gz", rows)
    write_sentences(tmp_path / "wnut17_test.jsonl.gz", rows[:5])
    for name, value in {"_FIRST": 10, "_BATCH": 10, "_RANDOM_BUDGET": 30, "_BUDGETS": range(10, 31, 10)}.items():
        monkeypatch.setattr(span_learning, name, value)
    span_learning.main([str(tmp_path), "--seeds", "1"])
    written = capsys.readouterr().out
    assert "sentences to random's F1 at 30" in written
    assert "tokens/s" in written
