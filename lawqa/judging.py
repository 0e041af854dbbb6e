"""The judge role: a model's opinion whether a section says what a claim says. Asked by verification, named as such."""

from __future__ import annotations

from lawqa.inference import Models
from lawqa.types import Judge


def judge_of(models: Models) -> Judge | None:
    """Who is asked about each claim; None when no server has the role."""
    del models
    return None
