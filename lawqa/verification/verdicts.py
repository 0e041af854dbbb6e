"""Stage 5: the separate facts about every citation of every claim. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from lawqa.types import (
    Draft,
    DraftCitation,
    DraftClaim,
    Force,
    Judge,
    Opinion,
    Problem,
    Quote,
    QuoteMatch,
    Source,
    Support,
    Verdict,
    VerifiedClaim,
)
from lawqa.verification.claims import FIGURE_CHECKS, check_claim
from lawqa.verification.in_force import force_on
from lawqa.verification.label import labels_match
from lawqa.verification.quote import NOT_FOUND, find_quote
from lawqa.verification.resolves import by_marker, resolve

VERBATIM_WRITER = "quoting"
DECISIVE_WORDS = 3
"""Fewer words of a section do not show that it says what a claim says."""


def checker(
    sources: Sequence[Source], *, as_of: dt.date, judge: Judge | None = None
) -> Callable[[DraftClaim], VerifiedClaim]:
    """What verifies one claim after another; offsets of what it finds are those of `section_text`.

    A judge, if there is one, is asked about a claim that no other check objected to and that is not the law's own words.
    """
    given = by_marker(sources)

    def check(claim: DraftClaim) -> VerifiedClaim:
        verdicts = tuple(_facts(claim, citation, given, as_of) for citation in claim.citations)
        found = VerifiedClaim(claim=claim, verdicts=verdicts)
        return _judged(found, given, judge) if judge and found.shown else found

    return check


def verify(draft: Draft, sources: Sequence[Source], *, as_of: dt.date) -> tuple[VerifiedClaim, ...]:
    """The facts for each citation of each claim, in the draft's order."""
    return tuple(map(checker(sources, as_of=as_of), draft.claims))


def _judged(found: VerifiedClaim, given: Mapping[str, Source], judge: Judge) -> VerifiedClaim:
    pairs = zip(found.claim.citations, found.verdicts, strict=True)
    verdicts = [
        replace(verdict, opinion=_opinion(judge, found.claim, citation, verdict, given))
        for citation, verdict in pairs
    ]
    return replace(found, verdicts=tuple(verdicts))


def _opinion(
    judge: Judge, claim: DraftClaim, citation: DraftCitation, verdict: Verdict, given: Mapping[str, Source]
) -> Opinion | None:
    """The judge's opinion with its decisive words as they stand in the section.

    "Supported" without words that stand there is no opinion. An objection counts without them, for it only withholds,
    but no words are shown that the section does not have.
    """
    source = resolve(citation.marker, given)
    if source is None or _verbatim(claim, verdict):
        return None
    opinion = judge(claim, citation, _at(source, verdict.quote))
    if opinion is None:
        return None
    words = find_quote(opinion.words, source.section_text).text
    if opinion.support is Support.SUPPORTED and len(words.split()) < DECISIVE_WORDS:
        return None
    return replace(opinion, words=words)


def _at(source: Source, quote: Quote) -> Source:
    """The source with the words that were found in the place of its passage."""
    if quote.start is None or quote.end is None:
        return source
    return replace(source, start=quote.start, end=quote.end)


def _verbatim(claim: DraftClaim, verdict: Verdict) -> bool:
    return verdict.quote.match is QuoteMatch.EXACT and verdict.quote.text.strip() == claim.text.strip()


def _facts(
    claim: DraftClaim, citation: DraftCitation, given: Mapping[str, Source], as_of: dt.date
) -> Verdict:
    source = resolve(citation.marker, given)
    if source is None:
        return _unresolved(citation.marker)
    check = check_claim(
        claim.text, citation.quote, source.section_text, label=source.label, title=source.document_title
    )
    problems = (*_without_quote(claim, citation), *check.problems)
    return Verdict(
        marker=citation.marker,
        resolves=True,
        label_matches=labels_match(citation.label, source.label, also=source.document_title),
        quote=check.quote,
        figures_match=not any(problem.check in FIGURE_CHECKS for problem in check.problems),
        in_force_on=force_on(source, as_of),
        problems=problems,
    )


def _without_quote(claim: DraftClaim, citation: DraftCitation) -> tuple[Problem, ...]:
    """What a model says of a section it must quote; the law's own words quote themselves."""
    if citation.quote.strip() or claim.writer == VERBATIM_WRITER:
        return ()
    return (Problem(check="quote", detail="It quotes no words of the section that it cites."),)


def _unresolved(marker: str) -> Verdict:
    return Verdict(
        marker=marker,
        resolves=False,
        label_matches=False,
        quote=NOT_FOUND,
        figures_match=False,
        in_force_on=Force.NOT_IN_FORCE,
        problems=(Problem(check="resolves", detail=f"No source was given under the marker {marker!r}."),),
    )
