"""A model version as a ZIP file: its script, run by a bare Python elsewhere, answers exactly as the platform does."""

import io
import json
import os
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelplatform.events.models import Event
from labelplatform.refusals import Conflict
from models_app.encoded.inputs import TaskInputs
from models_app.encoders.tokens import tokens_of, words_of
from models_app.encoders.word_pieces import WordPieces
from models_app.models import ModelVersion
from models_app.portable import run
from models_app.rounds.learnable import learnable_questions
from models_app.versions import model_files, storage
from models_app.versions.downloading import download_model, why_not_downloadable
from models_app.versions.predictions_file import open_predictions
from projects.models import Task
from tests.factories import make_member, make_project, make_tasks
from tests.models_app.learning import WORDS, conclude, encode, label, make_learning_project, texts, topic_of, train
from tests.models_app.learning_kinds.test_every_kind import KINDS, OPTIONS, TEXT, TREE
from tests.models_app.test_meaning import make_table
from tests.models_app.test_models_page import url, words

pytestmark = pytest.mark.django_db

HOSTILE = ["", "   ", "Ünïcödé GOAL naïve", "東京 song 🎸 £500!", '{"text": "no', "goal " * 300, "senate\tlaw", "12345"]


def learned(question: dict[str, Any], answer: Callable[[dict[str, Any]], Any]) -> ModelVersion:
    """A model of the question, from 60 labels and measured on 20."""
    project = make_project(schema={"fields": [TEXT], "questions": [{**question, "on": "text"}]})
    written = texts(110)
    tasks = make_tasks(project, texts=written[:20], lane="holdout") + make_tasks(
        project, texts=written[20:], lane="base"
    )
    encode(project)
    for task in tasks[:80]:
        conclude(task, question["name"], answer(task.content.data))
    assert train(project).state == "done"
    return ModelVersion.objects.select_related("project", "schema_version", "vocabulary__table").get(project=project)


def platform_answers(version: ModelVersion, tasks: list[Task]) -> list[tuple[Any, float]]:
    """What the platform says of tasks, as a round measures a model on the holdout."""
    model, _ = model_files.load_model(version)
    about = learnable_questions(version.project)[0].about
    inputs = TaskInputs(version.project_id, about, version.vocabulary.file_name)
    positions = inputs.pool.positions_of(np.array([task.pk for task in tasks], dtype=np.int64))
    assert (positions >= 0).all()
    path = storage.path_of(version.project_id, storage.new_name("compared"))
    model.answer(inputs).write(path, version.question, inputs.pool)
    file = open_predictions(path)
    return [(file[task.pk].value, file[task.pk].confidence) for task in tasks]


def unpacked(version: ModelVersion, folder: Path, actor: Any = None) -> Path:
    with download_model(version, actor) as file, zipfile.ZipFile(file) as archive:
        archive.extractall(folder)
    return folder


def run_outside(folder: Path, lines: str, *options: str) -> list[dict[str, Any]]:
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-I", str(folder / "run.py"), *options],
        input=lines.encode(),
        capture_output=True,
        cwd=folder.parent,
        env={"PATH": os.environ["PATH"], "OMP_NUM_THREADS": "1"},
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def assert_same(found: list[dict[str, Any]], expected: list[tuple[Any, float]]) -> None:
    assert len(found) == len(expected)
    for one, (value, confidence) in zip(found, expected, strict=True):
        assert one["answer"] == value
        assert one["confidence"] == pytest.approx(confidence, abs=1e-6)


def compare(version: ModelVersion, folder: Path) -> None:
    tasks = list(Task.objects.filter(project=version.project_id, lane="base").select_related("content").order_by("pk"))
    lines = "".join(json.dumps({"id": task.pk, **task.content.data}) + "\n" for task in tasks)
    found = run_outside(unpacked(version, folder), lines)
    assert [one["id"] for one in found] == [task.pk for task in tasks]
    assert_same(found, platform_answers(version, tasks))


@pytest.mark.parametrize("kind", ["choices", "taxonomy", "rating", "number"])
def test_a_downloaded_model_answers_as_the_platform_does(kind, tmp_path):
    compare(learned({**KINDS[kind].question, "title": "What?"}, KINDS[kind].answer), tmp_path / "model")


def test_where_groups_can_be_answered_it_backs_off_as_the_platform_does(tmp_path):
    question = {"name": "q", "kind": "taxonomy", "options": TREE, "any_level": True}
    given_to = {"sports": "leisure", "music": "music", "politics": "law"}
    compare(learned(question, lambda data: given_to[topic_of(data["text"])]), tmp_path / "model")


@pytest.mark.parametrize("with_table", [False, True])
def test_a_model_of_one_option_answers_so_too_by_topics_and_by_meaning(with_table, tmp_path):
    if with_table:
        make_table()
    project, tasks = make_learning_project(110, n_holdout=20)
    make_tasks(project, texts=[text or " " for text in HOSTILE], lane="base")
    encode(project)
    label(tasks[:80])
    train(project)
    version = ModelVersion.objects.get(project=project)
    compare(version, tmp_path / "model")
    assert (tmp_path / "model" / "meaning" / "vectors.npy").exists() == with_table


def test_a_model_of_short_texts_answers_so_too(tmp_path):
    project = make_project(
        schema={"fields": [TEXT], "questions": [{"name": "topic", "kind": "choice", "options": list(WORDS)}]}
    )
    written = [" ".join(text.split()[:3])[:28] for text in texts(60)]
    tasks = make_tasks(project, texts=written, lane="base")
    encode(project)
    for task, text in zip(tasks[:40], texts(60), strict=False):
        conclude(task, "topic", topic_of(text))
    assert train(project).state == "done"
    version = ModelVersion.objects.get(project=project)
    compare(version, tmp_path / "model")
    assert json.loads((tmp_path / "model" / "about.json").read_text())["grams"]


def test_a_model_of_records_says_why_it_does_not_run_outside():
    record = {"name": "claim", "kind": "record", "columns": [{"name": "amount", "type": "number"}]}
    project = make_project(
        schema={"fields": [record], "questions": [{"name": "ok", "kind": "choice", "options": ["yes", "no"]}]}
    )
    tasks = make_tasks(project, data=[{"claim": {"amount": 10 * number}} for number in range(40)], lane="base")
    encode(project)
    for number, task in enumerate(tasks[:30]):
        conclude(task, "ok", "yes" if number > 15 else "no")
    assert train(project).state == "done"
    assert "types of their columns" in why_not_downloadable(ModelVersion.objects.get(project=project))


def test_lines_may_be_texts_or_objects_with_another_field(tmp_path):
    version = learned({"name": "topic", "kind": "choice", "options": OPTIONS}, lambda data: topic_of(data["text"]))
    folder = unpacked(version, tmp_path / "model")
    plain = run_outside(folder, 'goal and match\n\n"goal and match"\r\n{"body": "goal and match"}\n', "--field", "body")
    assert [one["answer"] for one in plain] == ["sports"] * 3
    assert len({one["confidence"] for one in plain}) == 1
    assert len(run_outside(folder, "\n".join(HOSTILE))) == sum(1 for text in HOSTILE if text.strip())
    (folder / "in.jsonl").write_text('{"text": "song and album", "external_id": "a"}\n', encoding="utf-8")
    answered = run_outside(folder, "", str(folder / "in.jsonl"))
    assert answered == [{"external_id": "a", "answer": "music", "confidence": answered[0]["confidence"]}]
    refused = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-I", str(folder / "run.py")], input=b'{"other": 1}\n', capture_output=True, check=False
    )
    assert refused.returncode == 1
    assert "Line 1 has no text “text”" in refused.stderr.decode()


def test_the_file_says_what_it_is_and_holds_no_text_of_any_task(tmp_path):
    version = learned({"name": "topic", "kind": "choice", "options": OPTIONS}, lambda data: topic_of(data["text"]))
    folder = unpacked(version, tmp_path)
    about = json.loads((folder / "about.json").read_text())
    assert (about["kind"], about["model"], about["trained_on"]) == ("choice", 1, 60)
    assert about["measured"]["n"] == 20
    assert [option["value"] for option in about["question"]["options"]] == list(WORDS)
    assert {path.name for path in folder.iterdir()} == {"README.txt", "run.py", "about.json", "model.npz", "vocabulary"}
    everything = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert b"guitar" not in everything
    assert b"models_app" not in (folder / "run.py").read_bytes()


def test_who_may_see_models_downloads_one_and_it_is_recorded(client):
    project, tasks = make_learning_project(60)
    label(tasks[:30])
    train(project)
    viewer = make_member(project, "viewer")
    client.force_login(viewer.user)
    assert "Download" in words(client.get(url(project, "1/")))
    assert client.get(url(project, "1/download/")).status_code == 405
    answer = client.post(url(project, "1/download/"))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/zip"
    assert f'filename="{project.slug}-topic-model-1.zip"' in answer["Content-Disposition"]
    assert zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).testzip() is None
    event = Event.objects.get(verb="downloaded")
    assert (event.actor, event.project_id, event.object_name) == (viewer.user, project.pk, "topic@1")
    client.force_login(make_member(project, "annotator").user)
    assert client.post(url(project, "1/download/")).status_code == 403
    client.force_login(make_member(make_project(), "admin").user)
    assert client.post(url(project, "1/download/")).status_code == 404
    assert Event.objects.filter(verb="downloaded").count() == 1


def test_the_api_sends_the_same_file(api):
    project, tasks = make_learning_project(60)
    label(tasks[:30])
    train(project)
    version = ModelVersion.objects.get(project=project)
    answer = api(make_member(project, "viewer").user).send(f"models/{version.pk}/download/")
    assert answer.status_code == 200
    names = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).namelist()
    assert {"run.py", "model.npz", "about.json", "vocabulary/tokens.npy"} <= set(names)


def test_what_does_not_run_outside_says_why(client):
    version = learned(KINDS["text"].question, KINDS["text"].answer)
    client.force_login(make_member(version.project, "manager").user)
    page = client.get(url(version.project, "1/"))
    assert "It cannot be downloaded to run elsewhere. It remembers the labeled texts themselves" in words(page)
    assert "/download/" not in page.content.decode()
    with pytest.raises(Conflict, match="export the labels instead"):
        download_model(version, None)


def test_a_file_that_is_gone_or_was_changed_is_not_sent():
    version = learned({"name": "topic", "kind": "choice", "options": OPTIONS}, lambda data: topic_of(data["text"]))
    path = storage.path_of(version.project_id, version.artifact_file)
    kept = path.read_bytes()
    path.write_bytes(kept[:-1] + b"x")
    with pytest.raises(Conflict, match="not the one that was recorded"):
        download_model(version, None)
    path.unlink()
    with pytest.raises(Conflict, match="cannot be downloaded"):
        download_model(version, None)
    version.artifact_file = ""
    assert why_not_downloadable(version) == "Its file has been cleaned up."
    assert not Event.objects.filter(verb="downloaded").exists()


@given(st.text(max_size=80))
def test_the_script_splits_any_text_as_the_platform_does(text):
    assert run.words_of(text) == words_of(text)
    counted: dict[int, int] = {}
    for number, _ in tokens_of(words_of(text)):
        counted[number] = counted.get(number, 0) + 1
    assert dict(run.tokens_of(run.words_of(text))) == counted
    with_grams = Counter(number for number, _ in tokens_of(words_of(text), grams=True))
    assert run.tokens_of(run.words_of(text), grams=True) == with_grams


@given(st.text(alphabet="abcdé#ñ ", max_size=12))
def test_the_script_splits_words_into_pieces_as_the_platform_does(word):
    pieces = ["a", "ab", "##b", "##cd", "##d", "c", "e", "##e", "n"]
    encoder = object.__new__(run.Encoder)
    encoder.pieces, encoder.longest = {piece: number for number, piece in enumerate(pieces)}, max(map(len, pieces))
    assert encoder.pieces_of(word) == WordPieces(pieces).split(word)
