"""The Strategy page and its API: what is asked next and why, whether it pays, and choosing another way."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.models import FinalLabel
from labelplatform.jobs.models import Job
from models_app.models import ModelVersion, SelectionRun
from projects.models import Lane, Task
from projects.policies import STRATEGIES
from tests.factories import make_member, make_tasks
from tests.models_app.learning import label, make_learning_project, run_jobs, topic_of, train

pytestmark = pytest.mark.django_db


def url(project, page=""):
    return f"/projects/{project.slug}/strategy/{page}"


def words(page) -> str:
    main = re.search(r"<main.*</main>", page.content.decode(), re.S)
    assert main is not None
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main[0])))


@pytest.fixture
def learned():
    project, tasks = make_learning_project(150, n_holdout=10)
    label(tasks[:70])
    train(project)
    return project


@pytest.fixture
def admin(learned, client):
    member = make_member(learned, "admin")
    client.force_login(member.user)
    return member


def test_the_next_tasks_stand_with_what_the_model_says_and_why_each_is_asked(client, admin, learned):
    text = words(client.get(url(learned)))
    selected = list(Task.objects.filter(project=learned, lane=Lane.SELECTED).order_by("rank")[:12])
    places = [text.index(f" {task.external_id} ") for task in selected]
    assert places == sorted(places)
    assert selected[0].content.data["text"] in text
    assert "Picked at random: it keeps the model's scores honest." in text
    assert re.search(r"The model is torn between \w+ and \w+\.|The model is less sure here than elsewhere\.", text)
    assert "Of the 50 tasks of the last batch 5 were drawn at random" in text


def test_the_strategy_is_said_in_plain_words_beside_every_other(client, admin, learned):
    page = client.get(url(learned))
    text = words(page)
    assert "Good at" in text
    assert "Bad at" in text
    assert page.content.decode().count('type="radio"') == len(STRATEGIES)
    assert "Ask this way" in text


def test_before_anything_is_chosen_the_page_says_what_it_waits_for(client, project, ada):
    client.force_login(ada.user)
    assert "There are no tasks yet: import some" in words(client.get(url(project)))
    make_tasks(project, 3)
    text = words(client.get(url(project)))
    assert "The tasks are still being read in" in text
    assert "Not decidable yet , because no model has been compared" in text
    project.learns = False
    project.save()
    assert "This project does not learn" in words(client.get(url(project)))


def test_a_batch_that_is_used_up_says_that_the_next_one_comes(client, admin, learned):
    Task.objects.filter(project=learned, lane=Lane.SELECTED).update(open_slots=0)
    assert "All that was chosen is answered or in people's hands" in words(client.get(url(learned)))


def test_before_the_first_model_the_first_batch_is_explained(client):
    project, _ = make_learning_project(60)
    train(project, fit=False)
    client.force_login(make_member(project, "viewer").user)
    text = words(client.get(url(project)))
    assert "It stands for many tasks like it" in text
    assert "no model yet" in text


def test_choosing_another_strategy_has_the_next_batch_chosen_by_it(client, admin, learned):
    answer = client.post(url(learned, "choose/"), {"strategy": "margin"})
    assert answer["Location"] == url(learned)
    learned.refresh_from_db()
    assert learned.strategy == "margin"
    assert "Tasks are now chosen “most uncertain”" in words(client.get(url(learned)))
    run_jobs("train_model")
    assert SelectionRun.objects.filter(project=learned).latest("pk").strategy == "margin"
    assert ModelVersion.objects.filter(project=learned).count() == 1
    n_jobs = Job.objects.count()
    client.post(url(learned, "choose/"), {"strategy": "margin"})
    assert Job.objects.count() == n_jobs


@pytest.mark.parametrize("strategy", ["", "oracle", "cold_start", "random\x00"])
def test_a_strategy_that_does_not_exist_is_refused(client, admin, learned, strategy):
    page = client.post(url(learned, "choose/"), {"strategy": strategy}, follow=True)
    assert "There is no strategy" in words(page)
    learned.refresh_from_db()
    assert learned.strategy == "kmeans_margin"


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_strategy_chooses_a_batch_and_says_why(learned, client, admin, strategy):
    learned.strategy = strategy
    learned.save()
    train(learned)
    run = SelectionRun.objects.filter(project=learned).latest("pk")
    assert (run.strategy, run.n_tasks) == (strategy, 50)
    assert client.get(url(learned)).status_code == 200


def test_only_those_who_may_change_settings_choose_and_nobody_else_learns_of_it(client, learned, eve):
    for role, may_look, may_choose in [("viewer", 200, 403), ("annotator", 403, 403), ("manager", 200, 403)]:
        client.force_login(make_member(learned, role).user)
        page = client.get(url(learned))
        assert page.status_code == may_look
        assert client.post(url(learned, "choose/"), {"strategy": "random"}).status_code == may_choose
        if may_look == 200:
            assert "Ask this way" not in words(page)
            assert "Project admins can choose another one." in words(page)
    client.force_login(eve.user)
    assert client.get(url(learned)).status_code == 404
    assert client.post(url(learned, "choose/"), {"strategy": "random"}).status_code == 404


def test_a_question_that_is_not_there_is_not_found(client, admin, learned):
    assert client.get(f"{url(learned)}?question=topic").status_code == 200
    assert client.get(f"{url(learned)}?question=other").status_code == 404


def test_the_page_asks_the_database_as_often_for_many_tasks_and_batches_as_for_few(client, admin, learned):
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(url(learned)).status_code == 200
        return len(queries)

    few = count()
    for _ in range(30):
        SelectionRun.objects.create(project=learned, question="topic", strategy="margin", n_tasks=50, random_tasks=[1])
    Task.objects.filter(project=learned, lane=Lane.BASE).update(lane=Lane.SELECTED)
    assert count() <= few


def test_the_comparison_with_random_is_shown_with_its_interval(client, admin, learned):
    version = ModelVersion.objects.get(project=learned)
    text = words(client.get(url(learned)))
    assert "Not decidable yet , because only" in text
    figures = {"n_labels": 60, "n_holdout": 120, "chosen": 0.84, "random": 0.79, "chosen_half": 0.8, "random_half": 0.7}
    for low, high, says in [
        (0.01, 0.09, "Yes."),
        (-0.02, 0.12, "It cannot be told yet."),
        (-0.2, -0.1, "Not here: random tasks have taught more so far."),
    ]:
        version.metrics["advantage"] = {**figures, "value": (low + high) / 2, "low": low, "high": high}
        version.save()
        text = words(client.get(url(learned)))
        assert says in text
        assert "right on 84 % of the 120 holdout tasks, one that learned from 60 random ones on 79 %" in text
    assert "−15.0 points −20.0 to −10.0" in text


def test_the_texts_of_a_sensitive_project_are_covered(client, admin, learned):
    assert "content-cover" not in client.get(url(learned)).content.decode()
    learned.is_sensitive = True
    learned.save()
    assert "<content-cover" in client.get(url(learned)).content.decode()


def test_hostile_texts_and_ids_are_shown_as_they_are(client, admin, learned):
    task = Task.objects.filter(project=learned, lane=Lane.SELECTED).order_by("rank").first()
    task.content.search_text = "<script>alert(1)</script> \u202etxt"
    task.content.save()
    page = client.get(url(learned)).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_api_tells_the_same_facts(api, learned, eve):
    reader = api(make_member(learned, "viewer").user)
    body = reader.read(f"projects/{learned.slug}/strategy/").json()
    assert (body["name"], body["title"], body["question"]) == ("kmeans_margin", "Uncertain and varied", "topic")
    assert [choice["name"] for choice in body["choices"]] == list(STRATEGIES)
    first = body["next_tasks"][0]
    assert first["margin"] == pytest.approx(first["answers"][0]["confidence"] - first["answers"][1]["confidence"])
    assert first["why"].endswith(".")
    assert body["advantage"]["because"].startswith("only")
    assert "value" not in body["advantage"]
    assert (body["batches"][0]["n_tasks"], body["batches"][0]["n_random"], body["batches"][0]["model"]) == (50, 5, 1)
    assert reader.read(f"projects/{learned.slug}/strategy/?question=no").status_code == 404
    assert reader.read(f"projects/{learned.slug}/strategy/?colour=red").status_code == 422
    assert api(make_member(learned, "annotator").user).read(f"projects/{learned.slug}/strategy/").status_code == 403
    assert api(eve.user).read(f"projects/{learned.slug}/strategy/").status_code == 404


def test_an_answer_that_is_no_single_option_is_shown_whole_and_has_no_margin(client):
    question = {
        "kind": "choices",
        "name": "topics",
        "on": "text",
        "title": "Which?",
        "options": [{"value": value, "title": value.title()} for value in ("sports", "politics", "music")],
    }
    schema = {"fields": [{"kind": "text", "name": "text"}], "questions": [question]}
    project, tasks = make_learning_project(100, schema=schema)
    for task in tasks[:40]:
        topic = topic_of(task.content.data["text"])
        value = [topic, "music"] if topic == "sports" else [topic]
        FinalLabel.objects.create(
            task=task,
            project=project,
            question="topics",
            value=value,
            value_text=f"|{'|'.join(value)}|",
            method="single",
            confidence=1.0,
            schema_version=project.schema_version,
        )
        Task.objects.filter(pk=task.pk).update(stage="done", open_slots=0)
    job = train(project)
    assert job.state == "done", job.error
    client.force_login(make_member(project, "viewer").user)
    text = words(client.get(url(project)))
    assert "Sports, Music" in text
    assert "The model is less sure here than elsewhere." in text
    assert "torn" not in text.split("Why it is asked")[1].split("What it asked for")[0]
