"""Roles, where they are served, what was asked, and how it can fail. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, StrEnum

from lawqa.prompts import Prompt


class ModelServerError(Exception):
    """A model server gave nothing, or not all, of what it was asked. Its text is a sentence for the reader."""


class ModelServerBusy(ModelServerError):
    """Try again later."""


class ModelServerRejected(ModelServerError):
    """Do not try again."""


class Stopped(ModelServerError):
    """The reader stopped the question."""


class Role(StrEnum):
    """What a model server is asked to do."""

    KEYWORDS = "keywords"
    ANSWER = "answer"
    JUDGE = "judge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where a role is served: an address that speaks the OpenAI protocol, a model's name there, a key or none."""

    url: str
    """Ends with the protocol's version: `http://127.0.0.1:8011/v1`. Holds no key."""
    model: str
    key: str = field(default="", repr=False)


@dataclass(slots=True, kw_only=True)
class Call:
    """One request and what came of it, as it is recorded."""

    role: Role
    model: str
    prompt: Prompt
    reply: str = ""
    failure: str = ""
    """The sentence that the reader was told; empty: it went well."""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cached_tokens: int | None = None
    """Of the prompt, those that the server had read before."""
    first_token_ms: int | None = None
    ms: int = 0


class Health(Enum):
    """What a failure tells of the server."""

    WELL = "it answered"
    ILL = "it is down, too slow or out of order"
    UNKNOWN = "it was not asked, or not waited for"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One way to fail."""

    kind: type[ModelServerError]
    says: str
    """What follows `The answer model NAME`."""
    server: Health = Health.UNKNOWN


class Failed(Exception):
    """A call failed; becomes the ModelServerError of its kind once it is known who was asked."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.says)
        self.failure = failure


UNREACHABLE = Failure(kind=ModelServerBusy, says="cannot be reached", server=Health.ILL)
STILL_UNREACHABLE = Failure(kind=ModelServerBusy, says="cannot be reached either: it has the same address")
HUNG_UP = Failure(kind=ModelServerBusy, says="closed the connection without an answer", server=Health.ILL)
BROKE_OFF = Failure(kind=ModelServerBusy, says="broke off in the middle of its reply", server=Health.ILL)
LEFT_ALONE = Failure(
    kind=ModelServerBusy, says="failed several times just now and is left alone for some seconds"
)
FULL = Failure(kind=ModelServerBusy, says="is busy with other questions")
NO_TIME = Failure(kind=ModelServerBusy, says="was not asked: the time for this question was used up")
GARBLED = Failure(kind=ModelServerRejected, says="sent something that cannot be read", server=Health.WELL)
EMPTY = Failure(kind=ModelServerRejected, says="said nothing", server=Health.WELL)
NO_OBJECT = Failure(
    kind=ModelServerRejected, says="did not reply in the form that it was asked for", server=Health.WELL
)
TOO_MUCH = Failure(
    kind=ModelServerRejected, says="did not come to an end, and was cut off", server=Health.WELL
)
STOPPED = Failure(kind=Stopped, says="was stopped by the reader")


def late(seconds: float, *, began: bool, whole: bool) -> Failure:
    """Too slow; `whole`: it had all the time that its role gets, so that it says something of the server."""
    said = "was not done" if began else "did not begin to answer"
    health = Health.ILL if whole else Health.UNKNOWN
    unit = "second" if seconds == 1 else "seconds"
    return Failure(kind=ModelServerBusy, says=f"{said} within {seconds:.3g} {unit}", server=health)


def refusal(status: int) -> Failure:
    """What a status other than 200 says."""
    said = {
        400: "refused what it was asked (HTTP 400), perhaps because it was too long",
        401: "does not accept the key that it was given (HTTP 401)",
        403: "does not accept the key that it was given (HTTP 403)",
        404: "is not known at its address (HTTP 404)",
        413: "refused what it was asked (HTTP 413): it was too long",
        429: "has too much to do (HTTP 429)",
        503: "has too much to do, or has not started yet (HTTP 503)",
    }
    if status == 429 or status >= 500:
        says = said.get(status, f"failed (HTTP {status})")
        return Failure(kind=ModelServerBusy, says=says, server=Health.ILL)
    if 300 <= status < 400:
        says = f"sends to another address (HTTP {status}), which is not followed"
    else:
        says = said.get(status, f"refused what it was asked (HTTP {status})")
    return Failure(kind=ModelServerRejected, says=says, server=Health.WELL)
