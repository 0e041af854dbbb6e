"""What an assistant may do over the Model Context Protocol: four tools, each within the rights of the key that calls."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
import uuid
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from asgiref.sync import sync_to_async
from django.urls import reverse
from django.utils import timezone
from mcp.server import Server
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError

from api import limits
from api.asking import form_of
from api.authentication import BAD_KEY
from api.base import TOO_OFTEN
from api.law import MOST_CITATIONS, cited
from api.models import Key, Scope
from api.permissions import denied
from api.searching import NotFound, search
from corpus.resolve import resolve_all
from corpus.types import Filters
from lawqa.asking import saved
from lawqa.checking import LONGEST_TEXT, check_text
from lawqa.checking.facts import plain
from lawqa.export import export
from lawqa.forms import EARLIEST, LATEST
from lawqa.models import Event, Question
from lawqa.tasks import hint

T = TypeVar("T")
KEY = "lawqa.key"
"""Where the scope of a request holds the key."""
WAIT_SECONDS = 110.0
LOOK_SECONDS = 0.1
HINT_SECONDS = 1.0
MOST_FOUND = 20
MOST_QUERY, MOST_CITATION = 4_000, 500
"""Characters of what is looked for, and of what is read for citations."""
INSTRUCTIONS = (
    "Law of this installation, as of a day. Cite only what get_section or ask returns, and run verify_text on what you have "
    "written before you show it: it says of each citation whether it exists and applies, and of each quotation whether it "
    "stands there word for word."
)
NOT_A_DAY = "“{}” is not a day of the calendar. Write it as 2024-08-01."
mcp = MCPServer(name="lawqa", title="lawqa", instructions=INSTRUCTIONS)


@cache
def server() -> Server[Any]:
    """The protocol's server behind the tools."""
    mcp.streamable_http_app(stateless_http=True, json_response=True)  # makes the manager that knows it
    return mcp.session_manager.app


@mcp.tool(structured_output=False)
async def search_law(query: str, ctx: Context, as_of: str = "", limit: int = 8) -> Any:
    """Find sections of the law that are about something, best first, each with its best passage.

    as_of: the day whose law is meant, as 2024-08-01; by default today.
    """
    return await _called(ctx, Scope.READ, lambda key: _search(key, query, as_of, limit))


@mcp.tool(structured_output=False)
async def get_section(citation: str, ctx: Context, as_of: str = "") -> Any:
    """The text of the sections that a citation means, such as `Art. 17 GDPR`, on a day; or why there is none.

    as_of: the day whose law is meant, as 2024-08-01; by default today.
    """
    return await _called(ctx, Scope.READ, lambda key: _section(key, citation, as_of), counted=False)


@mcp.tool(structured_output=False)
async def verify_text(text: str, ctx: Context, as_of: str = "") -> Any:
    """Check a text against the law: does what it cites exist and apply, do its quotations stand there, do figures agree.

    as_of: the day whose law is meant, as 2024-08-01; by default today.
    """
    return await _called(ctx, Scope.ASK, lambda key: _verify(key, text, as_of))


@mcp.tool(structured_output=False)
async def ask(question: str, ctx: Context, as_of: str = "") -> Any:
    """Ask a legal question; every sentence of the answer was checked against the section that it cites.

    as_of: the day whose law is meant, as 2024-08-01; by default today.
    """
    key = _key_of(ctx)
    asked = await _called(ctx, Scope.ASK, lambda key: _ask(key, question, as_of))
    begun, hinted = time.monotonic(), 0.0
    while time.monotonic() - begun < WAIT_SECONDS:
        if time.monotonic() - hinted > HINT_SECONDS:
            hinted = time.monotonic()
            await sync_to_async(hint)(asked)
        answer = await sync_to_async(_answer)(key, asked)
        if answer is not None:
            return answer
        await asyncio.sleep(LOOK_SECONDS)
    raise ToolError(f"The question is still being answered. Its answer will stand at {_page(asked)}.")


async def _called(ctx: Context, scope: Scope, work: Callable[[Key], T], *, counted: bool = True) -> T:
    """Do something with the key of a call, in the request's thread. Raises ToolError."""
    return await sync_to_async(_allowed)(_key_of(ctx), scope, work, counted=counted)


def _key_of(ctx: Context) -> Key:
    request = ctx.request_context.request
    key = request.scope.get(KEY) if request is not None else None
    if not isinstance(key, Key):
        raise ToolError("No key came with this call.")
    return key


def _allowed(key: Key, scope: Scope, work: Callable[[Key], T], *, counted: bool) -> T:
    """`counted`: it keeps a worker or this process busy, as a question does."""
    if not key.allows(scope):
        raise ToolError(denied(key, scope))
    taken = limits.take(key, limits.QUESTIONS) if counted else None
    if taken and taken.exceeded:
        raise ToolError(TOO_OFTEN.format(taken.most))
    return work(key)


def _search(key: Key, query: str, as_of: str, limit: int) -> dict[str, Any]:
    if not query.strip() or len(query) > MOST_QUERY:
        raise ToolError(f"Say in at most {MOST_QUERY:,} characters what is looked for.")
    shelves = list(key.by_default().values_list("pk", flat=True))
    try:
        found = search(query, collections=shelves, as_of=_day(as_of), limit=max(1, min(limit, MOST_FOUND)))
    except NotFound as error:
        raise ToolError(str(error)) from error
    return {"sections": found}


def _section(key: Key, citation: str, as_of: str) -> dict[str, Any]:
    shelves = key.by_default()
    filters = Filters(as_of=_day(as_of), collections=frozenset(shelves.values_list("pk", flat=True)))
    named = resolve_all(citation[:MOST_CITATION], filters)[:MOST_CITATIONS]
    if not named:
        raise ToolError(
            "No citation was found in this. Write it as lawyers do: Art. 17 GDPR, 17 U.S.C. § 107."
        )
    return {
        "citations": [
            {**one, "sections": [_read(row) for row in one["sections"]]} for one in cited(named, shelves)
        ]
    }


def _read(row: Any) -> dict[str, Any]:
    dates = {name: getattr(row, name) for name in ("valid_from", "valid_to", "entered_into_force")}
    return {
        "id": row.pk, "label": row.label, "heading": row.heading, "heading_path": row.heading_path, "text": row.text,
        "document": row.document.title, **{name: day.isoformat() if day else None for name, day in dates.items()},
        "address": reverse("corpus:section", args=[row.pk]),
    }  # fmt: skip


def _verify(key: Key, text: str, as_of: str) -> dict[str, Any]:
    if not text.strip() or len(text) > LONGEST_TEXT:
        raise ToolError(f"Send a text of at most {LONGEST_TEXT:,} characters; divide a longer one.")
    shelves = frozenset(key.by_default().values_list("pk", flat=True))
    return plain(check_text(text, shelves, _day(as_of)))


def _ask(key: Key, question: str, as_of: str) -> uuid.UUID:
    form = form_of(key, question, as_of=as_of)
    if not form.is_valid():
        raise ToolError(" ".join(str(error) for errors in form.errors.values() for error in errors))
    return saved(form, key.owner).pk


def _answer(key: Key, pk: uuid.UUID) -> dict[str, Any] | None:
    """The answer once it is there, for a key that may still have it: what is shown and what it rests on."""
    if not Key.objects.opens(key.pk, Scope.ASK, pk):
        raise ToolError(BAD_KEY)
    question = Question.objects.filter(pk=pk).select_related("answer").first()
    if question is None or not question.finished:
        return None
    if question.state == Question.State.FAILED:
        failed = Event.objects.filter(question=pk, kind="failed").order_by("-pk").first()
        raise ToolError(str(failed.data.get("message", "")) if failed else "The question has failed.")
    kept = ("question", "as_of", "outcome", "reason", "named", "claims", "sources", "coverage", "incomplete")
    found = export(question.answer)
    return {**{name: found[name] for name in kept}, "address": _page(pk)}


def _page(pk: uuid.UUID) -> str:
    return reverse("answer", args=[pk])


def _day(given: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(given.strip()) if given.strip() else timezone.localdate()
    except ValueError as error:
        raise ToolError(NOT_A_DAY.format(given[:20])) from error
    if not EARLIEST <= day <= LATEST:
        raise ToolError(f"Choose a day between {EARLIEST.year} and {LATEST.year}.")
    return day
