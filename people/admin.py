"""What the administration does not show: people, their second factors, groups. There is one place for those: /people/.

The administration asks none of its rules: it would let the last admin go, leave sessions open, and write nothing of it
into the audit log.
"""

from __future__ import annotations

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect

ELSEWHERE = (
    Group, EmailAddress, EmailConfirmation, Authenticator, SocialAccount, SocialApp, SocialToken, UserSession,
)  # fmt: skip

for model in ELSEWHERE:
    if admin.site.is_registered(model):
        admin.site.unregister(model)


def own_password(request: HttpRequest, extra_context: object = None) -> HttpResponseRedirect:
    """One's own password is changed on one's account's page, where the old one and the second factor are asked for."""
    del request, extra_context
    return redirect("account_change_password")


admin.site.password_change = own_password  # type: ignore[assignment,method-assign]  # as allauth does with its login
