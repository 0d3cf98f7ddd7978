"""Model servers that speak Label Studio's protocol: a good one, and all that a bad one can do."""

import base64
import io

import pytest
import soundfile
from PIL import Image

from labelplatform.jobs.models import Job
from labelplatform.refusals import Conflict, Refusal
from models_app.backends import backend, model_server, teaching
from models_app.backends.teaching import teach_servers
from models_app.models import PredictionSource
from models_app.sources.asking import ask
from models_app.sources.setting_up import change_source, set_up_source
from projects.models import Lane
from tests.answering_server import Dripping, answering_server
from tests.factories import make_member, make_project, make_task, make_tasks
from tests.models_app.learning import label, run_jobs, texts
from tests.models_app.sources.sources import SPANS_SCHEMA, finish, reasons, source_of, stored
from tests.pictures import BOX_SCHEMA, make_cells, make_image_task
from tests.sounds import make_audio_task, make_sound, make_tone

pytestmark = pytest.mark.django_db


def entry(value="music", score=0.7, name="topic", **more):
    result = {"from_name": name, "to_name": "text", "type": "choices", "value": {"choices": [value]}}
    return {"model_version": "m1", "score": score, "result": [result], **more}


def predicting(*values, **more):
    """An answer for each task in turn."""
    return lambda body: {
        "results": [entry(values[place % len(values)], **more) for place in range(len(body["tasks"]))],
        "model_version": "m1",
    }


@pytest.fixture
def server(settings, monkeypatch):
    monkeypatch.setattr(backend, "RETRY_AFTER_SECONDS", (0.0,))
    with answering_server() as found:
        settings.OUTBOUND_ALLOWED_HOSTS = [found.host]
        found.answers |= {
            "/health": {"status": "UP", "model_class": "M"},
            "/setup": {"model_version": "m1"},
            "/predict": predicting("music", "sports"),
            "/webhook": (201, {"result": {}, "status": "ok"}),
        }
        yield found


def set_up(member, server, secret="", **options):
    return set_up_source(
        member, kind="model_server", name="srv", options={"address": server.address, **options}, secret=secret
    )


def asked(member, source, limit=10):
    return finish(ask(member, source, limit=limit))


def test_a_server_is_asked_about_the_holdout_and_what_people_get_next(ada, server):
    tasks = make_tasks(ada.project, 3, lane=Lane.BASE)
    held = make_task(ada.project, lane=Lane.HOLDOUT)
    run = asked(ada, set_up(ada, server), limit=2)
    by_rank = sorted(tasks, key=lambda task: task.rank)[:2]
    assert set(stored("srv")) == {(held.pk, "topic"), *((task.pk, "topic") for task in by_rank)}
    assert (run.job.state, run.stored_count, run.statistics["requests"]) == ("done", 3, 1)
    (body,) = server.bodies("/predict")
    assert body["project"].split(".")[0] == str(ada.project.pk)
    assert body["tasks"][0]["data"] == {"text": held.content.data["text"]}
    assert '<Choices name="topic" toName="text" choice="single"><Choice value="sports"' in body["label_config"]
    assert body["params"] == {"login": None, "password": None, "context": None}
    assert server.bodies("/setup")[0]["schema"] == body["label_config"]
    assert source_of(ada.project, "srv").predictions.filter(confidence=0.7).count() == 3


def test_all_tasks_can_be_asked_about(ada, server):
    make_tasks(ada.project, 120)
    assert asked(ada, set_up(ada, server), limit=None).stored_count == 120
    assert [len(body["tasks"]) for body in server.bodies("/predict")] == [50, 50, 20]


def test_the_secret_is_sent_and_never_kept_in_the_open(ada, server):
    make_task(ada.project)
    source = set_up(ada, server, secret="s3cret", user="me")
    asked(ada, source)
    assert server.asked[0][2]["Authorization"] == "Basic bWU6czNjcmV0"
    row = PredictionSource.objects.filter(pk=source.pk).values().get()
    assert "s3cret" not in str(row)
    change_source(ada, source, options={"address": server.address}, secret=None)
    server.asked.clear()
    asked(ada, source_of(ada.project, "srv"))
    assert server.asked[0][2]["Authorization"] == "Bearer s3cret"


def test_fields_that_not_everybody_sees_are_not_sent(server):
    schema = {
        "fields": [{"name": "text", "kind": "text"}, {"name": "note", "kind": "text", "shown": "reviewers"}],
        "questions": [{"name": "topic", "kind": "choice", "options": ["sports", "music"]}],
    }
    ada = make_member(make_project(schema=schema), "admin")
    make_tasks(ada.project, data=[{"text": "open", "note": "private"}])
    asked(ada, set_up(ada, server))
    assert "private" not in str(server.asked)
    assert "note" not in str(server.asked)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (predicting("jazz"), "'jazz' is no option"),
        (lambda body: {"results": [{"result": []} for _ in body["tasks"]]}, "Nothing in it answers"),
        (lambda body: {"results": ["prose" for _ in body["tasks"]]}, "no list “result”"),
        (lambda body: {"results": [None for _ in body["tasks"]]}, "no list “result”"),
        (lambda body: {"results": [entry() for _ in body["tasks"]] * 2}, "4 results came for 2 tasks"),
        (lambda body: {"results": []}, "0 results came for 2 tasks"),
        (
            lambda body: {"results": [entry(task=task["id"]) for task in reversed(body["tasks"])]},
            "the order is not that of what was asked",
        ),
        (
            lambda body: {"results": [{"result": [{"from_name": "topic", "type": "rating", "value": {}}]}] * 2},
            "is of the type 'rating'",
        ),
        (lambda body: {"results": [{"result": [{"from_name": "topic", "type": "choices"}]}] * 2}, "no value.choices"),
        (
            lambda body: {
                "results": [{"result": [{"from_name": "topic", "type": "choices", "value": {"choices": ["a", "b"]}}]}]
                * 2
            },
            "no list of one option",
        ),
    ],
)
def test_what_a_server_says_wrongly_is_refused_task_by_task_with_the_reason(ada, server, answer, reason):
    make_tasks(ada.project, 2)
    server.answers["/predict"] = answer
    run = asked(ada, set_up(ada, server))
    assert (run.job.state, run.stored_count, run.rejected_count) == ("done", 0, 2)
    assert all(reason in told for _, told in reasons(run)), reasons(run)


def test_a_server_that_takes_one_task_at_a_time_is_asked_so(ada, server):
    make_tasks(ada.project, 3)
    server.answers["/predict"] = lambda body: {"results": [entry()]}
    assert asked(ada, set_up(ada, server)).stored_count == 3
    assert [len(body["tasks"]) for body in server.bodies("/predict")] == [3, 1, 1, 1]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((500, {"detail": "boom"}), "It answers with 500"),
        ((302, b""), "redirect"),
        (b"<html>sorry</html>", "not JSON"),
        ([1, 2], "no list of results"),
        (b"[" * 100_000, "not JSON"),
        (Dripping(b'{"results": []}', seconds=60), "within 0.3 seconds"),
    ],
)
def test_a_server_that_keeps_failing_is_given_up_and_its_state_says_why(ada, server, monkeypatch, answer, reason):
    monkeypatch.setattr(model_server, "PREDICT_SECONDS", 0.3)
    make_tasks(ada.project, 160)
    server.answers["/predict"] = answer
    source = set_up(ada, server)
    run = asked(ada, source, limit=None)
    assert run.job.state == "failed"
    assert reason in run.job.error
    source.refresh_from_db()
    assert (source.state, reason in source.state_reason) == ("failing", True)
    assert run.rejected_count == 100, "Two batches were tried before."
    server.answers["/predict"] = predicting("music")
    assert asked(ada, source, limit=None).job.state == "done"
    assert source_of(ada.project, "srv").state == "ready"


def test_a_huge_answer_is_not_read(ada, server, monkeypatch):
    monkeypatch.setattr(model_server, "_MAX_ANSWER_BYTES", 10_000)
    make_task(ada.project)
    server.answers["/predict"] = lambda body: {"results": [entry(padding="x" * 20_000)]}
    run = asked(ada, set_up(ada, server))
    assert "larger than 10,000 bytes" in reasons(run)[0][1]


def test_a_server_that_is_away_or_ill_is_not_asked_at_all(ada, server):
    make_task(ada.project)
    server.answers["/health"] = (503, {})
    run = asked(ada, set_up(ada, server))
    assert run.job.state == "failed"
    assert "503" in run.job.error
    assert server.bodies("/predict") == []


def test_an_address_inside_the_network_cannot_be_set(ada):
    with pytest.raises(Refusal) as refusal:
        set_up_source(ada, kind="model_server", name="x", options={"address": "http://10.0.0.1/"})
    assert refusal.value.errors[0]["path"] == "options.address"


def test_one_run_at_a_time(ada, server):
    make_task(ada.project)
    source = set_up(ada, server)
    ask(ada, source, limit=1)
    with pytest.raises(Conflict):
        ask(ada, source, limit=1)


def test_spans_come_with_offsets_of_either_kind(server):
    ada = make_member(make_project(schema=SPANS_SCHEMA), "admin")
    (task,) = make_tasks(ada.project, texts=["😀 Ada met Ben"])

    def span(start, end, text):
        value = {"start": start, "end": end, "text": text, "labels": ["person"]}
        return {"from_name": "names", "to_name": "text", "type": "labels", "value": value, "score": 0.5}

    server.answers["/predict"] = {"results": [{"result": [span(2, 5, "Ada"), span(11, 14, "Ben")]}]}
    asked(ada, set_up(ada, server))
    spans = stored("srv")[task.pk, "names"]
    assert [(part["start"], part["end"], part["text"]) for one in spans for part in one["parts"]] == [
        (2, 5, "Ada"),
        (10, 13, "Ben"),
    ]


def test_a_server_is_told_new_labels_once_and_never_the_holdout(ada, server, monkeypatch):
    monkeypatch.setattr(teaching, "FEWEST_LABELS", 2)
    set_up(ada, server, teaches=True)
    written = texts(4)
    held = make_tasks(ada.project, texts=written[:1], lane=Lane.HOLDOUT)
    tasks = make_tasks(ada.project, texts=written[1:], lane=Lane.BASE)
    label([*held, *tasks[:2]])
    teach_servers()
    teach_servers()
    (job,) = run_jobs(kind="teach_server")
    assert job.state == "done"
    events = server.bodies("/webhook")
    assert [event["action"] for event in events] == ["ANNOTATION_CREATED", "ANNOTATION_CREATED", "START_TRAINING"]
    assert [event["task"]["id"] for event in events[:2]] == [task.pk for task in tasks[:2]]
    assert events[0]["annotation"]["result"][0]["value"]["choices"] == ["politics"]
    assert events[0]["project"]["label_config"].startswith("<View>")
    label(tasks[2:])
    assert teach_servers() == [], "One label is not enough."
    assert Job.objects.filter(kind="teach_server").count() == 1


def test_a_server_is_sent_the_picture_itself_and_its_boxes_come_back_in_pixels(server):
    ada = make_member(make_project(schema=BOX_SCHEMA), "admin")
    task = make_image_task(ada.project, make_cells(0)[0])
    sides = {"x": 10, "y": 20, "width": 25, "height": 50, "rotation": 0}
    box = {"from_name": "cells", "to_name": "photo", "type": "rectanglelabels", "score": 0.8}
    server.answers["/predict"] = {
        "results": [{"score": 0.6, "result": [{**box, "value": {**sides, "rectanglelabels": ["disc"]}}]}]
    }
    asked(ada, set_up(ada, server))
    (body,) = server.bodies("/predict")
    start, _, content = body["tasks"][0]["data"]["photo"].partition(",")
    assert start == "data:image/png;base64"
    with Image.open(io.BytesIO(base64.b64decode(content))) as picture:
        assert picture.size == (320, 240)
    assert '<RectangleLabels name="cells" toName="photo">' in body["label_config"]
    prediction = source_of(ada.project, "srv").predictions.get(task=task)
    assert prediction.value == [{"id": "m1", "label": "disc", "x": 32, "y": 48, "width": 80, "height": 120}]
    assert prediction.confidence == 0.8


def test_a_box_outside_of_the_picture_or_turned_is_refused_with_the_reason(server):
    ada = make_member(make_project(schema=BOX_SCHEMA), "admin")
    make_image_task(ada.project, make_cells(0)[0])
    box = {"from_name": "cells", "to_name": "photo", "type": "rectanglelabels"}
    source = set_up(ada, server)
    for wrong, reason in (({"x": 90, "rotation": 0}, "the picture is 320 pixels"), ({"rotation": 30}, "turned")):
        sides = {"x": 10, "y": 20, "width": 25, "height": 50, "rectanglelabels": ["disc"], **wrong}
        server.answers["/predict"] = {"results": [{"result": [{**box, "value": sides}]}]}
        assert any(reason in one for _, one in reasons(asked(ada, source)))


CALL_SCHEMA = {
    "fields": [{"name": "clip", "kind": "audio"}],
    "questions": [
        {
            "name": "turns",
            "kind": "segments",
            "options": ["agent", "customer"],
            "questions": [{"name": "words", "kind": "text", "required": False}],
        }
    ],
}


def heard(start, end, label="agent", words="", **more):
    """A segment with what is said in it, as such servers answer."""
    place = {"start": start, "end": end, "channel": 0}
    said = {"id": f"r{start}", "to_name": "clip", **more}
    found = [{**said, "from_name": "turns", "type": "labels", "value": {**place, "labels": [label]}}]
    if words:
        found.append({**said, "from_name": "words", "type": "textarea", "value": {**place, "text": [words]}})
    return found


def test_a_server_is_sent_the_sound_itself_and_what_it_hears_when_comes_back(server):
    ada = make_member(make_project(schema=CALL_SCHEMA), "admin")
    task = make_audio_task(ada.project, make_sound(make_tone(440, 4)))
    said = [*heard(0.25, 1.5, words="Good morning", score=0.9), *heard(1.25, 4.01, "customer", score=0.7)]
    server.answers["/predict"] = {"results": [{"result": said}]}
    asked(ada, set_up(ada, server))
    (body,) = server.bodies("/predict")
    start, _, content = body["tasks"][0]["data"]["clip"].partition(",")
    assert start == "data:audio/wav;base64"
    samples, rate = soundfile.read(io.BytesIO(base64.b64decode(content)))
    assert len(samples) == 4 * rate
    assert '<Labels name="turns" toName="clip">' in body["label_config"]
    assert '<TextArea name="words" toName="clip" perRegion="true" />' in body["label_config"]
    prediction = source_of(ada.project, "srv").predictions.get(task=task)
    assert prediction.value == [
        {"id": "m1", "label": "agent", "start": 0.25, "end": 1.5, "answers": {"words": "Good morning"}},
        {"id": "m2", "label": "customer", "start": 1.25, "end": 4},
    ]
    assert prediction.confidence == 0.7


def test_a_segment_that_cannot_be_is_refused_with_the_reason(server):
    ada = make_member(make_project(schema=CALL_SCHEMA), "admin")
    make_audio_task(ada.project, make_sound(make_tone(440, 4)))
    source = set_up(ada, server)
    for result, reason in (
        (heard(3, 9), "which lasts 4 seconds"),
        (heard(2, 2), "not later than the start"),
        (heard(None, 2), "no number"),
        (heard(1, 2, "robot"), "labels are: agent, customer"),
        (heard(1, 2, words="x" * 20_000), "words"),
    ):
        server.answers["/predict"] = {"results": [{"result": result}]}
        assert any(reason in one for _, one in reasons(asked(ada, source))), reason
