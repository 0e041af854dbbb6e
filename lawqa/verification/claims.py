"""One claim against one passage: all checks, in their order. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from lawqa.types import Problem, Quote, QuoteMatch
from lawqa.verification.clauses import sentences
from lawqa.verification.conditions import check_added_condition, check_conditions, check_cut
from lawqa.verification.evidence import Evidence
from lawqa.verification.figures import check_figures
from lawqa.verification.form import check_form, check_signs
from lawqa.verification.label import labels_match, split_lead_in
from lawqa.verification.modality import check_modality
from lawqa.verification.negation import check_negation, check_opposites
from lawqa.verification.parties import check_parties
from lawqa.verification.quote import NOT_FOUND, find_quote, read_key
from lawqa.verification.quoted import quoted_law, side_by_side
from lawqa.verification.scope import check_scope
from lawqa.verification.support import Alignment, align, check_support, share_said
from lawqa.verification.wording import check_places, check_wording, is_near_verbatim
from lawqa.verification.words import read_words

LONGEST_CLAIM = 4_000  # characters: one sentence of law; what is longer must be a verbatim quote
FIGURE_CHECKS = frozenset("number date money modal negation exception scope party".split())
REPEATED_CHECKS = (check_wording, check_parties, check_figures)
MEANING_CHECKS = (
    check_support,
    check_figures,
    check_modality,
    check_negation,
    check_opposites,
    check_scope,
    check_parties,
    check_added_condition,
    check_places,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimCheck:
    """Where the quote stands and what is wrong with the claim; no problem means that no check objected."""

    quote: Quote
    problems: tuple[Problem, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.problems


def check_claim(
    claim: str, quote: str, passage: str, *, label: str = "", cited_label: str = "", title: str = ""
) -> ClaimCheck:
    """Check a claim against the words that it quotes, or, without a quote, against those that say most of it.

    `label` is the passage's own label, `cited_label` the one that the claim puts to it, `title` another name of the
    instrument. Offsets are characters of `passage`.
    """
    opening, body = split_lead_in(claim)
    if opening and opening in passage:  # the law's own words, as in a verbatim claim
        opening, body = "", claim
    problems = _check_labels((cited_label, opening), label, title)
    if quote.strip():
        found = find_quote(quote, passage)
        return ClaimCheck(
            quote=found, problems=(*problems, *_check_quoted(body, quote, found, passage, label))
        )
    found, others = _check_unquoted(body, passage, label)
    return ClaimCheck(quote=found, problems=(*problems, *others))


def _check_labels(cited: tuple[str, ...], label: str, title: str) -> list[Problem]:
    if not label:
        return []
    wrong = [name for name in cited if name and not labels_match(name, label, also=title)]
    return [Problem(check="label", detail=f"It cites {name}, and the passage is {label}.") for name in wrong]


def _check_quoted(claim: str, quote: str, found: Quote, passage: str, label: str) -> list[Problem]:
    if found.match is QuoteMatch.NOT_FOUND:
        return [Problem(check="quote", detail="The quoted words do not stand in the passage in one run.")]
    if _same(claim, found.text) or _same(claim, quote):
        return check_cut(claim, found, passage, verbatim=True)
    problems = [*check_cut(claim, found, passage, verbatim=False), *check_signs(claim, passage)]
    if problems:
        return problems
    for start, end in sentences(claim[:LONGEST_CLAIM]):
        evidence = _quoted(claim[start:end], found, passage, label)
        problems += _check_meaning(evidence) or check_conditions(evidence) or check_form(evidence)
    return problems


def _check_unquoted(claim: str, passage: str, label: str) -> tuple[Quote, list[Problem]]:
    verbatim = find_quote(claim, passage)
    if verbatim.match is not QuoteMatch.NOT_FOUND:
        return verbatim, check_cut(claim, verbatim, passage, verbatim=True)
    if len(claim) > LONGEST_CLAIM:
        return NOT_FOUND, [
            Problem(check="support", detail="The claim is too long to check: one sentence at a time.")
        ]
    found = align(claim, passage)
    if not found.spans:
        return NOT_FOUND, [
            Problem(check="support", detail="The passage does not speak of what the claim says.")
        ]
    start, end = found.spans[0]
    best = Quote(match=QuoteMatch.NORMALISED, start=start, end=end, text=passage[start:end])
    return best, _check_meaning(aligned(claim, found, passage, label))


def aligned(claim: str, found: Alignment, passage: str, label: str) -> Evidence:
    """The evidence for a claim without a quote; a claim as long as a sentence is held against the whole sentence."""
    repeated = found.sentence if len(claim) > len(found.best) else found.best
    close = is_near_verbatim(read_words(claim), read_words(repeated))
    return Evidence(
        claim=claim,
        supporting=repeated if close else found.supporting,
        passage=passage,
        label=label,
        near_verbatim=close,
        covered=found.covered,
        best=repeated if close else found.best,
    )


def _quoted(claim: str, found: Quote, passage: str, label: str) -> Evidence:
    """The evidence for one sentence with a quote, which is read in its own sentence where the claim says more."""
    claim, law, close = side_by_side(claim, quoted_law(claim, found, passage))
    return Evidence(
        claim=claim,
        supporting=law,
        passage=passage,
        label=label,
        near_verbatim=close,
        quoted=True,
        covered=share_said(claim, law),
        best=law,
    )


def _check_meaning(evidence: Evidence) -> list[Problem]:
    if evidence.near_verbatim:
        checks = REPEATED_CHECKS if evidence.quoted else (*REPEATED_CHECKS, check_opposites)
        return [problem for check in checks for problem in check(evidence)]
    return [problem for check in MEANING_CHECKS for problem in check(evidence)]


def _same(left: str, right: str) -> bool:
    """The same words and signs, but for typography, capitals and the last full stop."""
    one, other = (read_key(text).text.strip(" .;,").casefold() for text in (left, right))
    return one == other
