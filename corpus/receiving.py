"""What happens to a file that somebody adds: kept, given its job, or refused with a sentence."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from corpus import auditing, jobs, packs
from corpus.extraction.errors import ExtractionError, TooLarge
from corpus.files import NoSpace
from corpus.models import Batch, Collection, CollectionQuerySet, IngestJob, StoredFile

OWN_SLUG, OWN_NAME = "our-law", "Our own law"
"""The shelf that is offered before there is another."""
RESERVED = frozenset({"add", "jobs", "batches"})
"""Words of addresses, which no shelf may have as its slug."""
SLUG_CHARS = 50
State = IngestJob.State


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Where the files of one upload belong."""

    collection: Collection
    batch: uuid.UUID
    added_by: Any = None
    check_first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A file's job: a new one, or the one that stood for the same bytes on that shelf already."""

    name: str
    job: IngestJob
    is_new: bool

    @property
    def sentence(self) -> str:
        """What became of it, where it was there already."""
        if self.is_new:
            return ""
        known = "" if self.job.name == self.name else f" as “{self.job.name}”"
        return f"“{self.name}” is already on this shelf{known}: {self.job.get_state_display()}."


def receive(keep: Callable[[], StoredFile], name: str, order: Order) -> Received:
    """Keep a file and give it a job. Raises TooLarge, NotSupported, NoSpace.

    When this returns, bytes and rows are durable.
    """
    file = keep()
    there = IngestJob.objects.live().filter(collection=order.collection, file=file).first()
    if there:  # without a batch: one that has no files would say nothing
        return Received(name=name, job=there, is_new=False)
    job, is_new = jobs.add(_batch(order), file, name, check_first=order.check_first)
    return Received(name=name, job=job, is_new=is_new)


def _batch(order: Order) -> Batch:
    facts = {"collection": order.collection, "added_by": order.added_by}
    batch, _ = Batch.objects.get_or_create(pk=order.batch, defaults=facts)
    if batch.collection_id == order.collection.pk and batch.added_by_id == getattr(
        order.added_by, "pk", None
    ):
        return batch
    return Batch.objects.create(**facts)  # the number was another's: it is not joined


def status_of(refusal: ExtractionError | NoSpace) -> HTTPStatus:
    """The HTTP status that a refusal amounts to."""
    if isinstance(refusal, NoSpace):
        return HTTPStatus.INSUFFICIENT_STORAGE
    if isinstance(refusal, TooLarge):
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return HTTPStatus.UNSUPPORTED_MEDIA_TYPE


def own_shelves(readable: CollectionQuerySet) -> CollectionQuerySet:
    """The shelves that files may be added to: those that no pack fills."""
    return readable.exclude(slug__in=packs.PACKS)


def shelf(slug: str, name: str, by: Any = None) -> Collection:
    """The firm's shelf of that slug; made when it is new. One that is there keeps its name and its readers."""
    facts = {"name": name, "access": Collection.Access.FIRM}
    with transaction.atomic():
        found, made = Collection.objects.get_or_create(slug=slug, defaults=facts)
        if made:
            auditing.shelf_made(found, by)
    return found


def shelf_called(name: str, by: Any = None) -> Collection:
    """The firm's shelf that readers call so, under a slug of its own; made when it is new."""
    known = own_shelves(Collection.objects.filter(name__iexact=name, access=Collection.Access.FIRM)).first()
    return known or shelf(_free_slug(name), name, by)


def _free_slug(name: str) -> str:
    slug = slugify(name)[:SLUG_CHARS].strip("-") or "shelf"
    taken = set(Collection.objects.filter(slug__startswith=slug[:40]).values_list("slug", flat=True))
    taken |= RESERVED | set(packs.PACKS)
    numbered = (f"{slug[: SLUG_CHARS - 6]}-{number}" for number in range(2, 100_000))
    return slug if slug not in taken else next(free for free in numbered if free not in taken)
