"""Waiting until the page has saved what was just done."""

from playwright.sync_api import Page, expect

FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done())))"


def is_saved(page: Page) -> None:
    """The page says "saved" of what was done last; of what was done before it still says so until the next frame."""
    page.evaluate(FRAMES)
    expect(page.locator("[data-part=state-text]")).to_have_text("saved")
