"""Thresholds of suggestions: below one nothing is shown, from another on it is chosen already."""

from collections.abc import Callable
from typing import Any

import pytest

from annotations.work.suggestions import suggester_for
from models_app.acceptance import showing
from models_app.acceptance.policies import change_policy
from projects.models import Membership, Project
from projects.queueing.queue import ClaimedTask

pytestmark = pytest.mark.django_db

TASK = ClaimedTask(id=1, external_id="t", lane="base", rank=0.0, data={"text": "a song"})


@pytest.fixture
def suggested(project: Project, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """What a person sees of a suggestion of this confidence."""

    def see(confidence: float | None, value: str = "music") -> Any:
        said = {"value": value, "source": "some", **({} if confidence is None else {"confidence": confidence})}
        showing.forget()
        return showing.as_policies_say(project.pk, TASK, {"topic": said}).get("topic")

    return see


def test_without_a_policy_everything_is_shown_and_nothing_chosen(suggested: Callable[..., Any]) -> None:
    assert suggested(0.01) == {"value": "music", "source": "some", "confidence": 0.01}


def test_below_the_threshold_nothing_is_suggested(ada: Membership, suggested: Callable[..., Any]) -> None:
    change_policy(ada, "topic", {"show_from": 0.4})
    assert suggested(0.39) is None
    assert suggested(0.4)["value"] == "music"


def test_sure_ones_are_chosen_already(ada: Membership, suggested: Callable[..., Any]) -> None:
    change_policy(ada, "topic", {"preselect_from": 0.9})
    assert "preselected" not in suggested(0.89)
    assert suggested(0.9)["preselected"] is True


def test_an_option_may_have_its_own(ada: Membership, suggested: Callable[..., Any]) -> None:
    change_policy(
        ada, "topic", {"preselect_from": 0.9, "options": {"music": {"show_from": 0.6, "preselect_from": None}}}
    )
    assert suggested(0.5) is None
    assert "preselected" not in suggested(0.99)
    assert suggested(0.95, "sports")["preselected"] is True


def test_what_is_of_unknown_confidence_is_shown_but_never_chosen(
    ada: Membership, suggested: Callable[..., Any]
) -> None:
    change_policy(ada, "topic", {"show_from": 0.4, "preselect_from": 0.5})
    assert suggested(None) == {"value": "music", "source": "some"}


def test_thresholds_hold_for_each_part_by_itself(ada: Membership, project: Project) -> None:
    change_policy(ada, "topic", {"show_from": 0.4, "preselect_from": 0.9})
    parts = {str(n): {"value": "music", "confidence": sure} for n, sure in enumerate((0.95, 0.6, 0.3))}
    said = {"value": dict.fromkeys(parts, "music"), "confidence": 0.2, "parts": parts}
    showing.forget()
    shown = showing.as_policies_say(project.pk, TASK, {"topic": said})["topic"]
    assert shown["value"] == {"0": "music", "1": "music"}
    assert [part.get("preselected", False) for part in shown["parts"].values()] == [True, False]
    only_doubtful = {**said, "value": {"2": "music"}, "parts": {"2": parts["2"]}}
    assert showing.as_policies_say(project.pk, TASK, {"topic": only_doubtful}) == {}


def test_policies_hold_where_suggestions_are_put_on_the_workbench(
    project: Project, ada: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_policy(ada, "topic", {"show_from": 0.4})
    assert suggester_for(project)(TASK) == {}
