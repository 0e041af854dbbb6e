"""What a question must be before it becomes a row, with a sentence for each thing that it is not."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from corpus.models import Collection, CollectionQuerySet, Section
from lawqa.models import Question, QuestionQuerySet

EARLIEST = dt.date(1700, 1, 1)
LATEST = dt.date(2199, 12, 31)
TOO_LARGE = 100_000
"""Characters above which a text is not a question but a mistake (HTTP 413)."""
ALLOWED_CONTROLS = "\n\r\t"
MAX_TERMS, MAX_TERM_CHARS = 12, 80
MAX_CHOICES = 20
"""Sections that a reader may pin, and that he may leave out."""
MAX_KEY_DIGITS = 18

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


def without_controls(text: str, what: str = "The question") -> None:
    found = next((char for char in text if is_control(char)), None)
    if found is not None:
        raise ValidationError(
            f"{what} contains a control character (U+{ord(found):04X}) that cannot be read. "
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


class TermsField(forms.CharField):
    """Keywords with commas between them; none given: they are found in the question."""

    def __init__(self) -> None:
        super().__init__(label="Keywords", required=False, strip=True, widget=forms.TextInput)
        self.validators = []

    def clean(self, value: Any) -> list[str] | None:
        text = super().clean(value)
        without_controls(text, "A keyword")
        terms = read_terms(text)
        if len(terms) > MAX_TERMS:
            raise ValidationError(
                f"{len(terms)} keywords are more than a search can weigh; keep the {MAX_TERMS} that matter most."
            )
        long = next((term for term in terms if len(term) > MAX_TERM_CHARS), None)
        if long is not None:
            raise ValidationError(
                f"The keyword “{long[:30]}…” has {len(long)} characters; at most {MAX_TERM_CHARS} are read. "
                "Put commas between keywords, and sentences into the question."
            )
        return terms or None


def read_terms(text: str) -> list[str]:
    """`a, b; c` as three keywords, each once, white space set right."""
    parts = (" ".join(part.split()) for part in re.split(r"[,;\n]", text))
    return list({part.casefold(): part for part in reversed([*parts]) if part}.values())[::-1]


class FollowsField(forms.CharField):
    """The earlier question of the conversation: one that the reader may open."""

    def __init__(self, questions: QuestionQuerySet) -> None:
        super().__init__(required=False, widget=forms.HiddenInput)
        self.questions = questions

    def clean(self, value: Any) -> Question | None:
        text = str(value or "").strip()
        if not text:
            return None
        try:
            found = self.questions.filter(pk=uuid.UUID(text)).first()
        except ValueError:
            found = None
        if found is None:
            raise ValidationError(
                "The question that this one follows is not there, or not any more. Ask on, and say in full what you mean."
            )
        return found


class SectionsField(forms.Field):
    """Sections by their keys: of shelves that the reader may read, and no others exist for him."""

    def __init__(self, shelves: CollectionQuerySet) -> None:
        super().__init__(required=False, widget=forms.MultipleHiddenInput)
        self.shelves = shelves

    def clean(self, value: Any) -> list[int]:
        keys = list(dict.fromkeys(str(key) for key in value or ()))
        if len(keys) > MAX_CHOICES:
            raise ValidationError(f"{len(keys)} sections were chosen; at most {MAX_CHOICES} can be.")
        if not keys:
            return []
        wanted = [
            int(key) for key in keys if key.isascii() and key.isdecimal() and len(key) <= MAX_KEY_DIGITS
        ]
        readable = Section.objects.filter(pk__in=wanted, document__collection__in=self.shelves)
        found = set(readable.values_list("pk", flat=True))
        if len(wanted) < len(keys) or not found.issuperset(wanted):
            raise ValidationError(
                "A section that was chosen is not on your shelves, or not any more. "
                "Open the answer again and choose among the sections shown there."
            )
        return wanted


class AskForm(forms.Form):
    """Question, day, shelves; and what a conversation adds to them."""

    text = QuestionField()
    as_of = DayField()
    alone = forms.BooleanField(required=False, widget=forms.HiddenInput)
    """A follow-up is to be read exactly as it was typed."""
    terms = TermsField()
    terms_shown = forms.CharField(required=False, strip=True, widget=forms.HiddenInput)
    """Extracted keywords as the reader found them in the field: left as they are, they are extracted anew."""

    UNSEEN: ClassVar = ("follows", "pinned", "excluded")

    def __init__(
        self,
        *args: Any,
        shelves: CollectionQuerySet,
        questions: QuestionQuerySet | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"] = QuestionField()  # reads the limit now, not when the class was made
        self.fields["collections"] = ShelvesField(shelves)
        self.fields["follows"] = FollowsField(Question.objects.none() if questions is None else questions)
        self.fields["pinned"] = SectionsField(shelves)
        self.fields["excluded"] = SectionsField(shelves)
        for name in self.errors if self.is_bound else ():
            if name in self.fields:
                attrs = {"aria-invalid": "true", "aria-describedby": f"error_{name}"}
                self.fields[name].widget.attrs.update(attrs)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if set(given.get("pinned") or ()) & set(given.get("excluded") or ()):
            raise ValidationError(
                "A section cannot be always used and left out at once. Untick one of the two."
            )
        if given.get("terms") == (read_terms(given.get("terms_shown") or "") or None):
            given["terms"] = None
        if given.get("alone"):
            given["follows"] = None
        return given

    def question(self) -> Question:
        """The question that a valid form asks, not saved yet."""
        given = self.cleaned_data
        return Question(
            text=given["text"], as_of=given["as_of"], follows=given["follows"], terms=given["terms"],
            pinned=given["pinned"], excluded=given["excluded"],
        )  # fmt: skip

    def kept(self, name: str) -> Any:
        """What a field holds so far, where it may be held; None where it may not."""
        try:
            return self.fields[name].clean(self[name].value())
        except ValidationError:
            return None

    @property
    def unseen_errors(self) -> list[str]:
        """Errors of what has no field on the page."""
        names = ("__all__", *self.UNSEEN)
        return [str(error) for name in names for error in self.errors.get(name, ())]

    @property
    def status(self) -> int:
        """The HTTP status that the errors amount to."""
        return 413 if self.has_error("text", "too_large") else 400
