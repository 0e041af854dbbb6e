"""Pack `opinions`: judgments with their opinions, from files, archives, folders or addresses.

`--from` takes
* `.jsonl` or `.jsonl.gz`: lines `{"term": "2009", "case": "A v. B", "part": "STEVENS", "text": "…"}` with the text
  of slip opinions, the parts of a case together; or lines of the JSON below;
* `.md` and `.txt`: one judgment a file, as taken from the reporters or from slip opinions;
* `.json`: a case of the Caselaw Access Project, a cluster or an opinion of CourtListener's API, or a list of them;
* `.zip`, `.tar.gz`, `.tgz` or a folder of such files, or the address of any of these.
"""

from __future__ import annotations

import gzip
import json
import re
import tarfile
import urllib.parse
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

from corpus.packs import opinions_json
from corpus.packs.base import Pack, PackError, SourceNeededError, Stream, UnreadableError
from corpus.packs.download import fetch_url
from corpus.structure import caption, judgment, opinion_text, slip
from corpus.structure.judgment import Judgment, Paragraph, Part

SLUG = "opinions"
LARGEST_FILE = 64 * 1024 * 1024  # bytes; the longest judgments have about 1 MB
_KINDS = (".json", ".md", ".txt")
_ORDER = ("Syllabus", "Opinion of the Court", "Per Curiam")
_HEAD_BLOCKS = 40


def read(source: str | None, cache: Path) -> Stream:
    """Yield each judgment with its opinions. Raises PackError with file and place."""
    if not source:
        raise SourceNeededError(
            f"{SLUG}: say what to read, with --from: a file, an archive, a folder or an address"
        )
    keys: Counter[str] = Counter()
    for found, place in _judgments(source, cache):
        document = judgment.document(found, place)
        keys[document.key] += 1
        if keys[document.key] == 1:  # the same case twice in one source is one case
            yield document
            yield from judgment.sections(found)


def _judgments(source: str, cache: Path) -> Iterator[tuple[Judgment, str]]:
    fetch = _fetcher(source, cache)
    path = Path(source)
    if urllib.parse.urlsplit(source).scheme in {"http", "https"}:
        path = fetch_url(source, cache)
        if not path.name.endswith((".jsonl", ".jsonl.gz", ".zip", ".tar.gz", ".tgz", ".md", ".txt")):
            yield from _file(source, path.read_bytes(), fetch)  # an API's addresses have no suffix
            return
    if not path.exists():
        raise SourceNeededError(f"{SLUG}: there is no file or folder {source!r}")
    if path.name.endswith((".jsonl", ".jsonl.gz")):
        yield from _lines(path, fetch)
        return
    for name, data in _members(path):
        yield from _file(name, data, fetch)


def _fetcher(source: str, cache: Path) -> opinions_json.Fetch:
    """Fetches what a record names by address: only for a source that is an address, and only from its host."""
    host = urllib.parse.urlsplit(source).netloc if source.startswith(("http://", "https://")) else ""

    def fetch(address: str) -> Any:
        address = urllib.parse.urljoin(source, address)
        if not host or urllib.parse.urlsplit(address).netloc != host:
            raise SourceNeededError(
                f"{SLUG}: the opinion at {address} is not in the file; give that address itself"
            )
        return json.loads(fetch_url(address, cache).read_text("utf-8"))

    return fetch


def _members(path: Path) -> Iterator[tuple[str, bytes]]:
    """Name and content of each judgment file, in order of name, one at a time."""
    try:
        if path.is_dir():
            for entry in sorted(path.rglob("*")):
                if entry.suffix in _KINDS and entry.is_file():
                    yield entry.name, _limited(entry.name, entry.stat().st_size, entry.read_bytes)
        elif path.suffix == ".zip":
            yield from _zipped(path)
        elif path.name.endswith((".tar.gz", ".tgz", ".tar")):
            yield from _tarred(path)
        else:
            yield path.name, _limited(path.name, path.stat().st_size, path.read_bytes)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, tarfile.TarError) as error:
        raise UnreadableError(SLUG, path.name, "", f"cannot be read ({error})") from error


def _zipped(path: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as archive:
        for item in sorted(archive.infolist(), key=lambda item: item.filename):
            if item.filename.endswith(_KINDS):
                yield item.filename, _limited(item.filename, item.file_size, partial(archive.read, item))


def _tarred(path: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(path) as archive:
        for member in archive:
            file = archive.extractfile(member) if member.isfile() and member.name.endswith(_KINDS) else None
            if file is not None:
                yield member.name, _limited(member.name, member.size, file.read)


def _limited(name: str, size: int, content: Callable[[], bytes]) -> bytes:
    if size > LARGEST_FILE:
        raise UnreadableError(SLUG, name, "", f"larger than {LARGEST_FILE:,} bytes")
    return content()


def _file(name: str, data: bytes, fetch: opinions_json.Fetch) -> Iterator[tuple[Judgment, str]]:
    try:
        text = data.decode("utf-8-sig")
        if name.endswith((".md", ".txt")):
            yield from_text(text, name), name
        else:
            for record in opinions_json.records(json.loads(text)):
                yield opinions_json.read(record, fetch), name
    except opinions_json.NotAJudgmentError as error:
        raise UnreadableError(SLUG, name, error.place, str(error)) from error
    except (ValueError, RecursionError) as error:
        raise UnreadableError(SLUG, name, "", f"cannot be read ({error})") from error


def _lines(path: Path, fetch: opinions_json.Fetch) -> Iterator[tuple[Judgment, str]]:
    """Judgments of a file of JSON lines; lines that are parts of one case stand together."""
    rows = _rows(path)
    for (term, name), group in groupby(rows, key=lambda row: (row[1].get("term"), row[1].get("case"))):
        if name is None:
            for number, fields in group:
                yield _record(path, number, fields, fetch), path.name
        else:
            parts = list(group)
            texts = [(str(fields.get("part", "")), str(fields.get("text", ""))) for _, fields in parts]
            try:
                yield from_slip(texts, name=str(name)), f"{path.name} ({term})"
            except opinions_json.NotAJudgmentError as error:
                raise UnreadableError(SLUG, path.name, f"line {parts[0][0]}", str(error)) from error


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    opener = gzip.open if path.suffix == ".gz" else open
    number = 0
    try:
        with opener(path, "rt", encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                fields = json.loads(line) if line.strip() else {}
                if not isinstance(fields, dict):
                    raise UnreadableError(
                        SLUG, path.name, f"line {number}", "not a JSON object with named fields"
                    )
                if fields:
                    yield number, fields
    except (OSError, EOFError, zlib.error, ValueError, RecursionError) as error:
        raise UnreadableError(SLUG, path.name, f"line {number + 1}", f"cannot be read ({error})") from error


def _record(path: Path, number: int, fields: dict[str, Any], fetch: opinions_json.Fetch) -> Judgment:
    try:
        return opinions_json.read(fields, fetch)
    except opinions_json.NotAJudgmentError as error:
        raise UnreadableError(SLUG, path.name, f"line {number}", str(error)) from error


def from_text(text: str, name: str) -> Judgment:
    """One judgment from plain text or Markdown; raises NotAJudgmentError where no case can be made out."""
    if slip.is_slip(text):
        plain = opinion_text.from_markdown(re.sub(r"\n\s*(\[[^\]]+\]\(/[^)]*\))\s*\n\s*", r" \1 ", text))
        return from_slip([("", slip.with_form_feeds(plain))], name="")
    plain = opinion_text.from_markdown(text)
    head = caption.read(re.split(r"\n\s*\n", plain)[:_HEAD_BLOCKS])
    if not head.name:
        raise opinions_json.NotAJudgmentError("no parties (A v. B) stand at its head", name)
    first = next((int(known.split()[-1]) for known in head.citations if known[-1].isdigit()), 0)
    paragraphs = opinion_text.paragraphs(opinion_text.mark_star_pages(plain, first))
    return Judgment(
        name=head.name,
        citations=tuple(sorted(head.citations, key=lambda known: " U.S. " not in known)),
        decided_on=head.decided_on,
        year=head.year,
        docket=head.docket,
        paged_by=re.sub(r"^\d+|\d+$", "", head.citations[0]) if head.citations else "",
        parts=tuple(_reported_parts(paragraphs)),
    )


def _reported_parts(paragraphs: list[Paragraph]) -> Iterator[Part]:
    """Opinions of a reported case; what stands above the first is caption and syllabus."""
    parts = list(opinion_text.split_parts(paragraphs, "Syllabus"))
    if len(parts) == 1:  # an opinion whose first words do not say whose it is
        yield replace(parts[0], title="Opinion")
        return
    yield from parts


def from_slip(texts: list[tuple[str, str]], *, name: str) -> Judgment:
    """One judgment from the slip opinions of a case, given as (whose, text)."""
    parts: list[Part] = []
    known = slip.Facts()
    vocabulary = opinion_text.words_inside(line for _, text in texts for line in text.splitlines())
    for whose, text in texts:
        facts, found = slip.read(text, _title(whose), vocabulary)
        parts.extend(part for part in found if part not in parts)  # a statement may be in two files
        known.name = known.name or facts.name
        known.citation = known.citation or facts.citation
        known.docket = known.docket or facts.docket
        known.decided_on = known.decided_on or facts.decided_on
    shown = name or caption.short_name(known.name)
    if not parts or not shown:
        raise opinions_json.NotAJudgmentError(f"no opinion is in it ({shown or 'no case name either'})")
    return Judgment(
        name=shown,
        citations=(known.citation,) if known.citation else (),
        decided_on=known.decided_on,
        docket=known.docket,
        slip=True,
        parts=tuple(sorted(parts, key=_order)),
    )


def _order(part: Part) -> int:
    return _ORDER.index(part.title) if part.title in _ORDER else len(_ORDER) + ("dissenting" in part.title)


def _title(whose: str) -> str:
    known = {
        "syllabus": "Syllabus",
        "the Court": "Opinion of the Court",
        "per curiam": "Per Curiam",
        "": "Opinion",
    }
    return known.get(whose, f"{whose.capitalize()}, J.")


PACK = Pack(
    slug=SLUG,
    title="Judgments and their opinions, from files or the addresses of case law projects",
    publisher="whoever made the file; the courts",
    licence="opinions of United States courts are in the public domain (17 U.S.C. § 105; Banks v. Manchester)",
    covered_through=None,
    size="as large as the source",
    default=False,
    needs_source=True,
    read=read,
)

__all__ = ["PACK", "PackError", "from_slip", "from_text", "read"]
