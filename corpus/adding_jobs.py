"""The pages of one job: what was read, what it changes, and what may be done with it."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify

from corpus import auditing, files, jobs, preview
from corpus.adding import LibrarianPage, say, visible_job
from corpus.adding_forms import FactsForm
from corpus.models import IngestJob
from corpus.progress import pace_of_late, queue_now, row
from corpus.review import Comparison
from corpus.tasks import hint
from corpus.viewer import ending, sent

SECTIONS_A_PAGE = 100
CHANGES_A_PAGE = 25
State = IngestJob.State
EDITABLE = (State.QUEUED, State.REVIEW, State.READY)


class JobPage(LibrarianPage):
    """One file: how it fares, what was read from it, and the form that corrects it."""

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        job = visible_job(request, pk)
        return render(request, "adding/job.html", job_context(request, job, FactsForm(job=job)))

    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The corrections, and in review what the text becomes."""
        job = visible_job(request, pk)
        form = FactsForm(request.POST, job=job)
        if not form.is_valid():
            context = job_context(request, job, form)
            return render(request, "adding/job.html", context, status=HTTPStatus.BAD_REQUEST)
        if job.state == State.REVIEW:
            next_edition = job.edition_of if request.POST.get("becomes") == "edition" else None
            done = jobs.confirm(job, edition_of=next_edition, given=form.facts(), by=request.user)
            say(
                request,
                done,
                "Confirmed. The text becomes searchable as soon as a worker has divided and embedded it.",
            )
        else:
            done = jobs.correct(job, form.facts(), request.user)
            say(request, done, "Saved. The text is put on the shelf with these facts.")
        hint(pk)
        return redirect("corpus:job", pk=pk)


class JobBody(LibrarianPage):
    """The part of the job's page that changes while it is worked on."""

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        job = visible_job(request, pk)
        response = render(request, "adding/job_body.html", status_context(job))
        response["Cache-Control"] = "no-store"
        return response


class CancelJob(LibrarianPage):
    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        job = visible_job(request, pk)
        say(
            request,
            jobs.cancel(job, request.user),
            f"“{job.name}” was cancelled. Nothing of it is on the shelf.",
        )
        return back(request, job)


class RetryJob(LibrarianPage):
    """Also puts back what was removed."""

    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        job = visible_job(request, pk)
        say(request, jobs.retry(job, request.user), f"“{job.name}” is in the queue again.")
        hint(pk)
        return back(request, job)


class RemoveJob(LibrarianPage):
    """Asks first, then takes off the shelf what the file brought."""

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        job = visible_job(request, pk)
        count = job.edition.section_count if job.edition else 0
        others = job.document.editions.count() - 1 if job.document else 0
        context = {"job": job, "sections": count, "other_editions": others, "removing": True}
        return render(request, "adding/confirm.html", context)

    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        job = visible_job(request, pk)
        say(
            request,
            jobs.remove(job, request.user),
            f"“{job.name}” was removed from the library. No search finds it any more.",
        )
        return redirect("corpus:job", pk=pk)


class ForgetJob(LibrarianPage):
    """Asks first, then deletes a removed file for good."""

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        return render(request, "adding/confirm.html", {"job": visible_job(request, pk), "removing": False})

    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        job = visible_job(request, pk)
        done = jobs.forget(job, request.user)
        say(request, done, f"“{job.name}” was deleted for good.")
        return redirect("corpus:jobs") if done else redirect("corpus:job", pk=pk)


class JobFile(LibrarianPage):
    """The original as it was uploaded, whatever became of it; as a download only."""

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
        job = visible_job(request, pk)
        if not files.path_of(job.file.sha256).is_file():
            raise Http404
        auditing.original_sent(request.user, job, request.headers.get("Range", ""), job.file.size)
        stem = job.name.rpartition("/")[2].rpartition(".")[0] or job.name
        return sent(request, job.file, f"{slugify(stem)[:80].strip('-') or 'original'}.{ending(job.file)}")


def back(request: HttpRequest, job: IngestJob) -> HttpResponse:
    """To the list from which the button was pressed, or to the job."""
    if request.POST.get("from") == "jobs":
        return redirect("corpus:jobs")
    if request.POST.get("from") == "batch":
        return redirect("corpus:batch", pk=job.batch_id)
    return redirect("corpus:job", pk=job.pk)


def status_context(job: IngestJob) -> dict[str, Any]:
    return {
        "job": job, "row": row(job, queue_now(), pace_of_late(), timezone.now()),
        "missing": not files.path_of(job.file.sha256).is_file(),
    }  # fmt: skip


def job_context(request: HttpRequest, job: IngestJob, form: FactsForm) -> dict[str, Any]:
    found: Any = preview.sections(job)  # rows of the shelf, or sections as read
    page = Paginator(found, SECTIONS_A_PAGE).get_page(request.GET.get("page"))
    compared = preview.comparison(job)
    return {
        **status_context(job), "form": form, "editable": job.state in EDITABLE, "noticed": preview.noticed(job),
        "page": page, "sections": [preview.shown(section) for section in page],
        "compared": compared, "changes": changes(request, compared) if compared else None,
    }  # fmt: skip


def changes(request: HttpRequest, compared: Comparison) -> dict[str, Any]:
    """One page of what the text would change, word by word."""
    every = [*compared.changed, *compared.added, *compared.removed]
    page = Paginator(every, CHANGES_A_PAGE).get_page(request.GET.get("changes"))
    return {"page": page, "altered": list(preview.altered(page))}
