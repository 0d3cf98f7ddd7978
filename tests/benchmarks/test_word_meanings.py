import csv
import gzip
import json
from pathlib import Path

import pytest

from benchmarks import word_meanings
from tests.models_app.learning import texts, topic_of
from tests.models_app.tiny_model import write_model


def test_a_set_of_one_s_own_is_played_with_and_without_meanings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with gzip.open(tmp_path / "mine.csv.gz", "wt", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["split", "text", "answer"])
        rows.writerows(
            ["test" if number % 4 == 0 else "pool", text, topic_of(text)] for number, text in enumerate(texts(200))
        )
    model, output = write_model(tmp_path / "model"), tmp_path / "out.json"
    arguments = ["--file", str(tmp_path / "mine.csv.gz"), "--column", "answer", "--budget", "60", "--seeds", "1"]
    word_meanings.main([*arguments, "--model", str(model), "--output", str(output)])
    assert "of default" in capsys.readouterr().out
    written = json.loads(output.read_text())["sets"]["mine.csv"]
    assert written["all_data_tfidf"] > 0.9
    assert set(written["labels"]) == {"random", "default", "random with meanings", "default with meanings"}
