"""Runs of a long question's words that stand in a passage: the rarer among the candidates, the more they weigh."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lawqa.retrieval.lengths import share_of_length
from lawqa.retrieval.phrases import LONG, SHORT, scores

QUESTION = (
    "Where a recognised investment exchange delays publication of transaction reports for members, must it tell "
    "the supervisor beforehand which reports, members, instruments and markets the delay concerns?"
)
RUN = "A recognised investment exchange keeps records of orders."
APART = "An exchange that is recognised keeps records of every investment."
NOTHING = "Honey is sold in jars."


def test_words_in_a_row_gain_and_the_same_words_apart_do_not() -> None:
    run, apart, nothing = scores(QUESTION, [RUN, APART, NOTHING])
    assert run > apart == nothing == 0


def test_stop_words_do_not_break_a_run_and_forms_of_a_word_are_one() -> None:
    other, _ = scores(QUESTION, ["The publication of a transaction report was delayed.", NOTHING])
    assert other > 0


def test_a_longer_run_gains_more() -> None:
    three, two, _ = scores(QUESTION, [RUN, "An investment exchange keeps records of its orders.", NOTHING])
    assert three > two > 0


def test_a_run_that_every_candidate_has_tells_less() -> None:
    alone = scores(QUESTION, [RUN, NOTHING, NOTHING])[0]
    among = scores(QUESTION, [RUN, RUN, RUN])[0]
    assert alone > among > 0


def test_a_run_said_twice_counts_less_than_twice() -> None:
    once, twice, _ = scores(QUESTION, [RUN, f"{RUN} {RUN}", NOTHING])
    assert once < twice < 2 * once


def test_a_short_question_is_read_without_runs() -> None:
    assert scores("recognised investment exchange?", [RUN, NOTHING]) == [0, 0]


@pytest.mark.parametrize(("terms", "share"), [(0, 0), (6, 0), (11, 0.5), (16, 1), (90, 1)])
def test_runs_gain_weight_with_the_length_of_the_question(terms: int, share: float) -> None:
    assert share_of_length(terms, SHORT, LONG) == pytest.approx(share)


@pytest.mark.parametrize("question", ["", "?", "of the and", "§ 17", "word " * 20_000, "条 約 " * 30])
def test_any_question_can_be_asked(question: str) -> None:
    assert all(gained >= 0 for gained in scores(question, [RUN, "", NOTHING]))
    assert scores(question, []) == []


WORDS = st.lists(
    st.sampled_from("bees hive honey jar boat moor wasp nest fine crown clerk".split()), max_size=30
)


@given(WORDS, st.lists(WORDS, max_size=6))
def test_the_order_of_the_passages_does_not_matter(question: list[str], passages: list[list[str]]) -> None:
    texts = [" ".join(passage) for passage in passages]
    there = scores(" ".join(question), texts)
    back = scores(" ".join(question), texts[::-1])
    assert there == pytest.approx(back[::-1])
