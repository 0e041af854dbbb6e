"""Shelves, and who may read what stands on them: asked before every search, and of every row that is shown."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any, ClassVar, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from corpus.roles import Role, at_least, rank


class CollectionQuerySet(models.QuerySet["Collection"]):
    def readable_by(self, user: Any) -> Self:
        """The shelves that a user may read; decided here, before any search.

        A matter is read by its members and nobody else, admins included. Who has not signed in reads official law
        where the installation allows it (LAWQA_ANONYMOUS).
        """
        if user is None or not user.is_authenticated:
            return self.filter(access=Collection.Access.PUBLIC) if settings.LAWQA_ANONYMOUS else self.none()
        if not rank(user):
            return self.none()
        member = Q(access=Collection.Access.MATTER, pk__in=user.memberships.values("collection"))
        return self.filter(Q(access__in=Collection.OPEN) | member)

    def addable_by(self, user: Any) -> Self:
        """The shelves to which a user may add law, and from which he may take it.

        Librarians: what is open to the firm. They and contributors: matters in which they may add, while these are
        not closed.
        """
        if not at_least(user, Role.CONTRIBUTOR):
            return self.none()
        given = user.memberships.filter(may_add=True).values("collection")
        may = Q(access=Collection.Access.MATTER, pk__in=given)
        if at_least(user, Role.LIBRARIAN):
            may |= Q(access__in=Collection.OPEN)
        return self.filter(may, closed_at=None)

    def open_to_all(self) -> Self:
        """Shelves that belong to no matter."""
        return self.filter(access__in=Collection.OPEN)

    def matters(self) -> Self:
        return self.filter(access=Collection.Access.MATTER)

    def with_section_counts(self) -> dict[str, int]:
        """Slug → how many sections are on the shelf."""
        counted = self.annotate(count=models.Count("documents__sections"))
        return dict(counted.values_list("slug", "count"))

    def shelf(self, slug: str, **facts: Any) -> Collection:
        """The shelf of that name; made when it is new, its facts brought up to date."""
        return self.update_or_create(slug=slug, defaults=facts)[0]


class Collection(models.Model):
    """A shelf with an access list."""

    class Access(models.TextChoices):
        PUBLIC = "public", "official law, open to everyone"
        FIRM = "firm", "the firm's own"
        MATTER = "matter", "one matter's"

    OPEN = (Access.PUBLIC, Access.FIRM)
    """Read by everybody who is signed in; everything else by its members. A matter stays one: see corpus.index.matters."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    access = models.CharField(max_length=10, choices=Access, default=Access.PUBLIC)
    publisher = models.CharField(max_length=200, blank=True)
    licence = models.CharField(max_length=200, blank=True)
    covered_through = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    """When a matter was closed: its members still read it, nothing is added or asked."""

    objects = CollectionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["slug"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_matter(self) -> bool:
        return self.access == self.Access.MATTER


Row = TypeVar("Row", bound=models.Model)


class ShelvedQuerySet(models.QuerySet[Row]):
    """Rows that stand on a shelf."""

    on_shelf: ClassVar[tuple[str, ...]] = ("collection",)
    """The ways from the row to its shelf; any of them will do."""

    def visible_to(self, user: Any) -> Self:
        """Those on shelves that a user may read."""
        readable = Collection.objects.readable_by(user)
        ways = (Q(**{f"{way}__in": readable}) for way in self.on_shelf)
        return self.filter(reduce(or_, ways))
