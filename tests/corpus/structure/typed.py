"""Pages made from plain text for the tests of structure: a blank line ends a paragraph, `^` before a line makes it a footnote."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.types import Line, PageText


def pages(*texts: str) -> list[PageText]:
    """One page a text, numbered from 1. `#` before a line: a heading in larger type; `*` before one: bold."""
    return [
        PageText(number=number, width=595.0, height=842.0, lines=tuple(lines(text)), reader="pypdf")
        for number, text in enumerate(texts, start=1)
    ]


def lines(text: str) -> Iterator[Line]:
    begins = True
    for raw in text.splitlines():
        line = raw.strip()
        if not line:
            begins = True
            continue
        sign = line[0] if line[0] in "^#*" and not line.startswith("* *") else ""
        yield Line(
            text=line[len(sign) :],
            size=14.0 if sign == "#" else 8.0 if sign == "^" else 11.0,
            bold=sign in {"#", "*"},
            footnote=sign == "^",
            paragraph=begins or sign != "" or (not begins and line.startswith("[")),
        )
        begins = sign != ""
