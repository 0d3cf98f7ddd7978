"""The Models pages over HTTP: what is waited for, what was learned, how good it is, training and rolling back."""

import re
from html import unescape

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotations.models import FinalLabel
from labelplatform.jobs.models import Job
from models_app.models import ModelVersion
from projects.models import Membership, SchemaVersion
from tests.factories import make_member, make_tasks
from tests.models_app.learning import label, make_learning_project, run_jobs, train

pytestmark = pytest.mark.django_db


def url(project, page=""):
    return f"/projects/{project.slug}/models/{page}"


def words(page) -> str:
    main = re.search(r"<main.*</main>", page.content.decode(), re.S)
    text = main[0] if main else page.content.decode()
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)))


@pytest.fixture
def learned():
    """A project whose second model knows 60 labels and is measured on 30."""
    project, tasks = make_learning_project(150, n_holdout=30)
    label(tasks[:30])
    for first, last in ((30, 54), (54, 90)):
        label(tasks[first:last])
        train(project)
    return project


@pytest.fixture
def manager(learned, client) -> Membership:
    member = make_member(learned, "manager")
    client.force_login(member.user)
    return member


def test_the_page_shows_whether_confidences_mean_what_they_say(client, manager, learned):
    page = client.get(url(learned, "2/"))
    diagram = page.context["measured"].reliability()
    assert sum(dot.right.n for dot in diagram.dots) == 30
    said = words(page)
    assert "n = 30); perfect confidences would seem" in said
    assert "dashed: where both are the same" in said


def test_labels_that_people_changed_count_for_the_next_model_and_the_page_says_so(client, manager, learned):
    to_go = client.get(url(learned)).context["outlook"].labels_to_go
    assert "changed since" not in words(client.get(url(learned)))
    for final in FinalLabel.objects.filter(project=learned, task__lane="base")[:4]:
        FinalLabel.objects.filter(pk=final.pk).update(value="music", value_text="music", recorded_at=timezone.now())
    cache.clear()
    page = client.get(url(learned))
    assert page.context["outlook"].labels_to_go == to_go - 4
    assert "new or changed. 4 labels changed since the last one count already." in words(page)


def test_before_the_first_model_the_page_says_what_it_waits_for(client, project, ada):
    client.force_login(ada.user)
    assert "There is nothing to learn from: import tasks first." in words(client.get(url(project)))
    make_tasks(project, 3)
    assert "The tasks are still being read in" in words(client.get(url(project)))
    begun, tasks = make_learning_project(40)
    make_member(begun, "manager", ada.user)
    label(tasks[:8], "sports")
    page = client.get(url(begun))
    assert "The first model comes by itself after about 20 labels: 12 to go ." in words(page)
    assert "Training needs at least two different answers: 1 so far." in words(page)
    assert "disabled" in page.content.decode()


def test_each_version_stands_with_its_score_its_interval_and_why_it_serves(client, manager, learned):
    page = client.get(url(learned))
    text = words(page)
    newest = ModelVersion.objects.get(number=2)
    share = newest.metrics["holdout"]["accuracy"]
    said = f"{100 * share['value']:.0f} % {100 * share['low']:.0f} % to {100 * share['high']:.0f} %, n = 30"
    assert said in text
    assert newest.reason in text
    assert "not decidable yet, because n = 30 of 50" in text
    assert "Model 2 at work" in text
    content = page.content.decode()
    assert "<path" in content  # the learning curve
    assert "As a table" in content
    assert "uncertain and varied" in text


def test_one_version_tells_what_it_learned_and_what_it_confuses(client, manager, learned):
    page = words(client.get(url(learned, "2/")))
    assert "Labels 60 (+36 since model 1)" in page
    assert "Schema version 1" in page
    for option in ("sports", "politics", "music"):
        assert f"{option} 20" in page  # learned from twenty each
    assert "found" in page  # the confusion table
    assert re.search(r"\d+ % \d+ % to \d+ %, n = 10", page)  # recall of an option with ten holdout labels
    assert client.get(url(learned, "3/")).status_code == 404
    assert client.get(url(learned, "2/?question=tone")).status_code == 404


def test_rolling_back_and_putting_to_work_again(client, manager, learned):
    assert "Roll back to this" in words(client.get(url(learned, "1/")))
    assert "Roll back" not in words(client.get(url(learned, "2/")))
    client.post(url(learned, "1/promote/"))
    assert ModelVersion.objects.get(state="active").number == 1
    page = client.get(url(learned))
    assert "Model 1 is at work." in words(page)
    assert "job-progress" in page.content.decode()  # its predictions are brought up to date
    run_jobs()
    client.post(url(learned, "2/promote/"))
    assert ModelVersion.objects.get(state="active").number == 2


def test_a_model_of_an_older_schema_cannot_be_put_to_work(client, manager, learned):
    learned.schema_version = SchemaVersion.objects.create(
        project=learned, number=2, definition=learned.schema.definition()
    )
    learned.save(update_fields=["schema_version"])
    assert "Roll back" not in words(client.get(url(learned, "1/")))
    answer = client.post(url(learned, "1/promote/"), follow=True)
    assert "The schema has changed since this model was trained" in words(answer)
    page = words(client.get(url(learned)))
    assert "older schema" in page
    assert "Its suggestions are off" in page


def test_train_now_enqueues_one_round_however_often_it_is_pressed(client, manager, learned):
    for _ in range(3):
        assert client.post(url(learned, "train/")).status_code == 302
    assert Job.objects.filter(kind="train_model", state="queued").count() == 1
    page = client.get(url(learned)).content.decode()
    assert "job-progress" in page
    assert "Train now" not in page


def test_a_training_that_would_be_in_vain_is_refused_with_the_reason(client, project, ada):
    client.force_login(ada.user)
    page = client.post(url(project, "train/"), follow=True)
    assert "There is nothing to learn from" in words(page)
    assert not Job.objects.filter(kind="train_model").exists()


def test_a_failure_is_shown_and_the_former_model_goes_on(client, manager, learned):
    job = train(learned)
    Job.objects.filter(pk=job.pk).update(state="failed", error="The disk is full.")
    page = words(client.get(url(learned)))
    assert "The last training failed" in page
    assert "The disk is full. The former model goes on working." in page


def test_the_status_part_reloads_the_page_only_when_there_is_a_new_version(client, manager, learned):
    newest = ModelVersion.objects.get(number=2)
    part = client.get(url(learned, f"status/?question=topic&seen={newest.pk}"))
    assert "HX-Refresh" not in part
    assert part.content.decode().lstrip().startswith('<section id="model-status"')
    assert client.get(url(learned, "status/?question=topic&seen=0"))["HX-Refresh"] == "true"


def test_the_overview_says_how_good_the_model_is_and_whether_labels_still_help(client, manager, learned):
    page = words(client.get(f"/projects/{learned.slug}/"))
    assert "Right on the holdout" in page
    assert "Model 2 from 60 labels" in page
    assert "n = 30." in page
    assert "Are we still learning?" in page


def test_the_data_page_shows_what_the_model_predicts_but_for_the_holdout(client, manager, learned):
    page = client.get(f"/projects/{learned.slug}/data/?search=goal").content.decode()
    cells = re.findall(r'<td data-name="Predicted">(.*?)</td>', page)
    assert any("sports" in cell and "%" in cell for cell in cells)
    page = client.get(f"/projects/{learned.slug}/data/?lane=holdout").content.decode()
    assert set(re.findall(r'<td data-name="Predicted">(.*?)</td>', page)) == {""}


def test_queries_do_not_grow_with_the_versions(client, manager, learned):
    counts = []
    for _ in range(2):
        client.get(url(learned))
        with CaptureQueriesContext(connection) as queries:
            client.get(url(learned))
        counts.append(len(queries))
        train(learned)
        train(learned)
    assert counts[0] == counts[1]


def test_who_may_watch_may_not_train(client, learned):
    viewer = make_member(learned, "viewer")
    client.force_login(viewer.user)
    page = client.get(url(learned)).content.decode()
    assert "Train now" not in page
    assert client.post(url(learned, "train/")).status_code == 403
    assert client.post(url(learned, "1/promote/")).status_code == 403
    assert "Roll back" not in client.get(url(learned, "1/")).content.decode()


def test_models_of_as_many_labels_stand_on_the_curve_in_the_order_they_came(client):
    project, tasks = make_learning_project(120, n_holdout=30)
    label(tasks[:90])
    for _ in range(3):
        assert train(project).state == "done"
    client.force_login(make_member(project, "manager").user)
    curve = client.get(url(project)).context["curve"]
    assert [dot.point.name for dot in curve.dots] == ["Model 1", "Model 2", "Model 3"]
    assert curve.last.name == "Model 3"
