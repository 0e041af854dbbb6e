"""Reads a JSON object while it is being written: each member, and of lists each item, as soon as it is whole. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

LONGEST_VALUE = 20_000
"""Characters of one value; what goes on beyond it says nothing any more."""
DEEPEST = 16
LONGEST_REPLY = 400_000
LOOP, ROUNDS, LOOK_EVERY = 40, 6, 200
"""A text whose last 40 characters stand six times in its last 600 says nothing new any more; looked at now and then."""
_CLOSES = {"{": "}", "[": "]"}
_SPACE = " \t\r\n"


class CutOff(ValueError):
    """The text ended, was no JSON any more, or went round in circles, before the object was whole."""


def members(pieces: Iterable[str]) -> Iterator[tuple[str, object]]:
    """Name and value of each member; a list's items come one by one under its name.

    The value is None where it cannot be decoded. What stands before the object and after it is not read.
    Raises CutOff; what was handed over by then was whole.
    """
    chars = _Characters(pieces)
    chars.skip_to("{")
    while (char := chars.solid()) != "}":
        if char == ",":
            continue
        if char != '"':
            raise CutOff
        name = decoded(chars.value(char))
        if chars.solid() != ":":
            raise CutOff
        first = chars.solid()
        if first == "[":
            for item in _items(chars):
                yield str(name), item
        else:
            yield str(name), decoded(chars.value(first))


def _items(chars: _Characters) -> Iterator[object]:
    while (char := chars.solid()) != "]":
        if char != ",":
            yield decoded(chars.value(char))


def decoded(text: str) -> object:
    """The value of a JSON text; None where it is none."""
    try:
        return json.loads(text, strict=False)
    except ValueError:  # a number may also have more digits than Python reads
        return None


def _loops(text: str) -> bool:
    return len(text) == 3 * LOOK_EVERY and text.count(text[-LOOP:]) >= ROUNDS


class _Characters:
    """The characters of a text that arrives in pieces, with one step back."""

    def __init__(self, pieces: Iterable[str]) -> None:
        self._source = (char for piece in pieces for char in piece)
        self._back = ""
        self._read = 0

    def next(self) -> str:
        if self._back:
            char, self._back = self._back, ""
            return char
        self._read += 1
        char = next(self._source, "") if self._read <= LONGEST_REPLY else ""
        if not char:
            raise CutOff
        return char

    def solid(self) -> str:
        """The next character that is not white space."""
        while (char := self.next()) in _SPACE:
            pass
        return char

    def skip_to(self, wanted: str) -> None:
        while self.next() != wanted:
            pass

    def value(self, first: str) -> str:
        """The text of the value that begins with `first`, whole."""
        if first == '"':
            return first + self._string()
        if first in _CLOSES:
            return first + self._nested(_CLOSES[first])
        return self._bare(first)

    def _string(self) -> str:
        held: list[str] = []
        while len(held) < LONGEST_VALUE:
            held.append(self.next())
            if held[-1] == '"':
                return "".join(held)
            if held[-1] == "\\":
                held.append(self.next())
            if len(held) % LOOK_EVERY == 0 and _loops("".join(held[-3 * LOOK_EVERY :])):
                break
        raise CutOff

    def _nested(self, closing: str) -> str:
        held: list[str] = []
        size, closers = 0, [closing]
        while closers and size < LONGEST_VALUE and len(closers) < DEEPEST:
            char = self.next()
            if char in _CLOSES:
                closers.append(_CLOSES[char])
            elif char in "}]" and char != closers.pop():
                raise CutOff
            held.append(char + self._string() if char == '"' else char)
            size += len(held[-1])
        if closers:
            raise CutOff
        return "".join(held)

    def _bare(self, first: str) -> str:
        """A number, `true`, `false` or `null`: it ends before what follows it."""
        held = [first]
        while len(held) < LONGEST_VALUE:
            char = self.next()
            if char in ",]}":
                self._back = char
                return "".join(held)
            held.append(char)
        raise CutOff
