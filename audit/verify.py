#!/usr/bin/env python3
"""Verifies an export of the audit log. Needs Python 3.11 and nothing else: copy this file wherever the export is.

    python verify.py audit.jsonl [--key-file KEY] [--earlier older.jsonl] [--head NUMBER:DIGEST]

Without a key it shows that no entry was altered, added, left out or moved since its digest was made. With the key
(--key-file, or LAWQA_AUDIT_KEY) it shows also that this installation wrote each of them. That entries were not cut off
at the end is shown by what was noted before: an earlier export, or the number and digest of its last entry.
Ends with 0 when all is well, 1 when something is not, 2 when it cannot tell.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NOTHING = "0" * 64
"""What stands for the digest before the first entry."""
MOST_PROBLEMS = 20
FIELDS = frozenset(
    (
        "number",
        "at",
        "action",
        "actor",
        "actor_name",
        "subject",
        "facts",
        "key_id",
        "previous",
        "digest",
        "mac",
    )
)
CLOSING = frozenset(("end", "digest", "key_id", "mac"))
"""What the last line of an export has: it shows that the file was not cut off."""


def canonical(value: object) -> str:
    """A JSON value as it is hashed: ASCII, names sorted, no blanks. Raises ValueError, also for NaN."""
    try:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    except TypeError as error:
        raise ValueError(f"JSON cannot say this: {error}.") from None


def digest_of(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def mac_of(key: bytes, digest: str) -> str:
    return hmac.new(key, b"lawqa.audit.entry\0" + digest.encode(), hashlib.sha256).hexdigest()


def key_id(key: bytes) -> str:
    """Names a key without saying it."""
    return hmac.new(key, b"lawqa.audit.key", hashlib.sha256).hexdigest()[:16]


def closing_line(key: bytes, number: int, digest: str) -> dict[str, Any]:
    """The last line of an export that ends with that entry."""
    mac = hmac.new(key, f"lawqa.audit.end\0{number}\0{digest}".encode(), hashlib.sha256).hexdigest()
    return {"end": number, "digest": digest, "key_id": key_id(key), "mac": mac}


@dataclass(slots=True)
class Report:
    """What was found in a log."""

    count: int = 0
    first: int = 0
    last: int = 0
    digest: str = NOTHING
    """Of the last entry."""
    signed: int = 0
    """Entries whose signature was checked and is right."""
    unchecked: int = 0
    """Entries whose key was not given."""
    problems: list[str] = field(default_factory=list)
    digests: dict[int, str] = field(default_factory=dict)
    """Of the entries that were asked for."""

    @property
    def whole(self) -> bool:
        return not self.problems

    def note(self, problem: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)


def verify(
    entries: Iterable[object], keys: Sequence[bytes] = (), expected: Mapping[int, str] | None = None
) -> Report:
    """Check entries in their order. `expected`: digests that certain entries had before, by their numbers."""
    report, known = Report(), {key_id(key): key for key in keys}
    expected = expected or {}
    for entry in entries:
        problem = malformed(entry)
        if problem or not isinstance(entry, dict):
            report.note(f"After entry {report.last}: {problem}")
            continue
        _check_place(entry, report)
        _check_content(entry, known, report)
        if entry["number"] in expected:
            report.digests[entry["number"]] = entry["digest"]
        report.count += 1
        report.first = report.first or entry["number"]
        report.last, report.digest = entry["number"], entry["digest"]
    _check_expected(expected, report)
    return report


def malformed(entry: object) -> str:
    """What is wrong with the form of an entry; empty when it has the fields of one."""
    if not isinstance(entry, dict):
        return "a line is no entry."
    if set(entry) != FIELDS:
        return f"an entry has other fields than it must: {', '.join(sorted(map(str, FIELDS ^ set(entry))))}."
    if isinstance(entry["number"], bool) or not isinstance(entry["number"], int):
        return "an entry has no number."
    if not all(isinstance(entry[name], str) for name in ("previous", "digest", "mac", "key_id")):
        return f"entry {entry['number']} has a digest that is no text."
    return ""


def _check_place(entry: Mapping[str, Any], report: Report) -> None:
    number = entry["number"]
    if report.count and number != report.last + 1:
        between = f"entry {report.last} is followed by entry {number}"
        report.note(f"Entries were left out, added or moved: {between}.")
    elif report.count and entry["previous"] != report.digest:
        report.note(f"Entry {number} does not follow from entry {report.last}: one of them was altered.")
    elif not report.count and number == 1 and entry["previous"] != NOTHING:
        report.note("Entry 1 says that another one was before it.")


def _check_content(entry: Mapping[str, Any], keys: Mapping[str, bytes], report: Report) -> None:
    content = {name: value for name, value in entry.items() if name not in {"digest", "mac"}}
    if digest_of(content) != entry["digest"]:
        report.note(f"Entry {entry['number']} was altered: it does not have its digest.")
        return
    key = keys.get(entry["key_id"])
    if key is None:
        report.unchecked += 1
    elif hmac.compare_digest(mac_of(key, entry["digest"]).encode(), entry["mac"].encode(errors="replace")):
        report.signed += 1
    else:
        report.note(f"Entry {entry['number']} was not written by this installation: its signature is wrong.")


def _check_expected(expected: Mapping[int, str], report: Report) -> None:
    for number, digest in expected.items():
        found = report.digests.get(number)
        if found is None and number > report.last:
            report.note(f"The log ends with entry {report.last}, but there was an entry {number} before.")
        elif found is None and number >= report.first:
            report.note(f"Entry {number}, which was there before, is missing.")
        elif found is not None and found != digest:
            report.note(f"Entry {number} is another one than it was before.")


class Unreadable(Exception):
    """A file or an argument cannot be understood."""


def read(path: Path) -> Iterator[object]:
    """The lines of an export, parsed; a line that is no JSON comes as its text. Raises Unreadable."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            for text in file:
                yield _parsed(text)
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}.") from None


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def verify_export(
    path: Path, keys: Sequence[bytes] = (), expected: Mapping[int, str] | None = None
) -> Report:
    """Check an export with its closing line. Raises Unreadable."""
    closing: list[Mapping[str, Any]] = []

    def entries() -> Iterator[object]:
        for line in read(path):
            if isinstance(line, dict) and set(line) == CLOSING and not closing:
                closing.append(line)
            else:
                if closing:
                    closing.append({})
                yield line

    report = verify(entries(), keys, expected)
    _check_closing(closing, keys, report)
    return report


def _check_closing(closing: Sequence[Mapping[str, Any]], keys: Sequence[bytes], report: Report) -> None:
    if len(closing) != 1:
        report.note("The export does not end with its closing line: it was cut off, or something was added.")
        return
    (line,) = closing
    if (line["end"], line["digest"]) != (report.last, report.digest):
        report.note(f"The export ends with entry {report.last}, but was closed after entry {line['end']}.")
    for key in keys:
        if key_id(key) == line["key_id"] and closing_line(key, report.last, report.digest) != line:
            report.note("The closing line of the export was not written by this installation.")


def said(report: Report) -> list[str]:
    """The report in sentences."""
    if not report.count:
        return [*report.problems, "There is no entry."]
    lines = [f"{report.count} entries, {report.first} to {report.last}."]
    if report.first > 1:
        lines.append(f"The entries before {report.first} are not in it: verify an earlier export too.")
    lines += report.problems
    if len(report.problems) == MOST_PROBLEMS:
        lines.append("There may be more; only so many are listed.")
    if report.unchecked:
        lines.append(
            f"The signatures of {report.unchecked} entries were not checked: their key was not given."
        )
    if report.whole:
        lines.append("Nothing was altered, left out or moved." if report.count else "")
    lines.append(
        f"The last entry is {report.last}:{report.digest} (note it, and give it as --head next time)."
    )
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Verify an export of the audit log.")
    parser.add_argument("export", type=Path)
    parser.add_argument(
        "--key-file", type=Path, action="append", default=[], help="a key; more than one after a change"
    )
    parser.add_argument("--earlier", type=Path, help="an earlier export: its last entry must be in this one")
    parser.add_argument(
        "--head", action="append", default=[], help="NUMBER:DIGEST of an entry that was there before"
    )
    given = parser.parse_args(arguments)
    try:
        report = verify_export(given.export, _keys(given.key_file), _expected(given.head, given.earlier))
    except Unreadable as error:
        print(error, file=sys.stderr)  # noqa: T201  a program of its own
        return 2
    print("\n".join(said(report)))  # noqa: T201
    return 0 if report.whole else 1


def _keys(files: Sequence[Path]) -> list[bytes]:
    found = [os.environ["LAWQA_AUDIT_KEY"].encode()] if os.environ.get("LAWQA_AUDIT_KEY") else []
    for path in files:
        try:
            found.append(path.read_bytes().strip())
        except OSError as error:
            raise Unreadable(f"{path} cannot be read: {error.strerror}.") from None
    return found


def _expected(heads: Sequence[str], earlier: Path | None) -> dict[int, str]:
    found: dict[int, str] = {}
    for head in heads:
        number, _, digest = head.partition(":")
        if not (number.isascii() and number.isdecimal() and digest):
            raise Unreadable(f"{head} is not understood; say NUMBER:DIGEST.")
        found[int(number)] = digest
    if earlier is not None:
        before = verify_export(earlier)
        if not before.whole:
            raise Unreadable(f"{earlier} is damaged itself: {before.problems[0]}")
        if before.count:
            found[before.last] = before.digest
    return found


if __name__ == "__main__":
    sys.exit(main())
