"""Questions, and the events of answering them.

Who counts as dead is told by the database's clock, so that pages and workers with wrong clocks do no harm.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, Max, OuterRef, Q
from django.db.models.functions import Coalesce, Greatest, Now
from django.utils import timezone

from corpus.models import Collection
from corpus.roles import Role, at_least, rank
from corpus.types import Filters
from lawqa import auditing
from lawqa.models.answers import Answer, AnswerCitation, Claim
from lawqa.types import Outcome, Request, Turn

HINT_AFTER = dt.timedelta(seconds=3)
"""How long a question may wait before the worker is told of it again: a hint can be lost."""
OVERLOOKED_AFTER = dt.timedelta(seconds=4)
"""How long a question may wait for a message before the workers look for it: the broker may be down."""
DEAD_AFTER = dt.timedelta(seconds=60)
"""How long a running question may show no event before its worker counts as dead."""
MAX_ATTEMPTS = 3
MAX_TURNS = 6
"""Questions of a conversation that are read before the one that is asked."""
MAX_WORDS = 8
"""Words that are looked for in the history."""
NOT_BEGUN = "It was stopped by its reader before the search began."


class QuestionQuerySet(models.QuerySet["Question"]):
    def visible_to(self, user: Any) -> Self:
        """A person's own questions, while they may read every shelf that was searched: an answer quotes what it found."""
        searched = Question.collections.through.objects.filter(question=OuterRef("pk"))
        hidden = searched.exclude(collection__in=Collection.objects.readable_by(user))
        return self.asked_by(user).filter(~Exists(hidden))

    def removable_by(self, user: Any) -> Self:
        """Finished questions that a person may remove: their own."""
        return self.visible_to(user).filter(state__in=Question.FINISHED)

    def asked_by(self, user: Any) -> Self:
        """A person's own questions; on a laptop its owner's are also those of nobody: from commands and former versions."""
        nobodys = Q(asked_by=None) if settings.LAWQA_LAPTOP and at_least(user, Role.ADMIN) else Q()
        return self.filter(Q(asked_by=user) | nobodys) if rank(user) else self.none()

    def claim(self, pk: uuid.UUID) -> bool:
        """Take a waiting question for answering; False when somebody else has it."""
        waiting = self.filter(pk=pk, state=Question.State.WAITING)
        taken = {"state": Question.State.RUNNING, "started_at": Now(), "attempts": F("attempts") + 1}
        return waiting.update(**taken) == 1

    def take_hint(self, pk: uuid.UUID) -> bool:
        """Whether the worker should be told of this question now; True for one caller only."""
        hinted_long_ago = Q(hinted_at__isnull=True) | Q(hinted_at__lt=Now() - HINT_AFTER)
        due = self.filter(hinted_long_ago, pk=pk, state=Question.State.WAITING)
        return due.update(hinted_at=Now()) == 1

    def overlooked(self) -> Self:
        """Questions that wait though a worker should have been told of them, oldest first."""
        since = Now() - OVERLOOKED_AFTER
        return self.filter(state=Question.State.WAITING, asked_at__lt=since).order_by("asked_at", "pk")

    def reopen_stalled(self, pk: uuid.UUID) -> bool:
        """Put a question back whose worker died; after three attempts it has failed, with a sentence."""
        begun, moment = Coalesce("started_at", "asked_at"), models.DateTimeField()
        # The events may be of an attempt before this one, which has begun since.
        last_sign = Greatest(begun, Coalesce(Max("events__created_at", output_field=moment), begun))
        running = self.filter(pk=pk, state=Question.State.RUNNING).annotate(last_sign=last_sign)
        stalled = running.filter(last_sign__lt=Now() - DEAD_AFTER).first()
        if stalled is None:
            return False
        if stalled.stop_requested_at is not None:
            self._end(pk, Question.State.RUNNING)
            return False
        if stalled.attempts >= MAX_ATTEMPTS:
            self.fail(pk, f"The question stopped the worker {stalled.attempts} times and was given up.")
            return False
        same = self.filter(pk=pk, state=Question.State.RUNNING, attempts=stalled.attempts)
        return same.update(state=Question.State.WAITING, hinted_at=None) == 1

    def stop(self, pk: uuid.UUID) -> bool:
        """Ask that no more be done for a question; True the first time, while it is unfinished.

        One that waits is done at once and never runs; a running one ends with what is verified by then.
        """
        unfinished = self.filter(pk=pk, stop_requested_at=None).exclude(state__in=Question.FINISHED)
        if not unfinished.update(stop_requested_at=timezone.now()):
            return False
        self._end(pk, Question.State.WAITING)
        return True

    def _end(self, pk: uuid.UUID, state: str) -> None:
        """Finish a stopped question in which nobody works; what an attempt had verified stays."""
        nothing = {"outcome": Outcome.UNAVAILABLE, "reason": NOT_BEGUN, "writer": ""}
        with transaction.atomic():
            if not self.filter(pk=pk, state=state).update(state=Question.State.DONE):
                return
            answer, _ = Answer.objects.get_or_create(question_id=pk, defaults=nothing)
            if answer.claims.filter(shown=True).exists():
                answer.outcome = Outcome.ANSWERED
            answer.stopped = answer.incomplete = True
            answer.save()
            Event.objects.create(question_id=pk, kind="done", data={"outcome": answer.outcome})
            auditing.answered(answer.question, answer)

    def answered(self, *, answered: bool) -> Self:
        """Those with an answer; or those that were given none, whatever the reason."""
        found = Q(answer__outcome=Outcome.ANSWERED)
        return self.filter(found) if answered else self.filter(state__in=Question.FINISHED).exclude(found)

    def asked_between(self, first: dt.date | None, last: dt.date | None) -> Self:
        """Asked on these days (UTC), both included."""
        midnight = dt.time(tzinfo=dt.UTC)
        begun = Q(asked_at__gte=dt.datetime.combine(first, midnight)) if first else Q()
        ended = Q(asked_at__lt=dt.datetime.combine(last + dt.timedelta(1), midnight)) if last else Q()
        return self.filter(begun, ended)

    def saying(self, words: str) -> Self:
        """Each word stands in the question, in what it was read as, in a sentence of the answer or a citation of it."""
        found = self
        for word in words.split()[:MAX_WORDS]:
            said = Claim.objects.filter(answer__question=OuterRef("pk"), shown=True)
            said = said.filter(Q(text__icontains=word) | Q(citations__label__icontains=word))
            found = found.filter(Q(text__icontains=word) | Q(restated__icontains=word) | Exists(said))
        return found

    def fail(self, pk: uuid.UUID, message: str) -> None:
        """Record that a question has no answer, and why, in words for the reader."""
        unfinished = self.filter(pk=pk).exclude(state__in=Question.FINISHED)
        with transaction.atomic():
            if unfinished.update(state=Question.State.FAILED):
                Event.objects.create(question_id=pk, kind="failed", data={"message": message})
                auditing.failed(self.get(pk=pk))


class Question(models.Model):
    """What somebody asked: text, day, shelves. Its id is the address of its answer."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        RUNNING = "running", "being answered"
        DONE = "done", "answered"
        FAILED = "failed", "failed"

    FINISHED = (State.DONE, State.FAILED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    text = models.TextField()
    """As it was typed."""
    restated = models.TextField(blank=True)
    """As it was read, when that differs: a follow-up question, worded so that it stands on its own."""
    restated_by = models.CharField(max_length=200, blank=True)
    follows = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="followed_by"
    )
    """The question of the same conversation before it."""
    terms = models.JSONField(null=True, blank=True)
    """Keywords as the reader edited them: a list of strings; None: they are extracted."""
    pinned = models.JSONField(default=list, blank=True)
    """Keys of sections that must be put before the writer."""
    excluded = models.JSONField(default=list, blank=True)
    """Keys of sections that must not."""
    as_of = models.DateField()
    collections = models.ManyToManyField(Collection, related_name="+")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="questions"
    )
    asked_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    started_at = models.DateTimeField(null=True, blank=True)
    hinted_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    stop_requested_at = models.DateTimeField(null=True, blank=True)
    """When the reader pressed Stop: what is verified by then is the answer."""
    changes_seen = models.JSONField(default=list, blank=True)
    """Keys of what the law has changed under its answer and whoever asked has seen (lawqa.effects.Effect)."""

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-asked_at"]
        indexes: ClassVar = [
            models.Index(fields=["state", "asked_at"], name="question_waits"),
            models.Index(fields=["asked_by", "-asked_at"], name="question_history"),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def finished(self) -> bool:
        return self.state in self.FINISHED

    def request(self) -> Request:
        """What the pipeline is asked."""
        return Request(
            text=self.text, filters=Filters(as_of=self.as_of, collections=self.shelves()), history=self.history(),
            terms=None if self.terms is None else tuple(self.terms), pinned=tuple(self.pinned),
            excluded=frozenset(self.excluded),
        )  # fmt: skip

    def shelves(self) -> frozenset[int]:
        """What is searched: of the shelves that were chosen those that whoever asked may read now."""
        chosen: Any = self.collections
        readable = chosen.all() if self.asked_by is None else chosen.readable_by(self.asked_by)
        return frozenset(readable.values_list("pk", flat=True))

    def history(self) -> tuple[Turn, ...]:
        """The conversation before this question, oldest first, at most `MAX_TURNS`, as far as it may still be opened."""
        before = self.before()
        if self.asked_by is not None:
            kept = Question.objects.visible_to(self.asked_by).in_bulk([one.pk for one in before])
            before = [one for one in before if one.pk in kept]
        return tuple(one.turn() for one in before)

    def before(self) -> list[Question]:
        """The questions that it follows, oldest first, at most `MAX_TURNS`; without a loop, whatever the rows say."""
        found: list[Question] = []
        before, seen = self.follows, {self.pk}
        while before is not None and before.pk not in seen and len(found) < MAX_TURNS:
            seen.add(before.pk)
            found.append(before)
            before = before.follows
        return found[::-1]

    @property
    def labels(self) -> list[str]:
        """What its shown sentences cite, each once, in their order; no query where they were read beforehand."""
        answer: Answer | None = getattr(self, "answer", None)
        claims = answer.claims.all() if answer else ()
        cited = (citation.label for claim in claims if claim.shown for citation in claim.citations.all())
        return list(dict.fromkeys(cited))

    def turn(self) -> Turn:
        """What the history of the next question keeps of it."""
        cited = AnswerCitation.objects.filter(claim__answer__question=self, claim__shown=True).order_by("pk")
        answer = Answer.objects.filter(question=self).first()
        named = [item["text"] for item in answer.named] if answer else []
        labels = dict.fromkeys(cited.values_list("label", flat=True))
        return Turn(question=self.restated or self.text, labels=tuple(labels), named=tuple(named))


class Written(models.DateTimeField):  # type: ignore[type-arg]  # a field of the stubs has parameters, Django's has none
    """When a row was written, by the database's clock; to migrations the usual field."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        return Now() if add else super().pre_save(model_instance, add)

    def deconstruct(self) -> Any:
        name, _, *given = super().deconstruct()
        return name, "django.db.models.DateTimeField", *given


class Event(models.Model):
    """One thing that happened while a question was answered; the id orders them and resumes a stream."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=20)
    """`restated`, `stage`, `sources`, `claim`, `withheld`, `alive`, `done`, `failed`"""
    data = models.JSONField(default=dict)
    created_at = Written(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
