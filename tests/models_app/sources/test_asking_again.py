"""Sources that are asked by themselves: after an import, every so many hours, and never too often."""

from datetime import timedelta

import pytest
from django.utils import timezone

from labelplatform.refusals import Conflict, Refusal
from models_app.models import PredictionRun, PredictionSource
from models_app.sources.asking import ask
from models_app.sources.asking_again import PAUSE, AskAgain, ask_sources_again, set_ask_again
from models_app.sources.setting_up import set_up_source
from projects.models import Lane, Project
from tests.factories import make_task, make_tasks
from tests.models_app.sources.sources import finish, said, send, stored

pytestmark = pytest.mark.django_db

MUSIC = {"name": "m", "kind": "keyword", "option": "music", "words": ["song"]}


def rules(member, name="rules"):
    return set_up_source(member, kind="functions", name=name, options={"question": "topic", "functions": [MUSIC]})


def server(member):
    return PredictionSource.objects.create(project=member.project, name="srv", kind="model_server", options={})


def asked_by_itself(member, source, *, after_import=False, every_hours=None, most_tasks=5):
    return set_ask_again(member, source, AskAgain(after_import, every_hours, most_tasks))


def chosen(run):
    return run.options["task_ids"]


def test_labeling_functions_vote_again_after_tasks_have_come_in(ada):
    make_tasks(ada.project, texts=["a song"])
    source = asked_by_itself(ada, rules(ada), after_import=True)
    assert ask_sources_again() == [], "What is there already is not new."
    later = make_task(ada.project, text="a new song")
    (run,) = ask_sources_again()
    assert run.created_by is None
    assert ask_sources_again() == [], "It is at work."
    finish(run)
    assert (later.pk, "topic") in stored("rules")
    assert ask_sources_again() == [], "Nothing has come in since."
    source.refresh_from_db()
    assert source.asked_again_at is not None


def test_a_server_is_asked_about_the_holdout_and_at_most_so_many_tasks_that_it_has_said_nothing_about(ada):
    known = make_tasks(ada.project, 3, lane=Lane.BASE)
    send(ada, said(known), source="other")
    source = asked_by_itself(ada, server(ada), after_import=True, most_tasks=2)
    new = make_tasks(ada.project, 4, lane=Lane.BASE)
    held = make_task(ada.project, lane=Lane.HOLDOUT)
    source.predictions.create(question="topic", task=known[0], value="music", schema_version_id=1)
    (run,) = ask_sources_again()
    assert chosen(run)[0] == held.pk
    assert len(chosen(run)) == 3
    assert set(chosen(run)[1:]) <= {task.pk for task in [*known[1:], *new]}


def test_every_so_many_hours_it_is_asked_anew_counted_from_the_last_time(ada):
    (task,) = make_tasks(ada.project, 1, lane=Lane.BASE)
    source = asked_by_itself(ada, server(ada), every_hours=6)
    source.predictions.create(question="topic", task=task, value="music", schema_version_id=1)
    (run,) = ask_sources_again()
    assert chosen(run) == [task.pk], "Also what it has answered: it may have learned."
    run.job.state = "done"
    run.job.save()
    assert ask_sources_again() == []
    PredictionRun.objects.filter(pk=run.pk).update(created_at=timezone.now() - timedelta(hours=6))
    assert len(ask_sources_again()) == 1


def test_an_asking_that_runs_or_was_cancelled_is_not_doubled(ada):
    make_tasks(ada.project, 2)
    source = asked_by_itself(ada, server(ada), after_import=True, every_hours=1)
    by_hand = ask(ada, source, limit=1)
    make_tasks(ada.project, 2)
    assert ask_sources_again() == []
    by_hand.job.state = "cancelled"
    by_hand.job.save()
    (run,) = ask_sources_again()
    run.job.state = "cancelled"
    run.job.save()
    assert ask_sources_again() == []


def test_a_failing_source_has_a_pause_before_it_is_tried_again(ada):
    source = asked_by_itself(ada, server(ada), after_import=True)
    make_task(ada.project)
    PredictionSource.objects.filter(pk=source.pk).update(state="failing", state_at=timezone.now())
    assert ask_sources_again() == []
    PredictionSource.objects.filter(pk=source.pk).update(state_at=timezone.now() - PAUSE - timedelta(minutes=1))
    assert len(ask_sources_again()) == 1


@pytest.mark.parametrize("state", ["paused", "archived"])
def test_a_project_at_rest_asks_nobody(ada, state):
    asked_by_itself(ada, server(ada), after_import=True, every_hours=1)
    make_task(ada.project)
    Project.objects.filter(pk=ada.project_id).update(state=state)
    assert ask_sources_again() == []


@pytest.mark.parametrize("wrong", [{"every_hours": 0}, {"every_hours": 721}, {"most_tasks": 0}, {"most_tasks": 20_001}])
def test_numbers_out_of_bounds_are_refused(ada, wrong):
    with pytest.raises(Refusal):
        asked_by_itself(ada, server(ada), **wrong)


def test_uploaded_predictions_have_nobody_to_ask(ada):
    uploads = PredictionSource.objects.create(project=ada.project, name="up", kind="upload")
    with pytest.raises(Conflict):
        asked_by_itself(ada, uploads, after_import=True)


def test_it_is_set_on_the_page_of_the_source(client, ada):
    source = server(ada)
    client.force_login(ada.user)
    page = f"/projects/{ada.project.slug}/models/sources/{source.pk}/"
    assert "It is asked by hand only." in client.get(page).content.decode()
    client.post(f"{page}again/", {"after_import": "on", "every_hours": "12", "most_tasks": "50"})
    source.refresh_from_db()
    assert (source.asked_after_import, source.asked_every_hours, source.asked_at_most) == (True, 12, 50)
    assert "has not been asked by itself yet" in client.get(page).content.decode()
    said = client.post(f"{page}again/", {"every_hours": "many", "most_tasks": "50"}, follow=True).content.decode()
    assert "Say how many hours" in said


def test_it_is_set_by_the_api_beside_or_without_the_options(client, ada):
    source = rules(ada)
    client.force_login(ada.user)
    address = f"/api/v1/projects/{ada.project.slug}/sources/{source.pk}/"
    again = {"after_import": True, "every_hours": None, "most_tasks": 10}
    answer = client.patch(address, {"ask_again": again}, content_type="application/json")
    assert (answer.status_code, answer.json()["ask_again"]) == (200, again)
    assert answer.json()["options"] == source.options
    wrong = client.patch(address, {"ask_again": {**again, "every_hours": 0}}, content_type="application/json")
    assert wrong.status_code == 422
