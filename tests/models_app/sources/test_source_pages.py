"""Sources by page and by API: set up, asked, measured, chosen, removed, and what their forms say."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from labelplatform.events.models import Event
from models_app.models import PredictionRun, PredictionSource, SuggestionChoice
from projects.models import Lane
from tests.factories import make_tasks
from tests.models_app.learning import label, run_jobs, texts
from tests.models_app.sources.sources import finish, said, send, source_of, stored
from tests.signed_in import sign_in_just_now

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, ada):
    sign_in_just_now(client, ada.user)
    base = f"/projects/{ada.project.slug}/models/sources/"

    class Page:
        def get(self, path=""):
            return client.get(base + path)

        def post(self, path="", data=None):
            return client.post(base + path, data or {})

        def models(self):
            return client.get(f"/projects/{ada.project.slug}/models/").content.decode()

        def run(self, run):
            return client.get(f"/projects/{ada.project.slug}/models/runs/{run.pk}/").content.decode()

    return Page()


def test_an_empty_page_teaches_and_the_models_page_leads_there(page):
    assert "external_id,question,value,confidence" in page.get().content.decode()
    assert "sources/" in page.models()


def test_a_file_is_uploaded_followed_and_shown_beside_the_own_model(page, ada):
    written = texts(9)
    held = make_tasks(ada.project, texts=written, lane=Lane.HOLDOUT)
    label(held)
    rows = "".join(f"{task.external_id},sports\n" for task in held)
    file = SimpleUploadedFile("p.csv", f"external_id,value\n{rows}nobody,sports\n".encode())
    answer = page.post(data={"source": "gpt", "file": file})
    assert answer.status_code == 302
    run = finish(PredictionRun.objects.get())
    run_jobs(kind="measure_source")
    shown = page.run(run)
    assert "There is no task &#x27;nobody&#x27;" in shown
    for content in (page.get().content.decode(), page.models()):
        assert "gpt" in content
        assert "33 %" in content
        assert "n = 9" in content
        assert "Let it suggest" in content


def test_a_wrong_file_or_name_is_told_on_the_page(page):
    file = SimpleUploadedFile("p.csv", b"a,b\n1,2\n")
    answer = page.post(data={"source": "gpt", "file": file})
    assert answer.status_code == 422
    assert "needed are value, and task or external_id" in answer.content.decode()
    assert page.post(data={"source": "a b", "file": io.BytesIO(b"external_id,value\n1,2\n")}).status_code == 422


def test_a_manager_chooses_and_goes_back(page, ada):
    send(ada, said(make_tasks(ada.project, 1)))
    source = source_of(ada.project)
    page.post("choose/", {"question": "topic", "source": source.pk})
    assert SuggestionChoice.objects.get().source == source
    page.post("choose/", {"question": "topic", "source": ""})
    assert SuggestionChoice.objects.get().source is None
    assert page.post("choose/", {"question": "topic", "source": "x"}).status_code == 404


def test_a_source_is_measured_again_and_removed(page, ada):
    send(ada, said(make_tasks(ada.project, 1)))
    source = source_of(ada.project)
    run_jobs()
    page.post(f"{source.pk}/measure/")
    assert len(run_jobs(kind="measure_source")) == 1
    page.post(f"{source.pk}/remove/")
    assert not PredictionSource.objects.exists()
    assert Event.objects.filter(verb="removed", object_type="predictionsource").exists()


def test_a_model_server_is_set_up_by_its_form_and_what_is_wrong_stands_beside_the_input(page, ada):
    assert page.get("new/model_server/").status_code == 200
    wrong = page.post("new/model_server/", {"name": "srv", "address": "http://10.0.0.1/"})
    assert wrong.status_code == 422
    assert "inside this network" in wrong.content.decode()
    right = {"name": "srv", "address": "https://example.org/m", "secret": "s3cret", "teaches": "on"}
    assert page.post("new/model_server/", right).status_code == 302
    source = source_of(ada.project, "srv")
    assert source.options == {"address": "https://example.org/m", "user": "", "teaches": True}
    shown = page.get(f"{source.pk}/").content.decode()
    assert "https://example.org/m" in shown
    assert "s3cret" not in shown
    page.post(f"{source.pk}/change/", {"address": "https://example.org/n"})
    changed = source_of(ada.project, "srv")
    assert (changed.options["address"], changed.options["teaches"]) == ("https://example.org/n", False)
    assert changed.secret == source.secret


def test_a_language_model_is_set_up_by_its_form(page, ada):
    form = {
        "name": "llm",
        "address": "https://llm.example.org/v1",
        "model": "small",
        "budget": "2,5",
        "questions": "topic",
    }
    assert page.post("new/language_model/", {**form, "price_read": "much"}).status_code == 422
    assert page.post("new/language_model/", form).status_code == 302
    options = source_of(ada.project, "llm").options
    assert (options["budget"], options["per_minute"], options["questions"]) == (2.5, 60.0, ["topic"])


FUNCTIONS = {
    "question": "topic",
    "name-0": "",
    "kind-0": "keyword",
    "option-0": "sports",
    "what-0": "goal\nleague",
    "kind-1": "dictionary",
    "name-1": "words",
    "what-1": "song = music\nvote = politics",
    "kind-2": "regex",
    "option-2": "music",
    "name-2": "r",
    "what-2": "albums?",
    "what-3": "  ",
}


def test_labeling_functions_are_tried_while_they_are_written_then_saved_and_vote(page, ada):
    make_tasks(ada.project, texts=["a goal", "a song", "nothing"], lane=Lane.BASE)
    tried = page.post("trial/", FUNCTIONS).content.decode()
    assert "67 %" in tried
    assert "goal" in tried
    assert not PredictionSource.objects.exists()
    assert "no regular expression" in page.post("trial/", {**FUNCTIONS, "what-2": "(a"}).content.decode()
    assert page.post("new/functions/", {**FUNCTIONS, "name": "rules", "what-2": "(a"}).status_code == 422
    assert page.post("new/functions/", {**FUNCTIONS, "name": "rules"}).status_code == 302
    source = source_of(ada.project, "rules")
    assert [one["name"] for one in source.options["functions"]] == ["goal", "words", "r"]
    assert "song = music" in page.get(f"{source.pk}/").content.decode()
    page.post(f"{source.pk}/ask/")
    finish(PredictionRun.objects.get())
    assert sorted(stored("rules").values()) == ["music", "sports"]


def test_by_api_a_source_is_set_up_changed_asked_and_never_tells_its_secret(api, ada):
    client = api(ada.user)
    base = f"projects/{ada.project.slug}/sources/"
    body = {"kind": "model_server", "name": "srv", "options": {"address": "https://example.org/"}, "secret": "s3cret"}
    made = client.send(base, body)
    assert made.status_code == 201
    assert "s3cret" not in made.content.decode()
    number = made.json()["id"]
    assert client.send(base, body).status_code == 409
    changed = client.patch(
        f"/api/v1/{base}{number}/", {"options": {"address": "http://127.0.0.1/"}}, content_type="application/json"
    )
    assert (changed.status_code, changed.json()["errors"][0]["path"]) == (422, "options.address")
    started = client.send(f"{base}{number}/askings/", {"limit": 5})
    assert (started.status_code, started.json()["job"]["kind"]) == (202, "ask_source")
    assert client.send(f"{base}{number}/askings/", {"limit": 5}).status_code == 409


def test_by_api_predictions_are_stored_once_per_key_and_followed(api, ada):
    client = api(ada.user)
    (task,) = make_tasks(ada.project, 1)
    path = f"projects/{ada.project.slug}/predictions/"
    body = {
        "source": "gpt",
        "key": "7a6ec1b8-5a55-4c64-8a0a-3a1f4d1f9a11",
        "predictions": [{"task": task.pk, "value": "music"}, {"task": task.pk, "value": "jazz"}],
    }
    first, second = client.send(path, body), client.send(path, body)
    assert (first.status_code, second.status_code) == (202, 200)
    finish(PredictionRun.objects.get())
    run = client.read(f"{path}{first.json()['run']['id']}/").json()
    assert (run["stored"], run["rejected"], run["job"]["state"]) == (1, 1, "done")
    (refused,) = client.read(f"{path}{run['id']}/rejections/").json()["results"]
    assert "'jazz' is no option" in refused["reason"]
    wrong = client.send(path, {"source": "gpt", "predictions": [{"task": 1, "valeu": 2}, 7]})
    assert [error["path"] for error in wrong.json()["errors"]] == ["predictions.0.valeu", "predictions.1"]


def test_by_api_a_manager_chooses(api, ada):
    client = api(ada.user)
    send(ada, said(make_tasks(ada.project, 1)))
    path = f"projects/{ada.project.slug}/suggestions/"
    assert client.read(path).json() == [{"question": "topic", "source": "builtin"}]
    assert client.send(path, {"question": "topic", "source": "gpt"}).status_code == 200
    assert client.read(path).json() == [{"question": "topic", "source": "gpt"}]
    assert client.send(path, {"question": "topic", "source": "nobody"}).status_code == 422
    assert client.send(path, {"question": "tone", "source": "builtin"}).status_code == 422
