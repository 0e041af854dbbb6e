"""Who belongs to a matter, and what each member may do in it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from corpus.models.shelves import Collection


class MembershipQuerySet(models.QuerySet["Membership"]):
    def leading(self) -> MembershipQuerySet:
        """Of members who decide about others and can sign in."""
        return self.filter(leads=True, user__is_active=True)


class Membership(models.Model):
    """One person in one matter: reads it and asks within it. A role of the installation gives no such right."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    may_add = models.BooleanField("may add law to it", default=False)
    """Counts for contributors and above; a reader's waits until he is one."""
    leads = models.BooleanField("decides who belongs to it", default=False)
    since = models.DateTimeField(auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["collection_id", "since", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["collection", "user"], name="one_membership_a_person"),
        ]

    def __str__(self) -> str:
        """Without the matter's name: the administration shows it to who deletes a person."""
        return f"{self.user} in matter {self.collection_id}"
