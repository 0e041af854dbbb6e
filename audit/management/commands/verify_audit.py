"""`manage.py verify_audit`: whether the entries in the database are as they were written."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from audit.export import verify_rows
from audit.verify import said


class Command(BaseCommand):
    """Ends with 1 when something was altered."""

    help = "Check the audit log in the database: digests, chain and signatures."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", type=int, default=1, metavar="NUMBER", help="from that entry on")

    def handle(self, *args: Any, **options: Any) -> None:
        report = verify_rows(since=options["since"])
        for line in said(report):
            self.stdout.write(line)
        if not report.whole:
            sys.exit(1)
