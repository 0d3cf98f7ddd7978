"""The simulated team: people who sign in and label over HTTP, from known answers."""

import io
import socket

import pytest
from django.core.management import CommandError, call_command

from labelplatform.accounts.models import User
from projects.demo.people import CAST, write_sign_ins
from projects.models import Assignment, AssignmentStatus, Membership, Task
from projects.simulation.accounts import annotators_of, watcher_of
from tests.factories import make_member, make_project, make_tasks, make_user


@pytest.fixture(autouse=True)
def _own_data_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def topics(db):
    return make_project("Topics")


def write_answers(tmp_path, tasks, answer="music"):
    path = tmp_path / "answers.csv"
    path.write_text("external_id,answer\n" + "".join(f"{task.external_id},{answer}\n" for task in tasks))
    return path


def simulate(project, **options):
    out = io.StringIO()
    call_command("simulate_team", project=project.slug, stdout=out, **options)
    return out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_a_team_of_new_people_answers_what_it_knows_and_skips_the_rest(live_server, tmp_path):
    project = make_project("Topics")
    known, unknown = make_tasks(project, 6), make_tasks(project, 1)
    said = simulate(
        project, answers=write_answers(tmp_path, known), annotators=2, labels=20, error_rate=0.0, url=live_server.url
    )
    assert "Done: 6 answers, 0 of them wrong on purpose." in said
    labels = {label.task_id: label.value for task in Task.objects.all() for label in task.final_labels.all()}
    assert labels == {task.pk: "music" for task in known}
    assert not Assignment.objects.filter(task=unknown[0], status=AssignmentStatus.SUBMITTED).exists()
    assert set(User.objects.values_list("email", flat=True)) == {f"sim-{who}@example.com" for who in (1, 2, "viewer")}


@pytest.mark.django_db(transaction=True)
def test_a_team_stops_at_as_many_labels_as_are_wanted_and_errs_as_often_as_it_should(live_server, tmp_path):
    project = make_project("Topics")
    tasks = make_tasks(project, 8)
    said = simulate(
        project, answers=write_answers(tmp_path, tasks), annotators=3, labels=5, error_rate=1.0, url=live_server.url
    )
    assert "Done: 5 answers, 5 of them wrong on purpose." in said
    answers = Assignment.objects.filter(status=AssignmentStatus.SUBMITTED)
    assert answers.count() == 5
    assert not Assignment.objects.filter(status=AssignmentStatus.WORKING).exists()


def test_without_a_server_it_says_how_to_start_one(topics, tmp_path):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        with pytest.raises(CommandError, match="No site answers at .* Start it with `make run`"):
            simulate(topics, answers=write_answers(tmp_path, []), url=url)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"annotators": 0}, "--annotators"),
        ({"error_rate": 1.5}, "--error-rate"),
        ({"labels": 0}, "--labels"),
        ({}, "say the known answers with --answers"),
    ],
)
def test_what_cannot_be_meant_is_refused(topics, options, reason):
    with pytest.raises(CommandError, match=reason):
        simulate(topics, **options)


def test_an_answer_that_is_no_option_is_named(topics, tmp_path):
    path = write_answers(tmp_path, make_tasks(topics, 1), answer="weather")
    with pytest.raises(CommandError, match="“weather” is no option of “topic”; there are: sports, politics, music"):
        simulate(topics, answers=path)
    path.write_text("id;label\n")
    with pytest.raises(CommandError, match="needs the columns external_id and answer"):
        simulate(topics, answers=path)


def test_the_demos_people_come_first_and_others_are_made_as_needed(topics):
    write_sign_ins({person.email: "secret" for person in CAST})
    make_member(topics, "annotator", make_user(email="ben@example.com"))
    make_member(topics, "manager", make_user(email="rae@example.com"))
    emails = [sign_in.email for sign_in in annotators_of(topics, 3)]
    assert emails == ["ben@example.com", "sim-1@example.com", "sim-2@example.com"]
    assert watcher_of(topics).email == "rae@example.com"
    assert Membership.objects.filter(project=topics).count() == 4
