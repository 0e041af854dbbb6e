"""Where people ask: the question's form, the same again with other choices, a follow-up, and Stop."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from corpus.holdings import holdings
from corpus.models import Collection, CollectionQuerySet, Section
from corpus.views import Page
from lawqa import auditing
from lawqa.forms import AskForm
from lawqa.models import Question
from lawqa.reading import suggestions
from lawqa.tasks import hint

RECENT = 8


class AskPage(Page):
    """The question's form, and where it is sent: from here, and from the pages of answers."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render_ask(request, ask_form(request, initial=initial(request)))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Where law may be read without signing in, an answer is still somebody's: only they may open it."""
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        form = ask_form(request, request.POST)
        if not form.is_valid():
            return render_ask(request, form, status=form.status)
        question = save_question(request, form)
        hint(question.pk)
        return redirect("answer", pk=question.pk)


class StopQuestion(Page):
    """No more is done for a question; what is verified by then is its answer."""

    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        question = get_object_or_404(Question.objects.visible_to(request.user), pk=pk)
        auditing.stop(question, request.user)
        return redirect("answer", pk=pk)


def ask_form(request: HttpRequest, data: Any = None, **facts: Any) -> AskForm:
    """The form with what this reader may choose: shelves, sections and earlier questions."""
    return AskForm(
        data, shelves=askable(request.user), questions=Question.objects.visible_to(request.user), **facts
    )


def askable(user: Any) -> CollectionQuerySet:
    """The shelves that a person may search by a question: what he reads, but for closed matters."""
    return Collection.objects.readable_by(user).filter(closed_at=None)


def render_ask(request: HttpRequest, form: AskForm, status: int = HTTPStatus.OK) -> HttpResponse:
    held = holdings(Collection.objects.readable_by(request.user))
    recent = Question.objects.visible_to(request.user).select_related("answer")[:RECENT]
    context = {
        "form": form, "held": held, "recent": recent, "examples": suggestions(held.codes),
        "follows": form.kept("follows"), "pinned": sections(form, "pinned"), "excluded": sections(form, "excluded"),
    }  # fmt: skip
    return render(request, "ask.html", context, status=status)


def sections(form: AskForm, name: str) -> list[Section]:
    """The sections chosen in a form, of those that its reader may choose."""
    keys = form.kept(name)
    return list(Section.objects.filter(pk__in=keys).defer("text", "notes")) if keys else []


def initial(request: HttpRequest) -> dict[str, Any]:
    """An earlier question to start from (`?again=<its id>`), or today and the shelves of `chosen`."""
    earlier = earlier_question(request)
    if earlier is not None:
        slugs = list(earlier.collections.values_list("slug", flat=True))
        return {
            "text": earlier.text, "as_of": earlier.as_of, "collections": slugs, "follows": earlier.follows_id,
            "pinned": earlier.pinned, "excluded": earlier.excluded,
        }  # fmt: skip
    return {"as_of": timezone.localdate(), "collections": chosen(request)}


def chosen(request: HttpRequest) -> list[str]:
    """The slugs of every shelf but matters; with `?shelf=<slug>` that one, and beside a matter all that is none.

    No matter is searched unless it was chosen, so that none gets into the answer to another's question.
    """
    shelves = {shelf.slug: shelf for shelf in askable(request.user)}
    law = [slug for slug, shelf in shelves.items() if not shelf.is_matter]
    asked = shelves.get(request.GET.get("shelf", ""))
    if asked is None:
        return law
    return [*law, asked.slug] if asked.is_matter else [asked.slug]


def earlier_question(request: HttpRequest) -> Question | None:
    try:
        pk = uuid.UUID(request.GET.get("again", ""))
    except ValueError:
        return None
    return Question.objects.visible_to(request.user).filter(pk=pk).first()


def save_question(request: HttpRequest, form: AskForm) -> Question:
    return saved(form, request.user if request.user.is_authenticated else None)


def saved(form: AskForm, asked_by: Any) -> Question:
    """The question that a valid form asks, as a row and in the audit log."""
    question = form.question()
    question.asked_by = asked_by
    with transaction.atomic():
        question.save()
        question.collections.set(form.cleaned_data["collections"])
        auditing.asked(question)
    return question
