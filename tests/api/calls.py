"""People with keys, and the client with which their programs call."""

from __future__ import annotations

from typing import Any

from django.test import Client

from api import keys
from api.models import Key, Scope
from corpus.models import Collection, User
from corpus.roles import Role

EVERY_SCOPE = (Scope.READ, Scope.ASK, Scope.INGEST, Scope.ADMIN)


def a_person(name: str = "anna", role: Role = Role.READER, **facts: Any) -> User:
    return User.objects.create_user(username=name, password="a long pass phrase", role=role, **facts)


def a_key(
    owner: User, *scopes: Scope, collections: list[Collection] | None = None, days: int = 90
) -> tuple[Key, str]:
    return keys.make(owner, "case system", scopes=scopes or (Scope.READ,), days=days, collections=collections)


class Program:
    """A program with a key: JSON out, JSON or a problem back."""

    def __init__(self, token: str) -> None:
        self._client = Client(raise_request_exception=True)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, address: str, **query: Any) -> Any:
        return self._client.get(f"/api/v1/{address}", query, headers=self._headers)

    def post(self, address: str, body: Any = None, **headers: str) -> Any:
        sent = {**self._headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return self._client.post(
            f"/api/v1/{address}", body or {}, content_type="application/json", headers=sent
        )

    def send(self, address: str, fields: dict[str, Any], **headers: str) -> Any:
        """A form with files."""
        sent = {**self._headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return self._client.post(f"/api/v1/{address}", fields, headers=sent)

    def delete(self, address: str) -> Any:
        return self._client.delete(f"/api/v1/{address}", headers=self._headers)


def is_problem(response: Any, status: int, words: str = "") -> bool:
    """Whether this is a problem of that status that says these words."""
    if response.status_code != status or response["Content-Type"] != "application/problem+json":
        return False
    said = response.json()
    return bool(said["status"] == status) and words in f"{said['detail']} {said.get('errors', '')}"
