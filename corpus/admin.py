"""What an operator sees of the library. Law comes onto the shelf through packs and uploads, so its text is read only here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from audit.admin import Recorded
from corpus.models import (
    Batch,
    Collection,
    CollectionQuerySet,
    Document,
    Edition,
    IngestJob,
    Section,
    StoredFile,
)

if TYPE_CHECKING:
    CollectionBase = admin.ModelAdmin[Collection]
    DocumentBase = admin.ModelAdmin[Document]
    EditionBase = admin.ModelAdmin[Edition]
    SectionBase = admin.ModelAdmin[Section]
    FileBase = admin.ModelAdmin[StoredFile]
    BatchBase = admin.ModelAdmin[Batch]
    JobBase = admin.ModelAdmin[IngestJob]
else:  # generic for the type checker only
    CollectionBase = DocumentBase = EditionBase = SectionBase = admin.ModelAdmin
    FileBase = BatchBase = JobBase = admin.ModelAdmin

admin.site.site_header = "lawqa"
admin.site.site_title = "lawqa"
admin.site.index_title = "Library and questions"


class ReadOnly:
    """Rows that may be looked at and not changed."""

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Readable:
    """Only what the person may open as a reader: an admin reads no matter without being a member of it."""

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)  # type: ignore[misc]  # of the ModelAdmin beside it
        return rows.visible_to(request.user)


@admin.register(Collection)
class CollectionAdmin(Recorded, CollectionBase):
    """Shelves that belong to no matter: their names and who may read them."""

    def get_queryset(self, request: HttpRequest) -> CollectionQuerySet:
        return Collection.objects.readable_by(request.user).open_to_all()

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """None becomes a matter here: those are made by their members, and stay what they are."""
        if db_field.name == "access":
            kwargs["choices"] = [one for one in Collection.Access.choices if one[0] in Collection.OPEN]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    list_display = ("name", "slug", "access", "publisher", "covered_through")
    list_filter = ("access",)
    search_fields = ("name", "slug")


@admin.register(Document)
class DocumentAdmin(Readable, ReadOnly, DocumentBase):
    """Instruments on the shelves."""

    list_display = ("short_title", "citation", "kind", "jurisdiction", "collection")
    list_filter = (("collection", admin.RelatedOnlyFieldListFilter), "kind", "jurisdiction")
    list_select_related = ("collection",)
    search_fields = ("title", "short_title", "citation")
    show_full_result_count = False


@admin.register(Edition)
class EditionAdmin(Readable, ReadOnly, EditionBase):
    """Dated texts, as loaded."""

    list_display = ("document", "label", "dated", "section_count", "loaded_at")
    list_select_related = ("document",)
    search_fields = ("document__title", "document__citation", "label")
    show_full_result_count = False


@admin.register(Section)
class SectionAdmin(Readable, ReadOnly, SectionBase):
    """The law itself."""

    list_display = ("label", "heading", "valid_from", "valid_to")
    list_filter = (("document__collection", admin.RelatedOnlyFieldListFilter),)
    search_fields = ("label", "heading")
    show_full_result_count = False


@admin.register(StoredFile)
class StoredFileAdmin(Readable, ReadOnly, FileBase):
    """Originals, by their fingerprint."""

    list_display = ("sha256", "media_type", "size", "page_count", "stored_at")
    list_filter = ("media_type",)
    search_fields = ("sha256",)
    show_full_result_count = False


@admin.register(Batch)
class BatchAdmin(Readable, ReadOnly, BatchBase):
    """Files that were added together."""

    list_display = ("id", "collection", "added_by", "added_at")
    list_select_related = ("collection", "added_by")
    show_full_result_count = False


@admin.register(IngestJob)
class IngestJobAdmin(Readable, ReadOnly, JobBase):
    """Files on their way to the shelves; what may be done with them is on the library's own pages."""

    list_display = ("name", "collection", "state", "stage", "attempts", "worker", "code", "added_at")
    list_filter = ("state", ("collection", admin.RelatedOnlyFieldListFilter), "code")
    list_select_related = ("collection",)
    search_fields = ("name", "file__sha256")
    show_full_result_count = False
