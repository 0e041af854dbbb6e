"""Names of titles and sections of the United States Code are the same whoever publishes them."""

from __future__ import annotations

import io

import pytest

from corpus.structure import uscode, uslm
from corpus.types import DocumentText, SectionText


@pytest.mark.parametrize(
    ("title", "number", "path", "label"),
    [
        pytest.param("17", "107", "t17/s107", "17 U.S.C. § 107", id="plain"),
        pytest.param("42", "2000e–2", "t42/s2000e-2", "42 U.S.C. § 2000e-2", id="dash"),
        pytest.param("35", "155, 155A", "t35/s155,155A", "35 U.S.C. §§ 155, 155A", id="two"),
        pytest.param("7", "147 to 151", "t7/s147..151", "7 U.S.C. §§ 147 to 151", id="range"),
        pytest.param("7", "147...151", "t7/s147..151", "7 U.S.C. §§ 147 to 151", id="dots"),
        pytest.param("5A", "8G", "t5a/s8G", "5 U.S.C. App. § 8G", id="appendix"),
        pytest.param("11a", "Rule 1001", "t11a/rule_1001", "11 U.S.C. App. Rule 1001", id="rule"),
    ],
)
def test_path_and_label(title: str, number: str, path: str, label: str) -> None:
    assert (uscode.section_path(title, number), uscode.section_label(title, number)) == (path, label)


@pytest.mark.parametrize(
    ("heading", "status"),
    [
        ("Repealed. Pub. L. 94–183", "repealed"),
        ("[Omitted]", "omitted"),
        ("Renumbered § 8456", "renumbered"),
        ("Repealed or Omitted", "repealed"),
        ("Transferred", "transferred"),
        ("Reserved funds", ""),
        ("Vacant rooms; assignment", ""),
        ("Effect of repealed law", ""),
    ],
)
def test_status_of_a_heading(heading: str, status: str) -> None:
    assert uscode.status_of(heading) == status


@pytest.mark.parametrize(
    ("printed", "heading"),
    [
        (("CHAPTER 1— ", "RULES OF CONSTRUCTION"), "Chapter 1—Rules of Construction"),
        (("SUBCHAPTER II—", "In general."), "Subchapter II—In general"),
        (("PART A", ""), "Part A"),
    ],
)
def test_headings_above(printed: tuple[str, str], heading: str) -> None:
    assert uscode.heading_above(*printed) == heading


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("section 362 of this title , and", "section 362 of this title, and"),
        ("(see section 4 ) and", "(see section 4) and"),
        ("the end .", "the end."),
        ("left out . . . here", "left out . . . here"),
    ],
)
def test_no_space_stands_before_a_comma(text: str, clean: str) -> None:
    assert uscode.clean(text) == clean


APPENDIX = b"""<uscDoc xmlns="http://xml.house.gov/schemas/uslm/1.0" identifier="/us/usc/t61a"><main>
<appendix identifier="/us/usc/t61a"><num>Title 61\xe2\x80\x94Appendix</num><heading>LAMP RULES</heading>
<courtRules><heading>RULES OF LAMPS</heading>
<courtRule><num value="Rule 1">Rule 1.</num><heading>Scope</heading><content>These rules govern lamps.</content></courtRule>
</courtRules></appendix></main></uscDoc>"""


def test_an_appendix_is_a_document_of_its_own_and_its_rules_are_sections() -> None:
    document, rule = uslm.read(io.BytesIO(APPENDIX), "usc61a.xml")
    assert isinstance(document, DocumentText)
    assert (document.key, document.citation) == ("us/usc/t61a", "61 U.S.C. App.")
    assert document.title == "Title 61, Appendix—Lamp Rules"
    assert isinstance(rule, SectionText)
    assert (rule.path, rule.label) == ("t61a/rule_1", "61 U.S.C. App. Rule 1")
    assert rule.ancestors == ("Rules of Lamps",)
    assert rule.text == "These rules govern lamps."
