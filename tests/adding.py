"""Files on their way to the shelf, for tests of the pages about them; the law in them is invented."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from corpus import files, jobs, pages
from corpus.models import Batch, Collection, IngestJob, Page, StoredFile
from corpus.types import Line

ACT = """\
LANTERNS ACT 2019

An Act about lanterns in streets.

1. Duty to light
(1) The council shall light every lantern before sunset.
(2) A lantern that is broken shall be repaired within seven days.

2. Offences
A person who puts out a lantern commits an offence and is liable to a fine.
"""


def shelf(slug: str = "our-law", **facts: Any) -> Collection:
    given = {"name": "Our own law", "access": Collection.Access.FIRM, **facts}
    return Collection.objects.get_or_create(slug=slug, defaults=given)[0]


def a_batch(collection: Collection | None = None) -> Batch:
    return Batch.objects.create(collection=collection or shelf())


def a_job(name: str = "lanterns.txt", body: str = ACT, batch: Batch | None = None, **facts: Any) -> IngestJob:
    """A job for a text file whose bytes are kept; `facts` are columns of its row."""
    job, _ = jobs.add(batch or a_batch(), files.store([body.encode()], "bytes.html"), name)
    if facts:
        IngestJob.objects.filter(pk=job.pk).update(**facts)
    job.refresh_from_db()
    return job


def with_pages(job: IngestJob, text: str = ACT, flags: tuple[str, ...] = ()) -> IngestJob:
    """The job's file as if it had been extracted: one page of lines."""
    lines = [Line(text=line) for line in text.splitlines() if line.strip()]
    Page.objects.create(
        file=job.file, number=1, reader="text", flags=list(flags), lines=pages.pack(lines), words=b""
    )
    StoredFile.objects.filter(pk=job.file_id).update(page_count=1)
    job.refresh_from_db()
    return job


def upload(name: str = "lanterns.txt", body: bytes = ACT.encode()) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, body)


def send(client: Client, file: Any = None, **fields: Any) -> Any:
    """One file as the page's script sends it."""
    data = {"shelf": "our-law", "file": upload() if file is None else file, **fields}
    return client.post("/library/add/files", data, headers={"accept": "application/json"})


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def a_pdf(*paragraphs: str, title: str = "") -> bytes:
    """A PDF with real text, one paragraph a line, as many pages as it takes."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=True)
    canvas.setTitle(title)
    height = 780.0
    for paragraph in paragraphs:
        if height < 80:
            canvas.showPage()
            height = 780.0
        canvas.drawString(72, height, paragraph)
        height -= 18
    canvas.save()
    return out.getvalue()
