"""Whatever is asked of whatever day, nothing of another day is found: filters come before ranking.

`python -m tests.days --queries 10000` asks as much of two real editions, and with `--data` of any shelf.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable

import pytest

from corpus import embedding
from corpus.index import generations
from corpus.index.facets import Facets
from corpus.index.local import LocalSnapshot
from corpus.index.shelf import Shelf, shelf_of
from corpus.models import Encoder
from corpus.types import Filters, Hit
from tests import library
from tests.days.asking import Asker, WrongDay
from tests.days.law import Law, give_passages
from tests.days.questions import Asked, Questions, invented, of_the_law
from tests.library import section

pytestmark = pytest.mark.django_db
QUESTIONS = 100
EDITIONS = (dt.date(1999, 1, 1), dt.date(2010, 6, 1), dt.date(2021, 4, 20))
WORDS = (
    "keeper bees hive honey county museum register fine month jar wasp nest school boat harbour swarm".split()
)


def text(number: int, edition: int) -> str:
    """Every third section changes with each edition; the longest have several passages."""
    version = edition if number % 3 == 0 else 0
    rule = " ".join(WORDS[(number * step + version) % len(WORDS)] for step in range(1, 9))
    return "\n".join(
        f"({line}) The {rule} of {number}, version {version}." for line in range(1, 2 + number % 40)
    )


def shelve(edition: int) -> None:
    """The sections of an edition; some go with it, some come."""
    held = (number for number in range(1, 70) if number % 7 != edition)
    library.record(*(section(number, text(number, edition)) for number in held), dated=EDITIONS[edition])


def near_a_passage(law: Law, chance: random.Random, number: int) -> Asked:
    """In the law's own words; the vector comes by chance, for the passages have none of the encoder's."""
    return of_the_law(law, chance, number)._replace(vector=invented(law, chance, number).vector)


@pytest.fixture(
    params=[
        pytest.param((True, invented), id="delta"),
        pytest.param((False, invented), id="no-delta"),
        pytest.param((True, near_a_passage), id="delta-in-words-of-the-law"),
    ]
)
def asker(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Asker:
    """Over three editions, of which the last two stand beside the index or in it."""
    beside: bool
    questions: Questions
    beside, questions = request.param
    encoder = Encoder.objects.create(name="by chance", revision="1", dimension=32)
    monkeypatch.setattr(embedding, "current_encoder", lambda: encoder)
    generations.root().mkdir(parents=True)
    for edition in range(len(EDITIONS)):
        shelve(edition)
        give_passages(encoder)
        if edition == 0 or not beside:
            generations.build(encoder)
    shelf_of.cache_clear()
    asker = Asker(encoder, seed=7, questions=questions)
    monkeypatch.setattr(embedding, "encode_question", asker.encode_question)
    return asker


def test_nothing_of_another_day_is_found(asker: Asker) -> None:
    asker.ask_all(QUESTIONS)
    assert all(asker.found[who] > QUESTIONS for who in ("dense", "lexical", "fused"))
    assert 0 < asker.empty < QUESTIONS


def test_words_of_the_law_are_asked_around_the_days_on_which_it_changed(asker: Asker) -> None:
    chance = random.Random(3)  # noqa: S311  chance, no secret
    asked = [of_the_law(asker.law, chance, number) for number in range(40)]
    known = set(asker.law.words)
    assert all(word in known for one in asked for word in one.text.split())
    assert asker.law.turns == list(EDITIONS)
    distances = [min(abs((one.day - turn).days) for turn in EDITIONS) for one in asked]
    assert {0, 1} <= set(distances)
    assert max(distances) > 100


def without_a_filter(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Facets, "allowed", lambda self, filters: None)


def with_a_filter_of_yesterday(patch: pytest.MonkeyPatch) -> None:
    right = Facets.allowed
    before = dt.timedelta(days=400)
    patch.setattr(Facets, "allowed", lambda self, filters: right(self, Filters(as_of=filters.as_of - before)))


def filtered_after_ranking(name: str) -> Callable[[pytest.MonkeyPatch], None]:
    def mutate(patch: pytest.MonkeyPatch) -> None:
        search, allowed = getattr(Shelf, name), Facets.allowed

        def searched(self: Shelf, what: object, filters: Filters, limit: int) -> list[Hit]:
            with pytest.MonkeyPatch.context() as inside:
                inside.setattr(Facets, "allowed", lambda facets, filters: None)
                hits: list[Hit] = search(self, what, filters, limit)
            view = self._current()
            assert isinstance(view.base, LocalSnapshot)
            law: set[int] = set()
            for facets in (view.base.facets, view.delta.facets):
                mask = allowed(facets, filters)
                law |= set((facets.ids if mask is None else facets.ids[mask]).tolist())
            return [hit for hit in hits if hit.passage_id in law]

        patch.setattr(Shelf, name, searched)

    return mutate


@pytest.mark.parametrize(
    "mutate",
    [
        pytest.param(without_a_filter, id="no-filter"),
        pytest.param(with_a_filter_of_yesterday, id="another-day"),
        pytest.param(filtered_after_ranking("search_dense"), id="dense-filtered-after-ranking"),
        pytest.param(filtered_after_ranking("search_lexical"), id="lexical-filtered-after-ranking"),
    ],
)
def test_it_is_noticed_where_the_filter_is_not_what_it_should_be(
    asker: Asker, monkeypatch: pytest.MonkeyPatch, mutate: Callable[[pytest.MonkeyPatch], None]
) -> None:
    mutate(monkeypatch)
    with pytest.raises(WrongDay):
        asker.ask_all(QUESTIONS)
