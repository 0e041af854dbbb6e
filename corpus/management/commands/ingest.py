"""`manage.py ingest`: add files and folders to a shelf, and read them in this process or leave them to the worker."""

from __future__ import annotations

import os
import socket
import time
import uuid
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import F
from rich.console import Console
from rich.table import Table
from rich.text import Text

from corpus import embedding, files, jobs, pipeline, upkeep
from corpus.extraction.errors import ExtractionError
from corpus.files import NoSpace
from corpus.management.commands.load_law import MOST_NAME, refuse_slug
from corpus.management.progress import bars
from corpus.models import IngestJob
from corpus.packs import PACKS
from corpus.receiving import OWN_NAME, OWN_SLUG, RESERVED, Order, Received, receive, shelf
from corpus.tasks import hint

State = IngestJob.State
Report = pipeline.Progress
SUFFIXES = {".pdf", ".docx", ".html", ".htm", ".xhtml", ".txt", ".text", ".md"}
"""In folders, files of other names are not opened; a file that is named itself always is."""
WAIT_SECONDS = 0.5


@dataclass(slots=True, kw_only=True)
class Line:
    """One file of the table at the end."""

    name: str
    received: Received | None = None
    said: str = ""

    @property
    def failed(self) -> bool:
        if self.received is None:
            return True
        return self.received.job.state in (State.FAILED, State.QUARANTINED, State.CANCELLED, State.REMOVED)


class Command(BaseCommand):
    """Adding again changes nothing: the same bytes on the same shelf are one file."""

    help = "Add files and folders to a shelf and make them searchable."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "path", nargs="+", type=Path, help="a file, or a folder to be searched with all in it"
        )
        parser.add_argument("--collection", metavar="SLUG", default=OWN_SLUG, help=f"the shelf; {OWN_SLUG}")
        parser.add_argument("--name", default="", help="what readers call that shelf, if it is new")
        parser.add_argument(
            "--check", action="store_true", help="hold each text until a person has confirmed it"
        )
        parser.add_argument("--queue", action="store_true", help="leave the reading to the worker")

    def handle(self, *args: Any, **options: Any) -> None:
        console = Console()
        paths = list(_found(options["path"], console))
        if not paths:
            raise CommandError(
                "There is no file in it that could be read: name PDF, Word, HTML or text files."
            )
        if not options["queue"]:
            _require_encoder()
        order = _order(options["collection"], options["name"].strip(), check_first=options["check"])
        lines = [_add(path, name, order) for path, name in paths]
        if options["queue"]:
            for line in lines:
                if line.received:
                    hint(line.received.job.pk)
        else:
            _work_off(lines, console)
        console.print(_table(lines))
        failed = sum(line.failed for line in lines)
        if failed:
            raise CommandError(f"{failed} of {len(lines)} not added or not readable: see above.")


def _found(paths: Iterable[Path], console: Console) -> Iterator[tuple[Path, str]]:
    """The files meant by the paths, each with its name for people; what is passed over is said."""
    for path in paths:
        if path.is_file():
            yield path, path.name
        elif path.is_dir():
            yield from ((found, str(found.relative_to(path))) for found in _inside(path, console))
        else:
            raise CommandError(f"There is no file or folder {path}.")


def _inside(folder: Path, console: Console) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if any(part.startswith(".") for part in path.relative_to(folder).parts):
            if path.is_file():
                console.print(Text(f"Passed over, hidden: {path}", style="dim"))
        elif path.is_file() and path.suffix.lower() in SUFFIXES:
            yield path
        elif path.is_file():
            console.print(Text(f"Passed over, neither PDF, Word, HTML nor text: {path}", style="dim"))


def _require_encoder() -> None:
    try:
        embedding.current_encoder()
    except embedding.EncoderMissing as error:
        raise CommandError(f"{error}") from error


def _order(slug: str, name: str, *, check_first: bool) -> Order:
    refuse_slug(slug)
    if slug in PACKS or slug in RESERVED:
        raise CommandError(
            f"{slug} is the shelf of a law pack or a word of an address; choose another --collection."
        )
    if len(name) > MOST_NAME:
        raise CommandError(f"--name has {len(name)} characters; at most {MOST_NAME} are kept.")
    usual = name or (OWN_NAME if slug == OWN_SLUG else slug)
    return Order(collection=shelf(slug, usual), batch=uuid.uuid4(), check_first=check_first)


def _add(path: Path, name: str, order: Order) -> Line:
    try:
        return Line(name=name, received=receive(partial(files.store_path, path), name, order))
    except (ExtractionError, NoSpace) as refusal:
        return Line(name=name, said=str(refusal))
    except OSError as error:
        return Line(name=name, said=f"It cannot be read: {error.strerror}.")


def _work_off(lines: list[Line], console: Console) -> None:
    """Read one file after the other, beside any worker that does the same."""
    received = [line.received for line in lines if line.received]
    with bars(f"Reading {len(received)} file{'' if len(received) == 1 else 's'}", console) as report:
        report("files", 0, len(received))
        for one in received:
            _finish(one.job, report)
            report("files", 1, None)
    if upkeep.due():
        with bars("Updating the index", console) as report:
            upkeep.compact(report)


def _finish(job: IngestJob, report: Report) -> None:
    """Until it has ended: here, or where another worker has it."""
    worker = f"{socket.gethostname()}:{os.getpid()}:ingest"
    while True:
        jobs.work(job.pk, worker, partial(_flow, report=report))
        job.refresh_from_db()
        if job.state not in (State.QUEUED, State.RUNNING):
            return
        time.sleep(WAIT_SECONDS)


def _flow(job: IngestJob, lease: jobs.Lease, report: Report) -> None:
    """The pipeline's; whoever breaks off gives the job back, for a worker to go on with."""
    try:
        pipeline.ingest(job, Shown(lease, report))
    except KeyboardInterrupt:
        lease.end(State.QUEUED, hinted_at=None, attempts=F("attempts") - 1)
        raise


class Shown(jobs.Lease):
    """A lease whose progress is also drawn."""

    def __init__(self, lease: jobs.Lease, report: Report) -> None:
        super().__init__(lease.job, lease.token)
        self._report = report

    def __call__(self, stage: str, advance: int, total: int | None) -> None:
        super().__call__(stage, advance, total)
        self._report(stage, advance, total)


def _table(lines: list[Line]) -> Table:
    table = Table("File", "What it became", "Sections", "")
    for line in lines:
        done = line.received
        if done is None:
            table.add_row(Text(line.name), Text("not added", style="red"), "", Text(line.said))
            continue
        job = IngestJob.objects.select_related("document", "edition").get(pk=done.job.pk)
        done.job.state = job.state
        style = "red" if line.failed else "green" if job.state == State.READY else "yellow"
        count = f"{job.edition.section_count:,}" if job.edition else ""
        said = job.message if job.state != State.READY else "" if done.is_new else "was there already"
        what = str(job.document or job.get_state_display())
        table.add_row(Text(line.name), Text(what, style=style), count, Text(said))
    return table
