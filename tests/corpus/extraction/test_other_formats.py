"""HTML and plain text: what a browser or a pager would show, in lines. Word files: test_docx."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from corpus import flags
from corpus.extraction import Damaged, Limits, TooLarge, clean, extract, flowing, html, sniff, text
from corpus.types import FileFacts, PageText
from tests.corpus.extraction import word_files


def page_of(tmp_path: Path, content: str | bytes) -> PageText:
    """The one page of an HTML file."""
    path = tmp_path / "page.html"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    facts, page = list(html.read(path))
    assert isinstance(facts, FileFacts)
    assert isinstance(page, PageText)
    assert (facts.media_type, facts.page_count, page.number, page.width, page.reader) == (
        "text/html",
        1,
        1,
        0,
        "html",
    )
    return page


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("<p>one<p>two", ["one", "two"], id="paragraphs"),
        pytest.param("one <div>two <span>three</span></div> four", ["one", "two three", "four"], id="text-between-blocks"),
        pytest.param("<p>a\n  b <b>c</b><i>d</i>", ["a b cd"], id="white-space"),
        pytest.param("<p>&sect;&nbsp;7 &amp; &lt;8&gt; &#8212;", ["§ 7 & <8> —"], id="entities"),
        pytest.param("<pre>one\n   two</pre>", ["one", "two"], id="preformatted"),
        pytest.param("<p>He said <q>no</q>.", ["He said “no”."], id="quotation-marks-of-q"),
        pytest.param("<p>pays <del>three</del><ins>two</ins> pence", ["pays two pence"], id="deleted-and-inserted"),
        pytest.param("<nav>Home</nav><div role=navigation>Acts</div><p>law", ["law"], id="navigation"),
        pytest.param(
            "<script>x</script><style>y</style><noscript>z</noscript><template>t</template><p>law", ["law"], id="programs"
        ),
        pytest.param("<form><p>law<select><option>x</select><button>Go</button></form>", ["law"], id="controls"),
        pytest.param("<p>area m<sup>2</sup>.<sup><a href='#n1'>[1]</a></sup>", ["area m2."], id="marks-of-notes"),
        pytest.param("<!-- no --><p>a<!-- no -->b", ["ab"], id="comments"),
        pytest.param("<svg><text>x</text></svg><iframe>y</iframe><p>law", ["law"], id="drawings-and-frames"),
        pytest.param("no element at all", ["no element at all"], id="no-element"),
        pytest.param("<p>x</p></div></table><td>y</td><tr>z", ["x", "y", "z"], id="broken-nesting"),
        pytest.param(
            "<dl><dt>ferry</dt><dd>a boat</dd></dl><details><summary>More</summary>law</details>",
            ["ferry", "a boat", "More", "law"], id="other-blocks",
        ),
    ],
)  # fmt: skip
def test_html_is_read_as_a_browser_shows_it(content: str, expected: list[str], tmp_path: Path) -> None:
    assert [line.text for line in page_of(tmp_path, content).lines] == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("<ol><li>x<li>y</ol>", ["1. x", "2. y"], id="figures"),
        pytest.param("<ol type=a start=26><li>x<li>y</ol>", ["z. x", "aa. y"], id="letters-from-a-start"),
        pytest.param(
            "<ol type=I><li>x<li value=9>y<li>z</ol>", ["I. x", "IX. y", "X. z"], id="an-item-with-a-value"
        ),
        pytest.param("<ol reversed><li>x<li>y</ol>", ["2. x", "1. y"], id="reversed"),
        pytest.param("<ol style='list-style: lower-roman'><li>x</ol>", ["i. x"], id="by-style"),
        pytest.param("<ol><li>x<ol type=a><li>y</ol><li>z</ol>", ["1. x", "a. y", "2. z"], id="nested"),
        pytest.param(
            "<ol><li><p>x</p><p>y</p></ol>", ["1. x", "y"], id="number-before-the-first-paragraph-only"
        ),
        pytest.param("<ol><li>(a) x<li>1.2 y</ol>", ["(a) x", "1.2 y"], id="own-numbers-stand-alone"),
        pytest.param("<ul><li>x</ul><ul style='list-style-type:none'><li>y</ul>", ["• x", "y"], id="bullets"),
        pytest.param("<ol start=x><li value=99999999999>y</ol>", ["1. y"], id="numbers-that-are-none"),
        pytest.param("<li>x", ["• x"], id="an-item-without-a-list"),
    ],
)
def test_lists_have_the_numbers_that_a_browser_shows(
    content: str, expected: list[str], tmp_path: Path
) -> None:
    assert [line.text for line in page_of(tmp_path, content).lines] == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(
            "<table><tr><td>(a)<td>a boat<tr><td>Fee<td>Kind</table>", ["(a) a boat", "Fee | Kind"], id="rows"
        ),
        pytest.param(
            "<table><tr><td>x<td><p>y<p>z<td>w</table>", ["x | y", "z", "w"], id="a-cell-of-paragraphs"
        ),
        pytest.param("<table><tr><td><table><tr><td>x<td>y</table><td>z</table>", ["x | y | z"], id="nested"),
        pytest.param("<table><caption>Fees<tr><td><td>y</table>", ["Fees", "y"], id="caption-and-empty-cell"),
        pytest.param("<table><tr><td><h2>Part 1</h2><td>y</table>", ["Part 1", "y"], id="heading-in-a-cell"),
    ],
)
def test_tables_go_row_by_row(content: str, expected: list[str], tmp_path: Path) -> None:
    assert [line.text for line in page_of(tmp_path, content).lines] == expected


def test_headings_notes_type_and_paragraphs_are_marked(tmp_path: Path) -> None:
    content = (
        "<h1>Ferry<br>Act</h1><h3>Tolls</h3><p><b>Two pence</b> a head<br>and one<br><br>a sheep</p><p><em>Notes</em>"
        "<div class='footnotes'><p>1 A lantern.</div><p>End"
    )
    found = page_of(tmp_path, content).lines
    assert [(line.text, line.heading, line.paragraph, line.footnote) for line in found] == [
        ("Ferry Act", 1, True, False), ("Tolls", 3, True, False), ("Two pence a head", 0, True, False),
        ("and one", 0, False, False), ("a sheep", 0, True, False), ("Notes", 0, True, False),
        ("1 A lantern.", 0, True, True), ("End", 0, True, False),
    ]  # fmt: skip
    assert [line.text for line in found if line.bold] == ["Two pence a head"]
    assert [line.text for line in found if line.italic] == ["Notes"]


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>x</p>",
        "<p style='display: none'>x</p>",
        "<p style='color:red;visibility:hidden'>x</p>",
        "<div style='opacity:0'><p>x</p></div>",
        "<p style='opacity: 0.0;'>x</p>",
        "<span style='font-size:0px'>x</span>",
        "<span style='font-size: 1px'>x</span>",
        "<span style='color:#FFF'>x</span>",
        "<span style='color: rgb(255, 255, 255)'>x</span>",
        "<span style='position:absolute;left:-9999px'>x</span>",
        "<style>.gone, #other { display:none }</style><p class='a gone'>x</p>",
        "<style>/* {} */ p.gone { color: white }</style><p class=gone>x</p>",
    ],
)
def test_hidden_text_is_left_out_and_flagged(hidden: str, tmp_path: Path) -> None:
    page = page_of(tmp_path, f"{hidden}<p>law</p>")
    assert [line.text for line in page.lines] == ["law"]
    assert page.flags == (flags.HIDDEN_TEXT,)


@pytest.mark.parametrize(
    "seen",
    [
        "<p style='opacity:0.5'>law",
        "<p style='font-size:10px'>law",
        "<p style='font-size:0.9em'>law",
        "<p style='background:#000;color:#fff'>law",
        "<table bgcolor=black><tr><td style='color:white'>law</table>",
        "<style>.dark{background-color:navy}.light{color:#fff}</style><div class=dark><p class=light>law",
        "<style>@media print { .screen { display:none } }</style><p class=screen>law",
        "<style>.menu .gone{display:none}</style><p class=gone>law",
        "<p style='border-color:#fff'>law",
        "<p hidden='until-found'>law",
    ],
)
def test_what_can_be_seen_is_not_hidden(seen: str, tmp_path: Path) -> None:
    page = page_of(tmp_path, seen)
    assert ([line.text for line in page.lines], page.flags) == (["law"], ())


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("<meta charset=windows-1251><p>Закон".encode("cp1251"), "Закон", id="meta"),
        pytest.param(
            '<meta http-equiv="Content-Type" content="text/html; charset=koi8-r"><p>Закон'.encode("koi8_r"), "Закон",
            id="meta-of-old",
        ),
        pytest.param("<p>§ 7".encode("utf-16"), "§ 7", id="mark"),
        pytest.param("<p>“quay”".encode("cp1252"), "“quay”", id="nothing-said"),
        pytest.param(
            "<?xml version='1.0' encoding='iso-8859-1'?><html xmlns='http://www.w3.org/1999/xhtml'><p>é</p></html>".encode("latin-1"),
            "é", id="xml-declaration",
        ),
        pytest.param(b"<p>a\0b", "ab", id="nul"),
    ],
)  # fmt: skip
def test_encodings_of_pages(content: bytes, expected: str, tmp_path: Path) -> None:
    assert [line.text for line in page_of(tmp_path, content).lines] == [expected]


XHTML = (
    '<html xmlns="http://www.w3.org/1999/xhtml"><head><title/><script src="x"/></head><body>{}</body></html>'
)


def test_xhtml_is_read_as_xml_so_that_an_empty_element_ends(tmp_path: Path) -> None:
    assert [line.text for line in page_of(tmp_path, XHTML.format("<p>law</p>")).lines] == ["law"]


def test_xhtml_with_entities_of_html_or_its_own_loses_no_text(tmp_path: Path) -> None:
    declared = "<!DOCTYPE html [<!ENTITY a 'boom'><!ENTITY b '&a;&a;'>]>" + XHTML.replace(
        "<title/>", ""
    ).replace("/>", "></script>")
    page = page_of(tmp_path, declared.format("<p>&sect; 7 &b; law</p>"))
    assert [line.text for line in page.lines] == ["§ 7 &b; law"]


def test_a_file_outside_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    declared = f"<!DOCTYPE html [<!ENTITY x SYSTEM 'file://{tmp_path}/secret'>]>" + XHTML
    page = page_of(tmp_path, declared.replace("<title/><script", "<meta").format("<p>a&x;b</p>"))
    assert not any("secret" in line.text for line in page.lines)


def test_the_title_is_a_hint(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text("<title>Ferry\n Act</title><h1>Other</h1>")
    assert next(html.read(path)) == FileFacts(media_type="text/html", page_count=1, title="Ferry Act")
    path.write_text("<h1>Other</h1>")
    assert next(html.read(path)) == FileFacts(media_type="text/html", page_count=1, title="Other")


def test_nesting_beyond_what_the_parser_follows_is_flagged(tmp_path: Path) -> None:
    assert flags.DAMAGED in page_of(tmp_path, "<p>law</p>" + "<div>" * 5000 + "deep").flags
    deep = page_of(tmp_path, "<div><b>" * 800 + "deep" + "</b></div>" * 800)
    assert ([line.text for line in deep.lines], deep.flags) == (["deep"], ())


def test_a_large_page_is_read_in_time_proportional_to_its_length(tmp_path: Path) -> None:
    begin = time.process_time()
    page = page_of(
        tmp_path, "<div style='color:blue'><ol>" + "<li><p>Every ferry shall carry a bell.</p>" * 20_000
    )
    assert len(page.lines) == 20_000
    assert time.process_time() - begin < 10


def pages_of(tmp_path: Path, content: bytes) -> list[PageText]:
    """The pages of a plain text file."""
    path = tmp_path / "act.txt"
    path.write_bytes(content)
    facts, *pages = list(text.read(path))
    assert facts == FileFacts(media_type="text/plain", page_count=len(pages))
    return [page for page in pages if isinstance(page, PageText)]


def test_a_line_that_ended_early_ends_its_paragraph(tmp_path: Path) -> None:
    content = (
        b"4. Bells\nEvery ferry that crosses the river shall carry a bell of brass, which\n"
        b"is rung at each landing.\nThe bell is rung twice in fog, and once where the other bank is in\n"
        b"sight of the ferry.\n"
    )
    (page,) = pages_of(tmp_path, content)
    assert [line.paragraph for line in page.lines] == [True, True, False, True, False]


def test_lines_that_were_never_broken_are_paragraphs(tmp_path: Path) -> None:
    long = "Every ferry that crosses the river shall carry a bell of brass, rung at each landing, " * 3
    (page,) = pages_of(tmp_path, f"4. Bells\n{long}\n{long}".encode())
    assert [line.paragraph for line in page.lines] == [True, True, True]


def test_paragraphs_of_plain_text_by_blank_lines_indentation_and_numbers(tmp_path: Path) -> None:
    content = b"FERRY ACT\r\n\r\nEvery ferry shall\r\ncarry a bell.\r\n  The bell\r\nis of brass.\r\n(a) first\r\nand more\r\n\tx\r\n"
    (page,) = pages_of(tmp_path, content)
    assert [(line.text, line.paragraph) for line in page.lines] == [
        ("FERRY ACT", True), ("Every ferry shall", True), ("carry a bell.", False), ("The bell", True),
        ("is of brass.", False), ("(a) first", True), ("and more", False), ("x", True),
    ]  # fmt: skip


def test_form_feeds_divide_pages(tmp_path: Path) -> None:
    pages = pages_of(tmp_path, b"one\n\ftwo\n\f\fthree\n\f\n")
    assert [(page.number, [line.text for line in page.lines]) for page in pages] == [
        (1, ["one"]), (2, ["two"]), (3, []), (4, ["three"]),
    ]  # fmt: skip
    assert pages[2].flags == (flags.NO_TEXT,)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r", "\u2028", "\x0b", "\x85"])
def test_every_end_of_a_line_is_one(ending: str, tmp_path: Path) -> None:
    (page,) = pages_of(tmp_path, f"one{ending}two".encode())
    assert [line.text for line in page.lines] == ["one", "two"]


def test_text_of_more_than_a_page_goes_on_and_more_than_a_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flowing, "PAGE_CHARS", 10)
    pages = pages_of(tmp_path, b"12345\n67890\nabc\n" + b"x" * 25)
    found = [[line.text for line in page.lines] for page in pages]
    assert found == [["12345", "67890"], ["abc"], ["x" * 10], ["x" * 10], ["x" * 5]]
    monkeypatch.setattr(flowing, "TEXT_CHARS", 12)
    with pytest.raises(TooLarge):
        pages_of(tmp_path, b"12345\n67890\nabc\n")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("a.txt", b"1. Every ferry shall carry a bell.", id="text"),
        pytest.param("a.html", b"<html><ol><li>Every ferry shall carry a bell.</ol>", id="html"),
        pytest.param("a.docx", None, id="word"),
    ],
)
def test_every_format_goes_through_the_reading_process(
    name: str, content: bytes | None, tmp_path: Path
) -> None:
    path = tmp_path / name
    if content is None:
        word_files.write(path, word_files.paragraph("1. Every ferry shall carry a bell."))
    else:
        path.write_bytes(content)
    media_type = sniff.media_type(path.read_bytes(), name)
    facts, page = extract(path, media_type, Limits(), lambda: None)
    assert isinstance(facts, FileFacts)
    assert isinstance(page, PageText)
    assert facts.media_type == media_type
    assert [line.text for line in clean([page])[0].lines] == ["1. Every ferry shall carry a bell."]


def test_a_damaged_word_file_fails_in_words(tmp_path: Path) -> None:
    path = word_files.write(tmp_path / "a.docx", word_files.paragraph("Every ferry shall carry a bell."))
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(Damaged, match="damaged"):
        list(extract(path, sniff.DOCX, Limits(), lambda: None))
