"""The pages of what was asked before: searched, filtered, one page after another."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import Truncator

from corpus.views import Page
from lawqa import auditing
from lawqa.affected import effects_of, moved
from lawqa.changed import unseen_count
from lawqa.forms import DayField
from lawqa.models import AnswerCitation, Question, QuestionQuerySet

QUESTIONS_A_PAGE = 30
MAX_FIND_CHARS = 200
LABELS = 4
"""Citations named beside a question."""


class OptionalDay(DayField):
    """A day, or none."""

    def __init__(self, label: str) -> None:
        super().__init__()
        self.label = label

    def clean(self, value: Any) -> Any:
        return super().clean(value) if value else None


class HistoryForm(forms.Form):
    """What to look for among the questions."""

    find = forms.CharField(
        required=False, label="Find words in questions, answers and citations", max_length=MAX_FIND_CHARS,
        widget=forms.TextInput(attrs={"type": "search"}),
    )  # fmt: skip
    outcome = forms.ChoiceField(
        required=False, label="Show", choices=[("", "All questions"), ("answered", "Answered"), ("none", "Without an answer")],
        error_messages={"invalid_choice": "Choose all questions, those answered, or those without an answer."},
    )  # fmt: skip
    since = OptionalDay("Asked from")
    until = OptionalDay("to")

    def clean_find(self) -> str:
        kept = "".join(char if char.isprintable() else " " for char in self.cleaned_data["find"])
        return " ".join(kept.split())

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if since and until and since > until:
            raise ValidationError("The first day is after the last one. Exchange them.")
        return given

    def choose(self, questions: QuestionQuerySet) -> QuestionQuerySet:
        """Those that are looked for; what is not filled in leaves out none."""
        given = self.cleaned_data
        found = questions.asked_between(given["since"], given["until"]).saying(given["find"])
        if given["outcome"]:
            found = found.answered(answered=given["outcome"] == "answered")
        return found


class HistoryPage(Page):
    """Every question that a reader may open, newest first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        everything = Question.objects.visible_to(request.user)
        form = HistoryForm(request.GET)
        valid = form.is_valid()
        found = form.choose(everything) if valid else everything.none()
        page = Paginator(listed(found, everything), QUESTIONS_A_PAGE).get_page(request.GET.get("page"))
        candidates = moved(everything.filter(pk__in=[one.pk for one in page]))
        context = {
            "form": form, "page": page, "affected": effects_of(list(candidates)),
            "changed": unseen_count(request.user), "sought": valid and any(form.cleaned_data.values()),
            "removable": set(everything.removable_by(request.user).filter(pk__in=[one.pk for one in page]).values_list("pk", flat=True)),
            "any": bool(page.paginator.count) or everything.exists(), "rest": without_page(request),
        }  # fmt: skip
        return render(
            request, "history.html", context, status=HTTPStatus.OK if valid else HTTPStatus.BAD_REQUEST
        )


class RemoveQuestion(Page):
    """Asks first, then removes a question with its answer and record, for good."""

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        question = get_object_or_404(Question.objects.removable_by(request.user), pk=pk)
        visible = Question.objects.visible_to(request.user)
        context = {"question": question, "later": visible.filter(follows=question).count()}
        return render(request, "remove_question.html", context)

    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        question = get_object_or_404(Question.objects.removable_by(request.user), pk=pk)
        auditing.remove(question, request.user)
        messages.success(request, f"“{Truncator(question.text).chars(80)}” was removed with its answer.")
        return redirect("history")


def listed(questions: QuestionQuerySet, visible: QuestionQuerySet) -> QuestionQuerySet:
    """With what a line of the list says: the answer, the citations, the question before if it is visible."""
    cited = AnswerCitation.objects.filter(claim__shown=True).only("label", "claim_id").order_by("pk")
    claims = Prefetch("answer__claims__citations", queryset=cited)
    ordered = questions.order_by("-asked_at", "pk").select_related("answer")
    return ordered.prefetch_related(claims, Prefetch("follows", queryset=visible))


def without_page(request: HttpRequest) -> str:
    """The query of the page's address, but for the page's number."""
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()
