"""Who reads a shelf, who adds to it, and that every kind of row asks the same."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import AnonymousUser

from corpus.models import (
    Batch,
    Collection,
    Document,
    Edition,
    IngestJob,
    Membership,
    Passage,
    Section,
    StoredFile,
    User,
)
from tests import adding, factories

pytestmark = pytest.mark.django_db


def a_person(who: str) -> Any:
    """`reader`, `admin` …: a role; `reader in`: a member of the matter; `reader in+`: who may add there."""
    if who == "nobody":
        return AnonymousUser()
    role, _, inside = who.removeprefix("suspended ").removeprefix("super ").partition(" ")
    user = User.objects.create(
        username=who,
        role=role,
        is_active=not who.startswith("suspended"),
        is_superuser=who.startswith("super"),
    )
    if inside:
        matter = Collection.objects.get(slug="matter")
        Membership.objects.create(collection=matter, user=user, may_add=inside == "in+", leads=True)
    return user


@pytest.fixture(autouse=True)
def shelves(settings: LazySettings) -> None:
    settings.LAWQA_ANONYMOUS = settings.LAWQA_LAPTOP = False
    for access in Collection.Access:
        factories.a_collection(access.value, access=access)
    factories.a_collection("other", access="matter")


@pytest.mark.parametrize(
    ("who", "read", "added_to"),
    [
        ("nobody", "", ""),
        ("reader", "firm public", ""),
        ("reader in", "firm matter public", ""),
        ("reader in+", "firm matter public", ""),
        ("contributor", "firm public", ""),
        ("contributor in", "firm matter public", ""),
        ("contributor in+", "firm matter public", "matter"),
        ("librarian", "firm public", "firm public"),
        ("librarian in+", "firm matter public", "firm matter public"),
        ("admin", "firm public", "firm public"),
        ("super reader", "firm public", "firm public"),
        ("suspended admin in+", "", ""),
        ("suspended reader in", "", ""),
    ],
)
def test_who_reads_and_who_adds(who: str, read: str, added_to: str) -> None:
    person = a_person(who)
    assert " ".join(Collection.objects.readable_by(person).values_list("slug", flat=True)) == read
    assert " ".join(Collection.objects.addable_by(person).values_list("slug", flat=True)) == added_to


def test_who_has_not_signed_in_reads_official_law_where_the_operator_says_so(settings: LazySettings) -> None:
    settings.LAWQA_ANONYMOUS = True
    for nobody in (AnonymousUser(), None):
        assert [shelf.slug for shelf in Collection.objects.readable_by(nobody)] == ["public"]
    assert not Collection.objects.addable_by(AnonymousUser()).exists()


def test_to_a_closed_matter_nothing_is_added_and_its_members_read_on() -> None:
    person = a_person("contributor in+")
    Collection.objects.filter(slug="matter").update(closed_at="2026-01-01T00:00:00Z")
    assert Collection.objects.readable_by(person).filter(slug="matter").exists()
    assert not Collection.objects.addable_by(person).exists()


@pytest.mark.parametrize("model", [Document, Section, Passage, Edition, IngestJob, Batch, StoredFile])
def test_rows_are_seen_by_who_reads_their_shelf(model: Any) -> None:
    matter = Collection.objects.get(slug="matter")
    section = factories.a_section(factories.a_document(matter))
    Passage.objects.create(section=section, start=0, end=5)
    adding.a_job(batch=adding.a_batch(matter))
    assert model.objects.visible_to(a_person("reader in")).count() == model.objects.count() == 1
    for who in ("reader", "librarian", "super admin", "suspended admin in", "nobody"):
        assert not model.objects.visible_to(a_person(who)).exists(), who


def test_bytes_that_lie_in_a_matter_too_are_seen_for_the_shelf_that_is_read() -> None:
    for slug in ("matter", "other", "firm"):
        adding.a_job(batch=adding.a_batch(Collection.objects.get(slug=slug)))
    assert StoredFile.objects.count() == 1
    assert StoredFile.objects.visible_to(a_person("reader in")).count() == 1
    assert not StoredFile.objects.visible_to(a_person("suspended reader")).exists()


def test_jobs_are_worked_on_by_who_may_add_to_their_shelf() -> None:
    adding.a_job(batch=adding.a_batch(Collection.objects.get(slug="matter")))
    assert IngestJob.objects.workable_by(a_person("contributor in+")).exists()
    for who in ("contributor in", "contributor", "librarian", "super admin"):
        assert not IngestJob.objects.workable_by(a_person(who)).exists(), who
