"""What an operator sees of questions and answers. An answer stays as it was given: it is read only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from audit.admin import Recorded
from corpus.admin import Readable, ReadOnly
from lawqa.models import Answer, AnswerSource, Claim, Event, ModelCall, Question

if TYPE_CHECKING:
    QuestionBase = admin.ModelAdmin[Question]
    AnswerBase = admin.ModelAdmin[Answer]
    EventRows = admin.TabularInline[Event, Question]
    ClaimRows = admin.TabularInline[Claim, Answer]
    SourceRows = admin.TabularInline[AnswerSource, Answer]
    CallRows = admin.TabularInline[ModelCall, Answer]
else:  # generic for the type checker only
    QuestionBase = AnswerBase = admin.ModelAdmin
    EventRows = ClaimRows = SourceRows = CallRows = admin.TabularInline


class EventInline(ReadOnly, EventRows):
    """What happened to a question, in order."""

    model = Event
    fields = ("created_at", "kind", "data")
    readonly_fields = fields


class ClaimInline(ReadOnly, ClaimRows):
    """The sentences of an answer, shown and withheld."""

    model = Claim
    fields = ("key", "text", "shown", "writer", "rewrites_id")
    readonly_fields = fields


class SourceInline(ReadOnly, SourceRows):
    """The passages that were put before the writer."""

    model = AnswerSource
    fields = ("marker", "label", "heading", "score", "used", "pinned", "flags", "advice")


class CallInline(ReadOnly, CallRows):
    """What models were asked, and what came of it."""

    model = ModelCall
    fields = (
        "role", "model", "prompt", "prompt_tokens", "cached_tokens", "completion_tokens", "ms", "failure",
    )  # fmt: skip


@admin.register(Question)
class QuestionAdmin(Recorded, Readable, QuestionBase):
    """Questions may be deleted, with their answers, and not altered."""

    list_display = ("text", "as_of", "state", "attempts", "asked_by", "asked_at")
    list_filter = ("state",)
    list_select_related = ("asked_by",)
    search_fields = ("text",)
    date_hierarchy = "asked_at"
    fields = (
        "text", "restated", "restated_by", "follows", "terms", "pinned", "excluded", "as_of", "collections", "state",
        "attempts", "asked_by", "asked_at", "started_at", "stop_requested_at",
    )  # fmt: skip
    readonly_fields = fields
    inlines = (EventInline,)

    def has_add_permission(self, request: object) -> bool:
        return False


@admin.register(Answer)
class AnswerAdmin(ReadOnly, AnswerBase):
    """What was said, once and for ever."""

    list_display = ("question", "outcome", "writer", "incomplete", "created_at")
    list_filter = ("outcome", "incomplete", "writer")
    list_select_related = ("question",)
    search_fields = ("question__text",)
    inlines = (ClaimInline, SourceInline, CallInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Answer]:
        return super().get_queryset(request).filter(question__in=Question.objects.visible_to(request.user))
