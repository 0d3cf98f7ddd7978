import pytest

from labelplatform.refusals import Conflict, Refusal
from models_app.models import Prediction, PredictionSource
from models_app.sources import storing_job
from models_app.sources.receiving import receive_list
from projects.importing.refusals import FileRefused
from tests.factories import make_member, make_project, make_task, make_tasks, retire_option
from tests.models_app.sources.sources import SPANS_SCHEMA, lines, reasons, said, send, stored, upload

pytestmark = pytest.mark.django_db


def test_predictions_are_stored_by_task_number_or_external_id(ada):
    first, second = make_tasks(ada.project, 2)
    run = send(
        ada,
        [
            {"task": first.pk, "question": "topic", "value": "music", "confidence": 0.75},
            {"external_id": second.external_id, "value": "sports"},
        ],
    )
    assert (run.stored_count, run.rejected_count, run.job.state) == (2, 0, "done")
    rows = Prediction.objects.order_by("task_id").values_list("task_id", "question", "value", "confidence")
    assert list(rows) == [(first.pk, "topic", "music", 0.75), (second.pk, "topic", "sports", None)]
    assert run.source.signature == "import/gpt"


def test_what_comes_later_replaces_what_its_source_said_before_and_nothing_of_another(ada):
    task, other = make_tasks(ada.project, 2)
    send(ada, said([task, other], "music"), source="other")
    send(ada, said([task, other], "music"))
    send(ada, [*said([task], "music"), *said([task], "sports")])
    assert stored() == {(task.pk, "topic"): "sports", (other.pk, "topic"): "music"}
    assert stored("other") == {(task.pk, "topic"): "music", (other.pk, "topic"): "music"}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"value": "music"}, "“task” or “external_id” is missing"),
        ({"task": 999_999_999, "value": "music"}, "There is no task 999999999 in this project."),
        ({"external_id": "nobody", "value": "music"}, "There is no task 'nobody' in this project."),
        ({"task": "x", "value": "music"}, "“task” 'x' is no number of a task."),
        ({"task": -1, "value": "music"}, "is no number of a task"),
        ({"task": 10**30, "value": "music"}, "is no number of a task"),
        ({"task": True, "value": "music"}, "is no number of a task"),
        ({"task": 1, "external_id": "a", "value": "music"}, "not both"),
        ({"external_id": "a\0b", "value": "music"}, "There is no task"),
        ({"external_id": "OK", "value": "jazz"}, "'jazz' is no option; options are: sports, politics, music."),
        ({"external_id": "OK", "value": None}, "None is no option"),
        ({"external_id": "OK", "value": ["music"]}, "is no option"),
        ({"external_id": "OK", "value": {"a": 1}}, "is no option"),
        ({"external_id": "OK"}, "“value” is missing"),
        ({"external_id": "OK", "value": "music", "question": "tone"}, "'tone' is no question"),
        ({"external_id": "OK", "value": "music", "question": 7}, "7 is no question"),
        ({"external_id": "OK", "value": "music", "confidence": 1.5}, "is not between 0 and 1"),
        ({"external_id": "OK", "value": "music", "confidence": "much"}, "is no number"),
        ({"external_id": "OK", "value": "music", "confidence": True}, "is no number"),
    ],
)
def test_a_wrong_row_is_kept_with_its_reason_and_the_good_ones_are_stored(ada, row, reason):
    make_task(ada.project, external_id="OK")
    good = make_task(ada.project)
    run = send(ada, [row, *said([good])])
    assert (run.stored_count, run.rejected_count) == (1, 1)
    assert reason in reasons(run)[0][1]
    assert list(stored()) == [(good.pk, "topic")]


def test_a_task_of_another_project_is_none(ada, eve):
    theirs = make_task(eve.project, external_id="theirs")
    run = send(ada, [*said([theirs]), {"external_id": "theirs", "value": "music"}])
    assert (run.stored_count, run.rejected_count) == (0, 2)


def test_a_retired_option_is_refused(ada):
    task = make_task(ada.project)
    retire_option(ada.project, "music")
    run = send(ada, said([task]))
    assert "retired" in reasons(run)[0][1]


def test_spans_are_checked_against_the_text_and_refused_with_their_place():
    member = make_member(make_project(schema=SPANS_SCHEMA), "manager")
    task, other = make_tasks(member.project, texts=["😀 Ada met Ben", "Rome"])

    def span(start, end, text, **more):
        return {"id": "a", "parts": [{"start": start, "end": end, "text": text}], "label": "person", **more}

    run = send(
        member,
        [
            *said([task], [span(2, 5, "Ada")], "names"),
            *said([other], [span(0, 4, "Home")], "names"),
            *said([other], [span(0, 40, "Rome")], "names"),
            *said([other], [span(0, 4, "Rome", label="dog")], "names"),
        ],
    )
    assert (run.stored_count, run.rejected_count) == (1, 3)
    assert "“0.parts.0.text” The text from 0 to 4 is 'Rome', not 'Home'." in reasons(run)[0][1]
    assert "“0.parts.0”" in reasons(run)[1][1]
    assert "“0.label” 'dog' is no label" in reasons(run)[2][1]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"external_id,value,confidence,note\nx-1,music,0.5,why\nx-2,jazz,,\nx-3,sports,,\n"),
        ("a.tsv", b"external_id\tquestion\tvalue\nx-1\ttopic\tmusic\nx-2\ttopic\tjazz\nx-3\ttopic\tsports\n"),
        (
            "a.json",
            b'[{"external_id":"x-1","value":"music"},{"external_id":"x-2","value":"jazz"},'
            b'{"external_id":"x-3","value":"sports"}]',
        ),
        (
            "a.jsonl",
            lines([{"external_id": f"x-{n}", "value": v} for n, v in ((1, "music"), (2, "jazz"), (3, "sports"))]),
        ),
    ],
)
def test_files_of_every_format_are_read(ada, name, content):
    tasks = [make_task(ada.project, external_id=f"x-{number}") for number in (1, 2, 3)]
    run = upload(ada, content, name)
    assert (run.stored_count, run.rejected_count) == (2, 1)
    assert stored() == {(tasks[0].pk, "topic"): "music", (tasks[2].pk, "topic"): "sports"}
    assert "'jazz' is no option" in reasons(run)[0][1]


def test_a_table_holds_other_answers_as_json():
    member = make_member(make_project(schema=SPANS_SCHEMA), "manager")
    task = make_task(member.project, "Ada", external_id="x")
    cell = '[{""id"":""a"",""label"":""person"",""parts"":[{""start"":0,""end"":3,""text"":""Ada""}]}]'
    run = upload(member, f'external_id,question,value\nx,names,"{cell}"\nx,names,Ada\n'.encode(), "a.csv")
    assert (run.stored_count, run.rejected_count) == (1, 1)
    assert stored()[task.pk, "names"][0]["label"] == "person"
    assert "not the JSON of an answer" in reasons(run)[0][1]


def test_a_file_that_cannot_hold_predictions_is_refused_at_once(ada):
    for content, name in ((b"text,label\na,b\n", "a.csv"), (b"just words\n", "a.txt"), (b"", "a.csv")):
        with pytest.raises(FileRefused):
            upload(ada, content, name)
    assert not PredictionSource.objects.exists()


@pytest.mark.parametrize("name", ["", "-x", "a" * 61, "a b", "ä", None, 7, "a\n"])
def test_a_name_that_is_none_is_refused(ada, name):
    with pytest.raises(Refusal):
        receive_list(ada, source_name=name, predictions=[{"task": 1, "value": "music"}])


def test_an_archived_project_takes_none(ada):
    ada.project.state = "archived"
    ada.project.save()
    with pytest.raises(Conflict):
        send(ada, [{"task": 1, "value": "music"}])


def test_a_job_goes_on_where_it_was(ada, monkeypatch):
    monkeypatch.setattr(storing_job, "ROWS_IN_A_BATCH", 2)
    monkeypatch.setattr("labelplatform.jobs.running.SLICE_SECONDS", 0.0)
    tasks = make_tasks(ada.project, 5)
    run = upload(ada, lines(said(tasks)))
    assert (run.stored_count, len(stored()), run.job.done) == (5, 5, 5)


def test_texts_and_names_of_any_signs_come_as_they_were_sent():
    schema = {"fields": [{"name": "text", "kind": "text"}], "questions": [{"name": "note", "kind": "text"}]}
    ada = make_member(make_project(schema=schema), "admin")
    signs = ['say "so"', "back\\slash\\", "{a,b}", "NULL", " , ", "東京 😀", "it's", "tab\there", '\\"', "$1 %s %(a)s"]
    tasks = make_tasks(ada.project, len(signs))
    for task, name in zip(tasks, signs, strict=True):
        task.external_id = f"{task.pk} {name}"
        task.save(update_fields=["external_id"])
    rows = [
        {"external_id": task.external_id, "question": "note", "value": value, "confidence": number / 10 or None}
        for number, (task, value) in enumerate(zip(tasks, signs, strict=True))
    ]
    for _ in range(2):
        assert send(ada, rows).stored_count == len(signs)
        assert stored() == {(task.pk, "note"): value for task, value in zip(tasks, signs, strict=True)}
    assert send(ada, rows[:1], source="alone").stored_count == 1
    assert stored("alone") == {(tasks[0].pk, "note"): signs[0]}


def test_the_same_words_are_checked_against_each_task_that_they_are_about():
    schema = {
        "fields": [{"name": "replies", "kind": "candidates"}],
        "questions": [{"name": "order", "kind": "ranking", "on": "replies"}],
    }
    ada = make_member(make_project(schema=schema), "admin")
    of_two, of_others = ([{"id": one, "text": f"reply {one}"} for one in ids] for ids in (("a", "b"), ("c", "d")))
    right, wrong = make_tasks(ada.project, data=[{"replies": of_two}, {"replies": of_others}])
    run = upload(ada, f'task,value\n{right.pk},"[""a"",""b""]"\n{wrong.pk},"[""a"",""b""]"\n'.encode(), "p.csv")
    assert (run.stored_count, run.rejected_count) == (1, 1)
    assert stored() == {(right.pk, "order"): ["a", "b"]}
