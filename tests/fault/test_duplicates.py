"""The same bytes many times at once: one job on a shelf, another shelf has its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from corpus import receiving
from corpus.models import IngestJob, StoredFile
from tests.fault import law
from tests.fault.checker import check
from tests.fault.conftest import Installing
from tests.fault.installation import QUICK, Installation
from tests.fault.reader import Reader

TIMES = 50


def add_many_times(found: Installation) -> None:
    """Half of them under another name, and at the same time onto another shelf."""
    receiving.shelf("second", "Second shelf")
    found.serve()
    content = law.text(1)

    def upload(number: int) -> int:
        shelf = "second" if number % 5 == 0 else "our-law"
        name = "act.txt" if number % 2 else f"copy of the act {number}.txt"
        reply = Reader(found.port).upload(name, content, shelf=shelf)
        if reply.status in (200, 201):
            found.acknowledge(name, content, shelf)
        return reply.status

    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(upload, range(TIMES)))
    assert IngestJob.objects.filter(collection__slug="our-law").count() == 1, "one job on a shelf"
    assert IngestJob.objects.filter(collection__slug="second").count() == 1, "one job on a shelf"
    assert sorted(statuses) == [200] * (TIMES - 2) + [201] * 2
    assert StoredFile.objects.count() == 1
    found.start("beat")
    found.start("ingester")
    found.settle(60)
    check(found)


def test_the_same_bytes_at_once_become_one_job_a_shelf(install: Installing) -> None:
    add_many_times(install())


def test_without_looking_and_without_the_constraint_they_become_many(install: Installing) -> None:
    found = install(patches=(*QUICK, "blind-add"))
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX one_job_a_file_and_shelf")
    with pytest.raises(AssertionError, match="one job on a shelf"):
        add_many_times(found)
