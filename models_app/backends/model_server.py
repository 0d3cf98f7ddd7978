"""A server that speaks Label Studio's protocol for models: health, setup, predict, and a webhook that trains it."""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone

from labelplatform.outbound import CallFailed, Reply, call
from labelplatform.sealing import Unreadable, unseal
from models_app.backends.backend import AskedTask, BackendFailed, Said, patiently
from models_app.backends.sent_files import FILES_AT_ONCE, sends_files, with_files
from models_app.models import PredictionSource
from projects.label_studio.controls import NoAnswer
from projects.label_studio.speaking import answers_in, as_configuration, as_results, as_task_data
from projects.models import Project

HEALTH_SECONDS, SETUP_SECONDS, PREDICT_SECONDS, WEBHOOK_SECONDS = 3.0, 10.0, 60.0, 10.0
_MAX_ANSWER_BYTES = 20_000_000


@dataclass
class ModelServer:
    """One server as a project uses it; ``options`` hold its address and, for basic sign-in, a user name."""

    source: PredictionSource
    project: Project
    batch: int = 50
    alive: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        if sends_files(self.project):
            self.batch = min(self.batch, FILES_AT_ONCE)

    def prepare(self) -> None:
        """Ask whether it is well, and tell it what will be asked."""
        self._send("GET", "health", None, HEALTH_SECONDS)
        body = {
            "project": self._project_name(),
            "schema": as_configuration(self.project.schema),
            "hostname": settings.SITE_URL,
            "access_token": "",  # the tasks are sent; nothing here needs to be fetched
            "extra_params": None,
        }
        self._json(self._send("POST", "setup", body, SETUP_SECONDS))

    def ask(self, tasks: Sequence[AskedTask]) -> Said:
        body = {
            "tasks": [self._task(task) for task in tasks],
            "project": self._project_name(),
            "label_config": as_configuration(self.project.schema),
            "params": {"login": None, "password": None, "context": None},
        }
        answer = self._json(self._send("POST", "predict", body, PREDICT_SECONDS))
        results = answer.get("results") if isinstance(answer, dict) else None
        if not isinstance(results, list):
            raise BackendFailed("Its answer has no list of results.")
        said = Said(counts={"requests": 1})
        if len(results) == 1 and len(tasks) > 1:  # it takes one task at a time
            self.batch, said.ask_again = 1, True
            return said
        if len(results) != len(tasks):
            for task in tasks:
                said.refuse(task.id, f"{len(results)} results came for {len(tasks)} tasks: none can be trusted.", "")
            return said
        for task, entry in zip(tasks, results, strict=True):
            self._read(task, entry, said)
        return said

    def teach(self, task: AskedTask, answers: Mapping[str, Any]) -> None:
        """Tell the server what people concluded for a task. Raises ``BackendFailed``."""
        annotation = {
            "id": task.id,
            "task": task.id,
            "project": self.project.pk,
            "result": as_results(self.project.schema, answers, task.data),
            "was_cancelled": False,
            "ground_truth": False,
        }
        self._webhook({"action": "ANNOTATION_CREATED", "annotation": annotation, "task": self._task(task)})

    def start_training(self) -> None:
        self._webhook({"action": "START_TRAINING"})

    def _webhook(self, event: dict[str, Any]) -> None:
        configuration = as_configuration(self.project.schema)
        project = {"id": self.project.pk, "title": self.project.name, "label_config": configuration}
        self._send("POST", "webhook", {**event, "project": project}, WEBHOOK_SECONDS)

    def _read(self, task: AskedTask, entry: Any, said: Said) -> None:
        """One task's entry: an object, or a list of alternatives of which the first is the best."""
        if isinstance(entry, list) and entry:
            entry = entry[0]
        results = entry.get("result") if isinstance(entry, dict) else None
        if not isinstance(results, list):
            said.refuse(task.id, "The entry for this task has no list “result”.", entry)
            return
        about = {one.get("task") for one in (entry, *results) if isinstance(one, dict) and one.get("task") is not None}
        if about - {task.id, str(task.id)}:
            said.refuse(task.id, "The entry names another task: the order is not that of what was asked.", entry)
            return
        answers = answers_in(self.project.schema, results, task.data)
        if not answers:
            said.refuse(task.id, "Nothing in it answers a question of this project.", entry)
        for name, answer in answers.items():
            if isinstance(answer, NoAnswer):
                said.refuse(task.id, f"“{name}”: {answer}", entry)
            else:
                scores = [one.get("score") for one in results if isinstance(one, dict) and one.get("from_name") == name]
                said.answer(task.id, name, answer, _confidence(scores, entry.get("score")), entry)

    def _task(self, task: AskedTask) -> dict[str, Any]:
        now = timezone.now().isoformat()
        return {
            "id": task.id,
            "data": with_files(self.project, as_task_data(self.project.schema, task.data)),
            "meta": {},
            "project": self.project.pk,
            "inner_id": task.id,
            "is_labeled": False,
            "overlap": self.project.overlap,
            "created_at": now,
            "updated_at": now,
            "updated_by": None,
            "file_upload": None,
            "total_annotations": 0,
            "cancelled_annotations": 0,
            "total_predictions": 0,
            "annotations": [],
            "predictions": [],
        }

    def _project_name(self) -> str:
        return f"{self.project.pk}.{int(self.project.created_at.timestamp())}"

    def _send(self, method: str, path: str, body: Any, seconds: float) -> Reply:
        address = f"{self.source.options['address'].rstrip('/')}/{path}"
        how: dict[str, Any] = {"headers": self._headers(), "timeout": seconds, "max_bytes": _MAX_ANSWER_BYTES}
        return patiently(lambda: call(method, address, body=body, **how), self.alive)

    def _headers(self) -> dict[str, str]:
        try:
            secret = unseal(self.source.secret)
        except Unreadable as problem:
            raise BackendFailed(str(problem)) from problem
        if not secret:
            return {}
        user = self.source.options.get("user", "")
        if user:
            return {"Authorization": f"Basic {base64.b64encode(f'{user}:{secret}'.encode()).decode()}"}
        return {"Authorization": f"Bearer {secret}"}

    @staticmethod
    def _json(reply: Reply) -> Any:
        try:
            return reply.json()
        except CallFailed as failure:
            raise BackendFailed(str(failure)) from failure


def _confidence(scores: Sequence[Any], of_entry: Any) -> float | None:
    """The least sure of the results, else what the whole entry says; None where neither is a share."""
    known = [one for one in scores if isinstance(one, int | float) and not isinstance(one, bool)]
    score = min(known) if known else of_entry
    is_share = isinstance(score, int | float) and not isinstance(score, bool) and 0 <= score <= 1
    return float(score) if is_share else None
