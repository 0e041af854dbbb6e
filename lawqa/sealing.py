"""The sealed record of an answer: everything that it rests on, as canonical JSON with its sha256 and a signature.

The sha256 shows that a copy is whole. The signature (HMAC-SHA256 under the installation's secret key) shows that this
installation made it: a record that somebody changed together with its sha256 does not bear it.
"""

from __future__ import annotations

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from lawqa.canonical import canonical
from lawqa.contents import contents, digest, plain
from lawqa.models import Answer, SealedRecord

SALT = "lawqa.sealing.record-1"


class AlreadySealed(RuntimeError):
    """The record of an answer is written once."""


def seal(answer: Answer) -> SealedRecord:
    """Write the record of a finished answer; inside the transaction that finishes it. Raises AlreadySealed."""
    if SealedRecord.objects.filter(answer=answer).exists():
        raise AlreadySealed(f"The answer {answer.question_id} is sealed; its record is never written again.")
    text = canonical(plain(contents(answer)))
    return SealedRecord.objects.create(answer=answer, text=text, sha256=digest(text), signature=sign(text))


def sign(text: str) -> str:
    """The installation's signature of a record, in hexadecimal digits."""
    return _hmac(text, settings.SECRET_KEY)


def verify_record(text: str, signature: str) -> bool:
    """Whether this installation signed the text, under its present key or one of those before (SECRET_KEY_FALLBACKS)."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return any(constant_time_compare(_hmac(text, key), signature) for key in keys)


def damage(record: SealedRecord) -> list[str]:
    """What is wrong with a kept record, in words; nothing when it is what was written."""
    found = []
    if digest(record.text) != record.sha256:
        found.append("The text of the record does not have the sha256 that was kept with it.")
    if not verify_record(record.text, record.signature):
        found.append(
            "The signature of the record is not one of this installation, or its secret key was changed."
        )
    return found


def _hmac(text: str, key: str | bytes) -> str:
    return salted_hmac(SALT, text, secret=key, algorithm="sha256").hexdigest()
