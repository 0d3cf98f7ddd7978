"""A task's story and a model's page with everything on them: no accessibility rule broken, no policy, no sideways
scroll."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page

from annotations.talk.comments import add_comment
from annotations.work.workbench import Submission, submit_annotation
from projects.models import Assignment
from tests.browser.barriers import broken_rules
from tests.browser.conftest import sign_in
from tests.factories import make_member
from tests.models_app.learning import label, make_learning_project, train

WIDTHS = (1440, 390)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_they_break_no_rule_and_fit_a_phone(
    page: Page, context: BrowserContext, live_server: Any, complaints: list[str], theme: Any
) -> None:
    project, tasks = make_learning_project(90, n_holdout=15)
    manager, annotator = make_member(project, "manager"), make_member(project, "annotator")
    label(tasks[:45])
    train(project)
    label(tasks[45:60])
    train(project)
    task = tasks[-1]
    expires_at = timezone.now() + timedelta(minutes=5)
    suggested = {"topic": {"value": "music", "confidence": 0.62, "source": "builtin/topic@1"}}
    Assignment.objects.create(
        task=task, project=project, user=annotator.user, lease_expires_at=expires_at, suggestions=suggested
    )
    for value, version in (("sports", 0), ("politics", 1)):
        answer = Submission(key=uuid.uuid4(), answers={"topic": value}, version=version, active_seconds=3.0)
        submit_annotation(annotator.user, task.pk, answer)
    add_comment(annotator, task, key=uuid.uuid4(), kind="flag", text="Two topics?")
    sign_in(context, manager.user, live_server)
    page.emulate_media(color_scheme=theme)
    broken, wide = {}, []
    for path in (f"data/{task.pk}/", "data/?open=flag", "models/", "models/2/", ""):
        page.goto(f"{live_server.url}/projects/{project.slug}/{path}")
        if found := broken_rules(page, theme):
            broken[path] = found
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wide.append((path, width))
    assert broken == {}
    assert wide == []
    assert complaints == []
