"""What spoke for a suggestion of a model that has learned stands beside it, where people label and on its page."""

from typing import Any

from django.urls import reverse
from playwright.sync_api import Page, expect

from models_app import prelabeling
from projects.models import Project
from tests.browser.barriers import broken_in_both_themes
from tests.browser.conftest import sign_in
from tests.factories import make_member
from tests.models_app.learning import train
from tests.models_app.learning_kinds.test_chains_round import make_learned
from tests.models_app.learning_kinds.test_every_kind import KINDS
from tests.models_app.learning_kinds.test_every_kind import make_learned as make_learned_kind


def open_workbench(page: Page, live_server: Any, project: Project) -> None:
    Project.objects.filter(pk=project.pk).update(state="active", shows_suggestions=True)
    sign_in(page.context, make_member(project, "manager").user, live_server)
    page.goto(f"{live_server.url}/projects/{project.slug}/label/")
    expect(page.locator("#stage")).to_have_attribute("data-mode", "task")


def test_chains_say_what_ties_a_span_to_an_earlier_one(page: Page, live_server: Any, complaints: list[str]) -> None:
    project, unlabeled = make_learned()
    train(project)
    prelabeling.forget()
    open_workbench(page, live_server, project)
    suggestion = page.locator("[data-part=suggestion]")
    expect(suggestion).to_contain_text("(“")
    expect(suggestion).to_contain_text("goes with “")
    assert broken_in_both_themes(page) == []
    story = reverse("annotations:task-story", args=[project.slug, unlabeled[0].pk])
    page.goto(f"{live_server.url}{story}")
    expect(page.locator("main")).to_contain_text("goes with “")
    shown = [page.locator(one, has_text="Oslo (place)").last for one in ("section", ".option-chip")]
    expect(shown[1]).to_be_visible()
    card, answer = (one.bounding_box() for one in shown)
    assert card is not None
    assert answer is not None
    assert answer["x"] + answer["width"] <= card["x"] + card["width"], "A long answer goes on in the next line."


def test_a_preference_names_words_for_the_best_and_words_against_the_other(
    page: Page, live_server: Any, complaints: list[str]
) -> None:
    project, _ = make_learned_kind(KINDS["preference"])
    train(project)
    prelabeling.forget()
    open_workbench(page, live_server, project)
    suggestion = page.locator("[data-part=suggestion]")
    expect(suggestion).to_contain_text(", for “")
    expect(suggestion).to_contain_text("against what is not the best")
