"""Language models: what they are told, what is taken from them, and what it costs."""

import json

import pytest

from labelplatform.refusals import Refusal
from models_app.backends import backend
from models_app.models import PredictionSource
from models_app.sources.asking import ask
from models_app.sources.setting_up import change_source, set_up_source
from projects.models import Lane
from tests.answering_server import answering_server
from tests.factories import make_guideline, make_member, make_project, make_task, make_tasks
from tests.models_app.sources.sources import finish, reasons, source_of, stored

pytestmark = pytest.mark.django_db

PATH = "/v1/chat/completions"
SCHEMA = {
    "fields": [
        {"name": "text", "kind": "text", "title": "The post"},
        {"name": "author", "kind": "text", "shown": "reviewers"},
        {"name": "secret", "kind": "text", "shown": "nobody"},
    ],
    "questions": [
        {
            "name": "topic",
            "kind": "choice",
            "title": "What is it about?",
            "options": [{"value": "sports", "help": "Games and players"}, {"value": "music"}],
        },
        {"name": "stars", "kind": "rating"},
    ],
}


def reply(content, usage=(100, 10)):
    text = content if isinstance(content, str) else json.dumps(content)
    counted = {"usage": {"prompt_tokens": usage[0], "completion_tokens": usage[1]}} if usage else {}
    return {"choices": [{"message": {"role": "assistant", "content": text}}], **counted}


def good(topic="music", stars=3, confidence=0.8):
    return reply({"answers": {"topic": topic, "stars": stars}, "confidence": confidence})


@pytest.fixture
def server(settings, monkeypatch):
    monkeypatch.setattr(backend, "RETRY_AFTER_SECONDS", (0.0,))
    with answering_server() as found:
        settings.OUTBOUND_ALLOWED_HOSTS = [found.host]
        found.answers[PATH] = good()
        yield found


@pytest.fixture
def ada():
    return make_member(make_project(schema=SCHEMA), "admin")


def set_up(member, server, **options):
    known = {"address": f"{server.address}/v1", "model": "small", "per_minute": 6000}
    return set_up_source(member, kind="language_model", name="llm", options={**known, **options}, secret="key-1")


def posts(member, *texts):
    return make_tasks(member.project, data=[{"text": one, "author": "Zoe Q", "secret": "h1dden"} for one in texts])


def asked(member, source, limit=10):
    return finish(ask(member, source, limit=limit))


def test_it_is_told_guideline_options_and_the_task_and_answers_in_the_form_asked_for(ada, server):
    make_guideline(ada.project, "# Posts\n\nConcerts are music.")
    (task,) = posts(ada, "They sang.")
    run = asked(ada, set_up(ada, server))
    assert stored("llm") == {(task.pk, "topic"): "music", (task.pk, "stars"): 3}
    assert source_of(ada.project, "llm").predictions.first().confidence == 0.8
    (body,) = server.bodies(PATH)
    system, user = (message["content"] for message in body["messages"])
    assert "Concerts are music." in system
    assert "- sports: sports. Games and players" in system
    assert user == "# The post\n\nThey sang."
    form = body["response_format"]["json_schema"]["schema"]["properties"]["answers"]["properties"]
    assert form["topic"]["enum"] == ["sports", "music"]
    assert (body["model"], server.asked[0][2]["Authorization"]) == ("small", "Bearer key-1")
    assert run.statistics["requests"] == 1


def test_what_not_everybody_is_shown_is_never_sent(ada, server):
    posts(ada, "They sang.")
    asked(ada, set_up(ada, server))
    sent = json.dumps(server.asked)
    for private in ("Zoe Q", "h1dden", "author", "secret"):
        assert private not in sent


def test_a_question_about_a_hidden_field_is_not_asked(server):
    schema = {**SCHEMA, "questions": [SCHEMA["questions"][0], {"name": "who", "kind": "text", "on": "author"}]}
    ada = make_member(make_project(schema=schema), "admin")
    posts(ada, "x")
    server.answers[PATH] = reply({"answers": {"topic": "music"}, "confidence": 1})
    asked(ada, set_up(ada, server))
    assert "who" not in server.bodies(PATH)[0]["messages"][0]["content"]
    with pytest.raises(Refusal):
        set_up_source(
            ada,
            kind="language_model",
            name="x",
            options={"address": "https://a.example/", "model": "m", "questions": ["who"]},
        )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("I think it is about music.", "prose"),
        ('```json\n{"answers": {}}\n```', "prose"),
        ("", "prose"),
        ("[]", "another form"),
        ({"topic": "music"}, "another form"),
        ({"answers": {"topic": "jazz", "stars": 3}, "confidence": 1}, "'jazz' is no option"),
        ({"answers": {"stars": 3}, "confidence": 1}, "“topic” is not answered"),
        ({"answers": {"topic": ["music"], "stars": 3}, "confidence": 1}, "is no option"),
        ({"answers": {"topic": "music", "stars": 99}, "confidence": 1}, "99"),
    ],
)
def test_an_answer_of_another_form_is_refused_with_the_reason_and_paid_for(ada, server, content, reason):
    posts(ada, "x")
    server.answers[PATH] = reply(content)
    run = asked(ada, set_up(ada, server, price_read=10.0))
    assert run.rejected_count == 1
    assert reason in reasons(run)[0][1]
    assert source_of(ada.project, "llm").spent == pytest.approx(0.001)
    assert run.statistics.get("prose", 0) == (1 if reason == "prose" else 0)


def test_cost_is_counted_from_usage_and_the_budget_holds(ada, server):
    posts(ada, *(f"post {number}" for number in range(5)))
    source = set_up(ada, server, price_read=100.0, price_written=1000.0, budget=0.05)
    run = asked(ada, source)
    assert run.job.state == "failed"
    assert "The budget of 0.05 is spent: 0.0600" in run.job.error
    assert len(server.bodies(PATH)) == 3
    assert run.statistics == {"requests": 3, "tokens_read": 300, "tokens_written": 30, "spent": 0.06}
    assert PredictionSource.objects.get().spent == pytest.approx(0.06)


def test_an_endpoint_that_counts_nothing_is_paid_by_a_guess(ada, server):
    posts(ada, "x")
    server.answers[PATH] = reply({"answers": {"topic": "music", "stars": 1}, "confidence": 1}, usage=None)
    asked(ada, set_up(ada, server, price_read=1.0))
    assert PredictionSource.objects.get().spent > 0


def test_the_same_question_is_paid_once_and_another_guideline_asks_anew(ada, server):
    posts(ada, "same", "same", "other")
    source = set_up(ada, server)
    run = asked(ada, source)
    assert (run.statistics["requests"], run.statistics["from_memory"], run.stored_count) == (2, 1, 6)
    assert asked(ada, source).statistics == {"from_memory": 3}
    make_guideline(ada.project, "All is sports.")
    assert asked(ada, source).statistics["requests"] == 2


def test_the_holdout_is_always_asked_about(ada, server):
    held = make_task(ada.project, "held", lane=Lane.HOLDOUT)
    posts(ada, "x", "y")
    asked(ada, set_up(ada, server), limit=1)
    assert (held.pk, "topic") in stored("llm")
    assert len(stored("llm")) == 4


@pytest.mark.parametrize("answer", [(401, {"error": "no key"}), (429, {}), b"<html>", {"choices": []}, {"choices": 7}])
def test_an_endpoint_that_keeps_failing_is_given_up(ada, server, answer):
    posts(ada, *"abcd")
    server.answers[PATH] = answer
    run = asked(ada, set_up(ada, server))
    assert run.job.state == "failed"
    assert source_of(ada.project, "llm").state == "failing"


@pytest.mark.parametrize(
    "options",
    [
        {"price_read": -1},
        {"price_read": "much"},
        {"budget": float("nan")},
        {"budget": True},
        {"per_minute": 1e9},
        {"model": ""},
        {"model": "a\nb"},
        {"questions": ["tone"]},
        {"colour": 1},
        {"address": "https://me:pw@example.org/v1"},
    ],
)
def test_what_cannot_be_set_is_refused_with_its_place(ada, server, options):
    with pytest.raises(Refusal) as refusal:
        set_up(ada, server, **options)
    assert refusal.value.errors[0]["path"] == f"options.{next(iter(options))}"
    assert not PredictionSource.objects.exists()


def test_a_changed_source_keeps_its_key_unless_another_is_given(ada, server):
    posts(ada, "x")
    source = set_up(ada, server)
    change_source(ada, source, options={"address": f"{server.address}/v1", "model": "large"}, secret="key-2")
    asked(ada, source_of(ada.project, "llm"))
    assert server.asked[0][2]["Authorization"] == "Bearer key-2"
