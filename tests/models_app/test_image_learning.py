"""Images are learned from: encoded once, joined with the text beside them, alike ones found, all gone with the task."""

import numpy as np
import pytest
from django.conf import settings

from annotations.models import FinalLabel
from labelplatform.jobs.models import Job
from labelplatform.jobs.running import enqueue_job
from models_app.alike.groups import KIND
from models_app.alike.similar_search import similar_to
from models_app.encoded import encoding
from models_app.encoded.encoding import current_vocabulary, load_pool
from models_app.encoders.pictures import N_COLUMNS
from models_app.models import EncodingShard, ModelVersion
from models_app.rounds.learnable import learnable_questions, unlearnable_questions
from models_app.rounds.triggers import request_training
from models_app.versions.downloading import why_not_downloadable
from projects.importing.media_values import MediaValues
from projects.models import Lane, Project, Task
from tests.factories import make_project, make_tasks
from tests.models_app.learning import conclude, encode, run_jobs
from tests.pictures import IMAGE_SCHEMA, make_image_asset, make_picture, make_shape

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_assets")]

SHAPES = ("disc", "square")


@pytest.fixture(scope="module")
def drawn() -> list[bytes]:
    return [make_shape(SHAPES[number % 2], number) for number in range(24)]


def make_image_tasks(project: Project, pictures: list[bytes], **data: list[str]) -> list[Task]:
    """A task a picture, all of them trained on."""
    media = MediaValues(project.pk, project.schema)
    rows = []
    for number, content in enumerate(pictures):
        hashed = make_image_asset(project, content, name=f"{number}.png").content_hash
        rows.append(media.fill({"photo": hashed, **{name: texts[number] for name, texts in data.items()}})[0])
    return make_tasks(project, data=rows, lane=Lane.BASE)


def pool_of(project: Project) -> encoding.EncodedPool:
    vocabulary = current_vocabulary(project.pk, "photo")
    assert vocabulary is not None
    return load_pool(project.pk, "photo", vocabulary.file_name)


def test_a_question_about_images_is_learned_from_their_pixels(drawn):
    project = make_project(schema=IMAGE_SCHEMA)
    tasks = make_image_tasks(project, [*drawn, make_shape("disc", 4, size=50)])
    encode(project)
    pool = pool_of(project)
    assert pool.task_ids.tolist() == [task.pk for task in tasks]
    assert pool.n_columns == N_COLUMNS, "no words, not even those of the files' names"
    for number, task in enumerate(tasks[:16]):
        conclude(task, "shape", SHAPES[number % 2])
    request_training(project.pk)
    ran = run_jobs()
    assert [job.error for job in ran if job.state == "failed"] == []
    version = ModelVersion.objects.get()
    assert version.encoder.startswith("picture-")
    assert why_not_downloadable(version) == ""
    assert FinalLabel.objects.count() == 16
    similar = similar_to(project, tasks[24].pk, 1)
    assert similar is not None
    assert similar[0][0] == tasks[4].pk, "the same disc on a slightly larger ground"


def test_black_pictures_and_lost_files_are_rows_too(drawn):
    project = make_project(schema=IMAGE_SCHEMA)
    tasks = make_image_tasks(project, [make_picture("black"), make_picture("black", (7, 900)), drawn[0]])
    encode(project)
    rows = pool_of(project).rows_at(np.arange(3)).dense
    np.testing.assert_array_equal(rows[0], rows[1])
    assert np.isfinite(rows).all()
    value = tasks[2].content.data["photo"]
    for file in (settings.DATA_DIR / "assets" / str(project.pk)).glob(f"{value['asset']}*/*"):
        file.unlink()
    EncodingShard.objects.all().delete()
    encode(project)
    assert not pool_of(project).rows_at(np.array([2])).dense.any()


def test_new_tasks_join_and_rows_go_with_the_task(drawn):
    project = make_project(schema=IMAGE_SCHEMA)
    tasks = make_image_tasks(project, drawn[:3])
    encode(project)
    before = pool_of(project).rows_at(np.arange(3)).dense.copy()
    more = make_image_tasks(project, drawn[3:5])
    tasks[0].delete()
    encode(project)
    pool = pool_of(project)
    assert pool.task_ids.tolist() == [task.pk for task in [*tasks[1:], *more]]
    np.testing.assert_array_equal(pool.rows_at(np.arange(2)).dense, before[1:])


def test_a_text_beside_the_image_goes_with_it_unless_it_is_hidden(drawn):
    fields = [
        {"name": "photo", "kind": "image"},
        {"name": "caption", "kind": "text"},
        {"name": "secret", "kind": "text", "shown": "reviewers"},
    ]
    project = make_project(schema={**IMAGE_SCHEMA, "fields": fields})
    captions = [f"a {SHAPES[number % 2]} on grey" for number in range(6)]
    make_image_tasks(project, drawn[:6], caption=captions, secret=[f"{word} word" for word in "abcdef"])
    encode(project)
    rows = pool_of(project).rows_at(np.arange(6))
    assert rows.n_dense == N_COLUMNS
    assert rows.sparse.shape[1] > 0
    assert rows.sparse[0].nnz == rows.sparse[2].nnz
    assert (rows.sparse[0] != rows.sparse[2]).nnz == 0, "what only reviewers see says nothing"
    assert (rows.sparse[0] != rows.sparse[1]).nnz > 0


def test_questions_whose_models_read_are_not_learned_from_images():
    asked = {"name": "caption", "kind": "text", "title": "What is seen?"}
    project = make_project(schema={**IMAGE_SCHEMA, "questions": [*IMAGE_SCHEMA["questions"], asked]})
    assert [question.name for question in learnable_questions(project)] == ["shape"]
    (not_learned,) = unlearnable_questions(project)
    assert "reads texts" in not_learned.reason


def test_images_are_grouped_by_how_they_look(drawn):
    project = make_project(schema=IMAGE_SCHEMA)
    shown = [task.content.data for task in make_image_tasks(project, drawn)]
    make_tasks(project, data=shown, lane=Lane.BASE)
    encode(project)
    enqueue_job(KIND, project_id=project.pk, params={"fresh": True})
    run_jobs()
    assert Job.objects.get(kind=KIND).state == "done", Job.objects.get(kind=KIND).error
