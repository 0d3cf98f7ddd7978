"""A reviewer's fix that was begun under an older schema version: put into today's words, or kept beside the task."""

import uuid

import pytest

from annotations.models import Annotation, Review
from annotations.reviewing.review_quality import reviewer_records
from projects.models import Project
from projects.schema_change.schema_changes import change_with_answers
from tests.annotations.test_review import answered, decide, label_of, next_review, nothing_differs, stage_of
from tests.annotations.test_rewriting import MERGE, RENAME, SPLIT, change
from tests.factories import make_tasks

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(api, project, ben, rae):
    """A task answered “sports”, in rae's hands to review."""
    Project.objects.filter(pk=project.pk).update(review_policy="all")
    make_tasks(project, 1)
    task = answered(api, ben)
    assert next_review(api, rae)["schema"] == {"number": 1}
    return task


@pytest.mark.parametrize(("operation", "word"), [(RENAME, "arts"), (MERGE, "politics")])
def test_a_fix_in_older_words_is_put_into_todays(api, task, ada, rae, operation, word):
    change(ada, operation)
    answer = decide(api, rae, task, "fix", answers={"topic": "music"}, schema_number=1)
    assert answer.status_code == 201, answer.content
    assert answer.json()["review"]["answers"] == {"topic": word}
    assert label_of(task) == (word, "review")
    assert next_review(api, rae)["task"] is None


def test_a_fix_under_a_questions_former_name_reaches_the_question(api, task, ada, rae):
    change(ada, {"kind": "rename_question", "question": "topic", "to": "theme"})
    assert decide(api, rae, task, "fix", answers={"topic": "music"}, schema_number=1).status_code == 201
    assert Review.objects.get().answers == {"theme": "music"}


def test_a_fix_that_fits_no_more_decides_nothing_and_is_kept_once(api, task, ada, rae, project):
    change(ada, SPLIT)
    key = str(uuid.uuid4())
    for _ in range(2):
        late = api(rae.user).send(
            f"tasks/{task.pk}/reviews/",
            {"key": key, "decision": "fix", "answers": {"topic": "music"}, "comment": "clearly", "schema_number": 1},
        )
        assert late.status_code == 409, late.content
        assert "is kept" in late.json()["detail"]
    kept = Review.objects.get()
    assert (kept.decision, kept.is_current, kept.answers, kept.schema_version.number) == (
        "conflict",
        False,
        {"topic": "music"},
        1,
    )
    assert (stage_of(task), label_of(task)) == ("review", None)
    assert reviewer_records(project.pk) == []
    work = next_review(api, rae)
    assert (work["task"]["id"], work["schema"], work["earlier"][0]["decision"]) == (task.pk, {"number": 2}, "conflict")
    story = api(ada.user).get(f"/projects/{project.slug}/data/{task.pk}/").content.decode()
    assert "sent a fix of what was asked before" in story
    assert decide(api, rae, task, "fix", answers={"topic": "pop"}, schema_number=2).status_code == 201
    assert label_of(task) == ("pop", "review")
    nothing_differs(Project.objects.get(pk=project.pk))


def test_what_never_fitted_is_refused_and_not_kept(api, task, ada, rae):
    change(ada, SPLIT)
    for answers in ({"topic": "nonsense"}, {"topic": ["music"]}, {"none": 1}):
        assert decide(api, rae, task, "fix", answers=answers, schema_number=1).status_code == 422
    assert decide(api, rae, task, "conflict").status_code == 422
    assert not Review.objects.exists()


def test_answers_that_no_job_has_rewritten_yet_are_shown_and_accepted_in_todays_words(api, task, ada, rae):
    change_with_answers(ada, [{"kind": "rename_option", "question": "topic", "value": "sports", "to": "sport"}])
    assert Annotation.objects.get().answers == {"topic": "sports"}
    assert next_review(api, rae)["merged"] == {"topic": "sport"}
    assert decide(api, rae, task, "accept", schema_number=1).status_code == 201
    assert Review.objects.get().answers == {"topic": "sport"}
    assert label_of(task) == ("sport", "review")
