"""Random histories of labeling: whatever people do in whatever order, the queue and the labels stay true.

``HYPOTHESIS_EXAMPLES=500`` looks further than the suite does.
"""

import os
import uuid
from collections import Counter, defaultdict
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from annotations.conclusions.recount import recount_project
from annotations.gold import make_gold, unmake_gold
from annotations.models import Annotation, FinalLabel, GoldAnswer, Review
from annotations.reviewing import review_queue
from annotations.reviewing.review import Decision, decide_review
from annotations.reviewing.review_requests import request_review
from annotations.work import workbench
from annotations.work.retracting import restore_annotation, retract_annotation
from labelplatform.refusals import Conflict, Refusal
from projects.assignment.assigning import assign_tasks
from projects.assignment.taking_back import take_back_tasks
from projects.browsing.bulk_acts import Selection
from projects.models import Assignment, Membership, Project, Task
from projects.queueing import places
from projects.queueing.excluding import exclude_tasks, restore_tasks
from projects.queueing.holds import hold_on
from projects.queueing.queue import MAX_LEASES, own_leases
from projects.queueing.releasing import release_expired_leases, release_leases, return_skipped_tasks
from projects.queueing.restaging import restage_and_follow_up
from projects.queueing.skills import may_get
from projects.queueing.stages import overlap_of
from projects.queueing.task_needs import set_needs
from tests.factories import make_member, make_project, make_tasks

PEOPLE = st.integers(0, 2)  # the third is a manager, who may also answer what they were not given
VALUES = st.sampled_from(["sports", "politics", "music"])
PICK = st.integers(0, 1_000)


class Labeling(RuleBasedStateMachine):
    @initialize(
        overlap=st.integers(1, 3),
        lanes=st.lists(st.sampled_from(["base", "selected", "holdout"]), min_size=1, max_size=3),
        claims=st.lists(PEOPLE, min_size=1, max_size=6),
        policy=st.sampled_from(["none", "none", "all", "sample", "disagreements"]),
        levels=st.integers(1, 2),
    )
    def begin(self, overlap, lanes, claims, policy, levels):
        self.rollback = transaction.atomic()
        self.rollback.__enter__()
        policies = {"review_policy": policy, "review_levels": levels, "review_percent": 50}
        project = make_project(overlap=overlap, holdout_percent=5, **policies)
        self.project_id = project.pk
        for lane in lanes:
            make_tasks(project, 1, lane=lane)
        self.member_ids = [make_member(project, role).pk for role in ("annotator", "annotator", "manager")]
        self.reviewer_ids = [make_member(project, "reviewer", review_level=level).pk for level in (1, 2)]
        self.setup_people()
        self.crowded = set()  # tasks that may have more opinions than the overlap asks for
        self.sent = []  # everything that was ever submitted, to be sent again
        for person in claims:
            self.claim(person)

    def setup_people(self):
        """The second has a skill; the third is a manager, who assigns."""
        Membership.objects.filter(pk=self.member_ids[1]).update(skills=["German"])

    def teardown(self):
        if hasattr(self, "rollback"):
            differences = list(recount_project(Project.objects.get(pk=self.project_id)))
            transaction.set_rollback(True)
            self.rollback.__exit__(None, None, None)
            assert differences == []

    def member(self, number):
        return Membership.objects.select_related("project__schema_version", "user").get(pk=self.member_ids[number])

    def pick(self, rows, number):
        rows = list(rows.order_by("pk"))
        return rows[number % len(rows)] if rows else None

    def assignments(self, member, *statuses):
        return Assignment.objects.filter(user=member.user, purpose="annotate", status__in=statuses)

    # --- what people do -----------------------------------------------------------------------------------------------

    @rule(person=PEOPLE)
    def claim(self, person):
        member = self.member(person)
        held = [lease.task_id for lease in own_leases(member)]
        ran_out = list(Assignment.objects.expired().values_list("task_id", flat=True))
        work = workbench.next_work(member, held)
        if work is not None:
            assert work.is_returned or work.id not in held or work.id in ran_out
        elif len(held) < MAX_LEASES:
            self.nothing_is_claimable_by(member)

    @rule(person=PEOPLE, value=VALUES)
    def work(self, person, value):
        """The ordinary course: ask, answer what is given, and have the next task with it."""
        member = self.member(person)
        work = workbench.next_work(member, [])
        if work is None:
            self.nothing_is_claimable_by(member)
        elif work.is_returned:
            self.answer_again(member, work.id, value)
        else:
            self.send(member, work.id, value, is_extra=False, then_next=True)

    def answer_again(self, member, task_id, value):
        """Answer what a reviewer sent back."""
        version = Annotation.objects.get(task=task_id, author=member.user).version
        submission = workbench.Submission(key=uuid.uuid4(), answers={"topic": value}, version=version)
        workbench.submit_annotation(member.user, task_id, submission, then_next=True)
        self.sent.append((member.pk, task_id, submission))
        assert Assignment.objects.get(task=task_id, user=member.user, purpose="annotate").status == "submitted"

    @rule(person=PEOPLE, pick=PICK, value=VALUES, then_next=st.booleans())
    def submit(self, person, pick, value, then_next):
        """Answer a task one holds, or one whose lease ran out or that one had skipped."""
        member = self.member(person)
        mine = self.pick(self.assignments(member, "assigned", "working", "expired", "skipped"), pick)
        if mine is not None:
            is_extra = mine.status not in {"working", "assigned"}
            self.send(member, mine.task_id, value, is_extra=is_extra, then_next=then_next)

    @rule(pick=PICK, value=VALUES)
    def answer_unasked(self, pick, value):
        member = self.member(2)
        task = self.pick(Task.objects.exclude(assignments__user=member.user), pick)
        if task is not None:
            self.send(member, task.pk, value, is_extra=True)

    def send(self, member, task_id, value, *, is_extra, then_next=False):
        submission = workbench.Submission(key=uuid.uuid4(), answers={"topic": value})
        _, is_new, _, _ = workbench.submit_annotation(member.user, task_id, submission, then_next=then_next)
        assert is_new
        self.sent.append((member.pk, task_id, submission))
        if is_extra:
            self.crowded.add(task_id)

    @precondition(lambda self: self.sent)
    @rule(pick=PICK)
    def send_again(self, pick):
        member_id, task_id, submission = self.sent[pick % len(self.sent)]
        before = self.everything()
        workbench.submit_annotation(Membership.objects.get(pk=member_id).user, task_id, submission)
        assert self.everything() == before

    @rule(person=PEOPLE, pick=PICK, value=VALUES, is_stale=st.booleans())
    def change(self, person, pick, value, is_stale):
        member = self.member(person)
        annotation = self.pick(Annotation.objects.filter(author=member.user, status="submitted"), pick)
        if annotation is None:
            return
        version = annotation.version + 1 if is_stale else annotation.version
        submission = workbench.Submission(key=uuid.uuid4(), answers={"topic": value}, version=version)
        before = self.everything()
        try:
            workbench.submit_annotation(member.user, annotation.task_id, submission)
        except Conflict:
            assert is_stale or self.is_locked(annotation)
            assert self.everything() == before
        else:
            assert not is_stale
            self.sent.append((member.pk, annotation.task_id, submission))

    @rule(person=PEOPLE, pick=PICK)
    def undo(self, person, pick):
        member = self.member(person)
        annotation = self.pick(Annotation.objects.filter(author=member.user).exclude(status="superseded"), pick)
        if annotation is None:
            return
        before = self.everything()
        try:
            workbench.undo_annotation(member.user, annotation.pk)
        except Conflict:
            assert self.is_locked(annotation) or self.is_returned(annotation)
            assert self.everything() == before

    @rule(person=PEOPLE, pick=PICK)
    def undo_skip(self, person, pick):
        member = self.member(person)
        mine = self.pick(self.assignments(member, "skipped"), pick)
        if mine is None:
            return
        try:
            workbench.return_skipped_task(member.user, mine.task_id)
        except Conflict:
            task = Task.objects.get(pk=mine.task_id)
            assert not task.open_slots or len(own_leases(member)) >= MAX_LEASES

    @rule(person=PEOPLE, pick=PICK, then_next=st.booleans())
    def skip(self, person, pick, then_next):
        member = self.member(person)
        mine = self.pick(self.assignments(member, "working", "expired", "skipped"), pick)
        if mine is not None:
            workbench.skip_task(member.user, mine.task_id, reason="unclear", then_next=then_next)

    @rule(person=PEOPLE, pick=PICK, value=VALUES)
    def draft(self, person, pick, value):
        member = self.member(person)
        mine = self.pick(self.assignments(member, "working", "expired", "skipped"), pick)
        if mine is not None:
            workbench.save_draft(member.user, mine.task_id, workbench.Submission(uuid.uuid4(), {"topic": value}))

    @rule(person=PEOPLE, pick=PICK, skipped=st.booleans())
    def put_back(self, person, pick, skipped):
        member = self.member(person)
        mine = self.pick(self.assignments(member, "working"), pick)
        if skipped:
            return_skipped_tasks(member)
            assert not self.assignments(member, "skipped").exists()
        elif mine is not None:
            assert release_leases(member, [mine.task_id]) == 1

    # --- what reviewers do --------------------------------------------------------------------------------------------

    @rule(person=st.integers(0, 1), decision=st.sampled_from(["accept", "fix", "return"]), value=VALUES)
    def review(self, person, decision, value):
        member = self.reviewer(person)
        work = review_queue.next_review(member)
        if work is None:
            self.nothing_is_reviewable_by(member)
            return
        assert work.level <= member.review_level
        if decision == "accept" and work.differing:
            decision = "fix"
        answers = {"topic": value} if decision == "fix" else {}
        judged = {row.pk: row.version for row in work.annotations}
        made = Decision(uuid.uuid4(), decision, answers, judged, comment="Look again.")
        review, is_new, _ = decide_review(member.user, work.task.pk, made)
        assert is_new
        before = self.everything()
        assert decide_review(member.user, work.task.pk, made) == (review, False, member)
        assert self.everything() == before

    @rule(person=st.integers(0, 1), gives_back=st.booleans())
    def take_a_review(self, person, gives_back):
        member = self.reviewer(person)
        work = review_queue.next_review(member)
        if work is not None and gives_back:
            assert review_queue.release_reviews(member, [work.task.pk]) == 1

    @rule(pick=PICK)
    def reopen(self, pick):
        task = self.pick(Task.objects.filter(stage__in=["done", "review"]).exclude(lane="gold"), pick)
        if task is not None:
            assert request_review(self.member(2), [task.pk], reason="Once more") == 1
            task.refresh_from_db()
            assert (task.stage, task.review_level) == ("review", 1)

    def reviewer(self, number):
        return Membership.objects.select_related("project__schema_version", "user").get(pk=self.reviewer_ids[number])

    def is_locked(self, annotation):
        return Assignment.objects.filter(task=annotation.task_id, purpose="review", status="submitted").exists()

    def is_returned(self, annotation):
        return Assignment.objects.filter(
            task=annotation.task_id, user=annotation.author_id, purpose="annotate", status="returned"
        ).exists()

    def nothing_is_reviewable_by(self, member):
        in_hand = Assignment.objects.filter(purpose="review", status__in=["working", "assigned"])
        waiting = Task.objects.filter(stage="review", review_level__lte=member.review_level)
        assert not waiting.exclude(pk__in=in_hand.exclude(user=member.user).values("task")).exists()

    # --- what managers do ---------------------------------------------------------------------------------------------

    @rule(person=PEOPLE, pick=PICK, how=st.sampled_from(["even", "skill", "each"]), everybody=st.booleans())
    def assign(self, person, pick, how, everybody):
        """One task to one person, or all there are to all."""
        ada, task = self.member(2), self.pick(Task.objects.all(), pick)
        to = self.member_ids if everybody else [self.member_ids[person]]
        selection = Selection(None, {}) if everybody else Selection((task.pk,))
        before = self.held_by_task()
        try:
            tally = assign_tasks(ada, selection, to=to, how=how, due_at=timezone.now() + timedelta(days=pick % 3 + 1))
        except Refusal:  # nobody among them has the skill
            assert self.held_by_task() == before
            return
        given = self.held_by_task() - before
        assert sum(given.values()) == sum(tally.given.values())
        assert len(given) == tally.changed
        n_tasks = Task.objects.count() if everybody else 1
        assert tally.changed + sum(tally.skipped.values()) == n_tasks

    @rule(giver=PEOPLE, taker=PEOPLE)
    def move(self, giver, taker):
        if giver != taker:
            before = self.held_by_task()
            selection = Selection(None, {"assigned": str(self.member(giver).user_id)})
            to = [self.member_ids[taker]]
            assign_tasks(self.member(2), selection, to=to, moved_from=self.member_ids[giver])
            assert self.held_by_task() == before

    @rule(person=st.integers(0, 3))
    def take_back(self, person):
        of = None if person == 3 else self.member_ids[person]
        waiting = Assignment.objects.filter(status="assigned")
        waiting = waiting if of is None else waiting.filter(user=self.member(person).user)
        n_tasks = waiting.values("task").distinct().count()
        assert take_back_tasks(self.member(2), Selection(None, {}), of=of).changed == n_tasks
        assert not waiting.exists()

    @rule(pick=PICK, skill=st.sampled_from(["", "german", "german+law"]))
    def set_skill(self, pick, skill):
        set_needs(self.member(2), Selection((self.pick(Task.objects.all(), pick).pk,)), skill=skill)
        needed = set(Task.objects.exclude(skill="").values_list("skill", flat=True))
        assert needed <= set(Project.objects.get(pk=self.project_id).skills_needed)

    @rule(pick=PICK, overlap=st.integers(0, 3))
    def set_overlap(self, pick, overlap):
        task = self.pick(Task.objects.all(), pick)
        set_needs(self.member(2), Selection((task.pk,)), overlap=overlap)
        self.crowded.add(task.pk)

    @rule(person=PEOPLE, limit=st.sampled_from([None, None, 1, 3]))
    def limit(self, person, limit):
        Membership.objects.filter(pk=self.member_ids[person]).update(open_limit=limit, daily_limit=limit)

    @rule(fills=st.sampled_from(["depth", "breadth"]), percent=st.sampled_from([1, 50, 100]))
    def change_policy(self, fills, percent):
        Project.objects.filter(pk=self.project_id).update(fills=fills, overlap_percent=percent)
        tasks = list(Task.objects.filter(project_id=self.project_id).values_list("pk", flat=True))
        restage_and_follow_up(self.project_id, tasks)
        self.crowded |= set(tasks)

    # --- what a manager does to tasks and answers ---------------------------------------------------------------------

    @rule(pick=PICK)
    def remove_a_task(self, pick):
        task = self.pick(Task.objects.exclude(stage="excluded"), pick)
        if task is not None:
            assert [one.pk for one in exclude_tasks(self.member(2), [task.pk])] == [task.pk]

    @rule(pick=PICK)
    def bring_a_task_back(self, pick):
        task = self.pick(Task.objects.filter(stage="excluded"), pick)
        if task is not None:
            assert [one.pk for one in restore_tasks(self.member(2), [task.pk])] == [task.pk]

    @rule(pick=PICK)
    def retract(self, pick):
        annotation = self.pick(Annotation.objects.filter(status="submitted"), pick)
        if annotation is not None:
            retract_annotation(self.member(2), annotation.pk)

    @rule(pick=PICK)
    def let_count_again(self, pick):
        annotation = self.pick(Annotation.objects.filter(status="superseded"), pick)
        if annotation is None:
            return
        before = self.everything()
        try:
            restore_annotation(self.member(2), annotation.pk)
        except Conflict:
            assert self.everything() == before
        else:
            self.crowded.add(annotation.task_id)  # somebody may have taken the place, and not answered yet

    @rule(pick=PICK, value=VALUES)
    def know_the_answer(self, pick, value):
        task = self.pick(Task.objects.all(), pick)
        before = self.everything()
        try:
            make_gold(self.member(2), task.pk, {"topic": value})
        except Conflict:
            in_hand = Assignment.objects.filter(task=task, status__in=["assigned", "working", "returned"]).exists()
            assert in_hand or task.lane == "holdout" or task.stage in {"review", "excluded"}
            assert self.everything() == before
        else:
            task.refresh_from_db()
            assert (task.lane, task.stage) in {("gold", "done"), ("gold", "excluded")}

    @rule(pick=PICK)
    def know_it_no_more(self, pick):
        task = self.pick(Task.objects.filter(lane="gold"), pick)
        if task is not None:
            unmake_gold(self.member(2), task.pk)
            assert not GoldAnswer.objects.filter(task=task).exists()
            self.crowded.add(task.pk)  # answers may have come while nobody was asked any more

    # --- what happens to them -----------------------------------------------------------------------------------------

    @rule(person=st.integers(0, 3), is_swept=st.booleans())
    def leases_run_out(self, person, is_swept):
        """One person's, or everybody's."""
        leases = Assignment.objects.filter(status="working")
        if person < 3:
            leases = leases.filter(user=self.member(person).user)
        leases.update(lease_expires_at=timezone.now() - timedelta(minutes=1))
        if is_swept:
            expected = Assignment.objects.expired().count()
            assert release_expired_leases() == expected
        else:
            self.work((person + 1) % 3, "sports")

    @rule(overlap=st.integers(1, 3))
    def change_overlap(self, overlap):
        before = Project.objects.get(pk=self.project_id).overlap
        Project.objects.filter(pk=self.project_id).update(overlap=overlap)
        tasks = list(Task.objects.filter(project_id=self.project_id).values_list("pk", flat=True))
        restage_and_follow_up(self.project_id, tasks)
        if overlap < before:
            self.crowded |= set(tasks)

    # --- what must hold after every step ------------------------------------------------------------------------------

    @invariant()
    def open_slots_and_stages_follow_from_the_assignments(self):
        if not hasattr(self, "project_id"):
            return
        counts, levels = defaultdict(Counter), defaultdict(set)
        for task_id, purpose, number, status in Assignment.objects.values_list("task_id", "purpose", "round", "status"):
            if purpose == "annotate":
                counts[task_id][status] += 1
            elif status == "submitted":
                levels[task_id].add(number)
        project = Project.objects.get(pk=self.project_id)
        for task in Task.objects.all():
            overlap = overlap_of(task, project)
            if task.stage == "excluded":
                assert (task.open_slots, task.review_level) == (0, 0)
                continue
            if task.lane == "gold":
                assert (task.stage, task.open_slots, task.review_level) == ("done", 0, 0)
                continue
            leased, submitted, returned = (counts[task.pk][name] for name in ("working", "submitted", "returned"))
            is_answered = submitted >= overlap and not returned
            reviewed = len(levels[task.pk])
            stage = "annotate" if not is_answered else "review" if reviewed < task.review_levels else "done"
            assert (task.stage, task.review_level) == (stage, reviewed + 1 if stage == "review" else 0)
            held = leased + returned + submitted + counts[task.pk]["assigned"]
            assert task.open_slots == (max(0, overlap - held) if stage == "annotate" else 0)
            assert task.pk in self.crowded or held <= overlap

    @invariant()
    def a_done_task_has_the_label_that_its_answers_say(self):
        if not hasattr(self, "project_id"):
            return
        project = Project.objects.get(pk=self.project_id)
        done = {task.pk: overlap_of(task, project) for task in Task.objects.filter(stage="done")}
        answers = defaultdict(list)
        submitted = Annotation.objects.filter(status="submitted").order_by("pk")
        for task_id, given in submitted.values_list("task_id", "answers"):
            answers[task_id].append(given["topic"])
        expected = {task: majority(answers[task], overlap) for task, overlap in done.items() if task in answers}
        reviews = Review.objects.filter(is_current=True).exclude(decision="return").order_by("level")
        expected |= {task: said["topic"] for task, said in reviews.values_list("task_id", "answers") if task in done}
        expected |= {task: value for task, value in GoldAnswer.objects.values_list("task_id", "value") if task in done}
        stored = dict(FinalLabel.objects.values_list("task_id", "value"))
        assert stored == {task: value for task, value in expected.items() if value is not None}

    def nothing_is_claimable_by(self, member):
        member = self.member(self.member_ids.index(member.pk))
        if hold_on(member) is not None:
            return
        assert not self.assignments(member, "assigned").filter(task__stage="annotate").exists()
        had = self.assignments(member, "working", "submitted", "skipped", "returned").values("task")
        for task in Task.objects.filter(open_slots__gt=0).exclude(pk__in=had):
            assert not may_get(member, task.skill)
        back = (
            Assignment.objects.expired()
            .filter(source="queue", purpose="annotate")
            .exclude(task__in=had)
            .select_related("task")
        )
        assert not any(may_get(member, row.task.skill) for row in back)

    def held_by_task(self):
        """How often each task is in hand, or was answered."""
        rows = Assignment.objects.filter(
            purpose="annotate", status__in=["assigned", "working", "submitted", "returned"]
        )
        return Counter(rows.values_list("task_id", flat=True))

    def everything(self):
        models = (Task, Assignment, Annotation, FinalLabel, GoldAnswer, Review)
        return [sorted(model.objects.values_list(), key=repr) for model in models]


def majority(answers, overlap):
    """What more than half say; answers beyond the overlap may settle a tie but are set aside if they make one."""
    for count in range(len(answers), overlap - 1, -1):
        value, votes = Counter(answers[:count]).most_common(1)[0]
        if votes * 2 > count:
            return value
    return None


@pytest.mark.slow
@pytest.mark.django_db
def test_the_queue_stays_true_whatever_people_do(monkeypatch):
    monkeypatch.setattr(places, "_NOTE_EVERY", 1)  # so that a few tasks are enough to move people's places
    run_state_machine_as_test(
        Labeling,
        settings=settings(
            max_examples=int(os.environ.get("HYPOTHESIS_EXAMPLES", "60")),
            stateful_step_count=40,
            deadline=None,
            derandomize="HYPOTHESIS_EXAMPLES" not in os.environ,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
