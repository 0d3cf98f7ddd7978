"""Write one batch of checked predictions, each in place of what its source said before, and keep what was refused."""

from collections.abc import Sequence

from django.db.models import F

from labelplatform.bulk_rows import insert_rows, upsert_rows
from models_app.models import Prediction, PredictionRejection, PredictionRun
from models_app.sources.checking import Checked
from projects.importing.candidates import Rejected

# More of one run than anybody reads; they are counted on.
MOST_KEPT_REJECTIONS = 10_000
COLUMNS = ("source_id", "question", "task_id", "value", "confidence", "schema_version_id")
_REJECTION_COLUMNS = ("run_id", "line", "reason", "row")


def store_batch(
    run: PredictionRun, checked: Sequence[Checked], rejected: Sequence[Rejected], *, schema_version_id: int
) -> None:
    """Write the batch inside the caller's transaction and count it on the run.

    Of one source one run writes at a time: its jobs share an exclusive key.
    """
    rows = [(run.source_id, one.question, one.task_id, one.value, one.confidence, schema_version_id) for one in checked]
    upsert_rows(Prediction, COLUMNS, rows, unique=("source_id", "question", "task_id"))
    room = max(0, MOST_KEPT_REJECTIONS - run.rejected_count)
    insert_rows(PredictionRejection, _REJECTION_COLUMNS, [(run.pk, *one) for one in rejected[:room]])
    PredictionRun.objects.filter(pk=run.pk).update(
        stored_count=F("stored_count") + len(checked), rejected_count=F("rejected_count") + len(rejected)
    )
    run.stored_count += len(checked)
    run.rejected_count += len(rejected)
