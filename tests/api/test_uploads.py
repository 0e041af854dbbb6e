"""Files over the interface: kept once, on shelves to which the key may add, and taken off again."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from api.models import Scope
from corpus import files
from corpus.models import Collection, IngestJob, Membership, StoredFile, User
from corpus.roles import Role
from tests.adding import a_job, shelf, upload
from tests.api.calls import Program, a_key, a_person, is_problem
from tests.factories import a_collection

pytestmark = pytest.mark.django_db


@pytest.fixture
def librarian() -> User:
    return a_person("lib", role=Role.LIBRARIAN)


@pytest.fixture
def adds(librarian: User) -> Program:
    return Program(a_key(librarian, Scope.INGEST)[1])


def send(program: Program, file: Any = None, collection: str = "our-law", **headers: str) -> Any:
    return program.send("uploads/", {"file": file or upload(), "collection": collection}, **headers)


def test_a_file_is_kept_and_a_worker_told(adds: Program, librarian: User, hinted: list[uuid.UUID]) -> None:
    shelf()
    response = send(adds)
    job = IngestJob.objects.get()
    assert (response.status_code, response["Location"]) == (201, f"/api/v1/uploads/{job.pk}/")
    assert (response.json()["state"], response.json()["sha256"]) == (
        "queued",
        StoredFile.objects.get().sha256,
    )
    assert job.batch.added_by == librarian
    assert hinted == [job.pk]


def test_the_same_bytes_are_there_already(adds: Program) -> None:
    shelf()
    first = send(adds)
    again = send(adds)
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    assert IngestJob.objects.count() == 1


def test_a_call_with_the_same_name_is_answered_as_before(adds: Program) -> None:
    shelf()
    assert send(adds, Idempotency_Key="u-1").status_code == 201
    assert send(adds, Idempotency_Key="u-1").status_code == 201
    assert is_problem(send(adds, upload("other.txt"), Idempotency_Key="u-1"), 422)


def test_nothing_is_added_where_the_owner_may_not_add(librarian: User, adds: Program) -> None:
    matter = a_collection("matter", access=Collection.Access.MATTER)
    a_collection("eu-digital")
    for slug in ("matter", "eu-digital", "nowhere"):
        assert is_problem(send(adds, collection=slug), 400, "may not add")
    Membership.objects.create(collection=matter, user=librarian, may_add=True)
    assert send(adds, collection="matter").status_code == 201


def test_a_reader_adds_nothing_and_his_bytes_are_not_kept(person: User) -> None:
    shelf()
    assert is_problem(send(Program(a_key(person, Scope.INGEST)[1])), 403, "contributor")
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    ("file", "status"),
    [
        pytest.param(SimpleUploadedFile("empty.txt", b""), 415, id="empty"),
        pytest.param(
            SimpleUploadedFile("page.pdf", b"\x89PNG\r\n\x1a\n" + b"x" * 64), 415, id="not-what-it-says"
        ),
        pytest.param("no file", 400, id="text"),
    ],
)
def test_what_is_no_law_is_refused(adds: Program, file: Any, status: int) -> None:
    shelf()
    assert is_problem(send(adds, file), status)
    assert not IngestJob.objects.exists()


def test_a_file_that_is_too_large_is_refused(adds: Program, settings: LazySettings) -> None:
    shelf()
    settings.LAWQA_MAX_UPLOAD_BYTES = 20
    assert is_problem(send(adds), 413, "larger than")


def test_a_name_never_becomes_a_path(adds: Program) -> None:
    shelf()
    name = send(adds, upload("../../etc/passwd")).json()["name"]
    assert ".." not in name


def test_deleting_cancels_what_is_not_finished_and_is_done_once(adds: Program) -> None:
    job = a_job()
    assert adds.delete(f"uploads/{job.pk}/").status_code == 204
    job.refresh_from_db()
    assert job.state == IngestJob.State.CANCELLED
    IngestJob.objects.update(state=IngestJob.State.REMOVED)
    assert is_problem(adds.delete(f"uploads/{job.pk}/"), 409)


def test_files_of_a_matter_are_not_there_for_others(adds: Program) -> None:
    matter = a_collection("matter", access=Collection.Access.MATTER)
    job = a_job()
    IngestJob.objects.update(collection=matter)
    assert adds.get("uploads/").json()["count"] == 0
    assert is_problem(adds.get(f"uploads/{job.pk}/"), 404)
    assert is_problem(adds.delete(f"uploads/{job.pk}/"), 404)


PART = b'--b\r\nContent-Disposition: form-data; name="file"; filename="law.txt"\r\n'


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(PART + b"\r\nSection 1. Bees.", id="cut-off"),
        pytest.param(PART + b"Content-Transfer-Encoding: base64\r\n\r\nabc\r\n--b--\r\n", id="broken-base64"),
    ],
)
def test_a_body_that_breaks_off_leaves_nothing_on_the_disk(librarian: User, body: bytes) -> None:
    shelf()
    headers = {"Authorization": f"Bearer {a_key(librarian, Scope.INGEST)[1]}"}
    kind = "multipart/form-data; boundary=b"
    assert is_problem(Client().post("/api/v1/uploads/", body, content_type=kind, headers=headers), 400)
    assert list((files.root() / "incoming").iterdir()) == []
