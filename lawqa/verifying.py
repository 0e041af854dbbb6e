"""Where people paste a text, a brief or another assistant's answer, and see what the shelf says of it. Nothing is kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from corpus.models import CollectionQuerySet
from corpus.views import Page
from lawqa.asking import askable
from lawqa.checking import LONGEST_TEXT, CheckedText, check_text
from lawqa.checking.layout import lay_out
from lawqa.checking.types import Weight
from lawqa.forms import DayField, ShelvesField, is_control

NO_TEXT = "Paste a text first."
TOO_LONG = "The text has {:,} characters; at most {:,} are read at once. Divide it and check the parts."


class TextField(forms.CharField):
    """Any text. What word processors and PDF put between the words is made into spaces, character for character."""

    def __init__(self) -> None:
        super().__init__(
            label="Text to verify",
            strip=False,
            error_messages={"required": NO_TEXT},
            widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
        )
        self.validators = []

    def clean(self, value: Any) -> str:
        text = super().clean(readable(str(value or "")))
        if not text.strip():
            raise ValidationError(NO_TEXT)
        if len(text) > LONGEST_TEXT:
            raise ValidationError(TOO_LONG.format(len(text), LONGEST_TEXT), code="too_large")
        return str(text)


def readable(text: str) -> str:
    """Line ends as one character; control characters as spaces."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    if not any(is_control(char) for char in lines):
        return lines
    return "".join(" " if is_control(char) else char for char in lines)


class VerifyForm(forms.Form):
    """A text, the day whose law is meant, and the shelves."""

    text = TextField()
    as_of = DayField()

    def __init__(self, *args: Any, shelves: CollectionQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["collections"] = ShelvesField(shelves)
        for name in self.errors if self.is_bound else ():
            attrs = {"aria-invalid": "true", "aria-describedby": f"error_{name}"}
            self.fields[name].widget.attrs.update(attrs)

    @property
    def status(self) -> int:
        """The HTTP status that the errors amount to."""
        return 413 if self.has_error("text", "too_large") else 400

    def check_text(self) -> CheckedText:
        """What the shelf says of a valid form's text."""
        given = self.cleaned_data
        shelves = frozenset(given["collections"].values_list("pk", flat=True))
        return check_text(given["text"], shelves, given["as_of"])


class VerifyPage(Page):
    """The form; what was found out stands below it, beside the text."""

    def get(self, request: HttpRequest) -> HttpResponse:
        shelves = askable(request.user)
        slugs = [shelf.slug for shelf in shelves if not shelf.is_matter]
        form = VerifyForm(shelves=shelves, initial={"as_of": timezone.localdate(), "collections": slugs})
        return _page(request, form)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = VerifyForm(request.POST, shelves=askable(request.user))
        if not form.is_valid():
            return _page(request, form, status=form.status)
        return _page(request, form, form.check_text())


def _page(
    request: HttpRequest, form: VerifyForm, checked: CheckedText | None = None, *, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "longest": LONGEST_TEXT, "checked": checked}
    if checked is not None:
        context["paragraphs"] = lay_out(checked)
        context["counts"] = [(weight.value, checked.count(weight)) for weight in Weight]
        context["found"] = len(checked.all)
    response = render(request, "verify.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response
