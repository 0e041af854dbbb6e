"""JSON lines: the United States Code, and any law of a firm's own."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.packs import PackError, find
from corpus.packs.above import Above
from corpus.types import DocumentText, SectionText

Load = Callable[[str, object], tuple[list[DocumentText], list[SectionText]]]
Write = Callable[..., str]


def code(number: str, heading: str, text: str = "Words of law.", **more: str) -> dict[str, str]:
    line = {
        "id": f"usc-61-{number}", "cite": f"61 U.S.C. § {number}", "title": "Title 61— LIGHTHOUSES",
        "chapter": "CHAPTER 1— KEEPERS OF LIGHTS", "heading": heading, "text": text,
    }  # fmt: skip
    return line | more


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def lines(*items: object, name: str = "law.jsonl") -> str:
        text = "\n".join(item if isinstance(item, str) else json.dumps(item) for item in items) + "\n"
        path = tmp_path / name
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
        return str(path)

    return lines


@pytest.mark.parametrize(
    ("number", "heading", "path", "label", "says"),
    [
        pytest.param("7", "§ 7. Oil", "t61/s7", "61 U.S.C. § 7", "Oil", id="plain"),
        pytest.param("7a–2", "§ 7a–2. Oil", "t61/s7a-2", "61 U.S.C. § 7a-2", "Oil", id="dash"),
        pytest.param("7", "§ 7. 1 Oil", "t61/s7", "61 U.S.C. § 7", "Oil", id="footnote-mark"),
        pytest.param("None", "[§ 9. Omitted]", "t61/s9", "61 U.S.C. § 9", "Omitted", id="bracketed"),
        pytest.param("None", "§§ 8, 9. Repealed. Pub. L. 1", "t61/s8,9", "61 U.S.C. §§ 8, 9",
                     "Repealed. Pub. L. 1", id="two"),
        pytest.param("None", "[§§ 8 to 9a. Transferred]", "t61/s8..9a", "61 U.S.C. §§ 8 to 9a", "Transferred",
                     id="range"),
        pytest.param("None", "[§ 9. Renumbered § 7]", "t61/s9", "61 U.S.C. § 9", "Renumbered § 7", id="renumbered"),
    ],
)  # fmt: skip
def test_number_and_heading_of_a_code_section(
    load: Load, write: Write, number: str, heading: str, path: str, label: str, says: str
) -> None:
    [title], [section] = load("sections", write(code(number, heading)))
    assert (title.key, title.title) == ("us/usc/t61", "Title 61—Lighthouses")
    assert (section.path, section.label, section.heading) == (path, label, says)
    assert section.ancestors == ("Chapter 1—Keepers of Lights",)


@pytest.mark.parametrize(
    "heading", ["[§ 9. Omitted]", "§ 9. Repealed. Pub. L. 1, § 2, May 1, 2001", "§ 9. Vacant"]
)
def test_what_is_no_longer_law_ends_with_the_edition(load: Load, write: Write, heading: str) -> None:
    _, [section] = load("sections", write(code("9", heading)) + "#dated=2023-04-20")
    assert (section.text, section.notes, section.valid_to) == ("", "Words of law.", dt.date(2023, 4, 20))


@pytest.mark.parametrize(
    "heading", ["§ 9. Reserved funds", "§ 9. Vacant rooms; assignment", "§ 9. Repealed laws saved"]
)
def test_a_heading_that_only_sounds_repealed_is_law(load: Load, write: Write, heading: str) -> None:
    _, [section] = load("sections", write(code("9", heading)))
    assert (section.text, section.valid_to) == ("Words of law.", None)


def test_text_has_one_subdivision_a_line_and_no_markup(load: Load, write: Write) -> None:
    text = "##### (a) In general .\n\nThe keeper of section 4 , if any, shall\n\n(1) Watch\n\nKeep watch.\n\n(2) rest."
    _, [section] = load("sections", write(code("7", "§ 7. Oil", text)))
    assert section.text.splitlines() == [
        "(a) In general.—The keeper of section 4, if any, shall",
        "(1) Watch.—Keep watch.",
        "(2) rest.",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("under section\u202f 1 (a)(2) of", "under section (a)(2) of", id="behind-a-word"),
        pytest.param("(as defined in (4)\u202f 12 ) other", "(as defined in (4)) other", id="before-a-bracket"),
        pytest.param("a lamp;\u202f 3 and", "a lamp; and", id="behind-a-mark"),
        pytest.param("on the last line\u202f 2", "on the last line", id="at-the-end"),
        pytest.param("not more than 12 lamps", "not more than 12 lamps", id="a-number-of-the-law"),
        pytest.param("under §\u202f 7 of", "under § 7 of", id="a-section-s-number"),
        pytest.param("lasting\u202f14 days", "lasting 14 days", id="a-number-behind-a-thin-space"),
        pytest.param("( 61 U.S.C. 7)", "(61 U.S.C. 7)", id="the-space-that-a-link-left"),
    ],
)  # fmt: skip
def test_numbers_of_footnotes_are_no_law(load: Load, write: Write, text: str, expected: str) -> None:
    _, [section] = load("sections", write(code("7", "§ 7. Oil", text)))
    assert section.text == expected


def test_a_heading_that_a_piece_of_the_file_repeats_is_read_once(load: Load, write: Write) -> None:
    text = (
        "###### (a) Lamps\n\n(1) A keeper\n\n(A) lights the lamp;\n\n"
        "###### (a) Lamps\n######## (B) trims it\n\n###### (b) Oil\n\n###### (a) Lamps\n\nWhale oil."
    )
    _, [section] = load("sections", write(code("7", "§ 7. Oil", text)))
    assert section.text.count("(a) Lamps") == 2  # the last is not above a deeper one: it may be the law's own
    assert "(A) lights the lamp;\n(B) trims it" in section.text


def test_headings_at_the_end_of_a_section_stand_above_the_next(load: Load, write: Write) -> None:
    lines = [
        code("7", "§ 7. Oil", "Oil burns.\n\nSUBCHAPTER II— FOG"),
        code("8", "§ 8. Fog", "Fog wets.\n\nPart B— Horns"),
        code("9", "§ 9. Horns", "Horns sound."),
        code("10", "§ 10. Buoys", "Buoys float.", chapter="CHAPTER 2— BUOYS"),
    ]
    _, sections = load("sections", write(*lines))
    assert [section.ancestors[1:] for section in sections] == [
        (), ("Subchapter II—Fog",), ("Subchapter II—Fog", "Part B—Horns"), (),
    ]  # fmt: skip
    assert sections[0].text == "Oil burns."


def above(*places: tuple[str, str]) -> list[tuple[str, ...]]:
    """What stands above sections by (chapter, last lines of the section before)."""
    stack, found = Above(), []
    for chapter, lines in places:
        stack.take_from(lines.split("\n"))
        found.append(stack.of(chapter))
    return found


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        pytest.param(
            [("C1", "Oil."), ("C1", "SUBCHAPTER II— FOG"), ("C2", "Wet.\nSUBCHAPTER III— RAIN")],
            ("C2",), id="an-empty-subchapter-ended-with-its-chapter",
        ),
        pytest.param(
            [("C1", "Oil."), ("C1", "[SUBCHAPTER II— REPEALED]"), ("C1", "SUBCHAPTER III— RAIN")],
            ("C1", "Subchapter III—Rain"), id="a-repealed-subchapter-has-no-more",
        ),
        pytest.param(
            [("C1", "Oil."), ("C1", "Part B— Fog"), ("C2", "Part C— Rain")],
            ("C2",), id="a-part-where-parts-stand-inside-chapters",
        ),
        pytest.param(
            [("C1", "Oil."), ("C2", "Part B— Fog\nSubpart 1— Dew"), ("C3", "Drop.")],
            ("Part B—Fog", "Subpart 1—Dew", "C3"), id="parts-above-chapters-go-on",
        ),
        pytest.param(
            [("C1", "Oil."), ("C2", "Part B— Fog\nSubpart 2— Dew"), ("C3", "PART C— RAIN")],
            ("Part C—Rain", "C3"), id="the-next-part-above-chapters",
        ),
        pytest.param(
            [("Chapter 3", "Oil."), ("Chapter 5", "Part B— Fog"), ("Chapter 21", "Drop.")],
            ("Chapter 21",), id="none-is-known-behind-a-leap",
        ),
        pytest.param(
            [("C1", "Oil."), ("C1", "Subpart 2— Dew\nDivision 1— Drops"), ("C1", "Division 2— Beads")],
            ("C1", "Subpart 2—Dew", "Division 2—Beads"), id="divisions-of-a-subpart",
        ),
        pytest.param(
            [("C1", "Oil."), ("C1", "SUBCHAPTER I— WET"), ("C1", "Division B— Fog\nPart I— Dew"),
             ("C1", "Part II— Mist")],
            ("C1", "Subchapter I—Wet", "Division B—Fog", "Part II—Mist"), id="parts-of-a-division",
        ),
        pytest.param(
            [("C1", "Oil."), ("C1", "SUBCHAPTER X— WET"), ("C1", "Division B— Dry\nSUBCHAPTER I— SUN")],
            ("C1", "Division B—Dry", "Subchapter I—Sun"), id="a-division-above-subchapters",
        ),
        pytest.param(
            [("C1", "Oil."), ("C1", "Division 1— Drops"), ("C1", "Part C— Rain")],
            ("C1", "Division 1—Drops", "Part C—Rain"), id="a-part-under-the-division-that-is-open",
        ),
    ],
)  # fmt: skip
def test_what_stands_above_a_section(places: list[tuple[str, str]], expected: tuple[str, ...]) -> None:
    assert above(*places)[-1] == expected


def test_sections_of_one_number_do_not_collide(load: Load, write: Write) -> None:
    _, sections = load(
        "sections", write(code("7", "§ 7. Oil"), code("7", "§ 7. Gas"), code("None", "“SECTION 1. FORM."))
    )
    assert [section.path for section in sections] == ["t61/s7", "t61/s7~2", "t61/s7/following"]
    assert sections[2].label == "61 U.S.C. following § 7"


@pytest.mark.parametrize(
    ("source", "header", "beside", "dated", "name"),
    [
        pytest.param("#dated=2023-04-20&edition=April", None, None, "2023-04-20", "April", id="address"),
        pytest.param(
            "",
            {"dated": "2022-01-01", "publisher": "A press"},
            None,
            "2022-01-01",
            "A press",
            id="first-line",
        ),
        pytest.param(
            "", None, {"dated": "2021-01-01", "edition": "Spring"}, "2021-01-01", "Spring", id="beside"
        ),
    ],
)
def test_where_the_day_of_an_edition_comes_from(
    load: Load,
    write: Write,
    source: str,
    header: dict[str, str] | None,
    beside: dict[str, str] | None,
    dated: str,
    name: str,
) -> None:
    if beside:
        write(beside, name="edition.json")
    lines: list[object] = [header] if header else []
    [title], sections = load("sections", write(*lines, code("7", "§ 7. Oil"), name="law.jsonl.gz") + source)
    assert (title.dated, title.edition) == (dt.date.fromisoformat(dated), name)
    assert len(sections) == 1


def test_an_undated_file_says_so(load: Load, write: Write) -> None:
    [title], _ = load("sections", write(code("7", "§ 7. Oil")))
    assert title.edition == f"undated file, last changed on {title.dated}"


def test_a_law_of_ones_own(load: Load, write: Write) -> None:
    law = {
        "document": "Lease Act 2011", "short_title": "Lease Act", "jurisdiction": "GB", "kind": "statute",
        "label": "Lease Act s. 4", "heading": "Deposits", "text": "(1) A deposit is held.\n\n(2) It is returned.",
        "ancestors": ["Part 1 Homes"], "valid_from": "2011-06-01", "valid_to": "2020-01-01", "notes": "A note.",
    }  # fmt: skip
    [document], [section] = load("sections", write(law))
    assert (document.key, document.jurisdiction, document.citation) == (
        "lease-act-2011",
        "gb",
        "Lease Act 2011",
    )
    assert (section.path, section.label, section.ancestors) == ("s. 4", "Lease Act s. 4", ("Part 1 Homes",))
    assert section.text == "(1) A deposit is held.\n(2) It is returned."
    assert (section.valid_from, section.valid_to) == (dt.date(2011, 6, 1), dt.date(2020, 1, 1))


GOOD = code("7", "§ 7. Oil")


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        pytest.param("{", "line 2: not JSON", id="json"),
        pytest.param("[1]", "line 2: not a JSON object", id="list"),
        pytest.param("[" * 100_000, "line 2: not JSON", id="deep"),
        pytest.param({**GOOD, "id": "17/107"}, "line 2: the field 'id' must be usc-TITLE-SECTION", id="id"),
        pytest.param({**GOOD, "text": 5}, "line 2: 'text' must be text", id="type"),
        pytest.param({"document": "A"}, "line 2: the field 'label' must be text", id="label"),
        pytest.param({"document": "A", "label": "1", "valid_from": "soon"}, "line 2: the field 'valid_from' must be a date",
                     id="date"),
        pytest.param({"document": "A", "label": "1", "kind": "poem"}, "line 2: unknown kind 'poem'", id="kind"),
    ],
)  # fmt: skip
def test_a_bad_line_stops_with_its_number_and_what_came_before_stays(
    write: Write, tmp_path: Path, bad: object, says: str
) -> None:
    stream = find("sections").read(write(GOOD, bad), tmp_path)
    assert [getattr(next(stream), "path", "") for _ in range(2)] == ["", "t61/s7"]
    with pytest.raises(PackError, match=re.escape(f"sections: law.jsonl, {says}")):
        next(stream)


def test_titles_must_stand_together(load: Load, write: Write) -> None:
    with pytest.raises(PackError, match="line 3: 'Title 61—Lighthouses' was finished before"):
        load("sections", write(GOOD, {**GOOD, "id": "usc-62-1"}, GOOD))


@pytest.mark.parametrize("source", ["", "nowhere.jsonl"])
def test_a_source_that_is_none_says_what_to_give(tmp_path: Path, source: str) -> None:
    with pytest.raises(PackError, match="sections: "):
        list(find("sections").read(source, tmp_path))


def test_a_broken_archive_stops_with_a_sentence(load: Load, tmp_path: Path) -> None:
    path = tmp_path / "law.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(GOOD).encode() * 50)[:60])
    with pytest.raises(PackError, match=r"sections: law\.jsonl\.gz, after line 0: cannot be read"):
        load("sections", path)


def test_both_editions_of_a_title_are_editions_of_one_document(
    load: Load, shared: Callable[[str], Path], tmp_path: Path
) -> None:
    """The official XML of 2013 and the lines of 2023 name the same sections, and say the same where nothing changed."""
    lines = shared("data/us-code-2023/sections.jsonl.gz")
    with (
        gzip.open(lines, "rt", encoding="utf-8") as file,
        (tmp_path / "t9.jsonl").open("w", encoding="utf-8") as out,
    ):
        for line in file:
            if line.startswith('{"id": "usc-9-'):
                out.write(line)
            elif line.startswith('{"id": "usc-10-'):
                break
    [new], newer = load("sections", f"{tmp_path}/t9.jsonl#dated=2023-04-20")
    [old], older = load("us-code", shared("data/uslm-2013") / "usc09.xml.gz")
    assert (new.key, new.title, new.citation) == (old.key, old.title, old.citation)
    found = {section.path: section for section in newer}
    assert {section.path for section in older} <= set(found)
    alike = [re.findall(r"\w+", found[s.path].text) == re.findall(r"\w+", s.text) for s in older]
    assert sum(alike) >= 0.8 * len(older)
