"""Sections that the question cites itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from corpus import pipeline
from corpus.models import Collection, Passage, Section
from corpus.resolve import resolve_all
from corpus.types import Filters
from lawqa.retrieval.named import named
from tests import library

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("turned", [False, True])
def test_public_law_comes_before_what_bears_its_name_and_number(turned: bool) -> None:
    library.load(index=False)
    Collection.objects.shelf("ours", name="Ours", access=Collection.Access.FIRM)
    library.record(library.section(1, "A keeper of bees need never register a hive."), slug="ours")
    pipeline.add_passages(library.quietly)
    filters = Filters(as_of=dt.date(2024, 1, 1))
    (cited,) = resolve_all("What does Art. 1 of the Bees Act say?", filters)
    both = Section.objects.filter(path="art_1").order_by("-pk" if turned else "pk")
    found = named([replace(cited, section_ids=tuple(both.values_list("pk", flat=True)))], filters)
    rows = Passage.objects.in_bulk(found)
    shelves = [rows[key].section.document.collection.slug for key in found]
    assert list(dict.fromkeys(shelves)) == ["county", "ours"]
