"""What a chat client sends, read: the question, the conversation before it, and how the answer is wanted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from api.asking import form_of, refusal
from api.law import read
from api.models import Key
from lawqa.forms import AskForm
from lawqa.models import Question

NO_QUESTION = "The last message has to be the user’s, with the question as text."
ONE_ANSWER = "One answer is given to a question: leave n out, or send 1."
MOST_MESSAGES = 500


class OptionsSerializer(serializers.Serializer[Any]):
    include_usage = serializers.BooleanField(required=False, default=False)


class ChatSerializer(serializers.Serializer[Any]):
    """What counts of a request; whatever else the protocol has (temperature, tools …) has nothing to act on."""

    model = serializers.CharField(required=False, max_length=200)
    messages = serializers.ListField(child=serializers.JSONField(), max_length=MOST_MESSAGES, min_length=1)
    stream = serializers.BooleanField(required=False, default=False, allow_null=True)
    stream_options = OptionsSerializer(required=False, allow_null=True)
    n = serializers.IntegerField(required=False, allow_null=True)
    as_of = serializers.DateField(required=False)
    collections = serializers.ListField(child=serializers.SlugField(), required=False, max_length=200)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in a form that is valid, and how its answer is wanted."""

    form: AskForm
    stream: bool
    usage: bool


def asked(data: Any, key: Key) -> Asked:
    """What a request asks with a key. Raises ValidationError, TooLarge."""
    given = read(ChatSerializer, data)
    if given.get("n") not in {None, 1}:
        raise ValidationError({"n": ONE_ANSWER})
    said = [text_of(message) for message in given["messages"] if role_of(message) == "user"]
    if role_of(given["messages"][-1]) != "user" or not said[-1].strip():
        raise ValidationError({"messages": NO_QUESTION})
    before = earlier(key, said[-2]) if len(said) > 1 else None
    form = form_of(
        key, said[-1], collections=given.get("collections"), as_of=given.get("as_of"),
        follows=str(before.pk) if before else "",
    )  # fmt: skip
    if not form.is_valid():
        raise refusal(form)
    usage = (given.get("stream_options") or {}).get("include_usage", False)
    return Asked(form=form, stream=bool(given["stream"]), usage=usage)


def role_of(message: Any) -> str:
    return str(message.get("role", "")) if isinstance(message, dict) else ""


def text_of(message: dict[str, Any]) -> str:
    """The text of a message, which may come in parts; pictures and files are refused."""
    content = message.get("content")
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    if any(not isinstance(part, dict) or part.get("type") != "text" for part in parts):
        raise ValidationError({"messages": NO_QUESTION})
    return "\n".join(str(part.get("text", "")) for part in parts)


def earlier(key: Key, text: str) -> Question | None:
    """The question before, as a client repeats it: the last one of the same words that the key's owner asked."""
    own = key.questions().asked_by(key.owner).filter(state=Question.State.DONE)
    return own.filter(text=text.replace("\r\n", "\n").strip()).order_by("-asked_at").first()
