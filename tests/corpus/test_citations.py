"""Citations as written: what is read from them, and what is none."""

from __future__ import annotations

import gc
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.citations import captions, find_all, find_citations, named_instruments, short_titles
from corpus.citations.folding import fold

ONE_SECTION = [
    # The United States Code.
    ("17 USC 107", "17 U.S.C.", "107", ()),
    ("17 usc 107", "17 U.S.C.", "107", ()),
    ("17 U.S.C. 107", "17 U.S.C.", "107", ()),
    ("17 U. S. C. § 107", "17 U.S.C.", "107", ()),
    ("17 U.S.C.A. § 107", "17 U.S.C.", "107", ()),
    ("17 U.S.C. § 107(a)(1)", "17 U.S.C.", "107", ("a", "1")),
    ("17 U.S.C. Section 107", "17 U.S.C.", "107", ()),
    ("17 U.S.C. Sec. 107 (a)", "17 U.S.C.", "107", ("a",)),
    ("17 U.S. Code § 107", "17 U.S.C.", "107", ()),
    ("17USC§107", "17 U.S.C.", "107", ()),
    ("section 107 of title 17", "17 U.S.C.", "107", ()),
    ("§ 107 of title 17, United States Code", "17 U.S.C.", "107", ()),
    ("section 107 of Title 17 of the United States Code", "17 U.S.C.", "107", ()),
    ("title 17, section 107", "17 U.S.C.", "107", ()),
    ("Title 17 U.S.C. § 107", "17 U.S.C.", "107", ()),
    ("42 U.S.C. § 2000e-2(a)", "42 U.S.C.", "2000e-2", ("a",)),
    ("42 U.S.C. § 2000e–2(a)", "42 U.S.C.", "2000e-2", ("a",)),
    ("42 U.S.C. § 300aa-22", "42 U.S.C.", "300aa-22", ()),
    ("15 U.S.C. § 78u-4(b)(2)(A)", "15 U.S.C.", "78u-4", ("b", "2", "A")),
    ("16 U.S.C. § 460l-10a", "16 U.S.C.", "460l-10a", ()),
    ("26 USC 501(c)(3)", "26 U.S.C.", "501", ("c", "3")),
    ("subsection (a) of section 107 of title 17", "17 U.S.C.", "107", ("a",)),
    ("28 U.S.C. § 1332(a)(1)–(2)", "28 U.S.C.", "1332", ("a", "1")),
    ("21 U.S.C. § 844(a) of the Controlled Substances Act", "21 U.S.C.", "844", ("a",)),
    ("35 \n\nU. S. C. §271(b)", "35 U.S.C.", "271", ("b",)),
    ("29 C.F.R. § 1910.12", "29 C.F.R.", "1910.12", ()),
    # European law.
    ("Art. 17 GDPR", "GDPR", "17", ()),
    ("Art.17 GDPR", "GDPR", "17", ()),
    ("gdpr art 17", "GDPR", "17", ()),
    ("GDPR Art. 17(1)(a)", "GDPR", "17", ("1", "a")),
    ("Article 17 of the GDPR", "GDPR", "17", ()),
    ("Article 17 GDPR", "GDPR", "17", ()),
    ("ARTICLE 17 OF THE GDPR", "GDPR", "17", ()),
    ("article seventeen of the GDPR", "GDPR", "17", ()),
    ("Article twenty-two GDPR", "GDPR", "22", ()),
    ("the GDPR's Article 17", "GDPR", "17", ()),
    ("GDPR (Art. 17)", "GDPR", "17", ()),
    ("Article 17 of the General Data Protection Regulation", "GDPR", "17", ()),
    ("Art. 6 Abs. 1 lit. a DSGVO", "GDPR", "6", ("1", "a")),
    ("Article 17 of the UK GDPR", "UK GDPR", "17", ()),
    ("Article 5(1), point (f), of the AI Act", "AI Act", "5", ("1", "f")),
    ("Article 5, paragraph 1 of the AI Act", "AI Act", "5", ("1",)),
    ("point (f) of Article 6(1) GDPR", "GDPR", "6", ("1", "f")),
    ("point (a) of paragraph 2 of Article 6 of the GDPR", "GDPR", "6", ("2", "a")),
    ("Article 17(1)(a) and (b) GDPR", "GDPR", "17", ("1", "a")),
    ("Article 3 of Regulation (EU) 2016/679", "Regulation (EU) 2016/679", "3", ()),
    ("Regulation (EU) 2024/1689, Article 5", "Regulation (EU) 2024/1689", "5", ()),
    ("Article 5 of Regulation 2024/1689", "Regulation (EU) 2024/1689", "5", ()),
    ("Article 2(4) of Directive 2001/29/EC", "Directive 2001/29/EC", "2", ("4",)),
    ("Article 4 of Regulation (EC) No 593/2008", "Regulation (EC) No 593/2008", "4", ()),
    ("Article 21 of the NIS 2 Directive", "NIS2", "21", ()),
    ("NIS2 Article 21", "NIS2", "21", ()),
    ("DORA Art. 30", "DORA", "30", ()),
    ("Article 13 of the Cyber Resilience Act", "CRA", "13", ()),
    ("Recital 47 of the GDPR", "GDPR", "Recital 47", ()),
    ("the Preamble of the Constitution of India", "Constitution of India", "Preamble", ()),
    ("Annex III of the AI Act", "AI Act", "Annex III", ()),
    ("Art. 101 TFEU", "TFEU", "101", ()),
    # India.
    ("Article 21 of the Constitution of India", "Constitution of India", "21", ()),
    ("Art. 21A Constitution", "Constitution", "21A", ()),
    ("article 19(1)(a) of the Indian Constitution", "Constitution of India", "19", ("1", "a")),
    ("Constitution of India, Article 32", "Constitution of India", "32", ()),
    ("Article 31-A of the Constitution of India", "Constitution of India", "31-A", ()),
    ("section 66A of the Information Technology Act, 2000", "Information Technology Act, 2000", "66A", ()),
    # Law of other places, which the shelf may not hold.
    ("section 5 of the XYZ Act", "XYZ Act", "5", ()),
    ("section 12 of the Harbour Dredging Act 1987", "Harbour Dredging Act 1987", "12", ()),
    ("California Civil Code § 1542", "California Civil Code", "1542", ()),
    ("Cal. Civ. Code § 1798.100", "Cal. Civ. Code", "1798.100", ()),
    ("Texas Penal Code section 12.34", "Texas Penal Code", "12.34", ()),
    ("N.Y. Penal Law § 125.25", "N.Y. Penal Law", "125.25", ()),
    ("§ 823 BGB", "BGB", "823", ()),
    ("§ 1823 BGB", "BGB", "1823", ()),
    ("§ 5 UWG", "UWG", "5", ()),
    ("UCC § 2-207", "Uniform Commercial Code", "2-207", ()),
    ("CPR 3.1", "Civil Procedure Rules", "3.1", ()),
    ("Rule 12(b)(6) FRCP", "Federal Rules of Civil Procedure", "12", ("b", "6")),
    ("Fed. R. Civ. P. 12(b)(6)", "Federal Rules of Civil Procedure", "12", ("b", "6")),
    ("Rule 12(b)(6)", "", "12", ("b", "6")),
    ("Companies Act 2006 s 172", "Companies Act 2006", "172", ()),
    ("s. 172 of the Companies Act 2006", "Companies Act 2006", "172", ()),
    ("section 107 of the Copyright Act", "Copyright Act", "107", ()),
    ("section 107 of the Copyright Act of 1976", "Copyright Act of 1976", "107", ()),
    # A number alone.
    ("Article 17", "", "17", ()),
    ("§ 823", "", "823", ()),
    ("section 1983", "", "1983", ()),
    ("Article 17 of the Regulation", "", "17", ()),
    # Characters that look alike, or do not show.
    ("17 U.S.C. § １０７", "17 U.S.C.", "107", ()),
    ("17 U.S.C. § 1\u200b07", "17 U.S.C.", "107", ()),
    ("17 U.S.C. § \u202e107\u202c", "17 U.S.C.", "107", ()),
    ("17\u00a0U.S.C.\u00a0§\u00a0107", "17 U.S.C.", "107", ()),
    ("Аrt. 17 GDРR", "GDPR", "17", ()),
    ("Art. १७ GDPR", "GDPR", "17", ()),
]


@pytest.mark.parametrize(
    ("text", "document", "section", "pin"), ONE_SECTION, ids=[row[0] for row in ONE_SECTION]
)
def test_one_citation_is_read_whole(text: str, document: str, section: str, pin: tuple[str, ...]) -> None:
    [cite] = find_citations(text)
    assert (cite.document, cite.section, cite.pin) == (document, section, pin)
    assert cite.text == text[cite.start : cite.end]


@pytest.mark.parametrize(
    ("text", "document", "section", "pin"), ONE_SECTION, ids=[row[0] for row in ONE_SECTION]
)
def test_a_citation_is_found_inside_a_sentence(
    text: str, document: str, section: str, pin: tuple[str, ...]
) -> None:
    found = find_citations(f"Please say what {text} requires, and why.")
    assert [(cite.document, cite.section, cite.pin) for cite in found] == [(document, section, pin)]


SEVERAL = [
    ("17 U.S.C. §§ 107-108, 110", [("17 U.S.C.", "107"), ("17 U.S.C.", "108"), ("17 U.S.C.", "110")]),
    (
        "17 U.S.C. §§ 106A, 107 and 108(a)",
        [("17 U.S.C.", "106A"), ("17 U.S.C.", "107"), ("17 U.S.C.", "108")],
    ),
    ("17 U.S.C. §§ 107–09", [("17 U.S.C.", "107"), ("17 U.S.C.", "108"), ("17 U.S.C.", "109")]),
    ("§§ 2000e-2, 2000e-3 of title 42", [("42 U.S.C.", "2000e-2"), ("42 U.S.C.", "2000e-3")]),
    ("Articles 13 and 14 GDPR", [("GDPR", "13"), ("GDPR", "14")]),
    ("Articles 12 to 15 of the GDPR", [("GDPR", "12"), ("GDPR", "13"), ("GDPR", "14"), ("GDPR", "15")]),
    ("Art. 6 and Art. 9 GDPR", [("GDPR", "6"), ("GDPR", "9")]),
    ("GDPR Article 17 and Article 18", [("GDPR", "17"), ("GDPR", "18")]),
    ("Art. 17 GDPR and Art. 5 AI Act", [("GDPR", "17"), ("AI Act", "5")]),
    ("GDPR Art. 17, AI Act Art. 5", [("GDPR", "17"), ("AI Act", "5")]),
    ("GDPR Art. 17 AI Act Art. 5", [("GDPR", "17"), ("AI Act", "5")]),
    ("Article 3 GDPR, Article 4 DORA", [("GDPR", "3"), ("DORA", "4")]),
    ("Article 13 or 14 of the GDPR", [("GDPR", "13"), ("GDPR", "14")]),
    ("Compare 17 U.S.C. § 107 with 35 U.S.C. § 101.", [("17 U.S.C.", "107"), ("35 U.S.C.", "101")]),
    (
        "Article 14, 19(1) and 21 of the Constitution of India",
        [("Constitution of India", "14"), ("Constitution of India", "19"), ("Constitution of India", "21")],
    ),
    ("Rule 10b-5, 17 CFR § 240.10b-5", [("17 C.F.R.", "240.10b-5")]),
    ("Article 17 and 3 other rules of the GDPR", [("", "17")]),
    ("Under the GDPR, what does Article 17 say?", [("", "17")]),
]


@pytest.mark.parametrize(("text", "expected"), SEVERAL, ids=[row[0] for row in SEVERAL])
def test_every_number_of_a_list_is_one_citation(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(cite.document, cite.section) for cite in find_citations(text)] == expected


CASES = [
    ("410 U.S. 113", "410 U.S. 113", "", ()),
    ("410 U. S. 113", "410 U.S. 113", "", ()),
    ("410 US 113", "410 U.S. 113", "", ()),
    ("Roe v. Wade, 410 U.S. 113 (1973)", "410 U.S. 113", "Roe v. Wade", ()),
    ("Roe v. Wade, 410 U.S. 113, 153 (1973)", "410 U.S. 113", "Roe v. Wade", ("153",)),
    ("Did FCC v. AT&T Inc., 562 U.S. 397 (2011), decide it?", "562 U.S. 397", "FCC v. AT&T Inc.", ()),
    ("Is United States v. Jones, 565 U.S. 400, law?", "565 U.S. 400", "United States v. Jones", ()),
    ("Under Roe v. Wade, 410 U.S. 113, may she?", "410 U.S. 113", "Roe v. Wade", ()),
    ("In re Gault, 387 U.S. 1 (1967)", "387 U.S. 1", "In re Gault", ()),
    ("What was held in Hale v. Upland Mills, 999 U.S. 1234?", "999 U.S. 1234", "Hale v. Upland Mills", ()),
    ("Upland Mills, Inc. v. Hale, 518 U.S. 470", "518 U.S. 470", "Upland Mills, Inc. v. Hale", ()),
    ("What do we make of this? See 123 F.3d 456.", "123 F.3d 456", "", ()),
]


@pytest.mark.parametrize(("text", "document", "name", "pin"), CASES, ids=[row[0] for row in CASES])
def test_judgments_keep_their_name_and_page(
    text: str, document: str, name: str, pin: tuple[str, ...]
) -> None:
    [cite] = find_citations(text)
    assert (cite.document, cite.section, cite.case_name, cite.pin) == (document, "", name, pin)
    assert text[cite.start : cite.end] == cite.text


def test_a_second_reporter_carries_the_same_name() -> None:
    found = find_citations("See Roe v. Wade, 410 U.S. 113, 120, 93 S. Ct. 705.")
    assert [(cite.document, cite.case_name) for cite in found] == [
        ("410 U.S. 113", "Roe v. Wade"),
        ("93 S. Ct. 705", "Roe v. Wade"),
    ]


INSTRUMENTS = [
    ("What is the GDPR?", ["GDPR"]),
    ("Does NIS 2 apply to me?", ["NIS2"]),
    ("Schedule 7 of the Constitution of India", ["Constitution of India"]),
    ("does the gdpr apply to me", ["GDPR"]),
    ("the Copyright Act", ["Copyright Act"]),
    ("Which section of the Copyright Act sets fees?", ["Copyright Act"]),
    ("Summarise the Interplanetary Mining Act of 2031.", ["Interplanetary Mining Act of 2031"]),
    ("summarise the interplanetary mining act of 2031", ["Interplanetary Mining Act of 2031"]),
    ("Does HIPAA apply?", ["Health Insurance Portability and Accountability Act"]),
    ("What does the AI act say?", ["AI Act"]),
    ("Directive (EU) 2022/2555", ["Directive (EU) 2022/2555"]),
    ("the NIS 2 Directive", ["NIS2"]),
    ("Title VII of the Civil Rights Act of 1964", ["Civil Rights Act of 1964"]),
    ("the Clean Air Act and the Clean Water Act", ["Clean Air Act", "Clean Water Act"]),
    ("the GDPR and the Data Act", ["GDPR", "Data Act"]),
    ("Data Protection Act 2018", ["Data Protection Act 2018"]),
    ("the Federal Food, Drug, and Cosmetic Act", ["Federal Food, Drug, and Cosmetic Act"]),
    ("Regulation of Investigatory Powers Act 2000", ["Regulation of Investigatory Powers Act 2000"]),
    ("What does the Constitution of India say?", ["Constitution of India"]),
    ("the Vienna Convention on the Law of Treaties", ["Vienna Convention on the Law of Treaties"]),
    ("title 17 of the United States Code", ["17 U.S.C."]),
    ("Public Law 104-191", ["Public Law 104-191"]),
    ("Is Hale v. Upland still law?", ["Hale v. Upland"]),
    ("See Hale v. Upland Mills, Inc., 564 U. S. ___ (2011).", ["Hale v. Upland Mills, Inc."]),
    ("the All Writs Act", ["All Writs Act"]),
    ("In Hale v. Board of Upland Mills, the court said", ["Hale v. Board of Upland Mills"]),
]


@pytest.mark.parametrize(("text", "names"), INSTRUMENTS, ids=[row[0] for row in INSTRUMENTS])
def test_instruments_named_without_a_number(text: str, names: list[str]) -> None:
    assert [cite.document for cite in named_instruments(text)] == names
    assert find_citations(text) == []


NOTHING = [
    "the act of deleting a file",
    "Section of the company",
    "section 5 of the contract",
    "Section 3 of the Lease",
    "clause 4 of our agreement with 17 suppliers",
    "Can AI act on its own?",
    "It was an Act of God. The Act says so. This Act shall apply.",
    "How is the Constitution amended?",
    "the Twenty-first Amendment to the Constitution",
    "What may Dora do with a cra and an ada?",
    "the article I wrote and the rules I made",
    "The 7 rules of 1999 and 12 articles, 3 sections long",
    "He performed CPR for 17 minutes",
    "on 3 May 2018 at 10:30, version 2.0.1, 50% of 1,000 units",
    "Rule 5",
    "What is the best recipe for lasagne?",
    "section",
    "§",
    "§ §§ §",
    "Art. of war",
    "Members of the Board shall act in title and code",
    "A 5 v 5 match, us vs them",
    "part17, subsection107x",
    "the first article in section B",
    "100 U",
]


@pytest.mark.parametrize("text", NOTHING)
def test_ordinary_words_are_no_citation(text: str) -> None:
    assert find_all(text) == ([], [])


@pytest.mark.parametrize("number", ["1823", "8231", "823a", "823-1", "823.1"])
def test_823_is_never_read_out_of_a_longer_number(number: str) -> None:
    assert [cite.section for cite in find_citations(f"§ {number} BGB")] == [number]


@pytest.mark.parametrize("text", ["§ 123456789", "17 USC 123456789012", "Article 99999999999999999999 GDPR"])
def test_numbers_longer_than_any_section_are_not_cut(text: str) -> None:
    assert find_citations(text) == []


def test_a_footnote_mark_is_no_digit() -> None:
    assert [cite.section for cite in find_citations("17 U.S.C. § 107² and")] in ([], ["107"])


def test_offsets_are_those_of_the_original() -> None:
    text = "a\u200b\u200bb Аrt. 1\u200b7 GDPR ﬁn"
    [cite] = find_citations(text)
    assert cite.text == text[cite.start : cite.end] == "Аrt. 1\u200b7 GDPR"


def test_folding_keeps_one_place_for_every_character() -> None:
    folded = fold("x\u202e١٧\u202cy")
    assert folded.text == "x17y"
    assert folded.span(1, 3) == (2, 4)


def test_short_titles_of_an_act() -> None:
    assert short_titles("This chapter may be cited as the “Harbour Dredging Act”.") == [
        "Harbour Dredging Act"
    ]


CAPTIONS = [
    ("Roe v. Wade", "ROE ET AL. v. WADE, DISTRICT ATTORNEY", True),
    ("Hale v. Comm'n on Harbours", "Hale v. Commission on Harbours", True),
    ("Hale v. FHC", "Hale v. Federal Harbour Commission", True),
    ("Wade v. Roe", "Roe v. Wade", True),
    ("In re Hale", "In re Hale", True),
    ("Smith v. Wade", "Roe v. Wade", False),
    ("Roe v. Upland Mills", "Roe v. Wade", False),
    ("Roe v. Wade", "Roosevelt v. Wade", False),
    ("United States v. Hale", "United States v. Upland", False),
]


@pytest.mark.parametrize(("cited", "caption", "expected"), CAPTIONS)
def test_a_case_name_must_fit_the_caption(cited: str, caption: str, expected: bool) -> None:
    assert captions.fits(cited, [caption]) is expected


LAWLIKE = st.lists(
    st.sampled_from(
        """§ §§ Art. Article Articles section 17 107 2000e-2 (a) (1) of the , and - – U.S.C. USC title GDPR Act
        Regulation (EU) 2016/679 v. Roe Wade 410 U.S. 113 Constitution India Rule Code \u200b \n . ) ( V""".split()
    ),
    max_size=40,
).map(" ".join)


@given(st.one_of(st.text(max_size=300), LAWLIKE))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_and_every_offset_lies_inside_it(text: str) -> None:
    for cite in (*find_all(text)[0], *find_all(text)[1]):
        assert 0 <= cite.start < cite.end <= len(text)
        assert cite.text == text[cite.start : cite.end]


HOSTILE = [
    "§ 1",
    "1",
    "§",
    "Art. ",
    "Act ",
    "(a)",
    "17 U.S.C. § ",
    "Articles 1, ",
    "Roe v. ",
    "A ",
    "1 U.S. 1 ",
    "1 " + "A" * 60 + " ",
    "1 " + "A. " * 9,
    "and the ",
]


@pytest.mark.parametrize("unit", [*HOSTILE, "1", "1 ", "§ "])
def test_time_is_linear_in_the_text(unit: str) -> None:
    """Four times the text may take eight times as long, and not sixteen times."""
    find_all("410 U.S. 113")  # loads the reporters
    assert spent(unit, 80_000) < 8 * spent(unit, 20_000) + 0.1


def spent(unit: str, length: int) -> float:
    text, best = unit * (length // len(unit)), []
    gc.disable()  # the other tests' objects are not measured
    try:
        for _ in range(3):
            started = time.process_time()
            find_all(text)
            best.append(time.process_time() - started)
    finally:
        gc.enable()
    return min(best)


def test_the_addresses_load_no_reporters() -> None:
    code = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'lawqa.settings'; django.setup(); "
        "import lawqa.urls; sys.exit('eyecite' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_reporters_load_only_for_a_text_with_a_reporter() -> None:
    code = (
        "import sys; from corpus.citations import find_all; find_all('Art. 17 GDPR'); "
        "sys.exit('eyecite' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
