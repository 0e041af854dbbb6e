"""`manage.py verify_text`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests import library

pytestmark = pytest.mark.django_db
RIGHT = "Article 1(1) of the Bees Act: “shall register every hive with the county”.\n"
WRONG = "\nArticle 1(1) of the Bees Act: “may register every hive with the county”. \x1b[2J\n"


@pytest.fixture(autouse=True)
def law() -> None:
    library.record(library.section(1, library.BEES, "Registration"))


@pytest.fixture
def brief(tmp_path: Path) -> Path:
    return tmp_path / "brief.txt"


def test_a_text_that_agrees_ends_well(brief: Path, capsys: pytest.CaptureFixture[str]) -> None:
    brief.write_text(RIGHT)
    call_command("verify_text", str(brief))
    assert "2 agree, 0 to look at, 0 do not agree" in capsys.readouterr().out


def test_what_does_not_agree_is_said_with_its_line_and_the_words(
    brief: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    brief.write_text(RIGHT + WRONG)
    with pytest.raises(SystemExit) as ended:
        call_command("verify_text", str(brief))
    said = capsys.readouterr().out
    assert ended.value.code == 1
    assert "Departs from the law" in said
    assert "line 3" in said
    assert "[-shall-] {+may+}" in said
    assert "\x1b[2J" not in said


def test_json_holds_every_fact_and_nothing_else(brief: Path, capsys: pytest.CaptureFixture[str]) -> None:
    brief.write_text(RIGHT)
    call_command("verify_text", str(brief), "--json")
    found = json.loads(capsys.readouterr().out)
    assert found["counts"] == {"good": 2, "note": 0, "bad": 0}
    assert found["quotations"][0]["wording"] == "exact"


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        pytest.param(b" \n", [], "Paste a text first", id="empty"),
        pytest.param(b"PK\x03\x04\xff\xfe", [], "Save it as plain text", id="not-utf-8"),
        pytest.param(b"x", ["--as-of", "tomorrow"], "not a day of the calendar", id="day"),
        pytest.param(b"x", ["--collection", "secret"], "There is no shelf called", id="shelf"),
        pytest.param(None, [], "cannot be read", id="no-file"),
    ],
)
def test_bad_input_gets_a_sentence(brief: Path, content: bytes | None, options: list[str], said: str) -> None:
    if content is not None:
        brief.write_bytes(content)
    with pytest.raises(CommandError, match=said):
        call_command("verify_text", str(brief), *options)
