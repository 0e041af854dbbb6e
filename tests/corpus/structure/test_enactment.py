"""Enactments of many drafting styles come out as the sections that a lawyer cites, nothing lost."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from corpus.structure.enactment import score, sections
from corpus.types import Line, PageText, SectionText
from tests import acts

STYLES = {
    "india": (acts.INDIA, "Clean Wells Act, 2011"),
    "uk": (acts.UK, "Orchards and Hedges Act 2014"),
    "uk-instrument": (acts.UKSI, "Goose Fairs Regulations 2019"),
    "eu": (acts.EU, "Bees Regulation"),
    "us-bill": (acts.BILL, "Safe Bridges Act"),
    "us-code": (acts.USC, "61 U.S.C."),
    "us-state": (acts.STATE, "Pond Code"),
    "us-constitution": (acts.USCONST, "Constitution"),
    "us-rules": (acts.RULES, "Lantern Rules"),
}
PATHS = {
    "india": "preamble s_1 s_2 s_3 s_3A s_4 s_5 sch_1",
    "uk": "preamble s_1 s_2 s_3 s_3A s_4 s_5 s_6 sch_1 sch_1/p_1 sch_1/p_2 sch_1/p_3",
    "uk-instrument": "preamble reg_1 reg_2 reg_3 reg_4",
    "eu": "preamble recitals art_1 art_2 art_3 art_4 art_5 annex_1 annex_2",
    "us-bill": "preamble s_1 s_2 s_101 s_102 s_201",
    "us-code": "t61/s101 t61/s102 t61/s103..105 t61/s201 t61/s201a-1",
    "us-state": "s_12-34-5 s_12-34-10 s_12-34-110",
    "us-constitution": "preamble art_1/s_1 art_1/s_2 art_2/s_1 art_2/s_2 art_2/s_3 art_3",
    "us-rules": "preamble rule_1 rule_2 rule_2.1 rule_3",
}
ONLY_IN_CONTENTS = {
    "india": "arrangement sections first repealed",
    "us-code": "chap sec",
    "us-constitution": "section",
    "us-rules": "table contents 4",
    "uk": "contents",
}
"""Words of the sample that stand only in its table of contents, or that only say what a number is."""
LAYOUTS = [pytest.param(True, id="layout"), pytest.param(False, id="plain")]


def read(style: str, *, layout: bool) -> dict[str, SectionText]:
    act, name = STYLES[style]
    return {section.path: section for section in sections(acts.pages(act, layout=layout), name)}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("style", STYLES)
def test_paths(style: str, layout: bool) -> None:
    assert list(read(style, layout=layout)) == PATHS[style].split()


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    ("style", "path", "label", "heading", "ancestors"),
    [
        ("india", "s_3A", "Clean Wells Act, 2011 s. 3A", "Inspection", ("Chapter II Wells and Their Owners",)),
        ("uk", "s_3", "Orchards and Hedges Act 2014 s. 3", "Duty to prune", ("Part 1 Orchards", "Duties")),
        ("uk", "s_4", "Orchards and Hedges Act 2014 s. 4", "Power to require cutting", ("Part 2 Hedges",)),
        ("uk", "sch_1/p_3", "Orchards and Hedges Act 2014 Schedule 1 para. 3", "",
         ("Schedule 1 Notices", "Part 2 Appeals")),
        ("uk-instrument", "reg_3", "Goose Fairs Regulations 2019 reg. 3", "Licences", ("Part 2 Fairs",)),
        ("eu", "art_3", "Bees Regulation Art. 3", "Register of keepers",
         ("Chapter II Duties of Keepers", "Section 1 Registration")),
        ("eu", "annex_2", "Bees Regulation Annex II", "Diseases", ()),
        ("us-bill", "s_101", "Safe Bridges Act § 101", "Inspection of Bridges", ("Title I Inspection",)),
        ("us-code", "t61/s201a-1", "61 U.S.C. § 201a-1", "More inspection", ("Chapter 2—Inspection",)),
        ("us-code", "t61/s103..105", "61 U.S.C. §§ 103 to 105", "Omitted", ("Chapter 1—General",)),
        ("us-state", "s_12-34-10", "Pond Code § 12-34-10", "Duty of keepers",
         ("Title 12 Waters", "Chapter 34 Ponds", "Article 1 General Provisions")),
        ("us-constitution", "art_2/s_3", "Constitution Art. II § 3", "", ("Article II",)),
        ("us-rules", "rule_2.1", "Lantern Rules Rule 2.1", "Electronic Filing", ("Title I General",)),
    ],
)  # fmt: skip
def test_names(
    style: str, path: str, label: str, heading: str, ancestors: tuple[str, ...], layout: bool
) -> None:
    section = read(style, layout=layout)[path]
    assert (section.label, section.heading, section.ancestors) == (label, heading, ancestors)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    ("style", "path", "starts"),
    [
        ("india", "s_2", ["In this Act, unless", '(a) "inspector"', '(b) "owner"']),
        ("india", "sch_1", ["[See section 3]", "Wells of less", "Wells that are"]),
        ("uk", "s_2", ['In this Act "orchard"']),
        ("uk", "s_3", ["(1) The owner", "(a) once", "(b) before", "(2) Subsection", "(a) the tree", "(b) section 3A"]),
        ("uk-instrument", "reg_1", ["(1) These Regulations", "(2) They come"]),
        ("eu", "recitals", ["Whereas:", "(1) Bees", "(2) The Union", "(3) It is", "HAVE ADOPTED"]),
        ("eu", "art_3", ["1. Each", "2. The register", "(a) the name", "(b) the number", "3. Paragraph 2"]),
        ("eu", "art_5", ["This Regulation shall enter", "This Regulation shall be"]),
        ("us-bill", "s_101", ["(a) IN GENERAL.—The", "(b) AMENDMENT.—Title", '"SEC. 145.', '"The Secretary']),
        ("us-code", "t61/s101", ["In this title—", "(1) the term", "(2) the term"]),
        ("us-code", "t61/s102", []),
        ("us-state", "s_12-34-10", ["(A) A keeper", "(B) A keeper"]),
    ],
)  # fmt: skip
def test_lines(style: str, path: str, starts: list[str], layout: bool) -> None:
    lines = read(style, layout=layout)[path].text.splitlines()
    assert len(lines) == len(starts)
    assert all(line.startswith(start) for line, start in zip(lines, starts, strict=True)), lines


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    ("style", "path", "note"),
    [
        ("us-code", "t61/s101", 'substituted "structure"'),
        ("us-code", "t61/s101", "added item 103"),
        ("us-code", "t61/s102", "related to ferries"),
        ("us-state", "s_12-34-10", "1996 Act No. 3"),
        ("india", "s_4", "Rep. by the Repealing Act"),
        ("eu", "art_5", "Done at Brussels"),
        ("uk-instrument", "reg_4", "These Regulations regulate fairs."),
    ],
)
def test_what_is_not_law_is_a_note(style: str, path: str, note: str, layout: bool) -> None:
    section = read(style, layout=layout)[path]
    assert note in section.notes
    assert note not in section.text


def among(lines: str) -> dict[str, SectionText]:
    """What lines give between the sections of an act."""
    text = f"An Act to test.\n1. Short title.—This Act may be cited as the Test Act.\n{lines}\n90. Repeals.—Nothing is repealed."
    found = sections([PageText(number=1, lines=tuple(Line(text=line) for line in text.splitlines()))], "Act")
    return {section.path: section for section in found if section.path not in {"preamble", "s_1", "s_90"}}


@pytest.mark.parametrize(
    ("lines", "path", "heading", "text"),
    [
        ("12. Power to make rules.—The Minister may make rules.", "s_12", "Power to make rules", "The Minister may make rules."),
        ("12.—(1) The Minister may make rules.", "s_12", "", "(1) The Minister may make rules."),
        ("12. (1) The Minister may make rules.", "s_12", "", "(1) The Minister may make rules."),
        ("12. The Minister may make rules.", "s_12", "", "The Minister may make rules."),
        ("12. Rules. The Minister may make rules.", "s_12", "Rules", "The Minister may make rules."),
        ("[12A. Rules.—The Minister may make rules.]", "s_12A", "Rules", "The Minister may make rules.]"),
        ("3[12AA. Rules.—The Minister may make rules.]", "s_12AA", "Rules", "The Minister may make rules.]"),
        ("12. [Repealed.]", "s_12", "Repealed", ""),
        ("12. [Rules.] Rep. by the Repealing Act, 1938.", "s_12", "Rules", ""),
        ("12. Omitted by Act 4 of 1999.", "s_12", "Omitted by Act 4 of 1999", ""),
        ("12 to 14. [Repealed.]", "s_12..14", "Repealed", ""),
        ("12, 13. [Repealed.]", "s_12,13", "Repealed", ""),
        ("12. * * * * *", "s_12", "* * * * *", ""),
        ("12. “Well” defined.—A well is a hole.", "s_12", "“Well” defined", "A well is a hole."),
        ("12. THE MINISTER’S RULES.—The Minister may make rules.", "s_12", "The Minister’s Rules", "The Minister may make rules."),
    ],
)  # fmt: skip
def test_one_section(lines: str, path: str, heading: str, text: str) -> None:
    found = among(lines)
    assert list(found) == [path]
    assert (found[path].heading, found[path].text) == (heading, text)


def test_the_title_of_the_enactment_is_no_heading_above_its_sections() -> None:
    lines = (
        "THE LANTERN RULES",
        "Rule 1. Scope",
        "These rules govern.",
        "Rule 2. Time",
        "Time runs.",
        "Rule 3. Form",
        "On paper.",
    )
    made = sections([PageText(number=1, lines=tuple(Line(text=line) for line in lines))], "Rules")
    assert [(one.path, one.ancestors) for one in made][:2] == [("preamble", ()), ("rule_1", ())]


def test_articles_in_brackets_and_sections_without_a_space() -> None:
    lines = (
        "We the People.", "Article. I.", "SECTION.1. (1)All Powers are vested.", "(2)They last.", "Section 2. More of it is here.",
        "ARTICLE [II.]", "Section 1. (1)The Power is vested.", "Section 2. The last of them is here.",
    )  # fmt: skip
    made = sections([PageText(number=1, lines=tuple(Line(text=line) for line in lines))], "this Constitution")
    assert [one.path for one in made] == ["preamble", "art_1/s_1", "art_1/s_2", "art_2/s_1", "art_2/s_2"]
    assert made[1].text == "(1)All Powers are vested.\n(2)They last."


def test_definitions_and_items_of_a_run_on_paragraph_have_lines_of_their_own() -> None:
    text = "12. Meaning.—In this Act, “well” means: (a) a hole; (b) a pit; “owner” includes a tenant of the land."
    assert among(text)["s_12"].text.splitlines() == [
        "In this Act, “well” means:",
        "(a) a hole;",
        "(b) a pit;",
        "“owner” includes a tenant of the land.",
    ]


@pytest.mark.parametrize(
    "lines",
    [
        "12 months after the commencement the Minister shall report.",
        "12 January 2011 is the appointed day.",
        "Section 12 of that Act applies.",
        "“12. Inserted.—The Minister may make rules.”",
        "1. Subs. by Act 5 of 1999, s. 2, for “well”.",
        "2. Ins. by s. 3, ibid. (w.e.f. 1-4-1999).",
        "2011 Wells",
    ],
)
def test_no_section(lines: str) -> None:
    assert list(among(lines)) == []


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_part_of_a_code_has_the_sections_of_the_code_only(layout: bool) -> None:
    act = f"(Release 12)\n{acts.USC}==**CHAPTER 3—PENALTIES**==\n"
    made = sections(acts.pages(act, layout=layout), "61 U.S.C.")
    assert [section.path for section in made] == PATHS["us-code"].split()
    assert made[0].notes.startswith("(Release 12)")
    assert made[-1].notes.endswith("Chapter 3 Penalties")


def held(section: SectionText) -> str:
    return " ".join(
        (section.path, section.label, section.heading, section.text, section.notes, *section.ancestors)
    )


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("style", STYLES)
def test_every_word_is_in_some_section(style: str, layout: bool) -> None:
    act, _ = STYLES[style]
    have = {
        word.lower() for one in read(style, layout=layout).values() for word in re.findall(r"\w+", held(one))
    }
    missing = {word.lower() for word in re.findall(r"\w+", acts.words(act))} - have
    assert missing - set(ONLY_IN_CONTENTS.get(style, "").split()) == set()


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("style", STYLES)
def test_sentences_of_the_law_come_once(style: str, layout: bool) -> None:
    made = read(style, layout=layout).values()
    text = "\n".join(f"{section.text}\n{section.notes}" for section in made)
    counts = Counter(line for line in text.splitlines() if len(line) > 60)
    assert [line for line, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("style", STYLES)
def test_page_breaks_tell_the_page_of_every_line(style: str, layout: bool) -> None:
    act, name = STYLES[style]
    pages = acts.pages(act, layout=layout, lines_a_page=7)
    on_page = {page.number: " ".join(line.text for line in page.lines) for page in pages}
    for section in sections(pages, name):
        assert section.page_breaks[0][0] == 0
        offsets = [offset for offset, _ in section.page_breaks]
        assert offsets == sorted(set(offsets))
        for place, (offset, page) in enumerate(section.page_breaks):
            end = offsets[place + 1] if place + 1 < len(offsets) else len(section.text)
            for line in section.text[offset:end].splitlines():
                assert line[:12] in " ".join(on_page[page].split()), (section.path, page)


def test_numbered_paragraphs_of_a_judgment_are_no_enactment() -> None:
    lines = [Line(text="IN THE COURT OF APPEAL")]
    lines += [
        Line(
            text=f"{number}. The appellant says that the judge was wrong to hold that he was liable to the owner."
        )
        for number in range(1, 30)
    ]
    pages = [PageText(number=1, lines=tuple(lines))]
    assert sections(pages, "Case") == ()
    assert score(pages) < 0.4


@pytest.mark.parametrize(
    "lines", [[], [Line(text="")], [Line(text="A letter about nothing.")], [Line(text="1")]]
)
def test_other_texts_have_no_sections(lines: list[Line]) -> None:
    assert sections([PageText(number=1, lines=tuple(lines))], "Letter") == ()
