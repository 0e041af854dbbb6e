"""What a model is asked for keywords: little, since it has two seconds in all and a small one writes 100 tokens in one. Pure."""

from __future__ import annotations

from lawqa.prompts import Prompt, template
from lawqa.prompts.fences import plain

PROMPT = "keywords-1"
MAX_TOKENS = 160
MAX_TERMS = 5
MAX_CITATIONS = 3
MAX_PARTS = 3
MAX_QUESTION_CHARS = 1_500
CODES = ("eu", "in", "us")

# Bounded everywhere, so that a model that repeats itself comes to an end. Only the terms are required: the rest costs
# tokens where there is nothing to say.
SCHEMA = {
    "type": "object",
    "properties": {
        "terms": {
            "type": "array", "maxItems": MAX_TERMS, "items": {"type": "string", "pattern": "^[A-Za-z][A-Za-z' -]{2,39}$"},
        },
        "citations": {"type": "array", "maxItems": MAX_CITATIONS, "items": {"type": "string", "maxLength": 60}},
        "jurisdiction": {"type": "string", "enum": list(CODES)},
        "date": {"type": "string", "pattern": "^[12][0-9]{3}-[01][0-9]-[0-3][0-9]$"},
        "sub_questions": {"type": "array", "maxItems": MAX_PARTS, "items": {"type": "string", "maxLength": 120}},
    },
    "required": ["terms"],
    "additionalProperties": False,
}  # fmt: skip


def prompt(text: str) -> Prompt:
    """The prompt for a question; its system message never changes, so that a server keeps what it read of it."""
    form = template(PROMPT)
    question = " ".join(plain(text).split())[:MAX_QUESTION_CHARS]
    return Prompt(
        version=form.version, system=form.system, user=form.fill(question=question), schema=SCHEMA,
        max_tokens=MAX_TOKENS,
    )  # fmt: skip
