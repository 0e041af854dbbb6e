"""Whatever the code records has words on the page, and what has words is recorded somewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings as project_settings

from audit.actions import ACTIONS, title
from tests.audit.spoken import Code, Untold

FOLDERS = ("api", "audit", "corpus", "lawqa", "people")


@pytest.fixture(scope="module")
def code() -> Code:
    return Code([Path(project_settings.BASE_DIR) / folder for folder in FOLDERS])


def test_every_action_that_is_recorded_has_words(code: Code) -> None:
    recorded = code.recorded()
    assert len(code.doors) > 30
    without = {action: where for action, where in recorded.items() if title(action) == action}
    assert not without, "give them words in audit/actions.py"


def test_no_words_are_kept_for_what_nothing_records(code: Code) -> None:
    assert set(ACTIONS) - set(code.recorded()) == set()


def written(folder: Path, text: str) -> Code:
    (folder / "deed.py").write_text(text)
    return Code([folder])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param('import audit\naudit.record("a.b", None)', {"a.b"}, id="said"),
        pytest.param('from audit import record\nrecord("a.b", None)', {"a.b"}, id="by-its-own-name"),
        pytest.param('from corpus.editions import record\nrecord("a.b", None)', set(), id="another-record"),
        pytest.param(
            'import audit\ndef f(x):\n    name = "a.b" if x else "a.c"\n    audit.record(name, x)',
            {"a.b", "a.c"}, id="either",
        ),
        pytest.param(
            'import audit\ndef f(verb):\n    audit.record(f"a.{verb}", None)\nf("b")\nf("c")',
            {"a.b", "a.c"}, id="put-together",
        ),
    ],
)  # fmt: skip
def test_actions_are_read_from_the_code(tmp_path: Path, text: str, told: set[str]) -> None:
    assert set(written(tmp_path, text).recorded()) == told


def test_an_action_that_cannot_be_read_from_the_code_fails(tmp_path: Path) -> None:
    code = written(tmp_path, 'import audit\ndef f(x):\n    audit.record(x["action"], None)')
    with pytest.raises(Untold, match=r"deed\.py:3"):
        code.recorded()
