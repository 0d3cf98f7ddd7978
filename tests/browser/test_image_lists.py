"""Lists of learning show the pictures of tasks: groups, what is asked next, similar tasks."""

import os
from typing import Any

from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from labelplatform.jobs.running import enqueue_job
from models_app.alike.groups import KIND
from models_app.rounds.triggers import request_training
from projects.models import Lane
from tests.browser.barriers import broken_in_both_themes
from tests.browser.conftest import sign_in
from tests.factories import make_member, make_project
from tests.models_app.learning import conclude, encode, run_jobs
from tests.pictures import IMAGE_SCHEMA, make_image_task, make_shape

SHOTS = os.environ.get("SHOTS")
SHAPES = ("disc", "square")


def test_lists_of_learning_show_the_pictures_of_tasks(
    page: Page, context: BrowserContext, live_server: Any, complaints: list[str]
) -> None:
    project = make_project(schema=IMAGE_SCHEMA)
    manager = make_member(project, "manager")
    tasks = [make_image_task(project, make_shape(SHAPES[number % 2], number)) for number in range(40)]
    project.tasks.update(lane=Lane.BASE)
    encode(project)
    for number, task in enumerate(tasks[:20]):
        conclude(task, "shape", SHAPES[number % 2])
    request_training(project.pk)
    enqueue_job(KIND, project_id=project.pk, params={"fresh": True})
    enqueue_job("find_similar", project_id=project.pk, params={"task": tasks[30].pk})
    run_jobs()
    sign_in(context, manager.user, live_server)
    story = reverse("annotations:task-story", args=[project.slug, tasks[30].pk])
    groups, strategy = (reverse(f"models_app:{name}", args=[project.slug]) for name in ("group-list", "strategy"))
    places = {story: ".similar-list", groups: ".task-group-examples", strategy: ".next-tasks"}
    for number, (path, selector) in enumerate(places.items()):
        page.goto(f"{live_server.url}{path}")
        first = page.locator(f"{selector} img").first
        first.scroll_into_view_if_needed()
        expect(first).to_have_js_property("complete", value=True)
        assert first.evaluate("one => one.naturalWidth") > 0
        assert broken_in_both_themes(page) == []
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            if SHOTS:
                page.screenshot(path=f"{SHOTS}/list-{number}-{width}.png", full_page=True)
    assert complaints == []
