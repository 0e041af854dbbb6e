"""Questions, the events of answering them, and answers as they stay for ever."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, Max, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from corpus.models import Collection, Section
from corpus.types import Filters
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
        """Whose questions a person may open. One user, or none, in this version: all of them."""
        del user
        return self

    def removable_by(self, user: Any) -> Self:
        """Finished questions that a person may remove: their own; staff may remove all."""
        finished = self.visible_to(user).filter(state__in=Question.FINISHED)
        return finished if user.is_authenticated and user.is_staff else finished.asked_by(user)

    def asked_by(self, user: Any) -> Self:
        """A person's own questions; of who has not signed in, those of nobody."""
        return self.filter(asked_by=user if user.is_authenticated else None)

    def claim(self, pk: uuid.UUID) -> bool:
        """Take a waiting question for answering; False when somebody else has it."""
        waiting = self.filter(pk=pk, state=Question.State.WAITING)
        taken = {"state": Question.State.RUNNING, "started_at": timezone.now(), "attempts": F("attempts") + 1}
        return waiting.update(**taken) == 1

    def take_hint(self, pk: uuid.UUID) -> bool:
        """Whether the worker should be told of this question now; True for one caller only."""
        hinted_long_ago = Q(hinted_at__isnull=True) | Q(hinted_at__lt=timezone.now() - HINT_AFTER)
        due = self.filter(hinted_long_ago, pk=pk, state=Question.State.WAITING)
        return due.update(hinted_at=timezone.now()) == 1

    def overlooked(self) -> Self:
        """Questions that wait though a worker should have been told of them, oldest first."""
        since = timezone.now() - OVERLOOKED_AFTER
        return self.filter(state=Question.State.WAITING, asked_at__lt=since).order_by("asked_at", "pk")

    def reopen_stalled(self, pk: uuid.UUID) -> bool:
        """Put a question back whose worker died; after three attempts it has failed, with a sentence."""
        last_sign = Coalesce(Max("events__created_at"), "started_at", "asked_at")
        running = self.filter(pk=pk, state=Question.State.RUNNING).annotate(last_sign=last_sign)
        stalled = running.filter(last_sign__lt=timezone.now() - DEAD_AFTER).first()
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

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def finished(self) -> bool:
        return self.state in self.FINISHED

    def request(self) -> Request:
        """What the pipeline is asked."""
        shelves = frozenset(self.collections.values_list("pk", flat=True))
        return Request(
            text=self.text, filters=Filters(as_of=self.as_of, collections=shelves), history=self.history(),
            terms=None if self.terms is None else tuple(self.terms), pinned=tuple(self.pinned),
            excluded=frozenset(self.excluded),
        )  # fmt: skip

    def history(self) -> tuple[Turn, ...]:
        """The conversation before this question, oldest first, at most `MAX_TURNS`."""
        return tuple(before.turn() for before in self.before())

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


class Event(models.Model):
    """One thing that happened while a question was answered; the id orders them and resumes a stream."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=20)
    """`restated`, `stage`, `sources`, `claim`, `withheld`, `alive`, `done`, `failed`"""
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Answer(models.Model):
    """What was said to a question, once and for ever."""

    question = models.OneToOneField(Question, on_delete=models.CASCADE, related_name="answer")
    outcome = models.CharField(max_length=20)
    reason = models.TextField(blank=True)
    keywords = models.JSONField(default=dict)
    named = models.JSONField(default=list)
    """Citations of the question and what became of them."""
    coverage = models.JSONField(default=list)
    """What the shelves held and through which day, when it was answered."""
    writer = models.CharField(max_length=200)
    timings = models.JSONField(default=dict)
    """Milliseconds a stage."""
    first_claim_ms = models.PositiveIntegerField(null=True)
    """From the beginning to the first sentence that was shown."""
    stages = models.JSONField(default=dict)
    """A stage → what was said of it (`notes`) and whether something went wrong in it (`trouble`)."""
    incomplete = models.BooleanField(default=False)
    """The model server broke off, or the reader stopped it: what was verified by then is shown."""
    stopped = models.BooleanField(default=False)
    generation = models.PositiveBigIntegerField(null=True)
    """Which build of the index was searched."""
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.outcome}: {self.question}"


class AnswerSource(models.Model):
    """A passage that was put before the writer, as it stood then; used or set aside."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="sources")
    marker = models.CharField(max_length=20)
    section = models.ForeignKey(Section, null=True, on_delete=models.SET_NULL, related_name="+")
    label = models.CharField(max_length=300)
    heading = models.TextField(blank=True)
    heading_path = models.TextField(blank=True)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    text = models.TextField()
    section_sha256 = models.CharField(max_length=64, blank=True)
    """Of the whole section's text, as it was then."""
    words_sha256 = models.CharField(max_length=64, blank=True, default="")
    """Of its words alone, whatever their typography (lawqa.effects.words_digest)."""
    wording_sha256 = models.CharField(max_length=64, blank=True, default="")
    """The section row's own, of heading and text."""
    score = models.FloatField()
    similarity = models.FloatField(null=True)
    used = models.BooleanField(default=False)
    named = models.BooleanField(default=False)
    pinned = models.BooleanField(default=False)
    flags = models.JSONField(default=list)
    advice = models.JSONField(default=dict)
    """A model's opinion of it: `used` and `reason`; empty when none was given."""
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    entered_into_force = models.DateField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"[{self.marker}] {self.label}"


class Claim(models.Model):
    """One sentence of an answer; withheld ones are kept and listed with their reason."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="claims")
    text = models.TextField()
    shown = models.BooleanField()
    key = models.CharField(max_length=20, blank=True)
    rewrites = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="rewritings")
    """The claim that failed a check and that this one replaces."""
    writer = models.CharField(max_length=200, default="quoting")

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.text[:80]


class AnswerCitation(models.Model):
    """One citation of one claim with the facts that verification found about it."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="citations")
    source = models.ForeignKey(AnswerSource, null=True, on_delete=models.SET_NULL, related_name="citations")
    label = models.CharField(max_length=300)
    quote = models.TextField(blank=True)
    start = models.PositiveIntegerField(null=True)
    end = models.PositiveIntegerField(null=True)
    """Where the quote stands: characters of the section's text."""
    facts = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.label


class ModelCall(models.Model):
    """One request to a model server: what it was asked and what it said, for ever."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="calls")
    role = models.CharField(max_length=10)
    """`keywords`, `answer`, `judge`"""
    model = models.CharField(max_length=200)
    prompt = models.CharField(max_length=100)
    """Name and version of the prompt's file: `answer-1@3f1c…`."""
    messages = models.JSONField(default=list)
    parameters = models.JSONField(default=dict)
    """Temperature, most tokens, the schema's sha256."""
    reply = models.TextField(blank=True)
    failure = models.CharField(max_length=300, blank=True)
    """Why it gave nothing, or not all, in words for the reader."""
    prompt_tokens = models.PositiveIntegerField(null=True)
    completion_tokens = models.PositiveIntegerField(null=True)
    cached_tokens = models.PositiveIntegerField(null=True)
    first_token_ms = models.PositiveIntegerField(null=True)
    ms = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.role}: {self.model}"


class SealedRecord(models.Model):
    """Everything that an answer rests on, as canonical JSON (RFC 8785), with its sha256; written once."""

    answer = models.OneToOneField(Answer, on_delete=models.CASCADE, related_name="sealed")
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    signature = models.CharField(max_length=64, blank=True)
    """HMAC-SHA256 of the text under the installation's secret key: who changes the row cannot make it."""
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.sha256
