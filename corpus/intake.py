"""Stages 1 to 3 of ingesting over the rows: the file's pages, its structure, its edition on the shelf."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from corpus import auditing, editions, files, flags, jobs, pages, review
from corpus.extraction.errors import ExtractionError, NeedsOCR, NotSupported
from corpus.extraction.limits import Limits
from corpus.models import Document, Edition, IngestJob, Page, StoredFile
from corpus.types import FileFacts, LoadReport, PageText, StructuredText

PAGE_CHUNK = 20  # pages a transaction
Extract = Callable[..., Iterable[FileFacts | PageText]]
Clean = Callable[[list[PageText]], list[PageText]]
Read = Callable[..., StructuredText]


def read_pages(file: StoredFile, extract: Extract, lease: jobs.Lease) -> None:
    """Give the file its Page rows, from where an earlier attempt stopped. Raises ExtractionError."""
    first = _first_missing(file)
    if file.page_count is not None and first > file.page_count:
        return
    stream = iter(extract(files.path_of(file.sha256), file.media_type, alive=lease.alive, first=first))
    lease("extraction", first - 1, file.page_count)
    while chunk := list(islice(stream, PAGE_CHUNK)):
        with transaction.atomic():
            _keep(file, chunk, lease)


def _first_missing(file: StoredFile) -> int:
    """The lowest number of which there is no page: another shelf's job on the same file may have taken some away."""
    kept = Page.objects.filter(file=file).order_by("number").values_list("number", flat=True)
    numbers = list(kept)
    return next((at for at, number in enumerate(numbers, start=1) if at != number), len(numbers) + 1)


def _keep(file: StoredFile, chunk: list[FileFacts | PageText], lease: jobs.Lease) -> None:
    read = [item for item in chunk if isinstance(item, PageText)]
    for facts in chunk:
        if isinstance(facts, FileFacts):
            file.page_count, file.facts = facts.page_count, dataclasses.asdict(facts)
            file.save(update_fields=["page_count", "facts"])
    Page.objects.bulk_create((_page_row(file, page) for page in read), ignore_conflicts=True)
    lease("extraction", len(read), file.page_count)


def _page_row(file: StoredFile, page: PageText) -> Page:
    return Page(
        file=file, number=page.number, label=page.label[:40], width=page.width, height=page.height,
        reader=page.reader, flags=list(page.flags), lines=pages.pack(page.lines), words=page.words,
    )  # fmt: skip


def page_texts(file: StoredFile) -> list[PageText]:
    """The pages of a file as they were extracted."""
    return [
        PageText(
            number=row.number, label=row.label, width=row.width, height=row.height, reader=row.reader,
            flags=tuple(row.flags), lines=pages.unpack(bytes(row.lines)),
        )
        for row in Page.objects.filter(file=file).defer("words").order_by("number").iterator(chunk_size=100)
    ]  # fmt: skip


def structure(job: IngestJob, clean: Clean, read: Read, lease: jobs.Lease) -> StructuredText:
    """The document and its sections as this job's file states them, with what a person corrected."""
    lease("structure", 0, None)
    text = reading(job, clean, read)
    if not text.sections:
        raise _no_text(text)  # never on the shelf as if it were empty
    job.guessed, job.flags = jobs.facts_to_json(text.guessed), list(text.flags)
    IngestJob.objects.held(job.pk, lease.token).update(guessed=job.guessed, flags=job.flags)
    return text


def _no_text(text: StructuredText) -> ExtractionError:
    if flags.NO_TEXT in text.flags:
        return NeedsOCR(
            "The file is pictures of pages: install tesseract on the server and try again, or add a version with text."
        )
    return NotSupported("No text was found in the file: check that it is the right one, and add it again.")


def reading(job: IngestJob, clean: Clean, read: Read) -> StructuredText:
    """What `structure` finds, from the pages as they were extracted; changes nothing."""
    extracted = page_texts(job.file)
    known = job.file.facts
    facts = FileFacts(
        media_type=job.file.media_type, page_count=job.file.page_count or 0, title=known.get("title", ""),
        outline=tuple((depth, title, number) for depth, title, number in known.get("outline", ())),
        flags=tuple(known.get("flags", ())),
    )  # fmt: skip
    given = jobs.facts_from_json({**_of_document(job), **job.given})
    text = read(clean(extracted), facts, given, job.name)
    found = {*text.flags, *facts.flags, *(flag for page in extracted for flag in page.flags)}
    return _as_of_upload(job, replace(text, flags=tuple(sorted(found))))


def _of_document(job: IngestJob) -> dict[str, str]:
    """What the next edition of a document has in common with it, so that its sections keep their labels."""
    document = job.edition_of if job.confirmed else None
    if document is None:
        return {}
    names = ("kind", "jurisdiction", "title", "citation", "short_title", "court", "docket")
    return {name: str(getattr(document, name)) for name in names}


def _as_of_upload(job: IngestJob, text: StructuredText) -> StructuredText:
    """An undated text counts as law from the day of the upload, on whatever day this attempt runs."""
    dated = text.document.dated or text.document.decided_on or job.added_at.date()
    named = replace(text.document, dated=dated, source=job.name, edition=text.document.edition or "")
    return replace(text, document=named)


def record(job: IngestJob, text: StructuredText, lease: jobs.Lease) -> Document:
    """Put the sections on the shelf as an edition. Killed half-way and run again it goes on."""
    with transaction.atomic():
        lease.hold()
        edition = _edition(job, text)
        changes: dict[str, Any] = {"document": edition.document, "edition": edition}
        IngestJob.objects.filter(pk=job.pk).update(**changes)
    job.document, job.edition = edition.document, edition
    editions.fill(edition, iter(text.sections), LoadReport(), guard=lease.hold)
    return edition.document


def _edition(job: IngestJob, text: StructuredText) -> Edition:
    """The edition that this job stands for: of an earlier attempt, of the document it belongs to, or a new one."""
    document = job.document or (job.edition_of if job.confirmed else None)
    key = document.key if document else editions.free_key(job.collection, text.document.key)
    facts = replace(text.document, key=key)
    if job.edition:
        return editions.amend(job.edition, facts)
    return editions.begin(job.collection, facts, file=job.file)


def wants_review(job: IngestJob, text: StructuredText, lease: jobs.Lease) -> bool:
    """Hold a text that a person should see first: because they asked, or because it changes a document."""
    if job.confirmed or job.document:
        return False
    proposed = review.proposal(job, text)
    if proposed and review.compare(proposed, text).same:
        said = f"{proposed} is on this shelf with the same text already. Confirm to keep this file as an edition of it."
    elif proposed:
        said = f"{proposed} is on this shelf already. Look at what this text changes, then confirm."
    elif job.check_first:
        said = "Look at what was read from the file, then confirm."
    else:
        return False
    lease.end(IngestJob.State.REVIEW, edition_of=proposed, message=said)
    return True


def finish(text: StructuredText, lease: jobs.Lease) -> None:
    """From here on the text is searchable."""
    count = len(text.sections)
    said = f"{count:,} section{'s' if count != 1 else ''} searchable."
    day = text.document.dated
    if day and day > timezone.localdate():
        said += f" The text is law from {day:%d %B %Y}: questions as of an earlier day do not find it."
    ended = {"finished_at": Now(), "hinted_at": None, "code": ""}
    with transaction.atomic():
        lease.end(IngestJob.State.READY, stage=IngestJob.Stage.DONE, message=said, **ended)
        document = IngestJob.objects.values_list("document_id", flat=True).get(pk=lease.job.pk)
        auditing.of_job("ready", lease.job, None, document=document, sections=count)


def limits() -> Limits:
    """The operator's limits for one file."""
    return Limits(
        file_bytes=settings.LAWQA_MAX_UPLOAD_BYTES,
        pages=settings.LAWQA_MAX_PAGES,
        text_chars=settings.LAWQA_MAX_TEXT_CHARS,
    )
