"""Verification of any text: what it cites, whether its quotations stand there, and its figures. No model takes part."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api import limits
from api.base import ApiView
from api.law import chosen_many, day_of, read
from api.models import Scope
from api.serializers import DAY_HELP
from lawqa.checking import LONGEST_TEXT, check_text
from lawqa.checking.facts import plain
from lawqa.checking.types import Agreement, Existence, Weight, Wording


class VerifySerializer(serializers.Serializer[Any]):
    """A text, the day, and the collections to hold it against."""

    text = serializers.CharField(
        max_length=LONGEST_TEXT,
        trim_whitespace=False,
        help_text="A brief, an answer, a memorandum: plain text.",
    )
    as_of = serializers.DateField(required=False, help_text=DAY_HELP)
    collections = serializers.ListField(
        child=serializers.SlugField(), required=False, max_length=200,
        help_text="By default all that the key may read.",
    )  # fmt: skip


class CheckedSerializer(serializers.Serializer[Any]):
    """What every fact has; offsets are characters of the text as it was sent."""

    start = serializers.IntegerField()
    end = serializers.IntegerField()
    weight = serializers.ChoiceField(choices=[one.value for one in Weight])
    said = serializers.CharField(help_text="The fact in a few words.")
    detail = serializers.CharField(allow_blank=True, help_text="In a sentence, where there is more to say.")
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # a field that happens to be called so


class CheckedCitationSerializer(CheckedSerializer):
    """A citation: not on the shelf is not invented, and no longer law is not either."""

    text = serializers.CharField()
    existence = serializers.ChoiceField(choices=[one.value for one in Existence])
    heading = serializers.CharField(allow_blank=True)
    pin_missing = serializers.BooleanField(help_text="The section exists, the subdivision cited does not.")
    sections = serializers.ListField(child=serializers.IntegerField())
    documents = serializers.ListField(child=serializers.IntegerField())
    valid_from = serializers.DateField(allow_null=True)
    valid_to = serializers.DateField(allow_null=True)


class PieceSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(
        help_text="same, removed (the law's only), added (the quotation's only), folded."
    )
    text = serializers.CharField(allow_blank=True)


class PlaceSerializer(CheckedSerializer):
    """Of a fact that points into a section."""

    section = serializers.IntegerField(allow_null=True)
    quote_start = serializers.IntegerField(allow_null=True, help_text="Character of the section's text.")
    quote_end = serializers.IntegerField(allow_null=True)


class CheckedQuotationSerializer(PlaceSerializer):
    """A quotation: whether it stands where it is said to, in one run, and which words depart."""

    text = serializers.CharField()
    wording = serializers.ChoiceField(choices=[one.value for one in Wording])
    cited = serializers.CharField(allow_blank=True, help_text="What the text puts to it.")
    outside_subdivision = serializers.BooleanField()
    differences = PieceSerializer(many=True)


class CheckedSentenceSerializer(PlaceSerializer):
    """What a sentence says in its own words beside a citation."""

    agreement = serializers.ChoiceField(choices=[one.value for one in Agreement])
    check = serializers.CharField()


class CheckedTextSerializer(serializers.Serializer[Any]):
    """Every fact by itself; nothing sums them up."""

    as_of = serializers.DateField()
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="Facts by weight.")
    citations = CheckedCitationSerializer(many=True)
    quotations = CheckedQuotationSerializer(many=True)
    sentences = CheckedSentenceSerializer(many=True)
    unread = serializers.CharField(allow_blank=True)


class VerifyText(ApiView):
    """A text held against the law. Nothing of it is kept."""

    scopes: ClassVar = {"POST": Scope.ASK}
    policies: ClassVar = {"POST": limits.QUESTIONS}

    @extend_schema(tags=["verify"], request=VerifySerializer, responses=CheckedTextSerializer)
    def post(self, request: Request) -> Response:
        """Check every citation, quotation and figure of a text, each by itself."""
        given = read(VerifySerializer, request.data)
        shelves = frozenset(chosen_many(self.key, given.get("collections")).values_list("pk", flat=True))
        checked = check_text(given["text"], shelves, day_of(given))
        return Response(CheckedTextSerializer(plain(checked)).data)
