"""Stage 0 of an answer: a follow-up question, worded so that it stands on its own."""

from __future__ import annotations

from lawqa.inference import Models
from lawqa.types import Request, Restated


def restate(request: Request, models: Models) -> Restated:
    """The question as it has to be read; the first of a conversation stands as it was asked."""
    del models
    return Restated(text=request.text)
