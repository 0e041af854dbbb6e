"""User names of new people, by which the audit log and nobody else knows them."""

from __future__ import annotations

import secrets


def new_username() -> str:
    """A user name made of chance: nobody signs in with it, and the audit log keeps it for ever.

    It says nothing of a name or an address, so that what the log holds of a person names nobody any more once the
    person's row is erased. 48 bits: the column is unique, so of two that were the same one would be refused.
    """
    return f"person-{secrets.token_hex(6)}"
