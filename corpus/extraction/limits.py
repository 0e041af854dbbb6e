"""What one file may cost before it is refused. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Sizes are in bytes, times in seconds. The last three hold for each reading process."""

    file_bytes: int = 100_000_000
    pages: int = 3_000
    text_chars: int = 20_000_000
    """Of a whole document."""
    page_chars: int = 2_000_000
    memory: int = 1 << 30
    cpu_seconds: int = 60
    wall_seconds: int = 120
    """Time that the process keeps its reader waiting; while nobody asks for a page, the clock stands."""
