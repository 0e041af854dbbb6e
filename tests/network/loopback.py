"""Brings loopback up in a network namespace that has nothing else: `unshare --net python -m tests.network.loopback COMMAND…`."""

from __future__ import annotations

import array
import fcntl
import os
import socket
import struct
import sys

SIOCGIFFLAGS, SIOCSIFFLAGS = 0x8913, 0x8914
UP = 1


def main() -> None:
    """Then become the command."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        asked = array.array("B", struct.pack("16sh14x", b"lo", 0))
        fcntl.ioctl(link, SIOCGIFFLAGS, asked, True)
        (flags,) = struct.unpack_from("h", asked, 16)
        fcntl.ioctl(link, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags | UP))
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606  a command of our own, without a shell


if __name__ == "__main__":
    main()
