"""The key of the log: given in the environment, or made at the first use and kept in a file beside the data."""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from audit.secret import kept_secret

FILE = "audit_key"


def key() -> bytes:
    """The key under which entries are written now. Raises OSError, ValueError."""
    given: str = settings.LAWQA_AUDIT_KEY
    return given.encode() if given else _kept(Path(settings.LAWQA_DATA) / FILE)


@lru_cache(maxsize=8)
def _kept(path: Path) -> bytes:
    return kept_secret(path).encode()


def hash_text(text: str) -> str:
    """HMAC-SHA256 of words, in hexadecimal digits; another purpose than an entry's, so another prefix."""
    return hmac.new(key(), b"lawqa.audit.text\0" + text.encode(errors="replace"), hashlib.sha256).hexdigest()
