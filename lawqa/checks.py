"""System checks of the model servers: what would carry questions in the open, and what stands open itself."""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register

from lawqa.inference import Role

UNGUARDED = ("/invocations", "/collective_rpc", "/tokenize")
"""Paths that vLLM's key does not guard, or that it serves in development mode only."""
CLOSED = {401, 403, 404, 405, 410, 429, 451, 502, 503, 504}
"""What a proxy or a guarded server says to them."""
PROBE_SECONDS = 2.0


@register(Tags.security)
def check_transport(**_: Any) -> list[CheckMessage]:
    """Questions, law and a key go to another machine without TLS."""
    return [
        checks.Warning(
            f"The model server {address} ({', '.join(roles)}) is on another machine and is spoken to without TLS: "
            "questions and keys can be read on the way.",
            hint="Give it an https:// address, or reach it through a tunnel or a private network of your own.",
            id="lawqa.W001",
        )
        for address, roles in _addresses().items()
        if address.startswith("http:") and not _on_this_machine(address)
    ]


@register(Tags.security, deploy=True)
def check_unguarded(**_: Any) -> list[CheckMessage]:
    """A vLLM without the allow-list in front of it (deploy/vllm): its key guards only some of its paths."""
    return [_message(address, found) for address in _addresses() if (found := list(_open_paths(address)))]


def _message(address: str, found: Iterable[str]) -> CheckMessage:
    here = _on_this_machine(address)
    return (checks.Warning if here else Error)(
        f"The model server {address} answers at {', '.join(found)} without a key"
        + (", to every program on this machine." if here else "."),
        hint="Put an allow-list in front of it that lets through /v1/chat/completions, /v1/models and /health only.",
        id="lawqa.W002" if here else "lawqa.E001",
    )


def _addresses() -> dict[str, list[Role]]:
    """The servers, by scheme, host and port, each with its roles."""
    found: defaultdict[str, list[Role]] = defaultdict(list)
    for role, server in settings.LAWQA_SERVERS.items():
        parts = urlsplit(server.url)
        found[f"{parts.scheme}://{parts.netloc}"].append(role)
    return dict(found)


def _open_paths(address: str) -> Iterable[str]:
    from lawqa.inference.wire import status_without_key  # the HTTP client: for this check alone

    for path in UNGUARDED:
        status = status_without_key(address + path, PROBE_SECONDS)
        if status is None:
            return  # nobody is there, or too slow to tell
        if status not in CLOSED and not 300 <= status < 400:
            yield path


def _on_this_machine(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
