import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from models_app.encoded.array_files import DamagedFile, write_arrays
from models_app.versions.predictions_file import AnsweredTask, Ranked, open_predictions, write_answers, write_options


def written(path: Path) -> Path:
    write_options(
        path,
        header={"source": "builtin/topic@1"},
        options=["a", "b"],
        task_ids=np.array([3, 10, 12]),
        top=np.array([[0, 1, 65535], [1, 0, 65535], [1, 65535, 65535]], dtype=np.uint16),
        confidences=np.array([[0.75, 0.25, 0], [0.5, 0.5, 0], [1, 0, 0]], dtype=np.float32),
    )
    return path


def test_a_task_has_its_options_best_first(tmp_path: Path) -> None:
    file = open_predictions(written(tmp_path / "p.arrays"))
    assert len(file) == 3
    assert file[3] == AnsweredTask("a", 0.75, (Ranked("a", 0.75), Ranked("b", 0.25)))
    assert file[12] == AnsweredTask("b", 1.0, (Ranked("b", 1.0),))


def test_answers_of_any_form_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "p.arrays"
    answers = [
        AnsweredTask([{"id": "s1", "parts": [{"start": 0, "end": 2, "text": "😀é"}], "label": "x"}], 0.5),
        AnsweredTask(["a", "b"], 0.75, (Ranked("a", 0.9), Ranked("b", 0.8)), {"like": 7}),
        AnsweredTask([], 1.0),
    ]
    write_answers(path, {"question": "q"}, np.array([2, 5, 9]), answers)
    file = open_predictions(path)
    assert [file[task_id] for task_id in (2, 5, 9)] == answers
    with pytest.raises(KeyError):
        file[3]


def test_a_file_of_no_answers_is_read(tmp_path: Path) -> None:
    path = tmp_path / "p.arrays"
    write_answers(path, {}, np.zeros(0, dtype=np.int64), [])
    assert len(open_predictions(path)) == 0


@pytest.mark.parametrize("task_id", [0, 4, 11, 13])
def test_a_task_that_is_not_there_is_a_key_error(tmp_path: Path, task_id: int) -> None:
    with pytest.raises(KeyError):
        open_predictions(written(tmp_path / "p.arrays"))[task_id]


def test_arrays_that_do_not_fit_together_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "p.arrays"
    write_arrays(path, {"options": ["a"]}, {"task_ids": np.arange(3), "top": np.arange(3), "confidences": np.arange(9)})
    with pytest.raises(DamagedFile, match="different lengths"):
        open_predictions(path)
    write_arrays(
        path,
        {"form": "answers"},
        {"task_ids": np.arange(3), "starts": np.arange(3), "confidences": b"", "answers": b""},
    )
    with pytest.raises(DamagedFile, match="different lengths"):
        open_predictions(path)
    write_arrays(path, {"options": []}, {})
    with pytest.raises(DamagedFile, match="has no 'task_ids'"):
        open_predictions(path)
    write_arrays(path, {"form": "prose"}, {})
    with pytest.raises(DamagedFile, match="unknown form"):
        open_predictions(path)


def test_reading_predictions_and_words_needs_no_numpy() -> None:
    code = (
        "import sys; import models_app.versions.predictions_file, models_app.versions.word_weights;"
        "heavy = {'numpy', 'scipy', 'sklearn'} & set(sys.modules); assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
