"""Articles that were flattened get their heading and subdivisions back; what is not law goes to the notes."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from corpus.packs import PackError, eu_digital
from corpus.packs.eu_acts import ACTS
from corpus.structure.outline import outline
from corpus.structure.statute import split_flattened
from corpus.types import DocumentText, SectionText

Loaded = tuple[list[DocumentText], list[SectionText]]
Load = Callable[[str, object], Loaded]

FIRST = (
    "Lamps` 1. Each lamp shall, without prejudice to point (a) of Article 2(1): (a) burn oil; or (b) burn gas, "
    "namely: (i) coal gas; (ii) marsh gas. 2. Paragraph 1 shall not apply to buoys ( 3 ) . CHAPTER II THE EU RULES ON "
    "OIL SECTION 1 Barrels"
)
LAST = (
    "Entry into force This Regulation shall enter into force at once. Done at Brussels, 1 May 2016. For the Council "
    'The President A. GULL ( 1 ) OJ C 1, 1.1.2001, p. 1 . <a id="x" href="#y"'
)


@pytest.fixture
def database(tmp_path: Path) -> Callable[..., Path]:
    """A database of the publisher's shape with the articles given of one act."""

    def make(*articles: str, celex: str = "32016R0679", force: str = "2016-05-24", cut: int = 0) -> Path:
        path = tmp_path / "regulations.db"
        connection = sqlite3.connect(path)
        columns = "celex TEXT, title TEXT, type TEXT, eli TEXT, date_document TEXT, date_force TEXT, last_synced TEXT"
        connection.execute(f"CREATE TABLE regulations ({columns})")
        connection.execute(
            "CREATE TABLE articles (celex TEXT, article_number INT, content TEXT, content_length INT)"
        )
        row = (
            celex,
            "An  act\u00a0on lamps",
            "regulation",
            "",
            "2016-04-27",
            force,
            "2026-05-26T10:12:56+00:00",
        )
        connection.execute("INSERT INTO regulations VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        for number, text in enumerate(articles, start=1):
            connection.execute(
                "INSERT INTO articles VALUES (?, ?, ?, ?)", (celex, number, text, len(text) + cut)
            )
        connection.commit()
        connection.close()
        return path

    return make


def test_an_act_knows_its_names_and_days(load: Load, database: Callable[..., Path]) -> None:
    [act], [section] = load("eu-digital", database("Scope 1. Lamps. 2. Buoys."))
    assert (act.key, act.citation, act.short_title) == ("32016R0679", "Regulation (EU) 2016/679", "GDPR")
    assert (act.title, act.kind, act.jurisdiction) == ("An act on lamps", "regulation", "eu")
    assert (act.dated, act.covered_through) == (dt.date(2016, 5, 24), dt.date(2026, 5, 26))
    assert {"General Data Protection Regulation", "32016R0679", "2016/679"} <= set(act.aliases)
    assert (section.path, section.label) == ("art_1", "GDPR Art. 1")
    assert (section.entered_into_force, section.valid_from) == (dt.date(2016, 5, 24), dt.date(2018, 5, 25))


def test_heading_and_subdivisions_are_restored(load: Load, database: Callable[..., Path]) -> None:
    _, [first, _] = load("eu-digital", database(FIRST, LAST))
    assert first.heading == "Lamps"
    assert first.text.splitlines() == [
        "1. Each lamp shall, without prejudice to point (a) of Article 2(1):",
        "(a) burn oil; or",
        "(b) burn gas, namely:",
        "(i) coal gas;",
        "(ii) marsh gas.",
        "2. Paragraph 1 shall not apply to buoys.",
    ]


def test_the_heading_of_the_next_chapter_stands_above_the_next_article(
    load: Load, database: Callable[..., Path]
) -> None:
    _, sections = load("eu-digital", database(FIRST, LAST))
    assert [section.ancestors for section in sections] == [
        ("Chapter I General provisions",),
        ("Chapter II The EU rules on oil", "Section 1 Barrels"),
    ]


def test_signatures_and_footnotes_are_no_law(load: Load, database: Callable[..., Path]) -> None:
    _, [_, last] = load("eu-digital", database(FIRST, LAST))
    assert (last.heading, last.text) == (
        "Entry into force",
        "This Regulation shall enter into force at once.",
    )
    assert last.notes.startswith("Done at Brussels, 1 May 2016.")


def test_an_article_that_was_cut_off_says_so_and_ends_with_a_whole_sentence(
    load: Load, database: Callable[..., Path]
) -> None:
    _, [section] = load("eu-digital", database("Lamps 1. A lamp burns. It shall not smo", cut=100))
    assert section.text == "1. A lamp burns."
    assert "the rest of this article is not held" in section.notes


@pytest.mark.parametrize(
    ("flattened", "lines"),
    [
        pytest.param("see paragraph 1. 2. Then", ["see paragraph 1. 2. Then"], id="no-list-begun"),
        pytest.param("1. As in paragraph 2. 2. Then", ["1. As in paragraph 2.", "2. Then"], id="reference-before-number"),
        pytest.param("It means: (1) ‘oil’ fat; (2) ‘gas’ air.", ["It means:", "(1) ‘oil’ fat;", "(2) ‘gas’ air."], id="terms"),
        pytest.param("1. Under points (a) and (b) of it.", ["1. Under points (a) and (b) of it."], id="points"),
        pytest.param("X is amended: (1) in it: ‘4. New. 5. More.’; (2) out.",
                     ["X is amended:", "(1) in it:", "‘4. New.", "5. More.’;", "(2) out."], id="quoted"),
        pytest.param("All: (a) x; (b) y; (c) z. But all. 2. No", ["All:", "(a) x;", "(b) y;", "(c) z. But all. 2. No"],
                     id="number-without-one"),
        pytest.param("1. All: (h) x; (i) y.", ["1. All: (h) x; (i) y."], id="midway"),
    ],
)  # fmt: skip
def test_flattened_text_is_broken_at_enumerators_only(flattened: str, lines: list[str]) -> None:
    assert split_flattened(flattened).splitlines() == lines


@pytest.mark.parametrize(
    ("celex", "article", "day"),
    [
        pytest.param("32024R1689", "5", "2025-02-02", id="ai-act-prohibitions"),
        pytest.param("32024R1689", "6", "2026-08-02", id="ai-act-rule"),
        pytest.param("32024R1689", "30", "2025-08-02", id="ai-act-notified-bodies"),
        pytest.param("32024R1689", "78", "2025-08-02", id="ai-act-confidentiality"),
        pytest.param("32024R1689", "99", "2025-08-02", id="ai-act-penalties"),
        pytest.param("32024R1689", "101", "2026-08-02", id="ai-act-exception"),
        pytest.param("32022R2554", "1", "2025-01-17", id="dora"),
        pytest.param("32022L2555", "21", "2024-10-18", id="nis2"),
        pytest.param("32024R2847", "14", "2026-09-11", id="cra-reporting"),
        pytest.param("32024R2847", "35", "2026-06-11", id="cra-bodies"),
        pytest.param("32024R2847", "13", "2027-12-11", id="cra-rule"),
        pytest.param("32022L2464", "1", "2024-01-01", id="csrd"),
        pytest.param("32022L2464", "5", "2023-01-05", id="csrd-transposition"),
    ],
)
def test_articles_apply_from_the_day_that_the_act_states(celex: str, article: str, day: str) -> None:
    assert ACTS[celex].applies(article) == dt.date.fromisoformat(day)


def test_an_unknown_act_or_file_stops_with_a_sentence(
    load: Load, database: Callable[..., Path], tmp_path: Path
) -> None:
    with pytest.raises(PackError, match=r"eu-digital: .*act 39999R0001: not one of the acts"):
        load("eu-digital", database("A 1. B", celex="39999R0001"))
    (tmp_path / "text.db").write_text("no database " * 100)
    with pytest.raises(PackError, match=r"eu-digital: text\.db: not the publisher's database"):
        load("eu-digital", tmp_path / "text.db")


def test_every_article_of_the_real_acts_has_heading_text_and_place(load: Load) -> None:
    file = Path(settings.BASE_DIR) / "var" / "cache" / f"{eu_digital.SHA256[:16]}-regulations.db"
    if not file.exists():
        pytest.skip("the pack eu-digital was not downloaded on this machine (load_law eu-digital)")
    acts, sections = load("eu-digital", file)
    assert (len(acts), len(sections), len({section.label for section in sections})) == (6, 404, 404)
    assert all(section.heading and section.text for section in sections)
    assert all(section.ancestors for section in sections if not section.label.startswith("CSRD"))
    assert not any("`" in section.text or "Done at" in section.text for section in sections)
    assert all(part.start < part.end for section in sections for part in outline(section.text))
