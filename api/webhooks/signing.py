"""Signatures of messages by the Standard Webhooks scheme (v1: HMAC-SHA256 of id, time and body). Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    """256 random bits, as the receiver's library takes them."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signature(secret: str, message: str, timestamp: int, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers(secrets_: Iterable[str], message: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers; while a secret is exchanged, one signature for each that is good."""
    signatures = [signature(secret, message, timestamp, body) for secret in secrets_]
    return {
        "webhook-id": message, "webhook-timestamp": str(timestamp), "webhook-signature": " ".join(signatures),
    }  # fmt: skip
