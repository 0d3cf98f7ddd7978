"""Changing what members may do, can and take on; handing a project over; nobody is left without an admin."""

import threading

import pytest
from django.core.exceptions import PermissionDenied

from annotations.conclusions.recount import recount_project
from annotations.work import workbench
from labelplatform.accounts.people import set_site_admin, set_user_open
from labelplatform.events.models import Event
from labelplatform.refusals import Conflict, Refusal
from projects.assignment.assigning import assign_tasks
from projects.browsing.bulk_acts import Selection
from projects.membership.member_skills import read_skills, skills_in_use
from projects.membership.people import change_member, hand_over, opt_out, remove_member
from projects.models import Assignment, Membership, Project, Task
from tests.annotations.test_queue_concurrency import SECONDS, run_in_threads
from tests.factories import make_member, make_project, make_tasks, make_user

pytestmark = pytest.mark.django_db


def paths(caught):
    return [error["path"] for error in caught.value.errors]


def test_skills_are_tidied_and_limits_are_kept(ada, ben):
    changed = change_member(ada, ben, skills=["German ", "medical  Coding", "german"], capacity=0.5, daily_limit=200)
    ben.refresh_from_db()
    assert ben.skills == changed.skills == ["german", "medical coding"]
    assert (ben.capacity, ben.daily_limit, ben.open_limit) == (0.5, 200, None)
    event = Event.objects.get(verb="changed")
    assert event.before == {"skills": [], "capacity": 1.0, "daily_limit": None}
    assert event.after["skills"] == ["german", "medical coding"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("skills", ["law+order"]),
        ("skills", ["law,order"]),
        ("skills", ["a\u202eb"]),
        ("skills", ["x" * 81]),
        ("skills", [f"skill{number}" for number in range(51)]),
        ("skills", [7]),
        ("skills", None),
        ("capacity", -0.1),
        ("capacity", 101),
        ("capacity", float("nan")),
        ("open_limit", 0),
        ("daily_limit", 0),
        ("daily_limit", 2**63),
        ("review_level", 3),
        ("role", "emperor"),
        ("opted_out", ["german"]),
        ("project_id", 7),
    ],
)
def test_a_wrong_value_is_named_and_nothing_is_changed(ada, ben, name, value):
    before = Membership.objects.filter(pk=ben.pk).values().get()
    with pytest.raises(Refusal) as caught:
        change_member(ada, ben, **{"role": "reviewer", name: value})
    assert paths(caught) == [name]
    assert Membership.objects.filter(pk=ben.pk).values().get() == before
    assert not Event.objects.exists()


@pytest.mark.parametrize("word", ["c#", "de-at", "iso:639", "日本語", "l2", "a"])
def test_words_of_all_languages_are_skills(word):
    assert read_skills([word]) == [word]


def test_a_change_that_changes_nothing_is_no_event(ada, ben):
    change_member(ada, ben, role="annotator", skills=[])
    assert not Event.objects.exists()


def test_skills_in_use_are_those_of_tasks_and_of_members(ada, ben):
    ada.project.skills_needed = ["german+law", "law"]
    change_member(ada, ben, skills=["french"])
    assert skills_in_use(ada.project) == ["french", "german", "law"]


def test_handing_over_makes_one_admin_and_the_other_manager_in_one_act(ada, ben):
    hand_over(ada, ben)
    assert dict(Membership.objects.values_list("user__name", "role")) == {"ben": "admin", "ada": "manager"}
    assert Event.objects.get().after["former_admin"] == ada.user.email


def test_who_hands_over_may_leave_and_gives_back_what_they_hold(api, ada, ben):
    make_tasks(ada.project, 1)
    api(ada.user).next_task(ada.project)
    hand_over(ada, ben, leave=True)
    assert Membership.objects.get().user == ben.user
    assert not Assignment.objects.leased().exists()


def test_a_project_is_handed_only_to_somebody_who_can_run_it(ada, ben, rae):
    closed = make_member(ada.project, "manager", make_user("closed", is_active=False))
    change_member(ada, rae, suspended=True)
    for heir, why in ((closed, "closed"), (rae, "suspended"), (ada, "somebody else")):
        with pytest.raises(Refusal, match=why):
            hand_over(ada, heir)
    with pytest.raises(Refusal, match="Only an admin"):
        hand_over(ben, rae)
    assert Membership.objects.get(role="admin").pk == ada.pk


def test_a_role_lost_a_moment_ago_is_of_no_use_any_more(ada, ben, rae):
    """The page of the former manager was checked before they lost the role."""
    former = make_member(ada.project, "manager")
    change_member(ada, Membership.objects.get(pk=former.pk), role="annotator")
    with pytest.raises(Refusal, match="As annotator"):
        change_member(former, ben, role="reviewer")
    remove_member(ada, Membership.objects.get(pk=rae.pk))
    with pytest.raises(PermissionDenied):
        change_member(rae, ben, role="viewer")
    ben.refresh_from_db()
    assert ben.role == "annotator"


def test_the_account_of_a_last_admin_cannot_be_closed_and_the_refusal_says_what_to_do(ada, ben):
    root = make_user("root", is_superuser=True)
    with pytest.raises(Conflict, match="“Topics” would be left without an admin. Make another member its admin first"):
        set_user_open(ada.user, is_open=False, actor=root)
    ada.user.refresh_from_db()
    assert ada.user.is_active
    change_member(ada, ben, role="admin")
    set_user_open(ada.user, is_open=False, actor=root)
    ada.user.refresh_from_db()
    assert not ada.user.is_active


def test_a_suspended_admin_is_nobodys_last_admin(ada):
    other = make_member(ada.project, "admin")
    change_member(ada, other, suspended=True)
    set_user_open(other.user, is_open=False, actor=ada.user)
    with pytest.raises(Conflict):
        set_user_open(ada.user, is_open=False, actor=ada.user)


def test_the_last_site_admin_stays_one():
    root, other = make_user("root", is_superuser=True), make_user("other")
    with pytest.raises(Conflict, match="last site admin"):
        set_site_admin(root, is_site_admin=False, actor=root)
    set_site_admin(other, is_site_admin=True, actor=root)
    set_site_admin(root, is_site_admin=False, actor=other)
    root.refresh_from_db()
    assert not root.is_superuser


def test_a_person_is_spared_only_what_tasks_need_and_no_log_tells(ada, ben):
    ben.project.skills_needed = ["german+law", "medical"]
    ben.project.save()
    opt_out(ben, ["medical", "law"])
    ben.refresh_from_db()
    assert ben.opted_out == ["medical", "law"]
    with pytest.raises(Refusal, match="there are: german, law, medical"):
        opt_out(ben, ["french"])
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", ["demote", "suspend", "remove", "leave", "close"])
def test_two_admins_who_take_each_other_out_at_once_leave_one(attempt):
    project = make_project()
    admins = [make_member(project, "admin") for _ in range(2)]
    together = threading.Barrier(2)

    def take_out(first, second):
        acting = Membership.objects.select_related("project", "user").get(pk=admins[first].pk)
        other = Membership.objects.select_related("project", "user").get(pk=admins[second].pk)
        together.wait(SECONDS)
        acts = {
            "demote": lambda: change_member(acting, other, role="viewer"),
            "suspend": lambda: change_member(acting, other, suspended=True),
            "remove": lambda: remove_member(acting, other),
            "leave": lambda: remove_member(acting, acting),
            "close": lambda: set_user_open(other.user, is_open=False, actor=acting.user),
        }
        try:
            acts[attempt]()
        except (Refusal, PermissionDenied):
            return 0
        return 1

    done = run_in_threads([lambda: take_out(0, 1), lambda: take_out(1, 0)])
    assert sum(done) == 1
    assert Membership.objects.admins().filter(project=project).count() == 1


@pytest.mark.django_db(transaction=True)
def test_closing_one_admins_account_and_demoting_the_other_at_once_leaves_one():
    project = make_project()
    first, second = (make_member(project, "admin") for _ in range(2))
    together = threading.Barrier(2)

    def attempt(act):
        together.wait(SECONDS)
        try:
            act()
        except (Refusal, PermissionDenied):
            return 0
        return 1

    done = run_in_threads(
        [
            lambda: attempt(lambda: set_user_open(first.user, is_open=False, actor=None)),
            lambda: attempt(lambda: change_member(first, second, role="viewer")),
        ]
    )
    assert sum(done) == 1
    assert Membership.objects.admins().filter(project=project).count() == 1


def test_closing_an_account_returns_what_waits_for_it_in_every_project(ada, ben, eve):
    cem = make_member(eve.project, "annotator", ben.user)
    make_tasks(eve.project, 1)
    given, *_ = make_tasks(ben.project, 3)
    assign_tasks(ada, Selection((given.pk,)), to=[ben.pk])
    held = [workbench.next_work(Membership.objects.get(pk=pk)) for pk in (ben.pk, cem.pk)]
    assert Assignment.objects.leased().count() == len(held) == 2
    second = Task.objects.filter(project=ben.project, open_slots=1)[0]
    assign_tasks(ada, Selection((second.pk,)), to=[ben.pk])
    set_user_open(ben.user, is_open=False, actor=ada.user)
    assert not Assignment.objects.filter(status__in=["working", "assigned"]).exists()
    assert set(Task.objects.values_list("open_slots", flat=True)) == {1}
    closings = Event.objects.filter(verb="closed", object_id=ben.user_id, actor=ada.user)
    assert set(closings.values_list("project_id", flat=True)) == {None, ben.project_id, eve.project_id}
    set_user_open(ben.user, is_open=True, actor=ada.user)
    assert Membership.objects.filter(user=ben.user).count() == 2
    for project in (ben.project, eve.project):
        assert list(recount_project(Project.objects.get(pk=project.pk))) == []


def test_a_project_tells_in_its_log_that_somebodys_account_was_closed(client, ada, ben, eve):
    set_user_open(ben.user, is_open=False, actor=make_user("sam", is_superuser=True))
    client.force_login(ada.user)
    page = " ".join(client.get(f"/projects/{ada.project.slug}/audit-log/").content.decode().split())
    assert "closed the account of" in page
    assert not Event.objects.filter(project_id=eve.project_id).exists()
