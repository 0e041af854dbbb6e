"""The original of a section: shown at its page with the words marked, and sent as it was uploaded."""

from __future__ import annotations

from dataclasses import astuple
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.text import slugify

from corpus import auditing, files
from corpus.models import Edition, Section, StoredFile
from corpus.originals import PagePlaces, Places, first_page, places_of, sizes
from corpus.ranges import Unsatisfiable, asked_range, chunks
from corpus.views import Page, pointed_at

PDF = "application/pdf"
ENDINGS = {
    PDF: "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "text/html": "html",
    "text/plain": "txt",
}
"""Media types of what is taken in, with the ending of a downloaded file's name."""
FORMATS = {"pdf": "PDF", "docx": "Word document", "html": "HTML", "txt": "plain text"}
BYTES = "application/octet-stream"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
    "Accept-Ranges": "bytes",
}


class OriginalPage(Page):
    """The original of a section's edition, opened at the words; of a format without pages, its download."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        section, file = readable_section(request, pk)
        asked, quote = pointed_at(request, section.text)
        context = {
            "section": section, "file": file, "asked": asked, "quote": quote,
            "words": section.text[quote.start : quote.end] if quote else "",
            "page": first_page(section, quote) or 1,
            "pageable": file.media_type == PDF, "format": FORMATS.get(ending(file), "file"),
        }  # fmt: skip
        return render(request, "viewer.html", context)


class OriginalPlaces(Page):
    """Where words of a section stand on the pages of its original: boxes in points from the top left corner."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        section, file = readable_section(request, pk)
        asked, quote = pointed_at(request, section.text)
        if asked and quote is None:
            said = "The address points at words that do not stand in this section, so nothing is highlighted."
            found = Places()
        elif not section.text:
            said, found = "This section has no text of its own: nothing is highlighted.", Places()
        else:
            found = places_of(section, quote)
            said = message(found, of_words=quote is not None)
        answer: dict[str, Any] = {"pages": [page_json(page) for page in found.pages], "message": said}
        answer["sizes"] = sizes(file.pk)
        return JsonResponse(answer, headers={"Cache-Control": "private, no-store"})


class EditionFile(Page):
    """The original as it was uploaded, to be kept: a browser never opens it as a page of this site."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        editions = Edition.objects.visible_to(request.user).filter(file__isnull=False)
        edition = get_object_or_404(editions.select_related("document", "file"), pk=pk)
        if edition.file is None:
            raise Http404
        asked = request.headers.get("Range", "")
        auditing.original_sent(request.user, edition, asked, edition.file.size)
        return sent(request, edition.file, file_name(edition, edition.file))


def readable_section(request: HttpRequest, pk: int) -> tuple[Section, StoredFile]:
    """A section that the user may read and the original that it was read from; 404 without either."""
    sections = Section.objects.visible_to(request.user).filter(edition__file__isnull=False)
    section = get_object_or_404(sections.select_related("document__collection", "edition__file"), pk=pk)
    if section.edition.file is None:
        raise Http404
    return section, section.edition.file


def message(found: Places, *, of_words: bool) -> str:
    """A sentence where something cannot be shown; empty where all is."""
    what, stand = ("The words", "stand") if of_words else ("This section", "stands")
    if not found.pages:
        return f"It is not known on which page of the original {what[0].lower()}{what[1:]} {stand}."
    if found.known:
        return ""
    numbers = [page.number for page in found.pages]
    where = f"page {numbers[0]}" if len(numbers) == 1 else f"pages {numbers[0]} to {numbers[-1]}"
    return f"{what} {stand} on {where}, but the exact place could not be found: nothing is highlighted."


def page_json(page: PagePlaces) -> dict[str, Any]:
    return {
        "number": page.number, "label": page.label, "width": page.width, "height": page.height,
        "boxes": [[round(at, 2) for at in astuple(box)] for box in page.boxes], "notes": page.notes,
    }  # fmt: skip


def ending(file: StoredFile) -> str:
    return ENDINGS.get(file.media_type, "bin")


def file_name(edition: Edition, file: StoredFile) -> str:
    """`bees-act-2020-01-01.pdf`: made of what the library knows, never of the name that was uploaded."""
    name = slugify(str(edition.document))[:80].strip("-") or "original"
    return f"{name}-{edition.dated:%Y-%m-%d}.{ending(file)}"


def sent(request: HttpRequest, file: StoredFile, name: str) -> HttpResponseBase:
    """The bytes of a file, or the part of them that a Range header asks for."""
    path = files.path_of(file.sha256)
    if not path.is_file():
        raise Http404
    size = path.stat().st_size
    try:
        asked = asked_range(request.headers.get("Range", ""), size)
    except Unsatisfiable:
        headers = {**HEADERS, "Content-Range": f"bytes */{size}"}
        return HttpResponse(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers=headers)
    part = range(size) if asked is None else asked
    response = StreamingHttpResponse(chunks(path, part), content_type=content_type(file), headers=HEADERS)
    response["Content-Length"] = str(len(part))
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    if asked is not None:
        response.status_code = HTTPStatus.PARTIAL_CONTENT
        response["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
    return response


def content_type(file: StoredFile) -> str:
    """One of a few types, whatever was uploaded; none of them is opened as a page."""
    if file.media_type not in ENDINGS or file.media_type == "text/html":
        return BYTES
    return "text/plain; charset=utf-8" if file.media_type == "text/plain" else file.media_type
