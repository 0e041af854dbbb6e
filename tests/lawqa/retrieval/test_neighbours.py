"""A section gains by what stands beside it in its document; nothing is lost, and what is cited stays first."""

from __future__ import annotations

import pytest

from corpus.models import Section
from lawqa.retrieval import neighbours
from lawqa.retrieval.neighbours import with_neighbours
from lawqa.types import Ranked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]
HIVES, HONEY, WASPS = "Bees Act Art. 1", "Bees Act Art. 2", "Bees Act Art. 3"
MOORING = "Boats Act § 1"


def passage(label: str) -> int:
    return Section.objects.get(label=label).passages.order_by("pk")[0].pk


def order(scores: dict[str, float], named: str = "") -> list[str]:
    """Labels as they are ranked, from their fused scores."""
    found = [
        Ranked(passage_id=passage(label), score=score, similarity=None, named=label == named)
        for label, score in scores.items()
    ]
    labels = {passage(label): label for label in scores}
    return [labels[one.passage_id] for one in with_neighbours(found)]


def test_of_two_that_match_alike_the_one_beside_the_best_comes_first() -> None:
    assert order({HIVES: 0.9, MOORING: 0.5, HONEY: 0.49}) == [HIVES, HONEY, MOORING]


def test_what_matches_much_better_stays_before_it() -> None:
    assert order({HIVES: 0.9, MOORING: 0.7, HONEY: 0.4}) == [HIVES, MOORING, HONEY]


def test_neighbours_are_those_within_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    scores = {HIVES: 0.9, MOORING: 0.5, WASPS: 0.49}
    assert order(scores) == [HIVES, WASPS, MOORING]
    monkeypatch.setattr(neighbours, "REACH", 1)
    assert order(scores) == [HIVES, MOORING, WASPS]


def test_the_same_place_in_another_document_is_no_neighbour() -> None:
    places = {label: Section.objects.get(label=label).position for label in (HIVES, MOORING)}
    assert places[HIVES] == places[MOORING]
    assert order({HIVES: 0.9, WASPS: 0.5, MOORING: 0.55}) == [HIVES, WASPS, MOORING]


def test_what_is_cited_stays_first_and_lends_its_score() -> None:
    assert order({WASPS: 0.1, MOORING: 0.9, HIVES: 0.2}, named=WASPS) == [WASPS, MOORING, HIVES]
    assert order({HIVES: 0.9, MOORING: 0.5, HONEY: 0.49}, named=HIVES) == [HIVES, HONEY, MOORING]


def test_scores_stay_between_0_and_1_and_equal_ones_keep_their_order() -> None:
    labels = (HIVES, HONEY, WASPS, MOORING)
    best = [Ranked(passage_id=passage(label), score=1.0, similarity=0.4, named=False) for label in labels]
    found = with_neighbours(best)
    assert [one.passage_id for one in found] == [passage(label) for label in labels]
    assert [one.score for one in found[:3]] == pytest.approx([1.0, 1.0, 1.0])
    assert found[3].score == pytest.approx(1 / (1 + neighbours.SHARE)), "it stands alone"
    assert {one.similarity for one in found} == {0.4}


def test_a_passage_that_is_gone_by_now_has_no_neighbours() -> None:
    gone = Ranked(passage_id=10**9, score=0.6, similarity=None, named=False)
    there = Ranked(passage_id=passage(HIVES), score=0.5, similarity=None, named=False)
    assert [one.passage_id for one in with_neighbours([gone, there])] == [gone.passage_id, there.passage_id]
    assert with_neighbours([]) == []
