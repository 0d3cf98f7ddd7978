"""What more labels would give, worked out in each learning round: a forecast, and a hint when little is left."""

import json
from dataclasses import asdict
from typing import Any

import numpy as np

from models_app.encoded.array_files import DamagedFile
from models_app.learning.evaluation import Evaluation
from models_app.models import ModelState, ModelVersion
from models_app.rounds.learnable import LearnableQuestion
from models_app.scoring.forecast import fit_learning_curve
from models_app.scoring.stopping import agreement, stop_hint
from models_app.versions import storage
from models_app.versions.predictions_file import open_predictions
from projects.models import Project

_COMPARED = 2_000  # tasks whose answers by two models in turn are compared
_FEWEST_MORE, _MORE = 100, 0.5  # the forecast is for half as many labels again, in hundreds
_Z_95 = 1.96
_REMEMBERED = 60


def prospects_as_json(
    project: Project,
    question: LearnableQuestion,
    evaluation: Evaluation,
    trained_on: int,
    served: str,
    former: ModelVersion | None,
) -> dict[str, Any]:
    """What a version's metrics keep as ``prospects``.

    ``served`` is the file of what serves now; its answers are compared with those of the ``former`` model's file.
    """
    versions = ModelVersion.objects.of_question(project.pk, question.name).filter(
        schema_version=project.schema_version, state__in=[ModelState.ACTIVE, ModelState.RETIRED]
    )
    known = list(versions.values_list("trained_on", "metrics")[:_REMEMBERED])[::-1]
    points = [(n, metrics["holdout"]["score"]) for n, metrics in known if metrics.get("holdout", {}).get("score")]
    points.append((trained_on, evaluation.as_json()["score"]))
    points = [(n, score) for n, score in points if n and score["n"]]
    extra = max(_FEWEST_MORE, round(_MORE * trained_on / 100) * 100)
    curve = fit_learning_curve(
        [n for n, _ in points],
        [score["value"] for _, score in points],
        [(score["high"] - score["low"]) / (2 * _Z_95) for _, score in points],
    )
    agreed = [metrics["prospects"]["agreement"] for _, metrics in known if "agreement" in metrics.get("prospects", {})]
    found = _agreement(project.pk, served, former)
    agreements = [one for one in [*agreed, found] if one is not None]
    n_holdout = points[-1][1]["n"] if points else 0
    hint = stop_hint(agreements, [score["value"] for _, score in points], n_holdout)
    kept = {} if found is None else {"agreement": round(found, 4)}
    return {"forecast": asdict(curve.forecast(extra)), "stop": asdict(hint), **kept}


def _agreement(project_id: int, served: str, former: ModelVersion | None) -> float | None:
    """How far two models in turn agree about the same tasks beyond chance; None where there are none to compare."""
    if former is None or not former.predictions_file or not served or served == former.predictions_file:
        return None
    try:
        one, other = (open_predictions(storage.path_of(project_id, name)) for name in (served, former.predictions_file))
    except (OSError, DamagedFile):
        return None
    numbers: dict[str, int] = {}
    pairs = []
    for task_id in one.sample(_COMPARED):
        try:
            answers = one[task_id].value, other[task_id].value
        except KeyError:
            continue
        pairs.append([numbers.setdefault(json.dumps(answer, sort_keys=True), len(numbers)) for answer in answers])
    if not pairs:
        return None
    first, second = np.array(pairs).T
    return agreement(first, second)
