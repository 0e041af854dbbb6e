"""The reranker: a better order of the best candidates, and nothing lost."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

import pytest

from corpus import embedding, late_interaction
from corpus.models import Passage
from corpus.types import Filters
from lawqa.keywords import rules
from lawqa.retrieval import rank, rerank
from lawqa.retrieval.rerank import reranked
from lawqa.types import Query, Ranked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]
QUESTION = "Must the county take away a nest of wasps?"


def passages() -> list[int]:
    return list(Passage.objects.order_by("pk").values_list("pk", flat=True))


def of(text: str) -> int:
    return next(row.pk for row in Passage.objects.select_related("section") if text in row.text)


def found(pid: int, score: float, *, named: bool = False) -> Ranked:
    return Ranked(passage_id=pid, score=score, similarity=None, named=named)


def test_what_meets_the_question_word_by_word_rises() -> None:
    wasps, others = of("nest of wasps"), [pid for pid in passages() if pid != of("nest of wasps")]
    before = [found(pid, 0.6 - place / 1000) for place, pid in enumerate(others)] + [found(wasps, 0.5)]
    after = reranked(QUESTION, before)
    assert after[0].passage_id == wasps
    assert {one.passage_id for one in after} == {one.passage_id for one in before}


def test_the_scores_stay_on_the_scale_of_the_fused_ones() -> None:
    before = [found(pid, 0.9 - place / 10) for place, pid in enumerate(passages())]
    after = [one.score for one in reranked(QUESTION, before)]
    assert after == sorted(after, reverse=True)
    assert (max(after), min(after)) == pytest.approx((0.9, before[-1].score))


def test_what_the_question_cites_stays_first_and_what_lies_deep_stays_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rerank, "DEPTH", 2)
    one, two, three, four, *_ = [pid for pid in passages() if pid != of("nest of wasps")]
    before = [found(one, 0.1, named=True), found(two, 0.9), found(three, 0.8), found(four, 0.7), found(of("nest of wasps"), 0.6)]  # fmt: skip
    order = [ranked.passage_id for ranked in reranked(QUESTION, before)]
    assert order[0] == one
    assert set(order[1:3]) == {two, three}
    assert order[3:] == [four, of("nest of wasps")]


def test_a_passage_that_is_gone_by_now_ranks_as_the_worst_met_and_nothing_breaks() -> None:
    gone = max(passages()) + 1
    after = reranked(QUESTION, [found(gone, 0.9), found(of("nest of wasps"), 0.9)])
    assert [one.passage_id for one in after] == [of("nest of wasps"), gone]
    assert [one.passage_id for one in reranked(QUESTION, [found(gone, 0.9)])] == [gone]
    assert reranked(QUESTION, []) == []


def test_without_trained_weights_the_order_is_the_fused_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> None:
        raise embedding.AdapterMissing("none")

    monkeypatch.setattr(late_interaction, "load", missing)
    before = [found(pid, 0.5) for pid in reversed(passages())]
    assert reranked(QUESTION, before) == before


def test_a_search_is_reranked(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    real = late_interaction.scores

    def counted(question: str, texts: Sequence[str]) -> late_interaction.Scores:
        seen.append(question)
        return real(question, texts)

    monkeypatch.setattr(late_interaction, "scores", counted)
    filters = Filters(as_of=dt.date(2024, 1, 1))
    asked = Query(text=QUESTION, keywords=rules.extract(QUESTION), named=(), filters=filters)
    rank(asked, limit=10)
    assert seen == [QUESTION]
    terms = dataclasses.replace(asked.keywords, terms=("nest of wasps", "removal"), origin="reader")
    rank(dataclasses.replace(asked, keywords=terms), limit=10)
    assert seen[1:] == [f"{QUESTION} nest of wasps, removal"]


def test_what_is_read_of_a_passage_is_the_heading_above_its_own_and_its_words() -> None:
    row = Passage.objects.select_related("section").get(pk=of("nest of wasps"))
    row.section.ancestors = ["Chapter I", "Chapter II Insects"]
    row.section.save()
    assert rerank.read_texts([row.pk]) == {row.pk: f"Chapter II Insects. {row.section.heading}. {row.text}"}
