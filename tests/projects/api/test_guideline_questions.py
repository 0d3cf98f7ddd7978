"""Questions about the guideline by API."""

import uuid

import pytest

from projects.guideline.guideline_questions import ask_question
from projects.models import GuidelineQuestion
from tests.factories import make_member, make_task

pytestmark = pytest.mark.django_db


def path(member, page=""):
    return f"projects/{member.project.slug}/guideline-questions/{page}"


def patch(client, address, body):
    return client.generic("PATCH", f"/api/v1/{address}", body, content_type="application/json")


def test_ben_asks_and_ada_answers_and_everybody_can_read_it(api, ada, ben, rae):
    asker, key = api(ben.user), str(uuid.uuid4())
    body = {"key": key, "text": "Is chess a sport?"}
    answers = [asker.send(path(ben), body) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    asked = answers[0].json()
    assert (asked["text"], asked["author"], asked["answer"]) == ("Is chess a sport?", "ben", "")
    assert api(rae.user).read(path(rae)).json()["results"] == []
    assert api(ada.user).read(f"{path(ada)}?open=true").json()["results"][0]["id"] == asked["id"]
    answered = patch(api(ada.user), path(ada, f"{asked['id']}/"), '{"answer": "It is."}').json()
    assert (answered["answer"], answered["answered_by"]) == ("It is.", "ada")
    (seen,) = api(rae.user).read(path(rae)).json()["results"]
    assert (seen["answer"], seen["author"]) == ("It is.", "")
    assert api(ada.user).read(f"{path(ada)}?open=true").json()["results"] == []
    assert asker.read(path(ben, f"{asked['id']}/")).json()["answer"] == "It is."


def test_a_viewer_reads_and_asks_nothing_and_an_annotator_answers_nothing(api, ben):
    viewer = make_member(ben.project, "viewer")
    body = {"key": str(uuid.uuid4()), "text": "?"}
    assert api(viewer.user).send(path(viewer), body).status_code == 403
    question, _ = ask_question(ben, text="?", key=uuid.uuid4())
    assert patch(api(ben.user), path(ben, f"{question.pk}/"), '{"answer": "Yes"}').status_code == 403


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"text": "?"}, "key"),
        ({"key": "no", "text": "?"}, "key"),
        ({"key": str(uuid.uuid4()), "text": ""}, "text"),
        ({"key": str(uuid.uuid4()), "text": "x" * 5001}, "text"),
        ({"key": str(uuid.uuid4()), "text": "?", "task_id": "x"}, "task_id"),
        ({"key": str(uuid.uuid4()), "text": "?", "answer": "Yes"}, "answer"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(api, ben, body, place):
    refused = api(ben.user).send(path(ben), body)
    assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, place)
    assert not GuidelineQuestion.objects.exists()


def test_a_question_names_no_task_that_its_author_has_not_had(api, ben, rae):
    task = make_task(ben.project)
    body = {"key": str(uuid.uuid4()), "text": "And this?", "task_id": task.pk}
    assert api(ben.user).send(path(ben), body).status_code == 404
    assert api(rae.user).send(path(rae), body).json()["task_id"] == task.pk
