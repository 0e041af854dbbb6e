"""What a law pack is, and how it says that it cannot go on.

* PackError             one sentence: the pack, the file, the place and the reason
  + UnknownPackError         choose one of the packs it names
  + SourceNeededError        say with --from what to read
  + UnreadableError          the file is not what the pack reads; mend it or take another
  + DownloadError      nothing was fetched; try again, or give a file with --from
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.types import DocumentText, SectionText

Stream = Iterator[DocumentText | SectionText]
"""Each document followed by its sections, in the order of the law; never held in memory as a whole."""

Reader = Callable[[str | None, Path], Stream]
"""(source as given by `--from`, folder for fetched files) -> stream. Raises PackError where it stops."""


class PackError(Exception):
    """A pack cannot be read; its text is a sentence for the person who loads it."""


class UnknownPackError(PackError):
    """No pack of that name."""


class SourceNeededError(PackError):
    """The pack has no source of its own, or the source given is not there."""


class DownloadError(PackError):
    """Nothing came, or something else than was expected."""


class UnreadableError(PackError):
    """A file is not what the pack reads."""

    def __init__(self, pack: str, file: str, place: str, reason: str) -> None:
        where = ", ".join(part for part in (file, place) if part)
        super().__init__(f"{pack}: {where}: {reason}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A body of law that can be put on the shelf."""

    slug: str
    title: str
    publisher: str
    licence: str
    covered_through: dt.date | None
    """The last day for which the publisher vouches; None where it depends on the source given."""
    size: str
    """For a person: `404 articles, 1.1 million characters`."""
    default: bool
    needs_source: bool
    """Whether `--from` must be given."""
    read: Reader
