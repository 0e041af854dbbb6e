"""Where each quotation of a text stands: in the section cited, in another wording or section, but for words, or nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from corpus.reading import day
from corpus.structure.outline import outline
from corpus.types import Named
from lawqa.checking.held import Held, Text
from lawqa.checking.quotations import FEWEST_CERTAIN
from lawqa.checking.types import CheckedQuotation, Quotation, Wording
from lawqa.checking.wordings import Nearest, departures, has_ellipsis, nearest, stands
from lawqa.types import Quote, QuoteMatch

CLEAR = 0.85
"""Share of the words from which on they depart from the section cited, whatever stands elsewhere."""
FOUND = {QuoteMatch.EXACT: Wording.EXACT, QuoteMatch.NORMALISED: Wording.NORMALISED}
OMITS = "What the dots leave out, or join, changes what the law says: its words stand below."


@dataclass(frozen=True, slots=True)
class Search:
    """One quotation, the citations that it goes with, and all the law that its text cites."""

    quotation: Quotation
    cited: Sequence[Named]
    held: Held
    sections: Sequence[int]
    documents: Sequence[int]

    @property
    def label(self) -> str:
        """What the text puts to it, as it is called on the shelf."""
        for named in self.cited:
            if texts := self.held.texts(named.section_ids):
                return texts[0].label
            if document := self.held.document(next(iter(named.document_ids), 0)):
                return document.short_title or document.citation
        return self.cited[0].citation.text if self.cited else ""

    def targets(self) -> list[Text]:
        """The sections in which it should stand."""
        keys = (key for named in self.cited if _places(named) for key in named.section_ids)
        return self.held.texts(dict.fromkeys(keys))

    def whole(self) -> list[int]:
        """Documents that it is attributed to as a whole."""
        return [key for named in self.cited if not _places(named) for key in named.document_ids]


def check_quotation(search: Search) -> CheckedQuotation:
    """The first of these that holds: it stands there; departs clearly; stands elsewhere; departs; is not found."""
    found = next((found for found in _attempts(search) if found is not None), None)
    return found or _nowhere(search, search.targets())


def _attempts(search: Search) -> Iterator[CheckedQuotation | None]:
    targets = search.targets()
    yield _in_targets(search, targets)
    yield _in_former(search, targets)
    near = _nearest(search.quotation, targets)
    yield _departs(search, near, CLEAR)
    yield _elsewhere(search, targets)
    yield _departs(search, near or _nearest_elsewhere(search), 0.0)


def _places(named: Named) -> bool:
    """It points into its instrument, or at a judgment, whose opinions are its sections."""
    return bool(named.citation.section or named.section_ids)


def _in_targets(search: Search, targets: Iterable[Text]) -> CheckedQuotation | None:
    for text in targets:
        found, allowed = stands(search.quotation.text, text.text)
        if found.match is not QuoteMatch.NOT_FOUND:
            outside = _outside_of_pin(search.cited, text, found)
            detail = " ".join(filter(None, (allowed, outside, _of_other_day(text, search.held))))
            return _checked(search, FOUND[found.match], text, found, detail, elsewhere_in=bool(outside))
        heading, _ = stands(search.quotation.text, text.heading)
        if heading.match is not QuoteMatch.NOT_FOUND:
            nowhere = Quote(match=heading.match)
            return _checked(search, FOUND[heading.match], text, nowhere, "It stands in the heading.")
    return None


def _of_other_day(text: Text, held: Held) -> str:
    if held.is_current(text):
        return ""
    if text.valid_to and text.valid_to <= held.as_of:
        return f"It stands in the text that was law until {day(text.valid_to)}."
    return f"It stands in the text that applies from {day(text.valid_from)}." if text.valid_from else ""


def _outside_of_pin(cited: Sequence[Named], text: Text, found: Quote) -> str:
    """That the words stand in another subdivision than the one cited, where the text shows both."""
    named = next((one for one in cited if text.section_id in one.section_ids), None)
    part = text.subdivision(named.citation.pin) if named and named.citation.pin else None
    if named is None or part is None or found.start is None or found.end is None:
        return ""
    if found.start < part.end and part.start < found.end:
        return ""
    inside = [one for one in outline(text.text) if one.start <= found.start < one.end]
    own = max(inside, key=lambda one: one.start).pin if inside else ()
    if own == named.citation.pin[: len(own)]:
        return ""  # the opening words that the subdivision hangs from
    return f"It stands in {_pin(own)}, not in {_pin(named.citation.pin)}."


def _pin(pin: Sequence[str]) -> str:
    return "".join(f"({word})" for word in pin)


def _in_former(search: Search, targets: Iterable[Text]) -> CheckedQuotation | None:
    for target in targets:
        for text in search.held.others(target):
            found, _ = stands(search.quotation.text, text.text)
            if found.match is not QuoteMatch.NOT_FOUND:
                said = _of_other_day(text, search.held)
                return _checked(search, Wording.FORMER, text, found, said)
    return None


def _elsewhere(search: Search, targets: Sequence[Text]) -> CheckedQuotation | None:
    """In another section of what the text cites; of an instrument cited as a whole, that is where it should stand."""
    tried = {text.section_id for text in targets}
    whole = set(search.whole())
    documents = list(dict.fromkeys([*whole, *search.documents]))
    candidates = [
        *search.held.having(search.quotation.text, search.sections),
        *search.held.elsewhere(search.quotation.text, documents),
    ]
    for text in candidates:
        if text.section_id in tried:
            continue
        found, allowed = stands(search.quotation.text, text.text)
        if found.match is QuoteMatch.NOT_FOUND:
            continue
        if text.document_id in whole:
            return _checked(search, FOUND[found.match], text, found, allowed)
        return _checked(search, Wording.ELSEWHERE, text, found, _said_elsewhere(search, text))
    return None


def _said_elsewhere(search: Search, text: Text) -> str:
    day_of_it = _of_other_day(text, search.held)
    instead = f", not in {search.label}" if search.label else ""
    return f"It stands in {text.label}{instead}. {day_of_it}".strip()


def _nearest(quotation: Quotation, texts: Iterable[Text]) -> tuple[Text, Nearest] | None:
    found = [(text, near) for text in texts if (near := nearest(quotation.text, text.text))]
    return max(found, key=lambda one: one[1].share, default=None)


def _nearest_elsewhere(search: Search) -> tuple[Text, Nearest] | None:
    """Of an instrument cited as a whole, or of no citation: the section of what is cited that comes nearest."""
    if search.targets():
        return None
    documents = search.whole() or ([] if search.cited else search.documents)
    return _nearest(search.quotation, search.held.elsewhere(search.quotation.text, list(documents)))


def _departs(search: Search, near: tuple[Text, Nearest] | None, least: float) -> CheckedQuotation | None:
    if near is None or near[1].share < least:
        return None
    text, place = near
    law = text.text[place.start : place.end]
    found = Quote(match=QuoteMatch.NOT_FOUND, start=place.start, end=place.end, text=law)
    detail = OMITS if has_ellipsis(search.quotation.text) else ""
    return _checked(
        search, Wording.DEPARTS, text, found, detail, differences=departures(search.quotation.text, law)
    )


def _nowhere(search: Search, targets: Sequence[Text]) -> CheckedQuotation:
    nowhere = Quote(match=QuoteMatch.NOT_FOUND)
    if targets or search.whole():
        labels = list(dict.fromkeys(text.label for text in targets)) or [search.label]
        said = f"These words do not stand in {' or '.join(labels[:3])}."
        return _checked(search, Wording.NOT_FOUND, None, nowhere, said)
    if search.cited:
        said = f"There is no text on the shelf to compare it with: {search.cited[0].citation.text}."
        return _checked(search, Wording.UNCHECKED, None, nowhere, said)
    return _checked(search, Wording.UNCHECKED, None, nowhere, "No citation stands beside it.")


def _checked(
    search: Search, wording: Wording, text: Text | None, found: Quote, detail: str, **facts: object
) -> CheckedQuotation:
    quotation = search.quotation
    return CheckedQuotation(
        start=quotation.start, end=quotation.end, text=quotation.text, wording=wording, detail=detail,
        cited=search.label, label=text.label if text else "", section_id=text.section_id if text else None,
        quote_start=found.start, quote_end=found.end, brief=len(quotation.text.split()) < FEWEST_CERTAIN,
        **facts,  # type: ignore[arg-type]  # facts are CheckedQuotation's own
    )  # fmt: skip
