"""What more labels take: hours as they were measured, money where the project said what an hour costs."""

import random
import uuid

import pytest
from django.utils import timezone

from annotations.models import Annotation
from labelplatform.events.models import Event
from models_app.models import ModelVersion
from models_app.rounds.effort import effort_of, time_for
from projects.models import Project
from tests.factories import make_member, make_project, make_tasks
from tests.models_app.learning import label, make_learning_project, train
from tests.models_app.test_models_page import url, words

pytestmark = pytest.mark.django_db


def time_answers(project: Project, seconds: list[float]) -> None:
    author = make_member(project, "annotator").user
    for task, active in zip(make_tasks(project, len(seconds)), seconds, strict=True):
        Annotation.objects.create(
            task=task,
            project=project,
            author=author,
            key=uuid.uuid4(),
            status="submitted",
            answers={},
            active_seconds=active,
            schema_version=project.current_schema_version,
            submitted_at=timezone.now(),
        )


def test_hours_follow_the_measured_pace_and_money_what_an_hour_costs():
    project = make_project(pay_per_hour=15.0)
    time_answers(project, [80.0, 120.0] * 10)
    effort = effort_of(project, 500)
    assert effort.seconds.value == 50_000
    assert effort.seconds.low < 50_000 < effort.seconds.high
    assert effort.cost.value == pytest.approx(50_000 / 3600 * 15)
    assert effort.cost.low / effort.seconds.low == pytest.approx(15 / 3600)
    assert (effort.n_timed, effort.sign) == (20, "€")


def test_without_a_rate_there_are_hours_only_and_without_timed_answers_neither():
    project = make_project()
    time_answers(project, [30.0] * 9)
    assert effort_of(project, 100).seconds is None
    time_answers(project, [30.0])
    effort = effort_of(project, 100)
    assert effort.seconds.value == 3000
    assert effort.cost is None


def test_several_opinions_a_task_take_as_much_longer():
    project = make_project(overlap=3, overlap_percent=50)
    time_answers(project, [10.0] * 10)
    assert effort_of(project, 100).seconds.value == 2000


def test_the_interval_holds_what_it_promises_for_answers_of_one_kind():
    rng = random.Random(0)
    held = 0
    for _ in range(300):
        draw = [rng.lognormvariate(3, 0.6) for _ in range(260)]
        found = time_for(draw[:60], 200)
        held += found.low <= sum(draw[60:]) <= found.high
    assert 0.9 <= held / 300 <= 0.99


def test_the_models_page_tells_gain_hours_and_money_in_one_sentence(client):
    project, tasks = make_learning_project(150, n_holdout=60, pay_per_hour=20.0, pay_currency="CHF")
    label(tasks[:90])
    train(project)
    client.force_login(make_member(project, "manager").user)
    assert "How long they take is told once ten answers were timed; 0 so far." in words(client.get(url(project)))
    time_answers(project, [36.0] * 20)
    page = words(client.get(url(project)))
    assert "Giving them takes about 1 h, about 20 CHF." in page
    assert "If people go on as in the latest 20 answers, without review: 1 h to 1 h, 20 CHF to 20 CHF." in page
    version = ModelVersion.objects.get(project=project)
    version.metrics["prospects"]["forecast"] = {"extra": 500, "gain": 0.008, "low": 0.003, "high": 0.013, "reason": ""}
    version.save()
    page = words(client.get(url(project)))
    assert "500 more labels: +0.8 ± 0.5 points, about 5 h, about 100 CHF ." in page


def test_the_api_tells_the_same(api):
    project, tasks = make_learning_project(150, n_holdout=60, pay_per_hour=20.0)
    label(tasks[:90])
    train(project)
    time_answers(project, [36.0] * 20)
    version = ModelVersion.objects.get(project=project)
    found = api(make_member(project, "viewer").user).read(f"models/{version.pk}/").json()["forecast"]
    assert found["gain"] is None
    assert "1 of the 4 points" in found["because"]
    assert found["seconds"] == {"value": 3600.0, "low": 3600.0, "high": 3600.0}
    assert found["cost"]["value"] == pytest.approx(20)
    assert (found["timed"], found["currency"], found["may_stop"]) == (20, "EUR", False)


def test_admins_set_the_rate_and_it_is_recorded_and_only_those_who_see_figures_know_it(client, api):
    project = make_project()
    admin = make_member(project, "admin")
    client.force_login(admin.user)
    address = f"/projects/{project.slug}/settings/"
    answer = client.post(address, {"section": "pay", "pay-pay_per_hour": "17.5", "pay-pay_currency": "usd"})
    assert answer.status_code == 302
    project.refresh_from_db()
    assert (project.pay_per_hour, project.pay_currency) == (17.5, "USD")
    assert Event.objects.get(verb="changed").after == {"pay_per_hour": 17.5, "pay_currency": "USD"}
    for wrong in ({"pay-pay_per_hour": "-1", "pay-pay_currency": "USD"}, {"pay-pay_currency": "<b>"}):
        assert client.post(address, {"section": "pay", **wrong}).status_code == 422
    seen = api(make_member(project, "viewer").user).read(f"projects/{project.slug}/").json()["policies"]
    assert seen["pay_per_hour"] == 17.5
    hidden = api(make_member(project, "annotator").user).read(f"projects/{project.slug}/").json()
    assert not {"pay_per_hour", "pay_currency"} & set(hidden["policies"])
