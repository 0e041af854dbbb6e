"""Acts printed as PDFs and read back give their sections: extraction and structure together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph

from corpus.extraction import Limits, clean, extract
from corpus.structure.enactment import sections
from corpus.types import PageText, SectionText
from tests import acts

BODY = ParagraphStyle("body", fontName="Times-Roman", fontSize=10, leading=12, spaceAfter=4)
CENTRED = ParagraphStyle("centred", parent=BODY, alignment=1)


def paragraphs(act: str) -> Iterator[Paragraph]:
    """The lines of an act as printed paragraphs; those that go on are joined to the one before."""
    joined: list[str] = []
    for written in act.strip().splitlines():
        if written.startswith("\\"):
            joined[-1] += " " + written.removeprefix("\\")
        else:
            joined.append(written)
    for text in joined:
        plain = escape(text.replace("==", ""))
        for mark, tag in (("**", "b"), ("//", "i")):
            while mark in plain:
                plain = plain.replace(mark, f"<{tag}>", 1).replace(mark, f"</{tag}>", 1)
        yield Paragraph(plain, CENTRED if text.startswith("==") else BODY)


def printed(act: str, path: Path, *, height: float) -> list[PageText]:
    """The pages of the act as extraction reads them from a PDF of small pages."""
    frame = Frame(60, 40, A4[0] - 120, height - 80)
    document = BaseDocTemplate(
        str(path), pagesize=(A4[0], height), pageTemplates=[PageTemplate(frames=[frame])]
    )
    document.build(list(paragraphs(act)))
    found = extract(path, "application/pdf", Limits(), lambda: None)
    return list(clean([page for page in found if isinstance(page, PageText)]))


def read(act: str, name: str, path: Path, *, height: float = A4[1]) -> dict[str, SectionText]:
    return {section.path: section for section in sections(printed(act, path, height=height), name)}


@pytest.mark.parametrize(
    ("act", "paths"),
    [
        pytest.param(acts.INDIA, "preamble s_1 s_2 s_3 s_3A s_4 s_5 sch_1", id="india"),
        pytest.param(
            acts.UK, "preamble s_1 s_2 s_3 s_3A s_4 s_5 s_6 sch_1 sch_1/p_1 sch_1/p_2 sch_1/p_3", id="uk"
        ),
        pytest.param(acts.EU, "preamble recitals art_1 art_2 art_3 art_4 art_5 annex_1 annex_2", id="eu"),
        pytest.param(acts.BILL, "preamble s_1 s_2 s_101 s_102 s_201", id="us"),
    ],
)
def test_a_printed_act_gives_its_sections(act: str, paths: str, tmp_path: Path) -> None:
    made = read(act, "Act", tmp_path / "act.pdf")
    assert list(made) == paths.split()
    plain = {section.path: section for section in sections(acts.pages(act, layout=False), "Act")}
    assert {path: one.heading for path, one in made.items()} == {
        path: one.heading for path, one in plain.items()
    }
    assert {path: one.ancestors for path, one in made.items()} == {
        path: one.ancestors for path, one in plain.items()
    }
    numbered = [path for path in made if path != "preamble"]
    assert {path: made[path].text for path in numbered} == {path: plain[path].text for path in numbered}


def test_a_section_that_goes_on_over_a_page_knows_both(tmp_path: Path) -> None:
    long = "".join(
        f"({letter}) the owner of a well of kind {letter} shall keep it clean;\n" for letter in "abcdefghjklm"
    )
    act = acts.INDIA.replace("(2) An owner", f"{long}(2) An owner")
    section = read(act, "Act", tmp_path / "act.pdf", height=340)["s_3"]
    (first, page), (second, next_page) = section.page_breaks[:2]
    assert (first, next_page) == (0, page + 1)
    assert 0 < second < len(section.text)
