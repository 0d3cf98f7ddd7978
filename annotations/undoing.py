"""The ways back from this app's recorded acts (projects/history/undoing.py)."""

from collections.abc import Callable

from annotations.gold import make_gold, told_answers, unmake_gold
from annotations.models import Annotation, AnnotationStatus, Comment
from annotations.talk.comments import reopen_comment, resolve_comment
from annotations.work.retracting import REVIEWS_LEFT_BEHIND, restore_annotation, retract_annotation, why_not_restore
from labelplatform.events.models import Event
from labelplatform.roles import Capability
from projects.history.undoing import CHANGED_SINCE, NO_WAY_BACK, Events, Undoer, object_of
from projects.models import Membership

_WAS_REVIEWED = "A review had decided about it, which does not come back: restore the answer and ask for a review."


def _retracted_why_not(member: Membership, events: Events) -> dict[int, str]:
    reasons = why_not_restore(member.project_id, [object_of(event) for event in events])
    told = {event.pk: reasons.get(object_of(event), "The answer is gone.") for event in events}
    told |= {event.pk: _WAS_REVIEWED for event in events if event.after.get(REVIEWS_LEFT_BEHIND)}
    return {pk: reason for pk, reason in told.items() if reason}


def _restored_why_not(member: Membership, events: Events) -> dict[int, str]:
    rows = Annotation.objects.filter(project_id=member.project_id).in_bulk([object_of(event) for event in events])
    return {
        event.pk: CHANGED_SINCE
        for event in events
        if object_of(event) not in rows
        or rows[object_of(event)].status != AnnotationStatus.SUBMITTED
        or rows[object_of(event)].answers != event.after["answers"]
    }


def _comment_why_not(*, is_resolved: bool) -> Callable[[Membership, Events], dict[int, str]]:
    def why_not(member: Membership, events: Events) -> dict[int, str]:
        rows = Comment.objects.filter(project_id=member.project_id).in_bulk([object_of(event) for event in events])
        return {
            event.pk: CHANGED_SINCE
            for event in events
            if object_of(event) not in rows or (rows[object_of(event)].resolved_at is not None) != is_resolved
        }

    return why_not


def _gold_why_not(member: Membership, events: Events) -> dict[int, str]:
    told = told_answers(object_of(event) for event in events)
    reasons = {event.pk: CHANGED_SINCE for event in events if told.get(object_of(event), {}) != event.after}
    # an answer that no question of the schema asked for any more was taken: nothing of it could be set again
    return reasons | {event.pk: NO_WAY_BACK for event in events if not (event.before or event.after)}


def _put_gold_back(member: Membership, event: Event) -> None:
    if event.before:
        make_gold(member, object_of(event), event.before["answers"], event.before["explanation"])
    else:
        unmake_gold(member, object_of(event))


def _retract(member: Membership, event: Event) -> None:
    retract_annotation(member, object_of(event))


def _restore(member: Membership, event: Event) -> None:
    restore_annotation(member, object_of(event))


def _resolve(member: Membership, event: Event) -> None:
    resolve_comment(member, Comment.objects.get(pk=object_of(event), project_id=member.project_id))


def _reopen(member: Membership, event: Event) -> None:
    reopen_comment(member, Comment.objects.get(pk=object_of(event), project_id=member.project_id))


RETRACTED = Undoer(Capability.CURATE_TASKS, _retracted_why_not, _restore)
RESTORED = Undoer(Capability.CURATE_TASKS, _restored_why_not, _retract)
KNOWN_ANSWER = Undoer(Capability.CURATE_TASKS, _gold_why_not, _put_gold_back)
RESOLVED = Undoer(Capability.VIEW_PROJECT, _comment_why_not(is_resolved=True), _reopen)
REOPENED = Undoer(Capability.VIEW_PROJECT, _comment_why_not(is_resolved=False), _resolve)
