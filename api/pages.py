"""The pages on which people make, rotate and revoke keys, and the one that describes the interface."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator

from api import keys
from api.forms import KeyForm
from api.models import Key, Scope
from corpus.roles import Role, at_least
from corpus.views import Page

SCHEMA = settings.BASE_DIR / "api" / "schema.yaml"


class KeysPage(Page):
    """A person's keys and the form for another; admins may look at everybody's with `?all`."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return render_keys(request, KeyForm(owner=request.user, initial={"scopes": [Scope.READ]}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = KeyForm(request.POST, owner=request.user)
        if not form.is_valid():
            return render_keys(request, form, status=HTTPStatus.BAD_REQUEST)
        key, token = form.make()
        return render_secret(request, key, token)


class RotateKey(KeysPage):
    """A new secret; the old one goes on for a while."""

    def post(self, request: HttpRequest, prefix: str = "") -> HttpResponse:
        own = Key.objects.alive().filter(owner=request.user.pk)
        key, token = keys.rotate(get_object_or_404(own, prefix=prefix))
        return render_secret(request, key, token)

    def get(self, request: HttpRequest, prefix: str = "") -> HttpResponse:
        return redirect("api:keys")


class RevokeKey(KeysPage):
    """Makes a key open nothing at once."""

    def post(self, request: HttpRequest, prefix: str = "") -> HttpResponse:
        key = get_object_or_404(Key.objects.visible_to(request.user), prefix=prefix)
        if keys.revoke(key, by=request.user):
            messages.success(request, f"“{key.name}” was revoked. It opens nothing any more.")
        return redirect("api:keys")

    def get(self, request: HttpRequest, prefix: str = "") -> HttpResponse:
        return redirect("api:keys")


@method_decorator(csp_update({"img-src": ["data:"]}), name="dispatch")  # signs in Swagger UI's own stylesheet
class DescriptionPage(Page):
    """Every operation of the interface, to read and to try; all of it comes from this installation."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "api/description.html")


class SchemaFile(Page):
    """The description for machines: OpenAPI 3.1."""

    def get(self, request: HttpRequest) -> FileResponse:
        return FileResponse(SCHEMA.open("rb"), content_type="application/yaml; charset=utf-8")


def render_keys(request: HttpRequest, form: KeyForm, status: int = HTTPStatus.OK) -> HttpResponse:
    is_admin = at_least(request.user, Role.ADMIN)
    everybody = is_admin and "all" in request.GET
    rows = Key.objects.visible_to(request.user) if everybody else Key.objects.filter(owner=request.user.pk)
    listed = rows.filter(revoked_at=None).select_related("owner").prefetch_related("collections")
    context = {"form": form, "keys": listed, "everybody": everybody, "is_admin": is_admin}
    return render(request, "api/keys.html", context, status=status)


def render_secret(request: HttpRequest, key: Key, token: str) -> HttpResponse:
    """The only time that a secret is shown."""
    context = {"key": key, "token": token, "overlap": keys.OVERLAP.days}
    response = render(request, "api/secret.html", context, status=HTTPStatus.CREATED)
    response["Cache-Control"] = "no-store"
    return response
