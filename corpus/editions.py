"""Stage 1 of loading: what was read becomes rows, with the days on which each text is law.

An edition says what the law is on its day. A section whose words it leaves as they were stays one row, however
they are set (corpus.typography); a changed one is closed on that day and a new row opened; one that is gone is
closed. Editions may come in any order: an older one fills in what was law before, and what a later one confirmed
is law again from the later one's day.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, islice

from django.db import transaction

from corpus.models import Collection, Document, Edition, Name, Section, StoredFile
from corpus.types import DocumentText, LoadReport, SectionText
from corpus.typography import same_heading, same_words

CHUNK = 200  # sections a transaction, so that nobody waits long for the database


def record(
    collection: Collection, text: DocumentText, sections: Iterable[SectionText], report: LoadReport
) -> Edition:
    """Save one edition of one document; `sections` is consumed as a stream. Loading it again changes nothing."""
    return fill(begin(collection, text), sections, report)


def begin(collection: Collection, text: DocumentText, *, file: StoredFile | None = None) -> Edition:
    """The edition's row, and its document's; with a file always an edition of that file's own."""
    document = _document(collection, text)
    dated = text.dated or text.decided_on or dt.datetime.now(dt.UTC).date()
    facts = {"source": text.source[:1000], "sha256": "", "file": file}
    same_day = Edition.objects.filter(document=document, dated=dated)
    if file and same_day.filter(label=text.edition).exclude(file=file).exists():
        facts["label"] = f"{text.edition} {same_day.count() + 1}".strip()
        return Edition.objects.create(document=document, dated=dated, **facts)
    known = {"document": document, "dated": dated, "label": text.edition}
    return Edition.objects.get_or_create(**known, defaults=facts)[0]


def amend(edition: Edition, text: DocumentText) -> Edition:
    """Bring an edition's document and day up to what a person corrected."""
    document = _document(edition.document.collection, text)
    if text.dated and text.dated != edition.dated:
        held = Section.objects.filter(document=document)
        held.filter(edition=edition, valid_from=edition.dated).update(valid_from=text.dated)
        held.exclude(edition=edition).filter(valid_to=edition.dated).update(valid_to=text.dated)
        edition.dated = text.dated
        edition.save(update_fields=["dated"])
    return edition


def fill(
    edition: Edition,
    sections: Iterable[SectionText],
    report: LoadReport,
    *,
    guard: Callable[[], None] = lambda: None,
) -> Edition:
    """Record an edition's sections. `guard` is called in every transaction and may raise to stop it."""
    digest = hashlib.sha256()
    seen: set[str] = set()
    document = Document.objects.filter(pk=edition.document_id)
    for chunk in _chunks(sections):
        with transaction.atomic():
            guard()
            document.touch()
            _record_chunk(edition, chunk, len(seen), report)
        for section in chunk:
            digest.update(f"{section.path}\0{section_digest(section)}\n".encode())
        seen.update(section.path for section in chunk)
    edition.section_count, edition.sha256 = len(seen), digest.hexdigest()
    with transaction.atomic():
        guard()
        document.touch()
        edition.save()
        report.closed += _close_missing(edition, seen) if seen else 0
    report.documents += 1
    return edition


def free_key(collection: Collection, key: str) -> str:
    """The key, or the first of `key~2`, `key~3` … that no document of the shelf has."""
    taken = set(collection.documents.filter(key__startswith=key).values_list("key", flat=True))
    numbered = (f"{key}~{number}" for number in range(2, len(taken) + 3))
    return key if key not in taken else next(name for name in numbered if name not in taken)


def by_document(
    stream: Iterable[DocumentText | SectionText],
) -> Iterator[tuple[DocumentText, Iterator[SectionText]]]:
    """Each document of a pack's stream with the stream of its sections, to be consumed before the next."""
    count = 0

    def number(item: DocumentText | SectionText) -> int:
        nonlocal count
        count += isinstance(item, DocumentText)
        return count

    for _, group in groupby(stream, key=number):
        document = next(group)
        if not isinstance(document, DocumentText):
            raise TypeError("a pack names the document before its sections")
        yield document, _only_sections(group)  # noqa: B031  each group is handed out once


def _only_sections(items: Iterable[DocumentText | SectionText]) -> Iterator[SectionText]:
    return (item for item in items if isinstance(item, SectionText))


def section_digest(section: SectionText) -> str:
    return hashlib.sha256(f"{section.heading}\0{section.text}".encode()).hexdigest()


def reads_as(row: Section, text: SectionText | Section) -> bool:
    """Whether a row states the same law as another text: the same words, however they are set."""
    if row.sha256 == (text.sha256 if isinstance(text, Section) else section_digest(text)):
        return True
    return same_heading(row.heading, text.heading) and same_words(row.text, text.text)


def _document(collection: Collection, text: DocumentText) -> Document:
    facts = {
        "kind": text.kind.value, "jurisdiction": text.jurisdiction, "title": text.title,
        "citation": text.citation, "short_title": text.short_title or text.citation, "court": text.court,
        "decided_on": text.decided_on, "docket": text.docket, "authors": list(text.authors),
    }  # fmt: skip
    with transaction.atomic():
        document, _ = Document.objects.update_or_create(collection=collection, key=text.key, defaults=facts)
        names = {
            Name.normalise(name) for name in (text.citation, text.short_title, text.title, *text.aliases)
        }
        rows = [Name(document=document, name=name) for name in sorted(names) if name]
        Name.objects.bulk_create(rows, ignore_conflicts=True)
        Document.objects.filter(pk=document.pk).touch()
    return document


def _chunks(sections: Iterable[SectionText]) -> Iterator[list[SectionText]]:
    stream = iter(sections)
    while chunk := list(islice(stream, CHUNK)):
        yield chunk


def _record_chunk(edition: Edition, chunk: Sequence[SectionText], position: int, report: LoadReport) -> None:
    held: defaultdict[str, list[Section]] = defaultdict(list)
    paths = {section.path for section in chunk}
    for row in Section.objects.filter(document_id=edition.document_id, path__in=paths):
        held[row.path].append(row)
    later = following(edition)
    new: list[Section] = []
    for place, text in enumerate(chunk, start=position):
        added = _observe(edition, text, place, held[text.path], report, later)
        new += added
        held[text.path] += added
    Section.objects.bulk_create(new)
    report.sections += len(chunk)


def following(edition: Edition) -> Edition | None:
    """The next edition of the document, of a later day, that is on the shelf; None when there is none."""
    later = Edition.objects.filter(document_id=edition.document_id, dated__gt=edition.dated)
    return later.filter(section_count__gt=0).order_by("dated", "pk").first()


def _observe(
    edition: Edition, text: SectionText, position: int, held: Sequence[Section], report: LoadReport,
    later: Edition | None,
) -> list[Section]:  # fmt: skip
    """Fit one section as it stood on the edition's day among its rows; returns the rows to add, if any."""
    current = _current(held, edition)
    if current is None:
        return _where_none_was_law(edition, text, position, held, report, later)
    if current.edition_id == edition.pk or reads_as(current, text):
        if current.edition_id == edition.pk:
            _rewrite(current, text, position)
        _end_with_the_edition(current, text)
        report.unchanged += 1
        return []
    return _change(edition, text, position, held, current, report, later)


def _change(
    edition: Edition, text: SectionText, position: int, held: Sequence[Section], current: Section,
    report: LoadReport, later: Edition | None,
) -> list[Section]:  # fmt: skip
    """Close the row that was law before; the edition's text is law until the next text that is known."""
    day, end = edition.dated, current.valid_to
    start = max(text.valid_from, day) if text.valid_from and _begin(current) < text.valid_from else day
    after = next((row for row in held if end and row.valid_from == end and row is not current), None)
    again = _resumed(current, later)
    current.valid_to = start
    current.save(update_fields=["valid_to"])
    report.closed += 1
    if after is not None and not again and not text.valid_to and reads_as(after, text):
        after.valid_from = start
        after.save(update_fields=["valid_from"])
        return []
    report.opened += 1
    until = again[0].valid_from if again else end
    return [_row(edition, text, position, start, text.valid_to or until), *again]


def _resumed(row: Section, later: Edition | None) -> list[Section]:
    """A row for the words that a later edition confirmed, where a text between the two is now known to differ."""
    if later is None or (row.valid_to is not None and row.valid_to <= later.dated):
        return []
    waits = row.valid_from is not None and row.valid_from > later.dated
    return [
        Section(
            document_id=row.document_id, edition=later, path=row.path, label=row.label, heading=row.heading,
            ancestors=row.ancestors, text=row.text, notes=row.notes, position=row.position, sha256=row.sha256,
            entered_into_force=later.dated if waits else None,
            valid_from=row.valid_from if waits else later.dated, valid_to=row.valid_to,
        )
    ]  # fmt: skip


def _current(held: Sequence[Section], edition: Edition) -> Section | None:
    """The row that states the law of the edition's day: the last that had begun, unless it had ended.

    A row that this edition itself ended on its day, as repealed, is found again.
    """
    day = edition.dated
    begun = [
        row for row in held if _begin(row) <= day and (_covers(row, day) or row.edition_id == edition.pk)
    ]
    return max(begun, key=lambda row: (_begin(row), row.pk or 0), default=None)


def _covers(row: Section, day: dt.date) -> bool:
    return _begin(row) <= day and (row.valid_to is None or row.valid_to > day)


def _where_none_was_law(
    edition: Edition, text: SectionText, position: int, held: Sequence[Section], report: LoadReport,
    later: Edition | None,
) -> list[Section]:  # fmt: skip
    """A text for a day of which none was known: with the row before or behind it, if they have the same words."""
    start = text.valid_from or edition.dated
    behind = min((row for row in held if _begin(row) > edition.dated), key=_begin, default=None)
    end = _begin(behind) if behind else None
    if later and not any(row.edition_id == later.pk or _covers(row, later.dated) for row in held):
        behind, end = None, later.dated  # that edition has no such section
    before = next((row for row in held if row.valid_to == edition.dated), None)
    if before is not None and not text.valid_to and reads_as(before, text):
        before.valid_to = end
        before.save(update_fields=["valid_to"])
    elif behind is not None and not text.valid_to and reads_as(behind, text):
        behind.valid_from = min(start, behind.valid_from or start)
        behind.save(update_fields=["valid_from"])
    else:
        report.opened += 1
        return [_row(edition, text, position, start, text.valid_to or end)]
    report.unchanged += 1
    return []


def _row(edition: Edition, text: SectionText, position: int, start: dt.date, end: dt.date | None) -> Section:
    return Section(
        document_id=edition.document_id, edition=edition, path=text.path, label=text.label,
        heading=text.heading, ancestors=list(text.ancestors), text=text.text, notes=text.notes,
        position=position, sha256=section_digest(text), page_breaks=[list(at) for at in text.page_breaks],
        entered_into_force=text.entered_into_force,
        valid_from=start, valid_to=end,
    )  # fmt: skip


def _rewrite(row: Section, text: SectionText, position: int) -> None:
    """The same edition read again, perhaps with corrections: its row says what was read now."""
    before = (row.sha256, row.label, row.ancestors)
    if before != (section_digest(text), text.label, list(text.ancestors)):
        row.passages.all().delete()  # they are embedded with their heading path
    row.label, row.heading, row.text, row.notes = text.label, text.heading, text.text, text.notes
    row.ancestors, row.position, row.sha256 = list(text.ancestors), position, section_digest(text)
    row.page_breaks = [list(at) for at in text.page_breaks]
    row.save()


def _begin(row: Section) -> dt.date:
    return row.entered_into_force or row.valid_from or dt.date.min


def _end_with_the_edition(row: Section, text: SectionText) -> None:
    if text.valid_to and row.valid_to is None:
        row.valid_to = text.valid_to
        row.save(update_fields=["valid_to"])


def _close_missing(edition: Edition, seen: set[str]) -> int:
    """Close the sections that were law until the edition's day and are not in it."""
    open_rows = Section.objects.filter(document_id=edition.document_id).enacted(edition.dated)
    open_rows.filter(edition=edition).exclude(path__in=seen).delete()  # of an earlier reading of this edition
    gone = [pk for pk, path in open_rows.values_list("pk", "path") if path not in seen]
    later = following(edition)
    for first in range(0, len(gone), CHUNK):
        closing = Section.objects.filter(pk__in=gone[first : first + CHUNK])
        Section.objects.bulk_create(again for row in closing for again in _resumed(row, later))
        closing.update(valid_to=edition.dated)
    return len(gone)
