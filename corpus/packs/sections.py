r"""Pack `sections`: any law as JSON lines, one section a line, `.jsonl` or `.jsonl.gz`.

A line of the United States Code, titles together and in order:

    {"id": "usc-17-107", "cite": "17 U.S.C. § 107", "title": "Title 17— COPYRIGHTS",
     "chapter": "CHAPTER 1— …", "heading": "§ 107. Limitations …", "text": "(a) …\n\n(b) …"}

A line of any other law, documents together and in order (those marked * may be left out):

    {"document": "Lease Act 2011", "label": "Lease Act s. 4", "text": "(1) …\n(2) …", "heading"*: "Deposits",
     "path"*: "s4", "ancestors"*: ["Part 1 Homes"], "notes"*: "…", "valid_from"*: "2011-06-01", "valid_to"*: …,
     "entered_into_force"*: …, "key"*: "lease-act", "kind"*: "statute", "jurisdiction"*: "gb",
     "citation"*: "2011 c. 7", "short_title"*: "Lease Act", "aliases"*: ["LA 2011"]}

`path` is the section's identity in later editions: the label without the short title, where it is left out.

The day whose law the file states comes from, in this order: `--from FILE#dated=2023-04-20`; a first line
`{"dated": "2023-04-20", "edition": "…", "publisher": "…"}`; a file `edition.json` beside it with the same
fields; the day on which the file was last changed, which the edition's name then says.
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.packs.above import Above
from corpus.packs.base import Pack, SourceNeededError, Stream, UnreadableError
from corpus.packs.download import local_file
from corpus.structure import statute, uscode
from corpus.types import DocumentText, Kind, SectionText

SLUG = "sections"
LONGEST_LINE = 16 * 1024 * 1024  # characters; the longest section of the United States Code has 0.4 million
_CODE_ID = re.compile(r"usc-(\d{1,2}[a-zA-Z]?)-(.+)")
_CODE_HEADING = re.compile(
    r"\[?\s*§§?\s*(?P<number>\S+?(?:(?:,| to| and) ?\S+?)*)\. ?(?P<heading>.*?)\]?$", re.DOTALL
)
_RENUMBERED = re.compile(
    r"\[?\s*§§?\s*(?P<number>[^.]+?)\.? (?P<heading>(?:Re|Om|Tr|Va)\w+\b.*?)\]?$", re.DOTALL
)
_FOOTNOTE_MARK = re.compile(r"^\d (?=[A-Z])")
_RUN_IN_HEADING = re.compile(r"^(\(\w{1,5}\) [A-Z].{1,180}?) \.$")  # the dash behind it was lost
_MARKUP = re.compile(r"^#+ *", re.MULTILINE)
_HEADING_LINE = re.compile(r"^(#+) *(\S.*)$")
_NOTE_NUMBER = re.compile(r"(?<![§\s])\u202f \d{1,2}(?=[\s,;.:)\]”’—]|$)", re.MULTILINE)
"""The number of an editors' footnote: behind a narrow no-break space and a space, where the law has none."""
_OPENED = re.compile(r"(?<=[(\[]) +")  # a space that a link left behind


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file and where it stands."""

    file: str
    number: int
    fields: dict[str, Any]

    def fault(self, reason: str) -> UnreadableError:
        return UnreadableError(SLUG, self.file, f"line {self.number}", reason)

    def text(self, name: str, *, needed: bool = False) -> str:
        value = self.fields.get(name)
        if value is None and not needed:
            return ""
        if not isinstance(value, str) or (needed and not value.strip()):
            raise self.fault(
                f"the field {name!r} must be text, and not empty" if needed else f"{name!r} must be text"
            )
        return value.replace("\0", "")

    def texts(self, name: str) -> tuple[str, ...]:
        value = self.fields.get(name) or []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.fault(f"the field {name!r} must be a list of texts")
        return tuple(value)

    def date(self, name: str) -> dt.date | None:
        value = self.text(name)
        try:
            return dt.date.fromisoformat(value) if value else None
        except ValueError:
            raise self.fault(f"the field {name!r} must be a date such as 2023-04-20, not {value!r}") from None


@dataclass(frozen=True, slots=True)
class EditionFacts:
    """What a file as a whole says of itself."""

    source: str
    name: str
    dated: dt.date


def read(source: str | None, cache: Path) -> Stream:
    """Yield the documents and sections of a file. Raises PackError at the first line that cannot be read."""
    if not source:
        raise SourceNeededError(f"{SLUG}: say which file to read, with --from FILE.jsonl (or .jsonl.gz)")
    place, _, options = source.partition("#")
    path = local_file(SLUG, place, cache)
    edition = _edition(path, place, options)
    lines = (line for line in _lines(path) if not _is_header(line))
    yield from _stream(lines, edition)


def _stream(lines: Iterator[Line], edition: EditionFacts) -> Stream:
    finished: set[str] = set()
    current = ""
    paths: Counter[str] = Counter()
    above = Above()
    for line in lines:
        is_code = "cite" in line.fields and "id" in line.fields
        document = _code_document(line, edition) if is_code else _other_document(line, edition)
        is_new = document.key != current
        if is_new:
            if document.key in finished:
                raise line.fault(f"{document.title!r} was finished before; its lines must stand together")
            finished.add(document.key)
            current, paths, above = document.key, Counter(), Above()
        section = _code_section(line, edition, above) if is_code else _other_section(line, document)
        if is_new:  # only now: a document is not put on the shelf for a line that cannot be read
            yield document
        yield statute.unique(section, paths)


def _lines(path: Path) -> Iterator[Line]:
    opener = gzip.open if path.suffix == ".gz" else open
    number = 0
    try:
        with opener(path, "rt", encoding="utf-8") as file:
            while text := file.readline(LONGEST_LINE):
                number += 1
                if text.strip():
                    yield Line(path.name, number, _parsed(path, number, text))
    except (OSError, UnicodeDecodeError, EOFError, zlib.error) as error:
        raise UnreadableError(SLUG, path.name, f"after line {number}", f"cannot be read ({error})") from error


def _parsed(path: Path, number: int, text: str) -> dict[str, Any]:
    if len(text) >= LONGEST_LINE:
        raise UnreadableError(SLUG, path.name, f"line {number}", f"longer than {LONGEST_LINE:,} characters")
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(SLUG, path.name, f"line {number}", f"not JSON ({error})") from error
    if not isinstance(fields, dict):
        raise UnreadableError(SLUG, path.name, f"line {number}", "not a JSON object with named fields")
    return fields


def _is_header(line: Line) -> bool:
    return line.number == 1 and "dated" in line.fields and "text" not in line.fields


def _edition(path: Path, place: str, options: str) -> EditionFacts:
    """The day and name of a file's edition, from the address, its first line, or the file beside it."""
    said = dict(part.split("=", 1) for part in options.split("&") if "=" in part)
    first = next(_lines(path), None)
    if first is None:
        raise UnreadableError(SLUG, path.name, "", "the file holds no line")
    beside = path.with_name("edition.json")
    for facts in (
        Line("--from", 1, said),
        first if _is_header(first) else None,
        Line(beside.name, 1, _parsed(beside, 1, beside.read_text("utf-8"))) if beside.exists() else None,
    ):
        if facts and (dated := facts.date("dated")):
            name = facts.text("edition") or facts.text("publisher")
            return EditionFacts(place, name, dated)
    changed = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC).date()
    return EditionFacts(place, f"undated file, last changed on {changed}", changed)


def _code_title(line: Line) -> tuple[str, str]:
    """Number of the title and number of the section, as the id gives them."""
    found = _CODE_ID.fullmatch(line.text("id", needed=True))
    if found is None:
        raise line.fault("the field 'id' must be usc-TITLE-SECTION, such as usc-17-107")
    return found[1].lower(), found[2]


def _code_document(line: Line, edition: EditionFacts) -> DocumentText:
    number, _ = _code_title(line)
    heading = line.text("title").partition("—")[2]
    facts = {"source": edition.source, "edition": edition.name, "dated": edition.dated}
    return uscode.title_document(number, heading, **facts)


def _code_section(line: Line, edition: EditionFacts, above: Above) -> SectionText:
    title, number = _code_title(line)
    printed, heading = _code_heading(uscode.clean(line.text("heading", needed=True)))
    number = printed or (number if number != "None" else "")
    if not (number or above.section):
        raise line.fault("a section without a number")
    kind, _, name = line.text("chapter").partition("—")
    ancestors = above.of(uscode.heading_above(kind, name))
    lines = above.take_from(statute.plain_lines(_law_of(line.text("text"))))
    marked = (uscode.clean(_OPENED.sub("", _RUN_IN_HEADING.sub(r"\1.—", line))) for line in lines)
    text = "\n".join(statute.join_run_in_headings(marked))
    gone = bool(uscode.status_of(heading))
    path, label = _code_names(title, number, above.section)
    above.section = number or above.section
    return SectionText(
        path=path,
        label=label,
        heading=heading,
        text="" if gone else text,
        ancestors=ancestors,
        notes=text if gone else "",
        valid_to=edition.dated if gone else None,
    )


def _law_of(text: str) -> str:
    """The text without what is no law: marks of headings, numbers of footnotes, headings that are repeated.

    Where the file was cut into pieces, a piece begins with the heading that it stands under, directly above a deeper
    one; the heading has stood in the section before.
    """
    kept: list[str] = []
    seen: set[str] = set()
    lines = _NOTE_NUMBER.sub("", text).split("\n")
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        heading, deeper = _HEADING_LINE.match(line), _HEADING_LINE.match(following)
        again = heading and heading[2] in seen and deeper and len(deeper[1]) > len(heading[1])
        if heading:
            seen.add(heading[2])
        if not again:
            kept.append(_MARKUP.sub("", line))
    return "\n".join(kept)


def _code_names(title: str, number: str, before: str) -> tuple[str, str]:
    """Path and label; a text that stands in the Code without a number goes by the section before it."""
    if number:
        return uscode.section_path(title, number), uscode.section_label(title, number)
    label = uscode.section_label(title, before).replace("§", "following §", 1)
    return f"{uscode.section_path(title, before)}/following", label


def _code_heading(heading: str) -> tuple[str, str]:
    """`§ 1. Words denoting number` as number and heading, brackets and ranges included."""
    found = _CODE_HEADING.match(heading) or _RENUMBERED.match(heading)
    if found is None:
        return "", heading.strip("[]“” .")
    return found["number"], _FOOTNOTE_MARK.sub("", found["heading"]).strip(" .")


def _other_document(line: Line, edition: EditionFacts) -> DocumentText:
    title = line.text("document", needed=True)
    kind = line.text("kind") or Kind.OTHER.value
    if kind not in {known.value for known in Kind}:
        raise line.fault(f"unknown kind {kind!r}; known are {', '.join(Kind)}")
    return DocumentText(
        key=line.text("key") or "-".join(re.findall(r"\w+", title.lower())),
        kind=Kind(kind),
        jurisdiction=line.text("jurisdiction").lower(),
        title=title,
        citation=line.text("citation") or title,
        short_title=line.text("short_title") or title,
        aliases=line.texts("aliases"),
        source=edition.source,
        edition=edition.name,
        dated=edition.dated,
    )


def _other_section(line: Line, document: DocumentText) -> SectionText:
    label = " ".join(line.text("label", needed=True).split())
    return SectionText(
        path=line.text("path") or label.removeprefix(document.short_title).strip() or label,
        label=label,
        heading=" ".join(line.text("heading").split()),
        text="\n".join(statute.plain_lines(line.text("text"))),
        ancestors=line.texts("ancestors"),
        notes=line.text("notes").strip(),
        valid_from=line.date("valid_from"),
        valid_to=line.date("valid_to"),
        entered_into_force=line.date("entered_into_force"),
    )


PACK = Pack(
    slug=SLUG,
    title="Sections as JSON lines: the United States Code, or any law of your own",
    publisher="whoever made the file",
    licence="the file's own; the text of the United States Code is in the public domain (17 U.S.C. § 105)",
    covered_through=None,
    size="as large as the file; 51,692 sections for the whole United States Code",
    default=False,
    needs_source=True,
    read=read,
)
