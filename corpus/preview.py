"""What was read from a file, as a person checks it: its sections, and what they change in a document."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from corpus import extraction, intake, review
from corpus.differences import Piece, pieces
from corpus.flags import sentence
from corpus.models import IngestJob, Page, Section, SectionQuerySet
from corpus.review import Change, Comparison
from corpus.structure import document
from corpus.types import SectionText, StructuredText

KEPT_TEXTS = 2
"""Texts kept in memory between two looks at the same page of a preview."""
MOST_PAGES_NAMED = 12
State = IngestJob.State


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One section of the preview."""

    label: str
    heading: str
    ancestors: tuple[str, ...]
    chars: int
    pages: str
    """`p. 3` or `pp. 3–5`; empty where the format has no pages."""
    beginning: str
    pk: int | None = None
    """Of its row, once it is searchable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """Something that a person should look at, and on which pages."""

    sentence: str
    pages: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Altered:
    """One section that an edition changes, laid out for reading."""

    kind: str
    label: str
    heading: str
    pieces: Sequence[Piece]


def text_of(job: IngestJob) -> StructuredText:
    """What a job in review would put on the shelf. Pages are read anew when the job has changed."""
    return _text(job.pk, job.changed_at, str(sorted(job.given.items())))


@lru_cache(maxsize=KEPT_TEXTS)
def _text(pk: uuid.UUID, changed_at: dt.datetime, given: str) -> StructuredText:
    del changed_at, given  # of the key only
    job = IngestJob.objects.select_related("file", "edition_of").get(pk=pk)
    return intake.reading(job, extraction.clean, document.read)


def sections(job: IngestJob) -> Sequence[SectionText] | SectionQuerySet:
    """The sections that were found: of a searchable text as they stand on the shelf, of one in review as read."""
    if job.state == State.REVIEW:
        return text_of(job).sections
    if job.edition and job.document_id:
        held = Section.objects.filter(document=job.document_id).enacted(job.edition.dated)
        return held.order_by("position", "pk")
    return ()


def shown(section: SectionText | Section) -> Shown:
    """A section as the preview shows it."""
    return Shown(
        pk=section.pk if isinstance(section, Section) else None,
        label=section.label, heading=section.heading, ancestors=tuple(section.ancestors), chars=len(section.text),
        pages=span(number for _, number in section.page_breaks), beginning=section.text[:200],
    )  # fmt: skip


def span(numbers: Iterable[int]) -> str:
    """Of the pages from the first to the last."""
    known = sorted(set(numbers))
    if not known:
        return ""
    return f"p. {known[0]}" if len(known) == 1 else f"pp. {known[0]}–{known[-1]}"


def noticed(job: IngestJob) -> list[Noticed]:
    """The flags of a job as sentences, each with the pages that carry it."""
    where: dict[str, list[int]] = {flag: [] for flag in job.flags}
    flagged = Page.objects.filter(file=job.file_id).exclude(flags=[]).order_by("number")
    for number, flags in flagged.values_list("number", "flags"):
        for flag in flags:
            where.setdefault(flag, []).append(number)
    return [Noticed(sentence=sentence(flag), pages=_listed(numbers)) for flag, numbers in where.items()]


def _listed(numbers: Sequence[int]) -> str:
    if not numbers:
        return ""
    named = ", ".join(str(number) for number in numbers[:MOST_PAGES_NAMED])
    more = len(numbers) - MOST_PAGES_NAMED
    return f"{'Page' if len(numbers) == 1 else 'Pages'} {named}" + (f" and {more:,} more" if more > 0 else "")


def comparison(job: IngestJob) -> Comparison | None:
    """What the text would change in the document that it seems to be an edition of."""
    if job.state != State.REVIEW or job.edition_of is None:
        return None
    return review.compare(job.edition_of, text_of(job))


def altered(changes: Iterable[Change]) -> Iterator[Altered]:
    """Sections before and after, word by word."""
    for change in changes:
        before, after = change.before, change.after
        named = after or before
        if named is None:
            continue
        kind = "removed" if after is None else "added" if before is None else "changed"
        old, new = (_whole(before) if before else ""), (_whole(after) if after else "")
        yield Altered(kind=kind, label=named.label, heading=named.heading, pieces=pieces(old, new))


def _whole(section: Section | SectionText) -> str:
    return f"{section.heading}\n{section.text}" if section.heading else section.text
