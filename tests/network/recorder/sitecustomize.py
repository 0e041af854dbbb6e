"""Writes down every address that a Python process connects to, sends to or looks up: on the path of every process.

The file is named by the environment, for this alone: the code that is watched knows nothing of it.
"""

from __future__ import annotations

import json
import os
import sys

FILE = os.environ.get("LAWQA_TEST_ATTEMPTS", "")
ADDRESSED = {"socket.connect", "socket.sendto", "socket.sendmsg"}
LOOKED_UP = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"}


def record(event: str, arguments: tuple[object, ...]) -> None:
    """One line for each attempt. It must never fail: the process goes on as it would."""
    if event in ADDRESSED:
        address = arguments[1]
    elif event in LOOKED_UP:
        address = arguments[0]
    else:
        return
    if address is None or address == ():  # what is sent over a connection that is there
        return
    said = list(address) if isinstance(address, tuple) else address
    line = json.dumps([event, said if isinstance(said, list | str) else repr(said), " ".join(sys.argv)[:200]])
    handle = os.open(FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, f"{line}\n".encode())
    finally:
        os.close(handle)


if FILE:
    sys.addaudithook(record)
