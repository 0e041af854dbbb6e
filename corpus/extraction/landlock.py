"""Takes from this process the right to open files other than a few (Landlock, Linux 5.13 and later; else nothing)."""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
ASK_VERSION = 1
PATH_BENEATH = 1
EXECUTE, READ_FILE, READ_DIR = 1 << 0, 1 << 2, 1 << 3
RIGHTS_BY_VERSION = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many rights over files each version of the interface knows; later ones as the last."""
BIND_AND_CONNECT = 0b11
FIRST_WITH_NETWORK = 4
PROGRAMS = ("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/dev/null", "/dev/urandom")
"""Where text recognition and its libraries are."""


def restrict(readable: Iterable[Path]) -> bool:
    """Only files at or beneath these paths may be read from now on, none written; whether the system could do that.

    The process must have given up the right to new privileges before.
    """
    system = ctypes.CDLL(None, use_errno=True)
    version = system.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), ASK_VERSION)
    if version < 1:
        return False
    rights = (1 << RIGHTS_BY_VERSION.get(version, 16)) - 1
    network = (BIND_AND_CONNECT,) if version >= FIRST_WITH_NETWORK else ()
    attributes = struct.pack(f"={1 + len(network)}Q", rights, *network)
    rules = system.syscall(CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    if rules < 0:
        return False
    for path in readable:
        _allow(system, rules, path)
    done = bool(system.syscall(RESTRICT_SELF, rules, 0) == 0)
    os.close(rules)
    return done


def _allow(system: ctypes.CDLL, rules: int, path: Path) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what is not there needs no right
    rights = READ_FILE | EXECUTE | READ_DIR if path.is_dir() else READ_FILE
    system.syscall(ADD_RULE, rules, PATH_BENEATH, struct.pack("=Qi", rights, place), 0)
    os.close(place)


def code(root: Path) -> Iterator[Path]:
    """Where Python and the programs that it starts lie; of the project at `root`, its code and none of its data."""
    yield from map(Path, PROGRAMS)
    yield from (Path(sys.prefix), Path(sys.base_prefix), root / "corpus")
    yield from (Path(entry) for entry in sys.path if Path(entry) != root)
    for name in ("LD_LIBRARY_PATH", "TESSDATA_PREFIX"):
        yield from (Path(entry) for entry in os.environ.get(name, "").split(":") if entry)
