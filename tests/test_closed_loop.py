"""The whole loop as a team lives it: the real site, people who label over HTTP, models that appear and get better."""

import csv
import io
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
import requests

from projects.demo.definitions import demo_project
from projects.demo.people import CAST
from tests.running_site import RunningSite, scratch_environment

pytestmark = [pytest.mark.slow, pytest.mark.whole_site]
SLUG = "voice-assistant"
# A job whose worker died is taken up again when it has given no sign of life for 45 s.
SECONDS_TO_RECOVER = 120


class Caller:
    """Calls the API as one person, by token."""

    def __init__(self, site: RunningSite, email: str) -> None:
        self._api = f"{site.url}/api/v1/"
        self._session = requests.Session()
        self._session.trust_env = False
        token = site.manage("create_token", email, "--name", "test").split()[-1]
        self._session.headers["Authorization"] = f"Bearer {token}"

    def call(self, method: str, path: str, body: Any = None) -> requests.Response:
        answer = self._session.request(method, self._api + path, json=body, timeout=30)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer

    def get(self, path: str) -> Any:
        return self.call("GET", path).json()

    def post(self, path: str, body: Any = None) -> Any:
        return self.call("POST", path, body or {}).json()

    def job(self, job_id: int) -> dict[str, Any]:
        return self.get(f"jobs/{job_id}/")

    def models(self) -> list[dict[str, Any]]:
        return sorted(self.get(f"projects/{SLUG}/models/")["results"], key=lambda model: model["number"])

    def active_model(self) -> dict[str, Any] | None:
        return next((model for model in self.models() if model["state"] == "active"), None)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    """A fresh installation with its demo."""
    with scratch_environment(tmp_path_factory.mktemp("site"), redis_database=14, DEMO="1") as environment:
        site = RunningSite(environment)
        with site.running() as supervisor:
            site.wait_until(site.worker_answers)
            yield site
            supervisor.terminate()
            supervisor.wait(timeout=60)


@pytest.fixture(scope="module")
def ada(site: RunningSite) -> Caller:
    return Caller(site, "ada@example.com")


def label(site: RunningSite, labels: int, seed: int) -> str:
    return site.manage(
        "simulate_team",
        f"--project={SLUG}",
        "--annotators=3",
        "--error-rate=0.05",
        f"--labels={labels}",
        f"--seed={seed}",
    )


def test_people_label_models_appear_get_better_and_what_was_labeled_can_be_exported(site: RunningSite, ada: Caller):
    assert all(person.email in site.output for person in CAST)
    said = label(site, 60, seed=1)
    assert "Done: 60 answers" in said
    site.wait_until(ada.active_model)
    first = ada.active_model()
    assert first is not None

    prediction = _a_suggestion(Caller(site, "ben@example.com"))
    assert prediction["source"].startswith("builtin/topic@")
    assert 0 < prediction["confidence"] <= 1

    said = label(site, 540, seed=2)
    assert "pre-labels right" in said
    site.wait_until(lambda: (model := ada.active_model()) and model["trained_on"] >= 400)
    later = ada.active_model()
    assert later is not None
    assert later["number"] > first["number"]
    # Which tasks are measured on is drawn anew for each site: 6 of them came to lows between .50 and .72, from .75 on
    # about 60 tasks. Guessing among the ten domains would be right in .10.
    assert later["accuracy"]["n"] > first["accuracy"]["n"]
    assert later["accuracy"]["low"] > 0.3

    labels = _exported(site, ada)
    assert len(labels) == 600
    truth = {text.external_id: text.answer for text in demo_project(SLUG).pool()}
    n_right = sum(truth[row["external_id"]] == row["topic"] for row in labels)
    assert 0.9 < n_right / 600 < 1


def test_a_killed_worker_costs_an_import_and_a_training_nothing(site: RunningSite, ada: Caller):
    n_tasks = 40_000
    schema = demo_project("message-spam").schema
    ada.post("projects/", {"slug": "big", "name": "Big", "schema": schema})
    rows = [{"external_id": f"n-{number}", "data": {"text": f"text number {number}"}} for number in range(n_tasks)]
    started = ada.post("projects/big/imports/", {"tasks": rows})
    site.wait_until(lambda: ada.job(started["job"]["id"])["done"] > 0)
    site.kill_worker()
    job = ada.job(started["job"]["id"])
    assert job["state"] == "running"
    assert 0 < job["done"] < n_tasks

    site.wait_until(site.worker_answers)
    if ada.active_model() is None:
        label(site, 60, seed=1)
        site.wait_until(ada.active_model)
    before = ada.active_model()
    training = ada.post(f"projects/{SLUG}/trainings/")["job"]
    site.wait_until(lambda: ada.job(training["id"])["state"] == "running")
    site.kill_worker()
    assert ada.job(training["id"])["state"] == "running"
    assert ada.active_model() == before

    for job_id in (started["job"]["id"], training["id"]):
        site.wait_until(partial(_is_done, ada, job_id), seconds=SECONDS_TO_RECOVER)
    assert ada.get("projects/big/progress/")["total"] == n_tasks
    after = ada.active_model()
    assert before is not None
    assert after is not None
    assert after["number"] >= before["number"]


def _is_done(ada: Caller, job_id: int) -> bool:
    job = ada.job(job_id)
    assert job["state"] in {"queued", "running", "done"}, job["error"]
    return bool(job["state"] == "done")


def _a_suggestion(ben: Caller) -> dict[str, Any]:
    """What a person is shown: not with the tasks that measure models, so a few are looked at."""
    holding: list[int] = []
    for _ in range(8):
        work = ben.post(f"projects/{SLUG}/queue/next/", {"holding": holding})
        holding.append(work["task"]["id"])
        if work["predictions"]:
            ben.call("POST", f"projects/{SLUG}/queue/release/", {"task_ids": holding})
            return dict(work["predictions"]["topic"])
    raise AssertionError(f"No suggestion with any of {holding}.")


def _exported(site: RunningSite, ada: Caller) -> list[dict[str, str]]:
    started = ada.post(f"projects/{SLUG}/exports/", {"format": "csv"})
    site.wait_until(partial(_is_done, ada, started["job"]["id"]))
    text = ada.call("GET", f"exports/{started['export']['id']}/file/").content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))
