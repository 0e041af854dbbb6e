"""Numbers, dates, money, percentages and periods of a claim against those of the law. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from lawqa.types import Problem
from lawqa.verification.evidence import Evidence
from lawqa.verification.lexicon import same_meaning
from lawqa.verification.numerals import PERIODS, TENS, UNITS, tokenize
from lawqa.verification.quantities import MONTHS, Figure, Kind, read_figures
from lawqa.verification.words import stem

CHECK_OF_KIND = {Kind.MONEY: "money", Kind.YEAR: "date"}
AROUND = 25  # tokens on either side of a figure that say what it counts

COUNTING = frozenset(stem(word) for word in (*UNITS, *TENS, *PERIODS))
SHARED_WITH_A_FIGURE = 0.3  # share of the claim's content words that stand around it
STOPS = frozenset(".;")
MOST_FIGURES = 40  # of one claim
MOST_CANDIDATES = 200
APART = 200  # of the measure of `_last`: two phrases that end in different places
NEAR = 7  # tokens in front of a number in which its comparator stands
NEGLIGIBLE = 1e-6


class Bound(IntEnum):
    """Which way a number bounds: `at most`, neither, `at least`."""

    MOST = -1
    NONE = 0
    LEAST = 1


LEAST_PHRASES = (
    *(
        "at least",
        "not less than",
        "no less than",
        "not fewer than",
        "no fewer than",
        "more than",
        "greater than",
    ),
    *(
        "over",
        "exceeds",
        "exceed",
        "exceeding",
        "exceeded",
        "above",
        "minimum of",
        "not under",
        "no earlier than",
    ),
    *("not earlier than", "not sooner than", "longer than", "older than", "from the age of", "in excess of"),
)
MOST_PHRASES = (
    *(
        "at most",
        "not more than",
        "no more than",
        "less than",
        "fewer than",
        "under",
        "below",
        "up to",
        "within",
    ),
    *(
        "not exceeding",
        "not exceed",
        "not to exceed",
        "not later than",
        "no later than",
        "maximum of",
        "at the latest",
    ),
    *(
        "no longer than",
        "not longer than",
        "not over",
        "not above",
        "younger than",
        "smaller than",
        "never exceed",
    ),
    *("not greater than", "cannot exceed", "not be more than", "not in excess of", "no greater than"),
)
BEHIND_LEAST = ("or more", "or older", "or above", "or over", "or longer", "at least", "or greater")
BEHIND_MOST = ("or less", "or fewer", "or below", "or under", "at most", "or younger", "at the latest")


def check_figures(evidence: Evidence) -> list[Problem]:
    """Every figure of the claim must stand in the law, beside what it counts, and bound the same way."""
    claim = tokenize(evidence.claim)
    wanted = read_figures(claim)[:MOST_FIGURES]
    if not wanted and not _dates(claim):
        return []
    near = tokenize(evidence.best or evidence.supporting)
    nearby = read_figures(near)
    everywhere = tokenize(evidence.passage)
    far = read_figures(everywhere)
    related = nearby + _elsewhere(evidence, wanted, (near, nearby), (everywhere, far))
    problems = [problem for figure in wanted if (problem := _missing(figure, related, far, evidence))]
    problems += [problem for figure in wanted if (problem := _turned(figure, claim, nearby, near))]
    return problems + _check_dates(claim, everywhere)


def _elsewhere(
    evidence: Evidence,
    wanted: Sequence[Figure],
    near: tuple[Sequence[str], Sequence[Figure]],
    far: tuple[Sequence[str], Sequence[Figure]],
) -> list[Figure]:
    """Figures outside the supporting words that the claim may mean.

    Where the supporting words have a figure of the same kind, another one must be closer to the claim than it.
    """
    rivals = [_shared(evidence, near[0], figure) for figure in near[1] if _is_rival(figure, wanted)]
    least = max(rivals, default=0) + bool(rivals)
    candidates = [figure for figure in far[1] if any(same_figure(one, figure) for one in wanted)][
        :MOST_CANDIDATES
    ]
    return [figure for figure in candidates if _is_about(evidence, far[0], figure, least=least)]


def _is_rival(figure: Figure, wanted: Sequence[Figure]) -> bool:
    kinds = {one.kind for one in wanted if one.kind not in (Kind.REFERENCE, Kind.NUMBER)}
    return figure.kind in kinds and not any(same_figure(one, figure) for one in wanted)


def _is_about(evidence: Evidence, tokens: Sequence[str], figure: Figure, *, least: int) -> bool:
    """Whether the words around a figure outside the supporting words speak of what the claim speaks of."""
    return _shared(evidence, tokens, figure) >= max(
        least, 1, round(SHARED_WITH_A_FIGURE * len(evidence.claim_stems))
    )


def _shared(evidence: Evidence, tokens: Sequence[str], figure: Figure) -> int:
    """How many of the claim's content words stand around a figure."""
    around = _sentence(tokens, figure)
    stems = {stem(token) for token in around if token.isalpha()}
    wanted = [one for one in evidence.claim_stems if one not in COUNTING]
    return sum(any(same_meaning(one, other) for other in stems) for one in wanted)


def _sentence(tokens: Sequence[str], figure: Figure) -> Sequence[str]:
    """The words around a figure, as far as its sentence or item reaches."""
    first, last = max(0, figure.at - AROUND), min(len(tokens), figure.after + AROUND)
    begin = next((at + 1 for at in range(figure.at - 1, first - 1, -1) if tokens[at] in STOPS), first)
    return tokens[begin : next((at for at in range(figure.after, last) if tokens[at] in STOPS), last)]


def _missing(
    figure: Figure, near: Sequence[Figure], far: Sequence[Figure], evidence: Evidence
) -> Problem | None:
    if figure.kind is Kind.REFERENCE:
        named = read_figures(tokenize(f"{evidence.label} {evidence.passage}"))
        numbers = {other.value for other in named} | {other.value for other in far}
        in_label = figure.text in tokenize(evidence.label)
        stands = figure.value in numbers or in_label
    elif figure.kind is Kind.ORDINAL:
        stands = any(_equal(figure.value, other.value) for other in far)
    else:
        stands = any(same_figure(figure, other) for other in near)
    if stands:
        return None
    detail = f"The claim says “{figure.text}”, which does not stand there."
    others = [other.text for other in near if other.kind is figure.kind][:2]
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
    same_unit = left.kind is not Kind.DURATION or left.unit == right.unit
    return same_unit and _equal(left.value, right.value)


def _equal(left: float, right: float) -> bool:
    return abs(left - right) <= NEGLIGIBLE * max(1.0, abs(left), abs(right))


def _turned(figure: Figure, claim: list[str], near: Sequence[Figure], tokens: list[str]) -> Problem | None:
    """The claim bounds a figure from the other side than the law does."""
    claimed = bound_of(claim, figure)
    there = [bound_of(tokens, other) for other in near if same_figure(figure, other)]
    if claimed is Bound.NONE or not there or any(bound != -claimed for bound in there):
        return None
    side = "at least" if claimed is Bound.LEAST else "at most"
    return Problem(
        check="number",
        detail=f"The claim takes “{figure.text}” for “{side}”; the law bounds it the other way.",
    )


def bound_of(tokens: Sequence[str], figure: Figure) -> Bound:
    """Which way the words around a figure bound it."""
    front = " ".join(tokens[max(0, figure.at - NEAR) : figure.at]) + " "
    behind = " ".join(tokens[figure.after : figure.after + NEAR])
    least = max((_last(front, phrase) for phrase in LEAST_PHRASES), default=-1)
    most = max((_last(front, phrase) for phrase in MOST_PHRASES), default=-1)
    if least >= 0 and most >= 0 and abs(least - most) >= APART:
        return Bound.NONE  # `a maximum of at least`
    if least >= 0 or most >= 0:
        return Bound.MOST if most >= least else Bound.LEAST
    if any(phrase in behind for phrase in BEHIND_LEAST):
        return Bound.LEAST
    return Bound.MOST if any(phrase in behind for phrase in BEHIND_MOST) else Bound.NONE


def _last(text: str, phrase: str) -> int:
    """Where the phrase last ends as whole words, the longer one counting as the later; -1 if nowhere."""
    at = f" {text}".rfind(f" {phrase} ")
    return -1 if at < 0 else (at + len(phrase)) * 100 + len(phrase)


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
