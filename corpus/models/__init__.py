"""The library's tables: the law itself, the jobs that bring it in, and who belongs to a matter."""

from corpus.models.jobs import (
    Batch,
    BatchQuerySet,
    IngestJob,
    IngestJobQuerySet,
    Page,
    StoredFile,
    StoredFileQuerySet,
)
from corpus.models.law import (
    Document,
    DocumentQuerySet,
    Edition,
    EditionQuerySet,
    Encoder,
    Generation,
    GenerationQuerySet,
    Name,
    Passage,
    PassageQuerySet,
    Section,
    SectionQuerySet,
    User,
)
from corpus.models.membership import Membership, MembershipQuerySet
from corpus.models.shelves import Collection, CollectionQuerySet, ShelvedQuerySet

__all__ = [
    "Batch",
    "BatchQuerySet",
    "Collection",
    "CollectionQuerySet",
    "Document",
    "DocumentQuerySet",
    "Edition",
    "EditionQuerySet",
    "Encoder",
    "Generation",
    "GenerationQuerySet",
    "IngestJob",
    "IngestJobQuerySet",
    "Membership",
    "MembershipQuerySet",
    "Name",
    "Page",
    "Passage",
    "PassageQuerySet",
    "Section",
    "SectionQuerySet",
    "ShelvedQuerySet",
    "StoredFile",
    "StoredFileQuerySet",
    "User",
]
