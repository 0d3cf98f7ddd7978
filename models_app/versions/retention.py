"""How long files of learning are kept: what serves or may serve again stays, the rest goes."""

from django.db.models.fields.json import KT

from models_app.encoded.meaning import Meaning
from models_app.encoded.media_rows import media_encoders_of
from models_app.meanings.semantic_tables import table_of
from models_app.models import EncodingShard, EncodingVocabulary, ModelState, ModelVersion, TaskGrouping
from models_app.versions import storage
from projects.models import Project

# Rolling back further than this needs another training.
KEPT_ARTIFACTS = 30
KEPT_PREDICTIONS = 3


def retire_old_files(project_id: int, question: str) -> None:
    """Take the files' names off versions too old to be wanted; ``delete_unnamed_files`` does the rest."""
    versions = ModelVersion.objects.of_question(project_id, question).exclude(state=ModelState.ACTIVE)
    numbers = list(versions.values_list("number", flat=True)[:KEPT_ARTIFACTS])
    if len(numbers) > KEPT_PREDICTIONS:
        older = versions.filter(number__lte=numbers[KEPT_PREDICTIONS]).exclude(predictions_file="")
        older.update(predictions_file="", words_file="", n_predicted=0)
    if len(numbers) == KEPT_ARTIFACTS:
        versions.filter(number__lt=numbers[-1]).exclude(artifact_file="").update(artifact_file="", unseen_file="")


def delete_unnamed_files(project_id: int) -> int:
    """Delete what no row names: files of old versions, replaced shards, and what killed workers left; how many."""
    versions = ModelVersion.objects.filter(project=project_id)
    named = {
        name
        for names in versions.values_list("artifact_file", "predictions_file", "words_file", "unseen_file")
        for name in names
    }
    named |= set(versions.exclude(artifact_file="").values_list(KT("metrics__slices__file"), flat=True)) - {None}
    predictions = versions.exclude(predictions_file="").values_list("predictions_file", flat=True)
    named |= {storage.neighbours_name(name) for name in predictions}
    current: dict[str, EncodingVocabulary] = {}
    for vocabulary in EncodingVocabulary.objects.filter(project=project_id).order_by("number"):
        current[vocabulary.field] = vocabulary
    usable = versions.exclude(artifact_file="").values("vocabulary")
    vocabularies = set(EncodingVocabulary.objects.filter(pk__in=usable).values_list("file_name", flat=True))
    fast = {vocabulary.file_name for vocabulary in current.values()}
    for grouping in TaskGrouping.objects.filter(project=project_id).select_related("vocabulary"):
        named.add(grouping.file_name)
        fast.add(grouping.vocabulary.file_name)
    fast |= set(versions.filter(state=ModelState.ACTIVE).values_list("vocabulary__file_name", flat=True))
    named |= vocabularies | fast
    in_use = EncodingVocabulary.objects.filter(project=project_id, file_name__in=fast).select_related("table")
    table = table_of(project_id)  # the next vocabulary's, whose rows are written before it is
    project = Project.objects.select_related("schema_version").get(pk=project_id)
    encoders = [None, *media_encoders_of(project)]
    wanted = [Meaning.of(vocabulary) for vocabulary in in_use] + [Meaning(table, media) for media in encoders]
    meanings = {meaning.fingerprint for meaning in wanted}
    for shard_file in EncodingShard.objects.filter(project=project_id).values_list("file_name", flat=True):
        named.add(shard_file)
        named.update(storage.matrix_name(shard_file, vocabulary_file) for vocabulary_file in fast)
        for dense_file in (storage.dense_name(shard_file, fingerprint) for fingerprint in meanings):
            named |= {dense_file, storage.unfinished_name(dense_file)}
    return storage.delete_orphans(project_id, named)
