"""Characters without meaning go, those that mean something stay; bytes of any encoding become text; numbers of lists."""

from __future__ import annotations

import pytest

from corpus.extraction import characters, counting, decoding


@pytest.mark.parametrize(
    ("text", "expected", "odd"),
    [
        pytest.param("§ 12 (a)", "§ 12 (a)", 0, id="law-stays"),
        pytest.param(" a \t b\u00a0c\u2009d\n", "a b c d", 0, id="white-space-is-one-space"),
        pytest.param("a\0b\x07c\x9fd", "abcd", 3, id="controls"),
        pytest.param("1\u200b2\u202e3\u202c\u2066\ufeff", "123", 5, id="no-width-and-direction"),
        pytest.param("\ud83d lone \udc80", "lone", 2, id="halves-of-characters"),
        pytest.param("\uf0b7 dot \U000e0041", "dot", 2, id="private-characters-and-tags"),
        pytest.param("ferry\u00adman", "ferryman", 0, id="soft-hyphen-is-not-odd"),
        pytest.param("oﬃce ﬁne ﬂat", "office fine flat", 0, id="ligatures"),
        pytest.param("½ m² №", "½ m² №", 0, id="other-compatibility-characters-stay"),
        pytest.param("cafe\u0301", "café", 0, id="composed"),
        pytest.param("non\u2011resident", "non-resident", 0, id="hyphens-are-one"),
        pytest.param("a \ufffd\ufffd \ufffd b", "a \ufffd b", 3, id="one-sign-for-what-was-lost"),
        pytest.param("a\u200db", "ab", 1, id="joiner-in-latin"),
        pytest.param(
            "क्\u200dष نمی\u200cشود", "क्\u200dष نمی\u200cشود", 0, id="joiners-where-they-shape-letters"
        ),
        pytest.param("港务长 ก็ ראש", "港务长 ก็ ראש", 0, id="other-scripts-stay"),
    ],
)
def test_clean(text: str, expected: str, odd: int) -> None:
    assert characters.clean(text) == (expected, odd)


@pytest.mark.parametrize(
    ("odd", "length", "expected"), [(0, 0, False), (3, 10, False), (4, 10, True), (9, 90_000, False)]
)
def test_a_page_is_odd_by_number_and_share(odd: int, length: int, *, expected: bool) -> None:
    assert characters.too_odd(odd, length) is expected


RUSSIAN = "Паром не должен отходить от причала после наступления темноты без двух фонарей."
GREEK = "Το πορθμείο δεν αναχωρεί μετά τη δύση του ηλίου χωρίς δύο φανούς."
JAPANESE = "渡し船は、日没後、二個の灯火を備えなければ、岸を離れてはならない。"


@pytest.mark.parametrize(
    ("data", "declared", "expected"),
    [
        pytest.param("§ 7 – é".encode(), "", "§ 7 – é", id="utf-8"),
        pytest.param("§ 7 – é".encode("utf-8-sig"), "windows-1252", "§ 7 – é", id="mark-wins"),
        pytest.param("§ 7".encode("utf-16"), "", "§ 7", id="utf-16"),
        pytest.param(b"\xfe\xff" + "§ 7".encode("utf-16-be"), "", "§ 7", id="utf-16-big-end-first"),
        pytest.param("a “quay”".encode("cp1252"), "iso-8859-1", "a “quay”", id="latin-1-is-read-as-browsers-do"),
        pytest.param("a “quay”".encode("cp1252"), "", "a “quay”", id="western-european-without-a-word"),
        pytest.param("§ 7 – é".encode(), "windows-1252", "§ 7 – é", id="utf-8-that-says-it-is-not"),
        pytest.param("§ 7 – ok ".encode() + "“x”".encode("cp1252"), "", "§ 7 – ok “x”", id="pasted-from-two"),
        pytest.param(RUSSIAN.encode("koi8_r"), "koi8-r", RUSSIAN, id="declared"),
        pytest.param(RUSSIAN.encode("cp1251"), "", RUSSIAN, id="cyrillic-by-guess"),
        pytest.param(GREEK.encode("cp1253"), "", GREEK, id="greek-by-guess"),
        pytest.param(JAPANESE.encode("shift_jis"), "", JAPANESE, id="japanese-by-guess"),
        pytest.param(JAPANESE.encode("iso2022_jp"), "iso-2022-jp", JAPANESE, id="seven-bits"),
        pytest.param(b"law \xe9", "no-such-charset", "law é", id="unknown-name"),
        pytest.param(b"law \xe9", "unicode_escape", "law é", id="a-codec-that-is-no-charset"),
        pytest.param(b"law \xe9", "base64", "law é", id="a-codec-that-is-no-text"),
    ],
)  # fmt: skip
def test_decoding(data: bytes, declared: str, expected: str) -> None:
    assert decoding.decode(data, declared) == expected


@pytest.mark.parametrize(
    ("value", "style", "expected"),
    [
        (4, "decimal", "4"), (7, "decimalZero", "07"), (28, "lowerLetter", "bb"), (3, "upperLetter", "C"),
        (1994, "lowerRoman", "mcmxciv"), (9, "upperRoman", "IX"), (0, "lowerRoman", "0"), (5000, "upperRoman", "5000"),
        (10**6, "lowerLetter", "1000000"), (22, "ordinal", "22nd"), (113, "ordinal", "113th"),
        (21, "cardinalText", "Twenty-one"), (30, "ordinalText", "Thirtieth"), (12, "ordinalText", "Twelfth"),
        (45, "ordinalText", "Forty-fifth"), (101, "ordinalText", "101st"), (3, "none", ""), (3, "chicago", "3"),
    ],
)  # fmt: skip
def test_numbers_of_word_lists(value: int, style: str, expected: str) -> None:
    assert counting.counted(value, style) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(1, "a"), (26, "z"), (27, "aa"), (28, "ab"), (0, "0"), (-2, "-2")]
)
def test_letters_as_browsers_count(value: int, expected: str) -> None:
    assert counting.alphabetic(value) == expected
