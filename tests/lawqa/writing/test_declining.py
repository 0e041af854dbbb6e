"""When there is no answer, and the sentence that says why."""

from __future__ import annotations

import datetime as dt

import pytest

from corpus.types import Citation, Filters, Named, Resolution
from lawqa.types import Draft, Keywords, Outcome, Query, Source
from lawqa.writing.declining import (
    MIN_ELSEWHERE,
    NOTHING,
    TOO_FAR,
    decline_read,
    decline_unheard,
    least_relevance,
)

SHELF = 2_000
NEAR, FAR = least_relevance(SHELF) + 0.01, least_relevance(SHELF) - 0.01


def named(document: str, resolution: Resolution, *, held: bool = True, section: str = "9") -> Named:
    cite = Citation(start=0, end=1, text=f"{document} {section}", document=document, section=section)
    ids = (1,) if held else ()
    return Named(
        citation=cite, resolution=resolution, document_ids=ids, detail=f"About {document} {section}."
    )


HELD = named("Bees Act", Resolution.RESOLVED)
NO_SECTION = named("Bees Act", Resolution.NOT_FOUND, section="99")
NO_LAW = named("Wasps Act", Resolution.NOT_FOUND, held=False)
NO_NUMBER = named("", Resolution.NOT_FOUND, held=False, section="77")
OLD = named("Bees Act", Resolution.NOT_IN_FORCE)
UNCLEAR = named("Honey Act", Resolution.AMBIGUOUS)


def query(*cited: Named, text: str = "Must a hive be registered?") -> Query:
    return Query(
        text=text, keywords=Keywords(terms=()), named=cited, filters=Filters(as_of=dt.date(2024, 1, 1))
    )


def source(**facts: object) -> Source:
    given = {
        "marker": "S1", "section_id": 1, "passage_id": 1, "document_id": 1, "label": "Bees Act Art. 1",
        "heading": "", "heading_path": "", "document_title": "", "jurisdiction": "fr", "kind": "statute",
        "section_text": "Bees fly.", "start": 0, "end": 9, "score": 1.0,
    }  # fmt: skip
    return Source(**{**given, **facts})  # type: ignore[arg-type]  # facts are Source's own


def told(draft: Draft | None) -> tuple[str, str] | None:
    if draft is None:
        return None
    assert draft.claims == ()
    return draft.outcome.value, draft.reason


@pytest.mark.parametrize(
    ("cited", "expected"),
    [
        pytest.param((), None, id="nothing-cited"),
        pytest.param((HELD,), None, id="held"),
        pytest.param((NO_LAW,), ("corpus_gap", "About Wasps Act 9."), id="law-not-held"),
        pytest.param((NO_LAW, HELD), None, id="one-of-two-is-held"),
        pytest.param((NO_LAW, OLD), None, id="one-of-two-is-held-but-old"),
        pytest.param(
            (NO_LAW, NO_SECTION), ("corpus_gap", "About Wasps Act 9."), id="law-and-section-missing"
        ),
        pytest.param((NO_SECTION,), ("no_match", "About Bees Act 99."), id="no-such-section"),
        pytest.param((NO_SECTION, HELD), None, id="one-of-two-sections-exists"),
        pytest.param((NO_NUMBER,), ("no_match", "About  77."), id="no-such-number-anywhere"),
        pytest.param((NO_SECTION, NO_NUMBER), ("no_match", "About Bees Act 99. About  77."), id="both"),
        pytest.param((OLD,), None, id="not-in-force-is-for-the-reader-to-see"),
        pytest.param((UNCLEAR,), None, id="ambiguous-is-searched"),
    ],
)
def test_what_is_named_decides_before_anything_is_read(
    cited: tuple[Named, ...], expected: tuple[str, str] | None
) -> None:
    assert told(decline_unheard(query(*cited), [source()])) == expected


def test_without_any_source_there_is_nothing() -> None:
    assert told(decline_unheard(query(), [])) == ("no_match", NOTHING)
    assert told(decline_unheard(query(NO_LAW), [])) == ("corpus_gap", "About Wasps Act 9.")


@pytest.mark.parametrize(
    ("relevance", "facts", "expected"),
    [
        pytest.param(NEAR, {}, None, id="near-enough"),
        pytest.param(FAR, {}, ("no_match", TOO_FAR), id="too-far"),
        pytest.param(0.0, {"named": True}, None, id="a-cited-section-is-always-read-out"),
    ],
)
def test_the_nearest_law_must_be_about_the_question(
    relevance: float, facts: dict[str, object], expected: tuple[str, str] | None
) -> None:
    assert told(decline_read(query(), [source(**facts)], 0.0, relevance, passages=SHELF)) == expected


def test_meaning_counts_beside_words() -> None:
    assert decline_read(query(), [source()], cosine=0.5, covered=0.2, passages=SHELF) is None
    assert told(decline_read(query(), [source()], cosine=0.2, covered=0.5, passages=SHELF)) == (
        "no_match",
        TOO_FAR,
    )


SPAIN = ("corpus_gap", "The law of Spain is not on these shelves.")


@pytest.mark.parametrize(
    ("text", "relevance", "facts", "expected"),
    [
        pytest.param("Must hives be registered in Spain?", NEAR, {}, SPAIN, id="elsewhere"),
        pytest.param("Must hives be registered in Spain?", FAR, {}, SPAIN, id="elsewhere-and-far"),
        pytest.param("Must hives be registered in France?", NEAR, {}, None, id="held"),
        pytest.param("Must hives be registered in Spain?", MIN_ELSEWHERE, {}, None, id="plainly-about-it"),
        pytest.param("Must hives be registered in Spain?", NEAR, {"named": True}, None, id="cited"),
        pytest.param(
            "Hives in Spain and in Texas?", NEAR, {},
            ("corpus_gap", "The law of Spain and of Texas is not on these shelves."), id="two-places",
        ),
        pytest.param("Hives in France or in Spain?", NEAR, {}, SPAIN, id="only-what-is-missing-is-said"),
        pytest.param("Hives in Texas?", NEAR, {"jurisdiction": "us"}, (
            "corpus_gap", "The law of Texas is not on these shelves."), id="a-state-is-not-the-union",
        ),
    ],
)  # fmt: skip
def test_a_place_whose_law_is_not_held(
    text: str, relevance: float, facts: dict[str, object], expected: tuple[str, str] | None
) -> None:
    assert told(decline_read(query(text=text), [source(**facts)], 0.0, relevance, passages=SHELF)) == expected


def test_a_named_instrument_of_the_shelf_is_read_whatever_place_is_mentioned() -> None:
    asked = query(HELD, text="Does the Bees Act hold in Spain?")
    assert decline_read(asked, [source()], 0.0, NEAR, passages=SHELF) is None


def test_declined_drafts_name_their_writer() -> None:
    draft = decline_unheard(query(), [])
    assert draft is not None
    assert (draft.writer, draft.outcome) == ("quoting", Outcome.NO_MATCH)


def test_a_larger_shelf_asks_for_more() -> None:
    assert least_relevance(2_000) < least_relevance(200_000) < 1
    assert least_relevance(0) == least_relevance(10), "an empty shelf has a threshold too"
