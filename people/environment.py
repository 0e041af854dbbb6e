"""What the operator says in the environment about signing in: single sign-on, mail, plain http."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from lawqa.env import BadSetting, secret_value

_DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))+")
PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Provider:
    """Where the firm's own people sign in, in the protocol of its kind."""

    name: str
    """What the button says."""
    address: str
    """OpenID Connect: the issuer. SAML: where the metadata of the identity provider is read."""
    client: str
    """OpenID Connect: our id there. SAML: the entity id of the identity provider."""
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Mail:
    """The server that takes mail from us."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = ""
    tls: str = "starttls"
    """`starttls`, or `ssl` from the first byte."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """Everything about signing in that may be set from outside."""

    oidc: Provider | None = None
    saml: Provider | None = None
    domains: tuple[str, ...] = ()
    """Whose addresses may come in by single sign-on without an invitation, as readers."""
    mail: Mail | None = None
    former_keys: tuple[str, ...] = ()
    """Secret keys that this installation had before: what was signed or encrypted under them is still read."""
    second_factor_required: bool = False
    """Whether everybody has to set up a second factor before anything else."""
    plain_http: bool = False
    """Served without TLS though hosts are named: cookies then travel in the open."""


def read(environ: Mapping[str, str]) -> SignIn:
    """Read the environment. Raises BadSetting."""
    return SignIn(
        oidc=_oidc(environ),
        saml=_saml(environ),
        domains=_domains(environ),
        mail=_mail(environ),
        former_keys=tuple(filter(None, secret_value(environ, "LAWQA_SECRET_KEYS", "FORMER").split(","))),
        second_factor_required=_second_factor(environ) == "required",
        plain_http=_yes(environ, "LAWQA_PLAIN_HTTP"),
    )


def _oidc(environ: Mapping[str, str]) -> Provider | None:
    issuer = _https(environ, "LAWQA_OIDC_URL")
    client, secret = _said(environ, "LAWQA_OIDC_CLIENT"), secret_value(environ, "LAWQA_OIDC", "SECRET")
    if not issuer:
        if client or secret:
            raise BadSetting("LAWQA_OIDC_CLIENT or its secret is set, but no LAWQA_OIDC_URL=https://….")
        return None
    if not client or not secret:
        raise BadSetting("LAWQA_OIDC_URL is set; say LAWQA_OIDC_CLIENT and LAWQA_OIDC_SECRET_FILE too.")
    return Provider(_said(environ, "LAWQA_OIDC_NAME") or "single sign-on", issuer, client, secret)


def _saml(environ: Mapping[str, str]) -> Provider | None:
    metadata, entity = _https(environ, "LAWQA_SAML_METADATA"), _said(environ, "LAWQA_SAML_ENTITY")
    if not metadata and not entity:
        return None
    if not metadata or not entity:
        raise BadSetting("Say both LAWQA_SAML_METADATA=https://… and LAWQA_SAML_ENTITY, or neither.")
    if importlib.util.find_spec("onelogin") is None:
        raise BadSetting(
            "LAWQA_SAML_METADATA is set, but SAML is not installed; run pip install lawqa[saml]."
        )
    return Provider(_said(environ, "LAWQA_SAML_NAME") or "SAML", metadata, entity)


def _domains(environ: Mapping[str, str]) -> tuple[str, ...]:
    said = _said(environ, "LAWQA_SIGN_ON_DOMAINS").lower()
    domains = tuple(part.strip().removeprefix("@") for part in said.split(",") if part.strip())
    for domain in domains:
        if not _DOMAIN.fullmatch(domain):
            raise BadSetting(
                f"LAWQA_SIGN_ON_DOMAINS: {domain!r} is no domain; say firm.example, other.example."
            )
    return domains


def _mail(environ: Mapping[str, str]) -> Mail | None:
    """The value may hold a password: it is not repeated."""
    value, sender = _said(environ, "LAWQA_MAIL"), _said(environ, "LAWQA_MAIL_FROM")
    if not value:
        return None
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in PORTS or not parts.hostname or parts.path.strip("/") or parts.query:
        raise BadSetting("LAWQA_MAIL is not understood; say smtp://name@host:587 or smtps://name@host:465.")
    if "@" not in sender:
        raise BadSetting("LAWQA_MAIL is set; say LAWQA_MAIL_FROM=lawqa@firm.example too.")
    return Mail(
        parts.hostname, port or PORTS[parts.scheme], sender, unquote(parts.username or ""),
        secret_value(environ, "LAWQA_MAIL", "PASSWORD") or unquote(parts.password or ""),
        "ssl" if parts.scheme == "smtps" else "starttls",
    )  # fmt: skip


def _https(environ: Mapping[str, str], name: str) -> str:
    """An address over TLS, or over http on this machine's loopback; nothing where nothing is said."""
    value = _said(environ, name).rstrip("/")
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        local = parts.hostname in {"127.0.0.1", "localhost", "::1"}
    except ValueError:
        parts, local = urlsplit(""), False
    if parts.username is not None or not parts.hostname or re.search(r"[\s\\]", value):
        raise BadSetting(f"{name} is not understood; say https://host/….")
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        raise BadSetting(f"{name} has to begin with https://, so that nobody reads who signs in.")
    return value


def _second_factor(environ: Mapping[str, str]) -> str:
    value = _said(environ, "LAWQA_SECOND_FACTOR").lower() or "offered"
    if value not in {"offered", "required"}:
        raise BadSetting(f"LAWQA_SECOND_FACTOR is {value!r}; say offered or required.")
    return value


def _yes(environ: Mapping[str, str], name: str) -> bool:
    value = _said(environ, name).lower() or "0"
    if value not in {"0", "1", "false", "true", "no", "yes"}:
        raise BadSetting(f"{name} is {value!r}; say 1 or 0.")
    return value in {"1", "true", "yes"}


def _said(environ: Mapping[str, str], name: str) -> str:
    return environ.get(name, "").strip()


def providers(sign_in: SignIn) -> dict[str, Any]:
    """The library's own words for where people sign in elsewhere (SOCIALACCOUNT_PROVIDERS)."""
    found: dict[str, Any] = {}
    if sign_in.oidc:
        app = {
            "provider_id": "firm", "name": sign_in.oidc.name, "client_id": sign_in.oidc.client,
            "secret": sign_in.oidc.secret, "settings": {"server_url": sign_in.oidc.address},
        }  # fmt: skip
        found["openid_connect"] = {"APPS": [app], "OAUTH_PKCE_ENABLED": True}
    if sign_in.saml:
        idp = {"entity_id": sign_in.saml.client, "metadata_url": sign_in.saml.address}
        # A house's own network has names without a dot.
        advanced = {"reject_idp_initiated_sso": True, "allow_single_label_domains": True}
        app = {
            "provider_id": sign_in.saml.client, "client_id": "firm", "name": sign_in.saml.name,
            "settings": {"idp": idp, "verified_email": True, "advanced": advanced},
        }  # fmt: skip
        found["saml"] = {"APPS": [app]}
    return found
