"""The settings as they are used: the database's guarantees, and what a browser may load."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.db.utils import OperationalError
from django.test import Client


@pytest.fixture
def connection(db: None, tmp_path: Path) -> Iterator[DatabaseWrapper]:
    """A connection with the project's settings to a database in a file."""
    found = connect(tmp_path / "lawqa.sqlite3")
    yield found
    found.close()


def connect(path: Path, *, timeout: float | None = None) -> DatabaseWrapper:
    project: dict[str, Any] = settings.DATABASES["default"]
    options = dict(project["OPTIONS"])
    if timeout is not None:
        options["timeout"] = timeout
        options["init_command"] = re.sub(r"PRAGMA busy_timeout=\d+;", "", options["init_command"])
    given = {
        **project, "NAME": str(path), "OPTIONS": options, "TIME_ZONE": None,
        "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False, "AUTOCOMMIT": True, "ATOMIC_REQUESTS": False,
    }  # fmt: skip
    return DatabaseWrapper(given, alias="file")


def told(connection: DatabaseWrapper, pragma: str) -> object:
    with connection.cursor() as cursor:
        return cursor.execute(f"PRAGMA {pragma}").fetchone()[0]


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        pytest.param("journal_mode", "wal", id="readers-do-not-wait-for-a-writer"),
        pytest.param("synchronous", 2, id="what-is-committed-survives-a-loss-of-power"),
        pytest.param("busy_timeout", 20_000, id="writers-wait-for-each-other"),
        pytest.param("foreign_keys", 1, id="rows-point-at-rows"),
    ],
)
def test_database(connection: DatabaseWrapper, pragma: str, value: object) -> None:
    assert told(connection, pragma) == value


def test_sqlite_is_one_whose_log_can_be_reset(connection: DatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        version = cursor.execute("SELECT sqlite_version()").fetchone()[0]
    assert tuple(map(int, version.split("."))) >= (3, 51, 3)


def test_a_transaction_takes_the_write_lock_when_it_begins(
    connection: DatabaseWrapper, tmp_path: Path
) -> None:
    """Two that read first and write later would otherwise fail at once, however long they may wait."""
    connection.ensure_connection()
    other = connect(tmp_path / "lawqa.sqlite3", timeout=0.01)
    try:
        other.ensure_connection()
        connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        with pytest.raises(OperationalError, match="locked"):
            other.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    finally:
        connection.rollback()
        other.close()


@pytest.mark.django_db
def test_pages_load_nothing_from_elsewhere_and_run_nothing_inline(client: Client) -> None:
    policy = client.get("/about/").headers["Content-Security-Policy"]
    directives = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    assert directives["default-src"] == directives["frame-ancestors"] == directives["base-uri"] == "'none'"
    assert directives["script-src"] == directives["style-src"] == directives["connect-src"] == "'self'"
    assert "unsafe" not in policy
    assert not re.search(r"https?:|data:|\*", policy)


EXPLAINED_BY_HTTP_ON_LOOPBACK = {
    "security.W004",  # no Strict-Transport-Security: there is no https to be strict about
    "security.W008",  # no redirect to https
    "security.W012",  # the session's cookie goes over http
    "security.W016",  # the CSRF cookie goes over http
}


def test_check_deploy_warns_of_nothing_but_http(tmp_path: Path) -> None:
    environment = os.environ | {"LAWQA_DATA": str(tmp_path / "data"), "LAWQA_DEBUG": "0"}
    environment.pop("LAWQA_SECRET_KEY", None)
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--database", "default"],
        capture_output=True, text=True, check=True, cwd=settings.BASE_DIR, env=environment,
    )  # fmt: skip
    assert set(re.findall(r"\((\w+\.[EW]\d+)\)", done.stderr)) == EXPLAINED_BY_HTTP_ON_LOOPBACK


def test_check_deploy_is_clean_where_hosts_are_named(tmp_path: Path) -> None:
    """Nothing is silenced but preloading, which binds a whole domain and is for its owner to decide."""
    named = {
        "LAWQA_DATA": str(tmp_path / "data"),
        "LAWQA_DEBUG": "0",
        "LAWQA_ALLOWED_HOSTS": "law.firm.example",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--database", "default"],
        capture_output=True, text=True, check=True, cwd=settings.BASE_DIR, env=os.environ | named,
    )  # fmt: skip
    assert "no issues (1 silenced)" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LAWQA_THREADS", "many"),
        ("LAWQA_DEBUG", "perhaps"),
        ("LAWQA_OIDC_URL", "http://x"),
        ("LAWQA_DATA", "/dev/null/data"),
    ],
)
def test_a_bad_setting_is_one_sentence_and_no_traceback(tmp_path: Path, name: str, value: str) -> None:
    environment = os.environ | {"LAWQA_DATA": str(tmp_path / "data"), name: value}
    done = subprocess.run(
        [sys.executable, "manage.py", "check"], capture_output=True, text=True, check=False,
        cwd=settings.BASE_DIR, env=environment,
    )  # fmt: skip
    assert done.returncode == 2
    assert name in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_threads_that_wait_leave_their_core_to_others() -> None:
    assert os.environ["OMP_WAIT_POLICY"] == "PASSIVE", "unless the operator says otherwise before the start"
