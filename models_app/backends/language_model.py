"""Language models behind an endpoint like OpenAI's: asked in a form that the answer must have, paid for and counted."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec
from django.db.models import F

from labelplatform.outbound import CallFailed, call
from labelplatform.sealing import Unreadable, unseal
from models_app.backends.backend import AskedTask, BackendFailed, BudgetSpent, Said, patiently
from models_app.backends.prompts import answer_form, digest_of, instructions, task_in_words
from models_app.models import CachedReply, PredictionSource
from projects.models import Project
from projects.schema import Question

ANSWER_SECONDS = 60.0
_MAX_ANSWER_BYTES = 2_000_000
_CHARACTERS_A_TOKEN = 3  # a guess on the dear side, for an endpoint that counts nothing


@dataclass
class LanguageModel:
    """One endpoint as a project uses it. ``options``: address, model, questions, prices, budget, calls a minute."""

    source: PredictionSource
    project: Project
    batch: int = 1
    alive: Callable[[], None] = lambda: None
    _last_call: float = 0.0

    def prepare(self) -> None:
        if not self.questions:
            raise BackendFailed("None of its questions is asked any more: choose others.")
        self._check_budget()

    @cached_property
    def questions(self) -> list[Question]:
        """What it is asked: of the schema's questions those chosen, about what everybody sees."""
        wanted = self.source.options.get("questions") or [one.name for one in self.project.schema.questions]
        fields = self.project.schema.fields_by_name
        return [one for one in self.project.schema.questions if one.name in wanted and fields[one.on].shown == "all"]

    def ask(self, tasks: Sequence[AskedTask]) -> Said:
        said = Said()
        for task in tasks:
            request = self._request(task)
            digest = digest_of(request, self.source.options["address"])
            kept = CachedReply.objects.filter(source=self.source, digest=digest).values_list("reply", flat=True).first()
            if kept is None:
                kept = self._ask_one(request, said)
                CachedReply.objects.get_or_create(source=self.source, digest=digest, defaults={"reply": kept})
            else:
                said.count("from_memory")
            self._read(task, kept, said)
        return said

    def _request(self, task: AskedTask) -> dict[str, Any]:
        words = task_in_words(self.project.schema, task.data)
        form = {"name": "answers", "schema": answer_form(self.questions)}
        return {
            "model": self.source.options["model"],
            "temperature": 0,
            "messages": [
                {"role": "system", "content": self._instructions},
                {"role": "user", "content": words},
            ],
            "response_format": {"type": "json_schema", "json_schema": form},
        }

    @cached_property
    def _instructions(self) -> str:
        guideline = self.project.guidelines.filter(number=self.project.guideline_number).first()
        return instructions(self.project.schema, self.questions, guideline.text if guideline else "")

    def _ask_one(self, request: dict[str, Any], said: Said) -> str:
        """The text that comes back; what it cost is noted before anything else can go wrong."""
        self._check_budget()
        self._keep_pace()
        address = f"{self.source.options['address'].rstrip('/')}/chat/completions"
        how: dict[str, Any] = {"headers": self._headers(), "timeout": ANSWER_SECONDS, "max_bytes": _MAX_ANSWER_BYTES}
        reply = patiently(lambda: call("POST", address, body=request, **how), self.alive)
        said.count("requests")
        try:
            answer = reply.json()
        except CallFailed as failure:
            raise BackendFailed(str(failure)) from failure
        text = _text_in(answer)
        self._pay(answer, request, text, said)
        if text is None:
            raise BackendFailed("Its answer has no choices[0].message.content.")
        return text

    def _pay(self, answer: Any, request: dict[str, Any], text: str | None, said: Said) -> None:
        usage = answer.get("usage") if isinstance(answer, dict) else None
        usage = usage if isinstance(usage, dict) else {}
        read = _tokens(usage.get("prompt_tokens"), len(msgspec.json.encode(request)))
        written = _tokens(usage.get("completion_tokens"), len(text or ""))
        options = self.source.options
        cost = (read * options.get("price_read", 0) + written * options.get("price_written", 0)) / 1_000_000
        PredictionSource.objects.filter(pk=self.source.pk).update(spent=F("spent") + cost)
        self.source.spent += cost
        for name, amount in (("tokens_read", read), ("tokens_written", written), ("spent", cost)):
            said.count(name, amount)

    def _check_budget(self) -> None:
        budget = self.source.options.get("budget")
        if budget is not None and self.source.spent >= budget:
            raise BudgetSpent(f"The budget of {budget:g} is spent: {self.source.spent:.4f} so far. Raise it to go on.")

    def _keep_pace(self) -> None:
        per_minute = self.source.options.get("per_minute") or 60
        wait = self._last_call + 60 / per_minute - time.monotonic()
        while self._last_call and wait > 0:
            time.sleep(min(wait, 5.0))
            self.alive()
            wait = self._last_call + 60 / per_minute - time.monotonic()
        self._last_call = time.monotonic()

    def _read(self, task: AskedTask, text: str, said: Said) -> None:
        try:
            told = msgspec.json.decode(text)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            said.count("prose")
            said.refuse(task.id, "The answer is prose, not the JSON that was asked for.", text)
            return
        answers = told.get("answers") if isinstance(told, dict) else None
        if not isinstance(answers, dict):
            said.refuse(task.id, "The answer is JSON of another form: “answers” is missing.", text)
            return
        confidence = told.get("confidence")
        is_share = isinstance(confidence, int | float) and not isinstance(confidence, bool) and 0 <= confidence <= 1
        for question in self.questions:
            if question.name in answers:
                said.answer(task.id, question.name, answers[question.name], confidence if is_share else None, text)
            elif question.required:
                said.refuse(task.id, f"“{question.name}” is not answered.", text)

    def _headers(self) -> dict[str, str]:
        try:
            secret = unseal(self.source.secret)
        except Unreadable as problem:
            raise BackendFailed(str(problem)) from problem
        return {"Authorization": f"Bearer {secret}"} if secret else {}


def _text_in(answer: Any) -> str | None:
    try:
        text = answer["choices"][0]["message"]["content"]
    except (KeyError, IndexError, TypeError):
        return None
    return text if isinstance(text, str) else None


def _tokens(told: Any, n_characters: int) -> int:
    """What the endpoint counted; a guess where it counts nothing."""
    if isinstance(told, int) and not isinstance(told, bool) and told >= 0:
        return told
    return n_characters // _CHARACTERS_A_TOKEN
