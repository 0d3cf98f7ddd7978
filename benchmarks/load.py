"""``python -m benchmarks.load``: annotators that submit and take the next task as fast as the server answers.

Reads one JSON object from standard input, runs one thread per session, and prints what each request took. Knows
nothing of Django and uses the standard library only, so that it takes little of the machine that it measures.
"""

import http.client
import json
import sys
import threading
import time
import uuid
from typing import Any

_CSRF = "a" * 32


class Annotator:
    """One signed-in person with one kept-alive connection."""

    def __init__(self, plan: dict[str, Any], session: str) -> None:
        self._plan = plan
        self._connection = http.client.HTTPConnection(plan["host"], plan["port"], timeout=30)
        self._headers = {
            "Cookie": f"sessionid={session}; csrftoken={_CSRF}",
            "X-CSRFToken": _CSRF,
            "Content-Type": "application/json",
        }
        self.seconds: list[float] = []
        self.errors: list[str] = []
        self.claim_seconds = 0.0

    def run(self, until: float) -> None:
        try:
            start = time.perf_counter()
            work = self._post(f"projects/{self._plan['slug']}/queue/next/", {})
            self.claim_seconds = time.perf_counter() - start
            while work and work["task"] and time.monotonic() < until and len(self.seconds) < self._plan["loops"]:
                start = time.perf_counter()
                answer = self._post(f"tasks/{work['task']['id']}/annotations/", self._body())
                self.seconds.append(time.perf_counter() - start)
                work = answer["next"]
        except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
            self.errors.append(repr(error))

    def _body(self) -> dict[str, Any]:
        return {
            "key": str(uuid.uuid4()),
            "answers": self._plan["answers"],
            "version": 0,
            "schema_number": 1,
            "guideline_number": 1,
            "active_seconds": 1.5,
            "submit": True,
            "next": True,
            "holding": [],
        }

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        self._connection.request("POST", f"/api/v1/{path}", json.dumps(body), self._headers)
        response = self._connection.getresponse()
        content = response.read()
        if response.status not in {200, 201}:
            raise ValueError(f"{response.status}: {content[:200]!r}")
        return json.loads(content)


def main(plan: dict[str, Any]) -> None:
    annotators = [Annotator(plan, session) for session in plan["sessions"]]
    until = time.monotonic() + plan["duration"]
    threads = [threading.Thread(target=annotator.run, args=(until,)) for annotator in annotators]
    start, cpu_start = time.monotonic(), time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    result = {
        "duration": time.monotonic() - start,
        "cpu_seconds": time.process_time() - cpu_start,
        "seconds": [seconds for annotator in annotators for seconds in annotator.seconds],
        "claims": [annotator.claim_seconds for annotator in annotators],
        "errors": [error for annotator in annotators for error in annotator.errors],
    }
    sys.stdout.write(json.dumps(result))


if __name__ == "__main__":
    main(json.load(sys.stdin))
