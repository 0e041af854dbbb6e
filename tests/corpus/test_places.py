"""Words of pages are kept small and exactly; a quote is found where it stands, whatever was cleaned away."""

from __future__ import annotations

import time

import pytest

from corpus.places import Box, find, locate, pack, unpack
from corpus.types import Word

LETTER = 6.0
LINE = 14.0


def page(*lines: str, left: float = 72.0, top: float = 72.0) -> list[Word]:
    """Words in a typewriter's type: six points a letter, lines 14 points apart, letters ten points high."""
    words = []
    for number, line in enumerate(lines):
        at = 0
        for text in line.split(" "):
            y = top + number * LINE
            if text:
                words.append(Word(text, left + at * LETTER, y, left + (at + len(text)) * LETTER, y + 10.0))
            at += len(text) + 1
    return words


def covered(boxes: list[Box], words: list[Word]) -> list[str]:
    """What the boxes cover, one string a box."""
    return [
        " ".join(
            word.text
            for word in words
            if box.x0 <= (word.x0 + word.x1) / 2 <= box.x1 and box.y0 <= (word.y0 + word.y1) / 2 <= box.y1
        )
        for box in boxes
    ]


HIVES = page(
    "A keeper of bees shall register every hive with the",
    "county within 30 days of acquiring it. Who fails to",
    "do so shall pay a fine.",
)


def test_words_come_back_as_they_were_packed() -> None:
    words = [Word("§", 1.05, 2.0, 3.5, 4.0), Word("“días”", 0.0, -5.0, 600.25, 12000.0)]
    assert unpack(pack(words)) == words
    assert unpack(pack([])) == []


def test_spaces_and_nul_inside_a_word_are_dropped() -> None:
    assert [word.text for word in unpack(pack([Word("a\0b c", 0, 0, 1, 1), Word("d", 1, 0, 2, 1)]))] == [
        "abc",
        "d",
    ]


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        pytest.param("30 days", ["30 days"], id="words-on-a-line"),
        pytest.param("register every hive with the county within", ["register every hive with the", "county within"],
                     id="one-box-a-line"),
        pytest.param("EVERY HIVE", ["every hive"], id="case"),
        pytest.param("every  hive\nwith", ["every hive with"], id="spacing"),
        pytest.param("“every hive”", ["every hive"], id="quotation-marks"),
        pytest.param("acquiring it", ["acquiring it."], id="the-stop-of-the-last-word-is-covered"),
        pytest.param("a herd of goats shall be counted", [], id="other-words"),
        pytest.param("", [], id="nothing"),
        pytest.param("— … !", [], id="punctuation-only"),
    ],
)  # fmt: skip
def test_a_quote_is_covered_line_by_line(quote: str, found: list[str]) -> None:
    assert covered(find(quote, HIVES), HIVES) == found


def test_a_box_has_the_outline_of_its_words() -> None:
    assert find("30 days", HIVES) == [Box(72 + 14 * LETTER, 72 + LINE, 72 + 21 * LETTER, 72 + LINE + 10)]


RAW = [
    pytest.param("A keeper shall have a certification of every hive", ["shall have a certifi-", "cation of every"],
                 "shall have a certification of every", ["shall have a certifi-", "cation of every"], id="divided-word"),
    pytest.param("", ["the ﬁrst oﬃce of naïve bees"], "first office of naive", ["ﬁrst oﬃce of naïve"], id="ligatures-accents"),
    pytest.param("", ["the hive¹ of the keeper"], "hive of the keeper", ["hive¹ of the keeper"], id="raised-mark-in-a-word"),
    pytest.param("", ["the hive 12 of the keeper"], "the hive of the keeper", ["the hive 12 of the keeper"], id="mark-apart"),
    pytest.param("", ["the keeper of these", "County Gazette 17", "twenty white hives"], "keeper of these twenty white hives",
                 ["keeper of these", "twenty white hives"], id="running-head-between"),
    pytest.param("", ["1 the keeper of these", "2 twenty white hives"], "keeper of these twenty white hives",
                 ["keeper of these", "twenty white hives"], id="line-numbers"),
    pytest.param("", ["co\u00adoperate with non\u2011bee keepers"], "cooperate with non-bee keepers",
                 ["co\u00adoperate with non\u2011bee keepers"], id="soft-and-hard-hyphens"),
    pytest.param("", ["die Stra\u00dfe zum Bienenhaus"], "die STRASSE zum", ["die Stra\u00dfe zum"], id="sharp-s"),
    pytest.param("", ["fine of € 20 000 for each"], "fine of €20,000 for each", ["fine of € 20 000 for each"], id="amounts"),
]  # fmt: skip


@pytest.mark.parametrize(("context", "lines", "quote", "found"), RAW)
def test_what_cleaning_changed_does_not_matter(
    context: str, lines: list[str], quote: str, found: list[str]
) -> None:
    words = page(*lines)
    text = context or quote
    start = text.index(quote)
    located = locate(text, start, start + len(quote), words)
    assert located.known
    assert covered(located.boxes, words) == found


def test_lines_that_run_down_a_turned_page_are_one_box_each() -> None:
    words = [Word(word.text, 800 - word.y1, word.x0, 800 - word.y0, word.x1) for word in HIVES]
    boxes = find("every hive with the county within 30 days", words)
    assert boxes == [
        Box(800 - 82, 72 + 32 * LETTER, 800 - 72, 72 + 51 * LETTER),
        Box(800 - 82 - LINE, 72, 800 - 72 - LINE, 72 + 21 * LETTER),
    ]


def test_short_lines_below_each_other_are_not_one() -> None:
    words = page("I", "II", "III", "every", "hive")
    assert len(find("I II III every hive", words)) == 5


def test_a_repeated_phrase_is_found_where_its_neighbours_stand() -> None:
    words = page(
        "1. In this section, hive means a house of bees.",
        "2. In this section, nest means a house of wasps.",
        "3. In this section, sett means a house of badgers.",
    )
    text = "In this section, nest means a house of wasps."
    start = text.index("a house of")
    assert [box.y0 for box in locate(text, 0, 15, words).boxes] == [72 + LINE]
    assert [box.y0 for box in locate(text, start, start + 10, words).boxes] == [72 + LINE]


def test_broken_words_are_not_found_whole_in_another_section() -> None:
    words = page(
        "1. A keeper who brings a hive into an undesig-",
        "17 nated ³ forest ⁴ land shall tell the county of it.",
        "2. Nobody shall bring more hives than two into any",
        "undesignated forest land in a dry summer.",
    )
    text = "A keeper who brings a hive into an undesignated forest land shall tell the county of it."
    start = text.index("undesignated")
    boxes = locate(text, start, start + 24, words).boxes
    assert covered(boxes, words) == ["undesig-", "nated ³ forest ⁴ land"]


def test_columns_that_the_page_reads_across_are_followed_down() -> None:
    left = ["The keeper of every hive", "shall count its bees once", "a year and write down how"]
    right = ["many there were, and send", "the number to the county", "before the end of winter"]
    words = []
    for number in range(3):
        words += page(left[number], top=72 + number * LINE)
        words += page(right[number], left=320, top=72 + number * LINE)
    text = " ".join(left + right)
    start, end = text.index("write down"), text.index("the number")
    assert covered(locate(text, start, end, words).boxes, words) == [
        "write down how",
        "many there were, and send",
    ]


def test_words_that_are_not_on_the_page_do_not_mark_others() -> None:
    text = (
        "A school need not tell the county of the hives that its pupils keep. "
        "Who fails to do so shall pay a fine."
    )
    located = locate(text, 0, text.index("Who"), HIVES)
    assert not located.known
    assert located.boxes == []


def test_a_part_of_a_line_without_spaces_is_marked() -> None:
    words = [Word("養蜂者は三十日以内にすべての巣箱を郡に登録しなければならない", 100, 100, 400, 110)]
    (box,) = find("すべての巣箱", words)
    assert (box.x0, box.x1) == pytest.approx((200, 260))


def test_what_follows_the_page_is_known() -> None:
    text = "shall pay a fine of five crowns"
    assert text[locate(text, 0, len(text), HIVES).rest :] == " of five crowns"


@pytest.mark.parametrize(
    "line", ["word " * 20, "aaaaaaaaaa " * 10, "bees and honey and " * 5, "abcdefghij0123456789 " * 5]
)
def test_pages_of_one_phrase_take_no_longer_than_others(line: str) -> None:
    words = page(*[line.strip()] * 200)
    text = "\n".join([line.strip()] * 150) + " and more"
    began = time.process_time()
    located = locate(text, 10, 400, words)
    assert time.process_time() - began < 2
    assert located.known
