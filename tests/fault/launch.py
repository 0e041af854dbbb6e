"""Starts a real process of an installation with faults built in: `python -m tests.fault.launch PROGRAM ARGUMENTS…`.

What is built in stands in the environment, and only here: the code that is tested has no switches.

* LAWQA_TEST_FAILPOINTS  stages at which a job of that name (`edition-begun.txt`) kills the whole worker, once each
* LAWQA_TEST_PATCHES     names in `tests.fault.patches.PATCHES`: quick clocks, a quick encoder, protections switched off

Most tests take `quick-encoder`, vectors from hashed words: the real one needs seconds and both cores in every
process that starts, and what is tested here is that jobs survive, not what they find.
"""

from __future__ import annotations

import os
import sys

import django


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "lawqa.settings"
    django.setup()
    import lawqa.celery  # noqa: F401  before the patches, as in production
    from tests.fault import failpoints, patches

    for name in filter(None, os.environ.get("LAWQA_TEST_PATCHES", "").split(",")):
        patches.PATCHES[name]()
    failpoints.arm([name for name in os.environ.get("LAWQA_TEST_FAILPOINTS", "").split(",") if name])
    program, *sys.argv = sys.argv[1], *sys.argv[1:]
    if program == "celery":
        from celery.bin.celery import main as run
    else:
        from uvicorn.main import main as run
    run()


if __name__ == "__main__":
    main()
