"""Annotators in threads, who share how many labels are still wanted and are wrong now and then."""

import random
import threading
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from projects.simulation.client import RequestRefused, SiteClient, SiteUnreachable

_TYPICAL_SECONDS = 2.5


@dataclass(frozen=True)
class Knowledge:
    """What a simulated team knows: the question, its options, and the right one per external id."""

    question: str
    options: Sequence[str]
    answers: Mapping[str, str]


@dataclass
class Tally:
    """What the team has done; its threads change it under the lock."""

    wanted: int
    begun: int = 0
    done: int = 0
    errors_made: int = 0
    skipped: int = 0
    suggested: int = 0
    suggested_right: int = 0
    endings: set[str] = field(default_factory=set)
    failures: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def begin(self) -> bool:
        """Reserve one of the labels that are wanted; False when all are done or on their way."""
        with self.lock:
            if self.begun >= self.wanted:
                return False
            self.begun += 1
            return True

    def note_answer(self, *, is_wrong: bool, suggestion: str | None, truth: str) -> None:
        with self.lock:
            self.done += 1
            self.errors_made += is_wrong
            self.suggested += suggestion is not None
            self.suggested_right += suggestion == truth


class SimulatedAnnotator:
    """One person at the workbench: takes what the queue gives, answers it, and gets the next with the same call."""

    def __init__(
        self,
        client: SiteClient,
        slug: str,
        knowledge: Knowledge,
        tally: Tally,
        *,
        error_rate: float,
        pace: float,
        seed: str,
        stop: threading.Event,
    ) -> None:
        self._client = client
        self._slug = slug
        self._knowledge = knowledge
        self._tally = tally
        self._error_rate = error_rate
        self._pace = pace
        self._random = random.Random(seed)
        self._stop = stop

    def run(self) -> None:
        """Label until the team has enough, the queue is empty, or ``stop`` is set; failures go to the tally."""
        try:
            work = self._client.post(f"projects/{self._slug}/queue/next/", {"holding": []})
            while work["task"] is not None and not self._stop.is_set():
                next_work = self._handle(work)
                if next_work is None:
                    return
                work = next_work
            if work["task"] is None:
                self._tally.endings.add(work["reason"]["message"])
        except (SiteUnreachable, RequestRefused) as error:
            self._tally.failures.append(str(error))
            self._stop.set()

    def _handle(self, work: dict[str, Any]) -> dict[str, Any] | None:
        """Answer or skip one task; the next one, or None when the team has enough."""
        task = work["task"]
        truth = self._knowledge.answers.get(task["external_id"])
        if truth is None:
            body = {"key": str(uuid.uuid4()), "reason": "The simulated team does not know this one.", "next": True}
            self._tally.skipped += 1
            return self._client.post(f"tasks/{task['id']}/skip/", body)["next"]
        if not self._tally.begin():
            self._client.post(f"projects/{self._slug}/queue/release/", {"task_ids": [task["id"]]})
            return None
        if self._pace:
            self._stop.wait(self._pace * self._random.uniform(0.5, 1.5))
        answer = self._answer(truth)
        submitted = self._client.post(f"tasks/{task['id']}/annotations/", self._submission(work, answer))
        suggestion = work["predictions"].get(self._knowledge.question)
        self._tally.note_answer(
            is_wrong=answer != truth, suggestion=suggestion["value"] if suggestion else None, truth=truth
        )
        return submitted["next"]

    def _answer(self, truth: str) -> str:
        others = [option for option in self._knowledge.options if option != truth]
        is_wrong = self._random.random() < self._error_rate and others
        return self._random.choice(others) if is_wrong else truth

    def _submission(self, work: dict[str, Any], answer: str) -> dict[str, Any]:
        return {
            "key": str(uuid.uuid4()),
            "answers": {self._knowledge.question: answer},
            "version": work["draft"]["version"] if work["draft"] else 0,
            "schema_number": work["schema"]["number"],
            "guideline_number": work["guideline"]["number"],
            "active_seconds": round(self._random.lognormvariate(0.0, 0.5) * (self._pace or _TYPICAL_SECONDS), 1),
            "submit": True,
            "next": True,
            "holding": [],
        }
