"""What a person says of a key that is to be made."""

from __future__ import annotations

from typing import Any

from django import forms

from api import keys
from api.models import Key, Scope
from api.models.keys import NEEDED
from corpus.models import Collection
from corpus.roles import at_least
from lawqa.forms import ShelvesField, without_controls

LIVES = {30: "30 days", 90: "90 days", 180: "180 days", 365: "one year"}
MOST_KEYS = 50
"""Living ones of one person."""


class KeyForm(forms.Form):
    """A name, what the key is for, how long, and where."""

    name = forms.CharField(
        label="Name", max_length=100, help_text="Which program will use it.",
        error_messages={"required": "Name the program that will use it."},
    )  # fmt: skip
    scopes = forms.MultipleChoiceField(
        label="It may", widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose at least one thing that it may do.",
            "invalid_choice": "You may not make a key for “%(value)s”. Choose among those shown.",
        },
    )  # fmt: skip
    days = forms.TypedChoiceField(
        label="It ends after", coerce=int, choices=list(LIVES.items()), initial=90,
        error_messages={"invalid_choice": "Choose one of the lengths shown."},
    )  # fmt: skip
    everywhere = forms.BooleanField(label="On every shelf that I may read, also later ones", required=False)

    def __init__(self, *args: Any, owner: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._owner = owner
        scopes = self.fields["scopes"]
        if isinstance(scopes, forms.MultipleChoiceField):
            scopes.choices = [(one.value, one.label) for one in Scope if at_least(owner, NEEDED[one])]
        self.fields["collections"] = ShelvesField(Collection.objects.readable_by(owner))
        self.fields["collections"].required = False

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        without_controls(name, "The name")
        return name

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("everywhere") and not given.get("collections") and "collections" not in self.errors:
            self.add_error("collections", "Choose the shelves on which it works, or every shelf.")
        if Key.objects.alive().filter(owner=self._owner).count() >= MOST_KEYS:
            self.add_error(None, f"You have {MOST_KEYS} keys. Revoke those that nothing uses any more.")
        return given

    def make(self) -> tuple[Key, str]:
        """The key and its token, of a valid form."""
        given = self.cleaned_data
        return keys.make(
            self._owner, given["name"], scopes=[Scope(one) for one in given["scopes"]], days=given["days"],
            collections=None if given["everywhere"] else given["collections"],
        )  # fmt: skip
