"""How many errors that are planted in a brief are noticed: `python -m tests.adversary.briefs --sections 200`.

Takes the law of the data folder (`LAWQA_DATA`) and changes nothing there. Each statement is a paragraph of its own; an
alarm is a fact in it that does not agree with the law.
"""

from __future__ import annotations

import argparse
import datetime as dt
import logging
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import django

from tests.adversary import figures
from tests.adversary.falsehoods import CHANGES
from tests.adversary.honest import restated
from tests.adversary.law import Given, sentences_of

TOGETHER = 8  # sections of one brief
LAST_NUMBER = re.compile(r"\d+(?!.*\d)")
FORMS = ('Under {name}, "{said}"', "{name} provides: “{said}”", "“{said}” ({name}).", '"{said}", see {name}.')
OWN_WORDS = ("Under {name}, {said}", "{said} ({name}).")


@dataclass(frozen=True, slots=True)
class Statement:
    """A paragraph of a brief, and what is known of it."""

    kind: str
    wrong: bool
    text: str


def statements(given: Given, others: Sequence[Given], rng: random.Random) -> Iterator[Statement]:
    """What a brief says of one section, rightly and wrongly, at most one of a kind; `others` are of the same document."""
    sentences = [sentence for sentence in sentences_of(given.text) if not re.search(r"[\"“”‘’]", sentence)]
    if not sentences:
        return
    sentence = rng.choice(sentences)
    yield Statement("quoted rightly", wrong=False, text=_quoting(given.name, sentence, rng))
    changes = [change for make in CHANGES for change in make(sentence, given.text, rng)]
    for change in rng.sample(changes, min(1, len(changes))):
        if change.made(sentence).strip(" .") not in given.text:
            yield Statement(
                "quoted wrongly", wrong=True, text=_quoting(given.name, change.made(sentence), rng)
            )
    for other in islice((one for one in others if sentence not in one.text), 1):
        yield Statement("of another section", wrong=True, text=_quoting(other.name, sentence, rng))
    yield Statement("no such section", wrong=True, text=_quoting(_invented(given.name), sentence, rng))
    yield from _in_own_words(given, sentences, rng)


def _in_own_words(given: Given, sentences: Sequence[str], rng: random.Random) -> Iterator[Statement]:
    """Without quotation marks: what the law says, and the same with a figure that it does not have."""
    for sentence in sentences:
        wrong = next(figures.wrong_figures(sentence, given.text, rng), None)
        if wrong is not None:
            form = rng.choice(OWN_WORDS)
            right = restated(sentence, rng)[0]
            yield Statement("told rightly", wrong=False, text=_told(form, given.name, right))
            yield Statement("wrong figure", wrong=True, text=_told(form, given.name, wrong.made(sentence)))
            return


def _quoting(name: str, said: str, rng: random.Random) -> str:
    return rng.choice(FORMS).format(name=name, said=said)


def _told(form: str, name: str, said: str) -> str:
    said = said.rstrip(".")
    said = said[:1].lower() + said[1:] if form.startswith("Under") else said
    return form.format(name=name, said=said) + ("." if form.startswith("Under") else "")


def _invented(name: str) -> str:
    """The section's name with a number that nothing on a shelf has."""
    return LAST_NUMBER.sub(lambda found: f"98{found[0]}", name)


def main() -> None:
    """Print a line a kind: statements, alarms, notes."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sections", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--show", action="store_true", help="print what was missed and what was alarmed wrongly"
    )
    chosen = parser.parse_args()
    django.setup()
    logging.disable(logging.INFO)
    from tests.adversary.__main__ import drawn

    rng = random.Random(chosen.seed)  # noqa: S311  repeatable, no secret
    counted: Counter[tuple[str, str]] = Counter()
    for rows in drawn(chosen.sections, chosen.seed, TOGETHER):
        brief = [one for row in rows for one in statements(_given(*row), _others(row, rng), rng)]
        rng.shuffle(brief)
        for one, result in check_brief(brief):
            counted[one.kind, result] += 1
            if chosen.show and (result == "alarm") != one.wrong:
                sys.stdout.write(f"{result} | {one.kind} | {one.text}\n")
    sys.stdout.write(_table(counted))


def check_brief(brief: Sequence[Statement]) -> Iterator[tuple[Statement, str]]:
    """Each statement with the worst that was found in its paragraph: alarm, note, nothing."""
    from lawqa.checking import check_text
    from lawqa.checking.types import Weight

    start = 0
    checked = check_text("\n\n".join(one.text for one in brief), None, dt.date.today())  # noqa: DTZ011  a day, as a lawyer says it
    for one in brief:
        end = start + len(one.text)
        weights = {fact.weight for fact in checked.all if start <= fact.start < end}
        yield one, "alarm" if Weight.BAD in weights else "note" if Weight.NOTE in weights else "nothing"
        start = end + 2


def _given(label: str, text: str, _title: str) -> Given:
    return Given(marker="", label=label, text=text)


def _others(row: tuple[str, str, str], rng: random.Random) -> list[Given]:
    """Some other sections of the same document, in an order by chance."""
    from corpus.models import Section

    same = Section.objects.filter(document__title=row[2]).exclude(label=row[0])
    return [
        _given(one.label, one.text, "")
        for one in rng.sample(list(same.order_by("pk")[:200]), min(3, same[:3].count()))
    ]


def _table(counted: Counter[tuple[str, str]]) -> str:
    lines = [f"{'':20}{'statements':>11}{'alarm':>8}{'note':>8}{'nothing':>9}"]
    for kind in dict.fromkeys(kind for kind, _ in sorted(counted)):
        found = [counted[kind, result] for result in ("alarm", "note", "nothing")]
        lines.append(f"{kind:20}{sum(found):>11}{found[0]:>8}{found[1]:>8}{found[2]:>9}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
