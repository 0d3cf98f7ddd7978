import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from models_app.array_files import DamagedFile, write_arrays
from models_app.predictions_file import PredictionsFile, Ranked, write_predictions


def written(path: Path) -> Path:
    write_predictions(
        path,
        header={"source": "builtin/topic@1"},
        options=["a", "b"],
        task_ids=np.array([3, 10, 12]),
        top=np.array([[0, 1, 65535], [1, 0, 65535], [1, 65535, 65535]], dtype=np.uint16),
        confidences=np.array([[0.75, 0.25, 0], [0.5, 0.5, 0], [1, 0, 0]], dtype=np.float32),
    )
    return path


def test_a_task_has_its_options_best_first(tmp_path: Path) -> None:
    file = PredictionsFile(written(tmp_path / "p.arrays"))
    assert len(file) == 3
    assert file[3] == [Ranked("a", 0.75), Ranked("b", 0.25)]
    assert file[12] == [Ranked("b", 1.0)]


@pytest.mark.parametrize("task_id", [0, 4, 11, 13])
def test_a_task_that_is_not_there_is_a_key_error(tmp_path: Path, task_id: int) -> None:
    with pytest.raises(KeyError):
        PredictionsFile(written(tmp_path / "p.arrays"))[task_id]


def test_arrays_that_do_not_fit_together_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "p.arrays"
    write_arrays(path, {"options": ["a"]}, {"task_ids": np.arange(3), "top": np.arange(3), "confidences": np.arange(9)})
    with pytest.raises(DamagedFile, match="different lengths"):
        PredictionsFile(path)
    write_arrays(path, {}, {})
    with pytest.raises(DamagedFile, match="has no 'options'"):
        PredictionsFile(path)


def test_reading_predictions_and_words_needs_no_numpy() -> None:
    code = (
        "import sys; import models_app.predictions_file, models_app.word_weights;"
        "heavy = {'numpy', 'scipy', 'sklearn'} & set(sys.modules); assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
