"""A reading process for tests: confined like the real one, but its file says what is done on which page.

The file is JSON: {"pages": 5, "acts": {"3": "crash"}}; pages without an act hold one line of text.
"""

from __future__ import annotations

import ctypes
import json
import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from corpus.extraction import child, confinement, messages
from corpus.types import FileFacts, Line, PageText

START = "import sys; sys.path.insert(0, sys.argv.pop(1)); from tests.corpus.extraction.poison import main; main({})"
"""In place of corpus.extraction.parent.START; with the name of a protection to be left out, or nothing."""


def crash(number: int) -> str:
    return str(ctypes.string_at(number - number))


def swallow(_: int) -> str:
    return str(len(bytearray(3 << 30)))


def spin(number: int) -> str:
    while True:
        number += 1


def sleep(number: int) -> str:
    time.sleep(600)
    return str(number)


def babble(number: int) -> str:
    sys.stdout.buffer.write(b"\xff\xfe nonsense\n")
    sys.stdout.buffer.flush()
    return str(number)


def flood(number: int) -> str:
    while True:
        sys.stdout.buffer.write(b"x" * 65536)


def shout(_: int) -> str:
    """Much on the error output, which nobody reads."""
    os.write(2, b"!" * 1_000_000)
    return "nobody heard it"


def leave(_: int) -> str:
    sys.exit(0)


def fail(_: int) -> str:
    raise ZeroDivisionError("a path of the server, for instance")


def write(_: int) -> str:
    target = Path(sys.argv[1] and json.loads(sys.argv[1])["path"]).with_suffix(".written")
    with target.open("w") as file:
        file.write("here I was")
    return "written"


def connect(_: int) -> str:
    port = json.loads(Path(json.loads(sys.argv[1])["path"]).read_text())["port"]
    with socket.create_connection(("127.0.0.1", port), timeout=5):
        return "connected"


def peek(_: int) -> str:
    """Another file in the same folder."""
    return Path(json.loads(sys.argv[1])["path"]).with_suffix(".secret").read_text()


def tell(_: int) -> str:
    """What of the parent's surroundings the process can see."""
    return " ".join(sorted(os.environ))


ACTS: dict[str, Callable[[int], str]] = {
    act.__name__: act
    for act in (crash, swallow, spin, sleep, babble, flood, shout, leave, fail, write, peek, connect, tell)
}


def read(order: child.Order) -> Iterator[messages.Message]:
    plan = json.loads(order.path.read_text())
    if order.with_facts:
        yield FileFacts(media_type=order.media_type, page_count=plan["pages"])
    for number in range(order.first, min(order.last, plan["pages"]) + 1):
        act = ACTS.get(plan["acts"].get(str(number), ""))
        text = act(number) if act else f"Page {number}."
        shown = number + 1 if plan["acts"].get(str(number)) == "skip" else number
        yield messages.Page(PageText(number=shown, lines=(Line(text=text),), reader="pdfium"), picture=False)


def main(left_out: str = "") -> None:
    """Like corpus.extraction.child.main, with `read` in place of the readers of formats."""
    child._messages = read
    child.READERS["x/plan"] = __name__
    if left_out:
        confinement.confine = lambda *_: None
    child.main()
