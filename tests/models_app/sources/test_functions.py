"""Labeling functions: what they vote, what is refused, and what becomes of their votes."""

import time

import pytest

from labelplatform.refusals import Refusal
from models_app.sources.asking import ask
from models_app.sources.function_votes import try_functions
from models_app.sources.functions import read_functions, seen
from models_app.sources.setting_up import set_up_source
from models_app.sources.votes import ballot_of
from projects.models import Lane
from tests.factories import make_tasks
from tests.models_app.learning import WORDS, label, run_jobs, texts, topic_of
from tests.models_app.sources.sources import finish, said, send, source_of, stored

pytestmark = pytest.mark.django_db


def keyword(name="k", option="sports", words=("goal",)):
    return {"name": name, "kind": "keyword", "option": option, "words": list(words)}


def regex(pattern, name="r", option="sports"):
    return {"name": name, "kind": "regex", "option": option, "pattern": pattern}


def read(project, *functions, sources=("builtin",)):
    options = {"question": "topic", "functions": list(functions)}
    return read_functions(options, project.schema, known_sources=sources)


@pytest.mark.parametrize(
    ("function", "text", "vote"),
    [
        (keyword(), "A GOAL!", "sports"),
        (keyword(), "goalkeeper", None),
        (keyword(words=["Own goal"]), "an own  goal.", "sports"),
        (keyword(words=["Straße"]), "die STRASSE", "sports"),
        (keyword(), "", None),
        (regex(r"\d+:\d+"), "it ended 3:2", "sports"),
        (regex(r"(?i)GOAL"), "a goal", "sports"),
        (regex(r"^x"), "a x", None),
        (
            {"name": "d", "kind": "dictionary", "entries": {"goal": "sports", "song": "music", "album": "music"}},
            "a song, an album, a goal",
            "music",
        ),
        ({"name": "d", "kind": "dictionary", "entries": {"goal": "sports", "song": "music"}}, "a song, a goal", None),
    ],
)
def test_a_function_votes_or_abstains(project, function, text, vote):
    (one,) = read(project, function)
    ballot = ballot_of(project.schema.questions_by_name["topic"])
    assert one.votes(seen(text), ballot) == ({vote: True} if vote else {})


@pytest.mark.parametrize(
    ("function", "path"),
    [
        (regex("(a"), "pattern"),
        (regex("(?=a)b"), "pattern"),
        (regex(r"(a)\1"), "pattern"),
        (regex("(((a{500}){500}){500})"), "pattern"),
        (regex("a" * 1001), "pattern"),
        (regex("a*"), "pattern"),
        (regex(""), "pattern"),
        (regex(7), "pattern"),
        (regex("a\udcff"), "pattern"),
        (keyword(option="jazz"), "option"),
        (keyword(words=[]), "words"),
        (keyword(words=["!!"]), "words"),
        (keyword(words=[None]), "words"),
        ({**keyword(), "words": "goal"}, "words"),
        (keyword(name=""), "name"),
        ({"name": "d", "kind": "dictionary", "entries": {"goal": "jazz"}}, "entries"),
        ({"name": "d", "kind": "dictionary", "entries": []}, "entries"),
        ({"name": "s", "kind": "source", "source": "nobody"}, "source"),
        ({"name": "s", "kind": "magic"}, "kind"),
        ("goal", ""),
    ],
)
def test_what_is_no_function_is_refused_with_its_place(project, function, path):
    with pytest.raises(Refusal) as refusal:
        read(project, function)
    assert refusal.value.errors[0]["path"] == f"options.functions.0{'.' if path else ''}{path}"


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(.*a){20}$", "([a-zA-Z]+)*$"])
def test_a_catastrophic_pattern_takes_no_time(project, pattern):
    (function,) = read(project, regex(f"x{pattern}"))
    begun = time.monotonic()
    function.counts(seen("x" + "a" * 50_000 + "!"))
    assert time.monotonic() - begun < 2


def test_votes_become_predictions_with_confidences_and_are_measured(ada):
    written = texts(90)
    held = make_tasks(ada.project, texts=written[:15], lane=Lane.HOLDOUT)
    others = make_tasks(ada.project, texts=written[15:], lane=Lane.BASE)
    label(held)
    functions = [keyword(name=topic, option=topic, words=words[:4]) for topic, words in WORDS.items()]
    functions.append(regex("number", name="always sports", option="sports"))
    source = set_up_source(ada, kind="functions", name="rules", options={"question": "topic", "functions": functions})
    run = finish(ask(ada, source, limit=None))
    run_jobs(kind="measure_source")
    assert (run.job.state, run.stored_count) == ("done", 90)
    found = stored("rules")
    known = {word for words in WORDS.values() for word in words[:4]}
    voted = [task for task in others if task.content.data["text"].split()[0] in known]
    right = sum(found[task.pk, "topic"] == topic_of(task.content.data["text"]) for task in voted)
    assert right / len(voted) > 0.9
    figures = source_of(ada.project, "rules").measures["topic"]
    assert figures["n_holdout"] == 15
    estimates = {one["name"]: one["estimated_accuracy"] for one in run.statistics["functions"]}
    assert estimates["always sports"] < min(estimates[topic] for topic in WORDS)


def test_what_functions_abstain_from_later_is_forgotten(ada):
    tasks = make_tasks(ada.project, texts=["a goal", "a song"])
    options = {"question": "topic", "functions": [keyword(), keyword("m", "music", ["song"])]}
    source = set_up_source(ada, kind="functions", name="rules", options=options)
    finish(ask(ada, source, limit=None))
    assert len(stored("rules")) == 2
    source.options["functions"].pop()
    source.save()
    finish(ask(ada, source, limit=None))
    assert list(stored("rules")) == [(tasks[0].pk, "topic")]


def test_another_source_can_vote(ada):
    first, second = make_tasks(ada.project, 2)
    send(ada, said([first], "music"))
    functions = [{"name": "as gpt says", "kind": "source", "source": "gpt"}]
    source = set_up_source(ada, kind="functions", name="rules", options={"question": "topic", "functions": functions})
    finish(ask(ada, source, limit=None))
    assert stored("rules") == {(first.pk, "topic"): "music"}


def test_while_they_are_written_coverage_conflicts_and_accuracy_are_told(ada):
    tasks = make_tasks(ada.project, texts=["goal", "goal song", "song", "nothing"], lane=Lane.BASE)
    held = make_tasks(ada.project, texts=["goal"], lane=Lane.HOLDOUT)
    label(tasks[:2], "sports")
    label(tasks[2:3], "music")
    label(held, "music")
    question = ada.project.schema.questions[0]
    trial = try_functions(ada.project, question, read(ada.project, keyword(), keyword("m", "music", ["song"])))
    assert (trial.n_tasks, trial.coverage.value, trial.conflicts.value) == (4, 0.75, 0.25)
    goal, song = trial.functions
    assert (goal.coverage.value, goal.conflicts.value) == (0.5, 0.5)
    assert (goal.accuracy.value, goal.accuracy.n) == (1.0, 2), "The holdout is not looked at."
    assert (song.accuracy.value, song.accuracy.n) == (0.5, 2)
