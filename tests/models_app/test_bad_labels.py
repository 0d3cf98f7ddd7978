"""Labels and disks as they should not be: learning says so or gets over it, and labeling goes on."""

import errno
from typing import Any

import pytest

from models_app.encoded import array_files
from models_app.models import ModelVersion
from models_app.prelabeling import likeliest_answers, predictions_for
from models_app.versions.unseen import disagreements
from projects.models import Lane, Project
from tests.factories import make_member, make_project, make_tasks
from tests.models_app.learning import conclude, encode, label, make_learning_project, texts, topic_of, train
from tests.models_app.test_models_page import words

pytestmark = pytest.mark.django_db


def models_page(client: Any, project: Project) -> str:
    client.force_login(make_member(project, "manager").user)
    return words(client.get(f"/projects/{project.slug}/models/"))


def test_the_same_text_with_different_labels_leaves_the_model_torn_and_nothing_else() -> None:
    project, tasks = make_learning_project(60)
    copies = make_tasks(project, texts=["the very same words"] * 21, lane=Lane.BASE)
    encode(project)
    label(tasks[:45])
    for number, task in enumerate(copies[:20]):
        conclude(task, "topic", "sports" if number % 2 else "music")
    job = train(project)
    assert job.state == "done", job.error
    (answer,) = likeliest_answers(project.pk, "topic", [copies[20].pk]).values()
    assert answer.value in {"sports", "music"}
    assert 0.3 < answer.confidence < 0.7
    others = likeliest_answers(project.pk, "topic", [task.pk for task in tasks[45:]])
    assert all(others[task.pk].value == topic_of(task.content.data["text"]) for task in tasks[45:])


def test_one_annotators_nonsense_is_what_the_model_disagrees_with_and_the_holdout_does_not_suffer() -> None:
    project, tasks = make_learning_project(260, n_holdout=60)
    label(tasks[:60])
    label(tasks[60:160])
    nonsense = tasks[160:200]
    topics = ("sports", "politics", "music")
    for number, task in enumerate(nonsense):
        conclude(task, "topic", topics[number % 7 % 3])
    job = train(project)
    assert job.state == "done", job.error
    version = ModelVersion.objects.get(project=project)
    assert version.metrics["holdout"]["accuracy"]["value"] > 0.85
    wrong = {
        task.pk for number, task in enumerate(nonsense) if topics[number % 7 % 3] != topic_of(task.content.data["text"])
    }
    surest = [one.task_id for one in disagreements(version)][:15]
    assert len(surest) == 15
    assert len(wrong.intersection(surest)) >= 12


def test_options_with_one_label_or_none_are_learned_around_and_the_version_says_so(client: Any) -> None:
    project, tasks = make_learning_project(90, n_holdout=15)
    by_topic = {topic: [task for task in tasks if topic_of(task.content.data["text"]) == topic] for topic in TOPICS}
    label(by_topic["sports"][:20])
    label(by_topic["politics"][5:6])
    job = train(project)
    assert job.state == "done", job.error
    said = likeliest_answers(project.pk, "topic", [task.pk for task in by_topic["sports"][20:]])
    assert {one.value for one in said.values()} == {"sports"}
    assert "Model 1" in models_page(client, project)
    text = words(client.get(f"/projects/{project.slug}/models/1/"))
    assert "It never says music: nobody had labeled a task so." in text
    assert "politics 1" in text


TOPICS = ("sports", "politics", "music")


def test_ten_thousand_options_of_which_three_are_used_are_learned_and_shown(client: Any) -> None:
    options = [*TOPICS, *(f"option-{number}" for number in range(9_997))]
    schema = {
        "fields": [{"name": "text", "kind": "text"}],
        "questions": [{"name": "topic", "kind": "choice", "options": options}],
    }
    project = make_project(schema=schema)
    written = texts(80)
    tasks = make_tasks(project, texts=written[:20], lane=Lane.HOLDOUT)
    tasks += make_tasks(project, texts=written[20:], lane=Lane.BASE)
    encode(project)
    label(tasks[:60])
    job = train(project)
    assert job.state == "done", job.error
    found = likeliest_answers(project.pk, "topic", [task.pk for task in tasks[60:]])
    assert all(found[task.pk].value == topic_of(task.content.data["text"]) for task in tasks[60:])
    assert "Model 1" in models_page(client, project)
    assert client.get(f"/projects/{project.slug}/models/1/").status_code == 200
    page = client.get(f"/projects/{project.slug}/models/sources/new/functions/")
    assert page.status_code == 200
    assert len(page.content) < 1_000_000, "No list of ten thousand in every row."


def test_a_disk_that_is_full_at_any_file_of_a_round_leaves_the_former_model_and_labeling_goes_on(
    client: Any, api: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, tasks = make_learning_project(120, n_holdout=20)
    label(tasks[:50])
    train(project)
    former = ModelVersion.objects.get(project=project)
    label(tasks[50:80])
    Project.objects.filter(pk=project.pk).update(shows_suggestions=True)
    annotator = api(make_member(project, "annotator").user)
    held: list[int] = []
    for nth in range(1, 20):
        with monkeypatch.context() as patch:
            full_disk(patch, nth)
            job = train(project)
        if job.state == "done":
            break
        assert "No space left on device" in job.error
        assert ModelVersion.objects.get(project=project, state="active") == former
        if len(held) < 4:
            work = annotator.next_task(project, *held)
            assert work["predictions"]["topic"]["model_number"] == former.number
            assert annotator.answer(work["task"]["id"], {"topic": "music"}).status_code in {200, 201}
            held.append(work["task"]["id"])
    assert nth > 3, "Model, predictions and words are files of their own."
    assert ModelVersion.objects.get(project=project, state="active").number == 2
    assert "Model 2" in models_page(client, project)


def full_disk(patch: pytest.MonkeyPatch, nth: int) -> None:
    """From the nth file on that is written, there is no room."""
    written = 0
    sync = array_files.os.fsync

    def fsync(descriptor: int) -> None:
        nonlocal written
        written += 1
        if written >= nth:
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(descriptor)

    patch.setattr(array_files.os, "fsync", fsync)


def test_a_full_disk_while_tasks_are_encoded_is_said_and_the_next_try_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    project = make_project()
    tasks = make_tasks(project, texts=texts(30))
    with monkeypatch.context() as patch:
        full_disk(patch, 1)
        encode(project)
    encode(project)
    label(tasks[:24])
    assert train(project).state == "done"
    found = predictions_for(project.pk, [(task.pk, task.content.data, task.lane) for task in tasks[24:]])
    assert len(found) == 6
