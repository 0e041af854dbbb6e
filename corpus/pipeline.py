"""How law gets onto the shelf. READ ME FIRST: the order of the stages and nothing else.

upload ─▶ extraction ─▶ structure ┐
(files)   (child         (pages →  ├▶ edition ─▶ passages ─▶ embedding ─▶ index
           process)       sections)│  (sections,  (with       (kept in     (derived,
pack ──────────────────────────────┘   dates)      offsets)    the rows)    rebuildable)
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from django.conf import settings

from corpus import editions, embedding, extraction, intake, rows, upkeep
from corpus.jobs import Lease
from corpus.models import Collection, IngestJob
from corpus.packs.base import Pack
from corpus.structure.document import read as read_structure
from corpus.types import LoadReport
from corpus.upkeep import Rebuilt

LARGE_DELTA = 20_000  # passages; a larger delta would slow the searches that meet it
Progress = Callable[[str, int, int | None], None]
"""(stage, how many more are done, how many there are in all, if that is known)"""


def load_law(
    pack: Pack, source: str | None, progress: Progress, *, shelf: str = "", name: str = ""
) -> LoadReport:
    """Put a pack on a shelf, by default its own. Raises PackError; what was read before it stays, searchable.

    `shelf` is a collection's slug and `name` what readers call it; a shelf that has a name keeps it.
    """
    report = LoadReport()
    collection = _shelf(pack, shelf or pack.slug, name)
    try:
        for document, sections in editions.by_document(
            pack.read(source, Path(settings.LAWQA_DATA) / "cache")
        ):
            editions.record(collection, document, rows.counted(sections, progress), report)
            report.passages += add_passages(progress)
            update_index(progress, behind=LARGE_DELTA)
    finally:
        update_index(progress)
    return report


def ingest(job: IngestJob, lease: Lease) -> None:
    """Bring one uploaded file onto its shelf. Raises LeaseLost, ExtractionError.

    An attempt goes on where a killed one stopped.
    """
    intake.read_pages(job.file, partial(extraction.extract, limits=intake.limits()), lease)
    text = intake.structure(job, extraction.clean, read_structure, lease)
    if intake.wants_review(job, text, lease):
        return
    recorded = intake.record(job, text, lease)
    rows.split_new_sections(embedding.token_offsets, lease, document=recorded.pk)
    rows.embed_new_passages(embedding.current_encoder(), embedding.encode, lease, document=recorded.pk)
    intake.finish(text, lease)


def _shelf(pack: Pack, slug: str, name: str) -> Collection:
    known = Collection.objects.filter(slug=slug).first()
    if known and known.publisher and slug != pack.slug:
        # Another publisher's edition of what stands there: the shelf keeps its own facts.
        return Collection.objects.shelf(slug, name=name or known.name)
    usual = pack.title if slug == pack.slug else known.name if known else slug
    return Collection.objects.shelf(
        slug, name=name or usual, publisher=pack.publisher, licence=pack.licence,
        covered_through=pack.covered_through,
    )  # fmt: skip


def add_passages(progress: Progress) -> int:
    """Split the sections that have no passages yet and embed the passages that have no embedding."""
    rows.split_new_sections(embedding.token_offsets, progress)
    return rows.embed_new_passages(embedding.current_encoder(), embedding.encode, progress)


def waits_to_be_embedded() -> bool:
    """Whether there is something that no search finds yet."""
    return rows.waits(embedding.current_encoder())


def embed(progress: Progress) -> int:
    """Make everything searchable that waits for it; returns how many passages were embedded."""
    count = add_passages(progress)
    update_index(progress)
    return count


def update_index(progress: Progress, *, behind: int = 1) -> None:
    """Bring the index up if so many passages came or went since it was, unless another process is at it."""
    upkeep.update(progress, behind=behind)


def rebuild_index(progress: Progress) -> Rebuilt | None:
    """Build the index anew from the rows; None when another process builds. Never embeds."""
    return upkeep.rebuild(progress)
