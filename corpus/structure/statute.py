"""What statutes have in common: enumerators, lines, and text that was flattened into one. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from corpus.types import SectionText

_SPACES = re.compile(r"[^\S\n]+")  # no-break and thin spaces among them
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_ENUMERATED = re.compile(r"\[?(?:\([0-9A-Za-z]{1,6}\)|[0-9]{1,3}[A-Za-z]?\.)\s")
_ENDS_A_SENTENCE = re.compile(r"[.;:,—–]['’”\")\]]*(?: (?:and|or|but))?$|\b(?:and|or)$")


def plain_lines(text: str) -> list[str]:
    """The lines that hold anything, with plain single spaces and no invisible characters."""
    lines = (_SPACES.sub(" ", line).strip() for line in text.translate(_INVISIBLE).splitlines())
    return [line for line in lines if line]


def unique(section: SectionText, paths: Counter[str]) -> SectionText:
    """The section under a path of its own, `…~2`: a title has two sections of one number now and then.

    `paths` counts those of the document so far and is brought up to date.
    """
    paths[section.path] += 1
    count = paths[section.path]
    return section if count == 1 else replace(section, path=f"{section.path}~{count}")


def is_enumerated(line: str) -> bool:
    """Whether a line starts with an enumerator: `(a) …`, `1. …`, `12a. …`."""
    return _ENUMERATED.match(line) is not None


def join_run_in_headings(lines: Iterable[str], *, longest: int = 200) -> list[str]:
    """Put the text of a subdivision behind its heading: `(a) In general` + `The court …` is one line.

    `(a) In general.—The court …`, as the United States Code is printed. A heading is an enumerated line that
    ends with a dash, or not like a sentence, before a line that starts one.
    """
    joined: list[str] = []
    for line in lines:
        if joined and _is_heading(joined[-1], longest) and not is_enumerated(line) and line[:1].isupper():
            joined[-1] = f"{joined[-1].removesuffix('.—')}.—{line}"
        else:
            joined.append(line)
    return joined


def _is_heading(line: str, longest: int) -> bool:
    if len(line) > longest or not is_enumerated(line):
        return False
    if line.endswith(".—"):
        return True
    return not _ENDS_A_SENTENCE.search(line) and line.split(" ", 1)[1][:1].isupper() and ".—" not in line


@dataclass(slots=True)
class _Level:
    """One open list of enumerators while flattened text is read."""

    style: str
    value: int
    quoted: bool


_TOKEN = re.compile(
    r"(?:(?<=^)|(?<=\s))(?P<quote>[‘“\"]?)(?P<marker>\d{1,3}\.|\(\d{1,3}\)|\([a-z]{1,6}\))(?=\s+\S)"
)
_BEFORE_TOKEN = re.compile(r"(?:^|[.;:—]['’”\")]*;?|[’”];?|; ?(?:or|and)|,)$")
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


def split_flattened(text: str) -> str:
    """Put each enumerated subdivision of a text that was flattened into one line on a line of its own.

    An enumerator counts only behind the end of a sentence or list item, and only where it continues an open
    list or begins one (`1.`, `(a)`, `(i)`, `(1)`, or any quoted number, as in amending acts), so that
    `paragraph 1. 2. The …` breaks once and `point (a) of Article 6(1)` never. Words after the last item of
    a list stay where they are: nothing in a flattened text says to which level they belong.
    """
    levels: list[_Level] = []
    starts = [0]
    for found in _TOKEN.finditer(text):
        before = text[: found.start()].rstrip()[-8:]
        if _BEFORE_TOKEN.search(before) and _accept(levels, found["marker"], found["quote"], before):
            starts.append(found.start())
    ends = [*starts[1:], len(text)]
    lines = (text[start:end].strip() for start, end in zip(starts, ends, strict=True))
    return "\n".join(line for line in lines if line)


def _accept(levels: list[_Level], marker: str, quote: str, before: str) -> bool:
    """Whether a marker continues or begins a list; the open lists are brought up to date."""
    readings = _readings(marker)
    begins = before.endswith((":", "—")) or not before
    if quote:
        style, value = readings[0]
        levels.append(_Level(style, value, quoted=True))
        return True
    if begins and not marker.endswith("."):
        for style, value in readings:
            if value == 1 and all(level.style != style for level in levels if not level.quoted):
                levels.append(_Level(style, 1, quoted=False))
                return True
    for depth in range(len(levels) - 1, -1, -1):
        if (levels[depth].style, levels[depth].value + 1) in readings and not before.endswith(","):
            levels[depth].value += 1
            del levels[depth + 1 :]
            return True
    if any(value == 1 for _, value in readings) and (begins or not levels):
        style = next(style for style, value in readings if value == 1)
        levels.append(_Level(style, 1, quoted=False))
        return True
    if before.endswith("’;") and readings[0][0] == "(1)":  # behind a quotation, in a text that begins midway
        levels[:] = [_Level(*readings[0], quoted=False)]
        return True
    return False


def _readings(marker: str) -> list[tuple[str, int]]:
    """What a marker can be: `(i)` is the ninth letter or the first roman number; `(bb)` follows `(aa)`."""
    inner = marker.strip("().")
    if inner.isdigit():
        return [("1." if marker.endswith(".") else "(1)", int(inner))]
    readings = [("(i)", roman)] if (roman := roman_value(inner)) else []
    if len(inner) == 1:
        readings.append(("(a)", ord(inner) - ord("a") + 1))
    elif len(set(inner)) == 1:
        readings.append(("(aa)", ord(inner[0]) - ord("a") + 1))
    return readings


def roman_value(numeral: str) -> int:
    """The value of a small roman numeral in lower case, 0 if it is none."""
    if not numeral or set(numeral) - set(_ROMAN):
        return 0
    values = [_ROMAN[letter] for letter in numeral]
    total = sum(-v if v < max(values[i:]) else v for i, v in enumerate(values))
    return total if to_roman(total) == numeral else 0


def to_roman(value: int) -> str:
    """A number from 1 to 99 as a roman numeral in lower case."""
    tens = ["", "x", "xx", "xxx", "xl", "l", "lx", "lxx", "lxxx", "xc"]
    ones = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"]
    return tens[value // 10] + ones[value % 10] if 0 < value < 100 else ""
