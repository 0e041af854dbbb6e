"""An answer as a message of the OpenAI protocol: its sentences, `[1]` behind each, annotations, and full citations."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.db.models import Sum
from django.urls import reverse

from lawqa.models import Answer, AnswerCitation, Claim, Event, Question

MODEL = "lawqa"
UNFINISHED = "The question is still being answered. Its answer will stand at {}."
FAILED = "The question could not be answered."


class Reply:
    """One message, growing sentence by sentence. `content` is all of it so far; offsets are its characters."""

    def __init__(self, question: Question, address: Callable[[str], str]) -> None:
        """`address` makes an absolute address of a path."""
        self._question = question.pk
        self._address = address
        self.id = f"chatcmpl-{question.pk.hex}"
        self.created = int(question.asked_at.timestamp())
        self.content = ""
        self.finish = "stop"
        self.annotations: list[dict[str, Any]] = []
        self.citations: list[dict[str, Any]] = []
        self.usage = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}

    @property
    def page(self) -> str:
        """Where the answer stands for people."""
        return self._address(reverse("answer", args=[self._question]))

    def claims(self) -> list[int]:
        """Keys of the sentences shown, in the order in which they were verified."""
        rows = Claim.objects.filter(answer__question=self._question, shown=True).order_by("pk")
        return list(rows.values_list("pk", flat=True))

    def add(self, claim: int) -> str:
        """Put one sentence behind the others; returns what came to the message."""
        row = Claim.objects.filter(pk=claim, answer__question=self._question, shown=True).first()
        if row is None:
            return ""
        begun = len(self.content)
        self.content += ("\n\n" if self.content else "") + row.text
        for citation in row.citations.select_related("source"):
            self._cite(citation)
        return self.content[begun:]

    def _cite(self, citation: AnswerCitation) -> None:
        number = len(self.citations) + 1
        url = self._address(reverse("citation", args=[citation.pk]))
        self.content += " "
        start = len(self.content)
        self.content += f"[{number}]"
        place = {"start_index": start, "end_index": len(self.content), "url": url, "title": citation.label}
        self.annotations.append({"type": "url_citation", "url_citation": place})
        self.citations.append(_as_data(citation, number, url))

    def end(self) -> str:
        """Why there is no answer, or the list of its sources; returns what came to the message."""
        begun = len(self.content)
        question = Question.objects.filter(pk=self._question).first()
        answer = Answer.objects.filter(question=self._question).first()
        if question is None or not question.finished:
            self.finish = "length"
            self._say(UNFINISHED.format(self.page))
        elif question.state == Question.State.FAILED or answer is None:
            self._say(_failure(self._question))
        else:
            self._close(answer)
        return self.content[begun:]

    def _close(self, answer: Answer) -> None:
        missing = [one["detail"] for one in answer.named if one.get("detail")]
        for said in (*missing, answer.reason):
            if said:
                self._say(said)
        if self.citations:
            listed = "\n".join(f"[{one['number']}] {one['label']}: {one['url']}" for one in self.citations)
            self._say(f"Sources, law as of {answer.question.as_of:%-d %B %Y}\n{listed}")
        tokens = answer.calls.aggregate(read=Sum("prompt_tokens"), written=Sum("completion_tokens"))
        read, written = tokens["read"] or 0, tokens["written"] or 0
        self.usage = {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}

    def _say(self, text: str) -> None:
        self.content += ("\n\n" if self.content else "") + text


def completion(reply: Reply) -> dict[str, Any]:
    """The whole message, `chat.completion`."""
    message = {
        "role": "assistant", "content": reply.content, "refusal": None, "annotations": reply.annotations,
    }  # fmt: skip
    return {
        "id": reply.id, "object": "chat.completion", "created": reply.created, "model": MODEL,
        "choices": [{"index": 0, "message": message, "finish_reason": reply.finish, "logprobs": None}],
        "usage": reply.usage, "citations": reply.citations, "answer": reply.page,
    }  # fmt: skip


def chunk(reply: Reply, delta: dict[str, Any] | None, finish: str | None = None) -> dict[str, Any]:
    """A part of it, `chat.completion.chunk`; without a delta there is no choice in it."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
    return {
        "id": reply.id, "object": "chat.completion.chunk", "created": reply.created, "model": MODEL,
        "choices": [] if delta is None else [choice],
    }  # fmt: skip


def _as_data(citation: AnswerCitation, number: int, url: str) -> dict[str, Any]:
    source = citation.source
    return {
        "number": number, "label": citation.label, "url": url, "quote": citation.quote, "start": citation.start,
        "end": citation.end, "section": source.section_id if source else None,
        "valid_from": source.valid_from.isoformat() if source and source.valid_from else None,
        "valid_to": source.valid_to.isoformat() if source and source.valid_to else None, "facts": citation.facts,
    }  # fmt: skip


def _failure(question: uuid.UUID) -> str:
    event = Event.objects.filter(question=question, kind="failed").order_by("-pk").first()
    return str(event.data.get("message") or FAILED) if event else FAILED
