"""What a sentence says in its own words beside a citation, held against the law cited: figures, and near repetitions. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lawqa.checking.types import Agreement
from lawqa.types import Problem
from lawqa.verification import check_claim
from lawqa.verification.claims import aligned
from lawqa.verification.figures import read, same_figure
from lawqa.verification.quantities import MONTHS, Figure, Kind
from lawqa.verification.support import align
from lawqa.verification.wording import is_near_verbatim
from lawqa.verification.words import read_words, stem

FEWEST_WORDS = 4
LONGEST = 2_000
"""Characters of a sentence; a longer one is no sentence."""
MEASURED = frozenset({Kind.MONEY, Kind.PERCENT, Kind.DURATION})
"""What the law says in figures that a case seldom has: worth a note even where the section has none of the kind."""
COMPARED = MEASURED | {Kind.NUMBER, Kind.MULTIPLE}
OF_WORDS = frozenset("modal negation exception scope party".split())
OF_FIGURES = frozenset("number date money".split())
"""Of any kind: who repeats the law with another count, year or reference says something else."""
CLOSELY = 0.8
"""Share of a sentence's words that stand in the law in the same order, for figures of every kind to count."""
PERIOD = re.compile(r"“(?P<count>[^”]+) (?P<unit>minute|hour|day|week|month|year)”")
LEFT_OUT, ADDED = re.compile(r"has “” for"), re.compile(r"has (“[^”]+”) for “”")
CURRENCY = re.compile(r"\b(?:eur|usd|gbp|inr)\b")
MARKUP = re.compile(r"[*_#`|>]+")
CITING = re.compile(
    r"^\s*(?:under|in|by(?: virtue of)?|as per|according to|pursuant to|in accordance with)\s+,\s*",
    re.IGNORECASE,
)
"""What is left in front of a sentence once the citation with which it begins is taken out."""
ENUMERATOR = re.compile(r"^\s*(?:[-–•·]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What came of comparing a sentence with a text of the law; offsets are characters of that text."""

    agreement: Agreement
    check: str
    detail: str
    start: int | None = None
    end: int | None = None
    certain: bool = True


def own_words(text: str, start: int, end: int, taken: Iterable[tuple[int, int]]) -> str:
    """A sentence without its citations and quotations, which are checked by themselves, and without markup."""
    chars = list(text[start:end])
    for first, last in taken:
        for place in range(max(first, start) - start, min(last, end) - start):
            chars[place] = " "
    plain = MARKUP.sub(" ", "".join(chars))
    plain = CITING.sub("", ENUMERATOR.sub("", plain))
    return re.sub(r"\(\s*\)|\[\s*\]", " ", plain).strip(" ,;:—–-\n")


def compare(statement: str, law: str, label: str, *, whole: bool = True) -> list[Compared]:
    """What of a sentence departs from a text of the law, or agrees in its figures; nothing where neither can be said.

    `whole`: no quotation was taken out of it, so that its other words make a sentence and are compared too.
    """
    if len(statement) > LONGEST or len(read_words(statement)) < FEWEST_WORDS:
        return []
    found = align(statement, law)
    if not found.spans:
        return []
    place = found.spans[0]
    evidence = aligned(statement, found, law, label)
    problems = check_claim(statement, "", law, label=label).problems
    figures = read(statement).figures
    departed = _figures(figures, problems, law, place)
    if whole and evidence.near_verbatim:
        closely = is_near_verbatim(read_words(statement), read_words(evidence.best), CLOSELY)
        checks = OF_WORDS | OF_FIGURES if closely and not departed else OF_WORDS
        departed += _repeated([one for one in problems if one.check in checks], place)
    if departed or not any(figure.kind in MEASURED for figure in figures):
        return departed
    return [_agreed(figures, place)] if _all_there(figures, law) else []


def _figures(
    figures: Sequence[Figure], problems: Sequence[Problem], law: str, place: tuple[int, int]
) -> list[Compared]:
    """The figures that checks objected to, the first of each kind."""
    found: dict[tuple[Kind, Agreement], Compared] = {}
    for figure in figures:
        problem = next((one for one in problems if f"“{figure.text}”" in one.detail), None)
        if problem is None or figure.kind not in COMPARED:
            continue
        agreement = Agreement.NOT_THERE if problem.detail.endswith("there.") else Agreement.DIFFERS
        if figure.kind not in MEASURED and (
            agreement is Agreement.NOT_THERE or not _counts_the_same(figure, law)
        ):
            continue
        compared = _compared(agreement, problem, place, certain=not _another_agrees(figure, figures, law))
        found.setdefault((figure.kind, agreement), compared)
    days = [one for one in problems if one.check == "date" and "a day" in one.detail]
    if days and any(month in law[slice(*place)].lower() for month in MONTHS):
        found[Kind.YEAR, Agreement.DIFFERS] = _compared(Agreement.DIFFERS, days[0], place, certain=True)
    return list(found.values())


def _counts_the_same(figure: Figure, law: str) -> bool:
    """Whether the law has a number of the same things: `nineteen hives` of a case are no wrong `seven members`."""
    counted = {stem(one.unit) for one in read(law).figures if one.kind is figure.kind}
    return stem(figure.unit) in counted


def _another_agrees(figure: Figure, figures: Sequence[Figure], law: str) -> bool:
    """Beside `after 96 hours, though 72 hours are allowed` the 96 is what somebody did."""
    alike = [one for one in figures if one.kind is figure.kind and one.unit == figure.unit]
    others = [one for one in alike if one is not figure]
    return _any_there(others, law)


def _any_there(figures: Sequence[Figure], law: str) -> bool:
    return any(same_figure(one, other) for one in figures for other in read(law).figures)


def _all_there(figures: Sequence[Figure], law: str) -> bool:
    measured = [figure for figure in figures if figure.kind in MEASURED]
    return all(_any_there([figure], law) for figure in measured)


def _repeated(problems: Sequence[Problem], place: tuple[int, int]) -> list[Compared]:
    """What turns a sentence that repeats the law but for a few words, one of each check."""
    found: dict[str, Compared] = {}
    for problem in problems:
        # What is shortened leaves out exceptions; whether it may, the reader decides.
        certain = problem.check != "exception"
        found.setdefault(problem.check, _compared(Agreement.DIFFERS, problem, place, certain=certain))
    return list(found.values())[:2]


def _compared(agreement: Agreement, problem: Problem, place: tuple[int, int], *, certain: bool) -> Compared:
    said = PERIOD.sub(_in_plural, problem.detail.replace("The claim ", "The sentence "))
    said = CURRENCY.sub(
        lambda found: found[0].upper(), ADDED.sub(r"adds \1", LEFT_OUT.sub("leaves out", said))
    )
    return Compared(
        agreement=agreement, check=problem.check, detail=said, start=place[0], end=place[1], certain=certain
    )


def _in_plural(period: re.Match[str]) -> str:
    """`“72 hours”`, where figures are kept as `72 hour`."""
    one = period["count"] in {"1", "one", "a", "an"}
    return f"“{period['count']} {period['unit']}{'' if one else 's'}”"


def _agreed(figures: Sequence[Figure], place: tuple[int, int]) -> Compared:
    told = " and ".join(f"“{figure.text}”" for figure in figures if figure.kind in MEASURED)
    told = PERIOD.sub(_in_plural, told)
    return Compared(
        agreement=Agreement.AGREES, check="figures", detail=f"The section says {told} too.", start=place[0], end=place[1]
    )  # fmt: skip
