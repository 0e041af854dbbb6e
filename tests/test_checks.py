"""What the project says at its start about what would lose data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from corpus.checks import FIXED, check_data_folder, check_sqlite, judge_sqlite


@pytest.mark.parametrize(
    ("version", "wal", "ids"),
    [
        pytest.param((3, 51, 3), True, [], id="the-first-that-is-right"),
        pytest.param((3, 52, 0), True, [], id="later"),
        pytest.param((4, 0, 0), True, [], id="much-later"),
        pytest.param((3, 51, 2), True, ["corpus.W001"], id="the-last-that-is-wrong"),
        pytest.param((3, 9, 9), True, ["corpus.W001"], id="numbers-are-no-text"),
        pytest.param((3, 40, 1), False, [], id="without-a-log"),
    ],
)
def test_old_sqlite_is_named(version: tuple[int, ...], wal: bool, ids: list[str]) -> None:
    assert [message.id for message in judge_sqlite(version, wal=wal)] == ids


def test_the_warning_says_the_version_and_what_to_do() -> None:
    (message,) = judge_sqlite((3, 40, 1), wal=True)
    assert "SQLite 3.40.1" in str(message.msg)
    assert "pysqlite3" in str(message.hint)


@pytest.mark.django_db
def test_sqlite_is_judged_where_databases_are_checked_and_by_the_library_in_use(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import sqlite3

    assert sqlite3.sqlite_version_info >= FIXED
    assert check_sqlite(databases=["default"]) == []
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 40, 1))
    assert [message.id for message in check_sqlite(databases=["default"])] == ["corpus.W001"]
    assert check_sqlite(databases=None) == []


def test_a_data_folder_that_can_be_written_is_left_as_it_was(data_folder: Path) -> None:
    assert check_data_folder() == []
    assert list(data_folder.iterdir()) == []


def test_a_data_folder_that_is_missing_is_made(data_folder: Path, settings: LazySettings) -> None:
    settings.LAWQA_DATA = data_folder / "new" / "folder"
    assert check_data_folder() == []
    assert settings.LAWQA_DATA.is_dir()


def in_a_file(folder: Path) -> Path:
    (folder / "file").write_text("")
    return folder / "file" / "data"


def a_file(folder: Path) -> Path:
    return in_a_file(folder).parent


@pytest.mark.parametrize("place", [in_a_file, a_file])
def test_a_data_folder_that_cannot_be_written_is_an_error(
    data_folder: Path, settings: LazySettings, place: Any
) -> None:
    settings.LAWQA_DATA = place(data_folder)
    (message,) = check_data_folder()
    assert (message.id, message.is_serious()) == ("corpus.E001", True)
    assert str(settings.LAWQA_DATA) in str(message.msg)
    assert "LAWQA_DATA" in str(message.hint)
