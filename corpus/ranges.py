"""Parts of a file as a browser asks for them (RFC 9110, section 14), so that a large PDF opens at once."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

CHUNK = 2**18
SINGLE = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))", re.ASCII)


class Unsatisfiable(Exception):
    """No byte of the file lies in the range that was asked for: answer 416."""


def asked_range(header: str, size: int) -> range | None:
    """The bytes that a Range header asks for; None for the whole file: no header, several ranges, other units."""
    found = SINGLE.fullmatch(header.strip())
    if found is None:
        return None
    first, last, suffix = found.groups()
    if suffix is not None:
        start, stop = max(0, size - int(suffix)), size
    else:
        start, stop = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < start:
            return None
    if start >= stop:
        raise Unsatisfiable
    return range(start, stop)


async def chunks(path: Path, part: range) -> AsyncIterator[bytes]:
    """The bytes of a file that lie in a range. The server's loop does not wait for the disk."""
    file = await asyncio.to_thread(path.open, "rb")
    try:
        await asyncio.to_thread(file.seek, part.start)
        left = len(part)
        while left > 0:
            chunk = await asyncio.to_thread(file.read, min(CHUNK, left))
            if not chunk:
                return
            left -= len(chunk)
            yield chunk
    finally:
        file.close()
