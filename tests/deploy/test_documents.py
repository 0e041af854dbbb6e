"""The pages on security name tests, files and settings that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.servers import ROOT

DEPLOY = ROOT / "deploy"
PAGES = [ROOT / "SECURITY.md", DEPLOY / "threat-model.md", DEPLOY / "asvs.md", DEPLOY / "README.md"]
ROWS = re.findall(
    r"^\| (\d+\.\d+\.\d+[^|]*) \| ([^|]+) \| ([^|]+) \|$",
    (DEPLOY / "asvs.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)
NAMED = sorted({name for _, _, tests in ROWS for name in re.findall(r"`([^`]+)`", tests)})


@pytest.mark.parametrize("name", NAMED)
def test_every_test_that_is_named_exists(name: str) -> None:
    path, _, function = name.partition("::")
    text = (ROOT / "tests" / path).read_text(encoding="utf-8")
    assert not function or re.search(rf"^\s*(async )?def {function}\(", text, re.MULTILINE)


def test_rows_stand_once_and_in_order() -> None:
    numbers = [number.strip(" ³") for row, _, _ in ROWS for number in row.split(",")]
    assert len(numbers) > 60
    assert len(set(numbers)) == len(numbers)
    first = [tuple(map(int, row.split(",")[0].strip(" ³").split("."))) for row, _, _ in ROWS]
    chapters = [chapter for chapter, _, _ in first]
    assert chapters == sorted(chapters)


def test_a_row_that_is_not_met_is_claimed_with_a_condition_or_not_at_all() -> None:
    """Only 6.3.3 stands in both: it holds where the operator demands it. 6.4.4 and 13.3.1 hold in part, which the second table says."""
    text = (DEPLOY / "asvs.md").read_text(encoding="utf-8").partition("## Not met")[2]
    lacking = {
        number for row in re.findall(r"^\| (\d[^|]*) \|", text, re.MULTILINE) for number in row.split(", ")
    }
    claimed = {number.strip(" ³") for row, _, _ in ROWS for number in row.split(",")}
    assert lacking & claimed <= {"6.3.3", "6.4.4", "13.3.1"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
        assert target.startswith("https://owasp.org/") or (page.parent / target).exists(), target


def test_the_threat_model_fits_a_page() -> None:
    lines = (DEPLOY / "threat-model.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) < 60
