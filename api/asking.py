"""A question that is asked with a key: over every door with the same rights, and refused in the same words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.datastructures import MultiValueDict
from rest_framework.exceptions import APIException, ValidationError

from api.models import Key
from api.parsers import TooLarge
from lawqa.forms import AskForm


def form_of(key: Key, text: str, *, collections: Iterable[str] | None = None, **chosen: Any) -> AskForm:
    """The form of the page, with what this key may choose; without collections it asks where the key does by default.

    `chosen`: further fields of the form, as values or lists of them.
    """
    slugs = list(collections or key.by_default().values_list("slug", flat=True))
    fields = {name: value if isinstance(value, list) else [value] for name, value in chosen.items()}
    given: MultiValueDict[str, Any] = MultiValueDict({"text": [text], "collections": slugs, **fields})
    return AskForm(given, shelves=key.askable(), questions=key.questions())


def refusal(form: AskForm) -> APIException:
    """Why a form that is not valid asks nothing."""
    if form.status == TooLarge.status_code:
        return TooLarge()
    return ValidationError({name: [str(one) for one in said] for name, said in form.errors.items()})
