"""Opinions of courts of the United States from pages: who wrote which, and their pages as they are cited. Pure.

The sections are those of corpus.structure.judgment: one a page of each opinion. The Supreme Court's slip opinions
count the pages of each opinion from 1; other courts count those of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from corpus.structure import decision_front, judgment, opinion_text
from corpus.structure.blocks import Block
from corpus.structure.decision_front import Names
from corpus.structure.judgment import Judgment, Paragraph, Part
from corpus.types import Facts, SectionText

LONGEST_OPENING = 600
LONG_BLOCK = 250  # characters; a caption has no such paragraph

_CAPTION = re.compile(r"\W{0,3}(?:SUPREME COURT OF THE UNITED STATES\b|NOTICE: This opinion is subject to)")
_SYLLABUS = re.compile(r"\W{0,3}(?:Syllabus|SYLLABUS)\W{0,3}$")
_BENCH = (
    r"(?:(?:Acting |Chief |Senior |Presiding |Associate |Vice |United States )*(?:Circuit |District |Magistrate |Bankruptcy |Appellate |Superior )?"
    r"(?:Court )?(?:Judge|Justice|JUDGE|JUSTICE|J\.|C\.\s?J\.|P\.\s?J\.|Chancellor|Commissioner)s?)"
)
_NAMED = re.compile(
    rf"(?P<name>[A-Z][\w.’'-]+(?: (?:[A-Z]\.|[A-Z][\w’'-]+)){{0,4}}),\s(?P<bench>{_BENCH})(?:\s?[*†\d])?"
    r"(?:,?\s(?P<rest>(?:concurring|dissenting)[^.:]{0,90}))?\s?(?P<end>[.:—])"
)
_TITLED = re.compile(
    r"(?:Chief |Presiding |Senior )*(?:Judge|Justice|JUDGE|JUSTICE)\s(?P<name>[A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+){0,3}),?\s(?P<rest>(?:concurring|dissenting)[^.:]{0,90})[.:]"
)
_PER_CURIAM = re.compile(r"\W{0,3}PER CURIAM\b|\W{0,3}Per Curiam\W{0,3}$")
_DELIVERED = re.compile(
    r"(?![A-Z’' ]+, (?:C\. ?)?J\.,).{3,160}\b(?:delivered|announced) the (?:opinion|judgment|unanimous opinion) of\b"
)


@dataclass(slots=True)
class _Opinion:
    """An opinion while its paragraphs are found."""

    title: str
    blocks: list[Block] = field(default_factory=list)
    first_page: int = 0


@dataclass(slots=True)
class _Read:
    """A judgment divided: what stands above and between its opinions, its syllabus, its opinions."""

    front: list[Block] = field(default_factory=list)
    syllabus: list[Block] = field(default_factory=list)
    captions: list[Block] = field(default_factory=list)
    opinions: list[_Opinion] = field(default_factory=list)


def judgment_of(facts: Facts, parts: tuple[Part, ...] = ()) -> Judgment:
    """The case as corpus.structure.judgment knows it."""
    name = facts.short_title or facts.title
    return Judgment(
        name=name,
        citations=(facts.citation,) if facts.citation else (),
        court=facts.court,
        decided_on=facts.decided_on,
        docket=facts.docket,
        slip=True,
        parts=parts,
    )


def sections(body: Sequence[Block], facts: Facts, *, paged: bool) -> Iterator[SectionText]:
    """What stands above the opinions, then the opinions. `paged`: the file has pages. Paths may repeat."""
    read = _divided(body)
    parts = tuple(_part(opinion, facts.court, paged=paged) for opinion in read.opinions if opinion.blocks)
    case = judgment_of(facts, parts)
    names = Names(case.name)
    above = [*decision_front.sections(read.front, names)]
    if read.captions:
        above.append(decision_front.apart("captions", read.captions, names))
    if read.syllabus:
        above.append(decision_front.apart("syllabus", read.syllabus, names))
    yield from (replace(section, valid_from=facts.decided_on) for section in above)
    for section in judgment.sections(case):
        # Of a case with neither citation nor docket number the name stands for both.
        yield replace(section, label=section.label.replace(f"{case.name}, {case.name}", case.name, 1))


def authors(body: Sequence[Block]) -> tuple[str, ...]:
    """Who wrote the opinions: `Stevens, J.`"""
    parts = (Part(title=opening(block.text), paragraphs=()) for block in body)
    return tuple(dict.fromkeys(part.author for part in parts if part.title and part.author))


def _divided(body: Sequence[Block]) -> _Read:
    read = _Read()
    here = read.front
    page = 0
    for block in body:
        if _SYLLABUS.match(block.text) and not read.opinions:
            here = read.syllabus
        elif _CAPTION.match(block.text) and (read.opinions or len(read.syllabus) > 3):
            here, page = read.captions, page if here is read.captions else block.page
        elif title := opening(block.text):
            read.opinions.append(_Opinion(title, first_page=page or block.page))
            here, page = read.opinions[-1].blocks, 0
        here.append(block)
    return read if read.opinions else _undivided(body)


def _undivided(body: Sequence[Block]) -> _Read:
    """An opinion whose first words do not say whose it is: what is above its first long paragraph is the title page."""
    start = next((place for place, block in enumerate(body[:40]) if len(block.text) >= LONG_BLOCK), 0)
    opinion = _Opinion("Opinion", list(body[start:]), body[start].page)
    return _Read(front=list(body[:start]), opinions=[opinion])


def opening(text: str) -> str:
    """The title of the opinion that a paragraph opens, `Stevens, J., dissenting`; empty if it opens none."""
    if _PER_CURIAM.match(text):
        return "Per Curiam"
    if title := opinion_text.opening(text[:LONGEST_OPENING]):
        return title.replace("in the judgment", "in judgment")  # as the Court's running heads have it
    start = text[:LONGEST_OPENING]
    found = _NAMED.match(start) or _TITLED.match(start)
    if found:
        name = re.sub(r"[^\W\d_]{2,}", lambda word: word[0].capitalize(), found["name"].split()[-1])
        rest = found["rest"]
        return f"{name}, J., {' '.join(rest.split())}" if rest else "Opinion of the Court"
    return "Opinion of the Court" if _DELIVERED.match(start) and len(text) < LONGEST_OPENING else ""


def _part(opinion: _Opinion, court: str, *, paged: bool) -> Part:
    first = opinion.first_page if judgment.SUPREME_COURT.lower() == court.lower() else 1
    paragraphs = (
        Paragraph(text=block.text, page=str(block.page - first + 1) if paged else "", breaks=block.breaks)
        for block in opinion.blocks
    )
    return Part(title=opinion.title, paragraphs=tuple(paragraphs))
