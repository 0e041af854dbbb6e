"""`manage.py export_audit FILE`: the audit log as lines of JSON, to be kept elsewhere and verified anywhere."""

from __future__ import annotations

import contextlib
import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

import audit
from audit.export import exported
from audit.models import Entry

STDOUT = "-"


class Command(BaseCommand):
    """The file appears whole or not at all, and is readable by its owner only."""

    help = "Write the audit log to a file. audit/verify.py checks it with Python alone, on any machine."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("output", help="the file; - for standard output")
        parser.add_argument("--since", type=int, default=1, metavar="NUMBER", help="from that entry on")

    def handle(self, *args: Any, **options: Any) -> None:
        since: int = options["since"]
        if not Entry.objects.filter(number__gte=since).exists():
            raise CommandError(f"There is no entry from {since} on. Say a smaller --since, or leave it out.")
        if options["output"] == STDOUT:
            sys.stdout.writelines(exported(since=since))
        else:
            self._write(Path(options["output"]), since)
        audit.record("audit.exported", None, facts={"since": since, "by": "command"})

    def _write(self, output: Path, since: int) -> None:
        draft = output.with_name(f".{output.name}.part")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.writelines(exported(since=since))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(output)
        except OSError as error:
            with contextlib.suppress(OSError):
                draft.unlink()
            raise CommandError(
                f"{output} cannot be written: {error.strerror}. Say another file, or - for standard output."
            ) from error
        self.stdout.write(f"{output}: check it with  python audit/verify.py {output} --key-file KEY")
