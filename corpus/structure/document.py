"""Stage 2 of bringing in a file: its pages become one document and its sections. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import fields

from corpus import flags
from corpus.structure import blocks, guessing
from corpus.structure.judgment import slug
from corpus.structure.statute import unique
from corpus.types import DocumentText, Facts, FileFacts, Kind, PageText, SectionText, StructuredText

LARGEST_SECTION = 3000  # characters, where nothing marks where sections begin
LONGEST_NAME = 200
LONGEST_KEY = 150


def read(pages: Sequence[PageText], file_facts: FileFacts, given: Facts, name: str) -> StructuredText:
    """The document in a file and its sections; `name` is the file's.

    `given` is what a person said of it and wins over what its text says, field by field. There is at least one
    section where there is any text, and every word of the pages is in a section's text, heading, ancestors or notes.
    """
    guessed = guessing.guess(pages, file_facts, name)
    facts = merged(given, guessed)
    document = _document(facts)
    sections = _stretches(pages, document)
    found = [flags.NO_STRUCTURE] if sections else []
    if document.dated is None:
        found.append(flags.NO_DATE)
    return StructuredText(document=document, sections=sections, guessed=guessed, flags=tuple(found))


def merged(given: Facts, guessed: Facts) -> Facts:
    """The facts given by a person, and where one said nothing, the guess."""
    return Facts(
        **{one.name: getattr(given, one.name) or getattr(guessed, one.name) for one in fields(Facts)}
    )


def _document(facts: Facts) -> DocumentText:
    title = (facts.title or facts.short_title or facts.citation)[:LONGEST_NAME]
    citation = (facts.citation or facts.short_title or title)[:LONGEST_NAME]
    return DocumentText(
        key=slug(facts.citation or title)[:LONGEST_KEY] or "document",
        kind=facts.kind or Kind.OTHER,
        jurisdiction=facts.jurisdiction,
        title=title,
        citation=citation,
        short_title=(facts.short_title or citation)[:LONGEST_NAME],
        dated=facts.dated or facts.decided_on,
        court=facts.court,
        decided_on=facts.decided_on,
        docket=facts.docket,
    )


def _stretches(pages: Sequence[PageText], document: DocumentText) -> tuple[SectionText, ...]:
    paths: Counter[str] = Counter()
    made = []
    for group in blocks.stretches(blocks.body(pages), LARGEST_SECTION):
        text, breaks = blocks.joined(group)
        first, last = breaks[0][1], breaks[-1][1]
        place = f"p. {first}" if first == last else f"p. {first}–{last}"
        section = SectionText(
            path=f"p{first}",
            label=f"{document.short_title} {place}",
            heading="",
            text=text,
            page_breaks=breaks,
        )
        made.append(unique(section, paths))
    return tuple(made)
