"""The answer that a command is told of: by its id, or by the address of its page."""

from __future__ import annotations

import re
import uuid

from django.core.management.base import CommandError

from lawqa.models import Question

CANNOT = 2
"""How a command ends that was told of no answer, or of one that it can do nothing with."""
_ID = re.compile(r"[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.IGNORECASE)


def question_of(given: str) -> Question:
    """The question of an id or address. Raises CommandError."""
    found = _ID.search(given)
    question = Question.objects.filter(pk=uuid.UUID(found[0])).first() if found else None
    if question is None:
        said = f"There is no answer {given}; give the id in its address, /answers/<id>/."
        raise CommandError(said, returncode=CANNOT)
    return question
