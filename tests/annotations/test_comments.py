"""Talk about a task: threads, places in the text, calls by @, settling."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from annotations.models import Comment
from annotations.talk.comments import add_comment, reopen_comment, resolve_comment
from annotations.talk.mentions import text_with_mentions
from labelplatform.events.models import Event
from labelplatform.refusals import Refusal
from projects.models import Assignment, TaskContent
from tests.factories import make_member, make_project, make_task, make_tasks, make_user

pytestmark = pytest.mark.django_db


def hold(member, task):
    later = timezone.now() + timedelta(minutes=5)
    Assignment.objects.create(task=task, project=task.project, user=member.user, lease_expires_at=later)


def say(client, task, text="Hm?", **body):
    return client.send(f"tasks/{task.pk}/comments/", {"key": str(uuid.uuid4()), "text": text, **body})


def wrong(answer):
    assert answer.status_code == 422, answer.json()
    return answer.json()["errors"][0]["path"]


def test_a_thread_has_one_level_of_replies_on_its_own_task(api, project, ada, rae):
    task, other = make_task(project), make_task(project)
    client = api(rae.user)
    first = say(client, task).json()
    reply = say(api(ada.user), task, "Yes.", parent=first["id"]).json()
    assert reply["parent_id"] == first["id"]
    assert wrong(say(client, task, "And?", parent=reply["id"])) == "parent"
    assert wrong(say(client, other, "And?", parent=first["id"])) == "parent"
    assert wrong(say(client, task, "", kind="flag", parent=first["id"])) == "parent"
    for nonsense in ("1", True, -1, 2**70, 1.5, [first["id"]]):
        assert wrong(say(client, task, "And?", parent=nonsense)) == "parent"
    listed = client.read(f"tasks/{task.pk}/comments/").json()["results"]
    assert [row["text"] for row in listed] == ["Hm?", "Yes."]


def test_a_turn_of_a_dialogue_is_a_place_in_its_turns_joined_by_line_feeds(api):
    fields = [{"name": "chat", "kind": "dialogue"}, {"name": "secret", "kind": "text", "shown": "reviewers"}]
    project = make_project(
        schema={"fields": fields, "questions": [{"name": "ok", "kind": "choice", "options": ["yes", "no"]}]}
    )
    ben = make_member(project, "annotator", make_user("Ben"))
    turns = [{"speaker": "user", "text": "Open? 😢"}, {"speaker": "bot", "text": "Every day."}]
    (task,) = make_tasks(project, data=[{"chat": turns, "secret": "the plan"}])
    hold(ben, task)
    client = api(ben.user)
    place = {"field": "chat", "start": 8, "end": 18, "text": "Every day."}
    said = say(client, task, place=place)
    assert said.status_code == 201, said.json()
    assert said.json()["place"] == place
    both = {"field": "chat", "start": 6, "end": 13, "text": "😢\nEvery"}
    assert say(client, task, place=both).status_code == 201
    assert wrong(say(client, task, place={**place, "text": "Every year"})) == "place.text"
    assert (
        wrong(say(client, task, place={"field": "secret", "start": 0, "end": 8, "text": "the plan"})) == "place.field"
    )
    page = client.get(f"/projects/{project.slug}/data/{task.pk}/talk/").content.decode()
    assert "Every day." in page
    assert "the text has changed since" not in page


def test_a_place_counts_code_points_and_must_say_what_stands_there(api, project, ada):
    task = make_task(project, text="😢😢 too late 👩‍👩‍👧")
    client = api(ada.user)
    place = {"field": "text", "start": 7, "end": 11, "text": "late"}
    assert say(client, task, place=place).json()["place"] == place
    whole = {"field": "text", "start": 0, "end": 17, "text": "😢😢 too late 👩‍👩‍👧"}
    assert say(client, task, place=whole).status_code == 201
    for change, path in (
        ({"start": 9, "end": 13}, "place.text"),  # as UTF-16 would count
        ({"text": "Late"}, "place.text"),
        ({"end": 99}, "place.start"),
        ({"start": 11}, "place.start"),
        ({"start": -1}, "place.start"),
        ({"start": True}, "place.start"),
        ({"start": 7.0}, "place.start"),
        ({"field": "title"}, "place.field"),
        ({"field": None}, "place.field"),
        ({"more": 1}, "place"),
    ):
        assert wrong(say(client, task, place={**place, **change})) == path, change
    for nonsense in ("late", [7, 11], 7, {}):
        assert wrong(say(client, task, place=nonsense)) == "place"


def test_the_page_quotes_the_place_and_says_when_the_text_has_changed(client, api, project, ada):
    task = make_task(project, text="one two three")
    say(api(ada.user), task, place={"field": "text", "start": 4, "end": 7, "text": "two"})
    client.force_login(ada.user)
    url = f"/projects/{project.slug}/data/{task.pk}/"
    page = client.get(url).content.decode()
    assert '<blockquote class="quote" dir="auto"><span data-content>two</span></blockquote>' in page
    TaskContent.objects.filter(task=task).update(data={"text": "other"})
    assert "the text has changed since" in client.get(url).content.decode()


def test_people_are_called_by_the_beginning_of_their_address_or_their_whole_name(project, ada, ben):
    named = make_member(project, "reviewer", make_user("Zoë van Dam", email="z.v+d@example.com"))
    blind = make_member(project, "annotator", make_user("Max", email="max@example.com"))
    task = make_task(project)
    hold(ben, task)
    ada_call = ada.user.email.partition("@")[0]

    def called(text):
        comment, _ = add_comment(ben, task, key=uuid.uuid4(), kind="comment", text=text)
        return comment.mentions

    assert called(f"@{ada_call}, see (@z.v+d). And @ZoëVanDam!") == [ada.user.pk, named.user.pk]
    assert called(f"x@{ada_call} is an address, @nobody nobody, @@{ada_call} neither") == []
    assert called("@max may not see it") == []
    hold(blind, task)
    assert called("@max may now") == [blind.user.pk]


def test_two_people_with_the_same_local_part_are_told_apart(api, project, ada):
    first = make_member(project, "reviewer", make_user("Sam One", email="sam@example.com"))
    second = make_member(project, "reviewer", make_user("Sam Two", email="sam@example.org"))
    task = make_task(project)
    people = api(ada.user).read(f"tasks/{task.pk}/mentionable/?begun=sam").json()["people"]
    assert people == [
        {"id": first.user.pk, "name": "Sam One", "handle": "sam"},
        {"id": second.user.pk, "name": "Sam Two", "handle": f"sam-{second.user.pk}"},
    ]
    calls = say(api(ada.user), task, f"@sam-{second.user.pk} @sam").json()["mentions"]
    assert calls == [second.user.pk, first.user.pk]


def test_only_members_who_may_see_the_task_are_suggested(api, project, ada, ben, rae):
    make_member(project, "viewer", make_user("Benno", email="benno@example.com"), suspended=True)
    task = make_task(project)
    names = [one["name"] for one in api(ada.user).read(f"tasks/{task.pk}/mentionable/").json()["people"]]
    assert sorted(names) == ["ada", "rae"]
    hold(ben, task)
    assert [one["name"] for one in api(ben.user).read(f"tasks/{task.pk}/mentionable/?begun=b").json()["people"]] == [
        "ben"
    ]


def test_marked_pieces_join_to_the_text_again():
    text = "mail a@b.c, @ben. @rae-7 and @"
    pieces = text_with_mentions(text)
    assert "".join(piece for piece, _ in pieces) == text
    assert [piece for piece, calls in pieces if calls] == ["@ben", "@rae-7"]


def test_a_thread_is_settled_as_a_whole_by_its_author_or_who_browses_the_data(api, client, project, ada, ben):
    task = make_task(project)
    hold(ben, task)
    other = make_member(project, "annotator", make_user())
    hold(other, task)
    comment = Comment.objects.get(pk=say(api(ben.user), task).json()["id"])
    reply, _ = add_comment(other, task, key=uuid.uuid4(), kind="comment", text="Yes.", parent=comment.pk)
    assert api(other.user).send(f"comments/{comment.pk}/resolve/").status_code == 403
    assert api(ben.user).send(f"comments/{reply.pk}/resolve/").status_code == 403
    with pytest.raises(Refusal, match="settled with its thread"):
        resolve_comment(ada, reply)
    assert api(ben.user).send(f"comments/{comment.pk}/resolve/").json()["resolved_at"]
    resolve_comment(ada, comment)  # the first stays on record
    assert Comment.objects.get(pk=comment.pk).resolved_by == ben.user
    assert api(ada.user).send(f"comments/{comment.pk}/reopen/").json()["resolved_at"] is None
    reopen_comment(ada, comment)
    verbs = Event.objects.filter(object_type="comment").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["resolved", "reopened"]


def test_replies_wait_for_no_answer_of_their_own(api, client, project, ada, rae):
    task = make_task(project)
    first = say(api(rae.user), task).json()
    say(api(ada.user), task, "Yes.", parent=first["id"])
    client.force_login(ada.user)
    assert "1 comment waits for an answer" in client.get(f"/projects/{project.slug}/").content.decode()
    resolve_comment(ada, Comment.objects.get(pk=first["id"]))
    assert "waits for an answer" not in client.get(f"/projects/{project.slug}/").content.decode()


def test_an_annotator_reads_and_answers_on_a_page_of_their_own(client, api, project, ada, ben):
    task = make_task(project, text="read me")
    hold(ben, task)
    first = say(api(ada.user), task, "@nobody <b>").json()
    client.force_login(ben.user)
    url = f"/projects/{project.slug}/data/{task.pk}/talk/"
    page = client.get(url).content.decode()
    assert "read me" in page
    assert '<strong class="mention">@nobody</strong> &lt;b&gt;' in page
    said = {"key": str(uuid.uuid4()), "text": "Hi.", "parent": first["id"], "here": url}
    assert client.post(f"/projects/{project.slug}/data/{task.pk}/comments/", said)["Location"] == f"{url}#comments"
    assert Comment.objects.get(parent_id=first["id"]).text == "Hi."
    for nonsense in ({"parent": "x"}, {"place": "{"}, {"place": "[" * 100_000}, {"key": "x"}):
        client.post(
            f"/projects/{project.slug}/data/{task.pk}/comments/", {**said, "key": str(uuid.uuid4()), **nonsense}
        )
    assert Comment.objects.count() == 2
    client.force_login(ada.user)
    assert client.get(url)["Location"] == f"/projects/{project.slug}/data/{task.pk}/"
