"""What a search may fail with. Loads nothing, so that a page may know it."""

from __future__ import annotations


class Unavailable(Exception):
    """The index cannot be asked now. The text is a sentence for whoever waits for an answer."""
