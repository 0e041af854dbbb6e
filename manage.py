#!/usr/bin/env python
"""The project's command line: `manage.py help` lists what it can do."""

import os
import sys

import lawqa  # noqa: F401  puts a current SQLite in place before Django looks for one
from lawqa.env import BadSetting


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lawqa.settings")
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except BadSetting as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
