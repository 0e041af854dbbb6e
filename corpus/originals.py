"""Which pages of the original hold the words of a section, and where on them the words stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from corpus import flags, places
from corpus.alignment import folded
from corpus.models import Page, Section
from corpus.places import Box
from corpus.reading import Span

MAX_PAGES = 40
"""Pages of one stretch on which words are looked up; a whole treaty may be one section."""
MAX_CARRIED = 40
"""Characters at the end of a page that may stand on the next: a divided word."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """What of a section's text, `[start, end)`, stands on one page."""

    page: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePlaces:
    """One page of the original and the boxes on it; sizes in points, as the page is displayed."""

    number: int
    label: str
    width: float
    height: float
    boxes: tuple[Box, ...] = ()
    notes: tuple[str, ...] = ()
    """What a reader should know of the text of this page, in sentences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where a stretch of a section's text stands in the original."""

    pages: tuple[PagePlaces, ...] = ()
    """The pages that hold it; none where the section's pages are not known."""
    known: bool = False
    """Whether the boxes cover it, too."""


def stretches(section: Section) -> list[Stretch]:
    """The section's text page by page; empty where its pages are not known."""
    bounds = [(offset, number) for offset, number in section.page_breaks] + [(len(section.text), 0)]
    return [
        Stretch(number, start, end) for (start, number), (end, _) in pairwise(bounds) if start < end
    ]  # fmt: skip


def first_page(section: Section, span: Span | None) -> int | None:
    """The page on which the words, or the section, begin."""
    at = span.start if span else 0
    begun = [number for offset, number in section.page_breaks if offset <= at]
    return begun[-1] if begun else None


def places_of(section: Section, span: Span | None) -> Places:
    """Where words of a section stand in the original of its edition; without words, the whole section."""
    span = span or Span(0, len(section.text))
    reached = [
        stretch
        for stretch in stretches(section)
        if stretch.end > span.start and stretch.start < span.end + MAX_CARRIED
    ][:MAX_PAGES]
    if not reached:
        return Places()
    pages = _pages(section, {stretch.page for stretch in reached})
    found = list(_located(section.text, span, reached, pages))
    asked, _ = folded(section.text[span.start : min(span.end, reached[-1].end)])
    known = places.is_most(sum(located.found for _, located in found), len(asked))
    return Places(
        known=known,
        pages=tuple(_page_places(page, located.boxes if known else ()) for page, located in found),
    )


def _pages(section: Section, numbers: Iterable[int]) -> dict[int, Page]:
    rows = Page.objects.filter(file=section.edition.file_id, number__in=list(numbers)).defer("lines")
    return {page.number: page for page in rows}


def _located(
    text: str, span: Span, reached: Iterable[Stretch], pages: dict[int, Page]
) -> Iterator[tuple[Page, places.Located]]:
    """Page by page; a word divided over the end of a page is looked for on the next one too."""
    carried = 0
    for stretch in reached:
        start = stretch.start - carried
        page = pages.get(stretch.page)
        if start >= span.end or page is None:
            return
        located = places.locate(
            text[start : stretch.end],
            max(span.start, start) - start,
            min(span.end, stretch.end) - start,
            places.unpack(bytes(page.words)),
        )
        if located.found or stretch.start < span.end:
            yield page, located
        rest = text[start + located.rest : stretch.end]
        carried = len(rest) if located.found and 0 < len(rest.strip()) <= MAX_CARRIED else 0


def _page_places(page: Page, boxes: Iterable[Box]) -> PagePlaces:
    return PagePlaces(
        number=page.number,
        label=page.label,
        width=page.width,
        height=page.height,
        boxes=tuple(boxes),
        notes=tuple(flags.sentence(flag) for flag in page.flags),
    )


def sizes(file_id: int) -> list[tuple[int, float, float]]:
    """(number, width, height) of the first page and of each page whose size is not that of the one before."""
    found: list[tuple[int, float, float]] = []
    rows = Page.objects.filter(file=file_id, width__gt=0, height__gt=0).order_by("number")
    for number, width, height in rows.values_list("number", "width", "height"):
        if not found or found[-1][1:] != (width, height):
            found.append((number, width, height))
    return found
