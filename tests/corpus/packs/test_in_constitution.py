"""The Constitution of India: clean clauses, parts, and articles that are no longer law."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpus.packs import PackError, in_parts
from corpus.packs.in_constitution import clean_lines
from corpus.types import DocumentText, SectionText

Load = Callable[[str, object], tuple[list[DocumentText], list[SectionText]]]


@pytest.fixture
def one(tmp_path: Path, load: Load) -> Callable[..., SectionText]:
    def article(number: object, description: str, title: str = "Lamps") -> SectionText:
        path = tmp_path / "constitution.json"
        path.write_text(
            json.dumps([{"article": number, "title": title, "description": description}]), "utf-8"
        )
        [document], [section] = load("in-constitution", path)
        assert (document.key, document.short_title) == ("in/constitution", "Constitution of India")
        return section

    return article


@pytest.mark.parametrize(
    ("number", "path", "label"),
    [
        pytest.param(17, "art_17", "Constitution of India Art. 17", id="number"),
        pytest.param("21A", "art_21A", "Constitution of India Art. 21A", id="letter"),
        pytest.param("239 A A", "art_239AA", "Constitution of India Art. 239AA", id="spaces"),
        pytest.param(0, "preamble", "Constitution of India Preamble", id="preamble"),
    ],
)
def test_label_and_path(one: Callable[..., SectionText], number: object, path: str, label: str) -> None:
    section = one(number, "A lamp shall burn.")
    assert (section.path, section.label, section.valid_to) == (path, label, None)


@pytest.mark.parametrize(
    ("description", "lines"),
    [
        pytest.param(
            "(1) A\u00a0lamp —\n\n\u00a0\n\n(a) burns;", ["(1) A lamp —", "(a) burns;"], id="spaces"
        ),
        pytest.param("within 1 [five years] or 2 [more]", ["within five years or more"], id="amendments"),
        pytest.param("burns brightly,] and long", ["burns brightly, and long"], id="stray-bracket"),
        pytest.param("(a) oil;\nc) gas;", ["(a) oil;", "(c) gas;"], id="lost-bracket"),
        pytest.param("(1)The lamp", ["(1) The lamp"], id="tight"),
        pytest.param("(e) oil; (f) gas", ["(e) oil;", "(f) gas"], id="run-on"),
        pytest.param("(2) (a) There", ["(2) (a) There"], id="two-enumerators"),
    ],
)
def test_one_clause_a_line(description: str, lines: list[str]) -> None:
    assert clean_lines(description) == lines


@pytest.mark.parametrize(
    ("description", "day"),
    [
        pytest.param("[Lamps.] Rep. by the Lamp Act, s. 6 (w.e.f. 20-6-1979).", "1979-06-20", id="repealed"),
        pytest.param("Omitted by the Lamp Act, s. 29 (w.e.f. 1-11-1956).", "1956-11-01", id="omitted"),
        pytest.param(
            "Article 9, which was bright, was abrogated on August 5, 2019. So it was.",
            "2019-08-05",
            id="told",
        ),
        pytest.param("[Lamps.] Omitted by the Lamp Act.", "2020-01-25", id="undated"),
    ],
)
def test_what_is_no_longer_law_is_a_note(one: Callable[..., SectionText], description: str, day: str) -> None:
    section = one("31", description)
    assert (section.text, section.notes) == ("", description)
    assert section.valid_to == dt.date.fromisoformat(day)


def test_law_that_speaks_of_omission_stays_law(one: Callable[..., SectionText]) -> None:
    section = one(395, "The Lamp Act, which was repealed by another, is hereby repealed.")
    assert (section.valid_to, section.text) == (
        None,
        "The Lamp Act, which was repealed by another, is hereby repealed.",
    )


@pytest.mark.parametrize(
    ("article", "day"),
    [
        ("21", "1950-01-26"),
        ("5", "1949-11-26"),
        ("394", "1949-11-26"),
        ("21A", "2010-04-01"),
        ("243ZA", "1993-06-01"),
    ],
)
def test_since_when_there_is_an_article_of_the_number(article: str, day: str) -> None:
    assert in_parts.in_force_from(article) == dt.date.fromisoformat(day)


@pytest.mark.parametrize(
    ("article", "part"),
    [
        ("1", "Part I The Union and its Territory"),
        ("21A", "Part III Fundamental Rights"),
        ("51A", "Part IVA Fundamental Duties"),
        ("243O", "Part IX The Panchayats"),
        ("243P", "Part IXA The Municipalities"),
        ("243ZG", "Part IXA The Municipalities"),
        ("243ZH", "Part IXB The Co-operative Societies"),
        ("300A", "Part XII Finance, Property, Contracts and Suits"),
        ("395", "Part XXII Short Title, Commencement, Authoritative Text in Hindi and Repeals"),
    ],
)
def test_parts_stand_above_articles(article: str, part: str) -> None:
    assert in_parts.ancestors(article)[0] == part


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param("{", "not JSON", id="json"),
        pytest.param("{}", "not a list of articles", id="object"),
        pytest.param(
            '[{"article": "x y", "title": "a", "description": "b"}]', "entry 1: an article needs", id="number"
        ),
        pytest.param('[{"article": 1, "title": "a"}]', "entry 1: an article needs", id="text"),
    ],
)
def test_a_file_of_another_shape_stops_with_a_sentence(
    load: Load, tmp_path: Path, content: Any, says: str
) -> None:
    (tmp_path / "c.json").write_text(content, "utf-8")
    with pytest.raises(PackError, match=f"in-constitution: c.json.*{says}"):
        load("in-constitution", tmp_path / "c.json")
