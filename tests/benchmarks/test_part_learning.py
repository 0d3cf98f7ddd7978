import csv
import gzip
from pathlib import Path

import pytest

from benchmarks import part_learning
from benchmarks.part_learning import accuracy, read_dialogues


def test_what_was_said_before_tells_what_an_empty_reply_is_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(part_learning, "_TEST", 30)
    words = {"bank": "money account balance", "home": "lamp door window", "travel": "flight hotel train"}
    with gzip.open(tmp_path / "some.csv.gz", "wt", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["text", "domain"])
        writer.writeheader()
        writer.writerows({"text": f"my {word}", "domain": domain} for domain in words for word in words[domain].split())
    dialogues = read_dialogues(tmp_path / "some.csv.gz", 90, seed=0)
    alone, before = (accuracy(dialogues, 60, reads_before=reads, knows_kin=True, seed=0) for reads in (False, True))
    assert 0.5 < alone < before - 0.05
