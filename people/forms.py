"""What is typed on the people's pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from corpus.models import User
from corpus.roles import Role

WHAT_ROLES_MAY = {
    Role.READER: "asks, reads, exports",
    Role.CONTRIBUTOR: "and opens matters and adds law to them",
    Role.LIBRARIAN: "and adds and withdraws the law that everybody reads",
    Role.ADMIN: "and decides about people, keys and the running of it all",
}

WHAT_YOU_MAY = {
    Role.READER: "You may ask, read and export.",
    Role.CONTRIBUTOR: "You may ask, open matters and add law to them.",
    Role.LIBRARIAN: "You may ask, open matters, and add and withdraw the law that everybody reads.",
    Role.ADMIN: "You may do everything here: also decide about people, keys and the running of it all.",
}


class InviteForm(forms.Form):
    """Whom to invite, and as what."""

    email = forms.EmailField(
        label="E-mail address",
        error_messages={
            "required": "Type the address of the person.",
            "invalid": "This is no e-mail address.",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    role = forms.ChoiceField(
        label="Role", choices=Role.choices, initial=Role.READER,
        error_messages={"invalid_choice": "Choose one of the four roles."},
    )  # fmt: skip

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])


class RoleForm(forms.Form):
    """Another role for a person."""

    role = forms.ChoiceField(choices=Role.choices)

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])


class FindForm(forms.Form):
    """Which people to list."""

    find = forms.CharField(
        required=False, max_length=200, label="Find a name or an address", widget=forms.TextInput(attrs={"type": "search"})
    )  # fmt: skip


class JoinForm(forms.Form):
    """The password that a new person chooses, twice."""

    name = forms.CharField(
        label="Your name", max_length=150, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    password = forms.CharField(
        label="A password of at least 12 characters", strip=False, max_length=1_000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Choose a password."},
    )  # fmt: skip
    again = forms.CharField(
        label="The same again", strip=False, max_length=1_000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Type the password a second time."},
    )  # fmt: skip

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        if person.pk:
            del self.fields["name"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        password = given.get("password")
        if password and given.get("again") and password != given["again"]:
            self.add_error("again", "The two are not the same. Type both again.")
        if password:
            try:
                validate_password(password, self.person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return given
