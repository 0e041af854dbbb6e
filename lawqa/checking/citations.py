"""What the shelf says of each citation of a text, each time that it stands there."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.structure.outline import outline
from corpus.types import Citation, Named, Resolution
from lawqa.checking.held import Held, Text, is_judgment
from lawqa.checking.types import CheckedCitation, Existence, Quotation

UNSEEN = "The text on the shelf shows no {}. Look whether it is one of its sentences."
MOST_QUOTED_WORDS = 3
"""Words of a quotation besides the citation in it: with more, the citation is the quoted law's own."""


def own_citations(named: Sequence[Named], quotations: Sequence[Quotation]) -> list[Named]:
    """Without those that stand inside quoted law, and without numbers of something that is no law on the shelf."""
    return [one for one in named if not _is_quoted(one.citation, quotations) and not _is_of_other(one)]


def _is_quoted(cite: Citation, quotations: Sequence[Quotation]) -> bool:
    return any(
        one.start <= cite.start and cite.end <= one.end
        and len(one.text.split()) - len(cite.text.split()) > MOST_QUOTED_WORDS
        for one in quotations
    )  # fmt: skip


def _is_of_other(named: Named) -> bool:
    """A bare `Section 3` beside law that is cited by articles: a part of the text itself, or of a contract."""
    if named.citation.document or named.resolution is not Resolution.NOT_FOUND:
        return False
    articled = "Art" in named.detail
    return bool(named.document_ids) and articled != named.citation.text.lower().startswith("art")


def check_citations(named: Sequence[Named], held: Held) -> list[CheckedCitation]:
    """The facts about each citation; of an instrument named as a whole, the first time only."""
    found: list[CheckedCitation] = []
    seen: set[tuple[tuple[int, ...], str]] = set()
    for one in named:
        cite = one.citation
        if not cite.section and not cite.case_name:
            key = (one.document_ids, "" if one.document_ids else cite.document.lower())
            if key in seen:
                continue
            seen.add(key)
        found.append(_check(one, held))
    return found


def _check(named: Named, held: Held) -> CheckedCitation:
    cite = named.citation
    texts = held.texts(named.section_ids)
    text = texts[0] if texts else None
    existence = existence_of(named, texts, held)
    unseen = bool(text and existence is Existence.IN_FORCE and not named.detail and _is_unseen(cite, text))
    return CheckedCitation(
        start=cite.start, end=cite.end, text=cite.text, existence=existence, pin_unseen=unseen,
        detail=UNSEEN.format("".join(f"({word})" for word in cite.pin)) if unseen else _detail(named, existence),
        label=_label(named, text, held), heading=text.heading if text and cite.section else "",
        section_ids=tuple(row.section_id for row in texts), document_ids=named.document_ids,
        pin_missing=named.resolution is Resolution.RESOLVED and bool(cite.pin and named.detail),
        valid_from=text.valid_from if text else None, valid_to=text.valid_to if text else None,
    )  # fmt: skip


def existence_of(named: Named, texts: Sequence[Text], held: Held) -> Existence:
    """What a resolution amounts to for who relies on the citation."""
    if named.resolution is Resolution.RESOLVED:
        return Existence.IN_FORCE
    if named.resolution is Resolution.AMBIGUOUS:
        return Existence.AMBIGUOUS
    if named.resolution is Resolution.NOT_FOUND:
        return Existence.MISSING if named.document_ids else Existence.NOT_HELD
    later = any(text.valid_from and text.valid_from > held.as_of for text in texts)
    return Existence.NOT_YET if later else Existence.ENDED


def _is_unseen(cite: Citation, text: Text) -> bool:
    """The text has subdivisions and shows none of these: nothing is proved, for a print may have lost them."""
    if not cite.pin or is_judgment(text):
        return False
    markers = {part.pin for part in outline(text.text) if part.marker}
    return bool(markers) and cite.pin not in markers


def _label(named: Named, text: Text | None, held: Held) -> str:
    document = held.document(named.document_ids[0]) if named.document_ids else None
    if text is not None and (named.citation.section or named.citation.case_name):
        return text.label
    return (document.short_title or document.citation) if document else ""


def _detail(named: Named, existence: Existence) -> str:
    if existence is Existence.NOT_HELD and named.citation.document:
        return f"{named.detail} Whether it exists cannot be told here."
    return named.detail
