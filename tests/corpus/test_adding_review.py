"""What was read, and what it changes, is shown before it becomes searchable; a person's decision counts."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.test import Client

from corpus import embedding, jobs, pipeline
from corpus.models import Document, IngestJob, Section
from tests.adding import ACT, a_job, with_pages

pytestmark = pytest.mark.django_db
State = IngestJob.State
LATER = (
    ACT.replace("within seven days", "within two days")
    .replace("2. Offences", "2. <b>Crimes</b>")
    .replace("liable to a fine.", "liable to a fine.\n\n3. Ferries\nA ferry shall carry two lanterns.")
)


@pytest.fixture(autouse=True)
def hinted(monkeypatch: pytest.MonkeyPatch) -> list[uuid.UUID]:
    """The jobs of which a worker was told."""
    told: list[uuid.UUID] = []
    monkeypatch.setattr("corpus.adding_jobs.hint", told.append)
    return told


@pytest.fixture(autouse=True)
def unembedded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts go through every stage but the last: passages and their embeddings are not looked at here."""
    monkeypatch.setattr("corpus.rows.split_new_sections", lambda *args, **kwargs: None)
    monkeypatch.setattr("corpus.rows.embed_new_passages", lambda *args, **kwargs: None)
    monkeypatch.setattr(embedding, "current_encoder", lambda: None)


def page(response: Any) -> str:
    return str(response.content.decode())


def words(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page(response)).split())


def worked(job: IngestJob) -> IngestJob:
    """The job after a worker has had it."""
    jobs.work(job.pk, "test", pipeline.ingest)
    job.refresh_from_db()
    return job


@pytest.fixture
def first() -> IngestJob:
    job = worked(with_pages(a_job()))
    assert job.state == State.READY, job.message
    return job


@pytest.fixture
def later(first: IngestJob) -> IngestJob:
    job = worked(with_pages(a_job("later.txt", LATER, first.batch), LATER))
    assert job.state == State.REVIEW, job.message
    return job


def test_a_text_to_be_checked_shows_its_sections_before_they_are_searchable(client: Client) -> None:
    job = worked(with_pages(a_job(check_first=True)))
    assert job.state == State.REVIEW
    assert not Section.objects.exists()
    shown = page(client.get(f"/library/jobs/{job.pk}/"))
    for part in (
        "3 sections found",
        "Duty to light",
        "Offences",
        "p. 1",
        "The council shall light",
        "Confirm",
        "Discard",
    ):
        assert part in shown
    assert "What it changes" not in shown


def test_confirming_makes_it_searchable_with_the_facts_given(client: Client, hinted: list[uuid.UUID]) -> None:
    job = worked(with_pages(a_job(check_first=True)))
    facts = {"title": "Street Lanterns Act", "jurisdiction": "gb", "kind": "statute"}
    assert "Confirmed." in page(client.post(f"/library/jobs/{job.pk}/", facts, follow=True))
    assert hinted == [job.pk]
    assert worked(job).state == State.READY
    assert Document.objects.get().title == "Street Lanterns Act"


def test_a_newer_edition_shows_what_it_changes_word_by_word(client: Client, later: IngestJob) -> None:
    response = client.get(f"/library/jobs/{later.pk}/")
    shown = page(response)
    assert "2 changed 1 added 0 removed 1 unchanged" in words(response)
    assert "<del>seven </del><ins>two </ins>" in shown
    assert "A ferry shall carry two lanterns." in shown
    assert "<b>Crimes" not in shown
    assert "&lt;b&gt;Crimes" in shown


def test_confirmed_as_an_edition_it_supersedes_what_it_changed(client: Client, later: IngestJob) -> None:
    client.post(f"/library/jobs/{later.pk}/", {"becomes": "edition", "dated": "2030-01-01"})
    assert worked(later).state == State.READY
    document = Document.objects.get()
    assert document.editions.count() == 2
    assert Section.objects.filter(document=document, valid_to__isnull=False).count() == 2


def test_confirmed_as_a_document_of_its_own_it_stands_beside_the_other(
    client: Client, later: IngestJob
) -> None:
    client.post(f"/library/jobs/{later.pk}/", {"becomes": "own"})
    assert worked(later).state == State.READY
    assert Document.objects.count() == 2
    assert not Section.objects.filter(valid_to__isnull=False).exists()


def test_discarding_leaves_the_shelf_as_it_was(client: Client, later: IngestJob) -> None:
    client.post(f"/library/jobs/{later.pk}/cancel")
    later.refresh_from_db()
    assert later.state == State.CANCELLED
    assert Document.objects.get().editions.count() == 1


def test_two_people_who_confirm_do_it_once(client: Client, later: IngestJob, hinted: list[uuid.UUID]) -> None:
    assert jobs.confirm(later, edition_of=None)
    shown = page(client.post(f"/library/jobs/{later.pk}/cancel", follow=True))
    assert "was cancelled" in shown
    assert not jobs.confirm(later, edition_of=None)


def test_long_previews_and_comparisons_have_pages(
    client: Client, later: IngestJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corpus.adding_jobs.SECTIONS_A_PAGE", 2)
    monkeypatch.setattr("corpus.adding_jobs.CHANGES_A_PAGE", 1)
    shown = page(client.get(f"/library/jobs/{later.pk}/?page=2&changes=3"))
    assert "Page 2 of 2" in shown
    assert "Changes, page 3 of 3" in shown
    assert shown.count('<details class="altered') == 1


def test_searchable_sections_lead_to_their_pages(client: Client, first: IngestJob) -> None:
    shown = page(client.get(f"/library/jobs/{first.pk}/"))
    for section in Section.objects.all():
        assert f'href="/sections/{section.pk}/"' in shown
    assert f'href="/documents/{first.document_id}/"' in shown
    assert 'href="/?shelf=our-law"' in shown


def test_asking_about_a_text_chooses_its_shelf(client: Client, first: IngestJob) -> None:
    from tests.adding import shelf

    shelf("other", name="Other law")
    shown = page(client.get("/?shelf=our-law"))
    assert re.search(r'value="our-law"[^>]*checked', shown)
    assert not re.search(r'value="other"[^>]*checked', shown)


def test_what_was_removed_can_be_put_back(client: Client, first: IngestJob) -> None:
    client.post(f"/library/jobs/{first.pk}/remove")
    assert not Document.objects.exists()
    client.post(f"/library/jobs/{first.pk}/retry")
    assert worked(first).state == State.READY
    assert Section.objects.count() == 3
