"""A model server that takes a request and never answers keeps nobody from labeling."""

from collections.abc import Iterator
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection

from annotations.models import Annotation
from labelplatform.jobs.models import Job
from labelplatform.jobs.running import run_job
from models_app.backends import backend
from models_app.models import PredictionSource
from models_app.sources.asking import ask
from models_app.sources.choosing import choose_source
from models_app.sources.setting_up import set_up_source
from projects.models import Lane, Membership
from tests.answering_server import AnsweringServer, answering_server
from tests.factories import make_member, make_project, make_tasks
from tests.models_app.backends.test_model_server import predicting
from tests.models_app.sources.sources import finish

pytestmark = pytest.mark.django_db(transaction=True)

_PATIENCE_SECONDS = 60


@pytest.fixture
def server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[AnsweringServer]:
    monkeypatch.setattr(backend, "RETRY_AFTER_SECONDS", (0.0,))
    with answering_server() as found:
        settings.OUTBOUND_ALLOWED_HOSTS = [found.host]
        found.answers |= {"/health": {"status": "UP"}, "/setup": {"model_version": "m1"}}
        yield found


def suggesting(ada: Membership, server: AnsweringServer) -> PredictionSource:
    """The server has said something about every task, and labelers see it."""
    server.answers["/predict"] = predicting("music")
    source = set_up_source(ada, kind="model_server", name="srv", options={"address": server.address})
    assert finish(ask(ada, source, limit=None)).stored_count == 6
    choose_source(ada, "topic", source)
    return source


def work_off(job: int) -> None:
    run_job(job)
    connection.close()


def test_people_label_with_its_earlier_suggestions_while_a_worker_waits_for_it_in_vain(
    api: Any, server: AnsweringServer
) -> None:
    project = make_project(state="active", shows_suggestions=True)
    ada = make_member(project, "admin")
    make_tasks(project, 6, lane=Lane.BASE)
    source = suggesting(ada, server)
    is_asked, may_answer = Event(), Event()

    def hang(body: Any) -> Any:
        is_asked.set()
        may_answer.wait(_PATIENCE_SECONDS)
        return predicting("sports")(body)

    server.answers["/predict"] = hang
    job = ask(ada, source, limit=None).job_id
    assert job is not None
    worker = Thread(target=work_off, args=(job,))
    worker.start()
    try:
        assert is_asked.wait(_PATIENCE_SECONDS)
        n_asked = len(server.asked)
        annotator = api(make_member(project, "annotator").user)
        for _ in range(3):
            work = annotator.next_task(project)
            assert work["predictions"]["topic"]["value"] == "music"
            assert annotator.answer(work["task"]["id"], {"topic": "music"}).status_code in {200, 201}
        assert annotator.read(f"tasks/{work['task']['id']}/").status_code == 200
        assert Annotation.objects.filter(task__project=project).count() == 3
        assert len(server.asked) == n_asked, "Nothing that labelers do asks the server."
        assert worker.is_alive(), "All that was done while the worker waited."
    finally:
        may_answer.set()
        worker.join(_PATIENCE_SECONDS)
    run_job(job)
    assert Job.objects.get(pk=job).state == "done"
