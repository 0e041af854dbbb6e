"""`manage.py ingest`: what becomes of each file, said in a table and in the exit status."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from corpus import embedding, jobs, pipeline
from corpus.models import Collection, IngestJob, Section
from tests.adding import ACT, a_pdf

pytestmark = pytest.mark.django_db
State = IngestJob.State


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[uuid.UUID]:
    """The jobs of which a worker was told."""
    pks: list[uuid.UUID] = []
    monkeypatch.setattr("corpus.management.commands.ingest.hint", pks.append)
    return pks


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts become searchable without being read."""

    def flow(job: IngestJob, lease: jobs.Lease) -> None:
        lease("extraction", 1, 1)
        lease.end(State.READY)

    monkeypatch.setattr(pipeline, "ingest", flow)
    monkeypatch.setattr(embedding, "current_encoder", lambda: None)
    monkeypatch.setattr("corpus.compaction.due", lambda: False)


def said(capfd: pytest.CaptureFixture[str], *args: str) -> str:
    call_command("ingest", *args)
    return " ".join(capfd.readouterr().out.split())


def refused(*args: str) -> str:
    with pytest.raises(CommandError) as caught:
        call_command("ingest", *args)
    return str(caught.value)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two texts, one inside another folder, and what is passed over."""
    root = tmp_path / "law"
    (root / "old").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / "lanterns.txt").write_text(ACT)
    (root / "old" / "ferries.TXT").write_text("An Act about ferries.")
    (root / "old" / "photo.png").write_bytes(b"\x89PNG")
    (root / ".hidden.txt").write_text("hidden")
    (root / ".git" / "config.txt").write_text("hidden")
    return root


@pytest.mark.usefixtures("quick")
def test_a_folder_is_searched_with_all_in_it(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    out = said(capfd, str(folder))
    assert sorted(IngestJob.objects.values_list("name", "state")) == [
        ("lanterns.txt", State.READY), ("old/ferries.TXT", State.READY),
    ]  # fmt: skip
    assert out.count("Passed over, hidden:") == 2
    assert "Passed over, neither PDF, Word, HTML nor text:" in out
    assert Collection.objects.get().slug == "our-law"
    assert IngestJob.objects.values("batch").distinct().count() == 1


@pytest.mark.usefixtures("quick")
def test_adding_again_adds_nothing(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    said(capfd, str(folder))
    assert "was there already" in said(capfd, str(folder))
    assert IngestJob.objects.count() == 2


@pytest.mark.usefixtures("quick")
def test_a_shelf_may_be_named(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    said(capfd, str(folder / "lanterns.txt"), "--collection", "leases", "--name", "Our leases")
    assert list(Collection.objects.values_list("slug", "name", "access")) == [
        ("leases", "Our leases", Collection.Access.FIRM)
    ]


def test_queue_leaves_the_reading_to_the_worker(
    folder: Path, told: list[uuid.UUID], capfd: pytest.CaptureFixture[str]
) -> None:
    out = said(capfd, str(folder), "--queue", "--check")
    assert "waiting" in out
    queued = IngestJob.objects.filter(state=State.QUEUED, check_first=True)
    assert set(queued.values_list("pk", flat=True)) == set(told)
    assert len(told) == 2


@pytest.mark.usefixtures("quick")
def test_one_bad_file_does_not_harm_the_others_and_fails_the_command(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "empty.pdf").touch()
    (folder / "locked.txt").write_text("locked")
    (folder / "gone.txt").symlink_to(folder / "nowhere.txt")
    assert "1 of 4 not added" in refused(str(folder))
    out = " ".join(capfd.readouterr().out.split())
    assert "The file is empty" in out
    assert IngestJob.objects.filter(state=State.READY).count() == 3


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        pytest.param(["nowhere.pdf"], "There is no file or folder nowhere.pdf.", id="no-file"),
        pytest.param(["{folder}/.git"], "no file in it that could be read", id="nothing-inside"),
        pytest.param(["{folder}", "--collection", "eu-digital"], "shelf of a law pack", id="pack"),
        pytest.param(["{folder}", "--collection", "jobs"], "word of an address", id="reserved"),
        pytest.param(["{folder}", "--collection", "Our Law"], "cannot name a shelf", id="slug"),
        pytest.param(["{folder}", "--name", "x" * 201], "at most 200 are kept", id="long-name"),
    ],
)
@pytest.mark.usefixtures("quick")
def test_what_cannot_be_meant_gets_one_sentence(folder: Path, args: list[str], sentence: str) -> None:
    folder.joinpath(".git", "config.txt").rename(folder / ".git" / ".config.txt")
    assert sentence in refused(*(arg.format(folder=folder) for arg in args))
    assert not IngestJob.objects.exists()


def test_without_its_encoder_the_command_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise embedding.EncoderMissing("LAWQA_ENCODER is 'nothing', which is no folder.")

    monkeypatch.setattr(embedding, "current_encoder", missing)
    assert "LAWQA_ENCODER is 'nothing'" in refused(str(folder))


def test_who_breaks_off_leaves_the_job_to_the_worker(
    folder: Path, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken_off(job: IngestJob, lease: jobs.Lease) -> None:
        lease("extraction", 1, 9)
        raise KeyboardInterrupt

    monkeypatch.setattr(pipeline, "ingest", broken_off)
    with pytest.raises(KeyboardInterrupt):
        call_command("ingest", str(folder))
    states = set(IngestJob.objects.values_list("state", "attempts", "worker", "lease_until"))
    assert states == {(State.QUEUED, 0, "", None)}


@pytest.fixture
def law(tmp_path: Path) -> Path:
    """An empty folder."""
    (tmp_path / "law").mkdir()
    return tmp_path / "law"


def test_a_file_is_read_to_the_end(law: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (law / "lanterns.pdf").write_bytes(a_pdf(*ACT.splitlines(), title="Lanterns Act 2019"))
    (law / "broken.pdf").write_bytes(b"%PDF-1.7\n")
    assert "1 of 2" in refused(str(law))
    out = " ".join(capfd.readouterr().out.split())
    assert "Lanterns Act 2019" in out
    assert "damaged" in out
    found = Section.objects.filter(document__collection__slug="our-law")
    assert any("light every lantern before sunset" in section.text for section in found)
    assert all(section.page_breaks for section in found)


def test_a_text_that_changes_a_document_waits_for_a_person(
    law: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (law / "lanterns.txt").write_text(ACT)
    assert "Lanterns Act 2019" in said(capfd, str(law))
    (law / "later.txt").write_text(ACT.replace("seven days", "two days"))
    said(capfd, str(law))
    later = IngestJob.objects.get(name="later.txt")
    assert later.state == State.REVIEW
    assert later.edition_of == IngestJob.objects.get(name="lanterns.txt").document
