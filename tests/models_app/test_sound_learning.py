"""Sounds are learned from: encoded once a file, joined with the text beside them, alike ones found, gone with it."""

import numpy as np
import pytest

from labelplatform.jobs.models import Job
from labelplatform.jobs.running import enqueue_job
from labelplatform.uploads import media_path, open_part, parts_folder
from models_app.alike.groups import KIND
from models_app.alike.similar_search import similar_to
from models_app.encoded import encoding
from models_app.encoded.encoding import current_vocabulary, load_pool
from models_app.encoders.sounds import N_COLUMNS, NAME
from models_app.models import EncodingShard, ModelVersion
from models_app.rounds.learnable import learnable_questions
from models_app.rounds.triggers import request_training
from models_app.versions.downloading import why_not_downloadable
from projects.importing.media_values import MediaValues
from projects.models import Lane, Project, Task
from tests.factories import make_project, make_tasks
from tests.models_app.learning import conclude, encode, run_jobs
from tests.sounds import AUDIO_SCHEMA, make_audio_asset, make_noise, make_sound, make_tone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_assets")]

SOUNDS = ("tone", "noise")


def make_one(number: int) -> bytes:
    return make_sound(make_noise(number, 0.2) if number % 2 else make_tone(300 + 60 * number, 0.2))


@pytest.fixture(scope="module")
def heard() -> list[bytes]:
    return [make_one(number) for number in range(20)]


def make_audio_tasks(project: Project, sounds: list[bytes], **data: list[str]) -> list[Task]:
    """A task a sound, all of them trained on."""
    media = MediaValues(project.pk, project.schema)
    rows = []
    for number, content in enumerate(sounds):
        hashed = make_audio_asset(project, content, name=f"{number}.wav").content_hash
        rows.append(media.fill({"clip": hashed, **{name: texts[number] for name, texts in data.items()}})[0])
    return make_tasks(project, data=rows, lane=Lane.BASE)


def pool_of(project: Project) -> encoding.EncodedPool:
    vocabulary = current_vocabulary(project.pk, "clip")
    assert vocabulary is not None
    return load_pool(project.pk, "clip", vocabulary.file_name)


def test_questions_about_sounds_are_learned_from_what_is_heard(heard):
    rating = {"name": "quality", "kind": "rating", "lowest": 1, "highest": 3}
    project = make_project(schema={**AUDIO_SCHEMA, "questions": [*AUDIO_SCHEMA["questions"], rating]})
    tasks = make_audio_tasks(project, [*heard, make_sound(make_tone(305, 0.25, loudness=0.3))])
    encode(project)
    pool = pool_of(project)
    assert pool.task_ids.tolist() == [task.pk for task in tasks]
    assert pool.n_columns == N_COLUMNS, "no words, not even those of the files' names"
    assert {question.name for question in learnable_questions(project)} == {"sound", "quality"}
    for number, task in enumerate(tasks[:16]):
        conclude(task, "sound", SOUNDS[number % 2])
        conclude(task, "quality", 1 + 2 * (number % 2))
    request_training(project.pk)
    ran = run_jobs()
    assert [job.error for job in ran if job.state == "failed"] == []
    versions = ModelVersion.objects.all()
    assert {version.question for version in versions} == {"sound", "quality"}
    assert all(version.encoder.startswith(NAME) for version in versions)
    assert {why_not_downloadable(version) for version in versions} == {""}
    similar = similar_to(project, tasks[20].pk, 1)
    assert similar is not None
    assert similar[0][0] == tasks[0].pk, "nearly the same tone, softer and longer"


def test_each_file_is_read_once_and_silence_and_lost_files_are_rows_too(heard):
    project = make_project(schema=AUDIO_SCHEMA)
    tasks = make_audio_tasks(project, [make_sound(np.zeros(800)), make_sound([0.1]), heard[0]])
    encode(project)
    rows = pool_of(project).rows_at(np.arange(3)).dense.copy()
    assert np.isfinite(rows).all()
    assert rows.any(axis=1).all()
    names = [f"{project.pk}/{task.content.data['clip']['asset']}" for task in tasks]
    for name in names[:2]:
        (parts_folder(media_path(name)) / "heard.s16").unlink()  # its row stands beside it
    with open_part(names[2], f"{NAME}.row") as file:
        assert len(file.read()) == 2 * N_COLUMNS
    for file in parts_folder(media_path(names[2])).iterdir():
        file.unlink()
    EncodingShard.objects.all().delete()
    encode(project)
    again = pool_of(project).rows_at(np.arange(3)).dense
    np.testing.assert_array_equal(again[:2], rows[:2])
    assert not again[2].any()


def test_new_tasks_join_and_rows_go_with_the_task(heard):
    project = make_project(schema=AUDIO_SCHEMA)
    tasks = make_audio_tasks(project, heard[:3])
    encode(project)
    before = pool_of(project).rows_at(np.arange(3)).dense.copy()
    more = make_audio_tasks(project, heard[3:5])
    tasks[0].delete()
    encode(project)
    pool = pool_of(project)
    assert pool.task_ids.tolist() == [task.pk for task in [*tasks[1:], *more]]
    np.testing.assert_array_equal(pool.rows_at(np.arange(2)).dense, before[1:])


def test_a_text_beside_the_sound_goes_with_it_unless_it_is_hidden(heard):
    fields = [
        {"name": "clip", "kind": "audio"},
        {"name": "caption", "kind": "text"},
        {"name": "secret", "kind": "text", "shown": "reviewers"},
    ]
    project = make_project(schema={**AUDIO_SCHEMA, "fields": fields})
    captions = [f"a {SOUNDS[number % 2]} in a room" for number in range(6)]
    make_audio_tasks(project, heard[:6], caption=captions, secret=[f"{word} word" for word in "abcdef"])
    encode(project)
    rows = pool_of(project).rows_at(np.arange(6))
    assert rows.n_dense == N_COLUMNS
    assert rows.sparse.shape[1] > 0
    assert (rows.sparse[0] != rows.sparse[2]).nnz == 0, "what only reviewers see says nothing"
    assert (rows.sparse[0] != rows.sparse[1]).nnz > 0


def test_sounds_are_grouped_by_what_is_heard(heard):
    project = make_project(schema=AUDIO_SCHEMA)
    shown = [task.content.data for task in make_audio_tasks(project, heard)]
    make_tasks(project, data=shown, lane=Lane.BASE)
    encode(project)
    enqueue_job(KIND, project_id=project.pk, params={"fresh": True})
    run_jobs()
    assert Job.objects.get(kind=KIND).state == "done", Job.objects.get(kind=KIND).error
