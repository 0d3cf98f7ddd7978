"""The gallery of templates and the way from a Label Studio configuration, in a browser."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from projects.models import Project
from tests.browser.conftest import sign_in
from tests.factories import make_user

CONFIGURATION = """<View>
  <Labels name="label" toName="text">
    <Label value="PER" background="red"/><Label value="ORG" background="darkorange"/>
  </Labels>
  <Text name="text" value="$text" granularity="word"/>
  <Video name="img" value="$image"/>
  <View style="display: flex">
    <Header value="Is it spam?"/>
    <Choices name="spam" toName="text" showInline="true">
      <Choice value="Yes" hotkey="1"/><Choice value="No" hotkey="u"/>
    </Choices>
  </View>
  <TextArea name="why" toName="text" visibleWhen="choice-selected" whenTagName="spam" whenChoiceValue="Yes"/>
</View>"""


@pytest.fixture
def signed_in(page: Page, context: BrowserContext, live_server: Any) -> Page:
    sign_in(context, make_user("Ada"), live_server)
    page.goto(f"{live_server.url}/projects/new/")
    return page


def test_a_template_is_chosen_with_the_keyboard_and_fits_a_phone(signed_in: Page, complaints: list[str]) -> None:
    page = signed_in
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    link = page.get_by_role("link", name="Preference between two answers")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("New project: preference between two answers")
    expect(page.get_by_label("With sample tasks")).to_be_checked()


def test_a_configuration_is_pasted_looked_at_and_becomes_a_project(signed_in: Page) -> None:
    page = signed_in
    page.get_by_role("link", name="From a Label Studio configuration").click()
    page.get_by_label("Labeling configuration").fill(CONFIGURATION)
    page.get_by_role("button", name="See what it becomes").click()
    expect(page.get_by_text("video cannot be taken over")).to_be_visible()
    page.get_by_role("button", name="Go on with this schema").click()
    page.get_by_label("Name", exact=True).fill("Taken over")
    page.get_by_role("button", name="Create project").click()
    expect(page.get_by_text("The project is there.")).to_be_visible()
    kinds = [question.kind for question in Project.objects.get(name="Taken over").schema.questions]
    assert kinds == ["spans", "choice", "text"]
