"""The verifier: what was done to a log is found, with Python alone."""

from __future__ import annotations

import copy
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

import audit
from audit import keys, verify
from audit.export import exported, verify_rows
from audit.models import Entry
from audit.verify import NOTHING, canonical, closing_line, digest_of, key_id, mac_of

KEY, OTHER = b"the key", b"another key"
Log = list[dict[str, Any]]


def a_log(count: int = 6, key: bytes = KEY) -> Log:
    """Entries as the project writes them, without a database."""
    found: Log = []
    previous = NOTHING
    for number in range(1, count + 1):
        content = {
            "number": number, "at": f"2026-03-01T09:00:0{number % 10}.000000+00:00", "action": "question.asked",
            "actor": number % 3 or None, "actor_name": "ada", "subject": f"question:{number}",
            "facts": {"hash": "0" * 8, "cited": [1, 2]}, "key_id": key_id(key), "previous": previous,
        }  # fmt: skip
        found.append(signed(content, key))
        previous = found[-1]["digest"]
    return found


def signed(content: dict[str, Any], key: bytes) -> dict[str, Any]:
    digest = digest_of(content)
    return {**content, "digest": digest, "mac": mac_of(key, digest)}


def chained_anew(log: Log, key: bytes, named: str | None = None) -> Log:
    """What somebody makes of altered entries who can compute, and has that key."""
    found: Log = []
    for number, entry in enumerate(log, 1):
        content = {k: v for k, v in entry.items() if k not in {"digest", "mac"}}
        previous = found[-1]["digest"] if found else NOTHING
        found.append(
            signed({**content, "number": number, "previous": previous, "key_id": named or key_id(key)}, key)
        )
    return found


def test_a_log_that_nobody_touched_is_whole() -> None:
    report = verify.verify(a_log(), [KEY])
    assert (report.whole, report.count, report.first, report.last, report.signed) == (True, 6, 1, 6, 6)


def altered(name: str, value: object) -> Callable[[Log], Log]:
    return lambda log: [*log[:2], {**log[2], name: value}, *log[3:]]


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(altered("action", "question.removed"), id="action"),
        pytest.param(altered("actor", 9), id="actor"),
        pytest.param(altered("actor_name", "eve"), id="name"),
        pytest.param(altered("at", "2026-03-01T08:00:00.000000+00:00"), id="time"),
        pytest.param(altered("subject", ""), id="subject"),
        pytest.param(altered("facts", {}), id="facts"),
        pytest.param(altered("number", 7), id="number"),
        pytest.param(altered("number", True), id="number-of-another-type"),
        pytest.param(altered("digest", "f" * 64), id="digest"),
        pytest.param(altered("mac", "f" * 64), id="signature"),
        pytest.param(altered("mac", "ü"), id="signature-that-is-none"),
        pytest.param(altered("digest", None), id="digest-of-another-type"),
        pytest.param(altered("more", 1), id="a-field-added"),
        pytest.param(lambda log: [*log[:2], *log[3:]], id="left-out"),
        pytest.param(lambda log: [*log[:3], log[2], *log[3:]], id="doubled"),
        pytest.param(lambda log: [*log[:2], log[3], log[2], *log[4:]], id="moved"),
        pytest.param(lambda log: [*log[:2], "no entry", *log[3:]], id="another-line"),
        pytest.param(lambda log: [*log[:2], *a_log(3, OTHER)[2:], *log[3:]], id="of-another-log"),
    ],
)  # fmt: skip
def test_whatever_is_done_to_an_entry_is_found(harm: Callable[[Log], Log]) -> None:
    report = verify.verify(harm(a_log()), [KEY])
    assert not report.whole
    assert any("3" in problem or "2" in problem for problem in report.problems), "it says where"


FIELDS = sorted(verify.FIELDS)


@given(
    number=st.integers(0, 5),
    field=st.sampled_from(FIELDS),
    value=st.one_of(st.none(), st.text(), st.integers()),
)
def test_no_field_of_an_entry_can_be_given_another_value(number: int, field: str, value: object) -> None:
    log = a_log()
    same = canonical(log[number][field]) == canonical(value)
    log[number] = {**log[number], field: value}
    assert verify.verify(log, [KEY]).whole == same


@pytest.mark.parametrize("field", ["subject", "facts", "at"])
def test_who_chains_altered_entries_anew_is_found_by_the_key_only(field: str) -> None:
    log = a_log()
    log[2][field] = None
    forged = chained_anew(log, OTHER, named=key_id(KEY))
    assert verify.verify(forged).whole, "digests alone cannot tell"
    assert not verify.verify(forged, [KEY]).whole
    assert not verify.verify(forged, expected={6: a_log()[5]["digest"]}).whole, "what was noted before can"


def test_entries_that_were_cut_off_are_found_by_what_was_noted() -> None:
    log = a_log()
    assert verify.verify(log[:4], [KEY]).whole
    (problem,) = verify.verify(log[:4], [KEY], {6: log[5]["digest"]}).problems
    assert problem == "The log ends with entry 4, but there was an entry 6 before."


def test_a_log_from_the_middle_on_says_so() -> None:
    report = verify.verify(a_log()[3:], [KEY])
    assert report.whole
    assert "The entries before 4 are not in it: verify an earlier export too." in verify.said(report)


def test_entries_of_a_key_that_is_not_given_count_as_not_checked() -> None:
    report = verify.verify(a_log(), [OTHER])
    assert (report.signed, report.unchecked) == (0, 6)
    assert any("not checked" in sentence for sentence in verify.said(report))


def file_of(folder: Path, log: Log, *, name: str = "audit.jsonl", closed: Log | None = None) -> Path:
    last = (closed or log)[-1]
    lines = [*log, closing_line(KEY, last["number"], last["digest"])]
    path = folder / name
    path.write_text("".join(canonical(line) + "\n" for line in lines))
    return path


def test_an_export_that_was_cut_off_is_found(tmp_path: Path) -> None:
    whole = file_of(tmp_path, a_log())
    assert verify.verify_export(whole, [KEY]).whole
    lines = whole.read_text().splitlines(keepends=True)
    whole.write_text("".join(lines[:4]))
    assert not verify.verify_export(whole, [KEY]).whole
    whole.write_text("".join([*lines[:4], lines[-1]]))
    assert not verify.verify_export(whole, [KEY]).whole
    whole.write_text("".join([*lines, lines[-1]]))
    assert not verify.verify_export(whole, [KEY]).whole


def test_a_closing_line_that_another_made_is_found(tmp_path: Path) -> None:
    log = a_log()
    path = file_of(tmp_path, log[:4])
    assert verify.verify_export(path, [KEY]).whole
    forged = {**closing_line(OTHER, 4, log[3]["digest"]), "key_id": key_id(KEY)}
    path.write_text("".join(canonical(line) + "\n" for line in [*log[:4], forged]))
    assert not verify.verify_export(path, [KEY]).whole


def alone(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The verifier as a copy in another folder, with nothing of the project and no site-packages."""
    program = shutil.copy(verify.__file__, folder / "verify.py")
    command = [sys.executable, "-I", "-S", str(program), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, env={})


def test_the_verifier_runs_alone(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(KEY + b"\n")
    log = a_log()
    file_of(tmp_path, log[:3], name="old.jsonl")
    file_of(tmp_path, log)
    done = alone(tmp_path, "audit.jsonl", "--key-file", "key", "--earlier", "old.jsonl")
    assert (done.returncode, done.stderr) == (0, "")
    assert "6 entries, 1 to 6." in done.stdout
    file_of(tmp_path, altered("actor", 4)(log))
    done = alone(tmp_path, "audit.jsonl", "--key-file", "key")
    assert (done.returncode, "Entry 3 was altered" in done.stdout) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["none.jsonl"], "none.jsonl cannot be read: No such file or directory.", id="no-export"),
        pytest.param(["audit.jsonl", "--key-file", "none"], "none cannot be read", id="no-key"),
        pytest.param(["audit.jsonl", "--head", "six"], "say NUMBER:DIGEST", id="no-head"),
        pytest.param(
            ["audit.jsonl", "--earlier", "bad.jsonl"], "bad.jsonl is damaged itself", id="damaged-earlier"
        ),
    ],
)
def test_what_cannot_be_told_is_a_sentence_and_no_traceback(
    tmp_path: Path, arguments: list[str], said: str
) -> None:
    file_of(tmp_path, a_log())
    (tmp_path / "bad.jsonl").write_text("\0{}\n[]\n")
    done = alone(tmp_path, *arguments)
    assert (done.returncode, said in done.stderr, "Traceback" in done.stderr) == (2, True, False)


@pytest.mark.parametrize("text", ["", "\n", "{", "[" * 100_000, "\xff\xfe", '{"end": 1}', "null\n1\n"])
def test_a_file_that_is_no_export_is_damaged_and_no_traceback(tmp_path: Path, text: str) -> None:
    (tmp_path / "audit.jsonl").write_text(text, encoding="latin-1")
    done = alone(tmp_path, "audit.jsonl")
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.django_db
def test_an_export_verifies_alone_with_the_key_of_the_installation(tmp_path: Path, data_folder: Path) -> None:
    for number in range(5):
        audit.record("question.asked", None, subject=f"question:{number}", facts={"said": "§ — ü"})
    call_command("export_audit", tmp_path / "audit.jsonl", stdout=io.StringIO())
    shutil.copy(data_folder / "audit_key", tmp_path / "key")
    done = alone(tmp_path, "audit.jsonl", "--key-file", "key")
    assert (done.returncode, "not checked" in done.stdout) == (0, False)
    assert (tmp_path / "audit.jsonl").stat().st_mode & 0o777 == 0o600
    assert Entry.objects.first().action == "audit.exported"  # type: ignore[union-attr]  # it was just written


@pytest.mark.django_db
def test_the_rows_are_verified_where_they_are() -> None:
    for _ in range(3):
        audit.record("question.asked", None)
    assert (verify_rows().signed, verify_rows().problems) == (3, [])
    super(type(Entry.objects.all()), Entry.objects.filter(number=2)).update(actor_name="eve")
    assert verify_rows().problems == ["Entry 2 was altered: it does not have its digest."]
    with pytest.raises(SystemExit) as ended:
        call_command("verify_audit")
    assert ended.value.code == 1
    assert verify_rows(since=3).whole


@pytest.mark.django_db
def test_an_export_can_go_on_where_the_one_before_ended() -> None:
    for _ in range(4):
        audit.record("question.asked", None)
    lines = [json.loads(text) for text in exported(since=3)]
    assert [line.get("number") for line in lines] == [3, 4, None]
    assert verify.verify(lines[:-1], [keys.key()]).whole
    with pytest.raises(CommandError, match="no entry from 5 on"):
        call_command("export_audit", "-", since=5)
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_audit", "/dev/null/audit.jsonl")


def test_an_entry_is_not_touched_by_verifying_it() -> None:
    log = a_log()
    before = copy.deepcopy(log)
    verify.verify(log, [KEY])
    assert log == before
