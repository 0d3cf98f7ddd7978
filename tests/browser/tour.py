"""A walk through one project by keys alone: three tasks labeled, looked at again, one reviewed, all exported."""

import csv
import io
import json
from typing import Any

from django.test import Client
from playwright.sync_api import Page, expect

from labelplatform.jobs.models import Job
from labelplatform.jobs.running import run_job
from projects.models import Assignment, AssignmentStatus, Membership, Project, Purpose, TaskContent
from tests.browser.conftest import sign_in
from tests.browser.hands import Hands
from tests.browser.hands_on_spans import Answer
from tests.browser.saving import is_saved
from tests.browser.seen import Expected, seen, told
from tests.factories import make_member, make_user

TYPED = {"number", "date", "text"}
REPLACED = {"choice", "choices", "rating", "number", "text"}  # a reviewer's keys say it anew


def definitions(project: Project) -> list[dict[str, Any]]:
    questions: list[dict[str, Any]] = project.schema.definition()["questions"]
    return questions


def data_of(task_id: int) -> dict[str, Any]:
    data: dict[str, Any] = TaskContent.objects.get(task_id=task_id).data
    return data


class Tour:
    """One project from its first task to its export. Whoever made it labels; rae reviews."""

    def __init__(self, page: Page, server: Any, project: Project, maker: Membership) -> None:
        self.page, self.project, self.maker = page, project, maker
        self.server = server
        self.url = f"{server.url}/projects/{project.slug}"
        self.asked = definitions(project)
        self.hands = Hands(page, project.schema.definition(), data_of)

    def label_three(self) -> dict[int, dict[str, Answer]]:
        """What was given, by task, oldest first."""
        self.page.goto(f"{self.url}/label/")
        self._past_the_warning()
        given = dict(self.hands.answer_task(variant) for variant in range(3))
        is_saved(self.page)
        return given

    def look_back(self, given: dict[int, dict[str, Answer]]) -> None:
        """Each is seen again just as it was given: on the page, and over the API."""
        self.given = given
        for task_id, answers in reversed(given.items()):
            self.hands.leave_box()
            self.hands.press("ArrowLeft")
            expect(self.hands.html).to_have_attribute("data-task", str(task_id))
            self._uncover()
            assert self.seen(task_id) == self.expected(task_id, answers)
        rows = self._client(self.maker).get(f"/api/v1/projects/{self.project.slug}/queue/history/").json()["results"]
        stored = {row["task_id"]: told(self.asked, row["answers"]) for row in rows}
        assert stored == given

    def review(self, given: dict[int, dict[str, Answer]]) -> dict[int, dict[str, Answer]]:
        """One is accepted; where keys say the first question anew, another is fixed. What holds now, by task."""
        rae = make_member(self.project, "reviewer", make_user("Rae"))
        sign_in(self.page.context, rae.user, self.server)
        self.page.goto(f"{self.url}/review/")
        first = self._on_review()
        self.hands.press("Enter")
        expect(self.page.locator("[data-part=last-decision]")).to_have_text("Accepted")
        main = self.asked[0]
        if main["kind"] not in REPLACED or "per" in main:
            return {first: given[first]}
        second = self._on_review()
        said = self.fix(second, given[second])
        expect(self.page.locator("[data-part=last-decision]")).to_have_text("Settled")
        return {first: given[first], second: said}

    def fix(self, task_id: int, answers: dict[str, Answer]) -> dict[str, Answer]:
        """Say the first question anew, answer what is asked only now, and settle it so."""
        variant = list(self.given).index(task_id) + 1
        hands, data = self.hands, data_of(task_id)
        said: dict[str, Answer] = {}
        for index, question in enumerate(self.asked):
            name = question["name"]
            if not hands.is_asked(name, said):
                continue
            if name in answers and index > 0:
                said[name] = answers[name]
                continue
            hands.come_to(hands.box_of(index))
            if question["kind"] == "choices":
                for value in answers.get(name, []):
                    hands.press_key_on(hands.box_of(index).locator(f".option-button[data-value='{value}']"))
            if question["kind"] in TYPED and not hands.is_in_a_box:
                hands.press("]")
            said[name] = hands.give(hands.box_of(index), question, variant, data)
            hands.leave_box()
        hands.press("Enter")
        return said

    def export(self, held: dict[int, dict[str, Answer]]) -> None:
        """Both formats, by the page and a worker; the labels in them are what holds."""
        sign_in(self.page.context, self.maker.user, self.server)
        self.page.goto(f"{self.url}/exports/")
        texts = {name: self._exported(name) for name in ("JSON Lines", "CSV")}
        lines = [json.loads(line) for line in texts["JSON Lines"].splitlines()]
        labels = {row["task_id"]: {name: one["value"] for name, one in row["labels"].items()} for row in lines}
        assert {task: told(self.asked, values) for task, values in labels.items()} == held
        rows = {int(row["task_id"]): row for row in csv.DictReader(io.StringIO(texts["CSV"]))}
        taken = {"task_id", "external_id", "metadata", *self.project.schema.fields_by_name}
        for task, values in labels.items():
            cells = {name: rows[task][f"label.{name}" if name in taken else name] for name in values}
            assert cells == {
                name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
                for name, value in values.items()
            }

    def seen(self, task_id: int) -> list[Any]:
        """What the page shows, question by question; None of what is not asked."""
        boxes = [self.hands.box_of(index) for index in range(len(self.asked))]
        return [
            seen(box, question) if box.is_visible() else None for box, question in zip(boxes, self.asked, strict=True)
        ]

    def expected(self, task_id: int, answers: dict[str, Answer]) -> list[Any]:
        return [self._expected(question, data_of(task_id), answers) for question in self.asked]

    def _expected(self, question: dict[str, Any], data: dict[str, Any], answers: dict[str, Answer]) -> Any:
        if question["name"] not in answers:
            return None
        ids = self.hands.shown_candidates(question["on"], data) if self.page.locator(".candidate").count() else []
        expected, answer = Expected(question, data, ids), answers[question["name"]]
        if "per" not in question:
            return expected.of(answer)
        return [expected.of(answer[one]) for one in self.hands.parts_of(question, data)]

    def _past_the_warning(self) -> None:
        if self.project.is_sensitive:
            expect(self.page.locator("#stage")).to_have_attribute("data-mode", "warning")
            self.hands.press("Enter")

    def _uncover(self) -> None:
        if self.project.is_sensitive and self.page.locator("[data-part=cover]").is_visible():
            self.hands.press("v")

    def _on_review(self) -> int:
        """The task that is in rae's hands."""
        expect(self.page.locator("#stage")).to_have_attribute("data-mode", "task")
        self._uncover()
        own = Assignment.objects.filter(purpose=Purpose.REVIEW, status=AssignmentStatus.WORKING)
        return own.get(project=self.project).task_id

    def _exported(self, name: str) -> str:
        self.page.get_by_role("radio", name=name).check()
        self.page.get_by_role("button", name="Start export").click()
        expect(self.page.locator("td job-progress")).to_be_visible()
        run_job(Job.objects.latest("id").pk)
        self.page.reload()
        address = self.page.locator("a[download]").first.get_attribute("href")
        return str(self.page.request.get(f"{self.server.url}{address}").text())

    def _client(self, member: Membership) -> Client:
        client = Client()
        client.force_login(member.user)
        return client

    def walk(self) -> None:
        """From the first task to the export."""
        given = self.label_three()
        self.look_back(given)
        self.export(self.review(given))
