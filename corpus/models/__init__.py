"""The library's tables: the law itself, and the jobs that bring it in."""

from corpus.models.jobs import Batch, IngestJob, IngestJobQuerySet, Page, StoredFile
from corpus.models.law import (
    Collection,
    CollectionQuerySet,
    Document,
    DocumentQuerySet,
    Edition,
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

__all__ = [
    "Batch",
    "Collection",
    "CollectionQuerySet",
    "Document",
    "DocumentQuerySet",
    "Edition",
    "Encoder",
    "Generation",
    "GenerationQuerySet",
    "IngestJob",
    "IngestJobQuerySet",
    "Name",
    "Page",
    "Passage",
    "PassageQuerySet",
    "Section",
    "SectionQuerySet",
    "StoredFile",
    "User",
]
