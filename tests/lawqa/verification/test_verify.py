"""Every citation of a draft gets its separate facts, from the source that its marker names."""

import datetime as dt
from typing import Any

import pytest

from lawqa.types import Draft, DraftCitation, DraftClaim, Force, QuoteMatch, Source, Verdict
from lawqa.verification import force_on, verify

TODAY = dt.date(2026, 3, 1)
SECTION = "1. A buoy shall be green. 2. A buoy shall not be moved at night. 3. A beacon may be red."


def source(marker: str = "S1", text: str = SECTION, **changes: Any) -> Source:
    known = {
        "section_id": 1,
        "passage_id": 2,
        "document_id": 3,
        "label": "5 H.C. § 40",
        "heading": "Buoys",
        "heading_path": "Harbour Code > § 40 Buoys",
        "document_title": "Harbour Code",
        "jurisdiction": "xx",
        "kind": "code",
        "start": 0,
        "end": 26,
        "score": 1.0,
    }
    return Source(marker=marker, section_text=text, **{**known, **changes})


def verdict(text: str, citation: DraftCitation, *sources: Source) -> Verdict:
    draft = Draft(claims=(DraftClaim(text=text, citations=(citation,)),))
    ((found,), *_) = [claim.verdicts for claim in verify(draft, sources or (source(),), as_of=TODAY)]
    return found


def test_a_verbatim_claim_passes_with_offsets_into_the_section() -> None:
    words = "A buoy shall not be moved at night."
    found = verdict(words, DraftCitation(marker="S1", quote=words))
    assert found.passed
    assert SECTION[found.quote.start : found.quote.end] == words


@pytest.mark.parametrize("marker", ["S0", "S2", "0", "[0]", "[99]", "-1", "", "S1 S2", "s1"])
def test_an_unknown_marker_is_a_result(marker: str) -> None:
    found = verdict("A beacon may be red.", DraftCitation(marker=marker, quote="A beacon may be red."))
    assert not found.resolves
    assert not found.passed
    assert found.quote.match is QuoteMatch.NOT_FOUND


def test_a_marker_given_twice_names_neither() -> None:
    found = verdict("A beacon may be red.", DraftCitation(marker="S1"), source(), source(text="Else."))
    assert not found.resolves


def test_a_quote_from_another_section_is_not_found() -> None:
    found = verdict(
        "A lamp shall burn.",
        DraftCitation(marker="S1", quote="A lamp shall burn."),
        source(),
        source("S2", "A lamp shall burn."),
    )
    assert found.quote.match is QuoteMatch.NOT_FOUND
    assert not found.passed


def test_a_quote_turned_by_an_ellipsis_is_not_found() -> None:
    found = verdict(
        "A buoy shall be moved at night.",
        DraftCitation(marker="S1", quote="A buoy shall … be moved at night."),
    )
    assert found.quote.match is QuoteMatch.NOT_FOUND


def test_a_label_of_another_section_does_not_match() -> None:
    found = verdict(
        "A beacon may be red.", DraftCitation(marker="S1", quote="A beacon may be red.", label="5 H.C. § 140")
    )
    assert found.resolves
    assert not found.label_matches
    assert not found.passed


def test_figures_of_the_claim_are_a_fact_of_their_own() -> None:
    law = "A buoy shall be inspected every three years."
    found = verdict(
        "A buoy shall be inspected every four years.", DraftCitation(marker="S1", quote=law), source(text=law)
    )
    assert found.quote.match is QuoteMatch.EXACT
    assert not found.figures_match


def test_each_citation_of_a_claim_has_its_own_verdict() -> None:
    claim = DraftClaim(
        text="A beacon may be red.",
        citations=(DraftCitation(marker="S1", quote="A beacon may be red."), DraftCitation(marker="S9")),
    )
    (found,) = verify(Draft(claims=(claim,)), (source(),), as_of=TODAY)
    assert [one.resolves for one in found.verdicts] == [True, False]
    assert not found.shown


def test_a_claim_without_citations_is_not_shown() -> None:
    (found,) = verify(
        Draft(claims=(DraftClaim(text="A beacon may be red.", citations=()),)), (source(),), as_of=TODAY
    )
    assert found.verdicts == ()
    assert not found.shown


@pytest.mark.parametrize(
    ("start", "end", "entered", "force"),
    [
        pytest.param(None, None, None, Force.IN_FORCE, id="undated"),
        pytest.param("2026-03-01", None, None, Force.IN_FORCE, id="from-its-first-day"),
        pytest.param("2026-03-02", None, None, Force.NOT_IN_FORCE, id="not-before"),
        pytest.param(
            "2026-03-02", None, "2026-03-01", Force.NOT_YET_APPLICABLE, id="entered-but-not-yet-applicable"
        ),
        pytest.param("2026-03-02", None, "2026-03-02", Force.NOT_IN_FORCE, id="not-entered-yet"),
        pytest.param("2020-01-01", "2026-03-02", None, Force.IN_FORCE, id="until-the-day-before"),
        pytest.param("2020-01-01", "2026-03-01", None, Force.NOT_IN_FORCE, id="ends-on-the-day-of-repeal"),
        pytest.param(
            "2027-01-01", "2026-01-01", "2020-01-01", Force.NOT_IN_FORCE, id="repealed-before-it-applied"
        ),
    ],
)
def test_force_on_a_day(start: str | None, end: str | None, entered: str | None, force: Force) -> None:
    days = [day and dt.date.fromisoformat(day) for day in (start, end, entered)]
    dated = source(valid_from=days[0], valid_to=days[1], entered_into_force=days[2])
    assert force_on(dated, TODAY) is force
