"""An answer as a Word document: real styles, numbered references with links to them, page numbers.

Text goes in as text: nothing that a model or a file says can become markup.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from lxml.etree import _Element

from lawqa.exports.sheet import ADVICE, Aside, Passage, Reference, Row, Sheet, Statement, Support

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
INK, QUIET, ACCENT = RGBColor(0x1C, 0x27, 0x33), RGBColor(0x58, 0x64, 0x73), RGBColor(0x1F, 0x4E, 0x66)
FONT = "Calibri"
DEPTH_CM = 0.6
OURS = "Facts"
"""The style of what the project itself says, which runs from left to right whatever it names."""


def write_word(sheet: Sheet, address: str) -> bytes:
    """The document as the bytes of a .docx file; `address` is where the answer is kept."""
    document = Document()
    _set_up(document, sheet)
    _write_styles(document)
    _write_margins(document, sheet, address)
    _write_top(document, sheet)
    for passage in sheet.passages:
        _write_passage(document, passage)
    _write_references(document, sheet.references)
    _write_withheld(document, sheet)
    _write_aside(document, sheet.aside, answered=not sheet.declined)
    _write_end(document, sheet)
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def _set_up(document: WordDocument, sheet: Sheet) -> None:
    """A4, and properties that say nothing of who made the library."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin, section.bottom_margin = Cm(2.4), Cm(2.2)
    known = document.core_properties
    known.title, known.subject = sheet.question[:255], f"Law as of {sheet.as_of}"
    known.author = known.last_modified_by = known.comments = known.keywords = ""
    known.created = known.modified = sheet.asked_at.replace(tzinfo=None)
    known.language = "en-GB"
    relations = document.part.package.rels
    for key in [key for key, relation in relations.items() if relation.reltype.endswith("/thumbnail")]:
        del relations[key]  # a picture of the library's own template


def _write_styles(document: WordDocument) -> None:
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")
    _style(document, "Normal", size=10.5, colour=INK, after=6)
    _style(document, "Title", size=18, colour=INK, after=6, bold=True)
    _style(document, "Heading 1", size=14, colour=ACCENT, before=18, after=6, bold=True)
    _style(document, "Heading 2", size=11.5, colour=ACCENT, before=12, after=4, bold=True)
    _style(document, "Quote", size=10.5, colour=INK, after=4, indent=0.8, italic=False)
    bullet = _style(document, "List Bullet", size=10.5, colour=INK, after=3, indent=0.6)
    bullet.paragraph_format.first_line_indent = Cm(-0.6)
    _new_style(document, "Statement", size=11, colour=INK, before=8, after=4)
    _new_style(document, OURS, size=8.5, colour=QUIET, after=4)
    reference = _new_style(document, "Reference", size=10, colour=INK, after=4, indent=1.0)
    reference.paragraph_format.first_line_indent = Cm(-1.0)
    for name in ("Header", "Footer"):
        _style(document, name, size=8.5, colour=QUIET, after=0)


def _new_style(document: WordDocument, name: str, **look: float | RGBColor) -> ParagraphStyle:
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    return _style(document, name, **look)  # type: ignore[arg-type]  # the keywords of _style


def _style(
    document: WordDocument, name: str, *, size: float, colour: RGBColor, before: float = 0, after: float = 0,
    indent: float = 0, bold: bool = False, italic: bool = False,
) -> ParagraphStyle:  # fmt: skip
    style = document.styles[name]
    assert isinstance(style, ParagraphStyle)  # noqa: S101  what the template has
    font = style.font
    font.name, font.size, font.bold, font.italic = FONT, Pt(size), bold, italic
    font.color.rgb = colour
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(script), None)
    fonts.set(qn("w:cs"), "Arial")
    look = style.paragraph_format
    look.space_before, look.space_after, look.left_indent = Pt(before), Pt(after), Cm(indent)
    look.widow_control = True
    return style


def _write_margins(document: WordDocument, sheet: Sheet, address: str) -> None:
    section = document.sections[0]
    section.header.paragraphs[0].text = f"Law as of {sheet.as_of} · asked on {sheet.asked}"
    footer = section.footer.paragraphs[0]
    footer.add_run("Research, not legal advice · page ")
    _add_field(footer, "PAGE")
    footer.add_run(" of ")
    _add_field(footer, "NUMPAGES")
    section.footer.add_paragraph(address, style="Footer")


def _write_top(document: WordDocument, sheet: Sheet) -> None:
    _add(document, sheet.question, "Title")
    _add(document, f"Law as of {sheet.as_of} · asked on {sheet.asked}", OURS)
    if sheet.restated:
        _add(document, f"Read as: {sheet.restated}", "Normal")
    if sheet.premises:
        _add(document, "First: check what the question cites", "Heading 1")
    for said in sheet.premises:
        _add(document, said, "List Bullet")
    for said in sheet.remarks:
        _add(document, said, "Normal").runs[0].bold = True
    _add(document, sheet.declined or "Answer", "Heading 1")
    if sheet.reason:
        _add(document, sheet.reason, "Normal")


def _write_passage(document: WordDocument, passage: Passage) -> None:
    if passage.heading:
        _add(document, passage.heading, "Heading 2")
    for statement in passage.statements:
        _write_statement(document, statement)


def _write_statement(document: WordDocument, statement: Statement) -> None:
    style = "Quote" if statement.verbatim else "Statement"
    rows = [_add_row(document, row, style) for row in statement.rows]
    for number in statement.numbers:
        _add_link(rows[-1], number)
    for row in rows:
        row.paragraph_format.keep_with_next = True
    for support in statement.supports:
        _write_support(document, support)
    if statement.first:
        _add(document, statement.first, OURS)


def _write_support(document: WordDocument, support: Support) -> None:
    for row in support.quote:
        _add_row(document, row, "Quote").paragraph_format.keep_with_next = True
    known = f"[{support.number}] {support.label}" if support.number else support.label
    facts = _add(document, f"{known} · {support.facts}", OURS)
    facts.paragraph_format.left_indent = Cm(0.8)
    if support.opinion:
        _add(document, support.opinion, OURS).paragraph_format.left_indent = Cm(0.8)


def _write_references(document: WordDocument, references: Iterable[Reference]) -> None:
    for place, reference in enumerate(references):
        if place == 0:
            _add(document, "References", "Heading 1")
        paragraph = _add(document, f"[{reference.number}]\t", "Reference")
        _add_bookmark(paragraph, reference.number)
        _add_text(paragraph, reference.label).bold = True
        facts = (reference.path, reference.days, reference.edition, *reference.warnings)
        for fact in filter(None, facts):
            paragraph.add_run().add_break()
            _add_text(paragraph, fact)


def _write_withheld(document: WordDocument, sheet: Sheet) -> None:
    if sheet.withheld:
        _add(document, "Withheld", "Heading 1")
        _add(document, "Sentences that did not pass verification. They are no part of the answer.", "Normal")
    for sentence in sheet.withheld:
        for run in _add(document, sentence.text, "Statement").runs:
            run.font.strike = True
        for reason in sentence.reasons:
            _add(document, reason, "List Bullet")


def _write_aside(document: WordDocument, aside: Iterable[Aside], *, answered: bool) -> None:
    title = "Considered and set aside" if answered else "The nearest passages"
    for place, source in enumerate(aside):
        if place == 0:
            _add(document, title, "Heading 1")
        _add(document, source.label, "Heading 2")
        _add(document, f"{source.path} · {source.days}", OURS).paragraph_format.keep_with_next = True
        _add(document, source.text, "Quote")
        if source.advice:
            _add(document, source.advice, OURS)


def _write_end(document: WordDocument, sheet: Sheet) -> None:
    _add(document, "Searched", "Heading 1")
    for held in sheet.coverage or ("Nothing, for no law was held.",):
        _add(document, held, "List Bullet")
    _add(document, "How this was answered", "Heading 1")
    for said in sheet.made:
        _add(document, said, "List Bullet")
    _add(document, "Sealed record", "Heading 1")
    if sheet.seal:
        _add(document, sheet.seal, "Normal")
    else:
        _add(document, f"sha256 {sheet.sha256}", "Normal")
        _add(document, f"Signature {sheet.signature or 'none'}", "Normal")
    _add(document, "What this is not", "Heading 1")
    _add(document, ADVICE, "Normal")


def _add(document: WordDocument, text: str, style: str) -> Paragraph:
    paragraph = document.add_paragraph()
    # By its id, which is the name without spaces: looked up by name a style takes 10 ms, and there are many paragraphs.
    paragraph._p.style = style.replace(" ", "")  # noqa: SLF001  python-docx sets it by name only
    if style == OURS:
        paragraph.add_run(text)
        return paragraph
    _add_text(paragraph, text)
    if _is_rtl(text):
        # Behind the style, which alone is there yet; whatever is set later is put in its place by python-docx.
        paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))  # noqa: SLF001  python-docx has no name for it
    return paragraph


def _add_row(document: WordDocument, row: Row, style: str) -> Paragraph:
    paragraph = _add(document, row.text, style)
    if row.depth:
        base = 0.8 if style == "Quote" else 0.0
        paragraph.paragraph_format.left_indent = Cm(base + DEPTH_CM * row.depth)
    return paragraph


def _add_text(paragraph: Paragraph, text: str) -> Run:
    run = paragraph.add_run(text)
    if _is_rtl(text):
        run.font.rtl = True
    return run


def _add_field(paragraph: Paragraph, code: str) -> None:
    """A field that the word processor fills in."""
    field = _element("w:fldSimple", {"w:instr": code})
    field.append(_run_of("1"))
    paragraph._p.append(field)  # noqa: SLF001  python-docx has no name for it


def _add_bookmark(paragraph: Paragraph, number: int) -> None:
    known = {"w:id": str(number)}
    paragraph._p.append(_element("w:bookmarkStart", {**known, "w:name": f"reference_{number}"}))  # noqa: SLF001  python-docx has no name for it
    paragraph._p.append(_element("w:bookmarkEnd", known))  # noqa: SLF001  python-docx has no name for it


def _add_link(paragraph: Paragraph, number: int) -> None:
    """`[2]`, which leads to the reference of that number."""
    if not number:
        return
    link = _element("w:hyperlink", {"w:anchor": f"reference_{number}", "w:history": "1"})
    link.append(_run_of(f" [{number}]"))
    paragraph._p.append(link)  # noqa: SLF001  python-docx has no name for it


def _run_of(text: str) -> _Element:
    run, words = OxmlElement("w:r"), OxmlElement("w:t")
    words.text = text
    words.set(qn("xml:space"), "preserve")
    run.append(words)
    return run


def _element(name: str, attributes: dict[str, str]) -> _Element:
    found = OxmlElement(name)
    for key, value in attributes.items():
        found.set(qn(key), value)
    return found


def _is_rtl(text: str) -> bool:
    """Whether the first letter with a direction runs from right to left."""
    directions = (unicodedata.bidirectional(char) for char in text)
    return next((found in {"R", "AL"} for found in directions if found in {"L", "R", "AL"}), False)
