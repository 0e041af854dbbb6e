"""The pages on which files are added and followed: the form, the lists of jobs, and what of them changes."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from corpus.access import LibrarianView, may_add_law
from corpus.adding_forms import NEW, AddForm
from corpus.extraction.errors import ExtractionError
from corpus.files import NoSpace
from corpus.models import Batch, IngestJob, IngestJobQuerySet
from corpus.progress import listing
from corpus.receiving import Order, Received, receive, status_of
from corpus.tasks import hint
from corpus.upload import Upload
from corpus.views import Page

SIGNED_OUT = "You are no longer signed in. Sign in again in another tab, then add the file again."
NO_FILE = "No file arrived. Choose one, then add it again."
MAX_NAME = 4_000
State = IngestJob.State


class LibrarianPage(LibrarianView, Page):
    """A page for those who may add law; others are asked to sign in."""


class AddPage(LibrarianPage):
    """The form, and where a browser without script sends it with all its files."""

    def get(self, request: HttpRequest) -> HttpResponse:
        chosen = {"batch": uuid.uuid4(), **{k: v for k in ("shelf",) if (v := request.GET.get(k))}}
        return render_add(request, AddForm(user=request.user, initial=chosen))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = AddForm(request.POST, user=request.user)
        files = request.FILES.getlist("file")
        if not files:
            form.add_error(None, "Choose at least one file, or a folder with files in it.")
        if not form.is_valid():
            return render_add(request, form, status=HTTPStatus.BAD_REQUEST)
        order = form.order()
        outcome = [add_one(file, file.name or "", order) for file in files]
        new = [done for done in outcome if isinstance(done, Received) and done.is_new]
        if len(new) == len(outcome):
            return redirect("corpus:batch", pk=new[0].job.batch_id)
        named = list(zip([file.name for file in files], outcome, strict=True))
        return render_add(request, form, outcome=named, batch=new[0].job.batch_id if new else None)


class AddFile(LibrarianPage):
    """One file, sent by the page's script: 201 with its job, 200 with the one that was there, or why not."""

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not may_add_law(request):
            return refused(SIGNED_OUT, HTTPStatus.FORBIDDEN)
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = AddForm(request.POST, user=request.user)
        files = request.FILES.getlist("file")
        if len(files) != 1:
            return refused(NO_FILE if not files else "Send one file at a time.", HTTPStatus.BAD_REQUEST)
        if not form.is_valid():
            first = next(iter(form.errors.values()))[0]
            return refused(str(first), HTTPStatus.BAD_REQUEST)
        name = request.POST.get("name", "")[-MAX_NAME:] or files[0].name or ""
        done = add_one(files[0], name, form.order())
        if isinstance(done, Received):
            return acknowledged(done)
        return refused(str(done), status_of(done))


def add_one(file: UploadedFile[Any], name: str, order: Order) -> Received | ExtractionError | NoSpace:
    """Take in one file and tell a worker of it; what it was refused for comes back instead."""
    if not isinstance(file, Upload):
        raise TypeError("FILE_UPLOAD_HANDLERS has to name corpus.upload.Handler alone.")
    try:
        done = receive(file.keep, name, order)
    except (ExtractionError, NoSpace) as refusal:
        return refusal
    if done.is_new:
        hint(done.job.pk)
    return done


def acknowledged(done: Received) -> JsonResponse:
    url = reverse("corpus:job", args=[done.job.pk])
    if not done.is_new:
        return JsonResponse({"duplicate_of": done.job.name, "said": done.sentence, "url": url})
    batch = done.job.batch_id
    told = {
        "job": done.job.pk,
        "url": url,
        "batch": batch,
        "batch_url": reverse("corpus:batch", args=[batch]),
    }
    return JsonResponse(told, status=HTTPStatus.CREATED)


def refused(said: str, status: HTTPStatus) -> JsonResponse:
    return JsonResponse({"error": said}, status=status)


def render_add(request: HttpRequest, form: AddForm, status: int = HTTPStatus.OK, **more: Any) -> HttpResponse:
    context = {
        "form": form, "new_shelf": NEW, "limit": settings.LAWQA_MAX_UPLOAD_BYTES,
        "most_files": settings.DATA_UPLOAD_MAX_NUMBER_FILES, "max_pages": settings.LAWQA_MAX_PAGES, **more,
    }  # fmt: skip
    return render(request, "adding/add.html", context, status=status)


class JobsPage(LibrarianPage):
    """Everything that was added, newest first; its list is fetched again while something is unfinished."""

    template = "adding/jobs.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        found = visible_jobs(request).order_by("-added_at", "-name")
        address = reverse("corpus:jobs_body")
        return render_list(request, self.template, found, body=address, title="Files added to the library")


class JobsBody(JobsPage):
    """The part of the list that changes."""

    template = "adding/jobs_body.html"


class BatchPage(LibrarianPage):
    """The files that were added together."""

    template = "adding/jobs.html"

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        batches = Batch.objects.workable_by(request.user).select_related("collection")
        batch = get_object_or_404(batches, pk=pk)
        found = batch.jobs.order_by("added_at", "name")
        address = reverse("corpus:batch_body", args=[pk])
        return render_list(request, self.template, found, body=address, batch=batch)


class BatchBody(BatchPage):
    """The part of the batch's page that changes."""

    template = "adding/jobs_body.html"


def render_list(request: HttpRequest, template: str, found: IngestJobQuerySet, **more: Any) -> HttpResponse:
    group = request.GET.get("state", "")
    shown = listing(found, group=group, number=request.GET.get("page"))
    context = {"list": shown, "query": query_of(shown.group, shown.page.number), **more}
    response = render(request, template, context)
    response["Cache-Control"] = "no-store"
    return response


def query_of(group: str, number: int) -> str:
    """What the list's address has after its path, so that the fetched part is of the same page."""
    return f"?state={group}&page={number}"


def visible_jobs(request: HttpRequest) -> IngestJobQuerySet:
    """The jobs of the shelves to which the user may add."""
    return IngestJob.objects.workable_by(request.user)


def visible_job(request: HttpRequest, pk: uuid.UUID) -> IngestJob:
    related = ("file", "collection", "document", "edition", "edition_of", "batch")
    return get_object_or_404(visible_jobs(request).select_related(*related), pk=pk)


def say(request: HttpRequest, done: bool, said: str) -> None:
    """Tell what became of an action; it may have been too late for it."""
    late = "Nothing was changed: the file had moved on meanwhile. This is how it stands now."
    messages.add_message(request, messages.SUCCESS if done else messages.WARNING, said if done else late)
