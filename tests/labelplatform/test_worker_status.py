"""Pages say when no worker answers, and do not cry wolf while one is starting."""

import time

from labelplatform.jobs import worker_status


def test_a_site_that_has_just_started_gives_its_worker_time(monkeypatch):
    monkeypatch.setattr(worker_status, "_started", time.monotonic())
    assert worker_status.worker_answers()


def test_without_a_sign_of_life_no_worker_answers(monkeypatch):
    monkeypatch.setattr(worker_status, "_started", time.monotonic() - 60)
    assert not worker_status.worker_answers()
    worker_status.note_worker()
    assert worker_status.worker_answers()
