"""The project's proxy in a real nginx, on free ports of this machine, and what is said to it over TLS."""

from __future__ import annotations

import contextlib
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests import servers
from tests.deploy.manifests import DEPLOY
from tests.servers import free_port
from tests.waiting import until

NGINX = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
OPENSSL = shutil.which("openssl")
HERE = bool(NGINX and OPENSSL)
AROUND = """\
daemon off; master_process off; pid {folder}/pid; error_log {folder}/log;
events {{}}
http {{
    client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
    uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
    {before}
    include {folder}/part.conf;
}}
"""


def configured(folder: Path, part: str, before: str = "") -> list[str]:
    """The command of an nginx that has this part of a configuration, all its files in the folder."""
    (folder / "part.conf").write_text(part)
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, before=before))
    return [str(NGINX), "-p", str(folder), "-c", str(folder / "nginx.conf")]


@contextlib.contextmanager
def nginx(folder: Path, part: str, port: int, before: str = "") -> Iterator[None]:
    command = configured(folder, part, before)
    tried = subprocess.run([*command, "-t"], check=False, capture_output=True, text=True)
    assert tried.returncode == 0, tried.stderr
    assert "warn" not in tried.stderr
    process = servers.start(command, stderr=subprocess.DEVNULL)
    try:
        until(lambda: listens(port), 10, "nginx listens")
        yield
    finally:
        servers.end(process)


def listens(port: int) -> bool:
    with socket.socket() as link:
        return link.connect_ex(("127.0.0.1", port)) == 0


def certificate(folder: Path) -> None:
    subprocess.run(
        [str(OPENSSL), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=law.firm.example",
         "-keyout", str(folder / "key.pem"), "-out", str(folder / "fullchain.pem")],
        check=True, capture_output=True,
    )  # fmt: skip


@contextlib.contextmanager
def site(folder: Path, behind: int, waits: str = "20s") -> Iterator[tuple[int, int]]:
    """(port with TLS, port without) of deploy/proxy before the web server on port `behind`."""
    certificate(folder)
    secure, plain = free_port(), free_port()
    part = (DEPLOY / "proxy/site.conf").read_text(encoding="utf-8")
    for usual, here in (("8443 ssl", f"127.0.0.1:{secure} ssl"), ("8080;", f"127.0.0.1:{plain};")):
        assert part.count(f"listen {usual}") == 1
        part = part.replace(f"listen {usual}", f"listen {here}")
    assert part.count("20s;") == 1
    part = part.replace("/etc/lawqa/tls", str(folder)).replace(
        "client_body_timeout 20s", f"client_body_timeout {waits}"
    )
    upstream = (DEPLOY / "proxy/upstream.conf").read_text(encoding="utf-8")
    assert "127.0.0.1:8000" in upstream
    (folder / "upstream.conf").write_text(upstream.replace("127.0.0.1:8000", f"127.0.0.1:{behind}"))
    with nginx(folder, part, secure, f"include {folder}/upstream.conf;"):
        yield secure, plain


def over_tls(port: int, request: bytes, source: str = "127.0.0.1") -> bytes:
    """Everything that comes back until it hangs up, said from one of this machine's loopback addresses."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with (
        socket.create_connection(("127.0.0.1", port), 15, (source, 0)) as link,
        context.wrap_socket(link) as secure,
    ):
        secure.sendall(request)
        return b"".join(iter(lambda: secure.recv(65536), b""))


def a_request(path: str, *headers: str, method: str = "GET") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: law.firm.example", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode()
