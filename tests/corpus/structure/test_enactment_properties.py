"""Whatever the lines are: no error, nothing lost, time in proportion to the length."""

from __future__ import annotations

import gc
import random
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.structure.enactment import sections
from corpus.types import Line, PageText

STARTS = (
    "PART I", "PART 2 HEADING", "CHAPTER III", "Article 5", "Article 6 Scope", "SECTION 1. SHORT TITLE.", "SEC. 2. NAMES.",
    "§ 12. Heading.", "[§§ 13 to 15. Repealed.]", "§§155, 155A. Repealed.", "1. Short title.—(1) This Act may be cited as the",
    "2. Definitions.", "12 Heading", "12A Heading", "12-34-5. Heading.", "Rule 4. Filing", "SCHEDULE 1", "THE FIRST SCHEDULE",
    "ANNEX III", "(a) first;", "(1) The owner shall", "“well” means a hole;", "Contents", "Sec.", "Whereas:", "(2) Recital",
    "An Act to do this", "12 months after the day", "Section 5 of that Act applies", "....... 12", "Done at Rome, 3 May 2010.",
    "EXPLANATORY NOTE", "Repealed.", "HISTORY: 1990 Act 3", "(July 30, 1947, ch. 388, 61 Stat. 633.)", "¹ A footnote", "[", "—",
)  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(STARTS), st.text(max_size=60), st.from_regex(r"[0-9]{1,4}[A-Z]?\.? [A-Z][a-z]{2,8}")
)
LINES = st.builds(
    Line,
    text=TEXTS,
    x0=st.sampled_from([0.0, 72.0, 90.0, 250.0]),
    x1=st.sampled_from([0.0, 300.0, 350.0, 540.0]),
    y0=st.integers(0, 700).map(float),
    y1=st.integers(0, 700).map(float),
    size=st.sampled_from([0.0, 8.0, 10.0, 14.0]),
    bold=st.booleans(),
    italic=st.booleans(),
    paragraph=st.booleans(),
    footnote=st.booleans(),
    heading=st.sampled_from([0, 0, 0, 1, 3]),
)
PAGES = st.lists(st.lists(LINES, max_size=25), max_size=4).map(
    lambda groups: [PageText(number=at, lines=tuple(lines)) for at, lines in enumerate(groups, start=1)]
)


@settings(max_examples=150, deadline=None)
@given(PAGES)
def test_any_lines_give_sections_with_one_path_each(pages: list[PageText]) -> None:
    made = sections(pages, "Act")
    assert len({section.path for section in made}) == len(made)
    for section in made:
        assert section.page_breaks[0][0] == 0
        assert "\n\n" not in section.text
        assert all(0 <= offset <= len(section.text) for offset, _ in section.page_breaks)


def act(count: int, seed: int) -> list[str]:
    """A long act in chapters with a schedule; its words are all different, so that a lost one is missed."""
    rng = random.Random(seed)  # noqa: S311  not for secrets
    words = (f"word{number}x" for number in range(10**6))
    lines = [f"An Act to provide for {next(words)}."]
    for number in range(1, count + 1):
        if number % 25 == 1:
            lines += [f"CHAPTER {number // 25 + 1}", f"HEADING {next(words).upper()}"]
        lines.append(f"{number}. Heading {next(words)}.—(1) The {next(words)} shall be {next(words)}.")
        for part in range(2, 2 + rng.randrange(4)):
            lines += [
                f"({part}) In this section—",
                f"(a) {next(words)} means a {next(words)};",
                f"{next(words)} too.",
            ]
    lines += [
        "THE SCHEDULE",
        f"Rules of {next(words)}",
        *(f"{place}. A {next(words)}." for place in range(1, 6)),
    ]
    return lines


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_long_act_loses_nothing(seed: int) -> None:
    lines = act(300, seed)
    pages = [
        PageText(number=at // 40 + 1, lines=tuple(Line(text=text) for text in lines[at : at + 40]))
        for at in range(0, len(lines), 40)
    ]
    made = sections(pages, "Act")
    assert [one.path for one in made] == ["preamble", *(f"s_{number}" for number in range(1, 301)), "sch"]
    headings = " ".join({above for section in made for above in section.ancestors})
    said = " ".join(f"{section.heading} {section.text} {section.notes}" for section in made)
    assert sorted(re.findall(r"word\d+x", f"{said} {headings}".lower())) == sorted(
        re.findall(r"word\d+x", " ".join(lines).lower())
    )


def seconds(lines: list[Line]) -> float:
    pages = [
        PageText(number=at // 50 + 1, lines=tuple(lines[at : at + 50])) for at in range(0, len(lines), 50)
    ]
    return min(_once(pages) for _ in range(3))


def _once(pages: list[PageText]) -> float:
    gc.disable()  # the other tests' objects are not measured
    try:
        began = time.process_time()
        sections(pages, "Act")
        return time.process_time() - began
    finally:
        gc.enable()


@pytest.mark.parametrize("seed", [3, 4])
def test_time_grows_with_the_length(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311  not for secrets
    lines = [
        Line(
            text=f"{rng.choice(STARTS)} {rng.randrange(999)}",
            paragraph=rng.random() < 0.7,
            bold=rng.random() < 0.2,
        )
        for _ in range(8000)
    ]
    assert seconds(lines) < 12 * max(seconds(lines[:2000]), 0.05)


@pytest.mark.parametrize(
    "text",
    [". " * 5000, "_" * 9000, "§" * 5000, "1-" * 5000, "§ 1, " + "2, " * 4000, "(a) " * 4000, "“a” " * 3000, "A" * 20000,
     "1. " + "A " * 9000, "SEC. 1. " + "A. " * 6000, "a; “b” means c; " * 2000, "[" * 5000, "PART I" + " " * 3000 + "x"],
)  # fmt: skip
def test_a_strange_line_costs_no_more_than_its_length(text: str) -> None:
    lines = [Line(text=text), *(Line(text=f"{number}. Heading.—Text of it.") for number in range(1, 9))]
    assert seconds(lines) < 2
