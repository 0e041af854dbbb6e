"""The project's addresses as they are where SAML is set."""

from __future__ import annotations

from django.urls import include, path

from people import saml

library = "allauth.socialaccount.providers.saml.urls"
urlpatterns = [
    path("accounts/", include([*saml.patterns(), path("", include(library))])),
    path("", include("lawqa.urls")),
]
