"""What an operator sees of the library. Law comes onto the shelf through packs and uploads, so its text is read only here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest

from corpus.models import Batch, Collection, Document, Edition, IngestJob, Section, StoredFile, User

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
admin.site.index_title = "Library, questions, people"
admin.site.register(User, UserAdmin)


class ReadOnly:
    """Rows that may be looked at and not changed."""

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Collection)
class CollectionAdmin(CollectionBase):
    """Shelves: their names and who may read them."""

    list_display = ("name", "slug", "access", "publisher", "covered_through")
    list_filter = ("access",)
    search_fields = ("name", "slug")


@admin.register(Document)
class DocumentAdmin(ReadOnly, DocumentBase):
    """Instruments on the shelves."""

    list_display = ("short_title", "citation", "kind", "jurisdiction", "collection")
    list_filter = ("collection", "kind", "jurisdiction")
    list_select_related = ("collection",)
    search_fields = ("title", "short_title", "citation")
    show_full_result_count = False


@admin.register(Edition)
class EditionAdmin(ReadOnly, EditionBase):
    """Dated texts, as loaded."""

    list_display = ("document", "label", "dated", "section_count", "loaded_at")
    list_select_related = ("document",)
    search_fields = ("document__title", "document__citation", "label")
    show_full_result_count = False


@admin.register(Section)
class SectionAdmin(ReadOnly, SectionBase):
    """The law itself."""

    list_display = ("label", "heading", "valid_from", "valid_to")
    list_filter = ("document__collection",)
    search_fields = ("label", "heading")
    show_full_result_count = False


@admin.register(StoredFile)
class StoredFileAdmin(ReadOnly, FileBase):
    """Originals, by their fingerprint."""

    list_display = ("sha256", "media_type", "size", "page_count", "stored_at")
    list_filter = ("media_type",)
    search_fields = ("sha256",)
    show_full_result_count = False


@admin.register(Batch)
class BatchAdmin(ReadOnly, BatchBase):
    """Files that were added together."""

    list_display = ("id", "collection", "added_by", "added_at")
    list_select_related = ("collection", "added_by")
    show_full_result_count = False


@admin.register(IngestJob)
class IngestJobAdmin(ReadOnly, JobBase):
    """Files on their way to the shelves; what may be done with them is on the library's own pages."""

    list_display = ("name", "collection", "state", "stage", "attempts", "worker", "code", "added_at")
    list_filter = ("state", "collection", "code")
    list_select_related = ("collection",)
    search_fields = ("name", "file__sha256")
    show_full_result_count = False
