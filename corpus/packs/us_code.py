"""Pack `us-code`: the United States Code as its publisher issues it, in USLM XML, title by title.

`--from` takes one `.xml` or `.xml.gz` file, a `.zip`, a folder of such files, the address of one of the
publisher's zips, or the address of a release point, such as
`https://uscode.house.gov/download/releasepoints/us/pl/119/36/`, whose titles are fetched one by one.
"""

from __future__ import annotations

import gzip
import re
import urllib.parse
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

from corpus.packs.base import DownloadError, Pack, SourceNeededError, Stream, UnreadableError
from corpus.packs.download import fetch_url
from corpus.structure import statute, uslm
from corpus.types import SectionText

SLUG = "us-code"
PUBLISHER_HOST = "uscode.house.gov"
LARGEST_TITLE = 512 * 1024 * 1024  # bytes, unpacked; the largest title, 42, has about 0.1 GB
TITLES = tuple(f"{number:02}" for number in range(1, 55) if number != 53)
APPENDICES = ("05A", "11A", "18A", "28A")
_RELEASE_POINT = re.compile(r"/pl/(?P<congress>\d+)/(?P<law>\d+(?:not\d+)?)/?$")


def read(source: str | None, cache: Path) -> Stream:
    """Yield each title with its sections. Raises PackError with file and line."""
    if not source:
        raise SourceNeededError(
            f"{SLUG}: say what to read, with --from: a folder, a .zip, .xml or .xml.gz file of USLM, or the "
            f"address of a release point, https://{PUBLISHER_HOST}/download/releasepoints/us/pl/CONGRESS/LAW/"
        )
    for path in _files(source, cache):
        if path.suffix == ".zip":
            yield from _zip(path)
        else:
            with closing(_opened(path)) as file:
                yield from _title(file, path.name)


def _files(source: str, cache: Path) -> Iterator[Path]:
    """The files that a source names, in the order of the titles; those of a release point fetched one by one."""
    if urllib.parse.urlsplit(source).scheme in {"http", "https"}:
        yield from _fetched(source, cache)
        return
    path = Path(source)
    if path.is_file():
        yield path
        return
    found = sorted(entry for entry in path.glob("*") if entry.name.endswith((".xml", ".xml.gz", ".zip")))
    if not found:
        raise SourceNeededError(f"{SLUG}: there is no .xml, .xml.gz or .zip at {source!r}")
    yield from found


def _fetched(url: str, cache: Path) -> Iterator[Path]:
    parts = urllib.parse.urlsplit(url)
    if parts.hostname not in {PUBLISHER_HOST, "127.0.0.1", "localhost"}:
        raise SourceNeededError(
            f"{SLUG}: only the official publisher's addresses are read, https://{PUBLISHER_HOST}/…"
        )
    point = _RELEASE_POINT.search(parts.path)
    if point is None:
        yield fetch_url(url, cache)
        return
    for title in (*TITLES, *APPENDICES):
        address = f"{url.rstrip('/')}/xml_usc{title}@{point['congress']}-{point['law']}.zip"
        try:
            yield fetch_url(address, cache)
        except DownloadError:
            if title not in APPENDICES:  # not every release has every appendix
                raise


def _opened(path: Path) -> IO[bytes]:
    return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]  # GzipFile reads like any file


def _zip(path: Path) -> Stream:
    try:
        with zipfile.ZipFile(path) as archive:
            members = sorted(
                (item for item in archive.infolist() if item.filename.endswith(".xml")), key=_name
            )
            if not members:
                raise UnreadableError(SLUG, path.name, "", "no .xml file in it")
            for member in members:
                if member.file_size > LARGEST_TITLE:
                    raise UnreadableError(
                        SLUG, path.name, member.filename, f"larger than {LARGEST_TITLE:,} bytes"
                    )
                with archive.open(member) as file:
                    yield from _title(file, f"{path.name}/{Path(member.filename).name}")
    except zipfile.BadZipFile as error:
        raise UnreadableError(SLUG, path.name, "", f"not a zip file ({error})") from error


def _name(item: zipfile.ZipInfo) -> str:
    return item.filename


def _title(file: IO[bytes], name: str) -> Stream:
    paths: Counter[str] = Counter()
    try:
        for item in uslm.read(file, name):
            yield statute.unique(item, paths) if isinstance(item, SectionText) else item
    except uslm.UslmError as error:
        raise UnreadableError(SLUG, name, f"line {error.line}", str(error)) from error
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        raise UnreadableError(SLUG, name, "", f"cannot be read ({error})") from error


PACK = Pack(
    slug=SLUG,
    title="United States Code, from the official XML",
    publisher="Office of the Law Revision Counsel, U.S. House of Representatives",
    licence="public domain (17 U.S.C. § 105)",
    covered_through=None,
    size="53 titles and 4 appendices, about 60,000 sections, 0.1 GB zipped; or any of them",
    default=False,
    needs_source=True,
    read=read,
)
