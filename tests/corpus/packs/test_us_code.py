"""USLM files: what is law becomes lines, what is editorial becomes notes, and a fault names its line."""

from __future__ import annotations

import datetime as dt
import gzip
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.packs import PackError, find
from corpus.types import DocumentText, SectionText

Load = Callable[[str, object], tuple[list[DocumentText], list[SectionText]]]
SAMPLE = Path(__file__).parents[2] / "samples" / "uslm.xml"


def by_path(sections: list[SectionText]) -> dict[str, SectionText]:
    return {section.path: section for section in sections}


def test_a_title_knows_its_names_and_its_day(load: Load) -> None:
    [title], _ = load("us-code", SAMPLE)
    assert (title.key, title.title) == ("us/usc/t61", "Title 61—Lighthouses and Buoys")
    assert (title.citation, title.short_title) == ("61 U.S.C.", "61 U.S.C.")
    assert (title.dated, title.edition) == (dt.date(2031, 5, 4), "Online@120-7")
    assert "title 61 of the United States Code" in title.aliases


def test_every_subdivision_has_a_line_of_its_own(load: Load) -> None:
    sections = by_path(load("us-code", SAMPLE)[1])
    assert sections["t61/s101"].text.splitlines() == [
        "A keeper shall, in each light under section 102 of this title, keep—",
        "(1) a lamp; and",
        "(2) a log.",
        "The log shall be open to every master.",
    ]
    assert sections["t61/s102"].text.splitlines() == [
        "(a) In general.—A signal shall sound—",
        "(1) by day; and",
        "(2) by night.",
        "(b) Exceptions",
        "(1) Ice.—No signal is due in ice.",
        "Ice is thick ice.",
    ]
    assert sections["t61/s105-1"].text.splitlines() == ["The rates are these:", "Brass | 7", "Glass | 9"]


def test_editorial_matter_is_kept_apart_from_law(load: Load) -> None:
    section = by_path(load("us-code", SAMPLE)[1])["t61/s101"]
    assert section.label == "61 U.S.C. § 101"
    assert section.heading == "Duties of keepers"
    assert section.notes.startswith("(Pub. L. 119–900, May 1, 2029.)\nA report\nA committee wrote:")
    assert "committee" not in section.text


def test_chapters_and_subchapters_stand_above_the_section(load: Load) -> None:
    sections = by_path(load("us-code", SAMPLE)[1])
    assert sections["t61/s101"].ancestors == ("Chapter 1—Keepers of Lights",)
    assert sections["t61/s102"].ancestors == ("Chapter 1—Keepers of Lights", "Subchapter I—Fog")


def test_a_repealed_section_is_known_to_be_repealed(load: Load) -> None:
    section = by_path(load("us-code", SAMPLE)[1])["t61/s103,104"]
    assert section.label == "61 U.S.C. §§ 103, 104"
    assert section.heading == "Repealed. Pub. L. 119–901, June 2, 2030"
    assert (section.text, section.valid_to) == ("", dt.date(2031, 5, 4))
    assert section.notes == "Section 103 was about oil."


def test_two_sections_of_one_number_have_two_paths(load: Load) -> None:
    assert [s.path for s in load("us-code", SAMPLE)[1]][-2:] == ["t61/s105-1", "t61/s105-1~2"]


@pytest.mark.parametrize("name", ["usc61.xml", "usc61.xml.gz", "xml_usc61.zip", "folder"])
def test_files_zips_and_folders_give_the_same_law(load: Load, tmp_path: Path, name: str) -> None:
    path, xml = tmp_path / name, SAMPLE.read_bytes()
    if name == "folder":
        path.mkdir()
        (path / "usc61.xml").write_bytes(xml)
    elif name.endswith(".zip"):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("usc61.xml", xml)
    else:
        path.write_bytes(gzip.compress(xml) if name.endswith(".gz") else xml)
    assert load("us-code", path)[1] == load("us-code", SAMPLE)[1]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        pytest.param("</chapter>", "", "line 34: not well-formed XML", id="broken"),
        pytest.param('"/us/usc/t61/s102"><num value="102">§ 102.</num>', '""', "line 25: a section without", id="number"),
    ],
)  # fmt: skip
def test_a_fault_stops_with_file_line_and_reason(
    load: Load, tmp_path: Path, old: str, new: str, says: str
) -> None:
    path = tmp_path / "usc61.xml"
    new = new and f"{new}>"
    path.write_text(SAMPLE.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(PackError, match=re.escape(f"us-code: usc61.xml, {says}")):
        load("us-code", path)


def test_what_was_read_before_a_fault_has_been_given(tmp_path: Path) -> None:
    path = tmp_path / "usc61.xml"
    path.write_text(SAMPLE.read_text("utf-8").replace("</chapter>", "", 1), "utf-8")
    stream = find("us-code").read(str(path), tmp_path)
    first = [next(stream) for _ in range(3)]
    assert [getattr(item, "path", "") for item in first] == ["", "t61/s101", "t61/s102"]


def test_entities_of_a_file_are_not_read(load: Load, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("not to be read")
    xml = SAMPLE.read_text("utf-8").replace(
        "<uscDoc", f'<!DOCTYPE uscDoc [<!ENTITY e SYSTEM "{secret.as_uri()}">]><uscDoc', 1
    )
    path = tmp_path / "usc61.xml"
    path.write_text(xml.replace("a lamp; and", "a lamp; and &e;"), "utf-8")
    assert all("not to be read" not in section.text for section in load("us-code", path)[1])


@pytest.mark.parametrize("source", ["", "nowhere", "https://example.com/usc.zip"])
def test_a_source_that_is_none_says_what_to_give(tmp_path: Path, source: str) -> None:
    with pytest.raises(PackError, match="us-code: "):
        list(find("us-code").read(source, tmp_path))


def test_every_section_of_the_official_tables_of_contents_is_found(
    load: Load, shared: Callable[[str], Path]
) -> None:
    folder = shared("data/uslm-2013")
    documents, sections = load("us-code", folder)
    assert [document.key for document in documents] == [f"us/usc/t{n}" for n in (1, 9, 11, 17, 35)]
    paths = {section.path for section in sections}
    for file in sorted(folder.glob("*.xml.gz")):
        xml = gzip.decompress(file.read_bytes()).decode()
        listed = set(re.findall(r'<section [^>]*identifier="/us/usc/([^"]+)"', xml))
        assert {name.replace(", ", ",") for name in listed} <= paths


def test_no_editorial_note_of_the_official_files_is_law(load: Load, shared: Callable[[str], Path]) -> None:
    _, sections = load("us-code", shared("data/uslm-2013"))
    law = "\n".join(section.text for section in sections if not section.valid_to)
    assert not re.search(
        r"Historical and Revision Notes|^Amendments$|References in Text|U\.S\. Code Cong", law, re.MULTILINE
    )
    assert all(section.text for section in sections if not section.valid_to)
    assert all(section.notes for section in sections if section.text)
