"""Publishing, reading and asking, as the operations keep the rules."""

import uuid

import pytest
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from labelplatform.refusals import Conflict, Refusal
from projects.guideline.guideline_questions import answer_question, ask_question, questions_for
from projects.guideline.guidelines import (
    PublishedMeanwhile,
    acknowledge_guideline,
    baseline_of,
    check_touched,
    publish_guideline,
    readers,
    unread_versions,
)
from projects.membership.invitations import accept_invitation, invite_member
from projects.models import GuidelineAcknowledgement, Membership
from projects.queueing.holds import hold_on
from tests.factories import make_member, make_project, make_task, make_user

pytestmark = pytest.mark.django_db


def again(member):
    return Membership.objects.select_related("project").get(pk=member.pk)


def publish(project, text="# Rules", **values):
    return publish_guideline(project=project, **{"author": None, "text": text, **values})


def test_a_first_version_holds_nobody_up_and_a_second_one_does(project, ben):
    publish(project, needs_acknowledgement=True)
    assert hold_on(again(ben)) is None
    publish(project)
    hold = hold_on(again(ben))
    assert hold is not None
    assert (hold.code, hold.extra) == ("guideline_changed", {"guideline": 2})
    acknowledge_guideline(again(ben), 2)
    assert hold_on(again(ben)) is None


def test_a_typing_error_can_be_mended_without_holding_anybody_up(project, ben):
    publish(project)
    publish(project, needs_acknowledgement=False)
    assert hold_on(again(ben)) is None


def test_a_project_that_asks_for_no_acknowledgement_gets_none_unless_a_version_does(project, ben):
    project.requires_acknowledgement = False
    project.save(update_fields=["requires_acknowledgement"])
    publish(project)
    publish(project)
    assert hold_on(again(ben)) is None
    publish(project, needs_acknowledgement=True)
    assert hold_on(again(ben)) is not None


def test_a_later_version_that_nobody_must_read_leaves_the_one_that_they_must(project, ben):
    publish(project)
    publish(project)
    publish(project, needs_acknowledgement=False)
    hold = hold_on(again(ben))
    assert hold is not None
    assert hold.extra == {"guideline": 2}
    acknowledge_guideline(again(ben), 3)
    assert hold_on(again(ben)) is None


def test_reading_is_noted_once_and_never_goes_back(project, ben):
    for _ in range(3):
        publish(project)
    for number in (3, 2, 3):
        acknowledge_guideline(again(ben), number)
    assert again(ben).acknowledged_number == 3
    assert GuidelineAcknowledgement.objects.filter(user=ben.user).count() == 2
    with pytest.raises(Http404):
        acknowledge_guideline(again(ben), 4)


def test_whoever_publishes_has_read_it(project, ada):
    publish(project)
    publish(project, author=ada.user)
    assert hold_on(again(ada)) is None


def test_who_joins_later_knows_the_rules_that_were_there(project, ada):
    publish(project)
    publish(project)
    zoe = make_user("zoe", email="zoe@example.com")
    joined, _ = invite_member(ada, email="zoe@example.com", role="annotator")
    _, secret = invite_member(ada, email="new@example.com", role="annotator")
    accepted = accept_invitation(secret, name="New", password="correct horse")
    for member in (joined, accepted):
        assert again(member).acknowledged_number == 2
        assert hold_on(again(member)) is None
    assert zoe.memberships.get().pk == joined.pk
    publish(project)
    assert hold_on(again(accepted)) is not None


def test_of_two_who_publish_at_once_the_second_is_told_who_was_first(project, ada, rae):
    publish(project)
    publish(project, author=rae.user, summary="Theirs", based_on=1)
    with pytest.raises(PublishedMeanwhile, match=r"Version 2 was published by rae") as told:
        publish(project, author=ada.user, based_on=1)
    assert told.value.extra == {"guideline": {"number": 2, "summary": "Theirs"}}
    assert publish(project, author=ada.user, based_on=2).number == 3


def test_the_first_version_is_based_on_none(project):
    assert publish(project, based_on=0).number == 1
    with pytest.raises(PublishedMeanwhile):
        publish(project, based_on=0)


def test_options_touched_are_the_schemas_own(project):
    made = publish(project, options_touched={"topic": ["music", "sports", "music"]})
    assert made.options_touched == {"topic": ["sports", "music"]}
    with pytest.raises(Refusal) as refused:
        check_touched(project.schema, {"topic": ["sports", "art"], "mood": ["good"]})
    assert [error["path"] for error in refused.value.errors] == ["options_touched.topic.1", "options_touched.mood"]


def test_those_who_label_are_counted_as_readers_and_nobody_else(project, ada, ben, rae):
    make_member(project, "viewer")
    make_member(project, "annotator", suspended=True)
    publish(project)
    publish(project, author=ada.user)
    have, have_not = readers(project.pk, 2)
    assert ([m.user for m in have], [m.user for m in have_not]) == ([ada.user], [ben.user, rae.user])


def test_unread_versions_of_many_projects_take_one_query(ben):
    members = []
    for _ in range(5):
        project = make_project()
        for _ in range(3):
            publish(project)
        members.append(make_member(project, "annotator", ben.user))
    members = [again(member) for member in members]
    with CaptureQueriesContext(connection) as asked:
        unread = unread_versions(members)
    assert len(asked) == 1
    assert [[version.number for version in unread[member.project_id]] for member in members] == [[3, 2]] * 5
    assert baseline_of(members[0]) == 1


def test_a_question_is_asked_once_per_key(ben):
    key = uuid.uuid4()
    first, is_new = ask_question(ben, text=" And this? ", key=key)
    assert (first.text, is_new) == ("And this?", True)
    assert ask_question(ben, text="Other", key=key) == (first, False)
    with pytest.raises(Conflict):
        ask_question(make_member(ben.project, "annotator"), text="Mine", key=key)


@pytest.mark.parametrize("text", ["", "  ", "x" * 5001, "a\x00b", None])
def test_a_question_that_cannot_be_kept_is_refused(ben, text):
    with pytest.raises(Refusal) as refused:
        ask_question(ben, text=text, key=uuid.uuid4())
    assert refused.value.errors[0]["path"] == "text"


def test_a_question_names_only_a_task_that_its_author_may_see(ben, rae, eve):
    task, foreign = make_task(ben.project), make_task(eve.project)
    with pytest.raises(Http404):
        ask_question(ben, text="And this?", key=uuid.uuid4(), task_id=task.pk)
    with pytest.raises(Http404):
        ask_question(rae, text="And this?", key=uuid.uuid4(), task_id=foreign.pk)
    assert ask_question(rae, text="And this?", key=uuid.uuid4(), task_id=task.pk)[0].task == task


def test_others_see_a_question_once_it_is_answered(ada, ben, rae):
    question, _ = ask_question(ben, text="And this?", key=uuid.uuid4())
    assert [list(questions_for(member)) for member in (ada, ben, rae)] == [[question], [question], []]
    answer_question(ada, question, "It is.")
    assert list(questions_for(rae)) == [question]


def test_a_version_settles_the_answered_questions_it_names_and_no_foreign_ones(ada, ben, eve):
    asked = [ask_question(ben, text=f"Question {n}?", key=uuid.uuid4())[0] for n in range(2)]
    foreign, _ = ask_question(eve, text="Mine?", key=uuid.uuid4())
    for member, question in ((ada, asked[0]), (eve, foreign)):
        answer_question(member, question, "Yes.")
    made = publish(ada.project, answers=[asked[0].pk, asked[1].pk, foreign.pk])
    for question in (*asked, foreign):
        question.refresh_from_db()
    assert [question.guideline for question in (*asked, foreign)] == [made, None, None]
