"""What happens to files and shelves, as it stands in the audit log: keys of rows, never names or words of a document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import audit
from corpus.ranges import Unsatisfiable, asked_range

if TYPE_CHECKING:
    from audit import Json
    from corpus.models import Collection, Edition, IngestJob


def of_job(verb: str, job: IngestJob, by: Any, **facts: Json) -> None:
    """`document.<verb>` of one file on its way onto a shelf; the last statement of the transaction that does it."""
    about = {"collection": job.collection_id, **facts}
    audit.record(f"document.{verb}", by, subject=f"job:{job.pk}", facts=about)


def shelf_made(shelf: Collection, by: Any) -> None:
    audit.record(
        "collection.created", by, subject=f"collection:{shelf.pk}", facts={"access": str(shelf.access)}
    )


def original_sent(by: Any, row: Edition | IngestJob, asked: str, size: int) -> None:
    """An original is opened or downloaded; of a viewer that fetches it piece by piece, the first piece only.

    `asked` is the Range header.
    """
    try:
        part = asked_range(asked, size)
    except Unsatisfiable:
        return
    if part is None or part.start == 0:
        kind = type(row).__name__.lower().removeprefix("ingest")
        audit.record("document.opened", by, subject=f"{kind}:{row.pk}")
