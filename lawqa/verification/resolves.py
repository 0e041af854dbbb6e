"""Which source a marker names: by key, never by position. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lawqa.types import Source


def by_marker(sources: Iterable[Source]) -> Mapping[str, Source]:
    """The sources under their markers; a marker given twice names neither."""
    found: dict[str, Source] = {}
    twice: set[str] = set()
    for source in sources:
        if source.marker in found:
            twice.add(source.marker)
        found[source.marker] = source
    return {marker: source for marker, source in found.items() if marker not in twice}


def resolve(marker: str, sources: Mapping[str, Source]) -> Source | None:
    """The source that a marker names, with or without its brackets; None if it was never given."""
    return sources.get(marker.strip().strip("[]").strip())
