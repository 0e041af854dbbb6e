"""An OpenID Connect server on loopback that vouches for whom it is told to."""

from __future__ import annotations

import json
import secrets
import time
from http.server import ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from tests import loopback

CLIENT, SECRET = "lawqa", "a secret of the two"


class IdentityServer(ThreadingHTTPServer):
    """What it says of the person is `person`; every request that it got is in `asked`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.person: dict[str, Any] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def answer(self, path: str) -> dict[str, Any] | None:
        match path:
            case "/.well-known/openid-configuration":
                ends = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
                found = {f"{name}_endpoint": f"{self.issuer}/{end}" for name, end in ends.items()}
                return {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys", **found}
            case "/token":
                return {
                    "access_token": secrets.token_urlsafe(),
                    "token_type": "Bearer",
                    "id_token": self.id_token(),
                }
            case "/userinfo":
                return self.person
        return None

    def id_token(self) -> str:
        now = int(time.time())
        facts = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60, **self.person}
        return jwt.encode(facts, self.key, algorithm="RS256", headers={"kid": "one"})


class _Handler(loopback.Handler):
    server: IdentityServer

    def do_GET(self) -> None:  # noqa: N802  the name that http.server calls
        self._answer({})

    def do_POST(self) -> None:  # noqa: N802  the name that http.server calls
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._answer({name: values[0] for name, values in parse_qs(body).items()})

    def _answer(self, form: dict[str, str]) -> None:
        path = urlsplit(self.path).path
        self.server.asked.append((path, form))
        found = self.server.answer(path)
        self.reply(json.dumps(found).encode(), "application/json", 200 if found is not None else 404)
