"""How the labeling loop's calls and answers are documented.

These classes read and write nothing: the loop runs twenty times a second per person and checks its input by hand.
A test holds the answers against them.
"""

from rest_framework import serializers

from annotations.models import AnnotationStatus, CommentKind
from projects.models import Lane


class KeyField(serializers.UUIDField):
    def __init__(self) -> None:
        super().__init__(help_text="A UUID made by the client: a repeated call has one effect.")


class HoldingField(serializers.ListField):
    child = serializers.IntegerField()

    def __init__(self) -> None:
        told = "Ids of the tasks that the client holds already, so that it gets another."
        super().__init__(required=False, help_text=told)


class WorkTaskSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    external_id = serializers.CharField()
    data = serializers.DictField(help_text="By field of the schema.")  # type: ignore[assignment]  # a field
    lane = serializers.ChoiceField(Lane.choices)


class LeaseSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    lease_expires_at = serializers.DateTimeField()


class DraftSerializer(serializers.Serializer):
    answers = serializers.DictField()
    version = serializers.IntegerField()
    annotation_id = serializers.IntegerField()


class NumberSerializer(serializers.Serializer):
    number = serializers.IntegerField()


class EmptyReasonSerializer(serializers.Serializer):
    code = serializers.CharField(help_text="paused, quiz, no_tasks, skipped_by_you, holding_enough, all_done, ...")
    message = serializers.CharField()
    skipped = serializers.IntegerField(required=False)
    quiz = serializers.CharField(required=False, help_text="The page of the quiz that has to be passed first.")


class ReturnedReasonSerializer(serializers.Serializer):
    reason = serializers.CharField()
    comment = serializers.CharField()
    place = serializers.DictField(allow_null=True)
    reviewer = serializers.CharField()
    at = serializers.DateTimeField()


class WorkSerializer(serializers.Serializer):
    """A leased task with all that its page needs; without one, `task` is null and `reason` says why."""

    task = WorkTaskSerializer(allow_null=True)
    reason = EmptyReasonSerializer(required=False)
    assignment = LeaseSerializer(required=False)
    returned = ReturnedReasonSerializer(
        required=False, allow_null=True, help_text="Why a reviewer sent it back; `draft` has the answers to change."
    )
    predictions = serializers.DictField(
        required=False,
        help_text="Suggestions by question; empty where withheld. ``preselected`` ones are chosen already.",
    )
    why = serializers.CharField(required=False, help_text="Why this task is asked for.")
    draft = DraftSerializer(allow_null=True, required=False)
    guideline = NumberSerializer(required=False)
    schema = NumberSerializer(required=False)


class NextCallSerializer(serializers.Serializer):
    holding = HoldingField()


class ReleaseCallSerializer(serializers.Serializer):
    task_ids = serializers.ListField(child=serializers.IntegerField())


class ReturnedSerializer(serializers.Serializer):
    returned = serializers.IntegerField(help_text="How many skipped tasks are back in the caller's queue.")


class ProgressSerializer(serializers.Serializer):
    review = serializers.IntegerField()
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    mine_today = serializers.IntegerField(help_text="Submitted by the caller since midnight UTC.")


class HistorySerializer(serializers.Serializer):
    annotation_id = serializers.IntegerField()
    task_id = serializers.IntegerField()
    external_id = serializers.CharField()
    data = serializers.DictField()  # type: ignore[assignment]  # a field, not the attribute
    answers = serializers.DictField()
    version = serializers.IntegerField()
    submitted_at = serializers.DateTimeField()


class SubmitCallSerializer(serializers.Serializer):
    key = KeyField()
    answers = serializers.DictField(help_text="By question of the schema.")
    version = serializers.IntegerField(
        required=False, help_text="Of the annotation that this changes, as it was last seen; 0 for a new one."
    )
    schema_number = serializers.IntegerField(required=False)
    guideline_number = serializers.IntegerField(
        required=False, help_text="The guideline that was on screen; a number that no version ever had counts as 0."
    )
    active_seconds = serializers.FloatField(required=False)
    submit = serializers.BooleanField(default=True, help_text="false keeps a draft.")
    next = serializers.BooleanField(default=False, help_text="true leases the next task in the same call.")
    holding = HoldingField()


class AnnotationSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    task_id = serializers.IntegerField()
    key = serializers.UUIDField()
    version = serializers.IntegerField()
    status = serializers.ChoiceField(AnnotationStatus.choices)
    answers = serializers.DictField()
    guideline_number = serializers.IntegerField()
    active_seconds = serializers.FloatField()
    submitted_at = serializers.DateTimeField(allow_null=True)


class SubmittedSerializer(serializers.Serializer):
    annotation = AnnotationSerializer()
    next = WorkSerializer(allow_null=True, help_text="Null unless it was asked for.")


class UndoneSerializer(serializers.Serializer):
    work = WorkSerializer()


class SkipCallSerializer(serializers.Serializer):
    key = serializers.UUIDField(required=False, help_text="Not needed: skipping twice is skipping once.")
    reason = serializers.CharField(required=False)
    next = serializers.BooleanField(default=False)
    holding = HoldingField()


class SkippedSerializer(serializers.Serializer):
    next = WorkSerializer(allow_null=True)


class PlaceSerializer(serializers.Serializer):
    """Words of the task that a comment is about; offsets count Unicode code points, and the text must stand there."""

    field = serializers.CharField()
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    text = serializers.CharField()


class MentionablePersonSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    handle = serializers.CharField(help_text="What is written after the @.")


class MentionableSerializer(serializers.Serializer):
    people = MentionablePersonSerializer(many=True)


class NewCommentSerializer(serializers.Serializer):
    key = KeyField()
    text = serializers.CharField(required=False, help_text="A flag may go without.")
    kind = serializers.ChoiceField(CommentKind.choices, default=CommentKind.COMMENT)
    parent = serializers.IntegerField(  # type: ignore[assignment]  # a field, not the attribute
        required=False, allow_null=True, help_text="The comment that this answers; a thread has one level."
    )
    place = PlaceSerializer(required=False, allow_null=True)


class CommentSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    key = serializers.UUIDField()
    kind = serializers.ChoiceField(CommentKind.choices)
    text = serializers.CharField()
    author = serializers.CharField()
    author_id = serializers.IntegerField()
    parent_id = serializers.IntegerField(allow_null=True, help_text="Null for a comment that begins a thread.")
    place = PlaceSerializer(allow_null=True)
    mentions = serializers.ListField(child=serializers.IntegerField(), help_text="Users called by @, by number.")
    created_at = serializers.DateTimeField()
    resolved_at = serializers.DateTimeField(allow_null=True)
