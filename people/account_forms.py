"""The library's forms for signing in and for keys, in this project's words."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.forms import Form


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth is not typed
    """Address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, login="E-mail address", remember="Stay signed in on this computer")
        self.fields["password"].widget.attrs.pop("placeholder", None)


class NewPasswordForm(ChangePasswordForm):  # type: ignore[misc]  # as above
    """The old password and a new one, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(
            self, oldpassword="The password as it is now", password1="A new one of at least 12 characters",
            password2="The new one again",
        )  # fmt: skip
        self.fields["password1"].help_text = ""


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # as above
    """A key of this device or one that is plugged in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, name="What to call it", passwordless="It lets me in alone, without the password")
        self.fields["passwordless"].initial = True
        self.fields[
            "passwordless"
        ].help_text = "The device then checks a fingerprint, a face or a PIN itself. Take the tick away for a key that cannot."


def _say(form: Form, **labels: str) -> None:
    """Labels in place of the library's, and no placeholders that say them twice."""
    for name, label in labels.items():
        form.fields[name].label = label
        form.fields[name].widget.attrs.pop("placeholder", None)
