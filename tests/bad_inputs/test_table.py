"""The table of bad inputs names every one of them, and tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.bad_files import BAD_FILES
from tests.servers import ROOT

TABLE = Path(__file__).with_name("README.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d[^|]*|all) \| ([^|]+) \| ([^|]+) \|$", TABLE, re.MULTILINE)
NAMED = sorted({name for _, _, tests in ROWS for name in re.findall(r"`([^`]+)`", tests)})
FILES = range(1, 41)
ALL = range(1, 73)


def numbers(said: str) -> set[int]:
    """`1–3, 7` → {1, 2, 3, 7}"""
    found: set[int] = set()
    for part in said.split(", "):
        first, _, last = part.partition("–")
        found |= set(range(int(first), int(last or first) + 1))
    return found


def test_every_number_has_a_test() -> None:
    rows = [(numbers(said), tests) for said, _, tests in ROWS if said != "all"]
    assert set().union(*(found for found, _ in rows)) == set(ALL)
    assert all("`" in tests for _, tests in rows)


@pytest.mark.parametrize("name", NAMED)
def test_every_test_that_is_named_exists(name: str) -> None:
    path, _, function = name.partition("::")
    text = (ROOT / "tests" / path).read_text(encoding="utf-8")
    assert not function or re.search(rf"^\s*(async )?def {function}\(", text, re.MULTILINE)


def test_every_file_of_the_table_is_made() -> None:
    assert {int(name.partition("-")[0]) for name in BAD_FILES} == set(FILES)
