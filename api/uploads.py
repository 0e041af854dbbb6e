"""Law that a firm's systems add: a file sent, its way followed, and what it brought taken off again."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import ApiView, ListView
from api.idempotency import once
from api.law import read
from api.models import Key, Scope
from api.parsers import Form
from api.problems import told
from api.serializers import FileSerializer, UploadSerializer
from corpus import jobs
from corpus.adding import add_one
from corpus.models import IngestJob
from corpus.receiving import Order, Received, own_shelves, status_of


class MovedOn(APIException):
    status_code = HTTPStatus.CONFLICT
    default_detail = "The file had moved on meanwhile, so nothing was changed. Look how it stands now."
    default_code = "moved_on"


class Uploads(ListView):
    """Files on their way onto the shelves to which the key may add, the latest first."""

    scopes: ClassVar = {"GET": Scope.INGEST, "POST": Scope.INGEST}
    parser_classes = (Form,)
    problems: ClassVar = {"507": "There is no room left on the server’s disk."}
    idempotent = True

    @extend_schema(tags=["uploads"], responses=UploadSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Files on shelves to which the key may add, the latest first."""
        return self.listed(uploads(self.key).order_by("-added_at", "pk"), UploadSerializer)

    @extend_schema(
        tags=["uploads"], request={"multipart/form-data": FileSerializer},
        responses={201: UploadSerializer, 200: OpenApiResponse(UploadSerializer, "These bytes were there already.")},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Add a file. When this answers it is kept; a worker reads it: look again until its state is `ready`."""
        return once(request, self.key, lambda: self.add(request))

    def add(self, request: Request) -> Response:
        given = read(FileSerializer, request.data)
        collection = own_shelves(self.key.addable()).filter(slug=given["collection"]).first()
        if collection is None:
            raise ValidationError({"collection": "This key may not add to a collection of that name."})
        order = Order(
            collection=collection,
            batch=uuid.uuid4(),
            added_by=self.key.owner,
            check_first=given["check_first"],
        )
        done = add_one(given["file"], given["file"].name or "", order)
        if not isinstance(done, Received):
            return told(status_of(done), str(done))
        job = uploads(self.key).get(pk=done.job.pk)
        status = HTTPStatus.CREATED if done.is_new else HTTPStatus.OK
        address = reverse("api:upload", args=[job.pk])
        return Response(UploadSerializer(job).data, status=status, headers={"Location": address})


class OneUpload(ApiView):
    """How a file fares."""

    scopes: ClassVar = {"GET": Scope.INGEST, "DELETE": Scope.INGEST}

    @extend_schema(tags=["uploads"], responses=UploadSerializer)
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        return Response(UploadSerializer(get_object_or_404(uploads(self.key), pk=pk)).data)

    @extend_schema(
        tags=["uploads"], responses={204: None, 409: OpenApiResponse(description="It had moved on.")}
    )
    def delete(self, request: Request, pk: uuid.UUID) -> Response:
        """Stop a file that is not finished; of one that is, take what it brought off the shelf."""
        job = get_object_or_404(uploads(self.key), pk=pk)
        if not (jobs.cancel(job, self.key.owner) or jobs.remove(job, self.key.owner)):
            raise MovedOn
        return Response(status=HTTPStatus.NO_CONTENT)


def uploads(key: Key) -> Any:
    """Files of the shelves to which a key may add."""
    rows = IngestJob.objects.filter(collection__in=key.addable())
    return rows.select_related("collection", "file")
