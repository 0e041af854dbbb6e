"""What the interface's description says beyond what the views themselves tell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from api.idempotency import HEADER, LONGEST
from api.problems import MEDIA_TYPE

VERSION_1 = ("/api/v1/", "/v1/")
"""What is described: the interface, and the chat of the OpenAI protocol."""
ALWAYS = {
    "400": "What was sent cannot be used.",
    "401": "There is no key, or none that lives.",
    "403": "The key may not do this.",
    "404": "There is nothing here that the key may see.",
    "429": "Too many calls in this minute; Retry-After says how long to wait.",
    "503": "Busy, or unreachable for a moment; Retry-After says how long to wait.",
}
WITH_BODY = {
    "413": "More was sent than is read.",
    "415": "What was sent is of a kind that is not read.",
}
IDEMPOTENT = {
    "409": "The first call with this Idempotency-Key is still at work.",
    "422": "This Idempotency-Key stands for another call.",
}
LIMITS = {
    "RateLimit-Policy": 'Calls and seconds: `"requests";q=600;w=60`.',
    "RateLimit": 'What is left of them, and until when: `"requests";r=599;t=42`.',
}
MORE = {
    "201": ("Location",), "202": ("Location",), "401": ("WWW-Authenticate",),
    "429": ("Retry-After",), "503": ("Retry-After",), "507": ("Retry-After",),
}  # fmt: skip
DONE = {"200": "The answer.", "201": "It is kept.", "202": "It is on its way.", "204": "It is done."}
REPLAYED = ("Idempotent-Replayed",)
HEADERS = {
    **LIMITS,
    "Location": "Where it stands.",
    "WWW-Authenticate": "The scheme of keys: Bearer.",
    "Retry-After": "Seconds to wait.",
    "Idempotent-Replayed": "`true`: this was answered before, and nothing was done again.",
}
TEXT = {"type": "string"}


class Schema(AutoSchema):
    """The description of one operation."""

    def get_summary(self) -> str | None:
        """The first sentence of what the view says of itself."""
        return str(self.get_description()).partition(".")[0].partition("\n")[0] or None

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        content = self._error()
        for status, said in self._problems(operation).items():
            operation["responses"][status] = {"description": said, "content": content}
        if self._is_idempotent():
            operation["parameters"] = [*operation.get("parameters", []), _header()]
        for status, response in operation["responses"].items():
            more = (
                *LIMITS,
                *MORE.get(status, ()),
                *(REPLAYED if status[0] == "2" and self._is_idempotent() else ()),
            )
            response["headers"] = {**response.get("headers", {}), **_headers(more)}
        operation["responses"] = dict(sorted(operation["responses"].items()))
        return operation

    def _error(self) -> dict[str, Any]:
        """What an error holds: a problem, unless the view speaks another protocol."""
        from api.serializers import ProblemSerializer  # REST framework names this module in its settings

        kind, shape = getattr(self.view, "described_errors", (MEDIA_TYPE, ProblemSerializer))
        return {kind: {"schema": self.resolve_serializer(shape, "response").ref}}

    def _problems(self, operation: dict[str, Any]) -> dict[str, str]:
        told = {code: one["description"] for code, one in operation["responses"].items() if code[0] in "45"}
        with_body = WITH_BODY if self.method in {"POST", "PUT", "PATCH"} else {}
        more: dict[str, str] = getattr(self.view, "problems", {})
        return {**ALWAYS, **with_body, **(IDEMPOTENT if self._is_idempotent() else {}), **more, **told}

    def _is_idempotent(self) -> bool:
        return self.method == "POST" and getattr(self.view, "idempotent", False)


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself, untyped
    """A key in the Authorization header."""

    target_class = "api.authentication.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        del auto_schema
        return {"type": "http", "scheme": "bearer", "bearerFormat": "lawqa_…"}


def only_version_1(endpoints: list[Any], **_: Any) -> list[Any]:
    """Describe these and nothing else: pages are for people."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith(VERSION_1)]


def _header() -> dict[str, Any]:
    said = "A name of your own for this call: sent again within a day, it is not done twice but answered as before."
    schema = {**TEXT, "minLength": 1, "maxLength": LONGEST, "pattern": "^[!-~]+$"}
    return {"in": "header", "name": HEADER, "schema": schema, "description": said}


def _headers(names: Iterable[str]) -> dict[str, Any]:
    return {name: {"schema": TEXT, "description": HEADERS[name]} for name in names}
