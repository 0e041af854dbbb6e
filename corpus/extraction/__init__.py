"""Stage 1 of bringing in law: a file becomes pages with lines and the places of words. Untrusted files stay in a child."""

from __future__ import annotations

from corpus.extraction.errors import (
    Damaged,
    ExtractionError,
    NeedsOCR,
    NeedsPassword,
    NotSupported,
    ReaderDied,
    TimedOut,
    TooLarge,
)
from corpus.extraction.layout import clean
from corpus.extraction.limits import Limits
from corpus.extraction.runs import extract

__all__ = [
    "Damaged",
    "ExtractionError",
    "Limits",
    "NeedsOCR",
    "NeedsPassword",
    "NotSupported",
    "ReaderDied",
    "TimedOut",
    "TooLarge",
    "clean",
    "extract",
]
