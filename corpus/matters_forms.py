"""What is asked of who opens a matter or decides who belongs to it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from corpus.models import User

MAX_NAME = 200
NOT_HERE = "Nobody who can sign in has this name or e-mail address. Ask an admin to invite the person first."


class MatterForm(forms.Form):
    """A new matter."""

    name = forms.CharField(
        label="Name of the matter", max_length=MAX_NAME,
        error_messages={"required": "Give the matter a name, such as Orchard v. Mill Lane."},
    )  # fmt: skip


class RightsForm(forms.Form):
    """What a member may do besides reading and asking."""

    may_add = forms.BooleanField(label="may add law to it", required=False)
    leads = forms.BooleanField(label="decides who belongs to it", required=False)


class MemberForm(RightsForm):
    """A new member."""

    person = forms.CharField(
        label="User name or e-mail address", max_length=254,
        error_messages={"required": "Say whom: a user name or an e-mail address."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    field_order = ("person", "may_add", "leads")

    def clean_person(self) -> User:
        named: str = self.cleaned_data["person"]
        found = User.objects.filter(Q(username=named) | Q(email__iexact=named), is_active=True)[:2]
        if len(found) != 1:
            raise ValidationError(NOT_HERE)
        return found[0]

    def rights(self) -> dict[str, Any]:
        return {"may_add": self.cleaned_data["may_add"], "leads": self.cleaned_data["leads"]}
