"""Labels leave a project by an export and come into another by an import, and nothing moves."""

import csv
import io
import json
import uuid

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from annotations.exporting.exports import open_export_file, start_export
from annotations.exporting.labeled_tasks import Filter
from annotations.models import Annotation, FinalLabel
from benchmarks.hostile_texts import hostile_texts
from labelplatform.jobs.running import run_job
from projects.models import Task
from tests.factories import make_member, make_project, make_user
from tests.projects.importing.importing import counts, finish, import_bytes

pytestmark = pytest.mark.django_db

SCHEMA = {
    "fields": [{"name": "text", "kind": "text"}],
    "questions": [
        {"name": "topic", "kind": "choice", "options": ["sports", "="]},
        {"name": "text", "kind": "choices", "options": ["a", "b,c"], "least": 0},
        {"name": "parts", "kind": "spans", "options": ["one", "two"], "discontinuous": True},
        {"name": "links", "kind": "relations", "between": "parts", "options": ["to"], "required": False},
        {"name": "note", "kind": "text", "required": False, "shortest": 0},
        {"name": "size", "kind": "number", "required": False},
        {"name": "day", "kind": "date", "required": False},
    ],
}

_HOSTILE = list(hostile_texts(300, seed=11))
texts = st.one_of(
    st.sampled_from(_HOSTILE),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=60),
).filter(lambda text: bool(text.strip()))
notes = st.one_of(st.none(), texts, st.just(""), st.just("null"), st.just('{"value": 1}'))


@st.composite
def tasks(draw, name):
    text = draw(texts)
    parts = []
    for label in draw(st.lists(st.sampled_from(["one", "two"]), max_size=3)):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        span = {"id": f"s{len(parts)}", "parts": [{"start": start, "end": end}], "label": label}
        if all((one["label"], one["parts"]) != (label, span["parts"]) for one in parts):
            parts.append(span)
    optional = {"note": draw(notes), "size": draw(st.none() | st.integers(-9, 9) | st.floats(-1e9, 1e9, width=32))}
    if len(parts) > 1:
        optional["links"] = [{"id": "r", "from": "s0", "to": "s1", "label": "to"}]
    answers = {
        "topic": draw(st.sampled_from(["sports", "="])),
        "text": draw(st.lists(st.sampled_from(["a", "b,c"]), unique=True)),
        "parts": parts,
        "day": draw(st.none() | st.dates().map(str)),
        **optional,
    }
    answers = {question: answer for question, answer in answers.items() if answer is not None}
    metadata = {"source": draw(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1))}
    return {"external_id": name, "data": {"text": text}, "metadata": metadata, "answers": answers}


def stored(project):
    rows = Annotation.objects.filter(project=project, status="submitted").select_related("task__content", "author")
    labels = FinalLabel.objects.filter(project=project).values_list("task__external_id", "question", "value")
    return (
        {row.task.external_id: (row.task.content.data, row.task.content.metadata, row.answers) for row in rows},
        {row.task.external_id: row.author.email for row in rows},
        sorted(labels, key=lambda label: label[:2]),
    )


def exported(member, format_name):
    job, _ = start_export(member, format_name=format_name, chosen=Filter(), with_authors=True, key=uuid.uuid4())
    run_job(job.pk)
    job.refresh_from_db()
    assert job.state == "done", job.error
    with open_export_file(job) as file:
        return file.read()


@given(st.data())
@settings(
    max_examples=12, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_exports_come_back_with_zero_differences(db, data):
    ada, ben = make_user("ada"), make_user("ben")
    there = make_member(make_project(schema=SCHEMA), "admin", ada)
    make_member(there.project, "annotator", ben)
    sent = [data.draw(tasks(f"t-{number}")) for number in range(data.draw(st.integers(1, 4)))]
    for task in sent:
        task["author"] = data.draw(st.sampled_from([ada.email, ben.email]))
    content = b"\n".join(json.dumps(task).encode() for task in sent)
    mapping = {"data.text": "data.text", "external_id": "external_id", "answers": "answers", "author": "author"}
    run = finish(import_bytes(there, content, "a.jsonl", mapping=mapping, format="jsonl"))
    assert (counts(run)[0], run.labeled_count) == (len(sent), len(sent)), list(run.rejections.values())
    before = stored(there.project)
    for format_name in ("jsonl", "csv"):
        here = make_member(make_project(schema=SCHEMA), "admin", ada)
        make_member(here.project, "annotator", ben)
        file = exported(there, format_name)
        run = import_bytes(here, file, f"a.{format_name}", labels="answers", format=format_name)
        assert counts(run)[3] == 0, list(run.rejections.values())
        assert stored(here.project) == before
        assert without_times(exported(here, format_name)) == without_times(file)


def without_times(file):
    """The file without what differs from project to project: numbers of tasks, and when labels were recorded."""
    text = file.decode()
    if text.startswith("{"):
        rows = [json.loads(line) for line in text.split("\n") if line]
        for row in rows:
            for label in row["labels"].values():
                del label["recorded_at"]
    else:
        rows = [
            {name: cell for name, cell in row.items() if not name.endswith("recorded_at")}
            for row in csv.DictReader(io.StringIO(text, newline=""))
        ]
    for row in rows:
        del row["task_id"]
    return rows


def test_an_export_into_its_own_project_changes_nothing(ada, ben):
    table = f"id,text,topic,annotator,source\n1,a,sports,{ben.user.email},web\n2,b,music,,\n".encode()
    import_bytes(ada, table, labels="answers")
    before = (stored(ada.project), list(Task.objects.order_by("pk").values()))
    for format_name in ("jsonl", "csv"):
        file = exported(ada, format_name)
        for labels in ("answers",):
            run = import_bytes(ada, file, f"a.{format_name}", labels=labels, on_conflict="update")
            assert (counts(run), run.labeled_count) == ((0, 0, 2, 0), 0)
    assert (stored(ada.project), list(Task.objects.order_by("pk").values())) == before


def test_addresses_are_exported_for_those_only_who_manage_people(ada, api):
    client = api(make_member(ada.project, "viewer").user)
    path = f"projects/{ada.project.slug}/exports/"
    assert client.send(path, {"format": "csv"}).status_code == 202
    assert client.send(path, {"format": "csv", "with_authors": True}).status_code == 403
    mine = api(ada.user).send(path, {"format": "csv", "with_authors": True}).json()["export"]["id"]
    run_job(api(ada.user).read(f"exports/{mine}/").json()["job"]["id"])
    assert b"answered_by" in api(ada.user).read(f"exports/{mine}/file/").getvalue()
    assert client.read(f"exports/{mine}/file/").status_code == 403


def test_what_is_no_text_comes_back_from_a_table_too(db):
    schema = {
        "fields": [{"name": "talk", "kind": "dialogue"}, {"name": "row", "kind": "record", "required": False}],
        "questions": [{"name": "names", "kind": "spans", "on": "talk", "options": ["who"]}],
    }
    there, here = (make_member(make_project(schema=schema), "admin") for _ in range(2))
    talk = [{"speaker": "a", "text": "Ben 👩\u200d👩\u200d👧 is here"}, {"speaker": "b", "text": '["x"]'}]
    lines = [
        {"external_id": "1", "data": {"talk": talk, "row": {"x": "1"}}, "answers": {"names": [
            {"id": "s", "parts": [{"start": 0, "end": 3}], "label": "who"}]}},
        {"external_id": "2", "data": {"talk": talk}, "answers": {"names": []}},
    ]  # fmt: skip
    content = "\n".join(map(json.dumps, lines)).encode()
    assert import_bytes(there, content, "a.jsonl", labels="answers").labeled_count == 2
    run = import_bytes(here, exported(there, "csv"), "a.csv", labels="answers")
    assert (counts(run), run.labeled_count) == ((2, 0, 0, 0), 2), list(run.rejections.values())
    assert stored(here.project)[0] == stored(there.project)[0]


def test_what_several_people_concluded_comes_back_as_one_answer_that_says_whose_it_was(ada, ben, client, api):
    there = make_member(make_project("There", overlap=2), "admin", ada.user)
    zoe = make_user("zoe")
    for user in (ben.user, zoe):
        make_member(there.project, "annotator", user)
    rows = [f"1,a,sports,{ben.user.email}", f"1,a,sports,{zoe.email}", f"2,b,music,{zoe.email}"]
    import_bytes(there, "\n".join(["id,text,topic,annotator", *rows]).encode(), labels="answers")
    both = f"{ben.user.email}, {zoe.email}"
    for format_name in ("jsonl", "csv"):
        file = exported(there, format_name)
        assert both in file.decode()
        here = make_member(make_project(f"Here {format_name}"), "admin", ada.user)
        make_member(here.project, "annotator", ben.user)
        run = import_bytes(here, file, f"a.{format_name}", labels="answers")
        assert run.labeled_count == 1, list(run.rejections.values())
        annotation = Annotation.objects.get(project=here.project)
        assert (annotation.author, annotation.said_elsewhere.by) == (ada.user, both)
        assert both in exported(here, format_name).decode(), "it is still theirs when it goes on"
        url = f"/projects/{here.project.slug}/data/{annotation.task_id}/"
        client.force_login(ada.user)
        assert f'Imported; it was said by <span dir="auto">{both}</span>.' in client.get(url).content.decode()
        client.force_login(make_member(here.project, "viewer").user)
        page = client.get(url).content.decode()
        assert "somebody who does not annotate here" in page
        assert zoe.email not in page


def test_a_member_who_may_not_annotate_is_named_beside_the_importers_answer(ada):
    vic = make_member(ada.project, "viewer", make_user("vic")).user
    import_bytes(ada, f"id,text,topic,annotator\n1,a,sports,{vic.email}\n".encode(), labels="answers")
    annotation = Annotation.objects.get()
    assert (annotation.author, annotation.said_elsewhere.by) == (ada.user, vic.email)
