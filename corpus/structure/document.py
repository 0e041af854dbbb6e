"""Stage 2 of bringing in a file: its pages become one document and its sections. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace

from corpus import flags
from corpus.structure import blocks, decision, document_names, document_parts, enactment, guessing
from corpus.structure.decision_front import Names
from corpus.types import DocumentText, Facts, FileFacts, Kind, PageText, SectionText, StructuredText

LONGEST_NAME = 200
LONGEST_LABEL = 300
LONGEST_PATH = 290
LEAST_KEPT = 0.6
"""Share of the characters; tables of contents of long acts are a fifth of them."""


@dataclass(frozen=True, slots=True)
class _Sections:
    sections: tuple[SectionText, ...]
    authors: tuple[str, ...] = ()
    structured: bool = True


def read(pages: Sequence[PageText], file_facts: FileFacts, given: Facts, name: str) -> StructuredText:
    """The document in a file and its sections; `name` is the file's.

    `given` is what a person said of it and wins over what its text says, field by field. There is at least one
    section where there is any text, and every word of the pages is in a section's text, heading, label, ancestors
    or notes. Paths are unique.
    """
    guessed = guessing.guess(pages, file_facts, name)
    facts = merged(given, guessed)
    document = _document(facts)
    found = _sections(pages, facts, document)
    document = replace(document, authors=found.authors)
    raised = [flags.NO_STRUCTURE] if found.sections and not found.structured else []
    if document.dated is None:
        raised.append(flags.NO_DATE)
    return StructuredText(
        document=document, sections=tuple(_fitted(found.sections)), guessed=guessed, flags=tuple(raised)
    )


def merged(given: Facts, guessed: Facts) -> Facts:
    """The facts given by a person, and where one said nothing, the guess."""
    known = {one.name: getattr(given, one.name) or getattr(guessed, one.name) for one in fields(Facts)}
    facts = Facts(**known)
    if facts.kind is Kind.JUDGMENT:
        # What is decided is law from that day, whichever of the two a person corrected.
        decided = given.decided_on or given.dated or facts.decided_on
        return replace(facts, decided_on=decided, dated=given.dated or decided)
    return facts


def _document(facts: Facts) -> DocumentText:
    title = facts.title or facts.short_title or facts.citation or "Untitled"
    citation = (facts.citation or _docket_citation(facts) or facts.short_title or title)[:LONGEST_NAME]
    return DocumentText(
        key=document_names.key(facts, title),
        kind=facts.kind or Kind.OTHER,
        jurisdiction=facts.jurisdiction[:12],
        title=title,
        citation=citation,
        short_title=(facts.short_title or (title if facts.kind is Kind.JUDGMENT else citation))[
            :LONGEST_NAME
        ],
        aliases=document_names.aliases(facts, title),
        dated=facts.dated,
        court=facts.court[:LONGEST_NAME],
        decided_on=facts.decided_on,
        docket=facts.docket[:LONGEST_NAME],
    )


def _docket_citation(facts: Facts) -> str:
    if facts.kind is not Kind.JUDGMENT or not facts.docket:
        return ""
    return f"No. {facts.docket}" if facts.docket[0].isdigit() else facts.docket


def _sections(pages: Sequence[PageText], facts: Facts, document: DocumentText) -> _Sections:
    """By the numbering of a judgment or an enactment, else by headings, else by pages."""
    if facts.kind is Kind.JUDGMENT:
        known = replace(facts, short_title=document.short_title)
        read = decision.read(pages, known, Names(document.short_title))
        if read.sections:
            return _Sections(read.sections, read.authors)
    else:
        sections = enactment.sections(pages, document.short_title)
        if sections and _keeps(sections, pages):
            return _Sections(sections)
    return _otherwise(pages, document.short_title)


def _keeps(sections: Sequence[SectionText], pages: Sequence[PageText]) -> bool:
    """Whether sections hold the text: an enactment's leave out its table of contents, and nothing else."""
    kept = sum(len(one.text) + len(one.heading) + len(one.notes) for one in sections)
    return kept >= LEAST_KEPT * sum(len(line.text) for page in pages for line in page.lines)


def _otherwise(pages: Sequence[PageText], short_title: str) -> _Sections:
    body, notes = blocks.body(pages), blocks.footnotes(pages)
    paged = len(pages) > 1 or any(page.width for page in pages)
    if not body:  # footnotes alone: a page that was taken for nothing else
        body, notes = notes, []
    sections, structured = document_parts.sections(body, short_title, paged=paged)
    return _Sections(blocks.with_footnotes(sections, notes), structured=structured)


def _fitted(sections: Iterable[SectionText]) -> Iterator[SectionText]:
    """The sections, each with a path of its own, and none with a path or label too long to be kept."""
    taken: dict[str, int] = {}
    for section in sections:
        path = stem = section.path[:LONGEST_PATH]
        while path in taken:
            taken[stem] += 1
            path = f"{stem}~{taken[stem]}"
        taken[path] = 1
        yield replace(section, path=path, label=section.label[:LONGEST_LABEL])
