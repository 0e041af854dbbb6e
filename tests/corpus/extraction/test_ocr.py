"""Pictures of pages become lines with places; what tesseract doubts is left out; without it there is a sentence."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]  # its bindings carry no types
import pytest

from corpus import flags, places
from corpus.extraction import Limits, NeedsOCR, clean, extract, ocr
from corpus.types import Line, PageText, Word
from tests import bad_pdfs

needs_tesseract = pytest.mark.skipif(not ocr.available(), reason="tesseract with English is not installed")

HEAD = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"


def table(*rows: str) -> str:
    """Tesseract's output: rows of `block paragraph line left top width height confidence text`."""
    found = [row.split(" ") for row in rows]
    words = ["\t".join(["5", "1", *row[:3], "1", *row[3:]]) for row in found]
    return "\n".join([HEAD, "4\t1\t1\t1\t1\t0\t0\t0\t9\t9\t-1\t", *words, ""])


def test_words_have_places_in_points() -> None:
    found = list(ocr.recognised(table("1 1 1 300 600 150 50 96.5 ferry"), scale=300 / 72))
    assert [(each.line, each.word) for each in found] == [((1, 1, 1), Word("ferry", 72, 144, 108, 156))]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        pytest.param("1 1 1 0 0 9 9 30.0 quay", ["quay"], id="at-the-limit"),
        pytest.param("1 1 1 0 0 9 9 29.9 |,", [], id="doubted"),
        pytest.param("1 1 1 0 0 9 9 -1 x", [], id="no-word"),
        pytest.param("1 1 1 0 0 9 9 95 ", [], id="empty"),
        pytest.param("1 1 1 0 0 9 9 95 oﬃce\u200b", ["office"], id="cleaned"),
    ],
)
def test_which_words_are_kept(row: str, expected: list[str]) -> None:
    assert [each.word.text for each in ocr.recognised(table(row), 1)] == expected


def test_lines_are_joined_and_paragraphs_marked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rows = ("1 1 1 10 10 30 12 90 Two", "1 1 1 45 8 40 14 90 lanterns", "1 1 2 10 30 20 12 90 hang", "1 2 1 10 60 20 12 90 Bells",
            "2 1 1 200 60 5 30 90 up", "2 1 1 200 20 6 30 90 wards")  # fmt: skip
    monkeypatch.setattr(ocr, "_run", lambda command, pgm: table(*rows))
    monkeypatch.setattr(ocr, "installed", lambda: frozenset({"eng"}))
    monkeypatch.setattr(ocr, "DPI", 72)
    (tmp_path / "a.pdf").write_bytes(bad_pdfs.law())
    (page,) = ocr.read(tmp_path / "a.pdf", [1])
    assert [(line.text, line.paragraph, line.size) for line in page.lines] == [
        ("Two lanterns", True, 13), ("hang", False, 12), ("Bells", True, 12), ("up wards", True, 5.5),
    ]  # fmt: skip
    assert page.lines[0] == Line(text="Two lanterns", x0=10, y0=8, x1=85, y1=22, size=13)
    assert (page.number, page.width, page.height, page.reader, page.flags) == (
        1,
        595,
        842,
        "ocr",
        (flags.OCR,),
    )
    assert [word.text for word in places.unpack(page.words)][:2] == ["Two", "lanterns"]


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        pytest.param(subprocess.TimeoutExpired("tesseract", 90), (flags.OCR, flags.NO_TEXT), id="too-slow"),
        pytest.param(FileNotFoundError(), (flags.OCR, flags.NO_TEXT), id="gone"),
    ],
)
def test_a_page_that_cannot_be_recognised_has_no_text(
    failure: Exception, expected: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fails(*command: object, **options: object) -> None:
        raise failure

    monkeypatch.setattr(ocr, "installed", lambda: frozenset({"eng"}))
    monkeypatch.setattr(subprocess, "run", fails)
    (tmp_path / "a.pdf").write_bytes(bad_pdfs.law())
    (page,) = ocr.read(tmp_path / "a.pdf", [1])
    assert (page.lines, page.words, page.flags) == ((), b"", expected)


def test_a_page_that_is_not_there_is_damaged_and_the_next_is_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(ocr, "installed", lambda: frozenset({"eng"}))
    monkeypatch.setattr(ocr, "_run", lambda command, pgm: table("1 1 1 0 0 9 9 95 law"))
    objects = bad_pdfs.one_page()
    objects[2] = b"<< /Type /Pages /Kids [9 0 R 3 0 R] /Count 2 >>"
    (tmp_path / "a.pdf").write_bytes(bad_pdfs.written(objects))
    first, second = ocr.read(tmp_path / "a.pdf", [1, 2])
    assert (first.flags, first.lines) == ((flags.OCR, flags.DAMAGED), ())
    assert second.lines


def test_an_immense_page_is_rendered_coarsely(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    sizes: list[int] = []

    def run(command: list[str], pgm: bytes) -> str:
        sizes.append(len(pgm))
        return table("1 1 1 0 0 9 9 95 law")

    monkeypatch.setattr(ocr, "installed", lambda: frozenset({"eng"}))
    monkeypatch.setattr(ocr, "_run", run)
    objects = bad_pdfs.one_page(page="/MediaBox [0 0 14400 14400]")
    (tmp_path / "a.pdf").write_bytes(bad_pdfs.written(objects))
    (page,) = ocr.read(tmp_path / "a.pdf", [1])
    assert sizes[0] < ocr.MAX_PIXELS * 1.01 + 100
    assert page.lines[0].x1 > 20


@pytest.mark.parametrize(
    ("value", "known", "expected"),
    [
        ("", {"eng", "osd"}, "eng"), ("eng+hin", {"eng", "hin"}, "eng+hin"), ("hin+eng", {"eng"}, "eng"),
        ("deu", {"eng"}, "eng"), ("script/Devanagari", {"script/Devanagari"}, "script/Devanagari"),
        ("-c x=y", {"eng", "-c x=y"}, "eng"),
    ],
)  # fmt: skip
def test_languages(value: str, known: set[str], expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ocr.LANGUAGES, value)
    assert ocr.wanted(known) == expected


def test_without_tesseract_a_scan_needs_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not ocr.available()
    (tmp_path / "scan.pdf").write_bytes(bad_pdfs.picture())
    with pytest.raises(NeedsOCR, match="tesseract"):
        list(extract(tmp_path / "scan.pdf", "application/pdf", Limits(), lambda: None))


@needs_tesseract
def test_a_scan_is_read_inside_the_limits_of_the_reading_process(tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(bad_pdfs.picture("No ferry leaves after dark."))
    _facts, page = extract(tmp_path / "scan.pdf", "application/pdf", Limits(), lambda: None)
    assert isinstance(page, PageText)
    (page,) = clean([page])
    assert [line.text for line in page.lines] == ["No ferry leaves after dark."]
    assert (page.reader, page.flags) == ("ocr", (flags.OCR,))
    first = places.unpack(page.words)[0]
    assert first.text == "No"
    assert first.x0 == pytest.approx(48, abs=4)  # drawn 100 dots from the left, at 150 an inch


@needs_tesseract
@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "number", "words"),
    [
        pytest.param(
            "freelawproject_courtlistener/opinion_pdf_image_based.pdf",
            1,
            "matter is before",
            id="a-court's-scan",
        ),
        pytest.param(
            "paperless-ngx_paperless-ngx/rotated.pdf",
            1,
            "the text that appears on the first page",
            id="turned",
        ),
        pytest.param(
            "paperless-ngx_paperless-ngx/multi-page-images.pdf",
            2,
            "multi page document. Page 2",
            id="second-page",
        ),
    ],
)
def test_real_scans(name: str, number: int, words: str, shared: Callable[[str], Path]) -> None:
    (page,) = ocr.read(shared("data/pdf-samples") / name, [number])
    assert words in " ".join(line.text for line in page.lines)
    with pypdfium2.PdfDocument(shared("data/pdf-samples") / name) as document:
        assert (page.width, page.height) == document.get_page_size(number - 1)
