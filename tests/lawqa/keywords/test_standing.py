"""Suggested terms count if the law has their words, the question has not, and together they are about it."""

from __future__ import annotations

import datetime as dt

import pytest

from corpus.models import Collection
from corpus.types import Filters
from lawqa.keywords.standing import kept, standing

FILTERS = Filters(as_of=dt.date(2024, 1, 1))
QUESTION = "How long do I have to tell the authorities about my bees?"
GOOD = ("registration of hives", "keeper of bees")


@pytest.mark.parametrize(
    ("terms", "left"),
    [
        pytest.param(("hive", "boat"), ("hive", "boat"), id="both"),
        pytest.param(("hive", "unicorn"), ("hive",), id="not-in-the-law"),
        pytest.param(("hive of unicorns",), (), id="every-word-counts"),
        pytest.param(
            ("bees", "hives of bees"), ("hives of bees",), id="the-question's-own-words-add-nothing"
        ),
        pytest.param(("of the",), (), id="no-words"),
        pytest.param((), (), id="none"),
    ],
)
def test_terms_stand_in_the_law_and_not_in_the_question(
    terms: tuple[str, ...], left: tuple[str, ...]
) -> None:
    assert standing(terms, "Who keeps bees?", {"hive", "boat", "bee"}.__contains__) == left


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_terms_of_the_law_are_kept_in_their_order() -> None:
    assert kept(GOOD, QUESTION, FILTERS) == GOOD
    assert kept(("unicorn", *GOOD), QUESTION, FILTERS) == GOOD


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("terms", "question"),
    [
        pytest.param((*GOOD, GOOD[0].upper()), QUESTION, id="a-list-that-repeats-itself"),
        pytest.param(GOOD[:1], QUESTION, id="a-single-term"),
        pytest.param(("wasps", "fine crowns"), "When does a court grant a divorce?", id="of-another-matter"),
        pytest.param(("abatement of nuisance", "riparian rights"), QUESTION, id="words-that-the-law-has-not"),
    ],
)
def test_a_list_is_put_aside_as_a_whole(terms: tuple[str, ...], question: str) -> None:
    assert kept(terms, question, FILTERS) == ()


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_only_law_that_may_be_searched_bears_a_term_out() -> None:
    harbour = frozenset({Collection.objects.get(slug="harbour").pk})
    terms = ("registered hive", "acquiring a hive")
    assert kept(terms, QUESTION, FILTERS) == terms
    assert kept(terms, QUESTION, Filters(as_of=FILTERS.as_of, collections=harbour)) == ()
