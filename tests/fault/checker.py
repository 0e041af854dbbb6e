"""What must hold after every fault: nothing acknowledged is lost, nothing is there twice, rows and index agree.

The numbers are those of the list that the fault tests follow: (i) uploads, (ii) passages, (iii) index, (iv) citations.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from django.conf import settings
from django.db.models import Count
from django.utils import timezone

from corpus import consistency, embedding, files, rows
from corpus.index import shelf
from corpus.models import Document, Edition, IngestJob, Page, Passage, Section
from corpus.types import Filters
from lawqa.models import AnswerCitation
from tests.fault.installation import Acknowledged, Installation

State = IngestJob.State


def check(found: Installation) -> None:
    """AssertionError naming the first thing that does not hold; the installation has to be settled."""
    for acknowledged in found.acknowledged:
        _upload_is_there(acknowledged)
    _every_job_ended_in_words()
    _nothing_is_there_twice()
    _no_orphans()
    _passages_are_what_cutting_gives()
    _search_finds_the_rows_and_nothing_else()
    _citations_resolve()
    _nothing_is_left_half_received()


def _upload_is_there(known: Acknowledged) -> None:
    jobs = IngestJob.objects.filter(file__sha256=known.sha256, collection__slug=known.shelf)
    live = jobs.live().count()
    gone = jobs.filter(state__in=IngestJob.GONE).count()
    assert live == 1 or (live == 0 and gone), f"(i) {known.name}: {live} live jobs, {gone} removed"
    path = files.path_of(known.sha256)
    assert path.exists(), f"(i) {known.name}: its bytes are gone"
    assert hashlib.sha256(path.read_bytes()).hexdigest() == known.sha256, f"(i) {known.name}: other bytes"


def _every_job_ended_in_words() -> None:
    for job in IngestJob.objects.select_related("edition"):
        assert job.finished or job.state == State.REVIEW, f"(i) {job}: not ended"
        assert job.message, f"(i) {job}: nothing is said"
        if job.state == State.READY:
            assert job.edition, f"(i) {job}: no edition"
            assert job.edition.document_id == job.document_id, f"(i) {job}: another's edition"
            kept = Page.objects.filter(file=job.file_id).order_by("number").values_list("number", flat=True)
            assert list(kept) == list(range(1, len(kept) + 1)), f"(i) {job}: pages are missing"


def _nothing_is_there_twice() -> None:
    sections = Section.objects.order_by().values("document", "path", "valid_from").annotate(n=Count("pk"))
    assert not sections.filter(n__gt=1).exists(), "(ii) a section is there twice"
    passages = Passage.objects.order_by().values("section", "start").annotate(n=Count("pk"))
    assert not passages.filter(n__gt=1).exists(), "(ii) a passage is there twice"
    editions = Edition.objects.filter(file__isnull=False).order_by()
    twice = editions.values("file", "document__collection").annotate(n=Count("pk"))
    assert not twice.filter(n__gt=1).exists(), "(i) a file has two editions on one shelf"


def _no_orphans() -> None:
    uploaded = Edition.objects.filter(file__isnull=False)
    lost = uploaded.exclude(jobs__in=IngestJob.objects.live())
    assert not lost.exists(), f"(i) {lost.first()}: an edition that no job stands for"
    empty = Document.objects.filter(editions__isnull=True)
    assert not empty.exists(), f"(i) {empty.first()}: a document without an edition"


def _passages_are_what_cutting_gives() -> None:
    found = Section.objects.exclude(text="").select_related("document")
    sections = list(found.filter(edition__in=Edition.objects.filter(jobs__state=State.READY)))
    for first in range(0, len(sections), 200):
        chunk = sections[first : first + 200]
        cut: dict[int, set[tuple[int, int]]] = {section.pk: set() for section in chunk}
        for piece in rows.passages_of(chunk, embedding.token_offsets):
            cut[piece.section_id].add((piece.start, piece.end))
        held: dict[int, set[tuple[int, int]]] = {section.pk: set() for section in chunk}
        for pk, start, end in Passage.objects.filter(section__in=chunk).values_list(
            "section", "start", "end"
        ):
            held[pk].add((start, end))
        assert held == cut, "(ii) passages are not what cutting the text gives"
    waiting = Passage.objects.without_embedding(embedding.current_encoder())
    waiting = waiting.filter(section__in=[section.pk for section in sections])
    assert not waiting.exists(), "(ii) a searchable text has passages without an embedding"


def _search_finds_the_rows_and_nothing_else() -> None:
    encoder = embedding.current_encoder()
    shelf.shelf_of.cache_clear()
    opened = shelf.shelf_of(encoder)
    rows_now = set(
        Passage.objects.filter(encoder=encoder, embedding__isnull=False).values_list("pk", flat=True)
    )
    vector = embedding.encode_question("of the and a")
    today = Filters(as_of=timezone.localdate())
    found = {hit.passage_id for hit in opened.search_dense(vector, today, len(rows_now) + 1000)}
    permitted = Section.objects.permitted(today)
    seen = set(Passage.objects.filter(pk__in=rows_now, section__in=permitted).values_list("pk", flat=True))
    assert found == seen, f"(iii) {len(found - seen)} ghosts, {len(seen - found)} not found"
    said = [finding.sentence for finding in consistency.check() if not finding.agrees]
    said = [sentence for sentence in said if "No index serves" not in sentence]  # few rows need none
    assert not said, f"(iii) {said}"


def _citations_resolve() -> None:
    for citation in AnswerCitation.objects.filter(claim__shown=True).select_related("source__section"):
        source = citation.source
        assert source, f"(iv) {citation}: no source"
        if source.section is not None and citation.start is not None:
            quoted = source.section.text[citation.start : citation.end]
            assert citation.quote in quoted, f"(iv) {citation}: the quote does not stand there"


def _nothing_is_left_half_received() -> None:
    incoming = files.root() / "incoming"
    left: Sequence[object] = list(incoming.iterdir()) if incoming.is_dir() else []
    assert settings.LAWQA_DATA in incoming.parents
    assert not left, f"(i) {len(left)} files are left half received"
