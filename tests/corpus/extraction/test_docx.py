"""Word files: what a reader of the page would read, with the numbers that Word keeps out of the text."""

from __future__ import annotations

import zipfile
from itertools import pairwise
from pathlib import Path

import docx
import pytest

from corpus import flags
from corpus.extraction import Damaged, NeedsPassword, NotSupported, TooLarge
from corpus.extraction import docx as reader
from corpus.extraction.sniff import DOCX
from corpus.types import FileFacts, Line, PageText
from tests.corpus.extraction.word_files import STRICT, abstract, level, paragraph, run, use, write

CLAUSES = abstract(
    "0", level(0, "decimal", "%1."), level(1, "lowerLetter", "(%2)"), level(2, "lowerRoman", "(%3)"),
    level(3, "decimal", "%1.%4"),
)  # fmt: skip


def read(path: Path) -> PageText:
    facts, page = list(reader.read(path))
    assert isinstance(facts, FileFacts)
    assert isinstance(page, PageText)
    assert (facts.media_type, facts.page_count, page.number, page.reader) == (DOCX, 1, 1, "docx")
    return page


def lines(path: Path) -> list[str]:
    return [line.text for line in read(path).lines]


def test_a_document_of_an_ordinary_program(tmp_path: Path) -> None:
    document = docx.Document()
    document.core_properties.title = "Lease of a quay"
    document.add_heading("Lease", 0)
    document.add_heading("Rent", 2)
    document.add_paragraph("The tenant pays two pence.", style="List Number")
    document.add_paragraph("The landlord mends the lamps.", style="List Number")
    document.add_paragraph("Sheep", style="List Bullet")
    document.add_paragraph().add_run("Signed").bold = True
    document.save(str(tmp_path / "lease.docx"))
    facts, page = list(reader.read(tmp_path / "lease.docx"))
    assert isinstance(facts, FileFacts)
    assert isinstance(page, PageText)
    assert facts.title == "Lease of a quay"
    assert [(line.text, line.heading, line.bold) for line in page.lines] == [
        ("Lease", 1, False), ("Rent", 2, True), ("1. The tenant pays two pence.", 0, False),
        ("2. The landlord mends the lamps.", 0, False), ("• Sheep", 0, False), ("Signed", 0, True),
    ]  # fmt: skip


def test_the_title_is_the_first_heading_where_the_file_states_none(tmp_path: Path) -> None:
    body = paragraph("Ferry Rules", style="T")
    path = write(
        tmp_path / "a.docx",
        body,
        styles='<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>',
    )
    facts = next(reader.read(path))
    assert isinstance(facts, FileFacts)
    assert facts.title == "Ferry Rules"


def test_numbers_of_nested_lists_begin_anew_under_each_item(tmp_path: Path) -> None:
    body = "".join(paragraph("x", list_of="1", level=depth) for depth in (0, 1, 1, 2, 2, 1, 0, 1, 2, 3))
    path = write(tmp_path / "a.docx", body, numbering=CLAUSES + use("1", "0"))
    assert lines(path) == "1. x|(a) x|(b) x|(i) x|(ii) x|(c) x|2. x|(a) x|(i) x|2.1 x".split("|")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param("", ["1. x", "2. x", "3. x"], id="two-uses-of-one-definition-count-on"),
        pytest.param(
            '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride>', ["1. x", "7. x", "8. x"],
            id="unless-the-second-begins-anew",
        ),
        pytest.param(
            f'<w:lvlOverride w:ilvl="0">{level(0, "upperRoman", "Part %1")}</w:lvlOverride>',
            ["1. x", "Part II x", "Part III x"], id="or-looks-different",
        ),
    ],
)  # fmt: skip
def test_two_lists_of_one_definition(changes: str, expected: list[str], tmp_path: Path) -> None:
    body = paragraph("x", list_of="1") + paragraph("x", list_of="2") * 2
    numbering = CLAUSES + use("1", "0") + use("2", "0", changes)
    assert lines(write(tmp_path / "a.docx", body, numbering=numbering)) == expected


@pytest.mark.parametrize(
    ("levels", "depths", "expected"),
    [
        pytest.param([level(0, "upperRoman", "%1"), level(1, "decimal", "%1.%2", "<w:isLgl/>")], [0, 1, 1],
                     ["I x", "1.1 x", "1.2 x"], id="legal-numbers-are-figures"),
        pytest.param([level(0, "decimal", "%1."), level(1, "decimal", "§ %2", '<w:lvlRestart w:val="0"/>')], [0, 1, 0, 1],
                     ["1. x", "§ 1 x", "2. x", "§ 2 x"], id="sections-count-through-the-parts"),
        pytest.param([level(0, "ordinalText", "%1", '<w:suff w:val="nothing"/>')], [0, 0], ["Firstx", "Secondx"],
                     id="no-gap-where-none-is-shown"),
        pytest.param([level(0, "bullet", "\uf0b7"), level(1, "bullet", "–")], [0, 1], ["• x", "– x"], id="bullets"),
        pytest.param([level(0, "none", "")], [0], ["x"], id="no-number"),
        pytest.param([level(1, "decimal", "%1.%2")], [1], ["1.1 x"], id="a-level-above-that-was-never-used"),
        pytest.param([], [0], ["x"], id="a-list-without-levels"),
    ],
)  # fmt: skip
def test_how_numbers_look(levels: list[str], depths: list[int], expected: list[str], tmp_path: Path) -> None:
    body = "".join(paragraph("x", list_of="1", level=depth) for depth in depths)
    assert (
        lines(write(tmp_path / "a.docx", body, numbering=abstract("0", *levels) + use("1", "0"))) == expected
    )


def test_styles_number_their_paragraphs_and_mark_headings(tmp_path: Path) -> None:
    """The level of a style is the one that names it; a paragraph may leave the list; a style inherits."""
    linked = '<w:pStyle w:val="{}"/>'
    numbering = abstract(
        "0",
        level(0, "decimal", "%1", linked.format("Clause")),
        level(1, "decimal", "%1.%2", linked.format("Sub")),
    ) + use("4", "0")
    number = '<w:pPr><w:numPr><w:numId w:val="4"/></w:numPr></w:pPr>'
    styles = (
        f'<w:style w:type="paragraph" w:styleId="Clause"><w:name w:val="heading 1"/>{number}</w:style>'
        f'<w:style w:type="paragraph" w:styleId="Sub"><w:name w:val="Sub"/><w:basedOn w:val="Own"/>{number}</w:style>'
        '<w:style w:type="paragraph" w:styleId="Own"><w:name w:val="Own"/><w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>'
    )
    body = (
        paragraph("Toll", style="Clause") + paragraph("Two pence.", style="Sub") + paragraph("Three.", style="Sub")
        + paragraph("Note", style="Clause", list_of="0") + paragraph("Quay", style="Clause")
        + paragraph("Law " * 100, style="Clause")
    )  # fmt: skip
    found = read(write(tmp_path / "a.docx", body, numbering=numbering, styles=styles)).lines
    assert [(line.text[:20], line.heading) for line in found] == [
        ("1 Toll", 1), ("1.1 Two pence.", 3), ("1.2 Three.", 3), ("Note", 1), ("2 Quay", 1), ("3 Law Law Law Law La", 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "namespace", [pytest.param(STRICT, id="strict"), pytest.param("urn:other", id="any-namespace")]
)
def test_both_dialects_of_the_format_are_read(namespace: str, tmp_path: Path) -> None:
    assert lines(write(tmp_path / "a.docx", paragraph("A ferry."), namespace=namespace)) == ["A ferry."]


CHANGED = '<w:{0} w:id="1" w:author="x">{1}</w:{0}>'
DELETED = "<w:r><w:delText>three</w:delText></w:r>"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            paragraph(run("pays ") + CHANGED.format("del", DELETED) + CHANGED.format("ins", run("two")) + run(" pence")),
            ["pays two pence"], id="deleted-and-inserted",
        ),
        pytest.param(
            paragraph(run("two") + CHANGED.format("del", run(" and three")) + run(" pence")), ["two pence"],
            id="deleted-as-ordinary-text",
        ),
        pytest.param(
            paragraph(CHANGED.format("moveFrom", run("gone"))) + paragraph(CHANGED.format("moveTo", run("moved"))),
            ["moved"], id="moved",
        ),
        pytest.param(
            paragraph(run("One ") , properties=f"<w:rPr>{CHANGED.format('del', '')}</w:rPr>") + paragraph("sentence."),
            ["One sentence."], id="deleted-end-of-a-paragraph",
        ),
        pytest.param(
            paragraph("Last.", properties=f"<w:rPr>{CHANGED.format('del', '')}</w:rPr>"), ["Last."],
            id="deleted-end-of-the-last-paragraph",
        ),
        pytest.param(
            f"<w:tbl><w:tr><w:trPr>{CHANGED.format('del', '')}</w:trPr><w:tc>{paragraph('old')}</w:tc></w:tr>"
            f"<w:tr><w:tc>{paragraph('new')}</w:tc></w:tr></w:tbl>", ["new"], id="deleted-row",
        ),
    ],
)  # fmt: skip
def test_tracked_changes_are_read_as_accepted(body: str, expected: list[str], tmp_path: Path) -> None:
    assert lines(write(tmp_path / "a.docx", body)) == expected


@pytest.mark.parametrize(
    "hidden",
    [
        pytest.param("<w:vanish/>", id="hidden"),
        pytest.param('<w:color w:val="FFFFFF"/>', id="white"),
        pytest.param('<w:sz w:val="1"/>', id="tiny"),
    ],
)
def test_hidden_text_is_left_out_and_flagged(hidden: str, tmp_path: Path) -> None:
    page = read(write(tmp_path / "a.docx", paragraph(run("Seen.") + run(" Unseen.", hidden))))
    assert [line.text for line in page.lines] == ["Seen."]
    assert page.flags == (flags.HIDDEN_TEXT,)


def test_white_type_on_a_dark_ground_is_seen(tmp_path: Path) -> None:
    page = read(
        write(
            tmp_path / "a.docx", paragraph(run("Seen.", '<w:color w:val="FFFFFF"/><w:shd w:fill="000000"/>'))
        )
    )
    assert [line.text for line in page.lines] == ["Seen."]
    assert not page.flags


def cell(*texts: str) -> str:
    return f"<w:tc>{''.join(map(paragraph, texts))}</w:tc>"


def test_tables_go_row_by_row(tmp_path: Path) -> None:
    nested = f"<w:tc><w:tbl><w:tr>{cell('x')}{cell('y')}</w:tr></w:tbl></w:tc>"
    rows = [
        cell("(a)") + cell("a boat"),
        cell("Fee") + cell("") + cell("Kind"),
        cell("one", "two") + cell("three"),
        nested,
    ]
    path = write(tmp_path / "a.docx", "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>")
    assert lines(path) == ["(a) a boat", "Fee | Kind", "one", "two", "three", "x | y"]


def test_notes_follow_their_paragraph_and_are_marked(tmp_path: Path) -> None:
    notes = (
        f'<w:footnote w:id="0" w:type="separator">{paragraph("-")}</w:footnote>'
        f'<w:footnote w:id="2">{paragraph("A lantern is a lamp.")}{paragraph("Or a torch.")}</w:footnote>'
        f'<w:footnote w:id="3">{paragraph("Of brass.")}</w:footnote>'
    )
    end = f'<w:endnote w:id="2">{paragraph("Repealed since.")}</w:endnote>'
    body = paragraph(
        run("Two lanterns") + '<w:r><w:footnoteReference w:id="2"/></w:r>' + run(" of brass")
        + '<w:r><w:footnoteReference w:id="3"/><w:endnoteReference w:id="2"/></w:r>'
    ) + paragraph("Next.")  # fmt: skip
    page = read(write(tmp_path / "a.docx", body, footnotes=notes, endnotes=end))
    assert [(line.text, line.footnote) for line in page.lines] == [
        ("Two lanterns of brass", False), ("1 A lantern is a lamp.", True), ("Or a torch.", True), ("2 Of brass.", True),
        ("i Repealed since.", True), ("Next.", False),
    ]  # fmt: skip


def test_text_boxes_are_read_once_and_breaks_divide_lines(tmp_path: Path) -> None:
    box = f"<w:txbxContent>{paragraph('In a box.')}</w:txbxContent>"
    both = f"<w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
    broken = "<w:r><w:t>first</w:t><w:br/><w:t>second</w:t><w:tab/><w:t>third</w:t></w:r>"
    found = read(write(tmp_path / "a.docx", paragraph(broken + both))).lines
    assert [(line.text, line.paragraph) for line in found] == [
        ("first", True), ("second third", False), ("In a box.", True),
    ]  # fmt: skip


def test_a_table_of_contents_is_no_text(tmp_path: Path) -> None:
    styles = '<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>'
    path = write(tmp_path / "a.docx", paragraph("1 Toll 3", style="TOC1") + paragraph("Toll"), styles=styles)
    assert lines(path) == ["Toll"]


def test_links_and_controls_belong_to_the_text(tmp_path: Path) -> None:
    inside = f"<w:hyperlink>{run('section 5')}</w:hyperlink><w:fldSimple>{run(' of 9')}</w:fldSimple>"
    code = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>'
    body = f"<w:sdt><w:sdtContent>{paragraph(run('See ') + inside + code)}</w:sdtContent></w:sdt>"
    assert lines(write(tmp_path / "a.docx", body)) == ["See section 5 of 9"]


def test_a_file_without_text_is_a_page_without_lines(tmp_path: Path) -> None:
    page = read(write(tmp_path / "a.docx", paragraph(" ")))
    assert (page.lines, page.flags) == ((), (flags.NO_TEXT,))


def broken(path: Path, name: str, content: bytes, compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr(name, content)
    return path


def test_a_bomb_is_refused_by_what_the_directory_says(tmp_path: Path) -> None:
    path = broken(tmp_path / "a.docx", "word/document.xml", b" " * 60_000_000)
    assert path.stat().st_size < 100_000
    with pytest.raises(TooLarge):
        list(reader.read(path))


def test_a_bomb_whose_directory_lies_is_unpacked_to_what_it_says(tmp_path: Path) -> None:
    path = broken(tmp_path / "a.docx", "word/document.xml", b" " * 60_000_000)
    data = path.read_bytes()
    path.write_bytes(data.replace((60_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little")))
    with pytest.raises(Damaged):
        list(reader.read(path))


@pytest.mark.parametrize(
    "declared",
    [
        pytest.param('<!ENTITY x "aha">', id="its-own"),
        pytest.param('<!ENTITY x SYSTEM "file:///etc/hostname">', id="a-file-outside"),
        pytest.param(
            '<!ENTITY a "boom">'
            + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise("abcdefghx")),
            id="a-bomb",
        ),
    ],
)
def test_a_file_that_declares_entities_is_refused(declared: str, tmp_path: Path) -> None:
    body = '<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>a&x;</w:t></w:r></w:p></w:body></w:document>'
    xml = f"<!DOCTYPE w:document [{declared}]>{body}"
    with pytest.raises(Damaged):
        list(reader.read(broken(tmp_path / "a.docx", "word/document.xml", xml.encode())))


@pytest.mark.parametrize(
    ("name", "content", "compression", "error"),
    [
        pytest.param("word/document.xml", b"<open>", zipfile.ZIP_DEFLATED, Damaged, id="xml-that-breaks-off"),
        pytest.param("word/document.xml", b"<other/>", zipfile.ZIP_DEFLATED, NotSupported, id="another-root"),
        pytest.param("content.xml", b"<x/>", zipfile.ZIP_DEFLATED, NotSupported, id="another-kind-of-zip"),
        pytest.param("word/document.xml", b"<x/>", zipfile.ZIP_LZMA, NotSupported, id="unusual-compression"),
    ],
)
def test_broken_files(
    name: str, content: bytes, compression: int, error: type[Exception], tmp_path: Path
) -> None:
    with pytest.raises(error):
        list(reader.read(broken(tmp_path / "a.docx", name, content, compression)))


def test_half_a_file_one_from_the_future_and_an_encrypted_one(tmp_path: Path) -> None:
    path = write(tmp_path / "a.docx", paragraph("A ferry."))
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(Damaged):
        list(reader.read(path))
    path.write_bytes(
        data.replace(b"PK\x03\x04\x14", b"PK\x03\x04\xa7").replace(
            b"PK\x01\x02\x14\x03\x14", b"PK\x01\x02\x14\x03\xa7"
        )
    )
    with pytest.raises(Damaged):
        list(reader.read(path))
    path.write_bytes(data.replace(b"PK\x01\x02\x14\x03\x14\0\0\0", b"PK\x01\x02\x14\x03\x14\0\x01\0"))
    with pytest.raises(NeedsPassword):
        list(reader.read(path))


def test_a_long_document_goes_on_as_the_next_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus.extraction.flowing.PAGE_LINES", 2)
    path = write(tmp_path / "a.docx", paragraph("x") * 5)
    facts, *pages = reader.read(path)
    assert isinstance(facts, FileFacts)
    assert facts.page_count == 3
    assert [len(page.lines) for page in pages if isinstance(page, PageText)] == [2, 2, 1]


def test_a_line_knows_how_it_looks(tmp_path: Path) -> None:
    styles = (
        '<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="24"/></w:rPr></w:rPrDefault></w:docDefaults>'
        '<w:style w:type="character" w:styleId="Em"><w:name w:val="Em"/><w:rPr><w:i/></w:rPr></w:style>'
    )
    body = paragraph(
        run("long italic text", '<w:rStyle w:val="Em"/>') + run(" bold", '<w:b/><w:sz w:val="40"/>')
    )
    assert read(write(tmp_path / "a.docx", body, styles=styles)).lines == (
        Line(text="long italic text bold", size=12.0, italic=True),
    )
