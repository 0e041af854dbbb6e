"""What others wrote, as it stands in a prompt: fenced, without the signs that steer a model, cut to what fits. Pure.

A fence is a line that begins with a word that nobody who writes a document can know: a keyed hash of the very texts
that it fences. It is the same for the same texts, so that model servers may keep what they computed of a prompt.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence

NEAR_BREAK = 300
"""Characters within which an extract begins and ends at a line of the text rather than at a word."""
# What chat templates and tokenizers read as the end of a message or the start of another one.
_STEERING = re.compile(r"<(?=[|｜/!<A-Za-z_])|(?<=[|｜])>")
_BRACKETED = re.compile(
    r"\[(?=/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_\w{1,12}|THINK|IMG|gMASK|MASK|CLS|SEP)\])"
)
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def delimiter(key: str, *texts: str) -> str:
    """The word that fences these texts: 16 hexadecimal digits that only the holder of the key can foretell."""
    digest = hmac.new(key.encode(), digestmod=hashlib.sha256)
    for text in texts:
        written = text.encode("utf-8", "replace")
        digest.update(len(written).to_bytes(8, "big") + written)
    return digest.hexdigest()[:16]


def fenced(word: str, name: str, text: str) -> str:
    """A text between two lines that begin with the delimiter; the delimiter itself is taken out of it."""
    inside = plain(text)
    while word and word in inside:
        inside = inside.replace(word, " ")
    return f"{word} {name} begins\n{inside}\n{word} {name} ends"


def plain(text: str) -> str:
    """The text without what a model server may take for its own signs (`<|im_end|>`, `[INST]`), NUL or half characters."""
    whole = text.encode("utf-8", "replace").decode()
    return _BRACKETED.sub("[ ", _STEERING.sub(lambda sign: _apart(sign[0]), _UNSEEN.sub("\ufffd", whole)))


def _apart(sign: str) -> str:
    return "< " if sign == "<" else " >"


def window(text: str, start: int, end: int, size: int) -> tuple[int, int]:
    """The stretch of at most `size` characters around `[start, end)`, whole lines or words where that is possible."""
    if len(text) <= size:
        return 0, len(text)
    end = min(end, start + size)
    spare = size - (end - start)
    first = max(0, min(start - spare // 2, len(text) - size))
    return _line_after(text, first, start), _line_before(text, end, min(first + size, len(text)))


def shares(needs: Sequence[int], total: int) -> list[int]:
    """What each gets of a total when none gets more than it needs and the rest is divided evenly."""
    given = [0] * len(needs)
    left = total
    for done, place in enumerate(sorted(range(len(needs)), key=lambda place: needs[place])):
        given[place] = min(needs[place], left // (len(needs) - done))
        left -= given[place]
    return given


def _line_after(text: str, first: int, start: int) -> int:
    if first == 0:
        return 0
    at = text.find("\n", first - 1, min(start, first + NEAR_BREAK))
    if at < 0:
        at = text.find(" ", first - 1, start)
    return at + 1 if at >= 0 else first


def _line_before(text: str, end: int, last: int) -> int:
    if last == len(text):
        return last
    at = text.rfind("\n", max(end, last - NEAR_BREAK), last + 1)
    if at < 0:
        at = text.rfind(" ", end, last + 1)
    return at if at >= 0 else last
