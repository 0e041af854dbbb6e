"""What is read of an instrument from its own words; every sample is invented."""

from __future__ import annotations

import datetime as dt

import pytest

from corpus.structure import guessing, guessing_cases, guessing_dates, guessing_effect, guessing_titles
from corpus.types import Facts, FileFacts, Kind
from tests.corpus.structure.printed_acts import (
    CALIFORNIAN,
    CONSTITUTION,
    CONTRACT,
    COURT_RULES,
    EU_DIRECTIVE,
    EU_REGULATION,
    INDIAN_ACT,
    SOUTH_AFRICAN_ACT,
    SUBSIDIARY,
    UK_ACT,
    UK_INSTRUMENT,
    US_CODE,
    US_PUBLIC_LAW,
    US_REGULATIONS,
)
from tests.corpus.structure.printed_judgments import (
    EU_JUDGMENT,
    INDIAN_JUDGMENT,
    SOUTH_AFRICAN_JUDGMENT,
    UK_JUDGMENT,
    UK_SUPREME_COURT,
    US_APPEALS,
    US_STATE,
)
from tests.corpus.structure.typed import pages


def guess(*texts: str, name: str = "file.pdf", title: str = "") -> Facts:
    return guessing.guess(pages(*texts), FileFacts(title=title), name)


@pytest.mark.parametrize(
    ("text", "kind", "jurisdiction", "citation", "short_title", "dated"),
    [
        pytest.param(UK_ACT, Kind.STATUTE, "gb", "2031 c. 14", "Inland Ferries Act 2031", "2031-03-15", id="uk-act"),
        pytest.param(
            UK_INSTRUMENT, Kind.REGULATION, "gb", "S.I. 2032/417", "Inland Ferries (Fees) Regulations 2032", "2032-05-01",
            id="uk-instrument",
        ),
        pytest.param(INDIAN_ACT, Kind.STATUTE, "in", "Act No. 14 of 1931", "River Ferries Act, 1931", "1932-10-17", id="indian-act"),
        pytest.param(
            EU_REGULATION, Kind.REGULATION, "eu", "Regulation (EU) 2031/417", "Inland Ferries Regulation", "2033-05-25", id="eu-regulation"
        ),
        pytest.param(EU_DIRECTIVE, Kind.DIRECTIVE, "eu", "Directive 93/130/EEC", "", "1993-04-05", id="eu-directive"),
        pytest.param(
            US_PUBLIC_LAW, Kind.STATUTE, "us", "Pub. L. 131-58", "Inland Ferries Investment Act", "2031-11-15", id="us-public-law"
        ),
        pytest.param(CALIFORNIAN, Kind.STATUTE, "us-ca", "", "California Ferry Safety Act", "2031-09-30", id="us-state"),
        pytest.param(
            SOUTH_AFRICAN_ACT, Kind.STATUTE, "za", "Act No. 4 of 2031", "Inland Ferries Act, 2031", "2031-11-19", id="south-african-act"
        ),
        pytest.param(US_CODE, Kind.CODE, "us", "46 U.S.C. ch. 999", "46 U.S.C.", None, id="chapter-of-us-code"),
        pytest.param(US_REGULATIONS, Kind.REGULATION, "us", "46 C.F.R. Part 1999", "46 C.F.R.", "2031-11-01", id="us-regulations"),
        pytest.param(COURT_RULES, Kind.RULES, "", "", "Federal Rules of Ferry Procedure", "2031-12-01", id="rules-of-courts"),
        pytest.param(
            SUBSIDIARY, Kind.REGULATION, "ke", "", "Kenya Ferries (Licensing) Regulations, 2031", None, id="regulations-under-an-act"
        ),
        pytest.param(CONSTITUTION, Kind.CONSTITUTION, "", "", "Constitution of Freedonia", None, id="constitution"),
        pytest.param(CONTRACT, Kind.OTHER, "", "", "", "2029-06-12", id="contract"),
    ],
)  # fmt: skip
def test_an_enactment_says_what_it_is(
    text: str, kind: Kind, jurisdiction: str, citation: str, short_title: str, dated: str | None
) -> None:
    facts = guess(text)
    day = dt.date.fromisoformat(dated) if dated else None
    found = (facts.kind, facts.jurisdiction, facts.citation, facts.short_title, facts.dated)
    assert found == (kind, jurisdiction, citation, short_title, day)


@pytest.mark.parametrize(
    ("text", "jurisdiction", "name", "citation", "docket", "decided", "court"),
    [
        pytest.param(
            UK_JUDGMENT, "gb", "Ferries Board v John Mercer", "[2031] EWCA Civ 417", "A3/2030/0417", "2031-03-12",
            "Court of Appeal (Civil Division)", id="england",
        ),
        pytest.param(
            UK_SUPREME_COURT, "gb", "Mercer v Ferries Board", "[2031] UKSC 11", "", "2031-03-04",
            "Supreme Court of the United Kingdom", id="uk-supreme-court",
        ),
        pytest.param(
            SOUTH_AFRICAN_JUDGMENT, "za", "Dlamini v Minister of Ferries", "[2030] ZACC 9", "CCT 12/29", "2030-04-08",
            "Constitutional Court of South Africa", id="south-africa",
        ),
        pytest.param(
            INDIAN_JUDGMENT, "in", "River Board of Assam v. Hari Mercer", "", "CIVIL APPEAL NO. 1234 OF 2029", "2031-03-15",
            "Supreme Court of India", id="india",
        ),
        pytest.param(
            EU_JUDGMENT, "eu", "Ferries SL v Agencia de Barcos", "ECLI:EU:C:2031:417", "C-131/29", "2031-05-13",
            "Court of Justice of the European Union", id="eu",
        ),
        pytest.param(
            US_APPEALS, "us", "Ferry Life Assurance Company v. Stella Rivers", "", "30-2207", "2031-01-03",
            "United States Court of Appeals for the First Circuit", id="us-appeals",
        ),
        pytest.param(
            US_STATE, "us-tx", "Mercer Ferries, Inc. v. Harbor City", "", "29-0417", "2031-04-04", "Supreme Court of Texas", id="us-state"
        ),
    ],
)  # fmt: skip
def test_a_judgment_says_who_decided_what_and_when(
    text: str, jurisdiction: str, name: str, citation: str, docket: str, decided: str, court: str
) -> None:
    facts = guess(text)
    assert facts.kind is Kind.JUDGMENT
    found = (
        facts.jurisdiction,
        facts.short_title,
        facts.citation,
        facts.docket,
        facts.decided_on,
        facts.court,
    )
    assert found == (jurisdiction, name, citation, docket, dt.date.fromisoformat(decided), court)
    assert facts.dated == facts.decided_on


def test_citation_and_date_are_found_behind_a_table_of_contents() -> None:
    contents = "THE RIVER FERRIES ACT, 1931\n\nARRANGEMENT OF SECTIONS\n\n" + "\n\n".join(
        f"{number}. Licences of the kind {number}." for number in range(1, 400)
    )
    before, _, after = INDIAN_ACT.partition("ACT NO. 14 OF 1931")
    facts = guess(contents, f"{before}ACT NO. 14 OF 1931¹{after}")
    assert (facts.citation, facts.jurisdiction, facts.kind) == ("Act No. 14 of 1931", "in", Kind.STATUTE)
    assert facts.dated == dt.date(1932, 10, 17)


DATES = [
    ("15 March 2010", "", "2010-03-15"),
    ("March 15, 2010", "", "2010-03-15"),
    ("Mar. 15, 2010", "", "2010-03-15"),
    ("15th day of March, 2010", "", "2010-03-15"),
    ("the 15th day of July, two thousand twenty-five", "", "2025-07-15"),
    ("2010-03-15", "", "2010-03-15"),
    ("15.3.2010", "eu", "2010-03-15"),
    ("3.4.2010", "", "2010-04-03"),
    ("27 avril 2016", "", "2016-04-27"),
    ("3. Oktober 2016", "", "2016-10-03"),
    ("03/04/2010", "us", "2010-03-04"),
    ("03/04/2010", "us-ny", "2010-03-04"),
    ("03/04/2010", "gb", "2010-04-03"),
    ("03/04/2010", "", None),
    ("25/04/2010", "", "2010-04-25"),
    ("04/25/2010", "gb", "2010-04-25"),
    ("31 February 2010", "", None),
    ("section 15 of 2010", "", None),
    ("15 March 20101", "", None),
]


@pytest.mark.parametrize(("text", "jurisdiction", "day"), DATES)
def test_a_date_in_the_form_of_its_country(text: str, jurisdiction: str, day: str | None) -> None:
    found = [one.day for one in guessing_dates.find(f"on {text}, it was.", jurisdiction)]
    assert found == ([dt.date.fromisoformat(day)] if day else [])


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("This Act shall come into force on 1st April 2031.", "2031-04-01"),
        ("These Rules come into operation on the 1st day of April, 2031.", "2031-04-01"),
        (
            "This Regulation shall enter into force on 1 April 2031. It shall apply from 1 June 2032.",
            "2032-06-01",
        ),
        ("It shall be deemed to have come into force on the 1st day of April, 2031.", "2031-04-01"),
        ("This Act takes effect on January 1, 2031.", "2031-01-01"),
        ("The Treaty entered into force on 1 April 2031.", None),
        ("Sections 3 to 9 come into force on 1 April 2031.", None),
        ("This Act comes into force on such day as the Minister may appoint.", None),
    ],
)
def test_from_when_an_act_says_that_it_is_law(words: str, day: str | None) -> None:
    expected = dt.date.fromisoformat(day) if day else None
    assert guessing_effect.effective("Ferries Act", words, "") == expected


@pytest.mark.parametrize(
    ("head", "day"),
    [
        ("Ferries Act\nCurrent through May 3, 2032\n[1st March 2031]", "2032-05-03"),
        ("Ferries Act\nAs on 9th September 2032", "2032-09-09"),
        ("Ferries Act\nConsolidated as of 2032-09-09", "2032-09-09"),
        ("02031R0417 — EN — 04.05.2032 — 001.001", "2032-05-04"),
        ("up to date with all changes known to be in force on or before 5 March 2032.", "2032-03-05"),
        ("Ferries Act\n[1st March 2031]", "2031-03-01"),
        ("Ferries Act\nAssented to 19 November 2031", "2031-11-19"),
        ("PUBLIC LAW 131–58—NOV. 15, 2031", "2031-11-15"),
        ("Ferries Act", None),
    ],
)
def test_the_date_of_an_edition_comes_before_that_of_enactment(head: str, day: str | None) -> None:
    assert guessing_effect.effective(head, head, "") == (dt.date.fromisoformat(day) if day else None)


def test_the_day_of_the_hearing_is_not_that_of_the_judgment() -> None:
    assert guessing_effect.decided("Heard: 7 March 2031\nDelivered: 5 May 2031", "", "za") == dt.date(
        2031, 5, 5
    )
    assert guessing_effect.decided("Argued January 9, 2031", "", "us") is None
    assert guessing_effect.decided("Hearing dates:\n3 March 2031", "", "gb") is None


@pytest.mark.parametrize(
    "text",
    [
        "Dear Sir, the Ferries Act 2031 is a bad act.\n\n1. I say so.\n\n2. So does my aunt.",
        "Report on the Ferries Act 2031\n\n1. Introduction\n\nThis report is about ferries.\n\n2. Findings\n\nNone.",
        "APPELLANT’S BRIEF\n\nIN THE SUPREME COURT OF TEXAS\n\nMercer v. Harbor City\n\nORDER sought.",
        "Minutes of the ferry board\n\nThe court of appeal decided against us.",
    ],
)
def test_what_is_no_law_is_not_taken_for_it(text: str) -> None:
    facts = guess(text)
    assert facts.kind in {None, Kind.OTHER}
    assert (facts.citation, facts.court, facts.decided_on) == ("", "", None)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("the_ferries_act-2031.pdf", "the ferries act 2031"),
        ("uploads/2031/Ferry Rules.DOCX", "Ferry Rules"),
        (r"C:\law\ferries.v2.pdf", "ferries v2"),
        ("", ""),
    ],
)
def test_a_file_name_is_made_readable(name: str, title: str) -> None:
    assert guessing_titles.of_file(name) == title


@pytest.mark.parametrize(
    ("line", "court"),
    [
        ("IN THE HIGH COURT OF DELHI AT NEW DELHI", "High Court of Delhi at New Delhi"),
        ("UNITED STATES DISTRICT COURT", "United States District Court"),
        ("THE COURT OF APPEAL OF KENYA", "Court of Appeal of Kenya"),
        ("Upon review the court of appeals affirmed.", ""),
        ("ORDER OF THE COURT", ""),
        ("On appeal from the High Court", ""),
    ],
)
def test_the_name_of_a_court(line: str, court: str) -> None:
    assert guessing_cases.court([line]) == court


def test_a_paper_filed_in_a_case_is_no_judgment() -> None:
    letter = "IN THE HIGH COURT OF JUSTICE\n\nMercer v Ferries Board\n\nSkeleton argument for the claimant\n\nJustice is late."
    assert guess(letter).kind is None


def test_counsel_on_brief_do_not_make_a_judgment_a_brief() -> None:
    text = US_APPEALS.replace(
        "January 3, 2031", "Mary Boat, with whom Boat & Co. was on brief, for appellant.\n\nJanuary 3, 2031"
    )
    assert guess(text).kind is Kind.JUDGMENT


def test_a_case_as_reporters_print_it_needs_no_court_at_its_head() -> None:
    text = """
    745 U.S. 112

    199 S.Ct. 3141

    LAKE FERRIES, INC., et al., Petitioners, v. HARBOR COUNTY.

    No. 29-417.

    Argued Jan. 9, 2031. Decided April 4, 2031.

    Justice BROOK delivered the opinion of the Court.
    """
    facts = guess(text)
    assert (facts.kind, facts.jurisdiction, facts.citation) == (Kind.JUDGMENT, "us", "745 U.S. 112")
    assert (facts.short_title, facts.docket) == ("Lake Ferries, Inc. v. Harbor County", "29-417")
    assert (facts.court, facts.decided_on) == ("Supreme Court of the United States", dt.date(2031, 4, 4))


def test_a_paper_that_cites_a_case_is_not_that_case() -> None:
    assert guess("A note on ferries\n\nSee Lake Ferries v. Harbor County, 745 U.S. 112 (2031).").kind is None
    assert guess("Dear Sir,\n\n745 U.S. 112\n\nis the case that I meant.").kind is None
