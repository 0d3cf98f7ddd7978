"""A reviewer settles spans on which two people differ."""

import uuid
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from annotations.models import FinalLabel
from annotations.work import workbench as operations
from projects.models import Membership
from tests.browser.barriers import broken_rules
from tests.browser.conftest import sign_in
from tests.browser.test_spans import TEXT, spans_schema
from tests.factories import make_guideline, make_member, make_project, make_task, make_user


def span(number: int, string: str, label: str) -> dict[str, Any]:
    start = TEXT.index(string)
    part = {"start": start, "end": start + len(string), "text": string}
    return {"id": f"s{number}", "parts": [part], "label": label}


def answer(member: Membership, spans: list[dict[str, Any]]) -> None:
    member = Membership.objects.select_related("project__schema_version", "user").get(pk=member.pk)
    work = operations.next_work(member)
    assert work is not None
    operations.submit_annotation(member.user, work.id, operations.Submission(uuid.uuid4(), {"entities": spans}))


def test_spans_are_compared_in_the_text_and_one_persons_are_taken_over(
    page: Page, context: BrowserContext, live_server: Any, complaints: list[str]
) -> None:
    project = make_project(schema=spans_schema(), review_policy="all", overlap=2, guideline_number=1)
    make_guideline(project)
    make_task(project, TEXT)
    ben, zoe, rae = (
        make_member(project, role, make_user(name))
        for role, name in (("annotator", "ben"), ("annotator", "zoe"), ("reviewer", "rae"))
    )
    answer(ben, [span(1, "Acme", "org"), span(2, "Bob", "person"), span(3, "Rome", "place")])
    answer(zoe, [span(1, "Acme", "org"), span(2, "Bob", "org"), span(3, "in Rome", "place"), span(4, "Oslo", "place")])
    sign_in(context, rae.user, live_server)
    page.set_default_timeout(30_000)
    page.goto(f"{live_server.url}/projects/{project.slug}/review/")
    card = page.locator(".rv-answer", has_text="ben")
    expect(card.locator("mark")).to_have_count(3)
    expect(card).to_contain_text("≠ other label")
    expect(card).to_contain_text("≠ other bounds")
    expect(card).to_contain_text("not here: “Oslo” Place")
    expect(page.locator(".rv-answer", has_text="zoe")).to_contain_text("≠ only here")
    assert broken_rules(page) == []
    page.get_by_role("button", name="Begin with this one: ben").click()
    expect(page.locator(".span-tag")).to_have_count(3)
    page.keyboard.press("Enter")
    expect(page.locator("[data-part=last-decision]")).to_have_text("Settled")
    value = FinalLabel.objects.get().value
    assert [(one["parts"][0]["text"], one["label"]) for one in value] == [
        ("Acme", "org"),
        ("Bob", "person"),
        ("Rome", "place"),
    ]
    assert complaints == []
