"""The prompts: one text file each, versioned by its name and its content. Pure.

A file has two parts, the system message and the user message, divided by a line `=== user ===`. Places to fill are
written `{{name}}`; they are filled by plain replacement, once, so that nothing in what is filled in is ever read as
a place. The system message has none: it is the same for every question, and model servers keep its prefix.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
DIVIDER = "\n=== user ===\n"
_PLACE = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True, slots=True)
class Template:
    """A prompt's file."""

    name: str
    system: str
    user: str
    version: str
    """`answer-1@` and the first 12 digits of the file's sha256."""

    def fill(self, **values: str) -> str:
        """The user message. Raises KeyError for a place without a value."""
        return _PLACE.sub(lambda place: values[place[1]], self.user)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What a model server is asked: two messages, and the JSON schema that its reply must follow."""

    version: str
    system: str
    user: str
    schema: Mapping[str, Any]
    max_tokens: int
    temperature: float = 0.0

    @property
    def messages(self) -> list[dict[str, str]]:
        return [{"role": "system", "content": self.system}, {"role": "user", "content": self.user}]


@cache
def template(name: str) -> Template:
    """The prompt of that name, such as `answer-1`. Raises FileNotFoundError."""
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    system, user = text.split(DIVIDER)
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return Template(name=name, system=system.strip(), user=user.strip(), version=f"{name}@{digest}")
