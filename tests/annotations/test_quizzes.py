"""The quiz on a guideline: who it holds, what an attempt asks and tells, and what managers can do for people."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.gold import make_gold, unmake_gold
from annotations.models import Quiz, QuizAttempt
from annotations.quiz.quiz_attempts import start_attempt
from annotations.quiz.quizzes import set_up_quiz, standings
from labelplatform.events.models import Event
from projects.guideline.guidelines import publish_guideline
from projects.models import Membership, Project
from projects.queueing.excluding import exclude_tasks
from projects.queueing.holds import hold_on
from tests.factories import make_guideline, make_member, make_project, make_task, make_tasks, make_user, retire_option

pytestmark = pytest.mark.django_db


@pytest.fixture
def gold(project, ada):
    """Five gold tasks about music, with an explanation."""
    make_guideline(project)
    tasks = make_tasks(project, 5)
    for task in tasks:
        make_gold(ada, task.pk, {"topic": "music"}, f"Why {task.external_id}.")
    return tasks


@pytest.fixture
def quiz(gold, ada):
    return set_up_quiz(fresh(ada), size=5, pass_percent=80, attempts=2)


@pytest.fixture
def waiting(project):
    return make_task(project, "a task to label")


def fresh(member):
    return Membership.objects.select_related("project__schema_version", "user").get(pk=member.pk)


def put(api, member, **body):
    path = f"/api/v1/projects/{member.project.slug}/quiz/"
    return api(member.user).put(path, body, content_type="application/json")


def start(api, member):
    return api(member.user).send(f"projects/{member.project.slug}/quiz/attempts/")


def answer(api, member, attempt, task_id, value="music"):
    body = {"task_id": task_id, "answers": {"topic": value}}
    return api(member.user).send(f"quiz-attempts/{attempt}/answers/", body)


def finish(api, member, attempt):
    return api(member.user).send(f"quiz-attempts/{attempt}/finish/")


def take(api, member, wrong=0):
    """One whole attempt; returns what handing it in answered."""
    attempt = start(api, member).json()
    for place, task in enumerate(attempt["tasks"]):
        answer(api, member, attempt["id"], task["id"], "sports" if place < wrong else "music")
    return finish(api, member, attempt["id"]).json()


def next_task(api, member):
    return api(member.user).next_task(member.project)


def test_who_labels_gets_no_task_before_passing_and_one_after(api, project, ben, quiz, waiting):
    reason = next_task(api, ben)["reason"]
    assert (reason["code"], reason["quiz"]) == ("quiz", f"/projects/{project.slug}/quiz/")
    assert "Pass the quiz" in reason["message"]
    result = take(api, ben, wrong=1)
    assert (result["right"], result["total"], result["passed"]) == (4, 5, True)
    assert next_task(api, ben)["task"]["id"] == waiting.pk


def test_what_is_in_hand_can_be_finished_and_nothing_new_comes(api, project, ada, ben, gold, waiting):
    held = next_task(api, ben)["task"]["id"]
    other = make_task(project)
    set_up_quiz(fresh(ada), size=5)
    assert next_task(api, ben)["task"]["id"] == held
    done = api(ben.user).answer(held, {"topic": "sports"}, next=True).json()
    assert done["next"]["reason"]["code"] == "quiz"
    assert other.assignments.count() == 0


def test_reviewers_are_held_and_those_who_make_gold_tasks_are_not(api, project, ada, rae, quiz, waiting):
    manager = make_member(project, "manager")
    site_admin = make_user("sam", is_superuser=True)
    assert next_task(api, rae)["reason"]["code"] == "quiz"
    assert [hold_on(fresh(member)) for member in (ada, manager)] == [None, None]
    assert hold_on(Membership(project=fresh(ada).project, user=site_admin, role="admin")) is None


def test_the_hold_costs_no_query(ben, quiz):
    member = fresh(ben)
    with CaptureQueriesContext(connection) as captured:
        assert hold_on(member).code == "quiz"
    assert len(captured) == 0


def test_no_right_answer_reaches_anybody_before_the_attempt_is_finished(api, ben, quiz):
    told = start(api, ben)
    body = told.json()
    assert [(task["is_right"], task["right_answers"], task["explanation"]) for task in body["tasks"]] == [
        (None, None, "")
    ] * 5
    assert "music" not in told.content.decode()
    assert "Why" not in told.content.decode()
    said = answer(api, ben, body["id"], body["tasks"][0]["id"], "sports").json()
    assert said == {"task_id": body["tasks"][0]["id"], "answers": {"topic": "sports"}}
    assert (body["right"], body["passed"]) == (None, None)


def test_after_a_failure_one_sees_what_was_wrong_and_why_but_not_what_is_right(api, ben, quiz):
    result = take(api, ben, wrong=2)
    assert (result["passed"], result["right"]) == (False, 3)
    wrong = [task for task in result["tasks"] if not task["is_right"]]
    assert len(wrong) == 2
    assert all(task["explanation"].startswith("Why t-") for task in wrong)
    assert all(task["right_answers"] is None for task in result["tasks"])


def test_the_right_answers_are_told_once_none_is_left_or_it_is_passed(api, ben, rae, quiz):
    take(api, ben, wrong=3)
    last = take(api, ben, wrong=2)
    assert {str(task["right_answers"]) for task in last["tasks"]} == {"{'topic': 'music'}"}
    refused = start(api, ben)
    assert (refused.status_code, refused.json()["detail"]) == (
        409,
        "You have no attempt left. A manager can give you another one.",
    )
    assert take(api, rae)["tasks"][0]["right_answers"] == {"topic": "music"}
    assert start(api, rae).status_code == 409


def test_an_open_attempt_goes_on_with_what_was_answered_also_in_a_second_tab(api, ben, quiz):
    first = start(api, ben)
    task = first.json()["tasks"][2]["id"]
    answer(api, ben, first.json()["id"], task)
    second = start(api, ben)
    assert (first.status_code, second.status_code, second.json()["id"]) == (201, 200, first.json()["id"])
    assert second.json()["tasks"][2]["answers"] == {"topic": "music"}
    assert QuizAttempt.objects.count() == 1
    answer(api, ben, first.json()["id"], task, "sports")
    assert QuizAttempt.objects.get().answers == {str(task): {"topic": "sports"}}


def test_finishing_twice_is_finishing_once_and_nothing_is_taken_afterwards(api, ben, quiz):
    result = take(api, ben, wrong=2)
    late = answer(api, ben, result["id"], result["tasks"][0]["id"])
    assert (late.status_code, "handed in" in late.json()["detail"]) == (409, True)
    again = finish(api, ben, result["id"])
    assert (again.status_code, again.json()["right"]) == (200, 3)
    assert QuizAttempt.objects.get().number == 1


def test_an_attempt_with_open_tasks_is_not_handed_in(api, ben, quiz):
    attempt = start(api, ben).json()
    answer(api, ben, attempt["id"], attempt["tasks"][0]["id"])
    refused = finish(api, ben, attempt["id"])
    assert (refused.status_code, refused.json()["detail"]) == (422, "4 tasks are not answered yet.")
    assert len(refused.json()["errors"]) == 4


def test_hostile_answers_are_refused(api, ada, ben, quiz, waiting):
    attempt = start(api, ben).json()
    asked = attempt["tasks"][0]["id"]
    assert answer(api, ben, attempt["id"], waiting.pk).status_code == 404  # not drawn
    assert answer(api, ben, attempt["id"], 999_999_999).status_code == 404
    assert answer(api, ben, attempt["id"], asked, "chess").status_code == 422
    assert answer(api, ben, attempt["id"], asked, {"a": 1}).status_code == 422
    assert QuizAttempt.objects.get().answers == {}


def test_somebody_elses_attempt_does_not_exist(api, ada, ben, rae, eve, quiz):
    attempt = start(api, ben).json()
    asked = attempt["tasks"][0]["id"]
    for stranger in (ada, rae, eve):
        assert api(stranger.user).read(f"quiz-attempts/{attempt['id']}/").status_code == 404
        assert answer(api, stranger, attempt["id"], asked).status_code == 404
        assert finish(api, stranger, attempt["id"]).status_code == 404


def test_who_has_left_the_project_reaches_their_attempt_no_more(api, ben, quiz):
    attempt = start(api, ben).json()
    Membership.objects.filter(pk=ben.pk).update(suspended=True)
    assert finish(api, ben, attempt["id"]).status_code == 404


def test_a_second_attempt_asks_first_what_the_first_one_did_not(api, project, ada, ben, gold):
    set_up_quiz(fresh(ada), size=2)
    first = {task["id"] for task in take(api, ben, wrong=2)["tasks"]}
    second = {task["id"] for task in start(api, ben).json()["tasks"]}
    assert len(first | second) == 4


def test_a_task_whose_answer_was_taken_away_is_asked_and_judged_no_more(api, ada, ben, quiz, gold):
    attempt = start(api, ben).json()
    unmake_gold(ada, gold[0].pk)
    exclude_tasks(ada, [gold[1].pk])
    left = api(ben.user).read(f"quiz-attempts/{attempt['id']}/").json()["tasks"]
    assert len(left) == 3
    assert answer(api, ben, attempt["id"], gold[0].pk).status_code == 404
    for task in left:
        answer(api, ben, attempt["id"], task["id"])
    result = finish(api, ben, attempt["id"]).json()
    assert (result["right"], result["total"], result["passed"]) == (3, 3, True)


def test_an_attempt_that_has_lost_all_its_tasks_is_drawn_anew_and_not_counted(api, ada, ben, quiz, gold, project):
    attempt = start(api, ben).json()
    for task in gold:
        unmake_gold(ada, task.pk)
    assert finish(api, ben, attempt["id"]).status_code == 409
    assert "no gold tasks" in start(api, ben).json()["detail"]
    fresh_one = make_task(project)
    make_gold(ada, fresh_one.pk, {"topic": "music"})
    again = start(api, ben).json()
    assert (again["id"], [task["id"] for task in again["tasks"]]) == (attempt["id"], [fresh_one.pk])


def test_a_result_stays_what_it_was_when_the_known_answer_changes(api, ada, ben, quiz, gold):
    result = take(api, ben, wrong=2)
    for task in gold:
        make_gold(ada, task.pk, {"topic": "sports"})
    assert api(ben.user).read(f"quiz-attempts/{result['id']}/").json()["right"] == 3


def test_too_few_gold_tasks_are_a_refusal_that_says_how_many_and_where(api, project, ada, gold):
    refused = put(api, ada, size=8)
    assert refused.status_code == 422
    body = refused.json()
    assert (body["missing"], body["url"]) == (3, f"/projects/{project.slug}/data/?stage=done")
    assert "there are 5 gold tasks here: 3 are missing" in body["detail"]
    assert body["errors"][0]["path"] == "size"
    assert not Quiz.objects.exists()
    unmake_gold(ada, gold[0].pk)
    assert put(api, ada, size=5).status_code == 422
    assert put(api, ada, size=4).status_code == 200


def test_a_retired_option_makes_a_gold_task_unfit_for_a_quiz(api, ada, gold, project):
    retire_option(project, "music")
    assert put(api, ada, size=1).json()["missing"] == 1


def test_a_quiz_needs_a_guideline(api, project, ada):
    make_gold(ada, make_task(project).pk, {"topic": "music"})
    assert "Publish a guideline first" in put(api, ada, size=1).json()["detail"]


def test_only_chosen_tasks_are_asked_and_only_gold_ones_can_be_chosen(api, ada, ben, eve, gold, waiting):
    hers = make_task(eve.project)
    for stranger in (waiting, hers):
        refused = put(api, ada, size=1, tasks=[gold[0].pk, stranger.pk])
        assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, "tasks")
    assert put(api, ada, size=2, tasks=[gold[0].pk, gold[3].pk]).json()["tasks"] == [gold[0].pk, gold[3].pk]
    assert {task["id"] for task in start(api, ben).json()["tasks"]} == {gold[0].pk, gold[3].pk}
    assert api(ben.user).read(f"projects/{ada.project.slug}/quiz/").json()["tasks"] == []


def test_a_new_version_leaves_the_quiz_in_force_until_it_gets_one_of_its_own(api, project, ada, ben, quiz, waiting):
    take(api, ben)
    publish_guideline(project=Project.objects.get(pk=project.pk), author=ada.user, text="# New", summary="x")
    Membership.objects.update(acknowledged_number=2)
    assert hold_on(fresh(ben)) is None
    assert put(api, ada, pass_percent=90).json()["guideline"] == 1
    assert hold_on(fresh(ben)) is None
    made = put(api, ada, guideline=2).json()
    assert (made["guideline"], made["pass_percent"], made["size"]) == (2, 90, 5)
    assert hold_on(fresh(ben)).code == "quiz"
    assert put(api, ada, guideline=1).status_code == 422
    assert take(api, ben)["number"] == 1
    assert hold_on(fresh(ben)) is None


def test_a_quiz_switched_off_holds_nobody_and_comes_back_as_it_was(api, project, ada, ben, rae, quiz):
    take(api, ben)
    path = f"/api/v1/projects/{project.slug}/quiz/"
    assert api(ada.user).delete(path).status_code == 204
    assert hold_on(fresh(rae)) is None
    assert api(ben.user).read(f"projects/{project.slug}/quiz/").status_code == 404
    assert api(ada.user).delete(path).status_code == 404
    assert start(api, rae).status_code == 404
    put(api, ada)
    assert (hold_on(fresh(ben)), hold_on(fresh(rae)).code) == (None, "quiz")
    verbs = list(Event.objects.filter(object_type="quiz").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["set up", "switched off", "set up"]


def test_setting_it_up_as_it_is_changes_nothing(api, ada, quiz):
    put(api, ada, size=5, pass_percent=80)
    assert Event.objects.filter(object_type="quiz").count() == 1
    put(api, ada, attempts=3)
    event = Event.objects.latest("pk")
    assert (event.verb, event.before["attempts"], event.after["attempts"]) == ("changed", 2, 3)


def test_a_manager_gives_one_more_attempt_to_who_has_none_left(api, project, ada, ben, quiz):
    path = f"projects/{project.slug}/quiz/people/{ben.pk}/attempts/"
    assert api(ada.user).send(path).status_code == 409
    take(api, ben, wrong=5)
    take(api, ben, wrong=5)
    given = api(ada.user).send(path).json()
    assert (given["state"], given["attempts_left"]) == ("open", 1)
    assert api(ada.user).send(path).status_code == 409  # a second press gives no second one
    event = Event.objects.latest("pk")
    assert (event.verb, event.object_id, event.after) == (
        "gave another quiz attempt to",
        ben.pk,
        {"guideline": 1, "attempts": 3},
    )
    assert take(api, ben)["passed"]
    assert "passed already" in api(ada.user).send(path).json()["detail"]


def test_a_manager_takes_somebody_as_qualified(api, project, ada, ben, quiz, waiting):
    path = f"projects/{project.slug}/quiz/people/{ben.pk}/qualification/"
    told = [api(ada.user).send(path).json() for _ in range(2)]
    assert [(one["state"], one["is_by_hand"]) for one in told] == [("passed", True)] * 2
    assert Event.objects.filter(verb="qualified").count() == 1
    assert next_task(api, ben)["task"]["id"] == waiting.pk


def test_who_does_not_label_is_given_nothing(api, project, ada, quiz, eve):
    viewer = make_member(project, "viewer")
    for act in ("attempts", "qualification"):
        path = f"projects/{project.slug}/quiz/people"
        assert api(ada.user).send(f"{path}/{viewer.pk}/{act}/").status_code == 422
        assert api(ada.user).send(f"{path}/{eve.pk}/{act}/").status_code == 404


def test_the_standing_of_everybody_costs_the_same_for_many(project, ben, quiz):
    counts = []
    for _ in range(2):
        for _ in range(5):
            make_member(project, "annotator")
        with CaptureQueriesContext(connection) as captured:
            people = standings(quiz)
        counts.append(len(captured))
    assert (len(people), counts[0]) == (11, counts[1])


def test_two_starts_at_once_make_one_attempt(ben, quiz):
    first, is_new = start_attempt(fresh(ben))
    second, is_second_new = start_attempt(fresh(ben))
    assert (first, is_new, is_second_new) == (second, True, False)


def test_a_project_without_a_quiz_has_none(api, ben):
    assert api(ben.user).read(f"projects/{ben.project.slug}/quiz/").status_code == 404
    assert start(api, ben).status_code == 404


def test_the_persons_page_goes_from_the_intro_over_the_failure_to_labeling(api, client, project, ben, quiz):
    client.force_login(ben.user)
    url = f"/projects/{project.slug}/quiz/"
    intro = client.get(url).content.decode()
    assert "Start the quiz" in intro
    assert "5 tasks" in intro
    client.post(f"{url}start/")
    running = client.get(url)
    assert running.templates[0].name == "annotations/quiz_running.html"
    assert "Why" not in running.content.decode()
    assert set(running.context["workbench_config"]["attempt"]["tasks"][0]) == {"id", "data", "answers"}
    take(api, ben, wrong=2)
    failed = client.get(url).content.decode()
    assert "You have not passed it yet" in failed
    assert failed.count("Why t-") == 2
    assert ">music<" in failed  # their own right answers
    assert "right is" not in failed
    take(api, ben)
    assert "Start labeling" in client.get(url).content.decode()


def test_texts_that_are_hard_to_look_at_stay_folded_in_the_result(api, client, project, ben, quiz):
    Project.objects.filter(pk=project.pk).update(is_sensitive=True)
    take(api, ben, wrong=5)
    client.force_login(ben.user)
    assert client.get(f"/projects/{project.slug}/quiz/").content.decode().count("Show the text") == 5


def test_who_has_no_attempt_left_is_told_whom_to_ask_and_what_was_right(api, client, project, ben, quiz):
    take(api, ben, wrong=5)
    take(api, ben, wrong=5)
    client.force_login(ben.user)
    page = client.get(f"/projects/{project.slug}/quiz/").content.decode()
    assert "You have no attempt left" in page
    assert page.count("right is") == 5
    assert client.post(f"/projects/{project.slug}/quiz/start/", follow=True).status_code == 200


def test_my_work_leads_to_the_quiz(client, project, ben, quiz, waiting):
    client.force_login(ben.user)
    assert "Take the quiz" in client.get("/").content.decode()
    Membership.objects.filter(pk=ben.pk).update(quiz_passed_number=1)
    assert "Take the quiz" not in client.get("/").content.decode()


def test_the_managers_page_sets_up_renews_switches_off_and_helps_people(api, client, project, ada, ben, gold):
    client.force_login(ada.user)
    url = f"/projects/{project.slug}/guideline/quiz/"
    assert "Put the quiz in force" in client.get(url).content.decode()
    form = {"size": "9", "pass_percent": "60", "attempts": "1", "pool": "all"}
    refused = client.post(url, form)
    assert refused.status_code == 422
    assert "4 are missing" in refused.content.decode()
    assert client.post(url, {**form, "size": "5"}).status_code == 302
    assert "5 gold tasks, 60 % right" in client.get(f"/projects/{project.slug}/guideline/").content.decode()
    take(api, ben, wrong=5)
    assert "1 person has failed the quiz" in client.get(f"/projects/{project.slug}/").content.decode()
    page = client.get(url).content.decode()
    assert "0 of 5 right" in page
    assert "Another attempt" in page
    people = f"{url}people/{ben.pk}/"
    assert "has another attempt" in client.post(people, {"act": "grant"}, follow=True).content.decode()
    assert "counts as having passed" in client.post(people, {"act": "qualify"}, follow=True).content.decode()
    assert "passed, by hand" in client.get(url).content.decode()
    publish_guideline(project=Project.objects.get(pk=project.pk), author=ada.user, text="# New", summary="x")
    assert "Put in force for version 2" in client.get(url).content.decode()
    client.post(url, {**form, "size": "5", "guideline": "2"})
    assert Project.objects.get(pk=project.pk).quiz_number == 2
    client.post(url, {"act": "off"})
    assert Project.objects.get(pk=project.pk).quiz_number == 0
    assert client.post(url, {"act": "off"}).status_code == 302


def test_the_managers_page_draws_from_chosen_tasks(client, project, ada, gold):
    client.force_login(ada.user)
    url = f"/projects/{project.slug}/guideline/quiz/"
    form = {"size": "2", "pass_percent": "60", "attempts": "1", "pool": "chosen"}
    assert "Tick the tasks" in client.post(url, form).content.decode()
    client.post(url, {**form, "tasks": [gold[0].pk, gold[1].pk]})
    assert set(Quiz.objects.get().tasks.all()) == {gold[0], gold[1]}
    assert client.post(url, {**form, "tasks": ["nonsense", "9" * 40]}).status_code == 422
    client.post(url, {**form, "pool": "all", "tasks": [gold[0].pk]})
    assert not Quiz.objects.get().tasks.exists()


def test_the_audit_log_tells_it_in_sentences(client, project, ada, ben, quiz):
    fresh_ada = fresh(ada)
    client.force_login(ada.user)
    client.post(f"/projects/{project.slug}/guideline/quiz/people/{ben.pk}/", {"act": "qualify"})
    page = client.get(f"/projects/{project.slug}/audit-log/").content.decode()
    assert "set up quiz" in page
    assert "on guideline 1" in page
    assert "qualified member" in page
    assert fresh_ada.project.quiz_number == 1


def test_eve_reaches_nothing_of_it(api, client, eve, project, quiz):
    client.force_login(eve.user)
    for path in ("quiz/", "guideline/quiz/"):
        assert client.get(f"/projects/{project.slug}/{path}").status_code == 404
    assert make_project().quiz_number == 0
    assert api(eve.user).read(f"projects/{project.slug}/quiz/people/").status_code == 404
