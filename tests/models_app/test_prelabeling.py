import subprocess
import sys

import pytest

from models_app.models import ModelVersion
from models_app.prelabeling import predictions_for
from models_app.versions import storage
from projects.models import Lane
from tests.factories import make_project, make_task, make_tasks
from tests.models_app.learning import WORDS, conclude, encode, label, make_learning_project, texts, topic_of, train

pytestmark = pytest.mark.django_db


def test_a_project_without_a_model_has_no_predictions() -> None:
    task = make_task(make_project())
    assert predictions_for(task.project_id, [(task.pk, {"text": "a"}, Lane.BASE)]) == {}


@pytest.mark.parametrize("lane", [Lane.HOLDOUT, Lane.GOLD])
def test_a_task_that_measures_models_has_none(lane: Lane) -> None:
    project, tasks = make_learning_project(60)
    label(tasks[:30])
    train(project)
    assert predictions_for(project.pk, [(tasks[40].pk, tasks[40].content.data, lane)]) == {}


def test_which_version_serves_is_asked_once_a_second_at_most(django_assert_num_queries: object) -> None:
    project, tasks = make_learning_project(60)
    label(tasks[:30])
    train(project)
    wanted = [(tasks[40].pk, tasks[40].content.data, Lane.BASE)]
    first = predictions_for(project.pk, wanted)
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert predictions_for(project.pk, wanted) == first


@pytest.mark.parametrize("damage", ["gone", "cut"])
def test_a_damaged_file_means_no_suggestions_and_no_broken_page(damage: str, caplog: pytest.LogCaptureFixture) -> None:
    project, tasks = make_learning_project(60)
    label(tasks[:30])
    train(project)
    path = storage.path_of(project.pk, ModelVersion.objects.get(project=project).predictions_file)
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:80])
    assert predictions_for(project.pk, [(tasks[40].pk, tasks[40].content.data, Lane.BASE)]) == {}
    assert "cannot be used" in caplog.text


def test_the_web_process_loads_no_machine_learning_library() -> None:
    code = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'; django.setup();"
        "import labelplatform.urls, models_app.prelabeling, models_app.tasks, models_app.versions.promoting;"
        "heavy = {'numpy', 'scipy', 'sklearn'} & set(sys.modules); assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def test_words_that_speak_for_an_answer_stand_in_the_text_that_is_read_not_in_its_tags() -> None:
    schema = {
        "fields": [{"name": "page", "kind": "rich_text"}],
        "questions": [{"name": "topic", "kind": "choice", "options": list(WORDS)}],
    }
    project = make_project(schema=schema)
    tasks = make_tasks(project, data=[{"page": f"<p>{text}</p>"} for text in texts(60)], lane=Lane.BASE)
    encode(project)
    for task, text in zip(tasks[:40], texts(40), strict=True):
        conclude(task, "topic", topic_of(text))
    train(project)
    shown = tasks[40]
    data = {"page": "<p class='goal match'>a <b>so</b>ng, <i title='vote'>alb&#117;m</i></p>"}
    (said,) = predictions_for(project.pk, [(shown.pk, data, shown.lane)]).values()
    wanted = WORDS[said["topic"]["value"]]
    assert set(said["topic"]["words"]) <= {"a", "song", "album"}, wanted
    data = {"page": f"<p>{wanted[0][0]}<b>{wanted[0][1:]}</b></p>"}
    (said,) = predictions_for(project.pk, [(shown.pk, data, shown.lane)]).values()
    assert said["topic"]["words"] == [wanted[0]]
