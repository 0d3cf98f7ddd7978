"""The files of a model version: the model itself, its predictions for the pool, and its words."""

from typing import Any

import numpy as np

from models_app import storage
from models_app.array_files import DamagedFile
from models_app.artifacts import load_artifact, save_artifact
from models_app.encoders.pool import EncodedPool
from models_app.encoders.tfidf import Vocabulary
from models_app.encoding import load_pool, load_vocabulary
from models_app.fitting import FittedModel
from models_app.learners.top_options import TopOptions, top_options_of_parts
from models_app.models import ModelVersion
from models_app.predictions_file import write_predictions
from models_app.registries import learners
from models_app.word_weights import write_word_weights

_MOST_WORDS = 20_000
_MOST_WORD_WEIGHTS = 2_000_000


def save_model(project_id: int, question: str, learner: str, model: FittedModel) -> tuple[str, str]:
    """Write the artifact; returns its file name and keyed digest."""
    name = storage.new_name(f"model-{question}", "npz")
    meta = {"learner": learner, "temperature": model.temperature, "options": list(model.options)}
    path = storage.path_of(project_id, name)
    return name, save_artifact(path, meta=meta, arrays=model.learner.state(), key=storage.artifact_key())


def load_model(version: ModelVersion) -> tuple[FittedModel, Vocabulary]:
    """The model of a version with its vocabulary; ``DamagedFile`` when it is gone or not what was recorded."""
    if not version.artifact_file:
        raise DamagedFile(f"The file of {version} has been cleaned up.")
    path = storage.path_of(version.project_id, version.artifact_file)
    meta, arrays = load_artifact(path, digest=version.digest, key=storage.artifact_key())
    try:
        vocabulary = load_vocabulary(version.project_id, version.vocabulary.file_name)
        learner = learners.get(meta["learner"]).from_state(arrays, vocabulary.topics)
    except (OSError, ValueError, KeyError) as problem:
        raise DamagedFile(f"The model {version} cannot be read: {problem}.") from problem
    return FittedModel(learner, float(meta["temperature"]), tuple(meta["options"])), vocabulary


def pool_of(version: ModelVersion, field: str) -> EncodedPool:
    """The pool as this version's vocabulary sees it."""
    return load_pool(version.project_id, field, version.vocabulary.file_name)


def predict(model: FittedModel, pool: EncodedPool) -> TopOptions:
    """What a model says about every task of the pool."""
    learner = model.learner
    rows = (part.rows for part in pool.parts)
    return top_options_of_parts(rows, learner.coef_, learner.intercept_, learner.classes_, model.temperature)


def save_predictions(
    project_id: int, question: str, model: FittedModel, pool: EncodedPool, top: TopOptions
) -> tuple[str, int]:
    """Write the predictions of all tasks but those that measure models; returns file name and count."""
    name = storage.new_name(f"predictions-{question}")
    which = ~pool.is_reserved if pool.is_reserved.any() else slice(None)
    task_ids = pool.task_ids[which]
    write_predictions(
        storage.path_of(project_id, name),
        header={"question": question},
        options=list(model.options),
        task_ids=task_ids,
        top=top.options[which],
        confidences=top.confidences[which],
    )
    return name, len(task_ids)


def save_words(project_id: int, question: str, model: FittedModel, vocabulary: Vocabulary) -> str:
    """Write the tokens that weigh most for any option; returns the file's name."""
    name = storage.new_name(f"words-{question}")
    coef: Any = model.learner.coef_
    strength = np.abs(coef).max(axis=1, initial=0) * vocabulary.idf
    n_words = min(_MOST_WORDS, _MOST_WORD_WEIGHTS // coef.shape[1])
    kept = np.sort(np.argpartition(-strength, n_words)[:n_words]) if len(strength) > n_words else slice(None)
    write_word_weights(
        storage.path_of(project_id, name),
        header={"question": question},
        options=[model.options[number] for number in model.learner.classes_],
        tokens=np.ascontiguousarray(vocabulary.tokens[kept]),
        weights=np.ascontiguousarray(coef[kept] * vocabulary.idf[kept, None], dtype=np.float32),
    )
    return name
