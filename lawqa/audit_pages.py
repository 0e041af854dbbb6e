"""The audit log for admins: looked through, checked, and taken away whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any

from asgiref.sync import sync_to_async
from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

import audit
from audit.actions import ACTIONS, title
from audit.export import CHUNK, MEDIA_TYPE, closing, lines, verify_rows
from audit.models import Entry, EntryQuerySet
from audit.verify import Report
from lawqa.forms import EARLIEST, LATEST
from people import log_names
from people.views import AdminPage

ENTRIES_A_PAGE = 60
MOST_CHECKED = 100_000
"""More entries are checked by the command: a page would have to wait too long."""
MAX_CHARS = 200
ANY = ""
ADDRESS_HASHES = frozenset({"email_hash", "name_hash"})
"""Not shown where the address itself comes from a row."""
DIGITS = 12
WARNS = frozenset({"session.refused", "factor.refused", "answer.failed", "document.failed"})


class DayField(forms.DateField):
    """A day, as `2026-11-21`, or none."""

    def __init__(self, label: str) -> None:
        say = "This is not a day of the calendar. Write it as year-month-day, such as 2026-08-01."
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(
            label=label, input_formats=["%Y-%m-%d"], required=False, error_messages={"invalid": say}, widget=widget
        )  # fmt: skip

    def clean(self, value: Any) -> dt.date | None:
        day: dt.date | None = super().clean(value)
        if day and not EARLIEST <= day <= LATEST:
            raise forms.ValidationError(f"Choose a day between {EARLIEST.year} and {LATEST.year}.")
        return day


def hinting(words: str) -> forms.TextInput:
    """A field that shows an example while it is empty."""
    return forms.TextInput(attrs={"placeholder": words})


class LogForm(forms.Form):
    """Which entries to show."""

    action = forms.CharField(required=False, label="What", max_length=60, widget=forms.Select)
    actor = forms.CharField(required=False, label="Who", max_length=MAX_CHARS, widget=hinting("a name"))
    subject = forms.CharField(
        required=False, label="Of what", max_length=MAX_CHARS, widget=hinting("user:3, or an address")
    )
    since = DayField("From")
    until = DayField("to")
    before = forms.IntegerField(required=False, min_value=1, max_value=10**15, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = sorted({action.partition(".")[0] for action in ACTIONS})
        kinds = [(f"{group}.", f"{group.capitalize()}: all") for group in groups]
        each = sorted(ACTIONS.items(), key=lambda item: item[1])
        self.fields["action"].widget.choices = [(ANY, "Everything"), ("By kind", kinds), ("One by one", each)]

    def choose(self, entries: EntryQuerySet) -> EntryQuerySet:
        """Those that are looked for; a field that is empty leaves out none."""
        given, wanted = self.cleaned_data, Q()
        if action := given["action"]:
            wanted &= Q(action__startswith=action) if action.endswith(".") else Q(action=action)
        if given["actor"]:
            wanted &= log_names.did(_plain(given["actor"]))
        if subject := _plain(given["subject"]).strip():
            wanted &= log_names.about(subject) if "@" in subject else Q(subject=subject)
        if given["since"]:
            wanted &= Q(at__gte=_midnight(given["since"]))
        if given["until"]:
            wanted &= Q(at__lt=_midnight(given["until"] + dt.timedelta(1)))
        if given["before"]:
            wanted &= Q(number__lt=given["before"])
        return entries.filter(wanted)


def _plain(text: str) -> str:
    return "".join(char for char in text if char.isprintable())


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(tzinfo=dt.UTC))


class LogPage(AdminPage):
    """The entries, the latest first; the number of the last one of a page leads to the next page."""

    def get(self, request: HttpRequest) -> HttpResponse:
        form = LogForm(request.GET)
        valid = form.is_valid()
        found = form.choose(Entry.objects.all()) if valid else Entry.objects.none()
        rows = list(found[: ENTRIES_A_PAGE + 1])
        shown = rows[:ENTRIES_A_PAGE]
        names = log_names.names_in(shown)
        context = {
            "form": form, "rows": [Row(entry, names) for entry in shown], "head": Entry.objects.first(),
            "older": shown[-1].number if len(rows) > len(shown) else None, "rest": _without_place(request),
            "sought": valid and any(form.cleaned_data.values()),
        }  # fmt: skip
        status = HTTPStatus.OK if valid else HTTPStatus.BAD_REQUEST
        return render(request, "audit/log.html", context, status=status)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Check the entries, or the latest of very many, and say what was found."""
        head = Entry.objects.first()
        since = max(1, head.number - MOST_CHECKED + 1) if head else 1
        report = verify_rows(since=since)
        audit.record("audit.verified", request.user, facts={"since": since, "whole": report.whole})
        for problem in report.problems:
            messages.error(request, problem)
        if report.whole:
            messages.success(request, said(report))
        return redirect("audit_log")


def said(report: Report) -> str:
    if not report.count:
        return "There is no entry to check yet."
    checked = f"{report.count:,} entries, {report.first:,} to {report.last:,}, were checked"
    unknown = f" {report.unchecked:,} were signed under another key." if report.unchecked else ""
    return f"{checked}: nothing was altered, left out or moved.{unknown}"


class Row:
    """An entry as the page shows it: names come from the rows that are still there, never from the log."""

    def __init__(self, entry: Entry, names: log_names.Names) -> None:
        self.entry = entry
        self.title = title(entry.action)
        self.who, self.about = names.actor(entry), names.subject(entry)
        facts = {
            name: value for name, value in entry.facts.items() if not (self.about and name in ADDRESS_HASHES)
        }
        self.facts = [(_called(name), _short(name, facts[name])) for name in sorted(facts)]
        if member := names.users.get(facts["user"] if isinstance(facts.get("user"), int) else 0):
            self.facts.append(("who", str(member)))
        self.warns = entry.action in WARNS


def _called(name: str) -> str:
    """The name of a fact; an address is where a request came from and no e-mail address."""
    return "from" if name == "address" else name.replace("_", " ")


def _short(name: str, value: Any) -> str:
    if name.endswith(("_hash", "sha256")) and isinstance(value, str) and len(value) > DIGITS:
        return f"{value[:DIGITS]}…"  # whole in the export
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value in (None, "") else str(value)


class LogExport(AdminPage):
    """The whole log as lines of JSON, for audit/verify.py."""

    def post(self, request: HttpRequest) -> StreamingHttpResponse:
        audit.record("audit.exported", request.user, facts={"since": 1, "by": "page"})
        name = f"lawqa-audit-{timezone.now():%Y-%m-%d-%H%M}.jsonl"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        last = Entry.objects.values_list("number", flat=True)[0]
        return StreamingHttpResponse(_stream(last), content_type=MEDIA_TYPE, headers=headers)


async def _stream(last: int) -> AsyncIterator[str]:
    """The lines, read a few thousand at a time so that the log never stands in memory."""
    for first in range(1, last + 1, CHUNK):
        yield await sync_to_async(_joined)(first, min(last, first + CHUNK - 1))
    yield await sync_to_async(closing)(last)


def _joined(first: int, last: int) -> str:
    return "".join(lines(first, last))


def _without_place(request: HttpRequest) -> str:
    """The query of the address, but for the place in the list."""
    query = request.GET.copy()
    query.pop("before", None)
    return query.urlencode()
