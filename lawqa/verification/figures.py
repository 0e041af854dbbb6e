"""Numbers, dates, money, percentages and periods of a claim against those of the law. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from lawqa.types import Problem
from lawqa.verification.bounds import Bound, bound_of
from lawqa.verification.evidence import Evidence
from lawqa.verification.lexicon import same_meaning
from lawqa.verification.numerals import PERIODS, TENS, UNITS, tokenize
from lawqa.verification.quantities import MONTHS, Figure, Kind, read_figures
from lawqa.verification.words import stem

CHECK_OF_KIND = {Kind.MONEY: "money", Kind.YEAR: "date"}
COUNTING = frozenset(stem(word) for word in (*UNITS, *TENS, *PERIODS))
RIVALS = frozenset((Kind.DURATION, Kind.MONEY, Kind.PERCENT))
STOPS = frozenset(".;")
AROUND = 25  # tokens on either side of a figure that say what it counts
SHARED_WITH_A_FIGURE = 0.3  # share of the claim's content words that stand around it
MOST_FIGURES = 30  # of one claim
MOST_CANDIDATES = 100  # figures of the law that one claim may mean
NEGLIGIBLE = 1e-6
SMALL = {1.0: "one", 2.0: "two"}


@dataclass(frozen=True, slots=True)
class Reading:
    """A text in tokens, its figures, and their values."""

    tokens: tuple[str, ...]
    figures: tuple[Figure, ...]
    values: frozenset[float]


@lru_cache(maxsize=32)
def read(text: str) -> Reading:
    """The figures of a text; kept, as the claims of one answer share their sections."""
    tokens = tuple(tokenize(text))
    figures = tuple(read_figures(tokens))
    return Reading(tokens, figures, frozenset(figure.value for figure in figures))


def check_figures(evidence: Evidence) -> list[Problem]:
    """Every figure of the claim must stand in the law, beside what it counts, and bound the same way."""
    claim = read(evidence.claim)
    wanted = claim.figures[:MOST_FIGURES]
    if not wanted and not _dates(claim.tokens):
        return []
    best, law = read(evidence.best or evidence.supporting), read(evidence.passage)
    related = [*best.figures, *_elsewhere(evidence, wanted, best, law)]
    counted = [figure for figure in wanted if not _is_small_count(figure, best.tokens)]
    problems = [problem for figure in counted if (problem := _missing(figure, related, law, evidence.label))]
    problems += [problem for figure in wanted if (problem := _turned(figure, claim.tokens, best))]
    return problems + _check_dates(claim.tokens, law.tokens)


def _is_small_count(figure: Figure, law: Sequence[str]) -> bool:
    """`2 members` for `two members`: the words themselves are no figures, since they may be pronouns."""
    return figure.kind is Kind.NUMBER and SMALL.get(figure.value, "") in law


def _elsewhere(evidence: Evidence, wanted: Sequence[Figure], best: Reading, law: Reading) -> list[Figure]:
    """Figures outside the best piece that the claim may mean.

    Where the best piece has another figure of the same kind, one elsewhere must be closer to the claim than that.
    """
    about = [one for one in evidence.claim_stems if one not in COUNTING]
    rivals = [_shared(about, best.tokens, figure) for figure in best.figures if _is_rival(figure, wanted)]
    least = max(rivals, default=0) + bool(rivals)
    needed = max(least, 1, round(SHARED_WITH_A_FIGURE * len(evidence.claim_stems)))
    candidates = (figure for figure in law.figures if any(same_figure(one, figure) for one in wanted))
    return [one for one in islice(candidates, MOST_CANDIDATES) if _shared(about, law.tokens, one) >= needed]


def _is_rival(figure: Figure, wanted: Sequence[Figure]) -> bool:
    kinds = {one.kind for one in wanted if one.kind in RIVALS}
    return figure.kind in kinds and not any(same_figure(one, figure) for one in wanted)


def _shared(about: Sequence[str], tokens: Sequence[str], figure: Figure) -> int:
    """How many of some stems stand in the sentence of a figure."""
    stems = {stem(token) for token in _sentence(tokens, figure) if token.isalpha()}
    return sum(any(same_meaning(one, other) for other in stems) for one in about)


def _sentence(tokens: Sequence[str], figure: Figure) -> Sequence[str]:
    """The words around a figure, as far as its sentence or item reaches."""
    first, last = max(0, figure.at - AROUND), min(len(tokens), figure.after + AROUND)
    begin = next((at + 1 for at in range(figure.at - 1, first - 1, -1) if tokens[at] in STOPS), first)
    return tokens[begin : next((at for at in range(figure.after, last) if tokens[at] in STOPS), last)]


def _missing(figure: Figure, related: Sequence[Figure], law: Reading, label: str) -> Problem | None:
    if figure.kind is Kind.REFERENCE:
        stands = (
            figure.value in law.values
            or figure.value in read(label).values
            or figure.text in read(label).tokens
        )
    elif figure.kind is Kind.ORDINAL:
        stands = figure.value in law.values
    else:
        stands = any(same_figure(figure, other) for other in related)
    if stands:
        return None
    detail = f"The claim says “{figure.text}”, which does not stand there."
    others = [other.text for other in related if other.kind is figure.kind][:2]
    if others:
        detail += f" The law says {' and '.join(f'“{other}”' for other in others)}."
    return Problem(check=CHECK_OF_KIND.get(figure.kind, "number"), detail=detail)


def same_figure(left: Figure, right: Figure) -> bool:
    """One quantity, however written: `two weeks` and `14 days`, never `one month` and `30 days`."""
    kinds = {left.kind, right.kind}
    if kinds == {Kind.NUMBER, Kind.DURATION}:  # an age without its unit: `a child of sixteen`
        if left.unit not in ("", "month") or right.unit not in ("", "month"):
            return False
        years = left if left.kind is Kind.DURATION else right
        return years.unit == "month" and _equal(left.count, right.count)
    if len(kinds) > 1 and not kinds <= {Kind.NUMBER, Kind.YEAR, Kind.ORDINAL}:
        return False
    same_unit = left.kind not in (Kind.DURATION, Kind.MONEY) or left.unit == right.unit
    return same_unit and _equal(left.value, right.value)


def _equal(left: float, right: float) -> bool:
    return abs(left - right) <= NEGLIGIBLE * max(1.0, abs(left), abs(right))


def _turned(figure: Figure, claim: Sequence[str], best: Reading) -> Problem | None:
    """The claim bounds a figure from the other side than the law does."""
    claimed = bound_of(claim, figure)
    there = [bound_of(best.tokens, other) for other in best.figures if same_figure(figure, other)]
    if claimed is Bound.NONE or not there or any(bound != -claimed for bound in there):
        return None
    side = "at least" if claimed is Bound.LEAST else "at most"
    detail = f"The claim takes “{figure.text}” for “{side}”; the law bounds it the other way."
    return Problem(check="number", detail=detail)


def _dates(tokens: Sequence[str]) -> set[tuple[int, int]]:
    """Days of the year, as (month, day)."""
    found = set()
    for before, month, after in zip(["", *tokens], tokens, [*tokens[1:], ""], strict=False):
        if month in MONTHS:
            found |= {
                (MONTHS[month], int(day))
                for day in (before, after)
                if day.isdigit() and 0 < int(day[:4]) <= 31
            }
    return found


def _check_dates(claim: Sequence[str], passage: Sequence[str]) -> list[Problem]:
    wrong = _dates(claim) - _dates(passage)
    if not wrong or not _dates(claim):
        return []
    return [Problem(check="date", detail="The claim names a day that does not stand there.")]
