"""Runs the tests that touch the database once more on a real PostgreSQL: `python -m tests.postgres [pytest's arguments]`."""

from __future__ import annotations

import os
import subprocess
import sys

from tests import servers

FOLDERS = (
    "tests/access", "tests/api", "tests/audit", "tests/bad_inputs/test_questions.py", "tests/bad_inputs/test_texts.py",
    "tests/corpus", "tests/lawqa", "tests/operations", "tests/people", "tests/fault/test_older_versions.py",
)  # fmt: skip
PURE = (
    "structure", "extraction", "packs", "verification", "writing", "test_schema.py", "test_backup.py", "test_restored.py",
)  # fmt: skip
"""Tests that mostly touch no database, or one of their own: what they find does not depend on it."""


def main() -> int:
    chosen = sys.argv[1:] or [*FOLDERS, *(f"--ignore-glob=*/{name}" for name in PURE)]
    with servers.postgres() as address:
        # The database goes with its server: dropping it would wait for threads that keep a connection.
        command = [sys.executable, "-m", "pytest", "-m", "not browser", "--quiet", "--reuse-db", *chosen]
        environment = os.environ | {"LAWQA_DATABASE": address}
        return subprocess.run(command, check=False, cwd=servers.ROOT, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
