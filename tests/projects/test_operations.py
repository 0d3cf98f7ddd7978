"""Creating projects, changing their rules and their people: what is refused, and that nothing is half-applied."""

import pytest

from annotations.models import FinalLabel
from labelplatform.accounts.models import User
from labelplatform.events.models import Event
from labelplatform.jobs.models import Job
from labelplatform.jobs.running import run_job
from labelplatform.refusals import Conflict, Refusal
from projects.creation import create_project
from projects.membership.invitations import InvitationOver, accept_invitation, invite_member
from projects.membership.people import change_member, remove_member
from projects.models import Assignment, Membership, Project, Task
from projects.policies import change_project
from projects.schema_change.schema_changes import change_schema
from tests.factories import TOPIC_SCHEMA, make_member, make_task, make_tasks, make_user

pytestmark = pytest.mark.django_db


def answered(api, member, value="sports"):
    task = make_task(member.project)
    client = api(member.user)
    client.next_task(member.project)
    client.answer(task.pk, {"topic": value})
    return task


def test_the_author_of_a_project_is_its_admin_and_its_guideline_is_version_one():
    author = make_user()
    project = create_project(author=author, name="Voice assistant", schema=TOPIC_SCHEMA, guideline="# Rules")
    assert project.slug == "voice-assistant"
    assert project.memberships.get().role == "admin"
    assert (project.schema_version.number, project.guideline_number) == (1, 1)
    assert create_project(author=author, name="Voice assistant", schema=TOPIC_SCHEMA).slug == "voice-assistant-2"


def test_a_project_cannot_take_the_address_of_a_page():
    with pytest.raises(Refusal, match="taken"):
        create_project(author=make_user(), name="X", slug="new", schema=TOPIC_SCHEMA)
    assert create_project(author=make_user(), name="New", schema=TOPIC_SCHEMA).slug == "new-2"


def test_a_wrong_setting_makes_no_project_at_all():
    with pytest.raises(Refusal) as caught:
        create_project(author=make_user(), name="X", schema=TOPIC_SCHEMA, policies={"overlap": 0, "strategy": "magic"})
    assert {error["path"] for error in caught.value.errors} == {"overlap", "strategy"}
    assert not Project.objects.exists()


def test_removing_an_answered_option_is_refused_with_the_counts(api, ada, ben):
    answered(api, ben)
    smaller = {**TOPIC_SCHEMA, "questions": [{**TOPIC_SCHEMA["questions"][0], "options": ["politics", "music"]}]}
    with pytest.raises(Conflict, match="1 answers and 1 final labels"):
        change_schema(ada, smaller)
    assert Project.objects.get(pk=ada.project_id).schema_version.number == 1


def test_adding_and_retiring_options_makes_a_new_version_and_keeps_the_answers(api, ada, ben):
    answered(api, ben)
    options = ["politics", "music", "weather", {"value": "sports", "retired": True}]
    version = change_schema(ada, {**TOPIC_SCHEMA, "questions": [{**TOPIC_SCHEMA["questions"][0], "options": options}]})
    assert version.number == 2
    assert FinalLabel.objects.get().value == "sports"


def test_a_field_of_imported_tasks_cannot_be_renamed(ada):
    make_task(ada.project)
    renamed = {
        "fields": [{"name": "message", "kind": "text"}],
        "questions": [{**TOPIC_SCHEMA["questions"][0], "on": "message"}],
    }
    with pytest.raises(Conflict, match="1 tasks have been imported"):
        change_schema(ada, renamed)


def test_the_same_schema_again_is_no_new_version(ada):
    assert change_schema(ada, ada.project.schema.definition()).number == 1


def test_a_larger_overlap_reopens_tasks_and_a_smaller_one_closes_them(api, ada, ben):
    task = answered(api, ben)
    change_project(ada, {"overlap": 2})
    run_job(Job.objects.get(state="queued").pk)
    task.refresh_from_db()
    assert (task.stage, task.open_slots) == ("annotate", 1)
    change_project(ada, {"overlap": 1})
    run_job(Job.objects.get(state="queued").pk)
    task.refresh_from_db()
    assert (task.stage, task.open_slots) == ("done", 0)


def test_an_unknown_address_gets_an_invitation_that_works_once(ada):
    invitation, secret = invite_member(ada, email=" New@Example.com ", role="annotator")
    assert secret not in invitation.digest
    member = accept_invitation(secret, name="New", password="a long password")
    assert (member.user.email, member.role) == ("new@example.com", "annotator")
    with pytest.raises(InvitationOver, match="works once"):
        accept_invitation(secret, name="Again", password="a long password")


def test_an_invitation_is_of_no_use_to_another_address(ada, eve):
    _, secret = invite_member(ada, email="new@example.com", role="admin")
    with pytest.raises(Conflict, match=r"for new@example.com"):
        accept_invitation(secret, user=eve.user)
    assert not Membership.objects.filter(project=ada.project, user=eve.user).exists()


def test_a_known_address_is_a_member_at_once_and_only_once(ada):
    user = make_user()
    member, secret = invite_member(ada, email=user.email, role="reviewer")
    assert (member.user, secret) == (user, "")
    with pytest.raises(Conflict, match="already"):
        invite_member(ada, email=user.email, role="viewer")


def test_a_manager_cannot_make_or_change_admins(ada):
    manager = make_member(ada.project, "manager")
    with pytest.raises(Refusal):
        invite_member(manager, email="x@example.com", role="admin")
    with pytest.raises(Refusal):
        change_member(manager, ada, role="viewer")
    with pytest.raises(Refusal):
        change_member(manager, manager, role="admin")


def test_the_last_admin_stays(ada):
    for attempt in (
        lambda: change_member(ada, ada, role="viewer"),
        lambda: change_member(ada, ada, suspended=True),
        lambda: remove_member(ada, ada),
    ):
        with pytest.raises(Conflict, match="last admin"):
            attempt()
    assert Membership.objects.get(pk=ada.pk).role == "admin"


def test_a_removed_members_answers_stay_and_their_leases_go_back(api, ada, ben):
    answered(api, ben)
    make_tasks(ben.project, 2)
    api(ben.user).next_task(ben.project)
    remove_member(ada, ben)
    assert FinalLabel.objects.count() == 1
    assert User.objects.filter(pk=ben.user_id).exists()
    assert not Assignment.objects.leased().exists()
    assert set(Task.objects.filter(stage="annotate").values_list("open_slots", flat=True)) == {1}
    assert Event.objects.filter(verb="removed", project_id=ada.project_id).exists()


def test_a_suspended_member_is_out_at_once(api, ada, ben):
    make_tasks(ben.project, 1)
    client = api(ben.user)
    task_id = client.next_task(ben.project)["task"]["id"]
    change_member(ada, ben, suspended=True)
    assert client.answer(task_id, {"topic": "music"}).status_code == 404
    assert client.send(f"projects/{ben.project.slug}/queue/next/").status_code == 404
