"""What is asked of who adds law: where the files belong, and what a text is."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from corpus.models import Collection, IngestJob
from corpus.receiving import OWN_NAME, OWN_SLUG, Order, own_shelves, shelf, shelf_called
from corpus.roles import Role, at_least
from corpus.types import Facts, Kind

NEW = ":new"
"""The choice of a shelf that is not there yet; no slug has a colon."""
EARLIEST, LATEST = dt.date(1000, 1, 1), dt.date(2199, 12, 31)


class AddForm(forms.Form):
    """The shelf, and whether a person wants to look first."""

    shelf = forms.ChoiceField(label="Shelf", initial=OWN_SLUG)
    new_shelf = forms.CharField(label="Name of the new shelf", required=False, max_length=200)
    check_first = forms.BooleanField(
        label="Let me check what was read before it becomes searchable", required=False
    )
    batch = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        """With the shelves to which that user may add; a librarian may make one for the firm."""
        super().__init__(*args, **kwargs)
        self._user = user
        addable = own_shelves(Collection.objects.addable_by(user))
        self._shelves = {row.slug: row for row in addable.order_by("name")}
        makes = at_least(user, Role.LIBRARIAN)
        names = {OWN_SLUG: OWN_NAME} if makes else {}
        names |= {slug: row.name for slug, row in self._shelves.items()}
        field = self.fields["shelf"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [*names.items(), *([(NEW, "A new shelf …")] if makes else [])]
            field.error_messages["invalid_choice"] = (
                "There is no such shelf any more. Choose among those shown."
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("shelf") == NEW and not cleaned.get("new_shelf"):
            self.add_error("new_shelf", "Give the new shelf a name, such as Employment law.")
        return cleaned

    def order(self) -> Order:
        """Where the files go; a new shelf is made."""
        return Order(
            collection=self._collection(),
            batch=self.cleaned_data["batch"] or uuid.uuid4(),
            added_by=self._user,
            check_first=self.cleaned_data["check_first"],
        )

    def _collection(self) -> Collection:
        slug = self.cleaned_data["shelf"]
        if slug == NEW:
            return shelf_called(self.cleaned_data["new_shelf"], self._user)
        return self._shelves.get(slug) or shelf(slug, OWN_NAME, self._user)


class DayField(forms.DateField):
    """A day as `2026-11-21`."""

    def __init__(self, label: str, help_text: str) -> None:
        say = "This is not a day of the calendar. Write it as year-month-day, such as 2024-08-01."
        super().__init__(
            label=label, help_text=help_text, required=False, input_formats=["%Y-%m-%d"],
            error_messages={"invalid": say}, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        )  # fmt: skip

    def clean(self, value: Any) -> dt.date | None:
        day: dt.date | None = super().clean(value)
        if day and not EARLIEST <= day <= LATEST:
            raise ValidationError(f"Choose a day between {EARLIEST.year} and {LATEST.year}.", code="invalid")
        return day


def _words(label: str, most: int, help_text: str = "", **facts: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, help_text=help_text, required=False, **facts)


class FactsForm(forms.Form):
    """What is known of an instrument: corpus.types.Facts. An empty field takes what was read from the text."""

    kind = forms.ChoiceField(
        label="Kind",
        required=False,
        choices=[("", "—"), *((kind.value, kind.value.capitalize()) for kind in Kind)],
    )
    jurisdiction = _words(
        "Jurisdiction", 12, "A code: us, us-ca, gb, eu, in.",
        validators=[RegexValidator(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})?\Z", "Write a code such as us, us-ca, gb, eu or in.")],
    )  # fmt: skip
    title = _words("Title", 1_000, "The whole title, as on the first page.")
    citation = _words("Citation", 300, "How a lawyer cites the whole: 17 U.S.C., 410 U.S. 113.")
    short_title = _words("Short title", 300, "What stands before section numbers: GDPR, Companies Act 2006.")
    dated = DayField("In effect from", "The day from which this text is law.")
    court = _words("Court", 200)
    decided_on = DayField("Decided on", "")
    docket = _words("Docket number", 200)

    def __init__(self, data: Any = None, *, job: IngestJob) -> None:
        super().__init__(data, initial=job.facts())
        self._job = job
        known = job.facts()
        if not (known.get("dated") or known.get("decided_on")):
            day = job.added_at.date()
            said = f"Without one, the day of the upload stands in: {day.day} {day:%B %Y}."
            self.fields["dated"].help_text += f" {said}"
        for name in self.errors if self.is_bound else ():
            attrs = {"aria-invalid": "true", "aria-describedby": f"error_{name}"}
            self.fields[name].widget.attrs.update(attrs)

    def clean_jurisdiction(self) -> str:
        return str(self.cleaned_data["jurisdiction"]).lower()

    def facts(self) -> Facts:
        """What a person gave: what differs from the text's own, or was given before."""
        given = {
            name: value
            for name, value in self.cleaned_data.items()
            if value and (str(value) != self._job.guessed.get(name) or self._job.given.get(name))
        }
        kind = given.pop("kind", None)
        return Facts(kind=Kind(kind) if kind else None, **given)

    @property
    def from_text(self) -> set[str]:
        """Names of the fields that show what was read from the text."""
        return {name for name, value in self._job.guessed.items() if value and not self._job.given.get(name)}
