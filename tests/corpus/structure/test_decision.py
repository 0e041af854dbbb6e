"""Judgments from pages: paragraphs, opinions, headnotes, footnotes; every sample is invented."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from corpus.extraction import Limits, clean, extract
from corpus.structure import document
from corpus.types import Facts, FileFacts, Kind, Line, PageText, SectionText, StructuredText
from tests.corpus.structure.typed import pages

SENTENCE = (
    "The ferry did not sail, because the board had not renewed the licence that the Act requires of it. "
)


def read(*texts: str, facts: Facts | None = None) -> StructuredText:
    return document.read(pages(*texts), FileFacts(), facts or Facts(), "case.pdf")


def by_path(found: StructuredText) -> dict[str, SectionText]:
    return {one.path: one for one in found.sections}


SOUTH_AFRICAN = """
THE SUPREME COURT OF APPEAL OF SOUTH AFRICA

JUDGMENT

Case No: 417/2029

In the matter between:

LAKE FERRIES LTD
APPELLANT

and

NOMSA DLAMINI
RESPONDENT

Neutral citation: Lake Ferries v Dlamini (417/2029) [2030] ZASCA 41 (8 April 2030)

Heard: 3 March 2030

Delivered: 8 April 2030

Summary: Carriage by water – licence – whether a raft is a ferry.

________________________

ORDER

________________________

1. The appeal is upheld with costs.

2. The order of the court below is set aside.

________________________

JUDGMENT

________________________

Mokoena JA (Brook and Stone JJA concurring):

[1] This appeal is about a raft.1 It was moored at the lake.

[2] The raft sank. The respondent said in evidence:

‘1. I saw it sink.

2. I could not help it.’

*The licence

[3] Section 3 requires a licence.

^1 A raft is a boat without sides.
"""
SOUTH_AFRICAN_2 = """
[4] No licence was renewed, as was said in Mercer
[12] of which speaks of boats. It is of no help.

*Was the board negligent?

[5] It was.

Stone JA (dissenting):

[6] I do not agree.2 The raft is no ferry.

^2 See para 3.
"""


def test_a_judgment_with_numbered_paragraphs_is_cut_at_headings_and_opinions() -> None:
    found = read(SOUTH_AFRICAN, SOUTH_AFRICAN_2)
    shown = [(one.label, one.heading, one.ancestors) for one in found.sections if one.path.startswith("para")]
    court, dissent = "Mokoena JA (Brook and Stone JJA concurring)", "Stone JA (dissenting)"
    assert shown == [
        ("Lake Ferries v Dlamini [1]–[2]", "", (court,)),
        ("Lake Ferries v Dlamini [3]–[4]", "The licence", (court,)),
        ("Lake Ferries v Dlamini [5]", "Was the board negligent?", (court,)),
        ("Lake Ferries v Dlamini [6]", "", (dissent,)),
    ]
    assert found.document.authors == ("Mokoena JA", "Stone JA")
    assert found.document.key == "za/2030-zasca-41"
    assert {one.valid_from for one in found.sections} == {dt.date(2030, 4, 8)}


def test_each_paragraph_is_a_line_that_begins_with_its_number() -> None:
    second = by_path(read(SOUTH_AFRICAN, SOUTH_AFRICAN_2))["para3"]
    assert second.text.splitlines() == [
        "[3] Section 3 requires a licence.",
        "[4] No licence was renewed, as was said in Mercer",
        "[12] of which speaks of boats. It is of no help.",
    ]
    assert second.page_breaks == ((0, 1), (second.text.index("[4]"), 2))


def test_title_page_and_headnote_are_no_law_and_the_order_is() -> None:
    sections = by_path(read(SOUTH_AFRICAN, SOUTH_AFRICAN_2))
    assert (sections["title-page"].text, sections["summary"].text) == ("", "")
    assert "whether a raft is a ferry" in sections["summary"].notes
    assert sections["order"].text.splitlines() == [
        "1. The appeal is upheld with costs.",
        "2. The order of the court below is set aside.",
    ]


def test_footnotes_go_to_the_section_that_refers_to_them() -> None:
    sections = by_path(read(SOUTH_AFRICAN, SOUTH_AFRICAN_2))
    assert sections["para1"].notes == "1 A raft is a boat without sides."
    assert sections["para6"].notes == "2 See para 3."
    assert sections["para5"].notes == ""


def numbered(style: str, count: int, *, apart: bool = False) -> str:
    gap = "\n\n" if apart else " "
    return "\n\n".join(f"{style.format(number)}{gap}{SENTENCE * 2}" for number in range(1, count + 1))


@pytest.mark.parametrize(
    ("style", "apart"),
    [("[{}]", False), ("{}.", False), ("{}", False), ("{}.", True), ("[{}]", True), ("¶ {}", False)],
)
def test_paragraph_numbers_in_every_style(style: str, apart: bool) -> None:
    found = read(
        "Mercer v Ferries Board\n\n" + numbered(style, 20, apart=apart),
        facts=Facts(kind=Kind.JUDGMENT, short_title="Mercer"),
    )
    labels = [one.label for one in found.sections if one.path.startswith("para")]
    assert labels == ["Mercer [1]–[15]", "Mercer [16]–[20]"]
    first_line = by_path(found)["para16"].text.splitlines()[0]
    assert first_line.startswith(f"{style.format(16)} The ferry")


def test_a_numbered_paragraph_inside_a_run_of_lines_is_found() -> None:
    text = "\n".join(f"[{number}] {SENTENCE}\nand more of it." for number in range(1, 6))
    given = pages(text)
    joined = [PageText(number=1, width=595.0, lines=tuple(_continued(given[0])))]
    found = document.read(joined, FileFacts(), Facts(kind=Kind.JUDGMENT, short_title="Mercer"), "a.pdf")
    assert [line[:3] for line in found.sections[-1].text.splitlines()] == ["[1]", "[2]", "[3]", "[4]", "[5]"]


def _continued(page: PageText) -> list[Line]:
    return [replace(line, paragraph=False) for line in page.lines]


def test_a_list_quoted_in_a_paragraph_does_not_take_its_place() -> None:
    quoted = "\n\n".join(f"{number}. {SENTENCE}" for number in range(1, 5))
    text = "\n\n".join(
        f"{number}. {SENTENCE * 2}" + (f"\n\n{quoted}" if number == 12 else "") for number in range(1, 15)
    )
    found = read(text, facts=Facts(kind=Kind.JUDGMENT, short_title="Mercer"))
    assert [one.label for one in found.sections] == ["Mercer [1]–[14]"]


def test_a_judgment_without_numbers_or_opinions_is_divided_by_pages() -> None:
    found = read(
        SENTENCE * 30, SENTENCE * 30, facts=Facts(kind=Kind.JUDGMENT, jurisdiction="in", short_title="Mercer")
    )
    assert [one.label for one in found.sections] == ["Mercer p. 1", "Mercer p. 2"]
    assert "no-structure" in found.flags


SLIP_1 = """
(Slip Opinion) OCTOBER TERM, 2030

Syllabus

NOTE: Where it is feasible, a syllabus will be released at the time the opinion is issued.

SUPREME COURT OF THE UNITED STATES

Syllabus

LAKE FERRIES, INC. v. HARBOR COUNTY

CERTIORARI TO THE UNITED STATES COURT OF APPEALS FOR THE SIXTH CIRCUIT

No. 29–417. Argued January 9, 2031—Decided April 4, 2031

A county denied a licence to a ferry.

Held: A ferry needs no licence. Pp. 3–4.

BROOK, J., delivered the opinion of the Court, in which all joined.
"""
SLIP_2 = """
NOTICE: This opinion is subject to formal revision before publication.

SUPREME COURT OF THE UNITED STATES

No. 29–417

LAKE FERRIES, INC., PETITIONER v. HARBOR COUNTY

ON WRIT OF CERTIORARI TO THE UNITED STATES COURT OF APPEALS FOR THE SIXTH CIRCUIT

[April 4, 2031]

JUSTICE BROOK delivered the opinion of the Court.

We are asked whether a ferry needs a licence.1

^1 The licence costs forty dollars.
"""
SLIP_3 = """
It needs none. The words of the statute are plain.

It is so ordered.
"""
SLIP_4 = """
SUPREME COURT OF THE UNITED STATES

No. 29–417

LAKE FERRIES, INC., PETITIONER v. HARBOR COUNTY

[April 4, 2031]

JUSTICE STONE, with whom JUSTICE MERCER joins, dissenting.

A ferry is a boat, and a boat needs a licence.
"""


def test_slip_opinions_have_the_sections_of_the_pack_of_opinions() -> None:
    found = read(SLIP_1, SLIP_2, SLIP_3, SLIP_4)
    sections = by_path(found)
    name = "Lake Ferries, Inc. v. Harbor County"
    opinions = [(one.path, one.label) for one in found.sections if "/" in one.path]
    assert opinions == [
        ("opinion-of-the-court/p1", f"{name}, No. 29-417 (2031), slip op. at 1"),
        ("opinion-of-the-court/p2", f"{name}, No. 29-417 (2031), slip op. at 2"),
        ("stone-j-dissenting/p1", f"{name}, No. 29-417 (2031) (Stone, J., dissenting), slip op. at 1"),
    ]
    assert found.document.key == "scotus/29-417-lake-ferries-inc-v-harbor-county-2031-04-04"
    assert found.document.authors == ("Stone, J.",)
    assert sections["syllabus"].text == ""
    assert "A ferry needs no licence" in sections["syllabus"].notes
    assert sections["opinion-of-the-court/p1"].notes == "1 The licence costs forty dollars."
    assert sections["stone-j-dissenting/p1"].page_breaks == ((0, 4),)


APPEALS = """
United States Court of Appeals
For the First Circuit

No. 30-2207

LAKE FERRIES, INC.,
Plaintiff, Appellant,
v.
STELLA RIVERS,
Defendant, Appellee.

January 3, 2031

BROOK, Circuit Judge. The question is who owned the boat. 1. It was blue. 2. It was old.

MERCER, Circuit Judge, dissenting. I would affirm.
"""


def test_opinions_of_other_courts_are_told_by_their_judges() -> None:
    found = read(APPEALS)
    assert [one.path for one in found.sections] == [
        "title-page",
        "opinion-of-the-court/p1",
        "mercer-j-dissenting/p1",
    ]
    assert found.sections[2].text == "MERCER, Circuit Judge, dissenting. I would affirm."


def test_star_pages_of_a_database_are_left_out() -> None:
    found = read(APPEALS, "[*2] The boat was never found.")
    assert found.sections[-1].text == "The boat was never found."


CAUSES = (
    "ice lay on the lake",
    "nobody came to the landing stage",
    "fog hid both of the shores",
    "its crew was ill that week",
    "the price of oil had doubled",
    "no passengers had been announced",
    "a storm was expected from the north",
)


def make_pdf(path: Path) -> None:
    """Two pages with a running head, page numbers, paragraphs and a footnote."""
    canvas = Canvas(str(path), pagesize=A4)
    number = 0
    for page in (1, 2):
        canvas.setFont("Helvetica", 8)
        canvas.drawString(72, 810, "Mercer v Ferries Board")
        canvas.drawString(290, 30, str(page))
        at = 770
        if page == 1:
            canvas.setFont("Helvetica-Bold", 14)
            for line in (
                "IN THE HIGH COURT OF NEW ZEALAND",
                "[2031] NZHC 417",
                "MERCER",
                "v",
                "FERRIES BOARD",
                "JUDGMENT",
            ):
                canvas.drawCentredString(297, at, line)
                at -= 26
        canvas.setFont("Helvetica", 11)
        while at > 160:
            number += 1
            canvas.drawString(72, at, f"[{number}]")
            canvas.drawString(
                100, at, "The ferry did not sail on that day, because the board had not renewed the licence"
            )
            canvas.drawString(72, at - 14, f"that the Act requires, and {CAUSES[number % 7]}.")
            at -= 40
        canvas.showPage()
    canvas.save()


def test_a_judgment_in_a_pdf(tmp_path: Path) -> None:
    path = tmp_path / "case.pdf"
    make_pdf(path)
    read_pages = [
        one for one in extract(path, "application/pdf", Limits(), lambda: None) if isinstance(one, PageText)
    ]
    found = document.read(clean(read_pages), FileFacts(), Facts(), "case.pdf")
    assert (found.document.citation, found.document.title) == ("[2031] NZHC 417", "Mercer v Ferries Board")
    assert found.document.court == "High Court of New Zealand"
    sections = [one for one in found.sections if one.path.startswith("para")]
    lines = [line for one in sections for line in one.text.splitlines()]
    assert lines[0].startswith("[1] The ferry did not sail on that day")
    assert lines[-1].endswith(f"{CAUSES[len(lines) % 7]}.")
    assert [line.split()[0] for line in lines] == [f"[{number}]" for number in range(1, len(lines) + 1)]
    pages_of = {page for one in sections for _, page in one.page_breaks}
    assert pages_of == {1, 2}
