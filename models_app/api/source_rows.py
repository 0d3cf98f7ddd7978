"""What goes in and out where predictions come from elsewhere: sources, runs, predictions."""

from typing import Any

from rest_framework import serializers

from labelplatform.api import Input
from models_app.models import PredictionRejection, PredictionRun, PredictionSource, SourceKind, SourceState
from models_app.sources.asking import MOST_CHOSEN
from models_app.sources.asking_again import MOST_HOURS
from models_app.sources.choosing import BUILTIN
from projects.api.jobs import JobSerializer


class SourceSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(SourceKind.choices)
    options = serializers.DictField(help_text="What its kind needs; secrets are never told.")
    state = serializers.ChoiceField(SourceState.choices)
    state_reason = serializers.CharField()
    measured_at = serializers.DateTimeField(allow_null=True)
    measures = serializers.DictField(
        help_text="By question: `n_predicted`, `n_truth` labels on the holdout, `n_holdout` of them with a prediction, "
        "and `holdout`, figures with intervals as of a model."
    )
    spent = serializers.FloatField(help_text="Money, in the currency of the prices that were entered.")
    ask_again = serializers.DictField(help_text="When it is asked by itself; see there.")
    asked_again_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class PredictionRunSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]  # a field
    source_id = serializers.IntegerField()
    name = serializers.CharField(help_text="What the uploader called the file; empty where there was none.")
    stored = serializers.IntegerField()
    rejected = serializers.IntegerField(help_text="Rows that are kept with the reason why they are no predictions.")
    statistics = serializers.DictField()
    created_at = serializers.DateTimeField()
    job = JobSerializer(allow_null=True)


class StartedRunSerializer(serializers.Serializer):
    job = JobSerializer()
    run = PredictionRunSerializer()


class StartedMeasuringSerializer(serializers.Serializer):
    job = JobSerializer()


class PredictionRejectionSerializer(serializers.ModelSerializer):
    class Meta:
        model = PredictionRejection
        fields = ("id", "line", "reason", "row")


class SuggestionChoiceSerializer(serializers.Serializer):
    question = serializers.CharField()
    source = serializers.CharField(  # type: ignore[assignment]  # a field
        help_text=f"The source that suggests; `{BUILTIN}` is the project's own model."
    )


class PredictionToStore(serializers.Serializer):
    task = serializers.IntegerField(required=False)
    external_id = serializers.CharField(required=False)
    question = serializers.CharField(required=False, help_text="May be left out where the project asks one question.")
    value = serializers.JSONField(help_text="As in an annotation's answers.")
    confidence = serializers.FloatField(required=False, min_value=0, max_value=1)


class PredictionsToStore(Input):
    source = serializers.CharField(  # type: ignore[assignment]  # a field
        max_length=60, help_text="A name of your own; a new one makes a new source."
    )
    predictions = PredictionToStore(many=True)
    key = serializers.UUIDField(required=False, help_text="Made by the client: a repeated call has one effect.")


class PredictionsBody(Input):
    """As ``PredictionsToStore``; the rows are checked by hand, for a serializer takes a second for ten thousand."""

    source = serializers.CharField(max_length=60)  # type: ignore[assignment]  # a field
    predictions = serializers.JSONField()
    key = serializers.UUIDField(required=False)


class PredictionsFile(Input):
    """A multipart form with a file of rows: CSV, TSV, JSON or JSON Lines, as it is or gzipped."""

    source = serializers.CharField(max_length=60)  # type: ignore[assignment]  # a field
    file = serializers.FileField()
    key = serializers.UUIDField(required=False)


class Choice(Input):
    question = serializers.CharField(max_length=40)
    source = serializers.CharField(  # type: ignore[assignment]  # a field
        max_length=60, help_text=f"A source's name, or `{BUILTIN}`."
    )


class NewSource(Input):
    """A source that is asked. Uploaded predictions make theirs by themselves."""

    kind = serializers.ChoiceField([SourceKind.MODEL_SERVER, SourceKind.LANGUAGE_MODEL, SourceKind.FUNCTIONS])
    name = serializers.CharField(max_length=60)
    options = serializers.JSONField(
        help_text="Of a model server: `address`, `user`, `teaches`; of a language model: `address`, `model`, "
        "`questions`, `price_read`, `price_written`, `budget`, `per_minute`; of labeling functions: `question`, "
        "`functions`."
    )
    secret = serializers.CharField(required=False, max_length=500, help_text="A password or key; never told again.")


class AskAgainSerializer(Input):
    after_import = serializers.BooleanField(help_text="About tasks it has said nothing about, once they have come in.")
    every_hours = serializers.IntegerField(
        allow_null=True, min_value=1, max_value=MOST_HOURS, help_text="About the next tasks anew; null: never."
    )
    most_tasks = serializers.IntegerField(min_value=1, max_value=MOST_CHOSEN, help_text="Besides the holdout.")


class ChangedSource(Input):
    options = serializers.JSONField(required=False, help_text="All of them, as when it was set up.")
    secret = serializers.CharField(required=False, max_length=500, allow_blank=True)
    ask_again = AskAgainSerializer(required=False)


class Asking(Input):
    limit = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST_CHOSEN,
        help_text="How many of the tasks that people get next, besides the holdout; without it, all tasks.",
    )


def run_as_json(run: PredictionRun) -> dict[str, Any]:
    return {
        "id": run.pk,
        "source": run.source.name,
        "source_id": run.source_id,
        "name": run.original_name,
        "stored": run.stored_count,
        "rejected": run.rejected_count,
        "statistics": run.statistics,
        "created_at": run.created_at,
        "job": JobSerializer(run.job).data if run.job else None,
    }


def source_as_json(source: PredictionSource) -> dict[str, Any]:
    names = (
        "id",
        "name",
        "kind",
        "options",
        "state",
        "state_reason",
        "measured_at",
        "measures",
        "spent",
        "asked_again_at",
        "created_at",
    )
    again = {
        "after_import": source.asked_after_import,
        "every_hours": source.asked_every_hours,
        "most_tasks": source.asked_at_most,
    }
    return {name: getattr(source, name) for name in names} | {"ask_again": again}
