"""How fast a PDF is read, structured, divided and embedded: the stages of ingesting, without saving anything."""

from __future__ import annotations

import tempfile
import textwrap
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from corpus import embedding, extraction, files, intake, rows
from corpus.extraction.sniff import HEAD, PDF, media_type
from corpus.models import Document, Passage, Section, StoredFile
from corpus.structure import document
from corpus.types import Facts, FileFacts, PageText, StructuredText
from lawqa.evaluation import plain_pdf

Result = TypeVar("Result")
MOST_PAGES = 200
"""Of a file that is taken from the shelf."""
WRITTEN_PAGES = 20
COLUMNS = 90


class NotMeasurable(Exception):
    """The file cannot be ingested. The message says why."""


@dataclass(slots=True)
class Clock:
    """Wall-clock seconds by stage."""

    seconds: dict[str, float] = field(default_factory=dict)

    def time(self, stage: str, work: Callable[[], Result]) -> Result:
        started = time.perf_counter()
        result = work()
        self.seconds[stage] = round(time.perf_counter() - started, 3)
        return result


def measure(given: Path | None) -> dict[str, Any]:
    """Rates of the given PDF, else of one on the shelf, else of one written from the shelf's law.

    Raises NotMeasurable.
    """
    with tempfile.TemporaryDirectory() as folder:
        path, name = _chosen(given, Path(folder))
        try:
            return {"file": name, **_measured(path, _kind(path), name)}
        except extraction.ExtractionError as error:
            raise NotMeasurable(f"{name}: {error}") from error


def _chosen(given: Path | None, folder: Path) -> tuple[Path, str]:
    """The path of a PDF, and what to call it."""
    if given:
        return given, given.name
    held = StoredFile.objects.filter(media_type=PDF, page_count__lte=MOST_PAGES).order_by("-page_count", "pk")
    for file in held:
        if (path := files.path_of(file.sha256)).exists():
            return path, f"the shelf's {file.sha256[:12]}.pdf"
    path = folder / "written.pdf"
    path.write_bytes(plain_pdf.written(_lines()))
    return path, "a PDF written from the shelf's law"


def _lines() -> list[str]:
    """Law of the shelf in lines, enough for the pages."""
    lines: list[str] = []
    for section in Section.objects.exclude(text="").order_by("pk").select_related("document").iterator(20):
        for paragraph in (section.label, *section.text.splitlines(), ""):
            lines += textwrap.wrap(paragraph, COLUMNS) or [""]
        if len(lines) >= WRITTEN_PAGES * plain_pdf.LINES_A_PAGE:
            break
    return lines[: WRITTEN_PAGES * plain_pdf.LINES_A_PAGE]


def _kind(path: Path) -> str:
    try:
        with path.open("rb") as file:
            kind = media_type(file.read(HEAD), path.name)
    except OSError as error:
        raise NotMeasurable(f"{path} cannot be read: {error.strerror}.") from error
    if kind != PDF:
        raise NotMeasurable(f"{path} is no PDF; name another file with --pdf.")
    return kind


def _measured(path: Path, kind: str, name: str) -> dict[str, Any]:
    embedding.encode(["The encoder is loaded before anything is measured."])
    clock = Clock()
    pages, facts = clock.time("extraction", lambda: _extracted(path, kind))
    text = clock.time("structure", lambda: document.read(extraction.clean(pages), facts, Facts(), name))
    passages = clock.time("passages", lambda: _passages(text))
    texts = [rows.embedded_text(passage) for passage in passages]
    clock.time("encoding", lambda: [embedding.encode(chunk) for chunk in _chunks(texts)])
    return {
        "pages": len(pages), "sections": len(text.sections), "passages": len(passages), "seconds": clock.seconds,
        **rates(len(pages), len(passages), clock.seconds),
    }  # fmt: skip


def rates(pages: int, passages: int, seconds: dict[str, float]) -> dict[str, float]:
    """Pages a second through extraction, passages a second through the encoder, its share of the whole."""
    return {
        "pages_per_second": round(pages / max(seconds["extraction"], 0.001), 1),
        "passages_per_second": round(passages / max(seconds["encoding"], 0.001), 1),
        "encoder_share": round(seconds["encoding"] / max(sum(seconds.values()), 0.001), 3),
    }


def _extracted(path: Path, kind: str) -> tuple[list[PageText], FileFacts]:
    items = list(extraction.extract(path, kind, intake.limits(), lambda: None))
    facts = next((item for item in items if isinstance(item, FileFacts)), FileFacts(media_type=kind))
    return [item for item in items if isinstance(item, PageText)], facts


def _passages(text: StructuredText) -> list[Passage]:
    """As corpus.rows cuts them, of rows that are never saved."""
    read = text.document
    shown = read.short_title or read.citation
    of = Document(title=read.title, citation=read.citation, short_title=shown, kind=read.kind.value)
    sections = [
        Section(
            document=of, label=one.label, heading=one.heading, ancestors=list(one.ancestors), text=one.text
        )
        for one in text.sections
    ]
    return list(rows.passages_of(sections, embedding.token_offsets))


def _chunks(texts: Sequence[str]) -> list[Sequence[str]]:
    return [texts[first : first + rows.EMBED_CHUNK] for first in range(0, len(texts), rows.EMBED_CHUNK)]
