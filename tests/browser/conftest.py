"""A real Chromium for the stories in this folder; they are skipped where there is none."""

import os
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.conf import settings
from django.test import Client
from django.utils.crypto import get_random_string
from playwright.sync_api import BrowserContext, Page, expect

from bootstrap import find_chromium
from labelplatform.accounts.models import User
from tests.signed_in import sign_in_just_now

# Playwright runs an event loop in the tests' thread, which Django takes for a server's.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = find_chromium()
HERE = Path(__file__).parent
PATIENCE_MS = 15_000  # for a page to come to what is expected of it; on a busy machine five seconds are not enough
expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE not in item.path.parents:
            continue
        item.add_marker(pytest.mark.browser)
        item.add_marker(pytest.mark.django_db(transaction=True))
        item.add_marker(pytest.mark.filterwarnings("ignore::ResourceWarning"))
        item.add_marker(pytest.mark.flaky(reruns=1))  # browser, server and test share two cores; the summary says so
        if not CHROMIUM:
            item.add_marker(pytest.mark.skip(reason="no Chromium; install it or set CHROMIUM to one"))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
    quiet = ["--disable-background-networking", "--disable-component-update"]
    return {"executable_path": CHROMIUM, "args": [*flags, *quiet]}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    return {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"}


@pytest.fixture(scope="session", autouse=True)
def _assets() -> None:
    """The pages' scripts and styles, as ``make assets`` builds them."""
    if not (settings.BASE_DIR / "build" / "assets" / "workbench.js").exists():
        pytest.fail("The front end is not built: run `make assets` first.")


@pytest.fixture(autouse=True)
def _no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a broker: what workers would do is no part of these stories."""
    monkeypatch.setattr(current_app, "send_task", lambda *args, **options: None)


def sign_in(context: BrowserContext, user: User, live_server: Any) -> None:
    """Give the browser the session of a user, which spares the form; like the form it makes a new CSRF secret."""
    client = Client()
    sign_in_just_now(client, user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookies = {settings.SESSION_COOKIE_NAME: session, settings.CSRF_COOKIE_NAME: get_random_string(32)}
    context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()])


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """Whatever the page's scripts or its security policy complain about; empty at the end of a good story."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    return found
