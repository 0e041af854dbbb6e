"""Judgments: from slip opinions, reporters' text, and the JSON of two case law projects."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpus.packs import PackError, find
from corpus.structure.caption import short_name
from corpus.structure.opinion_text import opening
from corpus.types import DocumentText, SectionText

Loaded = tuple[list[DocumentText], list[SectionText]]
Load = Callable[[str, object], Loaded]

COURT = """Cite as: 799 U. S. ____ (2044)

1

Opinion of the Court
NOTICE: This opinion is subject to formal revision before publication in the
preliminary print.

SUPREME COURT OF THE UNITED STATES
_________________

No. 43–11
_________________

ADA HARBOR, PETITIONER v. BO LIGHT
ON WRIT OF CERTIORARI

[May 17, 2044]


JUSTICE GULL delivered the opinion of the Court.
The keeper of a light must keep it burning through each night, and this case asks who pays. It is the har\u00ad
bor.1 We hold that the harbor pays for oil, and for wicks
too.
I
Ada Harbor owns a light, which stands on a rock that was bought in a year of storms by the har-
\f2

HARBOR v. LIGHT
Opinion of the Court

bor’s founders. Its lamp has burned since.
The judgment is affirmed.
It is so ordered.
——————
1 Oil is dear.
"""
DISSENT = """Cite as: 799 U. S. ____ (2044)

1

TERN, J., dissenting

SUPREME COURT OF THE UNITED STATES

No. 43–11

ADA HARBOR, PETITIONER v. BO LIGHT

[May 17, 2044]

JUSTICE TERN, with whom THE CHIEF JUSTICE joins,
dissenting.
The keeper should pay for the oil that the keeper burns, as keepers have done.
"""
SYLLABUS = """(Slip Opinion)

OCTOBER TERM, 2043

1

Syllabus
NOTE: Where it is feasible, a syllabus (headnote) will be released.

SUPREME COURT OF THE UNITED STATES
Syllabus
HARBOR v. LIGHT
No. 43–11. Argued January 12, 2044—Decided May 17, 2044
A light went out. Held: The harbor pays.
"""


@pytest.fixture
def slip_file(tmp_path: Path) -> Path:
    rows = [("TERN", DISSENT), ("syllabus", SYLLABUS), ("the Court", COURT)]
    path = tmp_path / "opinions.jsonl.gz"
    lines = [{"term": "2043", "case": "Harbor v. Light", "part": part, "text": text} for part, text in rows]
    path.write_bytes(gzip.compress("\n".join(json.dumps(line) for line in lines).encode()))
    return path


def test_the_facts_of_a_slip_opinion(load: Load, slip_file: Path) -> None:
    [case], _ = load("opinions", slip_file)
    assert (case.title, case.short_title, case.kind) == ("Harbor v. Light", "Harbor v. Light", "judgment")
    assert case.citation == "No. 43-11, 799 U.S. ___"
    assert (case.decided_on, case.dated, case.docket) == (dt.date(2044, 5, 17), dt.date(2044, 5, 17), "43-11")
    assert case.court == "Supreme Court of the United States"
    assert case.authors == ("Tern, J.",)


def test_each_page_of_each_opinion_is_a_section(load: Load, slip_file: Path) -> None:
    _, sections = load("opinions", slip_file)
    assert [(section.path, section.label) for section in sections] == [
        ("syllabus", "Harbor v. Light, No. 43-11, 799 U.S. ___ (2044) (syllabus)"),
        ("opinion-of-the-court/p1", "Harbor v. Light, No. 43-11, 799 U.S. ___ (2044), slip op. at 1"),
        ("opinion-of-the-court/p2", "Harbor v. Light, No. 43-11, 799 U.S. ___ (2044), slip op. at 2"),
        ("tern-j-dissenting/p1",
         "Harbor v. Light, No. 43-11, 799 U.S. ___ (2044) (Tern, J., dissenting), slip op. at 1"),
    ]  # fmt: skip
    assert {section.valid_from for section in sections} == {dt.date(2044, 5, 17)}


def test_broken_words_and_running_heads_are_mended(load: Load, slip_file: Path) -> None:
    _, sections = load("opinions", slip_file)
    assert sections[1].text.splitlines() == [
        "JUSTICE GULL delivered the opinion of the Court.",
        (
            "The keeper of a light must keep it burning through each night, and this case asks who pays. "
            "It is the harbor.1 We hold that the harbor pays for oil, and for wicks too."
        ),
        "I",
        (
            "Ada Harbor owns a light, which stands on a rock that was bought in a year of storms by the harbor’s "
            "founders. Its lamp has burned since."
        ),
    ]
    assert sections[2].text.splitlines() == ["The judgment is affirmed.", "It is so ordered."]


def test_footnotes_go_with_the_section_of_their_page(load: Load, slip_file: Path) -> None:
    _, sections = load("opinions", slip_file)
    assert [section.notes for section in sections[1:]] == ["", "1 Oil is dear.", ""]


def test_footnotes_at_the_end_go_with_the_section_that_refers_to_them(load: Load, tmp_path: Path) -> None:
    text = (
        f"{REPORTED}\n\n*8 Oil is dear.[1] And short.\n\nNOTES\n\n[1] So they say.\n\nAnd sing.\n\n[2] Lost."
    )
    (tmp_path / "case.md").write_text(text, "utf-8")
    last = load("opinions", tmp_path)[1][-1]
    assert (last.text, last.notes) == ("Oil is dear.[1] And short.", "[1] So they say.\nAnd sing.")


def test_the_syllabus_is_no_law(load: Load, slip_file: Path) -> None:
    syllabus = load("opinions", slip_file)[1][0]
    assert (syllabus.text, syllabus.notes) == ("", "A light went out. Held: The harbor pays.")


REPORTED = """**745 U.S. 1 (2041)**

# ADA HARBOR, KEEPER OF THE ROCK, et al., Petitioners,
v.
Bo LIGHT et al.

No. 40-7.

**Supreme Court of United States.**

Argued May 1, 2040. Decided June 3, 2041.

_Held:_ The harbor pays.

*5 JUSTICE GULL delivered the opinion of the Court.

The _keeper_ must keep the light *6 burning. See [Oil v. Wick](/opinion/1/oil-v-wick/), 3 U.S. 1.

Justice Wren, dissenting in Oil, asked for more.

JUSTICE O'TERN, concurring in the judgment.

*7 I would say less.
"""


def test_a_reported_case_is_cited_by_the_pages_of_its_reporter(load: Load, tmp_path: Path) -> None:
    (tmp_path / "case.md").write_text(REPORTED, "utf-8")
    [case], sections = load("opinions", tmp_path)
    assert (case.key, case.title, case.citation) == ("scotus/745us1", "Ada Harbor v. Light", "745 U.S. 1")
    name, own = "Ada Harbor v. Light, 745 U.S. 1", "(2041) (O'Tern, J., concurring in the judgment)"
    assert [(section.path, section.label) for section in sections] == [
        ("syllabus", f"{name} (2041) (syllabus)"),
        ("opinion-of-the-court/p5", f"{name}, 5 (2041)"),
        ("opinion-of-the-court/p6", f"{name}, 6 (2041)"),
        ("otern-j-concurring-in-the-judgment/p6", f"{name}, 6 {own}"),
        ("otern-j-concurring-in-the-judgment/p7", f"{name}, 7 {own}"),
    ]
    assert "The keeper must keep the light burning. See Oil v. Wick, 3 U.S. 1." in sections[1].text


CAP: dict[str, Any] = {
    "name": "Ada HARBOR v. Bo LIGHT", "name_abbreviation": "Harbor v. Light", "decision_date": "1911-05-06",
    "docket_number": "No. 12", "court": {"name": "Supreme Court of Erehwon"},
    "citations": [{"type": "official", "cite": "12 Ere. 345"}],
    "casebody": {"status": "ok", "data": {
        "head_matter": "The headnote.", "attorneys": ["A. Gull"],
        "opinions": [
            {"type": "majority", "author": "Gull, J.", "text": "The harbor pays.\n\nAffirmed."},
            {"type": "dissent", "author": "MR. JUSTICE TERN, dissenting.", "text": "The keeper pays."},
        ]}},
}  # fmt: skip
LEAD = (
    "<div><p>The harbor <em>pays</em>.</p>"
    "<p>It <span class='star-pagination'>*346</span> must.</p><script>alert(1)</script></div>"
)
DISSENTING = (
    "<opinion type='dissent'><p>The keeper <page-number label='347'>*347</page-number> pays.</p></opinion>"
)
OPINIONS = [
    {"type": "020lead", "author_str": "Gull", "plain_text": "", "html_with_citations": LEAD},
    {"type": "040dissent", "author_str": "Tern", "xml_harvard": DISSENTING},
]
CLUSTER: dict[str, Any] = {
    "case_name": "Harbor v. Light", "date_filed": "1911-05-06", "docket": {"docket_number": "12", "court": "scotus"},
    "citations": [{"volume": 12, "reporter": "U.S.", "page": "345", "type": 1}], "sub_opinions": OPINIONS,
}  # fmt: skip


def test_numbered_paragraphs_are_sections(load: Load, tmp_path: Path) -> None:
    text = "Gull v. Tern\n\nNo. 7\n\nPER CURIAM.\n\n[1] The first.\n\nMore of it.\n\n[2] The second."
    (tmp_path / "case.txt").write_text(text, "utf-8")
    _, sections = load("opinions", tmp_path / "case.txt")
    assert [(section.path, section.text) for section in sections[1:]] == [
        ("per-curiam/para1", "PER CURIAM.\nThe first.\nMore of it."),
        ("per-curiam/para2", "The second."),
    ]


@pytest.mark.parametrize("newer", [False, True])
def test_a_case_of_the_caselaw_access_project(load: Load, tmp_path: Path, newer: bool) -> None:
    record = {**CAP, "casebody": CAP["casebody"]["data"]} if newer else CAP
    (tmp_path / "case.json").write_text(json.dumps(record), "utf-8")
    [case], sections = load("opinions", tmp_path / "case.json")
    assert (case.citation, case.court, case.docket) == ("12 Ere. 345", "Supreme Court of Erehwon", "12")
    assert [(section.label, section.text) for section in sections] == [
        ("Harbor v. Light, 12 Ere. 345 (1911) (syllabus)", ""),
        ("Harbor v. Light, 12 Ere. 345 (1911), ¶ 1", "The harbor pays.\nAffirmed."),
        ("Harbor v. Light, 12 Ere. 345 (1911) (Tern, J., dissenting), ¶ 1", "The keeper pays."),
    ]


@pytest.mark.parametrize("shape", ["cluster", "results", "opinion"])
def test_a_case_of_courtlistener(load: Load, tmp_path: Path, shape: str) -> None:
    alone = {**OPINIONS[0], "cluster": {**CLUSTER, "sub_opinions": []}}
    record = {"cluster": CLUSTER, "results": {"results": [CLUSTER]}, "opinion": alone}[shape]
    (tmp_path / "case.json").write_text(json.dumps(record), "utf-8")
    [case], sections = load("opinions", tmp_path / "case.json")
    assert (case.key, case.decided_on, case.docket) == ("scotus/12us345", dt.date(1911, 5, 6), "12")
    found = [(section.label, section.text) for section in sections]
    assert found[:1] == [("Harbor v. Light, 12 U.S. 345 (1911)", "The harbor pays.\nIt must.")]
    if shape != "opinion":
        assert found[1:] == [
            ("Harbor v. Light, 12 U.S. 345, 346 (1911) (Tern, J., dissenting)", "The keeper pays.")
        ]


@pytest.mark.parametrize("name", ["cases.zip", "cases.tar.gz"])
def test_archives_are_read_file_by_file(load: Load, tmp_path: Path, name: str) -> None:
    inside = tmp_path / "case.json"
    inside.write_text(json.dumps(CAP), "utf-8")
    path = tmp_path / name
    if name.endswith(".zip"):
        with zipfile.ZipFile(path, "w") as archive:
            archive.write(inside, "cases/case.json")
    else:
        with tarfile.open(path, "w:gz") as tar:
            tar.add(inside, "case.json")
    assert len(load("opinions", path)[1]) == 3


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        pytest.param("a.json", "{", "opinions: a.json: cannot be read", id="json"),
        pytest.param("a.json", "[5]", "opinions: a.json: not a case", id="number"),
        pytest.param("a.json", '{"x": 1}', "neither a case of the Caselaw Access Project", id="other"),
        pytest.param("a.json", json.dumps({**CAP, "casebody": {}}), "without the text of an opinion", id="empty"),
        pytest.param("a.json", json.dumps({**CLUSTER, "sub_opinions": ["https://x.invalid/1"]}), "give that address",
                     id="address"),
        pytest.param("a.md", "Nothing here.", "no parties", id="text"),
        pytest.param("a.jsonl", '{"case": "A v. B", "part": "x", "text": ""}', "line 1: no opinion is in it", id="row"),
        pytest.param("a.jsonl", "\n7", "a.jsonl, line 2: not a JSON object", id="line"),
    ],
)  # fmt: skip
def test_what_is_no_judgment_stops_with_a_sentence(
    load: Load, tmp_path: Path, name: str, content: str, says: str
) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    with pytest.raises(PackError, match=re.escape(says)):
        load("opinions", tmp_path / name)


def test_every_real_slip_case_is_a_judgment_with_opinions(
    shared: Callable[[str], Path], tmp_path: Path
) -> None:
    path = shared("data/us-scotus-slip-2009-2011/opinions.jsonl.gz")
    part = tmp_path / "part.jsonl"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        part.write_text("".join(line for line, _ in zip(file, range(60), strict=False)), "utf-8")
    items = list(find("opinions").read(str(part), tmp_path))
    cases = [item for item in items if isinstance(item, DocumentText)]
    assert all(case.decided_on and " v. " in case.title and "U.S. ___" in case.citation for case in cases)
    law = "\n".join(item.text for item in items if isinstance(item, SectionText))
    assert "\u00ad" not in law
    assert not re.search(r"Cite as:|preliminary print|SUPREME COURT OF THE UNITED STATES", law, re.MULTILINE)


def test_every_real_landmark_is_a_judgment(shared: Callable[[str], Path], load: Load) -> None:
    cases, sections = load("opinions", shared("data/us-scotus-landmark/opinions-md.tar.gz"))
    assert len(cases) == 73
    assert all(" v. " in case.title and case.citation for case in cases)
    assert all(section.label.startswith(tuple(case.title for case in cases)) for section in sections)


@pytest.mark.parametrize(
    ("paragraph", "title"),
    [
        pytest.param("JUSTICE GULL delivered the opinion of the Court.", "Opinion of the Court", id="court"),
        pytest.param("Mr. Chief Justice GULL delivered the opinion of the Court:", "Opinion of the Court", id="chief"),
        pytest.param("PER CURIAM.", "Per Curiam", id="per-curiam"),
        pytest.param("Justice O'TERN, with whom Justice WREN joins, dissenting.", "O'Tern, J., dissenting", id="dissent"),
        pytest.param("THE CHIEF JUSTICE GULL, concurring in the judgment.", "Gull, C. J., concurring in the judgment",
                     id="judgment"),
        pytest.param("Justice McCAW, concurring in part and dissenting in part.",
                     "McCaw, J., concurring in part and dissenting in part", id="both"),
        pytest.param("Mr. Justice GULL dissents.", "Gull, J., dissenting", id="dissents"),
        pytest.param("Justice Gull, dissenting in Oil v. Wick, emphasized the cost.", "", id="told"),
        pytest.param("Justice Gull delivered the opinion of the Court, concluding that oil burns.", "", id="summary"),
        pytest.param("In his view Justice GULL, dissenting.", "", id="inside"),
    ],
)  # fmt: skip
def test_where_an_opinion_opens(paragraph: str, title: str) -> None:
    assert opening(paragraph) == title


@pytest.mark.parametrize(
    ("printed", "short"),
    [
        pytest.param("LAMP DIVISION, DEPARTMENT OF OIL, et al., Petitioners v. Alfred L. GULL et al.",
                     "Lamp Division v. Gull", id="person"),
        pytest.param("TERN & WREN CO. v. CITY OF ST. GULL.", "Tern & Wren Co. v. City of St. Gull", id="company"),
        pytest.param("McGULL COUNTY v. M'TERN. WREN v. SAME", "McGull County v. M'Tern", id="two-cases"),
        pytest.param("OIL, INC. v. O'WREN", "Oil, Inc. v. O'Wren", id="inc"),
    ],
)  # fmt: skip
def test_the_short_name_of_a_case(printed: str, short: str) -> None:
    assert short_name(printed) == short
