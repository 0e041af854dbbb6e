"""The audit log: who did what, when, in entries that are chained by digests and never changed.

An entry says that something happened and to what; what was asked or said is not in it, only a keyed hash of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias, Union

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser

    Actor: TypeAlias = AbstractBaseUser | AnonymousUser | None

Json: TypeAlias = Union["Mapping[str, Json]", "Sequence[Json]", str, int, float, bool, None]


def record(action: str, actor: Actor, *, subject: str = "", facts: Mapping[str, Json] | None = None) -> None:
    """Write that `actor` did `action` to `subject`: inside the transaction of the deed and as its last statement.

    `action` is `noun.verb` (audit.actions), `subject` a kind and a key: `question:<id>`, `user:3`. Nobody in
    particular, the system itself or who has not signed in, is None. Writers wait here for each other until the
    transaction ends, so that whoever still takes locks afterwards can wait in a circle. Raises ValueError for an
    action of another form and for facts that JSON cannot say: then the deed is not done either.
    """
    from audit.chain import append  # models load after their app

    append(action, actor, subject=subject, facts=facts or {})


def hashed(text: str) -> str:
    """A keyed hash of words that must not stand in the log: the same for the same words, and only here."""
    from audit.keys import hash_text

    return hash_text(text)
