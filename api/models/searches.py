"""Searches on their way to a worker and back: the pages load no model, so who has one looks things up for them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models


class Search(models.Model):
    """One search; the row goes as soon as its caller has read what was found."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wanted = models.JSONField()
    """Text, day, keys of the collections allowed, jurisdictions, how many sections at most."""
    found = models.JSONField(null=True)
    """The sections, best first; None while nobody has looked."""
    failure = models.TextField(blank=True)
    """Why nothing could be looked up, in words for the caller."""
    asked_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        ordering: ClassVar = ["asked_at"]

    def __str__(self) -> str:
        return f"search {self.pk}"
