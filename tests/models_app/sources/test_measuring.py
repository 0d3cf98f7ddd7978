import pytest

from annotations.models import FinalLabel
from projects.models import Lane
from tests.factories import make_member, make_project, make_tasks
from tests.models_app.learning import label, run_jobs, texts
from tests.models_app.sources.sources import SPANS_SCHEMA, said, send, source_of

pytestmark = pytest.mark.django_db


def test_a_source_is_measured_on_the_holdout_alone_after_an_upload(ada):
    written = texts(12)
    holdout = make_tasks(ada.project, texts=written[:6], lane=Lane.HOLDOUT)
    others = make_tasks(ada.project, texts=written[6:], lane=Lane.BASE)
    label([*holdout, *others])
    send(ada, [*said(holdout[:3], "sports", confidence=0.8), *said(others, "music")])
    (job,) = run_jobs(kind="measure_source")
    assert (job.state, job.message) == ("done", "Compared with 3 answers of people.")
    source = source_of(ada.project)
    figures = source.measures["topic"]
    assert (figures["n_predicted"], figures["n_truth"], figures["n_holdout"]) == (9, 6, 3)
    accuracy = figures["holdout"]["accuracy"]
    assert (accuracy["value"], accuracy["n"]) == (pytest.approx(1 / 3), 3)
    assert 0 <= accuracy["low"] < accuracy["value"] < accuracy["high"] <= 1
    assert source.measured_at is not None


def test_without_labels_on_the_holdout_nothing_is_claimed(ada):
    tasks = make_tasks(ada.project, 3)
    send(ada, said(tasks))
    run_jobs(kind="measure_source")
    figures = source_of(ada.project).measures["topic"]
    assert (figures["n_holdout"], figures["holdout"]["accuracy"]["n"]) == (0, 0)


def test_spans_are_measured_as_models_of_spans_are():
    member = make_member(make_project(schema=SPANS_SCHEMA), "manager")
    tasks = make_tasks(member.project, texts=["Ada met Ben", "Ben left"], lane=Lane.HOLDOUT)

    def spans(*words, text):
        return [
            {
                "id": word,
                "label": "person",
                "parts": [{"start": text.index(word), "end": text.index(word) + len(word), "text": word}],
            }
            for word in words
        ]

    truth = [spans("Ada", "Ben", text="Ada met Ben"), spans("Ben", text="Ben left")]
    for task, value in zip(tasks, truth, strict=True):
        FinalLabel.objects.create(
            task=task,
            project=member.project,
            question="names",
            value=value,
            value_text="person",
            method="single",
            confidence=1,
            schema_version=member.project.schema_version,
        )
    send(member, [*said(tasks[:1], truth[0][:1], "names"), *said(tasks[1:], truth[1], "names")])
    run_jobs(kind="measure_source")
    holdout = source_of(member.project).measures["names"]["holdout"]
    assert holdout["main"] == "span_f1"
    assert holdout["span_f1"]["value"] == pytest.approx(0.8)
    assert holdout["exact"]["value"] == 0.5
