"""Slip opinions of the Supreme Court, as text taken from their PDFs: pages, running heads, footnotes. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from corpus.structure import opinion_text
from corpus.structure.judgment import Footnote, Paragraph, Part

_CITE_AS = re.compile(r"Cite as: (?P<volume>\d+) U\. ?S\. [_ ]*(?P<page>\d*) ?\((?P<year>\d{4})\)")
_TITLE = re.compile(
    r"Syllabus$|Opinion of the Court$|Per Curiam$|Decree$|Appendix\b.{0,60}$|(?:Opinion|Statement) of .{3,60}JJ?\.$"
    r"|(?:[A-Z][A-Z’'cé]+(?:, and |, | and )?)+(?:, )?(?:C\. )?JJ?\.,? .{0,90}(?:concurring|dissenting).{0,60}$"
)
_FOOTNOTES = re.compile(r"[—–_]{5,}$")
_RULE = re.compile(r"[—–_ ]{5,}$")
_NOTICE = re.compile(r"(?:NOTE: Where it is feasible|NOTICE: This opinion is subject)")
_DATE = re.compile(r"(?P<day>[A-Z][a-z]+ \d{1,2}, \d{4})[\])]?\.?\*?$")
_DOCKET = re.compile(r"Nos?\. ?(?P<number>\d+[–-]\d+|\d+A\d+)|No\. (?P<original>\d+), Orig")
_HEAD_LINES = 7
_MARKDOWN_ODD = re.compile(r"^[ \f]*(Cite as: .*?\(\d{4}\)) +(\d{1,3}) *$", re.MULTILINE)
_MARKDOWN_EVEN = re.compile(r"^[ \f]*(\d{1,3}) {3,}([A-Z][^\n]*) *$", re.MULTILINE)
_MARKDOWN_FIRST = re.compile(r"^[ \f]*(\(Slip Opinion\)) +(OCTOBER TERM, \d{4}) +(\d) *$", re.MULTILINE)


@dataclass(slots=True)
class Facts:
    """What the running heads and captions say of the case."""

    name: str = ""
    citation: str = ""
    year: int = 0
    docket: str = ""
    decided_on: dt.date | None = None


@dataclass(slots=True)
class _Page:
    number: str = ""
    title: str = ""
    running_head: str = ""
    body: list[str] = field(default_factory=list)
    footnotes: list[str] = field(default_factory=list)
    is_first: bool = False


def is_slip(text: str) -> bool:
    return _CITE_AS.search(text[:40_000]) is not None or "(Slip Opinion)" in text[:2000]


def with_form_feeds(text: str) -> str:
    """A slip opinion that came through Markdown, with its pages apart again."""
    text = _MARKDOWN_FIRST.sub("\f\\1\n\\2\n\\3\n", text)
    return _MARKDOWN_EVEN.sub("\f\\1\n\\2\n", _MARKDOWN_ODD.sub("\f\\1\n\\2\n", text))


def read(text: str, title: str = "", vocabulary: Counter[str] | None = None) -> tuple[Facts, list[Part]]:
    """The facts and the opinions of one slip opinion; `title` is for pages whose running head says none.

    `vocabulary` counts the words of the whole case, by which words broken at a line's end are recognised.
    """
    known = vocabulary if vocabulary is not None else opinion_text.words_inside(text.splitlines())
    facts = Facts()
    parts: list[Part] = []
    for name, pages in _opinions(_pages(text, facts), title):
        if paragraphs := _paragraphs(pages, known):
            notes = tuple(note for page in pages for note in _footnotes(page, known))
            parts.append(Part(title=name, paragraphs=tuple(paragraphs), footnotes=notes))
    return facts, parts


def _footnotes(page: _Page, vocabulary: Counter[str]) -> Iterator[Footnote]:
    for text in opinion_text.unwrapped(page.footnotes, vocabulary):
        yield Footnote(page.number, text)


def _pages(text: str, facts: Facts) -> Iterator[_Page]:
    for block in text.split("\f"):
        if block.strip():
            page = _page(block.splitlines(), facts)
            if page.is_first:
                page.body = _without_caption(page.body, facts)
            yield page


def _page(lines: list[str], facts: Facts) -> _Page:
    """One page: its running head is read and taken off, its footnotes are put apart."""
    page = _Page()
    seen = 0
    for line in (line.strip() for line in lines):
        if seen < _HEAD_LINES and not page.body and _is_head(line, page, facts):
            seen += bool(line)
        elif _FOOTNOTES.match(line) and line.startswith("—"):
            page.footnotes.append("")
        elif page.footnotes:
            page.footnotes.append(line)
        elif line or page.body:
            page.body.append(line)
    page.is_first = any("SUPREME COURT OF THE UNITED STATES" in line for line in page.body)
    return page


def _is_head(line: str, page: _Page, facts: Facts) -> bool:
    if found := _CITE_AS.match(line):
        facts.citation = f"{found['volume']} U.S. {found['page'] or '___'}"
        facts.year = int(found["year"])
    elif re.fullmatch(r"\d{1,3}", line) and not page.number:
        page.number = line
    elif _TITLE.match(line) and not page.title:
        page.title = line
    elif page.number and not page.title and re.fullmatch(r"[^a-z]+ v\. [^a-z]+", line):
        facts.name = facts.name or f"{page.running_head} {line}".strip()
    elif page.number and not page.title and line and line == line.upper() and "SUPREME COURT" not in line:
        page.running_head = line  # a long name goes on in the next line
        return not _looks_like_heading(line)
    else:
        return not line or line.startswith(("(Slip Opinion)", "OCTOBER TERM"))
    return True


def _looks_like_heading(line: str) -> bool:
    return re.fullmatch(r"[IVX]{1,5}|[A-H]|PER CURIAM\.?", line) is not None


def _without_caption(lines: list[str], facts: Facts) -> list[str]:
    """The first page of an opinion from its first words on; docket number and date are taken from the caption."""
    last = start = 0
    for position, line in enumerate(lines):
        if docket := _DOCKET.search(line):
            facts.docket = facts.docket or (docket["number"] or f"{docket['original']}, Orig.").replace(
                "–", "-"
            )
        if day := _DATE.search(line):
            facts.decided_on = _day(day["day"]) or facts.decided_on
            last = position + 1
        if opinion_text.opening(
            f"{line} dissenting." if line.startswith(("JUSTICE", "CHIEF JUSTICE")) else line
        ):
            start = position
            break
        if position > 60:
            break
    return lines[start or last :]


def _day(text: str) -> dt.date | None:
    try:
        return dt.datetime.strptime(text, "%B %d, %Y").replace(tzinfo=dt.UTC).date()
    except ValueError:
        return None


def _opinions(pages: Iterable[_Page], title: str) -> Iterator[tuple[str, list[_Page]]]:
    """Pages that belong to one opinion; the numbers begin anew with each."""
    group: list[_Page] = []
    for page in pages:
        if group and (page.number == "1" or page.is_first):
            yield _name(group, title), group
            group = []
        group.append(page)
    if group:
        yield _name(group, title), group


def _name(pages: list[_Page], fallback: str) -> str:
    """`Stevens, J., dissenting`, from the running heads."""
    printed = next(
        (page.title for page in pages if page.title and not page.title.startswith("Appendix")), fallback
    )
    return re.sub(r"\b[A-Z][A-Z’']{2,}\b", lambda word: word[0].capitalize(), printed) or "Opinion"


def _paragraphs(pages: list[_Page], vocabulary: Counter[str]) -> list[Paragraph]:
    """Paragraphs with the page on which each begins."""
    lines = [line for page in pages for line in _marked(page)]
    made: list[Paragraph] = []
    page = pages[0].number
    for text in opinion_text.unwrapped(_without_notice(lines), vocabulary):
        begins = opinion_text.PAGE_MARK.match(text)
        here = begins[1] if begins else page
        marks = opinion_text.PAGE_MARK.findall(text)
        page = marks[-1] if marks else page
        words = " ".join(opinion_text.PAGE_MARK.sub(" ", text).split())
        if words and not _RULE.match(words):
            made.append(Paragraph(text=words, page=here))
    return made


def _marked(page: _Page) -> list[str]:
    """The lines of a page with its number before the first."""
    lines = [*page.body]
    if lines and page.number:
        lines[0] = f"[*{page.number}] {lines[0]}"
    return lines


def _without_notice(lines: list[str]) -> Iterator[str]:
    """The lines without the publisher's notice, which ends with a blank line."""
    inside = False
    for line in lines:
        inside = bool(line) and (inside or _NOTICE.search(line) is not None)
        if not inside:
            yield line
