"""What stands on the shelf: documents, editions, sections, passages; and the people who read them.

Rows are the truth. Everything else (index files, caches) is rebuilt from them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import ClassVar, Self

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from corpus.models.shelves import Collection, ShelvedQuerySet
from corpus.roles import Role
from corpus.types import Filters, Kind


class User(AbstractUser):
    """A person who signs in."""

    role = models.CharField(
        max_length=16, choices=Role.choices, default=Role.READER, db_default=Role.READER.value
    )  # the default of the database is for a former version that still runs beside this one

    def __str__(self) -> str:
        """As pages name a person: user names are made of chance (people.naming)."""
        return self.get_full_name() or self.email or self.get_username()


class DocumentQuerySet(ShelvedQuerySet["Document"]):
    def called(self, name: str) -> Self:
        """Documents that go by this name: citation, short title or alias, whatever the case and spacing."""
        return self.filter(names__name=Name.normalise(name)).distinct()

    def lock(self) -> set[int]:
        """Hold these documents until the transaction ends, in the order of their keys; those that are left.

        Whoever writes or deletes a document's passages holds it, so that no section gets them twice and two
        writers never wait for each other. SQLite has one writer at a time anyway.
        """
        return set(self.select_for_update().order_by("pk").values_list("pk", flat=True))

    def touch(self) -> None:
        """Say that what a search may see of these documents changes: first in the transaction of the change.

        It also holds them, as `lock` does.
        """
        self.order_by().update(version=F("version") + 1)


class Document(models.Model):
    """One statute, code title, judgment or other instrument."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="documents")
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in Kind])
    jurisdiction = models.CharField(max_length=12, db_index=True)
    title = models.TextField()
    citation = models.CharField(max_length=300)
    short_title = models.CharField(max_length=300)
    court = models.CharField(max_length=200, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    docket = models.CharField(max_length=200, blank=True)
    authors = models.JSONField(default=list, blank=True)
    version = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    """Raised whenever passages of it become searchable or vanish, or their shelf, jurisdiction or days change.

    A process that searches compares it with what it has in memory (corpus.index.shelf).
    """

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["version"], name="document_version")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["collection", "key"], name="one_document_a_key"),
        ]

    def __str__(self) -> str:
        return self.short_title or self.citation


class Name(models.Model):
    """One name by which citations and questions call a document, normalised."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=300, db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "name"], name="one_row_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def normalise(name: str) -> str:
        """Lower case, only letters and digits, single spaces: `17 U.S.C.` and `17 USC` are one name."""
        kept = "".join(char if char.isalnum() else " " for char in name.replace(".", "").lower())
        return " ".join(kept.split())[:300]


class EditionQuerySet(ShelvedQuerySet["Edition"]):
    on_shelf = ("document__collection",)


class Edition(models.Model):
    """One dated text of a document, as loaded."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="editions")
    label = models.CharField(max_length=200, blank=True)
    dated = models.DateField()
    source = models.CharField(max_length=1000, blank=True)
    sha256 = models.CharField(max_length=64)
    """Of the sections' paths, headings and texts, in order."""
    section_count = models.PositiveIntegerField(default=0)
    file = models.ForeignKey(
        "StoredFile", null=True, blank=True, on_delete=models.SET_NULL, related_name="editions"
    )
    """The original, if it was uploaded."""
    loaded_at = models.DateTimeField(auto_now_add=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["dated", "id"]

    def __str__(self) -> str:
        return f"{self.document} as of {self.dated}"


class SectionQuerySet(ShelvedQuerySet["Section"]):
    on_shelf = ("document__collection",)

    def in_force(self, on: dt.date) -> Self:
        """Sections that apply on a day."""
        started = Q(valid_from__isnull=True) | Q(valid_from__lte=on)
        return self.filter(started, self._not_ended(on))

    def enacted(self, on: dt.date) -> Self:
        """Sections in force on a day, and those that had entered into force but did not apply yet."""
        begins = Coalesce("entered_into_force", "valid_from")
        begun = Q(begins__isnull=True) | Q(begins__lte=on)
        return self.alias(begins=begins).filter(begun, self._not_ended(on))

    @staticmethod
    def _not_ended(on: dt.date) -> Q:
        return Q(valid_to__isnull=True) | Q(valid_to__gt=on)

    def permitted(self, filters: Filters) -> Self:
        """Sections that a search with these filters may show."""
        found = self.enacted(filters.as_of)
        if filters.collections is not None:
            found = found.filter(document__collection_id__in=filters.collections)
        if filters.jurisdictions is not None:
            found = found.filter(document__jurisdiction__in=filters.jurisdictions)
        if filters.documents is not None:
            found = found.filter(document_id__in=filters.documents)
        return found

    def neighbours(self, section: Section) -> tuple[Section | None, Section | None]:
        """The sections before and after one, in the same document and of the same day."""
        day = section.valid_from or dt.date.max
        others = self.filter(document_id=section.document_id).enacted(day).exclude(path=section.path)
        before = others.filter(position__lt=section.position).order_by("-position").first()
        after = others.filter(position__gt=section.position).order_by("position").first()
        return before, after


class Section(models.Model):
    """The unit that a lawyer cites, with the interval in which its text applies: `[valid_from, valid_to)`."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="sections")
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="sections")
    """The edition that brought this text first."""
    path = models.CharField(max_length=300)
    label = models.CharField(max_length=300, db_index=True)
    heading = models.TextField(blank=True)
    ancestors = models.JSONField(default=list, blank=True)
    text = models.TextField()
    notes = models.TextField(blank=True)
    position = models.PositiveIntegerField()
    page_breaks = models.JSONField(default=list, blank=True)
    """[offset into the text, number of the page of the edition's file that begins there], ascending."""
    sha256 = models.CharField(max_length=64)
    """Of heading and text: whether an edition changed the section."""
    entered_into_force = models.DateField(null=True, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    objects = SectionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["document_id", "position", "valid_from"]
        indexes: ClassVar = [
            models.Index(fields=["document", "path"], name="section_of_document"),
            models.Index(fields=["document", "position"], name="section_in_order"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def heading_path(self) -> str:
        """`GDPR > Chapter III Rights of the data subject > Article 17 Right to erasure`"""
        own = f"{self.number} {self.heading}".strip()
        # A title of a code is cited by number; what it is about stands in its name.
        title = self.document.title if self.document.kind == Kind.CODE else ""
        parts = (self.document.short_title, title, *self.ancestors, own)
        return " > ".join(part for part in parts if part)

    @property
    def number(self) -> str:
        """The label without the document's name: `Art. 17`, `§ 107`."""
        return self.label.removeprefix(self.document.short_title).strip()


class Encoder(models.Model):
    """One encoder at one revision; embeddings of two encoders never meet."""

    name = models.CharField(max_length=200)
    revision = models.CharField(max_length=64)
    dimension = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name", "revision"], name="one_encoder_a_revision"),
        ]

    def __str__(self) -> str:
        return f"{self.name}@{self.revision[:12]}"


class PassageQuerySet(ShelvedQuerySet["Passage"]):
    on_shelf = ("section__document__collection",)

    def without_embedding(self, encoder: Encoder) -> Self:
        return self.exclude(encoder=encoder, embedding__isnull=False)

    def waiting_for(self, encoder: Encoder) -> Self:
        """Those that it has not embedded yet, so that no search finds them: `without_embedding`, by the encoder alone.

        Asked in ranges, an index answers: nothing waits nearly always, and whether so is asked with every question.
        """
        another = Q(encoder__lt=encoder.pk) | Q(encoder__gt=encoder.pk)
        return self.filter(Q(encoder__isnull=True) | another)

    def attach_sections(self, passages: Sequence[Passage]) -> list[Passage]:
        """Give each passage its section and document, each read once; those whose section is still there.

        A join would read a section's whole text again for each of its passages: hundreds of times for the
        longest sections.
        """
        ids = {passage.section_id for passage in passages}
        sections = Section.objects.select_related("document").in_bulk(ids)
        held = [passage for passage in passages if passage.section_id in sections]
        for passage in held:
            passage.section = sections[passage.section_id]
        return held

    def shown_for(self, filters: Filters, ids: Iterable[int]) -> dict[int, Passage]:
        """Live, permitted rows among the ids, by id: what an index says is never shown unchecked."""
        wanted = list(ids)
        # Only of these passages: else SQLite decides about every section of the shelf, 65 ms with the US Code.
        sections = Section.objects.permitted(filters).filter(passages__in=wanted)
        rows = self.filter(pk__in=wanted, section__in=sections)
        return {row.pk: row for row in rows.select_related("section__document").defer("embedding")}


class Passage(models.Model):
    """A stretch of one section: what is embedded and retrieved."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="passages")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    encoder = models.ForeignKey(Encoder, null=True, on_delete=models.PROTECT, related_name="+")
    embedding = models.BinaryField(null=True)
    """`dimension` little-endian float16 numbers of unit length."""

    objects = PassageQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.section} [{self.start}:{self.end}]"

    @property
    def text(self) -> str:
        return self.section.text[self.start : self.end]


class GenerationQuerySet(models.QuerySet["Generation"]):
    def serving(self) -> Generation | None:
        return self.filter(state=Generation.State.SERVING).order_by("-pk").first()


class Generation(models.Model):
    """One immutable build of the index, in the folder `index/<pk>/`."""

    class State(models.TextChoices):
        BUILDING = "building", "being built"
        SERVING = "serving", "searched"
        RETIRED = "retired", "replaced"
        DAMAGED = "damaged", "set aside"

    state = models.CharField(max_length=10, choices=State, default=State.BUILDING)
    encoder = models.ForeignKey(Encoder, on_delete=models.PROTECT, related_name="+")
    passage_count = models.PositiveIntegerField(default=0)
    high_water = models.PositiveBigIntegerField(default=0)
    """Highest passage id inside; rows above it are searched from the database."""
    created_at = models.DateTimeField(auto_now_add=True)

    objects = GenerationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"generation {self.pk}"
