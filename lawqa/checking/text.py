"""Any text held against the shelf: every citation, every quotation, and what sentences say in figures. No model."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from corpus.resolve import resolve_each
from corpus.types import Filters, Named
from lawqa.checking.attribution import Attribution, Sentence
from lawqa.checking.citations import check_citations, own_citations
from lawqa.checking.held import Held
from lawqa.checking.pins import Cited, cited_law, objections
from lawqa.checking.quotations import find_quotations
from lawqa.checking.quoted import Search, check_quotation
from lawqa.checking.statements import own_words
from lawqa.checking.types import (
    Agreement,
    CheckedQuotation,
    CheckedSentence,
    CheckedText,
    Quotation,
)

LONGEST_TEXT = 200_000
"""Characters that are read: a brief of a hundred pages."""
UNREAD = "The text has {:,} characters; the first {:,} were read. Check the rest by itself."


def check_text(text: str, shelves: frozenset[int] | None, as_of: dt.date) -> CheckedText:
    """What the shelves (database keys of collections; None: all) say of a text on a day. Saves nothing."""
    filters = Filters(as_of=as_of, collections=shelves)
    read = text[:LONGEST_TEXT]
    quotations = find_quotations(read)
    named = own_citations(resolve_each(read, filters), quotations)
    held = Held(filters)
    held.load(
        (key for one in named for key in one.section_ids), (key for one in named for key in one.document_ids)
    )
    around = Attribution(read, [one.citation for one in named], quotations)
    return CheckedText(
        text=text,
        as_of=as_of,
        citations=tuple(check_citations(named, held)),
        quotations=tuple(_quotations(quotations, around, named, held)),
        sentences=tuple(_sentences(around, quotations, named, held)),
        unread=UNREAD.format(len(text), LONGEST_TEXT) if len(text) > LONGEST_TEXT else "",
    )


def _quotations(
    quotations: Sequence[Quotation], around: Attribution, named: Sequence[Named], held: Held
) -> Iterator[CheckedQuotation]:
    sections = list(dict.fromkeys(key for one in named for key in one.section_ids))
    documents = list(dict.fromkeys(key for one in named for key in one.document_ids))
    citations = [one.citation.text for one in named]
    for quotation in quotations:
        if quotation.text.strip() in citations:
            continue
        cited = [named[place] for place in around.of(quotation)]
        yield check_quotation(Search(quotation, cited, held, sections, documents))


def _sentences(
    around: Attribution, quotations: Sequence[Quotation], named: Sequence[Named], held: Held
) -> Iterator[CheckedSentence]:
    quoted = [(one.start, one.end) for one in quotations]
    for sentence in around.sentences:
        own = around.in_sentence(sentence)
        law = cited_law([named[place] for place in own or around.before(sentence)], held)
        if law:
            # A reference that the law itself has is part of what is said.
            cited = [
                one.citation for one in named if not any(one.citation.text in part.text.text for part in law)
            ]
            taken = quoted + [(one.start, one.end) for one in cited]
            statement = own_words(around.text, sentence.start, sentence.end, taken)
            whole = not any(sentence.start <= one.start < sentence.end for one in quotations)
            yield from _compared(sentence, statement, law, certain=bool(own), whole=whole)


def _compared(
    sentence: Sentence, statement: str, law: Sequence[Cited], *, certain: bool, whole: bool
) -> Iterator[CheckedSentence]:
    """With the section, of several, that objects least: what one of them says is said by what is cited."""
    results = [(part.text, part.compared(statement, whole=whole)) for part in law]
    said = [(text, found) for text, found in results if found]
    if not said:
        return
    text, found = min(said, key=lambda one: objections(one[1]))
    for one in found:
        if not certain and one.agreement is not Agreement.DIFFERS:
            continue
        yield CheckedSentence(
            start=sentence.start, end=sentence.end, agreement=one.agreement, check=one.check, detail=one.detail,
            label=text.label, section_id=text.section_id, quote_start=one.start, quote_end=one.end,
            certain=certain and one.certain,
        )  # fmt: skip
