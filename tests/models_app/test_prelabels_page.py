"""The Auto-accept page and its API: what it would do, turning it on, and taking back."""

from typing import Any

import pytest
from django.test import Client

from labelplatform.jobs.models import Job
from models_app.acceptance.policies import change_policy, policy_of
from models_app.models import AcceptanceRun
from projects.models import Membership, Project
from tests.models_app.acceptance import accept, make_sure_project, manager_of

pytestmark = pytest.mark.django_db


def test_page_and_api_tell_the_same_and_take_a_run_back(client: Client, api: Any) -> None:
    project, _ = make_sure_project()
    ada = manager_of(project)
    told = api(ada.user).read(f"projects/{project.slug}/prelabels/").json()
    at_95 = next(one for one in told["outlooks"] if one["target_percent"] == 95)
    assert at_95["n_tasks"] > 20
    assert (told["accepts"], told["n_holdout"], told["live_accuracy"]) == (False, 150, None)
    client.force_login(ada.user)
    page = client.get(f"/projects/{project.slug}/models/prelabels/").content.decode()
    assert f"of {told['n_waiting']} waiting tasks" in page
    assert "Turn auto-accept on" in page
    accept(ada)
    run = AcceptanceRun.objects.get(project=project)
    page = client.get(f"/projects/{project.slug}/models/prelabels/").content.decode()
    assert "Turn auto-accept off" in page
    assert "Take back" in page
    answer = api(ada.user).send(f"projects/{project.slug}/acceptances/{run.pk}/withdraw/")
    assert answer.status_code == 202
    assert Job.objects.filter(kind="withdraw_answers").count() == 1
    again = api(ada.user).read(f"projects/{project.slug}/prelabels/").json()
    assert again["accepts"] is False
    assert again["runs"][0]["withdrawn_at"] is not None


def test_a_manager_turns_it_on_by_the_page(client: Client, project: Project, ada: Membership) -> None:
    client.force_login(ada.user)
    address = f"/projects/{project.slug}/models/prelabels/accept/"
    client.post(address, {"question": "topic", "act": "on", "target_percent": "98", "audit_percent": "7"})
    policy = policy_of(project, "topic")
    assert (policy.accepts, policy.target_percent, policy.audit_percent) == (True, 98, 7)
    client.post(address, {"question": "topic", "act": "off"})
    assert not policy_of(project, "topic").accepts


def test_what_people_see_is_set_in_percent(client: Client, project: Project, ada: Membership) -> None:
    client.force_login(ada.user)
    address = f"/projects/{project.slug}/models/prelabels/show/"
    client.post(address, {"question": "topic", "show_from": "40", "preselect_from": ""})
    policy = policy_of(project, "topic")
    assert (policy.show_from, policy.preselect_from) == (0.4, None)


def test_single_options_have_thresholds_of_their_own_by_the_page(
    client: Client, project: Project, ada: Membership
) -> None:
    client.force_login(ada.user)
    kept, place = 1, 2  # politics and music, after sports
    address = f"/projects/{project.slug}/models/prelabels/"
    change_policy(ada, "topic", {"options": {"politics": {"show_from": 0.42}}})
    sent = {"question": "topic", f"show_from_{place}": "60", f"accept_from_{place}": "never"}
    client.post(f"{address}options/", {**sent, f"show_from_{kept}": "42"})
    assert policy_of(project, "topic").options == {
        "music": {"show_from": 0.6, "accept_from": None},
        "politics": {"show_from": 0.42},
    }
    page = client.get(address).content.decode()
    assert '<option value="42" selected>42 %</option>' in page
    assert 'aria-label="music: accept from"' in page.lower()
    client.post(f"{address}options/", {"question": "topic", f"show_from_{place}": "never"})
    assert "music" in policy_of(project, "topic").options, "what is not offered changes nothing"
    client.post(f"{address}options/", {"question": "topic"})
    assert policy_of(project, "topic").options == {}


def test_a_question_that_cannot_be_accepted_says_why(client: Client, project: Project, ada: Membership) -> None:
    definition = {**project.current_schema_version.definition}
    definition["questions"] = [{"name": "parts", "kind": "spans", "on": "text", "options": [{"value": "a"}]}]
    project.current_schema_version.definition = definition
    project.current_schema_version.save(update_fields=["definition"])
    client.force_login(ada.user)
    page = client.get(f"/projects/{project.slug}/models/prelabels/").content.decode()
    assert "not right or wrong as a whole" in page


def test_an_option_of_its_own_is_set_by_api(api: Any, project: Project, ada: Membership) -> None:
    body = {"question": "topic", "options": {"music": {"accept_from": None}}}
    answer = api(ada.user).patch(f"/api/v1/projects/{project.slug}/prelabels/", body, content_type="application/json")
    assert answer.json()["options"] == {"music": {"accept_from": None}}
    change_policy(ada, "topic", {"options": {}})
    assert policy_of(project, "topic").options == {}
