"""Ninety PDFs from courts, agencies and test suites: each ends with text or with the right refusal."""

from __future__ import annotations

import csv
import resource
import shutil
import subprocess
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pytest
from pypdf import PdfReader

from corpus.extraction import (
    Damaged,
    ExtractionError,
    Limits,
    NeedsOCR,
    NeedsPassword,
    NotSupported,
    extract,
    ocr,
)
from corpus.types import FileFacts, PageText

FIRST_PAGES = 12
"""Of each file: the rest is more of the same."""
OTHERWISE: dict[str, type[ExtractionError] | None] = {
    "r5-user-password.pdf": NeedsPassword,  # listed as unreadable, for want of the library that decrypts
    "r6-user-password.pdf": NeedsPassword,
    "r6-both-passwords.pdf": NeedsPassword,
    "issue-297-example.pdf": NotSupported,  # neither text nor a picture
    "shredded_strips.pdf": NotSupported,
    "onyx-dot-app_onyx/empty.pdf": NotSupported,
    "multi-page-mixed.pdf": None,  # its text begins on the fourth page
    "imagemagick-images.pdf": NeedsOCR,  # its few words stand outside of its pages
}
"""Where the list does not tell how reading ends."""
LEAST_LIKE = 0.97
"""Share of a file's characters that another program reads too."""
UNLIKE_FOR_A_REASON = {
    "annotations.pdf": "what notes say is no text of the page",
    "SF424_page2.pdf": "what was filled into forms is no text of the page, and part of it cannot be seen",
    "federal-register-2020-17221.pdf": "the printer's marks in white cannot be seen",
}
MOST_TIMES_PYPDF = 4
"""Two readers, places, a process and the packing, against pypdf alone on the same pages: 1.8 where it was measured."""


def without_recognition(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "available", lambda: False)


def expected(row: list[str]) -> type[ExtractionError] | None:
    """How reading ends, by the row of the list: file, bytes, state, pages, characters on the first three pages."""
    name, size, state, _, characters = row
    for ending, error in OTHERWISE.items():
        if name.endswith(ending):
            return error
    if size == "0":
        return Damaged
    if "needs password" in state:
        return NeedsPassword
    return NeedsOCR if characters == "0" else None


def rows(folder: Path) -> Iterator[list[str]]:
    with (folder / "check.tsv").open(newline="") as file:
        yield from csv.reader(file, delimiter="\t")


def outcome(path: Path) -> tuple[list[PageText], ExtractionError | None]:
    """The first pages of a file; why it failed, if it did."""
    pages: list[PageText] = []
    try:
        found = islice(extract(path, "application/pdf", Limits(), lambda: None), FIRST_PAGES + 1)
        pages.extend(page for page in found if isinstance(page, PageText))
    except ExtractionError as error:
        return pages, error
    return pages, None


def text_of(page: PageText) -> str:
    return "\n".join(line.text for line in page.lines)


def characters(text: str) -> Counter[str]:
    """Without spaces and soft hyphens; raised and joined letters as plain ones."""
    plain = unicodedata.normalize("NFKC", text.replace("\u00ad", ""))
    return Counter("".join(plain.split()))


def processor_time() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def like(path: Path, pages: list[PageText]) -> float:
    """Share of the characters on which we and pdftotext agree; 1 where it is not installed."""
    if shutil.which("pdftotext") is None:
        return 1.0
    command = ["pdftotext", "-enc", "UTF-8", "-l", str(len(pages)), str(path), "-"]
    shown = subprocess.run(command, capture_output=True, check=True).stdout.decode("utf-8", "replace")
    ours = characters("\n".join(text_of(page) for page in pages))
    theirs = characters(shown.replace("\f", ""))
    apart = max((ours - theirs).total(), (theirs - ours).total())
    return 1 - apart / max(ours.total(), theirs.total(), 1)


@pytest.mark.slow
def test_every_sample_ends_with_text_or_the_right_refusal(
    shared: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    without_recognition(monkeypatch)
    folder = shared("data/pdf-samples")
    wrong: list[str] = []
    unlike: list[str] = []
    for row in rows(folder):
        path = folder / row[0]
        pages, error = outcome(path)
        if type(error) is not (expected(row) or type(None)):
            wrong.append(f"{row[0]}: {error!r}")
        elif error is None and not any(map(text_of, pages)):
            wrong.append(f"{row[0]}: no text")
        elif error is None and like(path, pages) < LEAST_LIKE and path.name not in UNLIKE_FOR_A_REASON:
            unlike.append(f"{row[0]}: {like(path, pages):.3f}")
    assert not wrong
    assert not unlike


@pytest.mark.slow
def test_a_long_file_is_read_fast(shared: Callable[[str], Path]) -> None:
    """Extraction of what law files are mostly like, with the start of the process and the packing.

    Processor time itself tells more of the machine and its neighbours, so it is set against a library's.
    """
    path = shared("data/pdf-samples") / "paultopia_conlaw_casebook/combined_draft_spring_2022.pdf"
    ours, theirs = zip(
        *((seconds_for(path, pages=60), seconds_of_pypdf(path, pages=60)) for _ in range(2)), strict=True
    )
    assert min(ours) < MOST_TIMES_PYPDF * min(theirs), f"{min(ours):.1f} s, pypdf alone {min(theirs):.1f} s"


def seconds_for(path: Path, *, pages: int) -> float:
    before = processor_time()
    found = extract(path, "application/pdf", Limits(), lambda: None)
    assert len(list(islice(found, pages + 1))) == pages + 1
    found.close()  # type: ignore[attr-defined]  # an iterator that is a generator
    return processor_time() - before


def seconds_of_pypdf(path: Path, *, pages: int) -> float:
    before = processor_time()
    read = PdfReader(path).pages
    assert "".join(read[number].extract_text() for number in range(pages))
    return processor_time() - before


def test_labels_and_bookmarks_of_a_real_book(shared: Callable[[str], Path]) -> None:
    path = shared("data/pdf-samples") / "paultopia_conlaw_casebook/combined_draft_spring_2022.pdf"
    facts = next(extract(path, "application/pdf", Limits(), lambda: None))
    assert isinstance(facts, FileFacts)
    assert facts.page_count == 662
    assert all(1 <= page <= 662 for _, _, page in facts.outline)
