"""What the chat answers, for the interface's description: the OpenAI protocol's objects, with the citations beside."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.serializers import Plain


class ModelSerializer(serializers.Serializer[Any]):
    """The one model."""

    id = serializers.CharField()
    object = serializers.ChoiceField(choices=["model"])
    created = serializers.IntegerField()
    owned_by = serializers.CharField()


class ModelsSerializer(serializers.Serializer[Any]):
    object = serializers.ChoiceField(choices=["list"])
    data = ModelSerializer(many=True)  # type: ignore[assignment]  # a field that happens to be called so


class PlaceSerializer(serializers.Serializer[Any]):
    """Where a citation's mark stands in the message, and what it leads to."""

    start_index = serializers.IntegerField()
    end_index = serializers.IntegerField()
    url = serializers.CharField()
    title = serializers.CharField()


class AnnotationSerializer(serializers.Serializer[Any]):
    type = serializers.ChoiceField(choices=["url_citation"])
    url_citation = PlaceSerializer()


class MessageSerializer(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=["assistant"])
    content = serializers.CharField()
    refusal = serializers.CharField(allow_null=True)
    annotations = AnnotationSerializer(many=True)


class ChoiceSerializer(serializers.Serializer[Any]):
    index = serializers.IntegerField()
    message = MessageSerializer()
    finish_reason = serializers.ChoiceField(choices=["stop", "length"])
    logprobs = Plain(allow_null=True)


class UsageSerializer(serializers.Serializer[Any]):
    prompt_tokens = serializers.IntegerField()
    completion_tokens = serializers.IntegerField()
    total_tokens = serializers.IntegerField()


class NumberedCitationSerializer(serializers.Serializer[Any]):
    """The citation behind one mark: its words, where they stand, and what was checked."""

    number = serializers.IntegerField(help_text="As in the mark: [1].")
    label = serializers.CharField()  # type: ignore[assignment]  # a field that happens to be called so
    url = serializers.CharField(help_text="The page on which it stands in the law.")
    quote = serializers.CharField(allow_blank=True)
    start = serializers.IntegerField(
        allow_null=True, help_text="Where the quote stands in the section’s text."
    )
    end = serializers.IntegerField(allow_null=True)
    section = serializers.IntegerField(allow_null=True)
    valid_from = serializers.DateField(allow_null=True)
    valid_to = serializers.DateField(allow_null=True)
    facts = Plain(help_text="resolves, label_matches, quote, figures_match, in_force_on, supports, problems.")


class CompletionSerializer(serializers.Serializer[Any]):
    """The answer as a message; with `stream` it comes in chunks, and `citations` in the last one."""

    id = serializers.CharField()
    object = serializers.ChoiceField(choices=["chat.completion"])
    created = serializers.IntegerField()
    model = serializers.CharField()
    choices = ChoiceSerializer(many=True)
    usage = UsageSerializer()
    citations = NumberedCitationSerializer(many=True)
    answer = serializers.CharField(help_text="The page on which the answer stands for people.")


class FaultSerializer(serializers.Serializer[Any]):
    message = serializers.CharField(help_text="What to do, in a sentence.")
    type = serializers.CharField()
    param = serializers.CharField(allow_null=True)
    code = serializers.CharField(allow_null=True)


class ErrorSerializer(serializers.Serializer[Any]):
    """What went wrong, as the protocol has it."""

    error = FaultSerializer()
