"""What stands in the way of people who use a page without eyes, a mouse, or full sight: by the rules of axe."""

from django.conf import settings
from playwright.sync_api import Page

AXE = settings.BASE_DIR / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
# Of rules that hold, axe need not say where: a third less work.
RUN = "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})"
# Only colours differ between the themes, so the dark one is not asked for the rest again.
RULES = {"light": {"type": "tag", "values": TAGS}, "dark": {"type": "rule", "values": ["color-contrast"]}}


def broken_rules(page: Page, theme: str = "light") -> list[str]:
    """The rules that a page breaks as it stands, with where; of "dark" only colours are looked at."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    found = page.evaluate(RUN, RULES[theme])
    return [f"{rule['id']}: {rule['nodes'][0]['html'][:160]}" for rule in found["violations"]]


def broken_in_both_themes(page: Page) -> list[str]:
    found = broken_rules(page, "light")
    page.emulate_media(color_scheme="dark")
    found += broken_rules(page, "dark")
    page.emulate_media(color_scheme="light")
    return found
