"""Where messages may be sent: to public addresses over TLS, and to hosts that the operator has named.

The name is resolved here and the connection goes to the very address that was looked at, so that a name which changes
its address in between (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
MOST_CHARS = 500
NAT64 = ipaddress.ip_network("64:ff9b::/96")
PORTS = {"https": 443, "http": 80}


class NotAllowed(ValueError):
    """Nothing may be sent there; says why, for whoever made the endpoint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An address that was understood."""

    scheme: str
    host: str
    port: int
    path: str
    """With the query."""
    named: bool
    """The operator has named the host: it may be private."""

    @property
    def netloc(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def target_of(url: str, named: Collection[str]) -> Target:
    """Read an address; `named` are the hosts that the operator lets be private. Raises NotAllowed."""
    if len(url) > MOST_CHARS or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise NotAllowed(
            f"This is not an address; write https://…, with at most {MOST_CHARS} plain characters."
        )
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise NotAllowed("This is not an address; write https://host/path.") from None
    if parts.username is not None or parts.password is not None:
        raise NotAllowed("An address here holds no name and no password: messages are signed instead.")
    if parts.scheme not in PORTS or not host or port == 0:
        raise NotAllowed("This is not an address; write https://host/path.")
    known = host in named
    if parts.scheme != "https" and not known:
        raise NotAllowed("Messages go over https:// only, so that nobody on the way reads them.")
    target = Target(
        scheme=parts.scheme, host=host, port=port or PORTS[parts.scheme], named=known,
        path=(parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
    )  # fmt: skip
    _refuse_private(target)
    return target


def _refuse_private(target: Target) -> None:
    """A host that is written as an address is known without asking anybody."""
    try:
        address = ipaddress.ip_address(target.host)
    except ValueError:
        if not target.named and (target.host == "localhost" or "." not in target.host):
            raise NotAllowed(_private(target.host)) from None
        return
    if not (target.named or is_public(address)):
        raise NotAllowed(_private(target.host))


def _private(host: str) -> str:
    return f"{host} is on a private network. Messages go to public addresses and to hosts that the operator has named."


def addresses_of(target: Target) -> list[str]:
    """The addresses of its host, all of them allowed. Raises NotAllowed, OSError."""
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not target.named and not all(is_public(ipaddress.ip_address(one)) for one in addresses):
        # One private address among public ones is refused too: which of them answers is not for the name to say.
        raise NotAllowed(_private(target.host))
    return addresses


def is_public(address: Address) -> bool:
    """Whether an address is anybody's on the internet, also behind the forms in which IPv6 carries IPv4."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if address in NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved
