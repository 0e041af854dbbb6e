"""The interface's tables: keys, and what has to be remembered between two calls."""

from api.models.calls import Allowance, Reply
from api.models.keys import Key, KeyQuerySet, Scope
from api.models.searches import Search

__all__ = ["Allowance", "Key", "KeyQuerySet", "Reply", "Scope", "Search"]
