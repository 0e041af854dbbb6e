"""The disk is full: what cannot be kept is refused in words, nothing is left half-written, and room makes all well."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus import jobs
from corpus.models import IngestJob
from tests.fault import law
from tests.fault.checker import check
from tests.fault.conftest import Installing
from tests.fault.installation import QUICK, Installation
from tests.fault.reader import Reader

State = IngestJob.State
DISK = 64_000_000
ROOM = 3_000_000
BIG = b"The keeper of bees shall keep a register of hives.\n" * 120_000  # 6 MB


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    options = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(options, check=False, capture_output=True).returncode != 0:
        pytest.skip("only root may mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def free(folder: Path) -> int:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


@contextlib.contextmanager
def filled(folder: Path, room: int) -> Iterator[None]:
    """Somebody else's file leaves so many bytes of the disk."""
    filler = folder / "filler"
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, free(folder) - room))
    try:
        yield
    finally:
        filler.unlink()


def upload_to_a_full_disk(found: Installation) -> None:
    found.serve()
    reader = Reader(found.port)
    with filled(found.data, ROOM):
        refused = reader.upload("big.txt", BIG)
        incoming = found.data / "files" / "incoming"
        assert list(incoming.iterdir()) == [], "nothing is left half received"
        assert refused.status == 507
        assert "no room" in refused.json()["error"]
        assert reader.get("/library/").status == 200
    assert reader.upload("big.txt", BIG).status == 201


def test_a_file_for_which_there_is_no_room_is_refused_and_taken_later(
    install: Installing, disk: Path
) -> None:
    upload_to_a_full_disk(install(data=disk / "data"))


def test_without_tidying_up_half_a_file_stays(install: Installing, disk: Path) -> None:
    found = install(data=disk / "data", patches=(*QUICK, "untidy"))
    with pytest.raises(AssertionError, match="half received"):
        upload_to_a_full_disk(found)


def test_a_database_that_cannot_grow_is_said_in_words_and_grows_again(
    install: Installing, disk: Path
) -> None:
    """Files fit into the last pages of the disk for a while, then nothing does: no reply is a traceback."""
    found = install(data=disk / "data")
    found.serve()
    reader = Reader(found.port)
    statuses = []
    with filled(found.data, 300_000):
        for number in range(60):
            content = law.text(number, 10)
            reply = reader.upload(f"act {number}.txt", content)
            statuses.append(reply.status)
            if reply.status == 201:
                found.acknowledge(f"act {number}.txt", content, "our-law")
            else:
                assert reply.json()["error"]
    assert set(statuses) - {201} <= {507, 503}
    assert statuses[-1] in (507, 503)
    content = law.text(99)
    assert reader.upload("later.txt", content).status == 201
    found.acknowledge("later.txt", content, "our-law")
    found.start("beat")
    found.start("ingester")
    found.settle(120)
    check(found)


def test_a_worker_without_room_goes_on_when_there_is(install: Installing, disk: Path) -> None:
    found = install(data=disk / "data")
    found.start("beat")
    worker = found.start("ingester")
    found.settle(10)
    job = found.add("act.txt", law.text(1, 400), hint=False)
    with filled(found.data, 100_000):
        time.sleep(8)
        job.refresh_from_db()
        assert job.state != State.READY
        assert worker.poll() is None
    found.settle(60)
    job.refresh_from_db()
    if job.state != State.READY:
        assert job.message
        assert jobs.retry(job)
        found.settle(60)
        job.refresh_from_db()
    assert job.state == State.READY
    assert worker.poll() is None
    check(found)
