"""Answers as they stay for ever: sentences, citations, sources, what models were asked, and the sealed record."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from corpus.models import Section


class Answer(models.Model):
    """What was said to a question, once and for ever."""

    question = models.OneToOneField("Question", on_delete=models.CASCADE, related_name="answer")
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
