"""A learning round: fit, evaluate, judge, predict for the pool, select the next batch, and switch over at once.

Files are written first; one transaction at the end names them. So a round that is killed, fails or is cancelled
leaves the former model and the queue as they were, and what it left on disk no row names: it is cleaned up later.
"""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from threadpoolctl import threadpool_limits

from labelplatform.jobs.running import JobFailed, JobRun
from models_app.acceptance.measuring import acceptance_as_json
from models_app.alike.grouping import count_labels_of_groups
from models_app.alike.neighbours import may_be_quoted, save_neighbours
from models_app.encoded.array_files import DamagedFile
from models_app.encoded.encoding import current_vocabulary
from models_app.encoded.inputs import TaskInputs
from models_app.learning.evaluation import Evaluation
from models_app.learning.question_model import Fit, Labels, NotLearnable, QuestionModel
from models_app.models import EncodingVocabulary, ModelState, ModelVersion, SelectionRun
from models_app.registries import question_models, strategies
from models_app.rounds.labels import read_labels
from models_app.rounds.learnable import LearnableQuestion, learnable_questions, project_of
from models_app.rounds.memory_limit import memory_limit
from models_app.rounds.prospects import prospects_as_json
from models_app.rounds.triggers import consider_training
from models_app.signals import model_promoted
from models_app.strategy.selecting import (
    ChosenBatch,
    choose_batch,
    choose_first_batch,
    positions_to_read,
    put_into_queue,
)
from models_app.strategy.strategy_advantage import advantage_as_json
from models_app.versions import model_files
from models_app.versions.promotion import Verdict, judge
from models_app.versions.retention import delete_unnamed_files, retire_old_files
from models_app.versions.slicing import slices_as_json
from projects.models import Project

_STEPS = 12  # of a round, for its progress


def train_model(run: JobRun) -> None:
    """Job kind: a learning round for each question that can be learned; with ``fit`` false the active models stay."""
    project = project_of(run)
    questions = learnable_questions(project)
    if not questions:
        raise JobFailed("No question of this project can be learned; its Models page says why.")
    done = run.cursor.get("done", [])
    refusals: list[str] = run.cursor.get("refusals", [])
    has_learned = False
    run.advance(done=_STEPS * len(done), total=_STEPS * len(questions))
    # the arrays of a round are too small for several threads: they would wait for each other and take twice the CPU
    with threadpool_limits(limits=1), memory_limit(settings.TRAINING_MEMORY_MB):
        for question in questions:
            if question.name in done:
                continue
            if has_learned and run.time_is_up():
                return  # behind what waits, so that many questions of one project do not hold up the others
            done, has_learned = [*done, question.name], True
            is_last = question is questions[-1]
            learning_round = LearningRound(run, project, question, done=done, is_last=is_last, refusals=refusals)
            if not run.params.get("fit", True):
                learning_round.refresh()
                continue
            try:
                learning_round.learn()
            except NotLearnable as refusal:
                refusals.append(f"“{question.name}” cannot be learned yet. {refusal}")
                if len(refusals) == len(questions):
                    raise JobFailed(refusals[0]) from refusal
                learning_round.end("The other questions were learned.")
    count_labels_of_groups(project.pk)
    delete_unnamed_files(project.pk)
    if run.params.get("fit", True):
        consider_training(project.pk)  # labels that came meanwhile


@dataclass(frozen=True)
class Candidate:
    """A fitted model with everything that its row will say about it."""

    fit: Fit
    number: int
    vocabulary_row: EncodingVocabulary
    inputs: TaskInputs
    labels: Labels
    evaluation: Evaluation
    verdict: Verdict
    former: ModelVersion | None
    advantage: dict[str, Any]
    slices: dict[str, Any]


@dataclass(frozen=True)
class Served:
    """What the serving model says now: the files that its row shall name, and the batch it asks for."""

    files: dict[str, Any]
    batch: ChosenBatch


@dataclass
class LearningRound:
    """One round for one question. Every step is a sign of life, and the place where a cancelled job stops."""

    run: JobRun
    project: Project
    question: LearnableQuestion
    done: list[str]
    is_last: bool
    refusals: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    def learn(self) -> None:
        """Fit a candidate; it serves from now on unless the holdout shows it worse than the active model."""
        started = time.monotonic()
        candidate = self._candidate()
        served = self._served_by(candidate)
        version = self._version(candidate)
        with self._step("compare", "Looking ahead"):
            version.metrics["prospects"] = prospects_as_json(
                self.project,
                self.question,
                candidate.evaluation,
                len(candidate.labels.training),
                served.files["predictions_file"] if candidate.verdict.promotes else "",
                candidate.former,
            )
        if candidate.verdict.promotes:
            with self._step("accept", "Looking for what it is sure of"):
                version.metrics["acceptance"] = acceptance_as_json(
                    self.project,
                    self.question,
                    candidate.evaluation,
                    candidate.labels.holdout.answers,
                    served.files["predictions_file"],
                )
        with transaction.atomic():
            with self._step("apply", "Switching over"):
                self._lock_project()
                serving = self._record(version, candidate.former, served)
                put_into_queue(self.project, self.question, served.batch, serving)
                retire_old_files(self.project.pk, self.question.name)
            version.metrics["seconds"] = {name: round(value, 4) for name, value in self.seconds.items()}
            version.seconds = round(time.monotonic() - started, 3)
            version.save(update_fields=["metrics", "seconds"])
            self.end(f"{version}: {version.reason}")

    def _candidate(self) -> Candidate:
        """Fit on the training labels, measure on the holdout, compare with the active model."""
        vocabulary_row = self._vocabulary_row()
        inputs = self._inputs(vocabulary_row)
        with self._step("read", "Reading labels"):
            labels = read_labels(self.project, self.question, inputs.pool)
            number = self._next_number()
        with self._step("fit", f"Fitting on {len(labels.training):,} labels"):
            model_class: type[QuestionModel] = question_models.get(self.question.kind)
            seed = (self.project.seed + number) % 2**31
            fit = model_class.fit(self.question.asked, inputs, labels, random_state=seed)
        with self._step("evaluate", f"Evaluating on {len(labels.holdout):,} holdout labels"):
            evaluation = fit.model.evaluate(inputs, labels.holdout)
            slices = slices_as_json(self.project, self.question, labels.holdout, evaluation)
            former = self._active_version()
            verdict = self._judge(former, evaluation, labels)
        with self._step("compare", "Comparing chosen tasks with random ones"):
            advantage = advantage_as_json(self.project, self.question, inputs, labels, fit.model, seed=seed)
        return Candidate(fit, number, vocabulary_row, inputs, labels, evaluation, verdict, former, advantage, slices)

    def _served_by(self, candidate: Candidate) -> Served:
        """The candidate's predictions and batch, or those of the active model when the candidate is turned down."""
        if not candidate.verdict.promotes:
            assert candidate.former is not None, "only a comparison with an active model turns a candidate down"
            model, _ = model_files.load_model(candidate.former)
            inputs = self._inputs(candidate.former.vocabulary)
            return self._answer_and_choose(model, inputs, candidate.labels)
        served = self._answer_and_choose(candidate.fit.model, candidate.inputs, candidate.labels)
        with self._step("write", "Writing what speaks for each option"):
            served.files["words_file"] = model_files.save_words(
                self.project.pk, candidate.fit.model, candidate.inputs.vocabulary
            )
        return served

    def _version(self, candidate: Candidate) -> ModelVersion:
        """The candidate's row, not saved yet; its artifact is written."""
        with self._step("write", "Saving the model"):
            artifact_file, digest = model_files.save_model(self.project.pk, candidate.fit.model)
            unseen = model_files.save_unseen(self.project.pk, candidate.fit, candidate.labels, candidate.evaluation)
        return ModelVersion(
            project=self.project,
            question=self.question.name,
            number=candidate.number,
            state=ModelState.ACTIVE if candidate.verdict.promotes else ModelState.REJECTED,
            reason=candidate.verdict.reason,
            learner=candidate.fit.model.learner,
            encoder=candidate.vocabulary_row.encoder,
            strategy=self.project.strategy,
            parameters=candidate.fit.model.parameters(),
            schema_version=self.project.schema_version,
            vocabulary=candidate.vocabulary_row,
            trained_on=len(candidate.labels.training),
            fingerprint=candidate.labels.fingerprint,
            metrics=_metrics(candidate, self.project.guideline_number),
            artifact_file=artifact_file,
            digest=digest,
            unseen_file=unseen,
        )

    def refresh(self) -> None:
        """Predict for the pool and select a batch with the active model, or a first batch where there is none."""
        active = self._serving_version()
        if active is None:
            self._select_first_batch()
            return
        try:
            model, vocabulary = model_files.load_model(active)
        except DamagedFile as problem:
            raise JobFailed(f"{problem} Train a new model.") from problem
        inputs = self._inputs(active.vocabulary)
        served = self._answer_and_choose(model, inputs, read_labels(self.project, self.question, inputs.pool))
        if not active.words_file:
            served.files["words_file"] = model_files.save_words(self.project.pk, model, vocabulary)
        with transaction.atomic():
            self._lock_project()
            if not ModelVersion.objects.active().filter(pk=active.pk).update(**served.files):
                raise JobFailed("Another model was put to work meanwhile; it selects its own batch.")
            put_into_queue(self.project, self.question, served.batch, active)
            self.end(f"{active} chose {len(served.batch.task_ids)} tasks.")

    def _select_first_batch(self) -> None:
        vocabulary_row = self._vocabulary_row()
        with self._step("select", "Choosing a first batch"):
            inputs = self._inputs(vocabulary_row)
            batch = choose_first_batch(self.project, self.question, inputs.pool, inputs.vocabulary, seed=self._seed())
        with transaction.atomic():
            self._lock_project()
            put_into_queue(self.project, self.question, batch, None)
            self.end(f"{len(batch.task_ids)} tasks were chosen to begin with.")

    def _answer_and_choose(self, model: QuestionModel, inputs: TaskInputs, labels: Labels) -> Served:
        pool, seed = inputs.pool, self._seed()
        positions = None
        if self.question.reads_tasks:
            positions = positions_to_read(self.project, self.question, pool, seed=seed)
        n_tasks = len(pool) if positions is None else len(positions)
        with self._step("predict", f"Predicting for {n_tasks:,} tasks"):
            answers = model.answer(inputs, positions, measures=strategies.get(self.project.strategy).measures)
        with self._step("write", "Writing predictions"):
            name, count = model_files.save_predictions(self.project.pk, self.question.name, answers, pool)
        with self._step("select", "Choosing the next batch"):
            batch = choose_batch(self.project, self.question, inputs, model, answers, seed=seed)
        if may_be_quoted(self.project, self.question):
            with self._step("explain", "Looking up labeled tasks like the next ones"):
                learned, pool = labels.training, inputs.pool
                save_neighbours(self.project, self.question, pool, learned, batch=batch.task_ids, predictions_file=name)
        return Served({"predictions_file": name, "n_predicted": count}, batch)

    def _judge(self, active: ModelVersion | None, evaluation: Evaluation, labels: Labels) -> Verdict:
        """Compare with the active model on the very same holdout labels, if it answers the same question."""
        if active is None or active.schema_version_id != self.project.schema_version_id:
            return judge(None, evaluation.per_task)
        try:
            model, _ = model_files.load_model(active)
        except DamagedFile as problem:
            verdict = judge(None, evaluation.per_task)
            return Verdict(True, f"{problem} The newer one takes its place. {verdict.reason}"[:300])
        inputs = self._inputs(active.vocabulary)
        holdout = replace(labels.holdout, positions=inputs.pool.positions_of(labels.holdout.task_ids))
        return judge(model.evaluate(inputs, holdout).per_task, evaluation.per_task)

    def _inputs(self, vocabulary: EncodingVocabulary) -> TaskInputs:
        return TaskInputs(self.project.pk, self.question.about, vocabulary.file_name)

    def _record(self, version: ModelVersion, former: ModelVersion | None, served: Served) -> ModelVersion | None:
        """Write the version's row; returns the one that serves now, whose predictions chose the batch."""
        active = self._active_version()
        if (active.pk if active else None) != (former.pk if former else None):
            version.state = ModelState.REJECTED
            version.reason = f"Somebody put {active} to work while this one was trained."
            version.save()
            return active
        if version.state == ModelState.REJECTED:
            version.save()
            if active is not None:
                ModelVersion.objects.filter(pk=active.pk).update(**served.files)
            return active
        ModelVersion.objects.active().filter(project=self.project, question=self.question.name).update(
            state=ModelState.RETIRED
        )
        version.promoted_at = timezone.now()
        for name, value in served.files.items():
            setattr(version, name, value)
        version.save()
        transaction.on_commit(
            partial(model_promoted.send_robust, ModelVersion, project_id=self.project.pk, version_id=version.pk)
        )
        return version

    def _vocabulary_row(self) -> EncodingVocabulary:
        row = current_vocabulary(self.project.pk, self.question.field)
        if row is None:
            raise JobFailed("No tasks are encoded yet: import some, or wait until they are encoded, and try again.")
        return row

    def _serving_version(self) -> ModelVersion | None:
        active = self._active_version()
        return active if active and active.schema_version_id == self.project.schema_version_id else None

    def _active_version(self) -> ModelVersion | None:
        versions = ModelVersion.objects.active().filter(project=self.project, question=self.question.name)
        return versions.select_related("vocabulary", "schema_version").first()

    def _next_number(self) -> int:
        last = ModelVersion.objects.of_question(self.project.pk, self.question.name).first()
        return last.number + 1 if last else 1

    def _seed(self) -> int:
        last = SelectionRun.objects.filter(project=self.project).order_by("-pk").first()
        return (self.project.seed + (last.pk if last else 0)) % 2**31

    def _lock_project(self) -> None:
        Project.objects.select_for_update(no_key=True, of=("self",)).get(pk=self.project.pk)

    @contextmanager
    def _step(self, name: str, message: str) -> Iterator[None]:
        """Say what comes now, and count its CPU seconds."""
        self.run.advance(message=message, done=self.run.job.done + 1)
        start = time.process_time()
        with self.run.kept_alive():
            yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.process_time() - start

    def end(self, message: str) -> None:
        """Tell the job, in the round's transaction, that this question is done, and which could not be learned yet."""
        message = " ".join([*self.refusals, message])
        if self.is_last:
            self.run.finish(message=message, cursor={"done": self.done}, done=self.run.job.total)
        else:
            self.run.advance(message=message[:300], cursor={"done": self.done, "refusals": self.refusals})


def _metrics(candidate: Candidate, guideline: int) -> dict[str, Any]:
    """What the version's row keeps: figures on the holdout and out of fold, and what was learned from, under which
    version of the guideline."""
    training, asked = candidate.labels.training, candidate.fit.model.question
    learned = Counter(value for answer in training.answers for value in asked.options_in(answer))
    known = candidate.fit.model.parameters().get("options")
    return {
        "holdout": candidate.evaluation.as_json(),
        "slices": candidate.slices,
        "guideline": guideline,
        "advantage": candidate.advantage,
        "out_of_fold": candidate.fit.out_of_fold,
        "p_value": candidate.verdict.p_value,
        "labels_by_option": dict(learned) if known else {},
    }
