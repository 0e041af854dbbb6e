"""How often a key may call in a minute, counted in the database, so that every process counts the same.

The headers follow https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from api.models import Allowance, Key

WINDOW_SECONDS = 60
REQUESTS, QUESTIONS = "requests", "questions"
"""Policies: every call, and those that keep a worker busy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What one call took of its policy's allowance."""

    policy: str
    most: int
    left: int
    """Below zero: this call was one too many."""
    reset: int
    """Seconds until the next window."""

    @property
    def exceeded(self) -> bool:
        return self.left < 0

    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Policy": f'"{self.policy}";q={self.most};w={WINDOW_SECONDS}',
            "RateLimit": f'"{self.policy}";r={max(0, self.left)};t={self.reset}',
        }


def take(key: Key, policy: str = REQUESTS) -> Taken:
    """Count one call of a key."""
    now = time.time()
    most = most_of(policy)
    used = _count(key, policy, int(now // WINDOW_SECONDS))
    reset = WINDOW_SECONDS - int(now % WINDOW_SECONDS)
    return Taken(policy=policy, most=most, left=most - used, reset=reset)


def most_of(policy: str) -> int:
    """Calls a minute."""
    most: int = settings.LAWQA_API_QUESTIONS if policy == QUESTIONS else settings.LAWQA_API_REQUESTS
    return most


def _count(key: Key, policy: str, window: int) -> int:
    """One more in this window; a clock that is behind counts in the window that is running."""
    row = Allowance.objects.filter(key=key, policy=policy)
    counted = row.filter(window=window).update(used=F("used") + 1)
    if not counted and not row.filter(window__lt=window).update(window=window, used=1):
        try:
            with transaction.atomic():
                Allowance.objects.create(key=key, policy=policy, window=window, used=1)
        except IntegrityError:  # another call was quicker
            row.update(used=F("used") + 1)
    return row.values_list("used", flat=True).get()
