"""Sends one message over HTTP: to an address that was looked at, without redirects, with an end to every wait."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from api.webhooks.addresses import NotAllowed, Target, addresses_of, target_of

CONNECT_SECONDS = 4.0
WHOLE_SECONDS = 12.0
"""From the first byte to the status line and headers; a server that dribbles is cut off then."""
MOST_RETRY_AFTER = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one attempt."""

    status: int | None = None
    """Of the reply; None where there was none."""
    said: str = ""
    """In words for whoever made the endpoint; empty when it arrived."""
    retry_after: int = 0
    """Seconds for which the receiver asks to be left alone."""
    for_ever: bool = False
    """Trying again cannot help."""

    @property
    def arrived(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def send(url: str, body: bytes, headers: Mapping[str, str], *, named: Collection[str]) -> Outcome:
    """One attempt. Whatever goes wrong is an outcome."""
    try:
        target = target_of(url, named)
        return _read(_post(target, body, headers))
    except NotAllowed as error:
        return Outcome(said=str(error), for_ever=True)
    except ssl.SSLError as error:
        return Outcome(said=f"The certificate or the encryption was refused: {error.reason or 'unknown'}.")
    except TimeoutError:
        return Outcome(said="The server did not answer in time.")
    except (OSError, http.client.HTTPException) as error:
        return Outcome(said=f"The server could not be reached: {_reason(error)}.")


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__


def _post(target: Target, body: bytes, headers: Mapping[str, str]) -> http.client.HTTPResponse:
    """The head of the reply; its body is not read."""
    connection = http.client.HTTPConnection(target.host, target.port, timeout=CONNECT_SECONDS)
    connection.sock = _connected(target)
    watch = _cut_off_after(WHOLE_SECONDS, connection.sock)
    try:
        connection.request(
            "POST", target.path, body,
            {"Host": target.netloc, "Content-Type": "application/json", "User-Agent": "lawqa-webhooks/1", **headers},
        )  # fmt: skip
        return connection.getresponse()
    finally:
        watch.cancel()
        connection.close()


def _connected(target: Target) -> socket.socket:
    """A connection to one of the addresses that were looked at; TLS is checked against the name."""
    last: OSError = OSError("its name has no address")
    for address in addresses_of(target):
        try:
            plain = socket.create_connection((address, target.port), timeout=CONNECT_SECONDS)
        except OSError as error:
            last = error
            continue
        plain.settimeout(WHOLE_SECONDS)
        if target.scheme == "http":
            return plain
        try:
            return ssl.create_default_context().wrap_socket(plain, server_hostname=target.host)
        except OSError:
            plain.close()
            raise
    raise last


def _cut_off_after(seconds: float, connection: socket.socket) -> threading.Timer:
    def cut() -> None:
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)

    watch = threading.Timer(seconds, cut)
    watch.daemon = True
    watch.start()
    return watch


def _read(response: http.client.HTTPResponse) -> Outcome:
    status = response.status
    if 200 <= status < 300:
        return Outcome(status=status)
    if status == http.client.GONE:
        return Outcome(
            status=status, said="The server says that nobody listens there any more (410).", for_ever=True
        )
    if 300 <= status < 400:
        return Outcome(
            status=status, said=f"The server sends on to another address ({status}), which is not followed."
        )
    after = response.headers.get("Retry-After", "")
    wait = int(after) if after.isascii() and after.isdecimal() and len(after) < 9 else 0
    return Outcome(
        status=status, said=f"The server answered {status}.", retry_after=min(wait, MOST_RETRY_AFTER)
    )
