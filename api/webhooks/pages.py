"""The pages on which people make and look after the endpoints of their own systems."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from api.webhooks import endpoints
from api.webhooks.addresses import MOST_CHARS, NotAllowed, target_of
from api.webhooks.models import OVERLAP, Delivery, Endpoint, Kind
from api.webhooks.outbox import test_message
from corpus.roles import Role, at_least
from corpus.views import Page

DELIVERIES_SHOWN = 8
MOST_ENDPOINTS = 10
"""Of one person."""
TOO_MANY = f"You have {MOST_ENDPOINTS} endpoints; remove one first."


class EndpointForm(forms.Form):
    """Where messages go, and about what."""

    url = forms.CharField(
        label="Address", max_length=MOST_CHARS, strip=True,
        widget=forms.URLInput(attrs={"placeholder": "https://…", "autocomplete": "off"}),
        error_messages={"required": "Write the address to which messages go."},
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(
        label="Tell it when", choices=Kind.choices, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one thing that it is told of."},
    )  # fmt: skip

    def __init__(self, *args: Any, owner: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner = owner

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        try:
            target_of(url, settings.LAWQA_WEBHOOK_HOSTS)
        except NotAllowed as error:
            raise ValidationError(str(error)) from None
        return url

    def clean(self) -> dict[str, Any]:
        if Endpoint.objects.filter(owner=self.owner).count() >= MOST_ENDPOINTS:
            raise ValidationError(TOO_MANY)
        return self.cleaned_data


class WebhooksPage(Page):
    """A person's endpoints, what became of the last messages, and the form for another one."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        if not at_least(request.user, Role.CONTRIBUTOR):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return render_list(request, EndpointForm(owner=request.user, initial={"kinds": Kind.values}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = EndpointForm(request.POST, owner=request.user)
        if not form.is_valid():
            return render_list(request, form, status=HTTPStatus.BAD_REQUEST)
        endpoint = endpoints.make(request.user, form.cleaned_data["url"], form.cleaned_data["kinds"])
        return render_secret(request, endpoint, endpoint.secret)


class EndpointDeed(WebhooksPage):
    """Something that is done to one's own endpoint."""

    def get(self, request: HttpRequest, pk: uuid.UUID | None = None) -> HttpResponse:
        return redirect("webhooks")

    def post(self, request: HttpRequest, pk: uuid.UUID | None = None) -> HttpResponse:
        return self.do(request, get_object_or_404(Endpoint, pk=pk, owner=request.user.pk))

    def do(self, request: HttpRequest, endpoint: Endpoint) -> HttpResponse:
        """The deed itself."""
        raise NotImplementedError


class RotateSecret(EndpointDeed):
    def do(self, request: HttpRequest, endpoint: Endpoint) -> HttpResponse:
        return render_secret(request, endpoint, endpoints.rotate(endpoint, request.user))


class SwitchOn(EndpointDeed):
    def do(self, request: HttpRequest, endpoint: Endpoint) -> HttpResponse:
        if endpoints.switch_on(endpoint, request.user):
            messages.success(request, "It is told again, beginning with what has waited.")
        return redirect("webhooks")


class RemoveEndpoint(EndpointDeed):
    def do(self, request: HttpRequest, endpoint: Endpoint) -> HttpResponse:
        endpoints.remove(endpoint, request.user)
        messages.success(request, f"Nothing is sent to {endpoint.url} any more.")
        return redirect("webhooks")


class TestEndpoint(EndpointDeed):
    def do(self, request: HttpRequest, endpoint: Endpoint) -> HttpResponse:
        test_message(endpoint)
        messages.success(
            request, "A test message is on its way. Reload this page in a moment to see whether it arrived."
        )
        return redirect("webhooks")


class SendAgain(WebhooksPage):
    """A message that was given up."""

    def get(self, request: HttpRequest, pk: uuid.UUID | None = None) -> HttpResponse:
        return redirect("webhooks")

    def post(self, request: HttpRequest, pk: uuid.UUID | None = None) -> HttpResponse:
        delivery = get_object_or_404(Delivery, pk=pk, endpoint__owner=request.user.pk)
        if endpoints.send_again(delivery):
            messages.success(request, "It is sent once more.")
        return redirect("webhooks")


def render_list(request: HttpRequest, form: EndpointForm, status: int = HTTPStatus.OK) -> HttpResponse:
    latest = Prefetch(
        "deliveries", queryset=Delivery.objects.defer("body")[:DELIVERIES_SHOWN], to_attr="latest"
    )
    listed = Endpoint.objects.filter(owner=request.user.pk).prefetch_related(latest)
    return render(request, "api/webhooks.html", {"form": form, "endpoints": listed}, status=status)


def render_secret(request: HttpRequest, endpoint: Endpoint, secret: str) -> HttpResponse:
    """The only time that a secret is shown."""
    context = {
        "endpoint": endpoint, "secret": secret, "hours": OVERLAP.days * 24, "replaced": bool(endpoint.former_secret),
    }  # fmt: skip
    response = render(request, "api/webhook_secret.html", context, status=HTTPStatus.CREATED)
    response["Cache-Control"] = "no-store"
    return response
