"""What a question must be before it becomes a row, with a sentence for each thing that it is not."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from corpus.models import Collection, CollectionQuerySet

EARLIEST = dt.date(1700, 1, 1)
LATEST = dt.date(2199, 12, 31)
TOO_LARGE = 100_000
"""Characters above which a text is not a question but a mistake (HTTP 413)."""
ALLOWED_CONTROLS = "\n\r\t"

if TYPE_CHECKING:
    CollectionsField = forms.ModelMultipleChoiceField[Collection]
else:  # generic for the type checker only
    CollectionsField = forms.ModelMultipleChoiceField


class QuestionField(forms.CharField):
    """A question in words: no more than the setting allows, and nothing that cannot be shown."""

    def __init__(self) -> None:
        super().__init__(
            label="Your question",
            error_messages={"required": "Type a question first."},
            widget=forms.Textarea(attrs={"rows": 4, "maxlength": settings.LAWQA_MAX_QUESTION_CHARS}),
        )
        self.validators = [within_length, without_controls]


def within_length(text: str) -> None:
    limit = settings.LAWQA_MAX_QUESTION_CHARS
    if len(text) > limit:
        raise ValidationError(
            f"The question has {len(text):,} characters; at most {limit:,} are read. Shorten it to the point.",
            code="too_large" if len(text) >= TOO_LARGE else "too_long",
        )


def without_controls(text: str) -> None:
    found = next((char for char in text if is_control(char)), None)
    if found is not None:
        raise ValidationError(
            f"The question contains a control character (U+{ord(found):04X}) that cannot be read. "
            "Type it again, or paste it as plain text.",
            code="controls",
        )


def is_control(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cs"} and char not in ALLOWED_CONTROLS


class DayField(forms.DateField):
    """The day whose law is asked for, as `2026-11-21`."""

    def __init__(self) -> None:
        say = "This is not a day of the calendar. Write it as year-month-day, such as 2024-08-01."
        super().__init__(
            label="Law as of",
            input_formats=["%Y-%m-%d"],
            required=False,
            error_messages={"invalid": say},
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        )

    def clean(self, value: Any) -> dt.date:
        day: dt.date | None = super().clean(value)
        if day is None:
            return timezone.localdate()
        if not EARLIEST <= day <= LATEST:
            raise ValidationError(f"Choose a day between {EARLIEST.year} and {LATEST.year}.", code="invalid")
        return day


class ShelvesField(CollectionsField):
    """Which collections are searched: those that the user may read, and none other exists for him."""

    def __init__(self, shelves: CollectionQuerySet) -> None:
        super().__init__(
            label="Shelves",
            queryset=shelves,
            to_field_name="slug",
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "required": "Choose at least one shelf.",
                "invalid_choice": "There is no shelf called “%(value)s”. Choose among those shown.",
                "invalid_pk_value": "There is no shelf called “%(pk)s”. Choose among those shown.",
            },
        )

    def clean(self, value: Any) -> Any:
        for slug in value or ():
            without_controls_in_slug(slug)
        return super().clean(value)

    def label_from_instance(self, obj: Collection) -> str:
        return obj.name


def without_controls_in_slug(slug: str) -> None:
    """A database may refuse such a name with an error of its own."""
    if any(is_control(char) for char in slug):
        raise ValidationError(
            "There is no shelf of that name. Choose among those shown.", code="invalid_choice"
        )


class AskForm(forms.Form):
    """Question, day, shelves."""

    text = QuestionField()
    as_of = DayField()

    def __init__(self, *args: Any, shelves: CollectionQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"] = QuestionField()  # reads the limit now, not when the class was made
        self.fields["collections"] = ShelvesField(shelves)
        for name in self.errors if self.is_bound else ():
            attrs = {"aria-invalid": "true", "aria-describedby": f"error_{name}"}
            self.fields[name].widget.attrs.update(attrs)

    @property
    def status(self) -> int:
        """The HTTP status that the errors amount to."""
        return 413 if self.has_error("text", "too_large") else 400
