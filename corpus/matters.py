"""The pages of matters: those that a person belongs to, and one of them with its members."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from corpus import membership
from corpus.matters_forms import MatterForm, MemberForm, RightsForm
from corpus.models import Collection, Membership
from corpus.roles import Role, at_least
from corpus.views import Page


class MatterArea(Page):
    """Pages for who has signed in."""

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[assignment]  # every view here is synchronous
        return response


class MattersPage(MatterArea):
    """The matters that a person belongs to; contributors open new ones here."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render_list(request, MatterForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        if not may_open(request):
            raise PermissionDenied
        form = MatterForm(request.POST)
        if not form.is_valid():
            return render_list(request, form, HTTPStatus.BAD_REQUEST)
        matter = membership.create(form.cleaned_data["name"], request.user)  # type: ignore[arg-type]  # signed in
        messages.success(request, f"“{matter.name}” is open. Only its members see that it exists.")
        return redirect("corpus:matter", slug=matter.slug)


class MatterPage(MatterArea):
    """One matter: what it holds, who belongs to it, and the form that admits another."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return render_matter(request, own(request, slug), MemberForm())

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        row = own(request, slug, leading=True)
        form = MemberForm(request.POST)
        if not form.is_valid():
            return render_matter(request, row, form, HTTPStatus.BAD_REQUEST)
        person = form.cleaned_data["person"]
        try:
            membership.admit(row.collection, person, row.user, **form.rights())
        except membership.Refused as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, f"{person} belongs to “{row.collection}”.")
        return redirect("corpus:matter", slug=slug)


class MemberRights(MatterArea):
    """What one member may do; or, with `remove`, that he is one no longer."""

    def post(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        row = own(request, slug, leading=True)
        other = get_object_or_404(row.collection.memberships.select_related("collection", "user"), pk=pk)
        form = RightsForm(request.POST)
        form.is_valid()  # two boxes: whatever is sent is either
        removed = "remove" in request.POST
        try:
            if removed:
                membership.dismiss(other, row.user)
            else:
                membership.admit(row.collection, other.user, row.user, **form.cleaned_data)
        except membership.Refused as refusal:
            messages.warning(request, str(refusal))
        else:
            done = f"{other.user} is no member any more." if removed else f"Saved for {other.user}."
            messages.success(request, done)
        still = Membership.objects.filter(pk=row.pk).exists()
        return redirect("corpus:matter", slug=slug) if still else redirect("corpus:matters")


class LeaveMatter(MatterArea):
    """Asks first, then ends one's own membership."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return render(request, "matters/confirm.html", {"own": own(request, slug), "leaving": True})

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        row = own(request, slug)
        try:
            membership.dismiss(row, row.user)
        except membership.Refused as refusal:
            messages.warning(request, str(refusal))
            return redirect("corpus:matter", slug=slug)
        messages.success(request, f"You have left “{row.collection}”.")
        return redirect("corpus:matters")


class CloseMatter(MatterArea):
    """Asks first, then closes a matter; with `reopen` opens it again."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return render(request, "matters/confirm.html", {"own": own(request, slug, leading=True)})

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        row = own(request, slug, leading=True)
        reopened = "reopen" in request.POST
        change = membership.reopen if reopened else membership.close
        try:
            change(row.collection, row.user)
        except membership.Refused as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, f"“{row.collection}” is {'open again' if reopened else 'closed'}.")
        return redirect("corpus:matter", slug=slug)


def may_open(request: HttpRequest) -> bool:
    return at_least(request.user, Role.CONTRIBUTOR)


def own(request: HttpRequest, slug: str, *, leading: bool = False) -> Membership:
    """The reader's membership of the matter with that slug; for everybody else there is no such matter."""
    rows = Membership.objects.filter(collection__in=Collection.objects.readable_by(request.user))
    row = (
        rows.filter(user=request.user.pk, collection__slug=slug).select_related("collection", "user").first()
    )
    if row is None:
        raise Http404
    if leading and not row.leads:
        raise PermissionDenied
    return row


def render_list(request: HttpRequest, form: MatterForm, status: int = HTTPStatus.OK) -> HttpResponse:
    rows = Membership.objects.filter(
        user=request.user.pk, collection__in=Collection.objects.readable_by(request.user)
    )
    counted = rows.select_related("collection").annotate(
        documents=Count("collection__documents", distinct=True)
    )
    ordered = counted.order_by("collection__closed_at", "collection__name", "pk")
    context = {
        "open": [row for row in ordered if row.collection.closed_at is None],
        "closed": [row for row in ordered if row.collection.closed_at is not None],
        "form": form, "may_open": may_open(request),
    }  # fmt: skip
    return render(request, "matters/matters.html", context, status=status)


def render_matter(
    request: HttpRequest, row: Membership, form: MemberForm, status: int = HTTPStatus.OK
) -> HttpResponse:
    matter = row.collection
    context: dict[str, Any] = {
        "own": row, "matter": matter, "form": form, "documents": matter.documents.count(),
        "members": matter.memberships.select_related("user"),
        "addable": Collection.objects.addable_by(request.user).filter(pk=matter.pk).exists(),
    }  # fmt: skip
    return render(request, "matters/matter.html", context, status=status)
