"""The demo: two projects that a newcomer can use at once, loaded once."""

import csv
import gzip
import io
import re
import stat
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from labelplatform.accounts.models import User
from labelplatform.roles import Role
from projects import demo
from projects.demo.definitions import SLUGS, DemoProject, demo_project
from projects.demo.people import CAST, read_sign_ins, sign_ins_path
from projects.models import Membership, Project, Task
from projects.schema import parse_schema


@pytest.fixture(autouse=True)
def _own_data_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def _few_texts(monkeypatch):
    """The first forty texts of each project, so that a test takes no seconds."""
    whole = DemoProject.pool
    monkeypatch.setattr(DemoProject, "pool", lambda definition: list(whole(definition))[:40])


def load_demo() -> str:
    out = io.StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("slug", SLUGS)
def test_every_text_has_an_answer_that_is_an_option(slug):
    definition = demo_project(slug)
    options = parse_schema(definition.schema).questions[0].open_values
    texts = list(definition.pool())
    assert len(texts) == {"voice-assistant": 8000, "message-spam": 4074}[slug]
    assert {text.answer for text in texts} == set(options)
    assert len({text.external_id for text in texts}) == len(texts)


@pytest.mark.parametrize("slug", SLUGS)
def test_the_guideline_shows_examples_for_and_against_each_option(slug):
    definition = demo_project(slug)
    titles = [option["title"] for option in definition.schema["questions"][0]["options"]]
    sections = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", definition.guideline, flags=re.M | re.S))
    assert list(sections) == titles
    for title, section in sections.items():
        assert section.count("- ✓") >= 2, title
        assert "- ✗" in section, title
        for other in re.findall(r"^- ✗ “.+” → (.+)$", section, flags=re.M):
            assert other in titles
            assert other != title


@pytest.mark.parametrize("slug", SLUGS)
def test_the_examples_of_the_guideline_are_real_texts_with_that_answer(slug):
    definition = demo_project(slug)
    with gzip.open(Path(demo.__file__).parent / definition.texts, "rt", newline="") as file:
        answers = {row["text"]: row[definition.answer_column] for row in csv.DictReader(file)}
    values = {option["title"]: option["value"] for option in definition.schema["questions"][0]["options"]}
    section = ""
    for line in definition.guideline.splitlines():
        if line.startswith("## "):
            section = line.removeprefix("## ")
        if example := re.fullmatch(r"- [✓✗] “(.+)”(?: → (.+))?", line):
            text, other = example.groups()
            assert answers.get(text) == values[other or section], text


@pytest.mark.django_db
@pytest.mark.usefixtures("_few_texts")
def test_the_demo_has_two_projects_with_tasks_and_a_member_in_every_role():
    load_demo()
    for slug in SLUGS:
        project = Project.objects.get(slug=slug)
        assert project.overlap == 1
        assert project.guideline_number == 1
        assert Task.objects.filter(project=project).count() == 40
        roles = sorted(Membership.objects.filter(project=project).values_list("role", flat=True))
        assert set(roles) == set(Role.values)
        assert roles.count("annotator") == 3
    rae = Membership.objects.filter(user__email="rae@example.com")
    assert len(set(rae.values_list("role", flat=True))) == 2
    assert User.objects.get(is_superuser=True).email == "sam@example.com"


@pytest.mark.django_db
@pytest.mark.usefixtures("_few_texts")
def test_a_second_load_changes_nothing_and_says_so():
    load_demo()
    before = (list(User.objects.values()), list(Task.objects.order_by("pk").values()), sign_ins_path().read_text())
    assert "nothing was changed" in load_demo()
    after = (list(User.objects.values()), list(Task.objects.order_by("pk").values()), sign_ins_path().read_text())
    assert after == before


@pytest.mark.django_db
@pytest.mark.usefixtures("_few_texts")
def test_an_interrupted_load_is_completed_by_the_next(monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr("projects.demo.loading.import_rows", _break)
        with pytest.raises(ConnectionError):
            load_demo()
    said = load_demo()
    assert "40 created" in said
    assert Task.objects.count() == 80


@pytest.mark.django_db
@pytest.mark.usefixtures("_few_texts")
def test_everybody_signs_in_with_the_password_from_a_file_that_only_the_owner_reads():
    load_demo()
    assert stat.S_IMODE(sign_ins_path().stat().st_mode) == 0o600
    sign_ins = read_sign_ins()
    assert set(sign_ins) == {person.email for person in CAST}
    assert len(set(sign_ins.values())) == len(CAST)
    for email, password in sign_ins.items():
        answer = Client().post("/accounts/login/", {"login": email, "password": password})
        assert answer.status_code == 302, email


@pytest.mark.django_db
@pytest.mark.usefixtures("_few_texts")
def test_somebody_who_was_here_before_keeps_their_password():
    User.objects.create_user("ben@example.com", "my own words")
    load_demo()
    assert User.objects.get(email="ben@example.com").check_password("my own words")
    assert "ben@example.com    (unchanged)" in sign_ins_path().read_text()


def _break(*args, **kwargs):
    raise ConnectionError("the lights went out")
