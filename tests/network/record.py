"""What was written down of connections: by every Python process itself, and by strace, which sees system calls."""

from __future__ import annotations

import ipaddress
import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

RECORDER = Path(__file__).parent / "recorder"
CALLS = "connect,sendto,sendmsg,sendmmsg"
CALLED = re.compile(
    r"(?P<call>connect|sendto|sendmsg|sendmmsg)\(.*?sa_family=(?P<family>AF_\w+)(?P<rest>[^}]*)}"
)
ADDRESS = re.compile(r'inet_(?:addr\("|pton\(AF_INET6, ")(?P<address>[^"]+)"')
INTERNET = {"AF_INET", "AF_INET6"}
"""Every other family stays on the machine: unix sockets, the kernel's own."""
NAMES = {"localhost", ""}
STRACE = (
    "strace",
    "-f",
    "-qq",
    "--seccomp-bpf",
    "-s",
    "0",
    "-e",
    f"trace={CALLS}",
    "-e",
    "signal=none",
    "-o",
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody wanted to reach something."""

    how: str
    address: str
    """An internet address or a name; empty: a socket of this machine's own."""
    who: str

    @property
    def stays(self) -> bool:
        """Whether it cannot leave the machine."""
        if self.address in NAMES:
            return True
        try:
            address = ipaddress.ip_address(self.address)
        except ValueError:
            return False
        return address.is_loopback or address.is_unspecified


def said_by_python(file: Path) -> list[Attempt]:
    """Of the file that recorder/sitecustomize.py wrote."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return [_read(*json.loads(line)) for line in lines]


def _read(how: str, address: list[object] | str, who: str) -> Attempt:
    if how in {"socket.connect", "socket.sendto", "socket.sendmsg"}:  # a text is a unix socket's path
        return Attempt(how, str(address[0]) if isinstance(address, list) else "", who)
    return Attempt(how, str(address[0] if isinstance(address, list) else address), who)


def seen_by_strace(folder: Path) -> list[Attempt]:
    """Of every file `*.strace` of a folder: those calls that name an address of the internet."""
    found = []
    for file in sorted(folder.glob("*.strace")):
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
            call = CALLED.search(line)
            if call and call["family"] in INTERNET:
                address = ADDRESS.search(call["rest"])
                found.append(Attempt(call["call"], address["address"] if address else line, file.stem))
    return found


def why_no_strace() -> str:
    """Why system calls cannot be watched here; empty: they can."""
    return _refusal("strace", "-f", "--seccomp-bpf", "-o", "/dev/null", "-e", f"trace={CALLS}", "true")


def why_no_namespace() -> str:
    """Why the network cannot be cut off here; empty: it can."""
    return _refusal("unshare", "--net", "true")


def _refusal(*command: str) -> str:
    if shutil.which(command[0]) is None:
        return f"{command[0]} is not on this machine"
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return "" if done.returncode == 0 else f"{command[0]} is refused here: {done.stderr.strip()}"
