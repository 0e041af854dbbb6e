"""The law itself: collections, documents, and sections by key or by citation and day."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import ApiView, ListView
from api.models import Key, Scope
from api.serializers import (
    CitationQuery,
    CitedSerializer,
    CollectionSerializer,
    DaySerializer,
    DocumentSerializer,
    FindQuery,
    SectionSerializer,
    SectionTextSerializer,
)
from corpus.models import CollectionQuerySet, Document, Section
from corpus.types import Filters, Named
from lawqa.forms import EARLIEST, LATEST

READ: dict[str, Scope] = {"GET": Scope.READ}
MOST_CITATIONS = 20
"""Of one request; a whole text is for `verify`."""


class Collections(ListView):
    """The collections that the key may read."""

    scopes: ClassVar = READ

    @extend_schema(tags=["law"], responses=CollectionSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.listed(self.key.readable().order_by("slug"), CollectionSerializer)


class Documents(ListView):
    """Documents, by words of their names if you like."""

    scopes: ClassVar = READ

    @extend_schema(tags=["law"], parameters=[FindQuery], responses=DocumentSerializer(many=True))
    def get(self, request: Request) -> Response:
        given = read(FindQuery, request.query_params)
        rows = Document.objects.filter(collection__in=chosen(self.key, given.get("collection")))
        if find := given.get("find"):
            rows = rows.filter(
                Q(title__icontains=find) | Q(short_title__icontains=find) | Q(citation__icontains=find)
            )
        return self.listed(rows.select_related("collection").order_by("pk"), DocumentSerializer)


class OneDocument(ApiView):
    """One document."""

    scopes: ClassVar = READ

    @extend_schema(tags=["law"], responses=DocumentSerializer)
    def get(self, request: Request, pk: int) -> Response:
        rows = Document.objects.filter(collection__in=self.key.readable()).select_related("collection")
        return Response(DocumentSerializer(get_object_or_404(rows, pk=pk)).data)


class DocumentSections(ListView):
    """The sections of a document as they apply on a day, in order and without their texts."""

    scopes: ClassVar = READ

    @extend_schema(tags=["law"], parameters=[DaySerializer], responses=SectionSerializer(many=True))
    def get(self, request: Request, pk: int) -> Response:
        day = day_of(read(DaySerializer, request.query_params))
        document = get_object_or_404(Document, collection__in=self.key.readable(), pk=pk)
        rows = Section.objects.filter(document=document).enacted(day).defer("text", "notes")
        return self.listed(rows.order_by("position", "pk"), SectionSerializer)


class Sections(ApiView):
    """Sections by citation and day: what each citation means, is not, or may mean."""

    scopes: ClassVar = READ

    @extend_schema(tags=["law"], parameters=[CitationQuery], responses=CitedSerializer(many=True))
    def get(self, request: Request) -> Response:
        from corpus.resolve import (
            resolve_all,
        )  # loads the grammars of citations, which no other address needs

        given = read(CitationQuery, request.query_params)
        shelves = chosen_many(self.key, given.get("collection"))
        filters = Filters(as_of=day_of(given), collections=frozenset(shelves.values_list("pk", flat=True)))
        named = resolve_all(given["citation"], filters)[:MOST_CITATIONS]
        return Response(CitedSerializer(cited(named, shelves), many=True).data)


class OneSection(ApiView):
    """One wording of a section, with its text."""

    scopes: ClassVar = READ

    @extend_schema(tags=["law"], responses=SectionTextSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return Response(SectionTextSerializer(get_object_or_404(texts(self.key.readable()), pk=pk)).data)


def read(serializer: Any, given: Any) -> dict[str, Any]:
    """What was given, checked. Raises ValidationError."""
    checked = serializer(data=given)
    checked.is_valid(raise_exception=True)
    found: dict[str, Any] = checked.validated_data
    return found


def day_of(given: dict[str, Any]) -> dt.date:
    """The day that was given, by default today."""
    day: dt.date = given.get("as_of") or timezone.localdate()
    if not EARLIEST <= day <= LATEST:
        raise ValidationError({"as_of": f"Choose a day between {EARLIEST.year} and {LATEST.year}."})
    return day


def chosen(key: Key, slug: str | None) -> CollectionQuerySet:
    """The collection of that name, or all; of those that the key may read, and no others exist for it."""
    return chosen_many(key, [slug]) if slug else key.readable()


def chosen_many(key: Key, slugs: list[str] | None) -> CollectionQuerySet:
    """The collections of those names; none named: those that are searched by default."""
    if not slugs:
        return key.by_default()
    readable = key.readable()
    found = readable.filter(slug__in=slugs)
    missing = sorted(set(slugs) - set(found.values_list("slug", flat=True)))
    if missing:
        raise ValidationError(
            {"collection": f"There is no collection “{missing[0]}” that this key may read."}
        )
    return found


def texts(shelves: CollectionQuerySet) -> Any:
    rows = Section.objects.filter(document__collection__in=shelves)
    return rows.select_related("document__collection", "edition")


def cited(named: tuple[Named, ...], shelves: CollectionQuerySet) -> list[dict[str, Any]]:
    """Each citation with the sections that it means, read again through the collections allowed."""
    held = texts(shelves).in_bulk({pk for one in named for pk in one.section_ids})
    return [
        {
            "citation": one.citation.text, "resolution": one.resolution.value, "detail": one.detail,
            "pin": list(one.citation.pin), "sections": [held[pk] for pk in one.section_ids if pk in held],
        }
        for one in named
    ]  # fmt: skip
