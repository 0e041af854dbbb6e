"""Pages and workers die while files arrive: what was acknowledged is on the disk at every instant."""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import shutil
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path

import pytest

from tests.fault import law
from tests.fault.checker import check
from tests.fault.conftest import FULL, Installing
from tests.fault.installation import QUICK, Installation
from tests.fault.reader import Reader

DEATHS = 500 if FULL else 3
COPIES = 2  # between two deaths


@contextlib.contextmanager
def uploading(found: Installation, chance: random.Random) -> Iterator[list[int]]:
    """Somebody adds files all the time; what was not acknowledged is forgotten, as the browser does."""
    stop, statuses = threading.Event(), list[int]()

    def upload() -> None:
        number = chance.randrange(10**6)
        while not stop.is_set():
            number += 1
            content = law.text(number, 1 + number % 3)
            try:
                reply = Reader(found.port).upload(f"act {number}.txt", content)
            except (OSError, HTTPException):
                time.sleep(0.05)
                continue
            statuses.append(reply.status)
            if reply.status == 201:
                found.acknowledge(f"act {number}.txt", content, "our-law")

    thread = threading.Thread(target=upload)
    thread.start()
    try:
        yield statuses
    finally:
        stop.set()
        thread.join()


def copy_as_it_is(found: Installation, target: Path) -> None:
    """What a loss of power would leave of the database, all processes standing still for the copy's sake."""
    groups = [process.pid for process in found.processes.values() if process.poll() is None]
    for group in groups:
        os.killpg(group, signal.SIGSTOP)
    try:
        target.mkdir()
        for name in ("lawqa.sqlite3", "lawqa.sqlite3-wal"):
            if (found.data / name).exists():
                shutil.copy(found.data / name, target / name)
    finally:
        for group in groups:
            os.killpg(group, signal.SIGCONT)


def everything_acknowledged_is_in(copy: Path, found: Installation, known: int) -> None:
    connection = sqlite3.connect(copy / "lawqa.sqlite3")
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        jobs = "SELECT f.sha256 FROM corpus_ingestjob j JOIN corpus_storedfile f ON f.id = j.file_id"
        held = {row[0] for row in connection.execute(jobs)}
    finally:
        connection.close()
    for acknowledged in found.acknowledged[:known]:
        assert acknowledged.sha256 in held, f"{acknowledged.name}: its row is lost"
        blob = found.data / "files" / acknowledged.sha256[:2] / acknowledged.sha256
        assert blob.exists(), f"{acknowledged.name}: its bytes are lost"
        assert hashlib.sha256(blob.read_bytes()).hexdigest() == acknowledged.sha256


def die_while_files_arrive(found: Installation, chance: random.Random, deaths: int) -> None:
    found.start("beat")
    with uploading(found, chance) as statuses:
        for death in range(deaths):
            found.serve()
            if not found.alive("ingester"):
                found.start("ingester")
            for number in range(COPIES):
                time.sleep(chance.uniform(0.1, 1.0))
                known, copy = len(found.acknowledged), found.data / f"copy-{death}-{number}"
                copy_as_it_is(found, copy)
                everything_acknowledged_is_in(copy, found, known)
                shutil.rmtree(copy)
            for role in ("web", "ingester")[: chance.randint(1, 2)]:
                found.kill(role)
            known = len(found.acknowledged)
            copy_as_it_is(found, found.data / f"dead-{death}")
            everything_acknowledged_is_in(found.data / f"dead-{death}", found, known)
            shutil.rmtree(found.data / f"dead-{death}")
    print(f"{len(found.acknowledged)} acknowledged, {deaths} deaths")
    assert set(statuses) <= {201}, "no reply but an acknowledgement"
    assert len(found.acknowledged) > deaths


def test_what_was_acknowledged_survives_every_death(install: Installing, seed: int) -> None:
    found = install()
    die_while_files_arrive(found, random.Random(seed), DEATHS)
    for path in (found.data / "files" / "incoming").iterdir():  # of uploads that nobody acknowledged
        os.utime(path, (0, 0))
    if not found.alive("ingester"):
        found.start("ingester")
    found.settle(120 + 2 * DEATHS)
    check(found)


def test_bytes_put_in_place_after_the_reply_are_lost(install: Installing, seed: int) -> None:
    found = install(patches=(*QUICK, "hasty"))
    with pytest.raises(AssertionError, match="its bytes are lost"):
        die_while_files_arrive(found, random.Random(seed), DEATHS)
