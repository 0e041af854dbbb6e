"""The pages on which law is added: who may, what is taken, what is refused and how."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import OperationalError
from django.test import Client

from corpus import adding, jobs, receiving
from corpus.models import Batch, Collection, IngestJob, StoredFile, User
from corpus.roles import Role
from tests.adding import ACT, a_batch, a_job, send, shelf, upload

pytestmark = pytest.mark.django_db
State = IngestJob.State
NOWHERE = uuid.UUID(int=7)


@pytest.fixture(autouse=True)
def hinted(monkeypatch: pytest.MonkeyPatch) -> list[uuid.UUID]:
    """The jobs of which a worker was told."""
    told: list[uuid.UUID] = []
    for module in ("corpus.adding.hint", "corpus.adding_jobs.hint"):
        monkeypatch.setattr(module, told.append)
    return told


def page(response: Any) -> str:
    return str(response.content.decode())


# Who may


ADDRESSES = [
    "/library/add/", "/library/jobs/", "/library/jobs/body", f"/library/batches/{NOWHERE}/", f"/library/batches/{NOWHERE}/body",
    *(f"/library/jobs/{NOWHERE}/{end}" for end in ("", "body", "file", "remove", "forget")),
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_only_librarians_see_these_pages(client: Client, settings: LazySettings, address: str) -> None:
    settings.LAWQA_LAPTOP = False
    response = client.get(address)
    assert (response.status_code, response["Location"].split("?")[0]) == (302, "/accounts/login/")
    client.force_login(User.objects.create(username="a"))
    assert client.get(address).status_code == 403


def test_a_signed_out_script_is_told_so(client: Client, settings: LazySettings) -> None:
    settings.LAWQA_LAPTOP = False
    response = send(client)
    assert response.status_code == 403
    assert "Sign in again" in response.json()["error"]
    assert not StoredFile.objects.exists()


def test_librarians_add_where_hosts_are_named(client: Client, settings: LazySettings) -> None:
    settings.LAWQA_LAPTOP = False
    user = User.objects.create(username="librarian", role=Role.LIBRARIAN)
    client.force_login(user)
    assert "Signed in as librarian" in page(client.get("/library/add/"))
    assert send(client).status_code == 201
    assert Batch.objects.get().added_by == user


def test_the_owner_of_a_laptop_is_told_why_nobody_signs_in(client: Client) -> None:
    assert "nobody has to sign in on this address" in page(client.get("/library/add/"))


@pytest.mark.parametrize(("laptop", "shown"), [(True, True), (False, False)])
def test_the_way_to_add_is_shown_to_those_who_may(
    client: Client, settings: LazySettings, laptop: bool, shown: bool
) -> None:
    settings.LAWQA_LAPTOP = laptop
    for address in ("/", "/library/"):
        assert ('href="/library/add/"' in page(client.get(address))) is shown


@pytest.mark.parametrize("address", [*ADDRESSES[3:], f"/library/jobs/{NOWHERE}/cancel"])
def test_what_is_not_there_or_on_a_shelf_of_others_is_404(client: Client, address: str) -> None:
    method = client.post if address.endswith("cancel") else client.get
    assert method(address).status_code == 404
    hidden = a_job(batch=a_batch(shelf("m", access=Collection.Access.MATTER)))
    pk = hidden.batch_id if "batches" in address else hidden.pk
    assert method(address.replace(str(NOWHERE), str(pk))).status_code == 404


@pytest.mark.parametrize("action", ["cancel", "retry"])
def test_changes_are_posted_only(client: Client, action: str) -> None:
    response = client.get(f"/library/jobs/{a_job().pk}/{action}")
    assert (response.status_code, response["Allow"]) == (405, "POST, OPTIONS")


def test_a_foreign_page_cannot_post() -> None:
    client = Client(enforce_csrf_checks=True)
    assert send(client).status_code == 403
    assert client.post(f"/library/jobs/{a_job().pk}/cancel").status_code == 403
    assert not IngestJob.objects.filter(state=State.CANCELLED).exists()


# Adding


def test_a_file_is_acknowledged_with_its_job(client: Client, hinted: list[uuid.UUID]) -> None:
    response = send(client, name="acts/lanterns.txt", check_first="on")
    job = IngestJob.objects.get()
    assert response.status_code == 201
    assert response.json() == {
        "job": str(job.pk), "url": f"/library/jobs/{job.pk}/",
        "batch": str(job.batch_id), "batch_url": f"/library/batches/{job.batch_id}/",
    }  # fmt: skip
    assert (job.name, job.check_first, job.state) == ("acts/lanterns.txt", True, State.QUEUED)
    assert (job.collection.slug, job.collection.name, job.collection.access) == (
        "our-law", "Our own law", Collection.Access.FIRM,
    )  # fmt: skip
    assert hinted == [job.pk]


def test_files_sent_one_by_one_join_the_batch_of_their_page(client: Client) -> None:
    number = uuid.uuid4()
    for place in range(3):
        send(client, upload(f"{place}.txt", f"Act {place}".encode()), batch=number)
    assert Batch.objects.get().pk == number
    assert IngestJob.objects.filter(batch=number).count() == 3


def test_a_batch_of_somebody_else_is_not_joined(client: Client) -> None:
    theirs = Batch.objects.create(collection=shelf(), added_by=User.objects.create(username="b"))
    assert send(client, batch=theirs.pk).json()["batch"] != str(theirs.pk)


def test_the_same_bytes_on_the_same_shelf_are_named_not_stored_twice(client: Client) -> None:
    first = send(client).json()
    again = send(client, upload("copy.txt"))
    assert again.status_code == 200
    assert again.json() == {
        "duplicate_of": "lanterns.txt", "url": first["url"],
        "said": "“copy.txt” is already on this shelf as “lanterns.txt”: waiting.",
    }  # fmt: skip
    assert IngestJob.objects.count() == StoredFile.objects.count() == Batch.objects.count() == 1
    assert send(client, shelf=":new", new_shelf="Second").status_code == 201


def test_two_files_of_one_name_are_two_files(client: Client) -> None:
    assert [send(client, upload("a.txt", body)).status_code for body in (b"Act one.", b"Act two.")] == [
        201,
        201,
    ]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("<img src=x onerror=alert(1)>.txt", "<img src=x onerror=alert(1)>.txt"),
        ("a\x1b[31m\u202e\x00b.txt", "a[31mb.txt"),
        ("x" * 4_096 + ".txt", "x" * 396 + ".txt"),
        ("../../etc/passwd.txt", "../../etc/passwd.txt"),
        ("\x07", "unnamed"),
    ],
)
def test_names_are_shown_as_text_and_go_nowhere_else(client: Client, name: str, kept: str) -> None:
    send(client, name=name)
    job = IngestJob.objects.get()
    assert job.name == kept
    for address in (f"/library/jobs/{job.pk}/", f"/library/batches/{job.batch_id}/", "/library/jobs/"):
        assert "<img" not in page(client.get(address))
    response = client.get(f"/library/jobs/{job.pk}/file")
    assert "/" not in response["Content-Disposition"]
    assert response["Content-Length"] == str(len(ACT.encode()))


@pytest.mark.parametrize(
    ("file", "status", "said"),
    [
        pytest.param(upload("a.pdf", b""), 415, "The file is empty", id="empty"),
        pytest.param(upload("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 99), 415, "picture", id="picture"),
        pytest.param(upload("a.txt", b"x" * 2_001), 413, "LAWQA_MAX_UPLOAD_MB", id="too-large"),
    ],
)
def test_what_cannot_be_taken_gets_its_status_and_a_sentence(
    client: Client, settings: LazySettings, file: Any, status: int, said: str
) -> None:
    settings.LAWQA_MAX_UPLOAD_BYTES = 2_000
    response = send(client, file)
    assert response.status_code == status
    assert said in response.json()["error"]
    assert not IngestJob.objects.exists()
    assert not Batch.objects.exists()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"file": ""}, "No file arrived"),
        ({"file": [upload(), upload("b.txt", b"b")]}, "one file at a time"),
        ({"shelf": "eu-digital"}, "no such shelf"),
        ({"shelf": ":new", "new_shelf": " "}, "Give the new shelf a name"),
        ({"batch": "x"}, "valid UUID"),
    ],
)  # fmt: skip
def test_a_request_that_cannot_be_meant_is_refused(client: Client, fields: Any, said: str) -> None:
    data = {"shelf": "our-law", "file": upload(), **fields}
    response = client.post("/library/add/files", data)
    assert response.status_code == 400
    assert said in response.json()["error"]
    assert not IngestJob.objects.exists()


def test_without_script_all_files_come_at_once(client: Client) -> None:
    files = [upload("a.txt", b"Act one."), upload("b.txt", b"Act two.")]
    response = client.post("/library/add/", {"shelf": "our-law", "file": files})
    batch = Batch.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/library/batches/{batch.pk}/")
    assert batch.jobs.count() == 2


def test_without_script_each_file_that_was_not_added_is_named_with_its_sentence(client: Client) -> None:
    files = [upload("a.txt", b"Act one."), upload("a-copy.txt", b"Act one."), upload("b.pdf", b"")]
    shown = page(client.post("/library/add/", {"shelf": "our-law", "file": files}))
    for words in (
        "Not every file was added",
        "a.txt",
        "already on this shelf as “a.txt”",
        "The file is empty",
    ):
        assert words in shown
    assert IngestJob.objects.count() == 1


def test_no_file_is_a_sentence(client: Client) -> None:
    response = client.post("/library/add/", {"shelf": "our-law"})
    assert response.status_code == 400
    assert "Choose at least one file" in page(response)


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Employment law", "employment-law"), ("add", "add-2"), ("EU digital", "eu-digital-2"), ("法律", "shelf"), ("x" * 200, "x" * 50)],
)  # fmt: skip
def test_a_new_shelf_gets_an_address_of_its_own(name: str, slug: str) -> None:
    made = receiving.shelf_called(name)
    assert (made.slug, made.name, made.access) == (slug, name, Collection.Access.FIRM)
    assert receiving.shelf_called(name.upper()) == made


def test_shelves_of_packs_and_of_matters_are_not_offered(client: Client) -> None:
    for slug, access in (("eu-digital", "public"), ("secret", "matter"), ("leases", "firm")):
        shelf(slug, name=slug, access=access)
    shown = page(client.get("/library/add/?shelf=leases"))
    assert 'value="leases" selected' in shown
    assert "eu-digital" not in shown
    assert "secret" not in shown


def test_a_broker_that_is_down_does_not_refuse_a_file(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kombu.exceptions import OperationalError as BrokerDown

    from corpus import tasks

    def down(*args: Any) -> None:
        raise BrokerDown("refused")

    monkeypatch.setattr(tasks.ingest, "delay", down)
    monkeypatch.setattr(adding, "hint", tasks.hint)
    assert send(client).status_code == 201
    assert IngestJob.objects.get().state == State.QUEUED


@pytest.mark.parametrize(
    ("complaint", "said"),
    [
        ("database is locked", "busy"), ("database or disk is full", "no room left"),
        ("connection refused", "does not answer"),
    ],
)  # fmt: skip
def test_a_database_that_cannot_is_503_and_says_so(
    monkeypatch: pytest.MonkeyPatch, complaint: str, said: str
) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise OperationalError(complaint)

    monkeypatch.setattr(jobs, "add", broken)
    monkeypatch.setattr("corpus.adding.listing", broken)
    client = Client(raise_request_exception=False)
    response = send(client)
    assert response.status_code == 503
    assert said in response.json()["error"]
    response = client.get("/library/jobs/")
    assert response.status_code == 503
    assert said in page(response)
