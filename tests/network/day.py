"""Everything that people and programs do with an installation: `python -m tests.network.day FOLDER [strace]`.

Processes are watched (tests.network.record); what was seen is written to FOLDER/seen.json.
"""

from __future__ import annotations

import json
import re
import shutil
import socket
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.load.firm import Firm, firm
from tests.load.models import serving
from tests.network.programs import Programs
from tests.network.reader import Reader
from tests.network.record import RECORDER, STRACE

HERE = "127.0.0.1"
ROLES = ("web", "worker", "ingester", "beat")
CHROMIUM = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@dataclass
class Seen:
    """What was done, and what came of it."""

    interfaces: list[str] = field(default_factory=list)
    """Of the network, where it happened."""
    read: str = ""
    """What became of the file that was added."""
    answer: str = ""
    verified: str = ""
    pages: dict[str, int] = field(default_factory=dict)
    """Path → status."""
    hosts: list[str] = field(default_factory=list)
    """That the browser asked for anything."""
    programs: dict[str, str] = field(default_factory=dict)
    """Door → what it said."""


def main() -> None:
    """Start everything, do everything, write down what was seen."""
    folder = Path(sys.argv[1])
    watched = "strace" in sys.argv[2:]
    said = {
        "LAWQA_ALLOWED_HOSTS": HERE, "LAWQA_PLAIN_HTTP": "1", "LAWQA_THREADS": "1",
        "LAWQA_TEST_ATTEMPTS": str(folder / "attempts"), "PYTHONPATH": str(RECORDER),
    }  # fmt: skip
    with serving(0.1) as model, firm(folder / "firm", **model, **said) as made:
        for role in ROLES:
            under = [*STRACE, str(folder / f"{role}.strace")] if watched else []
            made.start(role, under=under)
        link = re.findall(r"/people/join/\S+", made.manage("invite", "ann@firm.example"))[0]
        made.wait()
        seen = do_everything(made, link, folder)
    (folder / "seen.json").write_text(json.dumps(asdict(seen)), encoding="utf-8")


def do_everything(made: Firm, link: str, folder: Path) -> Seen:
    """As one admin with a browser, and three programs with her key."""
    seen = Seen(interfaces=[name for _, name in socket.if_nameindex()])
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM)
        reader = Reader(browser, f"http://{HERE}:{made.port}")
        reader.come_in(link)
        seen.read = reader.add_a_file(folder)
        seen.answer = reader.ask()
        seen.verified = reader.verify()
        key = reader.make_a_key()
        seen.pages = reader.open_every_page()
        seen.hosts = sorted(reader.hosts)
        browser.close()
    seen.programs = Programs(f"http://{HERE}:{made.port}", key).everything()
    return seen


if __name__ == "__main__":
    main()
