"""F24: a backup restored on an empty machine, without index and messages, gives every question the same citations.

In its full size a hundred questions of invented acts, and a hundred of lawyers' own on real law: that of the data folder
LAWQA_TEST_LAW, where one is named, else four titles of the US Code beside the project.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connections

from corpus import files
from corpus import pipeline as loading
from corpus.models import Generation, Section
from lawqa.differences import Matter
from lawqa.models import Question
from lawqa.replay import replay
from tests import library
from tests.operations.backups import Machine, acts, ask_all, back_up, keep, questions, restore

FULL = os.environ.get("LAWQA_TEST_FAULTS") == "full"
ACTS = 25 if FULL else 4
OF_LAWYERS = 100
Fill = Callable[[Path], None]
Harm = Callable[[], None]


def is_the_same_after_a_restore(
    machine: Machine,
    tmp_path: Path,
    fill: Fill,
    asked: Sequence[str],
    *,
    answered: float,
    harm: Harm | None = None,
    may_move: Collection[Matter] = (),
) -> None:
    """`may_move`: what a replay need not find in the very same place, two equally good passages behind those cited.

    `answered`: the share of questions with citations, at least, so that there is something to compare.
    """
    with machine("old") as old:
        fill(old.data)
        kept = keep(old)
        before = ask_all(asked)
        keys = list(Question.objects.order_by("-asked_at").values_list("pk", flat=True)[: len(asked)])
        generation = Generation.objects.serving()
        back_up(tmp_path / "backup")
    shutil.rmtree(old.data)
    assert generation is not None
    assert sum(map(bool, before)) >= answered * len(before) > 0
    with machine("new") as new:
        restore(tmp_path / "backup")
        if harm:
            harm()
        assert files.path_of(kept.sha256).read_bytes() == b"%PDF-1.7 an original"
        assert (new.data / "secret_key").read_text() == "the-secret-of-old" * 3
        serving = Generation.objects.serving()
        assert serving is not None
        assert serving.pk > generation.pk, "its number is never used for another index"
        assert serving.passage_count == generation.passage_count
        assert ask_all(asked) == before
        played = [replay(Question.objects.get(pk=key)) for key in keys]
        differences = [difference for one in played for difference in one.differences]
        assert [one for one in differences if one.matter not in may_move] == []
    cited = sum(map(bool, before))
    sys.stdout.write(
        f"{len(before)} questions, {cited} with citations, {sum(map(len, before))} citations: the same\n"
    )


@pytest.mark.slow
def test_an_empty_machine_gives_the_same_citations(machine: Machine, tmp_path: Path) -> None:
    is_the_same_after_a_restore(machine, tmp_path, lambda _: acts(ACTS), questions(ACTS), answered=0.7)


@pytest.mark.slow
@pytest.mark.skipif(not FULL, reason="real law takes minutes: LAWQA_TEST_FAULTS=full")
def test_a_hundred_questions_of_lawyers_have_the_same_citations(
    machine: Machine, tmp_path: Path, shared: Callable[[str], Path]
) -> None:
    lines = shared("questions/dev.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [json.loads(line)["question"] for line in lines[:OF_LAWYERS]]
    law = os.environ.get("LAWQA_TEST_LAW")
    titles = "" if law else str(shared("data/uslm-2013"))
    fill: Fill = (lambda data: copy_law(Path(law), data)) if law else (lambda _: load_titles(titles))
    is_the_same_after_a_restore(machine, tmp_path, fill, asked, answered=0.2, may_move={Matter.RETRIEVAL})


def load_titles(source: str) -> None:
    call_command("load_law", "us-code", "--from", source, verbosity=0)


def copy_law(law: Path, data: Path) -> None:
    """The database of another data folder, brought up to date, with an index by this version, as a restore makes it."""
    connections["default"].close()
    for part in ("", "-wal", "-shm"):
        (data / f"lawqa.sqlite3{part}").unlink(missing_ok=True)
    there, here = (sqlite3.connect(folder / "lawqa.sqlite3") for folder in (law, data))
    with contextlib.closing(there), contextlib.closing(here):
        there.backup(here)
    call_command("migrate", verbosity=0)
    Generation.objects.all().delete()
    loading.update_index(library.quietly)


def change_a_word() -> None:
    row = Section.objects.filter(passages__isnull=False).earliest("pk")
    Section.objects.filter(pk=row.pk).update(text=row.text.replace("shall", "may"))


def test_a_restore_that_changes_a_word_is_noticed(machine: Machine, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="may tell"):
        is_the_same_after_a_restore(
            machine, tmp_path, lambda _: acts(1), questions(1), answered=0.5, harm=change_a_word
        )
