"""Each template, tried by somebody new: a project is made, tasks are labeled by keys alone, reviewed, exported.

What no template asks is asked in the same way by small schemas.
"""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from labelplatform.jobs.running import run_job
from projects.models import Membership, Project, ReviewPolicy
from projects.schema import field_kinds, question_kinds
from projects.starters import all_starters
from tests.browser.conftest import sign_in
from tests.browser.small_schemas import SMALL
from tests.browser.tour import Tour
from tests.factories import make_member, make_project, make_tasks, make_user

pytestmark = pytest.mark.slow


def made_from_template(page: Page, address: str, name: str) -> Project:
    """Through the pages: the gallery, the form as it stands but for the name and one opinion a task."""
    page.goto(f"{address}/projects/new/")
    page.locator(f"a[href$='?from={name}']").press("Enter")
    page.get_by_label("Name", exact=True).fill(f"My {name}")
    page.get_by_text("sensible as they are").click()
    page.locator("[name=overlap]").fill("1")
    page.get_by_role("button", name="Create project").press("Enter")
    expect(page.get_by_text("The project is there")).to_be_visible()
    project = Project.objects.get(name=f"My {name}")
    for run in project.import_runs.all():
        assert run.job_id is not None
        run_job(run.job_id)
    if not project.import_runs.exists():
        make_tasks(project, 4)
    return project


@pytest.mark.parametrize("name", all_starters())
def test_somebody_new_makes_a_project_from_a_template_and_takes_it_to_the_export(
    name: str, page: Page, context: BrowserContext, live_server: Any, complaints: list[str]
) -> None:
    zoe = make_user("Zoe")
    sign_in(context, zoe, live_server)
    project = made_from_template(page, live_server.url, name)
    Project.objects.filter(pk=project.pk).update(review_policy=ReviewPolicy.ALL)
    Tour(page, live_server, project, Membership.objects.get(user=zoe)).walk()
    assert complaints == []


@pytest.mark.parametrize("name", SMALL)
def test_whatever_can_be_asked_is_answered_by_keys_seen_again_reviewed_and_exported(
    name: str, page: Page, context: BrowserContext, live_server: Any, complaints: list[str]
) -> None:
    asked, data = SMALL[name]
    project = make_project(schema=asked, review_policy=ReviewPolicy.ALL)
    make_tasks(project, data=[data] * 4)
    zoe = make_member(project, "admin", make_user("Zoe"))
    sign_in(context, zoe.user, live_server)
    Tour(page, live_server, project, zoe).walk()
    assert complaints == []


def test_every_kind_of_question_and_of_field_is_among_them() -> None:
    schemas = [*(starter.schema for starter in all_starters().values()), *(asked for asked, _ in SMALL.values())]
    assert {question["kind"] for one in schemas for question in one["questions"]} == set(question_kinds)
    fields = {field["kind"] for one in schemas for field in one["fields"]}
    assert fields | {"pdf", "image"} == set(field_kinds), "files go from import to export in test_pdf.py, test_image.py"
