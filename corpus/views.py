"""The library's pages: shelves, documents, sections. Every row goes through the shelves that the user may read."""

from __future__ import annotations

from typing import Any

from asgiref.sync import sync_to_async
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views import View

from corpus.differences import ADDED, FOLDED, REMOVED, pieces
from corpus.holdings import holdings, jurisdiction_name, with_documents
from corpus.models import Collection, Document, Section, SectionQuerySet
from corpus.reading import Span, interval, lay_out, standing
from corpus.wordings import changes, edition_days, history_of, same_place

DOCUMENTS_A_PAGE = 60
SECTIONS_A_PAGE = 300
"""Enough for an act or a constitution on one page; a title of the US Code has thousands."""
MAX_FIND_CHARS = 200


class Page(View):
    """A page whose errors look like the rest."""

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        allowed = ", ".join(name.upper() for name in self.http_method_names if hasattr(self, name))
        if self.view_is_async:
            return sync_to_async(method_not_allowed)(request, allowed)
        return method_not_allowed(request, allowed)


def method_not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    context = {"method": request.method, "allowed": allowed}
    response = render(request, "405.html", context, status=405)
    response["Allow"] = allowed
    return response


class LibraryPage(Page):
    """What is on the shelf, per jurisdiction, and through which day."""

    def get(self, request: HttpRequest) -> HttpResponse:
        held = with_documents(holdings(Collection.objects.readable_by(request.user)))
        context = {"held": held, "jurisdictions": len(held.codes - {""})}
        return render(request, "library.html", context)


class CollectionPage(Page):
    """The documents of one shelf."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        collection = get_object_or_404(Collection.objects.readable_by(request.user), slug=slug)
        find = searched_words(request)
        documents = collection.documents.order_by("jurisdiction", "short_title", "pk")
        if find:
            documents = documents.filter(Q(title__icontains=find) | Q(short_title__icontains=find))
        page = Paginator(documents, DOCUMENTS_A_PAGE).get_page(request.GET.get("page"))
        counts = section_counts([document.pk for document in page])
        rows = [(document, counts.get(document.pk, 0)) for document in page]
        context = {
            "collection": collection, "page": page, "rows": rows, "find": find,
            "largest": max(counts.values(), default=0),
        }  # fmt: skip
        return render(request, "collection.html", context)


class DocumentPage(Page):
    """One document: where it comes from, and its table of contents."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        documents = Document.objects.visible_to(request.user).select_related("collection")
        document = get_object_or_404(documents, pk=pk)
        find = searched_words(request)
        page = Paginator(contents(document, find), SECTIONS_A_PAGE).get_page(request.GET.get("page"))
        context = {
            "document": document, "page": page, "find": find, "today": timezone.localdate(),
            "jurisdiction": jurisdiction_name(document.jurisdiction),
            "editions": document.editions.order_by("-dated", "-pk"),
        }  # fmt: skip
        return render(request, "document.html", context)


class SectionPage(Page):
    """One section, with the words that a citation points at."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        sections = Section.objects.visible_to(request.user)
        section = get_object_or_404(sections.select_related("document__collection", "edition"), pk=pk)
        asked, quote = pointed_at(request, section.text)
        before, after = Section.objects.defer("text", "notes").neighbours(section)
        wordings = same_place([(section.document_id, section.path)])[section.document_id, section.path]
        days = edition_days([section.document_id])[section.document_id]
        today = timezone.localdate()
        context = {
            "section": section, "lines": lay_out(section.text, quote), "asked": asked, "quote": quote,
            "before": before, "after": after, "today": today, "history": history_of(section.pk, wordings, days),
            "wordings": wordings[::-1] if len(wordings) > 1 else (),
            "standing": standing(section, today), "interval": interval(section),
        }  # fmt: skip
        return render(request, "section.html", context)


class ComparisonPage(Page):
    """Two wordings of one section laid over each other, the earlier first; `?whole` folds nothing."""

    def get(self, request: HttpRequest, pk: int, other: int) -> HttpResponse:
        sections = Section.objects.visible_to(request.user).filter(pk__in=(pk, other))
        both = {row.pk: row for row in sections.select_related("document__collection", "edition")}
        if len(both) < 2 or (both[pk].document_id, both[pk].path) != (
            both[other].document_id,
            both[other].path,
        ):
            raise Http404
        place = (both[pk].document_id, both[pk].path)
        wordings = same_place([place])[place]
        first, second = (both[row.pk] for row in wordings if row.pk in both)
        found = changes(wordings, edition_days([place[0]])[place[0]])
        whole = "whole" in request.GET
        laid = pieces(with_heading(first), with_heading(second), fold=not whole)
        context = {
            "section": second, "first": first, "second": second, "pieces": laid, "whole": whole,
            "change": next((one for one in found if (one.before, one.after) == (first.pk, second.pk)), None),
            "added": sum(piece.words for piece in laid if piece.kind == ADDED),
            "removed": sum(piece.words for piece in laid if piece.kind == REMOVED),
            "folded": any(piece.kind == FOLDED for piece in laid),
        }  # fmt: skip
        return render(request, "comparison.html", context)


def with_heading(section: Section) -> str:
    return f"{section.heading}\n{section.text}" if section.heading else section.text


def searched_words(request: HttpRequest) -> str:
    """What the reader looks for in a list; characters that no heading holds are left out."""
    kept = "".join(char for char in request.GET.get("find", "") if char.isprintable())
    return kept.strip()[:MAX_FIND_CHARS]


def section_counts(documents: list[int]) -> dict[int, int]:
    counted = Section.objects.filter(document__in=documents).order_by().values_list("document_id")
    return dict(counted.annotate(count=Count("pk")))


def contents(document: Document, find: str) -> SectionQuerySet:
    """The sections as enacted today; of a document that is no longer law, all of them."""
    sections = Section.objects.filter(document=document).defer("text", "notes").order_by("position", "pk")
    if find:
        return sections.filter(Q(label__icontains=find) | Q(heading__icontains=find))
    enacted = sections.enacted(timezone.localdate())
    return enacted if enacted.exists() else sections


def pointed_at(request: HttpRequest, text: str) -> tuple[bool, Span | None]:
    """Whether words were pointed at, and where they stand; None where the offsets fit no words."""
    start, end = request.GET.get("start"), request.GET.get("end")
    if start is None and end is None:
        return False, None
    if not all(value and value.isascii() and value.isdecimal() and len(value) < 10 for value in (start, end)):
        return True, None
    span = Span(int(start or 0), int(end or 0))
    return True, span if span.fits(text) else None
