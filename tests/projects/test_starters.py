"""Every template makes a project that works: its schema, its guideline, its sample tasks."""

import re

import pytest
from django.conf import settings

from labelplatform.jobs.running import run_job
from projects.creation import create_project
from projects.models import Membership, Task
from projects.policies import policies_of
from projects.queueing.queue import claim_next_task
from projects.schema import parse_schema
from projects.schema.repeated import RepeatedQuestion
from projects.starters import GROUPS, all_starters
from projects.starters.outline import outline_of
from tests.factories import make_user

STARTERS = all_starters()
each_starter = pytest.mark.parametrize("starter", STARTERS.values(), ids=STARTERS)


def options_of(question):
    """Those that people read a section about: of a tree its main branches."""
    asked = question.question if isinstance(question, RepeatedQuestion) else question
    return list(getattr(asked, "options", ())) or [root.option for root in getattr(asked, "roots", ())]


def headings(guideline):
    return re.findall(r"^#{1,2} (.+)$", guideline, re.MULTILINE)


@each_starter
def test_the_schema_is_right_and_survives_the_way_to_json_and_back(starter):
    schema = parse_schema(starter.schema)
    assert parse_schema(schema.definition()) == schema


@each_starter
def test_every_sample_is_a_task_of_the_schema_and_no_two_are_alike(starter):
    schema = parse_schema(starter.schema)
    stored = [schema.validate_task_data(sample["data"]) for sample in starter.samples]
    assert len({str(data) for data in stored}) == len(stored)
    assert len(stored) >= 12 or starter.sample_files or starter.name == "scratch"
    assert schema.validate_task_data(starter.data), "what the preview shows is a task, too"


@each_starter
def test_the_guideline_has_a_section_with_an_example_for_what_the_main_question_asks(starter):
    main = parse_schema(starter.schema).questions[0]
    found = headings(starter.guideline)
    missing = [option.title for option in options_of(main) if option.title not in found]
    assert missing == []
    assert main.title in found
    assert "- ✓ " in starter.guideline
    assert "- ✗ " in starter.guideline


@each_starter
def test_options_that_have_a_colour_have_one_of_their_own(starter):
    for question in parse_schema(starter.schema).questions:
        colours = [option.colour for option in options_of(question) if option.colour]
        assert len(set(colours)) == len(colours), question.name


@each_starter
def test_the_gallery_knows_a_word_for_all_that_it_shows_and_asks(starter):
    outline = outline_of(starter.schema)
    assert all(part.icon != "info" for part in (*outline.fields, *outline.questions))
    assert starter.group in GROUPS or starter.name == "scratch"


def test_the_docs_say_what_each_one_asks():
    page = (settings.BASE_DIR / "docs" / "templates.md").read_text()
    assert [title for title in (starter.title for starter in STARTERS.values()) if f"| {title} |" not in page] == []


def test_titles_and_places_are_told_apart():
    assert len({starter.title for starter in STARTERS.values()}) == len(STARTERS)
    assert len({starter.order for starter in STARTERS.values()}) == len(STARTERS)


@pytest.mark.django_db
@each_starter
def test_a_project_from_it_serves_its_samples_from_the_queue(starter):
    author = make_user("Ada")
    project = create_project(
        author=author,
        name="Made from a template",
        schema=starter.schema,
        guideline=starter.guideline,
        policies=dict(starter.policies),
        samples=starter.tasks,
        sample_files=starter.sample_files,
    )
    n_samples = 12 if starter.sample_files else len(starter.samples)
    assert {name: policies_of(project)[name] for name in starter.policies} == starter.policies
    for run in project.import_runs.select_related("job"):
        run_job(run.job.pk)
        run.refresh_from_db()
        assert (run.created_count, run.rejected_count) == (n_samples, 0)
    assert Task.objects.filter(project=project).count() == n_samples
    member = Membership.objects.select_related("project__schema_version").get(project=project, user=author)
    claimed = claim_next_task(member, leases=[])
    assert (claimed is not None) == bool(n_samples)


@pytest.mark.django_db
def test_samples_that_do_not_fit_a_changed_schema_are_left_out_and_nothing_is_rejected():
    starter = STARTERS["spam"]
    renamed = {**starter.schema, "fields": [{"name": "body", "kind": "text"}]}
    renamed["questions"] = [{**renamed["questions"][0], "on": "body"}]
    project = create_project(author=make_user("Ada"), name="Mail", schema=renamed, samples=starter.tasks)
    assert not project.import_runs.exists()
