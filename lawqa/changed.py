"""The page of answers under which the law has changed, for whoever asked; and the button that says: seen."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from itertools import islice
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from corpus.views import Page
from lawqa.affected import affected, see
from lawqa.models import Question, QuestionQuerySet

ANSWERS_A_PAGE = 20
MOST_COUNTED = 99
"""More are not counted for the link of the history."""
MOST_MARKED = 1_000
"""Of changes in one request."""


class ChangedPage(Page):
    """Answers of whoever looks that the law has moved away from, the latest first; `?all` with those seen."""

    def get(self, request: HttpRequest) -> HttpResponse:
        everything = list(affected(own_questions(request.user)))
        unseen = [one for one in everything if one.unseen]
        shown = everything if "all" in request.GET else unseen
        page = Paginator(shown, ANSWERS_A_PAGE).get_page(request.GET.get("page"))
        context = {
            "page": page, "everything": "all" in request.GET, "unseen": len(unseen),
            "seen": len(everything) - len(unseen),
        }  # fmt: skip
        return render(request, "changed.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Mark as seen: `seen` is a question's id, a colon and a change's key, as often as there are changes."""
        marked = 0
        for pk, keys in _given(request.POST.getlist("seen")[:MOST_MARKED]).items():
            question = own_questions(request.user).filter(pk=pk).first()
            marked += see(question, keys) if question else 0
        if marked:
            messages.success(request, "Marked as seen. A later change of the law shows again.")
        back = _id(request.POST.get("back", ""))
        known = back is not None and own_questions(request.user).filter(pk=back).exists()
        return redirect("answer", pk=back) if known else redirect("changed")


def own_questions(user: Any) -> QuestionQuerySet:
    return Question.objects.visible_to(user).asked_by(user)


def unseen_count(user: Any) -> int:
    """How many answers of a person have changes that were not seen, counted up to one more than `MOST_COUNTED`."""
    unseen = (one for one in affected(own_questions(user)) if one.unseen)
    return sum(1 for _ in islice(unseen, MOST_COUNTED + 1))


def _given(pairs: Iterable[str]) -> dict[uuid.UUID, set[str]]:
    found: defaultdict[uuid.UUID, set[str]] = defaultdict(set)
    for pair in pairs:
        question, _, key = pair.partition(":")
        if pk := _id(question):
            found[pk].add(key)
    return found


def _id(given: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(given)
    except ValueError:
        return None
