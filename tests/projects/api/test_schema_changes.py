import pytest

from annotations.models import Annotation
from labelplatform.jobs.running import run_job
from projects.models import SchemaVersion
from tests.factories import TOPIC_SCHEMA, make_task

pytestmark = pytest.mark.django_db

MERGE = {"kind": "merge_options", "question": "topic", "values": ["music"], "into": "politics"}


def test_a_plan_is_looked_at_put_in_force_and_taken_back(api, project, ada, ben):
    task = make_task(project)
    client, path = api(ada.user), f"projects/{project.slug}/schema/changes/"
    api(ben.user).next_task(project)
    api(ben.user).answer(task.pk, {"topic": "music"})
    looked = client.send(f"{path}preview/", {"operations": [MERGE]}).json()
    assert looked["in_words"] == ["music become politics"]
    assert {one["what"]: one["count"] for one in looked["touched"]} == {
        "answers": 1,
        "tasks": 1,
        "final labels": 1,
        "models to train anew": 0,
    }
    assert SchemaVersion.objects.filter(project=project).count() == 1
    answer = client.send(path, {"operations": [MERGE], "number": 1})
    assert (answer.status_code, answer.json()["version"]["number"]) == (202, 2)
    run_job(answer.json()["job"]["id"])
    assert Annotation.objects.get().answers == {"topic": "politics"}
    assert client.send(path, {"operations": [MERGE], "number": 1}).status_code == 409
    back = client.send(f"{path}2/revert/")
    run_job(back.json()["job"]["id"])
    assert Annotation.objects.get().answers == {"topic": "music"}
    versions = client.read(path).json()["results"]
    assert [(one["number"], one["reverts"], bool(one["operations"])) for one in versions] == [
        (3, 2, True),
        (2, None, True),
        (1, None, False),
    ]


@pytest.mark.parametrize(
    "operations",
    [
        [],
        [{}],
        [{"kind": "magic"}],
        [{**MERGE, "question": "none"}],
        [{**MERGE, "values": [1]}],
        [{**MERGE, "values": ["politics"]}],
        [{**MERGE, "more": 1}],
        [{"kind": "rename_option", "question": "topic", "value": "music", "to": {"a": 1}}],
        [{"kind": "unmerge_options", "question": "topic", "into": "music", "options": [{"option": {}, "index": "x"}]}],
        [MERGE] * 60,
    ],
)
def test_operations_that_do_not_fit_are_refused_with_their_place(api, project, ada, operations):
    answer = api(ada.user).send(f"projects/{project.slug}/schema/changes/", {"operations": operations})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["path"].startswith("operations")


def test_a_schema_is_checked_without_being_saved(api, ada):
    right = api(ada.user).send("schema-checks/", {"definition": TOPIC_SCHEMA}).json()
    assert (right["problems"], list(right["example"])) == ([], ["text"])
    assert right["definition"]["questions"][0]["options"][0] == {"value": "sports", "title": "sports"}
    twice = {**TOPIC_SCHEMA, "questions": TOPIC_SCHEMA["questions"] * 2}
    wrong = api(ada.user).send("schema-checks/", {"definition": twice}).json()
    assert wrong["definition"] is None
    assert wrong["problems"] == [{"path": "questions", "message": "The name 'topic' is used twice."}]


def test_a_condition_cannot_name_itself_or_what_comes_later(api, ada):
    questions = [
        {"name": name, "kind": "rating", "when": {"question": other, "answered": True}}
        for name, other in (("a", "b"), ("b", "a"), ("c", "c"))
    ]
    checked = api(ada.user).send("schema-checks/", {"definition": {**TOPIC_SCHEMA, "questions": questions}}).json()
    places = [one["path"] for one in checked["problems"]]
    assert places == [f"questions.{number}.when.question" for number in range(3)]


def test_ten_thousand_options_are_taken_and_one_more_is_not(api, ada):
    def checked(count):
        question = {"name": "q", "kind": "choice", "options": [f"option {number}" for number in range(count)]}
        definition = {"fields": TOPIC_SCHEMA["fields"], "questions": [question]}
        return api(ada.user).send("schema-checks/", {"definition": definition}).json()["problems"]

    assert checked(10_000) == []
    assert "10,000 is the most" in checked(10_001)[0]["message"]
