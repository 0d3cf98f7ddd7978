"""A version that looks at files, as a ZIP file: run elsewhere on the same files, it answers as the platform does."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from labelplatform.refusals import Conflict
from models_app.encoders import pictures, sounds
from models_app.meanings.image_model import model_path
from models_app.models import ModelVersion
from models_app.prelabeling import predictions_for
from models_app.rounds.triggers import request_training
from models_app.versions.downloading import _CODE, download_model, why_not_downloadable
from projects.models import Project, Task
from tests.factories import make_project
from tests.models_app.learning import conclude, encode, run_jobs
from tests.models_app.test_downloading import run_outside, unpacked
from tests.models_app.test_image_learning import SHAPES, make_image_tasks
from tests.models_app.test_meaning import make_table
from tests.models_app.test_sound_learning import SOUNDS, make_audio_tasks, make_one
from tests.onnx_models import onnx_model
from tests.pictures import IMAGE_SCHEMA, make_shape
from tests.sounds import AUDIO_SCHEMA, make_sound, make_tone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_assets")]

N_LABELED, N_TASKS = 16, 24


@pytest.fixture
def drawn() -> list[bytes]:
    return [make_shape(SHAPES[number % 2], number) for number in range(N_TASKS)]


@pytest.fixture
def model_file() -> Iterator[Path]:
    path = model_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(onnx_model())
    yield path
    path.unlink(missing_ok=True)


def learned(project: Project, tasks: list[Task], question: str, answer: Callable[[int], Any]) -> ModelVersion:
    encode(project)
    for number, task in enumerate(tasks[:N_LABELED]):
        conclude(task, question, answer(number))
    request_training(project.pk)
    assert [job.error for job in run_jobs() if job.state == "failed"] == []
    return ModelVersion.objects.select_related("project", "schema_version", "vocabulary__table").get(project=project)


def compare(version: ModelVersion, tasks: list[Task], files: list[bytes], folder: Path, beside: str = "") -> None:
    """Both say the same of the tasks that nobody labeled, the script of the files as they were sent."""
    shown = predictions_for(version.project_id, [(task.pk, task.content.data, task.lane) for task in tasks])
    field = version.schema_version.schema.questions_by_name[version.question].on
    lines = []
    for number, (task, content) in enumerate(zip(tasks, files, strict=True)):
        if task.pk in shown:
            path = folder / f"{number}.any"
            path.write_bytes(content)
            text = {beside: task.content.data[beside]} if beside else {}
            lines.append(json.dumps({"id": task.pk, field: str(path), **text}))
    assert len(lines) >= N_TASKS - N_LABELED
    for one in run_outside(unpacked(version, folder / "model"), "\n".join(lines)):
        own = shown[one["id"]][version.question]
        assert one["answer"] == own["value"]
        assert one["confidence"] == pytest.approx(own["confidence"], abs=1e-3)


def test_a_model_of_pictures_answers_the_same_outside(drawn, tmp_path):
    project = make_project(schema=IMAGE_SCHEMA)
    tasks = make_image_tasks(project, drawn)
    version = learned(project, tasks, "shape", lambda number: SHAPES[number % 2])
    compare(version, tasks, drawn, tmp_path)


def test_so_does_one_that_reads_a_text_beside_the_picture_by_its_meaning(drawn, tmp_path):
    make_table()
    fields = [{"name": "photo", "kind": "image"}, {"name": "caption", "kind": "text"}]
    project = make_project(schema={**IMAGE_SCHEMA, "fields": fields})
    captions = [f"a {SHAPES[number % 2]} on grey {number % 5}" for number in range(N_TASKS)]
    tasks = make_image_tasks(project, drawn, caption=captions)
    version = learned(project, tasks, "shape", lambda number: SHAPES[number % 2])
    assert version.vocabulary.table is not None
    compare(version, tasks, drawn, tmp_path, beside="caption")


def test_so_does_one_whose_pictures_are_read_by_the_sites_model_which_goes_along(drawn, model_file, tmp_path):
    project = make_project(schema=IMAGE_SCHEMA)
    tasks = make_image_tasks(project, drawn)
    version = learned(project, tasks, "shape", lambda number: SHAPES[number % 2])
    assert version.encoder.startswith("pictures-")
    compare(version, tasks, drawn, tmp_path)
    model_file.write_bytes(onnx_model() + b" ")
    with pytest.raises(Conflict, match="is not there any more"):
        download_model(version, None)
    model_file.unlink()
    assert "is not there any more" in why_not_downloadable(version)


def test_a_model_of_sounds_answers_the_same_outside_for_any_form_and_rate(tmp_path):
    heard = [make_one(number) for number in range(N_TASKS - 2)]
    heard += [make_sound(make_tone(500, 0.3, rate=44_100), rate=44_100, form="FLAC"), make_sound(form="OGG")]
    project = make_project(schema=AUDIO_SCHEMA)
    tasks = make_audio_tasks(project, heard)
    version = learned(project, tasks, "sound", lambda number: SOUNDS[number % 2])
    compare(version, tasks, heard, tmp_path)


def test_a_line_may_be_a_path_and_a_file_of_another_kind_is_named(drawn, tmp_path):
    project = make_project(schema=IMAGE_SCHEMA)
    version = learned(project, make_image_tasks(project, drawn), "shape", lambda number: SHAPES[number % 2])
    folder = unpacked(version, tmp_path / "model")
    (tmp_path / "one.png").write_bytes(drawn[0])
    (tmp_path / "two.png").write_text("no picture")
    assert [one["answer"] for one in run_outside(folder, f"{tmp_path}/one.png\n")] == ["disc"]
    refused = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-I", str(folder / "run.py")],
        input=b"two.png\n",
        capture_output=True,
        cwd=tmp_path,
        check=False,
    )
    assert refused.returncode == 1
    assert refused.stderr.decode().strip() == (
        "two.png: This is no PNG, JPEG, WebP, GIF or BMP file, whatever its name says."
    )


def test_what_only_the_platform_puts_into_words_beside_a_file_says_so(drawn):
    fields = [{"name": "photo", "kind": "image"}, {"name": "page", "kind": "rich_text"}]
    project = make_project(schema={**IMAGE_SCHEMA, "fields": fields})
    tasks = make_image_tasks(project, drawn, page=["<p>a page</p>"] * N_TASKS)
    version = learned(project, tasks, "shape", lambda number: SHAPES[number % 2])
    assert "it reads “page”" in why_not_downloadable(version)


def test_the_code_that_goes_along_is_there_for_every_encoder_of_files():
    names = {name.partition("-")[0] for name in (pictures.NAME, sounds.NAME, "pictures-x-1")}
    assert names == set(_CODE)
