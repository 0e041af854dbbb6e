"""Addresses of the people's pages: those of this app, and those of the library for signing in that are open here."""

from __future__ import annotations

from allauth.mfa.totp import views as totp
from csp.decorators import csp_update
from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path, re_path

from people import single_sign_on, views

# The picture that an authenticator scans is part of its page, so that its secret has no address of its own.
scan = csp_update({"img-src": ["data:"]})(totp.activate_totp)

closed = views.ClosedDoor.as_view()

own: list[URLPattern | URLResolver] = [
    path("people/", views.PeoplePage.as_view(), name="people"),
    path("people/<int:pk>/", views.PersonPage.as_view(), name="person"),
    path("people/<int:pk>/link", views.LinkPage.as_view(), name="link"),
    path("people/invitations/<int:pk>/withdraw", views.WithdrawInvitation.as_view(), name="withdraw"),
    path("people/join/<str:token>/", views.JoinPage.as_view(), name="join"),
    path("accounts/", views.AccountPage.as_view(), name="account"),
    path("accounts/protect/", views.ProtectPage.as_view(), name="protect"),
]
# First come those that stand in the place of the library's own.
replaced: list[URLPattern | URLResolver] = [
    path("signup/", closed),
    path("email/", closed),
    path("confirm-email/", closed),
    re_path(r"^confirm-email/[-:\w]+/$", closed),
    path("login/code/confirm/", closed),
    path("3rdparty/", closed),
    path("3rdparty/signup/", closed),
    path("2fa/totp/activate/", scan),
    path("2fa/webauthn/keys/<int:pk>/remove/", views.RemovePasskey.as_view()),
    path("oidc/<str:provider_id>/login/", single_sign_on.login),
]
if settings.LAWQA_MAIL is None:  # nobody would get the letter
    replaced.append(re_path(r"^password/reset/", views.ClosedDoor.as_view(template="people/no_mail.html")))

if settings.LAWQA_SAML:
    from people import saml

    replaced += saml.patterns()

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((own, "people"))),
    path("accounts/", include([*replaced, path("", include("allauth.urls"))])),
]
