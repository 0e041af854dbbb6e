"""Where the library for signing in asks what this installation wants."""

from __future__ import annotations

import base64
import functools
import logging
import time
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from audit import record
from corpus.models import User
from people.models import Invitation
from people.naming import new_username
from people.second_factor import is_last

logger = logging.getLogger("people.adapters")
PROOFS = frozenset({"password", "mfa"})
"""Ways of signing in that are this installation's own."""
JUST_NOW_SECONDS = 300.0


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is not typed
    """Nobody makes an account for themselves."""

    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "Address and password are not correct together. Try again.",
        "enter_current_password": "This is not your password as it is now.",
        "incorrect_password": "This is not your password.",
        "too_many_login_attempts": (
            "Too many attempts that failed. Wait five minutes, then try again; "
            "or ask an admin for a link under which you choose a new password."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Whoever signed in here just now has proved it as well as by typing the same again."""
        if not super().is_reauthentication_required(app=app):
            return False
        records = get_authentication_records(self.request, self.request.user)
        proved = (record["at"] for record in records if record["method"] in PROOFS)
        return time.time() - max(proved, default=0.0) > JUST_NOW_SECONDS

    def generate_unique_username(self, txts: list[str | None], regex: str | None = None) -> str:
        """Not made of the name or the address that a server for single sign-on tells (people.naming)."""
        return new_username()

    def is_safe_url(self, url: str | None) -> bool:
        """Afterwards people are sent to pages of this site only, named by their path."""
        return url is not None and url.startswith("/") and bool(super().is_safe_url(url))


class SignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # as above
    """Who may come in by single sign-on the first time: invited people, and those of the firm's own domains."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return any(_invitation(email) is not None or _of_the_firm(email) for email in _verified(sociallogin))

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """With the role of the invitation, which is used up."""
        user: User = super().save_user(request, sociallogin, form)
        invitation = next(filter(None, map(_invitation, _verified(sociallogin))), None)
        if invitation is not None and Invitation.objects.use(invitation):
            User.objects.filter(pk=user.pk).update(role=invitation.role)
            user.role = invitation.role
            Invitation.objects.filter(pk=invitation.pk).update(person=user)
        record(
            "user.created", user, subject=f"user:{user.pk}", facts={"role": user.role, "by": "single sign-on"}
        )
        return user


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # as above
    """Secrets of second factors are kept encrypted: a copy of the database is no second factor."""

    error_messages: ClassVar = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": "Everybody here has a second factor. Set up another one first.",
        "incorrect_code": "This code is not right, or no longer. Type the one that the app shows now.",
    }

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002  the library's
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return f"Key {count + 1}"

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not (settings.LAWQA_SECOND_FACTOR_REQUIRED and is_last(authenticator))

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What cannot be read, since the key has changed, is replaced by what nobody knows: no code fits then."""
        try:
            return _box().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            logger.warning(
                "A second factor cannot be read under this installation’s key; an admin can remove it."
            )
            return str(generate_totp_secret())


def _verified(sociallogin: SocialLogin) -> list[str]:
    return [address.email.lower() for address in sociallogin.email_addresses if address.verified]


def _invitation(email: str) -> Invitation | None:
    open_now = Invitation.objects.open().filter(email=email, person=None, expires_at__gt=timezone.now())
    return open_now.first()


def _of_the_firm(email: str) -> bool:
    return email.rpartition("@")[2] in settings.LAWQA_SIGN_ON_DOMAINS


def _box() -> MultiFernet:
    return _box_for((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@functools.lru_cache(maxsize=2)
def _box_for(keys: tuple[str, ...]) -> MultiFernet:
    """Writes with the first key and reads with any."""
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    derived = HKDF(SHA256(), length=32, salt=None, info=b"lawqa.people.second-factor").derive(key.encode())
    return base64.urlsafe_b64encode(derived)
