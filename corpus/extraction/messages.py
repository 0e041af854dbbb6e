"""What the reading process says and what is believed of it: JSON lines, checked field by field. Pure.

Each line is an object with one of these keys:

* `facts`: of the file, once
* `page`: one page; `picture` beside it says whether the page shows pictures
* `lost`: number of a page that could not be read; `why` beside it is the name of a class of errors
* `failed`: the name of a class of errors: nothing more will come
* `done`: true: everything that was asked for has been sent
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from corpus import flags
from corpus.types import FileFacts, Line, PageText

MAX_MESSAGE = 64_000_000
MAX_LINES = 50_000
MAX_WORD_BYTES = 64_000_000
"""Of the words of one page, unpacked."""
MAX_OUTLINE = 5_000
MAX_SHORT = 500
"""Characters of a title, a label or a bookmark."""
FAR = 1e6
"""No point of a page is farther from its corner, in points."""
READERS = frozenset({"pypdf", "pdfium", "ocr", "docx", "html", "text"})


class Unbelievable(ValueError):
    """A message that no honest reader sends."""


@dataclass(frozen=True, slots=True)
class Page:
    text: PageText
    picture: bool
    """Whether it shows pictures."""


@dataclass(frozen=True, slots=True)
class Lost:
    number: int
    why: str


@dataclass(frozen=True, slots=True)
class Failed:
    why: str


@dataclass(frozen=True, slots=True)
class Done:
    pass


Message = FileFacts | Page | Lost | Failed | Done


def encode(message: Message) -> bytes:
    """One line."""
    return json.dumps(_plain(message), separators=(",", ":")).encode() + b"\n"


def decode(line: bytes) -> Message:
    """What a line says; Unbelievable where it breaks the rules."""
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Unbelievable("not JSON") from error
    if not isinstance(data, dict):
        raise Unbelievable("not an object")
    if "page" in data:
        return Page(_page(_mapping(data["page"])), data.get("picture") is True)
    if "facts" in data:
        return _facts(_mapping(data["facts"]))
    if "lost" in data:
        return Lost(_whole(data["lost"]), _short(data.get("why", "")))
    return Failed(_short(data["failed"])) if "failed" in data else _done(data)


def _plain(message: Message) -> dict[str, Any]:
    match message:
        case FileFacts():
            return {"facts": asdict(message)}
        case Page():
            page = asdict(message.text)
            page["words"] = base64.b64encode(message.text.words).decode()
            page["lines"] = [list(line.values()) for line in page["lines"]]
            return {"page": page, "picture": message.picture}
        case Lost():
            return {"lost": message.number, "why": message.why}
        case Failed():
            return {"failed": message.why}
        case Done():
            return {"done": True}


def _done(data: Mapping[str, object]) -> Done:
    if data.get("done") is not True:
        raise Unbelievable("an unknown message")
    return Done()


def _facts(data: Mapping[str, object]) -> FileFacts:
    outline = tuple(_bookmark(_array(entry)) for entry in _array(data.get("outline", []))[:MAX_OUTLINE])
    return FileFacts(
        media_type=_short(data.get("media_type", "")),
        page_count=_whole(data.get("page_count")),
        title=_short(data.get("title", "")),
        outline=outline,
        flags=_flags(data.get("flags", [])),
    )


def _bookmark(entry: list[object]) -> tuple[int, str, int]:
    if len(entry) != 3:
        raise Unbelievable("a bookmark has three parts")
    return _whole(entry[0]), _short(entry[1]), _whole(entry[2])


def _page(data: Mapping[str, object]) -> PageText:
    lines = _array(data.get("lines", []))
    reader = _short(data.get("reader", ""))
    if len(lines) > MAX_LINES or reader not in READERS:
        raise Unbelievable("too many lines, or an unknown reader")
    return PageText(
        number=_whole(data.get("number")),
        label=_short(data.get("label", ""))[:40],
        width=_measure(data.get("width")),
        height=_measure(data.get("height")),
        lines=tuple(_line(_array(line)) for line in lines),
        words=_words(data.get("words")),
        reader=reader,
        flags=_flags(data.get("flags", [])),
    )


def _line(values: list[object]) -> Line:
    if len(values) != len(Line.__dataclass_fields__):
        raise Unbelievable("a line has other fields")
    text, *numbers = values[:6]
    bold, italic, paragraph, footnote = (value is True for value in values[6:10])
    x0, y0, x1, y1, size = (
        map(_measure, numbers + values[5:6]) if len(numbers) == 4 else map(_measure, numbers)
    )
    return Line(
        text=_clean(text), x0=x0, y0=y0, x1=x1, y1=y1, size=size, bold=bold, italic=italic,
        paragraph=paragraph, footnote=footnote, heading=min(_whole(values[10]), 9),
    )  # fmt: skip


def _words(value: object) -> bytes:
    """The packed words, after making sure that unpacking them costs no more than a page may."""
    try:
        packed = base64.b64decode(_text(value), validate=True)
        unpacking = zlib.decompressobj()
        unpacked = unpacking.decompress(packed, MAX_WORD_BYTES)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise Unbelievable("words that cannot be unpacked") from error
    texts, _, places = unpacked.partition(b"\0")
    whole = unpacking.eof and len(places) == 16 * (texts.count(b" ") + 1)
    if packed and not whole:
        raise Unbelievable("words without their places")
    return packed


def _flags(value: object) -> tuple[str, ...]:
    return tuple(flag for flag in _array(value) if isinstance(flag, str) and flag in flags.SENTENCES)


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise Unbelievable("not an object")
    return value


def _array(value: object) -> list[object]:
    if not isinstance(value, list):
        raise Unbelievable("not an array")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Unbelievable("not a text")
    return value


def _clean(value: object) -> str:
    """A text that every database takes: no NUL, no half of a surrogate pair, no line break."""
    text = _text(value).replace("\0", "").encode("utf-8", "ignore").decode()
    return " ".join(text.splitlines()) if len(text.splitlines()) > 1 else text


def _short(value: object) -> str:
    return _clean(value)[:MAX_SHORT]


def _whole(value: object) -> int:
    if not isinstance(value, int) or not 0 <= value <= FAR or isinstance(value, bool):
        raise Unbelievable("not a number of pages")
    return value


def _measure(value: object) -> float:
    if not isinstance(value, int | float) or not math.isfinite(value) or abs(value) > FAR:
        raise Unbelievable("not a place on a page")
    return float(value)


def characters(lines: Iterable[Line]) -> int:
    """How many characters the lines hold."""
    return sum(len(line.text) for line in lines)
