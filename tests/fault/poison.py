"""The reading process for tests of poisoned files: it does what the file says, as a broken parser might."""

from __future__ import annotations

import ctypes
import sys
import time

from corpus.extraction import child

CRASH, EAT = b"%PDF-1.4 crash", b"%PDF-1.4 eat"
SLEEP = b"THE SLEEPING"
"""How a good text begins, on which only this process falls asleep."""


def main() -> None:
    read = child._messages

    def obey(order: child.Order) -> object:
        with order.path.open("rb") as file:
            head = file.read(20)
        if head.startswith(CRASH):
            ctypes.string_at(0)
        if head.startswith(EAT):
            ctypes.memset(ctypes.CDLL(None).malloc(1 << 31), 1, 1 << 31)  # beyond the limit: a null pointer
        if head.startswith(SLEEP):
            time.sleep(600)
        return read(order)

    child._messages = obey  # type: ignore[assignment]  # as a broken parser
    main_of_child = child.main
    sys.argv[0] = "poison"
    main_of_child()
