"""The quoting writer: everything it says is verbatim, in one run, once, and where it says that it stands."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from corpus.index.lexical import question_terms
from lawqa.types import Draft, Source
from lawqa.writing.quoting import (
    CANDIDATES,
    MAX_EXTRACT,
    MAX_PIECES,
    MAX_SECTIONS,
    WINDOW,
    quote_law,
    read_closely,
)
from lawqa.writing.relevance import QuestionTerms
from tests.library import BEES, HONEY

QUESTION = np.ones(1, dtype=np.float32)


def encode(texts: Sequence[str]) -> NDArray[np.float32]:
    """Every text means the same, so that the words decide."""
    return np.full((len(texts), 1), 0.5, dtype=np.float32)


def source(text: str, number: int = 1, *, start: int = 0, end: int | None = None, **facts: object) -> Source:
    given = {
        "marker": f"S{number}", "section_id": number, "passage_id": number, "document_id": 1,
        "label": f"Bees Act Art. {number}", "heading": "", "heading_path": "", "document_title": "Act on Bees",
        "jurisdiction": "xx", "kind": "statute", "section_text": text, "start": start,
        "end": len(text) if end is None else end, "score": 1.0 - 0.01 * number,
    }  # fmt: skip
    return Source(**{**given, **facts})  # type: ignore[arg-type]  # facts are Source's own


def quoted(question: str, *sources: Source, amount: bool = False) -> list[str]:
    return [claim.text for claim in drafted(question, *sources, amount=amount).claims]


def drafted(question: str, *sources: Source, amount: bool = False) -> Draft:
    words = question_terms(question)
    terms = QuestionTerms({word: 1 / len(words) for word in words}, asks_amount=amount)
    return quote_law(read_closely(QUESTION, terms, sources, encode))


def check_verbatim(draft: Draft, *sources: Source) -> None:
    """Each claim is one run of its section, cites it with the same words, and repeats no other claim."""
    by_marker = {source.marker: source for source in sources}
    ends: dict[str, int] = {}
    for claim in draft.claims:
        (citation,) = claim.citations
        assert citation.quote == claim.text != ""
        text = by_marker[citation.marker].section_text
        # Claims of one section come in the order of the law, so the next begins where the last ended or later.
        place = text.find(claim.text, ends.get(citation.marker, 0))
        assert place >= 0
        ends[citation.marker] = place + len(claim.text)


def test_nothing_to_read_gives_no_claims() -> None:
    assert drafted("hive").claims == ()
    assert drafted("hive", source(" \n ")).claims == ()


def test_only_the_sentence_that_answers_is_quoted() -> None:
    assert quoted("register hive", source(BEES)) == [BEES.split("\n", maxsplit=1)[0]]


def test_a_point_is_quoted_with_its_lead_in_in_one_run() -> None:
    lead, first, second, _, _ = HONEY.split("\n")
    assert quoted("gather", source(HONEY)) == [f"{lead}\n{first}"]
    assert quoted("added", source(HONEY)) == [f"{lead}\n{first}\n{second}"]


def test_points_of_one_list_share_one_run() -> None:
    assert quoted("bee added jar", source(HONEY)) == ["\n".join(HONEY.split("\n")[:4])]


def test_a_lead_in_too_far_off_is_quoted_beside_its_point() -> None:
    lead, point = "1. A keeper shall:", "(c) feed the drones."
    middle = "\n".join(f"({mark}) {'wait and see ' * 40};" for mark in "ab")
    text = f"{lead}\n{middle}\n{point}"
    assert len(text) > MAX_EXTRACT
    assert quoted("drone", source(text)) == [lead, point]


def test_a_lead_in_alone_is_never_quoted() -> None:
    text = "1. Where a drone returns to the hive, the following:"
    assert quoted("drone hive", source(text)) == []


def test_sentences_side_by_side_become_one_run() -> None:
    text = "A drone flies. A drone stings. The county pays."
    assert quoted("drone", source(text)) == ["A drone flies. A drone stings."]


def test_few_sentences_of_each_of_few_sections() -> None:
    text = "\n".join(f"{n}. A drone flies number {n} times." for n in range(1, 9))
    sources = [source(text, number) for number in range(1, 9)]
    draft = drafted("drone", *sources)
    check_verbatim(draft, *sources)
    markers = [claim.citations[0].marker for claim in draft.claims]
    assert len(set(markers)) <= MAX_SECTIONS
    assert max(markers.count(marker) for marker in markers) <= MAX_PIECES


def test_a_section_far_behind_the_best_is_not_quoted_unless_it_is_cited_and_then_it_leads() -> None:
    best, other = "A drone flies over the hive.", "The county pays."
    assert quoted("drone fly hive", source(best, 1), source(other, 2)) == [best]
    assert quoted("drone fly hive", source(best, 1), source(other, 2, named=True)) == [other, best]


def test_what_states_an_amount_answers_how_much() -> None:
    text = "The fee for a hive is set by the county.\nThe fee for a hive is 40 crowns."
    assert quoted("fee hive drone", source(text)) == text.split("\n")
    assert quoted("fee hive drone", source(text), amount=True) == text.split("\n")[1:]


def test_the_passage_that_was_found_is_read_before_the_rest() -> None:
    lines = [f"A drone flies on day {n}." for n in range(1, 30)]
    text = "\n".join(lines)
    place = text.index(lines[20])
    one = source(text, start=place, end=place + len(lines[20]))
    reading = read_closely(QUESTION, QuestionTerms({"drone": 1.0}), [one], encode)
    assert [candidate.index for candidate in reading.candidates] == [20, *range(CANDIDATES - 1)]


def test_a_very_long_section_is_read_around_the_passage_and_its_offsets_fit() -> None:
    filler = "Nothing is said here of the matter at all.\n"
    target = "A drone pays 7 crowns."
    text = filler * 2000 + target + "\n" + filler * 2000
    place = text.index(target)
    assert place > WINDOW
    one = source(text, start=place, end=place + len(target))
    draft = drafted("drone pay crown", one)
    assert [claim.text for claim in draft.claims] == [target]
    reading = read_closely(QUESTION, QuestionTerms({"drone": 1.0}), [one], encode)
    cut = reading.cut["S1"]
    assert cut[0].start >= place - WINDOW - len(filler)
    assert cut[-1].end <= place + len(target) + WINDOW + len(filler)
    assert all(text[piece.start : piece.end] in filler + target for piece in cut)


@pytest.mark.parametrize("at", ["start", "end"])
def test_a_passage_at_the_edge_of_a_very_long_section(at: str) -> None:
    filler, target = "Nothing is said here. " * 4000, "A drone pays 7 crowns."
    text = f"{target}\n{filler}" if at == "start" else f"{filler}\n{target}"
    place = text.index(target)
    assert quoted("drone", source(text, start=place, end=place + len(target))) == [target]


PARTS = st.lists(
    st.sampled_from(
        ["1. ", "2. ", "(a) ", "(b) ", "(i) ", "(ii) ", "\n", "\n", " ", "A drone flies", "The hive", "if:", "and",
         ". ", ".\n", ";\n", ":\n", "Art. 3", "crowns", "7 ", "drone "]
    ),
    max_size=40,
).map("".join)  # fmt: skip


@settings(max_examples=150)
@given(st.lists(PARTS, max_size=3), st.booleans())
def test_every_claim_is_verbatim_in_order_and_said_once(texts: list[str], named: bool) -> None:
    sources = [source(text, number, named=named) for number, text in enumerate(texts, start=1)]
    check_verbatim(drafted("drone hive crown", *sources), *sources)
