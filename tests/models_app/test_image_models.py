"""A site with an image model: pictures are read by it once, when it comes, and go on without it when it goes."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from labelplatform.jobs.models import Job
from models_app.encoders.pictures import N_COLUMNS
from models_app.meanings.image_model import model_path
from models_app.models import ModelVersion
from models_app.rounds.triggers import request_encoding, request_training
from projects.models import Project
from tests.factories import make_project
from tests.models_app.learning import conclude, encode, label, make_learning_project, run_jobs
from tests.models_app.test_image_learning import SHAPES, make_image_tasks, pool_of
from tests.onnx_models import onnx_model
from tests.pictures import IMAGE_SCHEMA, make_shape

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_assets")]


@pytest.fixture
def model_file() -> Iterator[Path]:
    path = model_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    yield path
    path.unlink(missing_ok=True)


@pytest.fixture
def project() -> Project:
    project = make_project(schema=IMAGE_SCHEMA)
    tasks = make_image_tasks(project, [make_shape(SHAPES[number % 2], number) for number in range(16)])
    for number, task in enumerate(tasks):
        conclude(task, "shape", SHAPES[number % 2])
    return project


def trained(project: Project) -> ModelVersion:
    request_training(project.pk)
    ran = run_jobs()
    assert [job.error for job in ran if job.state == "failed"] == []
    return ModelVersion.objects.latest("pk")


def rows_of(project: Project, n: int) -> np.ndarray:
    dense = pool_of(project).rows_at(np.arange(n)).dense
    assert dense is not None
    return np.array(dense)


def test_a_model_is_used_as_soon_as_it_is_there_and_what_was_learned_without_it_still_works(
    project: Project, model_file: Path
):
    encode(project)
    before = trained(project)
    assert before.encoder == "picture-1"
    model_file.write_bytes(onnx_model())
    encode(project)
    assert pool_of(project).n_columns == N_COLUMNS + 3
    assert trained(project).encoder.startswith("pictures-")
    assert rows_of(project, 16).any(axis=1).all()
    before.refresh_from_db()
    assert before.vocabulary.media == "picture-1"


def test_without_the_file_learning_goes_back_to_what_is_seen_at_once(project: Project, model_file: Path):
    model_file.write_bytes(onnx_model())
    encode(project)
    assert trained(project).encoder.startswith("pictures-")
    model_file.unlink()
    encode(project)
    assert trained(project).encoder == "picture-1"


def test_another_model_makes_other_rows(project: Project, model_file: Path):
    model_file.write_bytes(onnx_model())
    encode(project)
    first = rows_of(project, 3)
    model_file.write_bytes(onnx_model(metadata={"mean": "0,0,0", "std": "1,1,1"}))
    encode(project)
    assert (rows_of(project, 3) != first).any()


def test_a_file_that_is_no_model_fails_the_job_in_words_and_labeling_goes_on(project: Project, model_file: Path):
    encode(project)
    working = trained(project)
    model_file.write_bytes(b"not a model")
    request_encoding(project.pk)
    (failed,) = [job for job in run_jobs() if job.state == "failed"]
    assert "cannot be opened as an ONNX model" in failed.error
    assert "Put another one there or remove it." in failed.error
    working.refresh_from_db()
    assert working.state == "active"


def test_a_file_that_is_no_model_is_nothing_to_projects_without_images(model_file: Path):
    model_file.write_bytes(b"not a model")
    project, tasks = make_learning_project(40)
    label(tasks[:30])
    assert trained(project).encoder == "tfidf"
    assert list(Job.objects.exclude(state="done").values_list("kind", "state", "error")) == []


def test_a_project_with_images_goes_on_learning_beside_a_file_that_is_no_model(project: Project, model_file: Path):
    encode(project)
    before = trained(project)
    model_file.write_bytes(b"not a model")
    after = trained(project)
    assert after.number == before.number + 1
    assert after.encoder == "picture-1"
