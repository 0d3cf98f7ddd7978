"""``python -m benchmarks.team_load``: annotators and reviewers who work until nothing is left.

Reads one JSON object from standard input and prints what was sent and what went wrong. Annotators answer what is given
to them, some of it wrongly, and answer again what comes back; reviewers settle, accept, and return one in ten.
"""

import json
import random
import sys
import threading
import time
import uuid
from typing import Any

from benchmarks.load import Annotator

_ERROR_RATE = 0.05
_RETURN_RATE = 0.1
_WAIT_SECONDS = 0.2


class Worker(Annotator):
    """Somebody who asks for work until ``over`` says that none will come."""

    def __init__(self, plan: dict[str, Any], session: str, seed: int, over: threading.Event) -> None:
        super().__init__(plan, session)
        self._random = random.Random(seed)
        self._over = over
        self.answers = 0
        self.returns = 0
        self.idle_since: float | None = None

    def run(self, until: float) -> None:
        try:
            while time.monotonic() < until and not self._over.is_set():
                self.idle_since = None if self.work() else (self.idle_since or time.monotonic())
                if self.idle_since is not None:
                    time.sleep(_WAIT_SECONDS)
        except Exception as error:  # noqa: BLE001 - whatever it was, it is counted and shown
            self.errors.append(repr(error))

    def work(self) -> bool:
        raise NotImplementedError

    def _timed(self, path: str, body: dict[str, Any]) -> Any:
        self.idle_since = None
        start = time.perf_counter()
        answer = self._post(path, body)
        self.seconds.append(time.perf_counter() - start)
        return answer


class TeamAnnotator(Worker):
    def work(self) -> bool:
        given = self._post(f"projects/{self._plan['slug']}/queue/next/", {})
        if not given["task"]:
            return False
        while given and given["task"]:
            task = given["task"]
            right = self._plan["right"][task["external_id"]]
            others = self._plan["options"]
            value = self._random.choice(others) if self._random.random() < _ERROR_RATE else right
            body = {**self._body(), "answers": {self._plan["question"]: value}}
            body["version"] = (given.get("draft") or {}).get("version", 0)
            given = self._timed(f"tasks/{task['id']}/annotations/", body)["next"]
            self.answers += 1
        return True


class TeamReviewer(Worker):
    def work(self) -> bool:
        given = self._post(f"projects/{self._plan['slug']}/reviews/next/", {})
        if not given["task"]:
            return False
        while given and given["task"]:
            task = given["task"]
            body: dict[str, Any] = {"key": str(uuid.uuid4()), "next": True}
            body["judged"] = {str(row["id"]): row["version"] for row in given["annotations"]}
            if self._random.random() < _RETURN_RATE:
                body |= {"decision": "return", "comment": "Please look again."}
            elif given["differing"]:
                right = self._plan["right"][task["external_id"]]
                body |= {"decision": "fix", "answers": {self._plan["question"]: right}}
            else:
                body["decision"] = "accept"
            given = self._timed(f"tasks/{task['id']}/reviews/", body)["next"]
            self.answers += 1
            self.returns += body["decision"] == "return"
        return True


def main(plan: dict[str, Any]) -> None:
    over = threading.Event()
    people = [TeamAnnotator(plan, session, seed, over) for seed, session in enumerate(plan["annotators"])]
    reviewers = [TeamReviewer(plan, session, 1000 + seed, over) for seed, session in enumerate(plan["reviewers"])]
    everybody: list[Worker] = [*people, *reviewers]
    start = time.monotonic()
    threads = [threading.Thread(target=person.run, args=(start + plan["seconds"],)) for person in everybody]
    for thread in threads:
        thread.start()
    _wait_till_nothing_is_left(everybody, threads)
    over.set()
    for thread in threads:
        thread.join()
    result = {
        "seconds": time.monotonic() - start,
        "answers": sum(person.answers for person in people),
        "reviews": sum(reviewer.answers for reviewer in reviewers),
        "returns": sum(reviewer.returns for reviewer in reviewers),
        "took": [seconds for person in everybody for seconds in person.seconds],
        "errors": [error for person in everybody for error in person.errors],
    }
    sys.stdout.write(json.dumps(result))


def _wait_till_nothing_is_left(everybody: list[Worker], threads: list[threading.Thread]) -> None:
    """Nothing is left when for three seconds nobody has been given anything."""
    while any(thread.is_alive() for thread in threads):
        time.sleep(0.5)
        now = time.monotonic()
        idle = [worker.idle_since for worker, thread in zip(everybody, threads, strict=True) if thread.is_alive()]
        if all(since is not None and now - since > 3 for since in idle):
            return


if __name__ == "__main__":
    main(json.load(sys.stdin))
