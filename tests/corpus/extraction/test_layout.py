"""What stands at the edges of pages goes, divided words become whole, notes and paragraphs are told apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from corpus.extraction import clean
from corpus.extraction.hyphens import vocabulary
from corpus.types import Line, PageText

WIDTH, HEIGHT = 612.0, 792.0
LEFT, RIGHT, LEADING, SIZE = 72.0, 540.0, 14.0, 12.0
CHARACTER = 5.2
"""Points: as wide as one is taken to be here."""


def line(text: str, y: float, x: float = LEFT, size: float = SIZE, *, full: bool = False) -> Line:
    """A line whose upper edge is at `y`; `full`: it reaches the right margin."""
    end = RIGHT if full else min(x + CHARACTER * len(text), RIGHT)
    return Line(text=text, x0=x, y0=y, x1=end, y1=y + size, size=size, paragraph=False)


def page(number: int, *lines: Line, label: str = "") -> PageText:
    return PageText(number=number, label=label, width=WIDTH, height=HEIGHT, lines=lines, reader="pdfium")


def body(number: int) -> list[Line]:
    """Four lines of running text that no other page has."""
    words = ("hives", "swarms", "combs", "queens", "drones", "smoke", "honey", "wax")
    topic = words[number % len(words)]
    return [
        line(f"The keeper of {topic} shall, in parish {number}{at},", 200 + LEADING * at, full=True)
        for at in range(4)
    ]


def texts(pages: Sequence[PageText]) -> list[list[str]]:
    return [[one.text for one in each.lines] for each in pages]


def cleaned(*lines: Line) -> list[Line]:
    (only,) = clean([page(1, *lines)])
    return list(only.lines)


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(lambda n: [line("THE HIVES ACT", 40)], id="the-same-words"),
        pytest.param(lambda n: [line(f"{n} THE HIVES ACT", 40)], id="with-the-page-number"),
        pytest.param(
            lambda n: [line("THE HIVES ACT", 40), line(f"§ {n * 3}", 40, 480)], id="with-the-section"
        ),
        pytest.param(
            lambda n: [line("THE HIVES ACT" if n % 2 else "PART II OF BEES", 40)],
            id="left-and-right-alternate",
        ),
        pytest.param(lambda n: [line(f"Opinion No. {n} of the Court", 760)], id="at-the-foot"),
    ],
)
def test_running_heads_go(head: Callable[[int], list[Line]]) -> None:
    pages = clean(
        [
            page(number, *sorted([*head(number), *body(number)], key=lambda one: one.y0))
            for number in range(1, 9)
        ]
    )
    assert texts(pages) == [[one.text for one in body(number)] for number in range(1, 9)]


@pytest.mark.parametrize(
    ("heading", "pages"),
    [
        pytest.param(lambda n: f"SCHEDULE {n}", 6, id="schedules-of-a-page-each"),
        pytest.param(lambda n: f"Form {n}", 6, id="forms-of-a-page-each"),
        pytest.param(
            lambda n: f"{7 * n} Duty number {7 * n} of the council", 6, id="headings-that-count-faster"
        ),
        pytest.param(lambda n: f"{n} Duty of the council", 2, id="headings-of-two-pages"),
    ],
)
def test_headings_at_the_top_of_pages_stay(heading: Callable[[int], str], pages: int) -> None:
    numbers = range(1, pages + 1)
    found = clean([page(number, line(heading(number), 40), *body(number)) for number in numbers])
    assert [one[0] for one in texts(found)] == [heading(number) for number in numbers]


@pytest.mark.parametrize(
    "number_of",
    [
        pytest.param(str, id="figures"),
        pytest.param(lambda n: str(n + 40), id="counting-from-elsewhere"),
        pytest.param(lambda n: f"- {n} -", id="dashes"),
        pytest.param(lambda n: f"Page {n} of 8", id="of-so-many"),
        pytest.param(lambda n: ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii")[n - 1], id="roman"),
    ],
)
def test_page_numbers_go(number_of: Callable[[int], str]) -> None:
    pages = clean([page(number, *body(number), line(number_of(number), 760, 300)) for number in range(1, 9)])
    assert texts(pages) == [[one.text for one in body(number)] for number in range(1, 9)]


@pytest.mark.parametrize(
    "last",
    [
        pytest.param(lambda n: line(str(n * n + 3), 760, 300), id="figures-that-do-not-count-with-the-pages"),
        pytest.param(lambda n: line(f"{n * 7}. {'Stock ' * n}is kept.", 760), id="an-enumerator"),
        pytest.param(lambda n: line("(a)", 760), id="a-short-repetition"),
        pytest.param(lambda n: line("The Hives Act.", 760 - 30 * (n % 3)), id="the-same-words-elsewhere"),
    ],
)
def test_what_only_resembles_a_margin_stays(last: Callable[[int], Line]) -> None:
    pages = [page(number, *body(number), last(number)) for number in range(1, 7)]
    assert all(shown[-1] == last(number).text for number, shown in enumerate(texts(clean(pages)), start=1))


def test_a_row_of_a_table_stays_though_one_of_its_cells_repeats() -> None:
    names = ("Ash Farm", "Birch Manor", "Cedar House", "Dene Lodge", "Elm Court", "Fir Grange")
    pages = []
    for number, name in enumerate(names, start=1):
        cells = ((72, f"{number * 17} hives"), (180, name), (330, f"{name} of the parish"), (480, "Closed"))
        pages.append(page(number, *[line(text, 60, x) for x, text in cells], *body(number)))
    assert all(name in shown[0] for name, shown in zip(names, texts(clean(pages)), strict=True))


def test_a_line_a_page_that_repeats_is_the_text() -> None:
    pages = [page(number, line(f"This is page {number}.", 60)) for number in range(1, 6)]
    assert texts(clean(pages)) == [[f"This is page {number}."] for number in range(1, 6)]


def numbered(count: int, first: int = 1, step: int = 1, *, apart: bool) -> list[Line]:
    """Lines of a page that counts them, the number apart from the text or part of its line."""
    found = []
    for at in range(count):
        number = first + at
        shown = str(number) if number % step == 0 else ""
        y = 60 + 20.0 * at
        text = f"line about bees, the {'abcdefghijklmnopqrstuvwxyz'[at % 26]}th"
        if apart:
            found += [line(shown, y, 60 - CHARACTER * len(shown))] if shown else []
            found.append(line(text, y, 100))
        else:
            found.append(line(f"{shown} {text}", y, 60))
    return found


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(numbered(25, apart=True), id="pleading-paper"),
        pytest.param(numbered(25, apart=False), id="a-bill"),
    ],
)
def test_line_numbers_go(lines: list[Line]) -> None:
    assert [one.text[:16] for one in cleaned(*lines)] == ["line about bees,"] * 25


def test_line_numbers_every_five_lines_go() -> None:
    found = cleaned(*numbered(33, step=5, apart=True))
    assert [one.text[:16] for one in found] == ["line about bees,"] * 33


def test_a_table_keeps_the_numbers_of_its_rows() -> None:
    """They look like line numbers on its first page, but go on counting on the next ones."""
    pages = []
    for number in range(1, 5):
        rows = numbered(25, first=25 * number - 24, apart=True)
        pages.append(
            page(number, *[replace(one, text=one.text.replace("bees", "x" * number)) for one in rows])
        )
    assert [shown[0].split()[0] for shown in texts(clean(pages))] == ["1", "26", "51", "76"]


def test_numbers_inside_of_a_page_are_no_line_numbers() -> None:
    cells = (("Hive", 72), ("", 200), ("oak", 300))
    rows = [line(text or str(at + 1), 80 + 20.0 * at, x) for at in range(12) for text, x in cells]
    assert [one.text for one in cleaned(*rows)] == [f"Hive {at + 1} oak" for at in range(12)]


def test_a_numbered_list_keeps_its_numbers() -> None:
    lines = [line(f"{number}. A hive of the {number}th kind", 80 + 40.0 * number) for number in range(1, 12)]
    assert [one.text for one in cleaned(*lines)] == [one.text for one in lines]


def test_parts_of_a_row_become_one_line() -> None:
    (only,) = cleaned(line("(a)", 100, 72), line("keep bees;", 101, 110))
    assert (only.text, only.x0, only.x1) == ("(a) keep bees;", 72, 110 + CHARACTER * 10)


def test_rows_of_a_table_are_paragraphs_of_their_own() -> None:
    rows = [
        line(text, 100 + LEADING * row, x)
        for row in range(3)
        for x, text in ((72, f"Class {row}"), (250, "hives"), (450, f"£{row}"))
    ]
    found = cleaned(*rows)
    assert [one.text for one in found] == ["Class 0 hives £0", "Class 1 hives £1", "Class 2 hives £2"]
    assert all(one.paragraph for one in found)


@pytest.mark.parametrize(
    ("above", "below", "first", "second"),
    [
        pytest.param("shall regis-", "ter every hive", "shall register", "every hive", id="a-word"),
        pytest.param("shall regis\u00ad", "ter, if any,", "shall register,", "if any,", id="soft-hyphen"),
        pytest.param("the Anglo-", "American rule", "the Anglo-American", "rule", id="before-a-capital"),
        pytest.param("a well-", "kept hive", "a well-kept", "hive", id="as-elsewhere-in-the-document"),
        pytest.param("No. 2018–23–", "51, as amended", "No. 2018–23–51,", "as amended", id="figures"),
        pytest.param("STAT-", "UTE OF BEES", "STATUTE", "OF BEES", id="capitals"),
        pytest.param("bees -", "kept or not -", "bees -", "kept or not -", id="a-dash"),
        pytest.param("all keepers", "of bees", "all keepers", "of bees", id="nothing-divided"),
    ],
)
def test_divided_words_become_whole_in_their_first_line(
    above: str, below: str, first: str, second: str
) -> None:
    found = cleaned(
        line("A well-kept register of bees.", 60), line(above, 100, full=True), line(below, 114, full=True)
    )
    assert [one.text for one in found[1:]] == [first, second]


def test_a_word_divided_by_the_end_of_a_page_becomes_whole_though_a_note_stands_between() -> None:
    note = line("1 A note on bees that is set smaller.", 740, size=9)
    pages = clean([
        page(1, *body(1), line("and every keeper regis-", 700, full=True), note),
        page(2, line("ters his hives.", 72), *body(2)),
    ])  # fmt: skip
    assert "and every keeper registers" in texts(pages)[0]
    assert texts(pages)[1][0] == "his hives."


def test_a_line_that_gives_away_its_only_word_goes() -> None:
    assert [one.text for one in cleaned(line("shall regis-", 100, full=True), line("ter", 114))] == [
        "shall register"
    ]


def test_the_ends_of_lines_are_no_evidence_of_hyphens() -> None:
    assert "regis" in vocabulary([line("shall regis-", 0)])
    assert "regis-ter" not in vocabulary([line("shall regis-", 0), line("ter", 14)])


def note_page(*notes: Line) -> list[Line]:
    return cleaned(*(replace(one, y0=one.y0 - 100, y1=one.y1 - 100) for one in body(1)), *notes)


@pytest.mark.parametrize("mark", ["1 ", "12 ", "¹ ", "* ", "† ", "[3] "])
def test_small_type_with_a_mark_at_the_foot_is_a_footnote(mark: str) -> None:
    found = note_page(
        line(f"{mark}See the Hives Act, part 2,", 700, size=9), line("and its schedule.", 710, size=9)
    )
    assert [one.footnote for one in found] == [False] * 4 + [True, True]


def test_a_raised_mark_makes_a_footnote_in_any_size() -> None:
    found = note_page(line("³ See the Hives Act.", 700), line("SCHEDULE", 740))
    assert [one.text for one in found if one.footnote] == ["³ See the Hives Act."]


@pytest.mark.parametrize(
    "last",
    [
        pytest.param(line("Printed by the county.", 740, size=9), id="small-without-a-mark"),
        pytest.param(line("4 The inspector may enter.", 740), id="a-number-in-the-usual-size"),
    ],
)
def test_what_only_resembles_a_footnote_is_text(last: Line) -> None:
    assert not any(one.footnote for one in note_page(last))


def test_a_footnote_goes_on_at_the_foot_of_the_next_page() -> None:
    pages = clean([
        page(1, *body(1), line("1 A note that is long and", 740, size=9)),
        page(2, *body(2), line("goes on over the page.", 740, size=9)),
    ])  # fmt: skip
    assert [one.text for one in pages[1].lines if one.footnote] == ["goes on over the page."]


def paragraphs(*lines: Line) -> list[str]:
    """Texts of paragraphs, their lines joined."""
    found: list[str] = []
    for one in cleaned(*lines):
        if one.paragraph:
            found.append(one.text)
        else:
            found[-1] += " " + one.text
    return found


def block(*rows: str, x: float = LEFT, y: float = 100, last: bool = True) -> list[Line]:
    """Lines that follow closely, all but the last one full."""
    ends = len(rows) - 1 if last else len(rows)
    return [line(row, y + LEADING * at, x, full=at < ends) for at, row in enumerate(rows)]


@pytest.mark.parametrize(
    "second",
    [
        pytest.param(block("No person shall", "sell it.", y=128 + LEADING), id="space-above"),
        pytest.param(
            [line("No person shall", 128, LEFT + 14, full=True), line("sell it.", 128 + LEADING)],
            id="indented",
        ),
        pytest.param(block("No person shall", "sell it.", y=128), id="after-a-short-last-line"),
        pytest.param(block("(b) No person shall", "sell it.", y=128), id="enumerated"),
        pytest.param(
            [replace(one, bold=True) for one in block("No person shall", "sell it.", y=128)], id="bold"
        ),
    ],
)
def test_a_paragraph_begins(second: list[Line]) -> None:
    first = block("Honey belongs to the keeper of", "the hive.")
    assert [text.split()[0].strip("(b)") or "(b)" for text in paragraphs(*first, *second)] in (
        ["Honey", "No"],
        ["Honey", "(b)"],
    )


def test_the_lines_of_a_paragraph_stay_together() -> None:
    rows = block(
        "Honey belongs to the keeper",
        "of the hive from which it",
        "was taken; it may not be sold",
        "at night.",
    )
    assert len(paragraphs(*rows)) == 1


def test_lines_that_hang_from_an_enumerator_belong_to_it() -> None:
    rows = [line("(a) honey, wax and whatever", 100, 90, full=True), line("else bees make; and", 114, 110)]
    assert len(paragraphs(*rows)) == 1


def test_lines_that_hang_from_a_first_line_belong_to_it() -> None:
    rows = []
    for at in range(3):
        rows += block("Honey belongs to the keeper of", y=100 + 60.0 * at, last=False)
        rows += block(
            "Every hive of the parish, and", "the keeper of a swarm, who", "pays.", x=90, y=114 + 60.0 * at
        )
    assert [len(text.split()) for text in paragraphs(*rows)] == [19] * 3


@pytest.mark.parametrize(
    ("end", "start", "joined"),
    [
        pytest.param("the keeper of every", "hive shall pay.", True, id="goes-on"),
        pytest.param("the keeper shall pay.", "Honey is exempt.", True, id="a-full-line-and-no-indentation"),
        pytest.param("the keeper shall pay.", "2. Honey is exempt.", False, id="enumerated"),
    ],
)
def test_a_paragraph_may_go_on_over_the_page(end: str, start: str, joined: bool) -> None:
    pages = clean([
        page(1, *body(1), line(end, 260, full=True)),
        page(2, line(start, 80, full=True), *[replace(one, y0=one.y0 - 106, y1=one.y1 - 106) for one in body(2)]),
    ])  # fmt: skip
    assert pages[1].lines[0].paragraph is not joined


def test_drawn_rules_are_no_text() -> None:
    assert [one.text for one in cleaned(line("ORDER", 100), line("_" * 40, 114), line("Granted.", 140))] == [
        "ORDER",
        "Granted.",
    ]


def test_pages_without_places_stay_as_they_are() -> None:
    lines = (Line(text="regis-", paragraph=True), Line(text="ter", paragraph=True, heading=1))
    without = PageText(number=1, lines=lines, reader="docx")
    assert clean([without]) == [without]


def test_places_words_and_flags_stay() -> None:
    before = replace(page(1, *body(1), label="iv"), words=b"packed", flags=("ocr",))
    (after,) = clean([before])
    assert replace(after, lines=()) == replace(before, lines=())


def test_no_pages() -> None:
    assert clean([]) == []
