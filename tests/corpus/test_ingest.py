"""A file on its way onto a shelf, through every stage: what is read, held for review, corrected, taken back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from corpus import consistency, files, jobs, pipeline
from corpus.models import Batch, Document, IngestJob, Passage, Section, StoredFile
from corpus.types import Facts, Filters, Kind
from tests import library

pytestmark = pytest.mark.django_db
State = IngestJob.State

ACT = """\
HIVES ACT 2019
Act 12 of 2019

An Act to register hives and to protect bees.

1. Short title
This Act may be cited as the Hives Act 2019.

2. Commencement
This Act shall come into force on 1 March 2019.

3. Registration of hives
(1) A keeper of bees shall register every hive with the county within 30 days.
(2) Subsection (1) does not apply to a school.

4. Offence
A person who contravenes section 3 commits an offence and is liable to a fine of 500 crowns.
"""
AMENDED = ACT.replace("within 30 days", "within 14 days").replace("1 March 2019", "1 June 2023")


def a_job(text: str = ACT, name: str = "hives.txt", slug: str = "our-law", **facts: Any) -> IngestJob:
    batch = Batch.objects.create(collection=library.shelf(slug))
    job, created = jobs.add(batch, files.store([text.encode()], name), name, **facts)
    assert created
    return job


def work(job: IngestJob) -> IngestJob:
    jobs.work(job.pk, "worker", pipeline.ingest)
    job.refresh_from_db()
    return job


def ingested(text: str = ACT, **facts: Any) -> IngestJob:
    return work(a_job(text, **facts))


def law(path: str = "s_3", on: dt.date = dt.date(2024, 1, 1)) -> str:
    return Section.objects.enacted(on).get(path=path).text


def test_a_text_becomes_a_document_with_sections_and_passages() -> None:
    job = ingested()
    assert (job.state, job.stage, job.attempts) == (State.READY, "done", 1), job.message
    document = Document.objects.get()
    assert (job.document, job.edition) == (document, document.editions.get())
    assert document.title == "Hives Act 2019"
    assert document.kind == Kind.STATUTE
    assert job.edition is not None
    assert (job.edition.dated, job.edition.file) == (dt.date(2019, 3, 1), job.file)
    assert "within 30 days" in law()
    assert Passage.objects.filter(embedding__isnull=True).count() == 0
    assert set(job.timings) == {"extraction", "structure", "passages", "embedding"}


def test_what_is_ingested_is_found_at_once() -> None:
    from corpus.embedding import current_encoder, encode_question
    from corpus.index.shelf import shelf_of

    ingested()
    vector = encode_question("When must a hive be registered?")
    hits = shelf_of(current_encoder()).search_dense(vector, Filters(as_of=dt.date(2024, 1, 1)), 3)
    found = Passage.objects.get(pk=hits[0].passage_id)
    assert found.section.path == "s_3"


def test_the_same_text_is_one_job_a_shelf() -> None:
    job = ingested()
    again = jobs.add(job.batch, files.store([ACT.encode()], "again.txt"), "again.txt")
    assert again == (job, False)
    other = a_job(slug="other-shelf")
    assert other.pk != job.pk
    assert StoredFile.objects.count() == 1


def test_a_newer_edition_waits_until_somebody_has_looked() -> None:
    first = ingested()
    second = ingested(AMENDED)
    assert (second.state, second.edition_of) == (State.REVIEW, first.document)
    assert "within 30 days" in law(), "nothing has changed yet"
    assert jobs.confirm(second, edition_of=first.document)
    work(second)
    assert second.state == State.READY, second.message
    assert second.document == first.document
    assert "within 14 days" in law()
    assert "within 30 days" in law(on=dt.date(2022, 1, 1))
    assert Section.objects.filter(path="s_4").count() == 1, "what did not change stays one row"


def test_it_may_be_confirmed_as_a_document_of_its_own() -> None:
    first = ingested()
    second = ingested(AMENDED)
    jobs.confirm(second, edition_of=None)
    work(second)
    assert second.document is not None
    assert second.document != first.document
    assert Document.objects.count() == 2


def test_facts_may_be_looked_at_first() -> None:
    job = ingested(check_first=True)
    assert (job.state, Document.objects.count()) == (State.REVIEW, 0)
    assert job.guessed["title"] == "Hives Act 2019"
    jobs.correct(job, Facts(title="Hives and Bees Act", dated=dt.date(2020, 1, 1)))
    work(job)
    assert job.state == State.READY
    assert Document.objects.get().title == "Hives and Bees Act"
    assert law(on=dt.date(2020, 1, 1))


def test_facts_may_be_corrected_afterwards() -> None:
    job = ingested()
    section = Section.objects.get(path="s_3")
    jobs.correct(job, Facts(title="Apiary Act", short_title="Apiary Act", dated=dt.date(2018, 1, 1)))
    work(job)
    assert job.state == State.READY, job.message
    section.refresh_from_db()
    assert section.label.startswith("Apiary Act")
    assert section.valid_from == dt.date(2018, 1, 1)
    assert Document.objects.get().title == "Apiary Act"
    assert section.passages.exclude(embedding__isnull=True).exists()


def test_what_is_removed_is_gone_and_can_be_put_back() -> None:
    job = ingested()
    assert jobs.remove(job)
    assert not Document.objects.exists()
    job.refresh_from_db()
    assert job.state == State.REMOVED
    assert jobs.retry(job)
    work(job)
    assert (job.state, Document.objects.count()) == (State.READY, 1)


def test_removing_an_edition_makes_the_older_words_law_again() -> None:
    first = ingested()
    second = ingested(AMENDED)
    jobs.confirm(second, edition_of=first.document)
    work(second)
    assert jobs.remove(second)
    assert "within 30 days" in law()
    assert Section.objects.filter(path="s_3").count() == 1


def test_what_is_deleted_for_good_leaves_no_bytes() -> None:
    job = ingested()
    path = files.path_of(job.file.sha256)
    assert path.exists()
    jobs.remove(job)
    assert jobs.forget(job)
    assert not IngestJob.objects.exists()
    assert not StoredFile.objects.exists()


def test_a_file_that_two_shelves_hold_outlives_one_of_them() -> None:
    job, other = ingested(), ingested(slug="other-shelf")
    jobs.remove(job)
    jobs.forget(job)
    assert files.path_of(other.file.sha256).exists()
    assert StoredFile.objects.get() == other.file


def test_a_job_that_was_cancelled_leaves_nothing_on_the_shelf() -> None:
    job = a_job()

    class Stopping(jobs.Lease):
        def __call__(self, stage: str, advance: int, total: int | None) -> None:
            if stage == "passages":
                jobs.cancel(self.job)
            super().__call__(stage, advance, total)

    jobs.work(job.pk, "worker", lambda job, lease: pipeline.ingest(job, Stopping(job, lease.token)))
    job.refresh_from_db()
    assert job.state == State.CANCELLED
    assert not Document.objects.exists()


def test_a_second_attempt_goes_on_where_the_first_stopped() -> None:
    job = a_job()

    class Killed(BaseException):
        """As if the process had died."""

    class Dying(jobs.Lease):
        def __call__(self, stage: str, advance: int, total: int | None) -> None:
            super().__call__(stage, advance, total)
            if stage == "embedding":
                raise Killed

    with pytest.raises(Killed):
        jobs.work(job.pk, "first", lambda job, lease: pipeline.ingest(job, Dying(job, lease.token)))
    assert IngestJob.objects.get().state == State.RUNNING
    IngestJob.objects.update(lease_until=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    assert jobs.sweep() == [job.pk]
    work(job)
    assert (job.state, job.attempts) == (State.READY, 2)
    starts = list(Passage.objects.values_list("section", "start"))
    assert len(starts) == len(set(starts)), "no passage twice"


def test_an_original_that_was_damaged_is_noticed() -> None:
    job = ingested()
    pipeline.update_index(library.quietly)
    assert [finding.sentence for finding in consistency.check() if not finding.agrees] == []
    files.path_of(job.file.sha256).write_bytes(b"other")
    said = [finding.sentence for finding in consistency.check() if not finding.agrees]
    assert len(said) == 1
    assert said[0].startswith("1 originals are missing or not what was uploaded.")


@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_deleted_for_good_while_it_is_added_says_so() -> None:
    batch = Batch.objects.create(collection=library.shelf("our-law"))
    file = files.store([ACT.encode()], "hives.txt")
    StoredFile.objects.all().delete()
    with pytest.raises(files.Gone, match="add it again"):
        jobs.add(batch, file, "hives.txt")
