"""Who a caller is behind the proxies of deploy/: limits and the audit log know his own address, and he cannot choose it."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from tests import servers
from tests.deploy.manifests import Process, processes, unit
from tests.deploy.proxy import HERE, a_request, nginx, over_tls, site
from tests.servers import ROOT, free_port
from tests.waiting import until

HOST = "law.firm.example"
LOGIN = "/accounts/login/"
FORGED = ("X-Forwarded-For: 203.0.113.9", "X-Real-IP: 203.0.113.9", "Forwarded: for=203.0.113.9")
WITHOUT_A_RULE = """\
server {{
    listen 127.0.0.1:{port};
    location / {{
        proxy_pass http://127.0.0.1:{behind};
        proxy_set_header Host 127.0.0.1;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }}
}}
"""
BEHIND = [one for one in processes() if one.words[0] == "uvicorn" and one.where != "Procfile"]
with_nginx = pytest.mark.skipif(not HERE, reason="nginx or openssl is not on this machine")


@dataclass(frozen=True, slots=True)
class Site:
    """lawqa as its unit starts it, behind the project's proxy."""

    secure: int
    port: int
    data: Path

    def entries(self) -> list[dict[str, str]]:
        """What the audit log says of refused attempts to sign in, in order."""
        with contextlib.closing(sqlite3.connect(self.data / "lawqa.sqlite3")) as link:
            said = "SELECT facts_json FROM audit_entry WHERE action = 'session.refused' ORDER BY rowid"
            return [json.loads(row[0]) for row in link.execute(said)]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    data, port = tmp_path_factory.mktemp("data"), free_port()
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("LAWQA_", "FORWARDED_"))
    }
    given = {**kept, "LAWQA_DATA": str(data), "LAWQA_ALLOWED_HOSTS": HOST}
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, cwd=ROOT, env=given, check=True)
    words = unit("lawqa-web.service")["ExecStart"][0].split()[1:]
    command = [sys.executable, "-m", "uvicorn", *(str(port) if word == "8000" else word for word in words)]
    process = servers.start(command, cwd=ROOT, env=given, stderr=subprocess.DEVNULL)
    try:
        until(lambda: directly(port, "/healthz")[0] == 200, 120, "the web server answers")
        with site(tmp_path_factory.mktemp("site"), port) as (secure, _):
            yield Site(secure, port, data)
    finally:
        servers.end(process)


def directly(port: int, path: str, host: str = "127.0.0.1", **headers: str) -> tuple[int, bytes]:
    """Past the proxy, from this machine; 0 where nobody listens yet."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    said = {"Host": host, **{name.replace("_", "-"): value for name, value in headers.items()}}
    try:
        link.request("GET", path, headers=said)
        reply = link.getresponse()
        return reply.status, reply.read()
    except OSError:
        return 0, b""
    finally:
        link.close()


def try_to_sign_in(site: Site, source: str, name: str, *headers: str) -> str:
    """The page that a guess is answered with, sent from one of this machine's loopback addresses."""
    form = over_tls(site.secure, a_request(LOGIN, *headers), source).decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
    cookie = re.search(r"csrftoken=(\w+)", form)
    assert token, form[:300]
    assert cookie
    body = urlencode({"login": f"{name}@firm.example", "password": "guess", "csrfmiddlewaretoken": token[1]})
    sent = a_request(
        LOGIN, *headers, f"Cookie: csrftoken={cookie[1]}", f"Referer: https://{HOST}{LOGIN}", f"Content-Length: {len(body)}",
        "Content-Type: application/x-www-form-urlencoded", method="POST",
    )  # fmt: skip
    return over_tls(site.secure, sent + body.encode(), source).decode()


@with_nginx
def test_the_audit_log_holds_the_callers_own_address_whatever_he_says(running: Site) -> None:
    assert "are not correct" in try_to_sign_in(running, "127.0.0.2", "ann", *FORGED)
    assert running.entries()[-1]["address"] == "127.0.0.2"


@with_nginx
def test_a_limit_is_the_callers_own_and_another_address_that_he_names_opens_no_more(running: Site) -> None:
    said: list[str] = []
    while not said or ("Too many" not in said[-1] and len(said) < 20):
        said.append(
            try_to_sign_in(running, "127.0.0.3", f"ann{len(said)}", f"X-Forwarded-For: 203.0.113.{len(said)}")
        )
    assert "Too many" in said[-1]
    assert "are not correct" in try_to_sign_in(running, "127.0.0.4", "ben"), "nobody else waits for it"
    assert {entry["address"] for entry in running.entries()[-len(said) : -1]} == {"127.0.0.3"}


@with_nginx
def test_what_goes_out_over_tls_says_to_stay_there(running: Site) -> None:
    head = over_tls(running.secure, a_request(LOGIN)).partition(b"\r\n\r\n")[0].lower()
    assert b"\r\nstrict-transport-security: max-age=31536000; includesubdomains" in head
    cookie = re.search(rb"\r\nset-cookie: csrftoken=[^\r]*", head)
    assert cookie
    assert b"; secure" in cookie[0]
    assert b"; samesite=lax" in cookie[0]


@with_nginx
def test_figures_are_read_at_this_machine_and_not_through_a_proxy(running: Site, tmp_path: Path) -> None:
    """Also not through one that lacks the rule for them."""
    status, said = directly(running.port, "/metrics")
    assert (status, b"lawqa_ready" in said) == (200, True)
    assert over_tls(running.secure, a_request("/metrics")).startswith(b"HTTP/1.1 404 ")
    assert directly(running.port, "/metrics", HOST)[0] == 403
    assert directly(running.port, "/metrics", X_Forwarded_For="127.0.0.1")[0] == 403
    port = free_port()
    with nginx(tmp_path, WITHOUT_A_RULE.format(port=port, behind=running.port), port):
        assert directly(port, "/metrics")[0] == 403


@with_nginx
def test_a_process_is_probed_by_its_address_and_serves_pages_under_its_name_only(running: Site) -> None:
    assert directly(running.port, "/readyz?pages", "10.1.2.3:8000")[0] == 200
    assert directly(running.port, "/library/", "10.1.2.3:8000")[0] == 400


@pytest.mark.parametrize("process", BEHIND, ids=str)
@pytest.mark.parametrize(
    ("peer", "said", "client", "scheme"),
    [
        pytest.param("proxy", ["198.51.100.7"], "198.51.100.7", "https", id="as-the-proxy-says"),
        pytest.param("proxy", ["203.0.113.9, 198.51.100.7"], "198.51.100.7", "https", id="what-was-there-before-is-not"),
        pytest.param("proxy", ["203.0.113.9", "198.51.100.7"], "198.51.100.7", "https", id="in-a-header-of-its-own"),
        pytest.param("198.51.100.66", ["203.0.113.9"], "198.51.100.66", "http", id="nobody-elses-word"),
    ],
)  # fmt: skip
def test_what_the_nearest_proxy_says_is_believed_and_nothing_before_it(
    process: Process, peer: str, said: list[str], client: str, scheme: str
) -> None:
    """With the trust that each kind of installation starts the web server with, also behind a proxy that appends."""
    trusted = process.option("--forwarded-allow-ips") or process.settings["FORWARDED_ALLOW_IPS"]
    found: list[tuple[str, str]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        found.append((scope["client"][0], scope["scheme"]))

    nearest = {"units": "127.0.0.1", "compose": "172.31.87.2", "kustomize": "10.244.3.9"}[process.where]
    headers = [(b"x-forwarded-for", value.encode()) for value in said]
    scope: Any = {
        "type": "http", "client": (nearest if peer == "proxy" else peer, 1), "scheme": "http",
        "headers": [*headers, (b"x-forwarded-proto", b"https")],
    }  # fmt: skip
    asyncio.run(ProxyHeadersMiddleware(app, trusted)(scope, None, None))  # type: ignore[arg-type]  # nothing is sent
    assert found == [(client, scheme)]
