"""The files of a model version: the model itself, its predictions for the pool, and its words."""

import numpy as np

from models_app.encoded.array_files import DamagedFile
from models_app.encoded.encoding import load_vocabulary
from models_app.encoders.pool import EncodedPool
from models_app.encoders.tfidf import Vocabulary
from models_app.learning.evaluation import Evaluation
from models_app.learning.pool_answers import PoolAnswers
from models_app.learning.question_model import Fit, Labels, QuestionModel
from models_app.models import ModelVersion
from models_app.registries import question_models
from models_app.versions import storage
from models_app.versions.artifacts import load_artifact, save_artifact
from models_app.versions.predictions_file import write_answers
from models_app.versions.word_weights import write_word_weights

_MOST_WORDS = 20_000
_MOST_WORD_WEIGHTS = 2_000_000


def save_model(project_id: int, model: QuestionModel) -> tuple[str, str]:
    """Write the artifact; returns its file name and keyed digest."""
    name = storage.new_name(f"model-{model.question.name}", "npz")
    meta, arrays = model.state()
    meta = {"kind": model.question.kind, **meta}
    return name, save_artifact(storage.path_of(project_id, name), meta=meta, arrays=arrays, key=storage.artifact_key())


def load_model(version: ModelVersion) -> tuple[QuestionModel, Vocabulary]:
    """The model of a version with its vocabulary; ``DamagedFile`` when it is gone or not what was recorded."""
    if not version.artifact_file:
        raise DamagedFile(f"The file of {version} has been cleaned up.")
    path = storage.path_of(version.project_id, version.artifact_file)
    meta, arrays = load_artifact(path, digest=version.digest, key=storage.artifact_key())
    try:
        question = version.schema_version.schema.questions_by_name[version.question]
        vocabulary = load_vocabulary(version.project_id, version.vocabulary.file_name)
        model = question_models.get(meta["kind"]).from_state(question, meta, arrays, vocabulary)
    except (OSError, ValueError, LookupError) as problem:
        raise DamagedFile(f"The model {version} cannot be read: {problem}.") from problem
    return model, vocabulary


def save_predictions(project_id: int, question: str, answers: PoolAnswers, pool: EncodedPool) -> tuple[str, int]:
    """Write the answers for all tasks but those that measure models; returns file name and count."""
    name = storage.new_name(f"predictions-{question}")
    return name, answers.write(storage.path_of(project_id, name), question, pool)


def save_unseen(project_id: int, fit: Fit, labels: Labels, evaluation: Evaluation) -> str:
    """Write the answers for labeled tasks that the model, or its like, had not seen; returns the file's name."""
    task_ids = np.concatenate([labels.holdout.task_ids, labels.training.task_ids[fit.unseen.rows]])
    answers = [*evaluation.answers, *fit.unseen.answers]
    order = np.argsort(task_ids, kind="stable")
    name = storage.new_name(f"unseen-{fit.model.question.name}")
    header = {"question": fit.model.question.name}
    write_answers(storage.path_of(project_id, name), header, task_ids[order], [answers[place] for place in order])
    return name


def save_words(project_id: int, model: QuestionModel, vocabulary: Vocabulary) -> str:
    """Write the tokens that weigh most for any option; returns the file's name, none where words say nothing."""
    weights = model.option_weights()
    if weights is None:
        return ""
    question = model.question.name
    name = storage.new_name(f"words-{question}")
    coef = weights.coef[: len(vocabulary.tokens)]  # what meaning says belongs to no single word
    strength = np.abs(coef).max(axis=1, initial=0) * vocabulary.idf
    n_words = min(_MOST_WORDS, _MOST_WORD_WEIGHTS // coef.shape[1])
    kept = np.sort(np.argpartition(-strength, n_words)[:n_words]) if len(strength) > n_words else slice(None)
    write_word_weights(
        storage.path_of(project_id, name),
        header={"question": question, "grams": vocabulary.has_grams},
        options=weights.options,
        tokens=np.ascontiguousarray(vocabulary.tokens[kept]),
        weights=np.ascontiguousarray(coef[kept] * vocabulary.idf[kept, None], dtype=np.float32),
    )
    return name
