"""Model servers talk garbage, or lie: nothing of it is shown as cited."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings

from corpus.models import Section
from lawqa import pipeline
from lawqa.types import DraftClaim, Force, Quote, QuoteMatch, Verdict, VerifiedClaim
from tests.fault.asking import FORGED, RULE, Asking, answered, check_shown, reply_of
from tests.model_server import Asked, Reply, model_server

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded", "warm")]


@pytest.fixture
def warm(loaded: object) -> None:
    """The encoder and the index are in memory, as they are in a worker."""
    answered()


def wrong_source(asked: Asked) -> dict[str, Any]:
    return reply_of(asked, [(RULE, RULE)], source="D99")


def forged_key(asked: Asked) -> dict[str, Any]:
    return reply_of(asked, [(RULE, RULE)], source=str(Section.objects.values_list("pk", flat=True)[0]))


def forged_quote(asked: Asked) -> dict[str, Any]:
    return reply_of(asked, [(FORGED, FORGED)])


def borrowed_quote(asked: Asked) -> dict[str, Any]:
    return reply_of(asked, [(FORGED, RULE)])


def altered_quote(asked: Asked) -> dict[str, Any]:
    return reply_of(asked, [(RULE.replace("30", "XYZZY 60"), RULE.replace("30", "60"))])


def without_citations(asked: Asked) -> dict[str, Any]:
    return {"claims": [{"citations": [], "text": FORGED}], "sources": []}


def numbers_for_text(asked: Asked) -> dict[str, Any]:
    return {"claims": [{"citations": [{"source": 1, "quote": 2}], "text": 3}, 7, None], "sources": {"a": 1}}


GARBAGE: list[Any] = [
    pytest.param(wrong_source, id="citations-of-no-source"),
    pytest.param(forged_key, id="forged-keys"),
    pytest.param(forged_quote, id="forged-quotes"),
    pytest.param(borrowed_quote, id="a-true-quote-under-a-forged-sentence"),
    pytest.param(altered_quote, id="a-quote-altered-by-one-word"),
    pytest.param(without_citations, id="no-citations"),
    pytest.param(numbers_for_text, id="other-types"),
    pytest.param("", id="nothing"),
    pytest.param("{}", id="an-empty-object"),
    pytest.param(f"{FORGED} [S99]", id="prose-with-a-marker"),
    pytest.param('{"claims": [', id="half-an-object"),
    pytest.param('{"claims": ' + "[" * 500, id="deep"),
    pytest.param("\0" * 50, id="nul"),
    pytest.param('{"claims": [{"text": "\\u0000\\ud800 XYZZY", "citations": []}]}', id="nul-in-a-claim"),
    pytest.param(Reply(text=" XYZZY", endless=True), id="one-token-for-ever"),
    pytest.param(Reply(text="XYZZY " * 100_000, piece=6), id="100,000-tokens"),
    pytest.param(Reply(raw=b"<html>XYZZY</html>", headers={"Content-Type": "text/html"}), id="a-page"),
    pytest.param(Reply(raw=b"data: {XYZZY\n\n"), id="no-json"),
]


def ask_who_talks_garbage(settings: LazySettings, saying: Any) -> Asking:
    with model_server(saying) as server:
        settings.LAWQA_SERVERS = server.roles("answer", "keywords", "judge")
        asking = answered()
    check_shown(asking.finished)
    assert asking.finished.outcome == "answered"
    assert asking.finished.shown
    assert "XYZZY" not in str(asking.finished.query.keywords)
    assert "XYZZY" not in asking.said, "a server's words among the stage's"
    return asking


@pytest.mark.parametrize("saying", GARBAGE)
def test_garbage_is_never_shown_as_cited(settings: LazySettings, saying: Any) -> None:
    ask_who_talks_garbage(settings, saying)


def test_random_bytes_are_never_shown(settings: LazySettings, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(5):
        data = chance.randbytes(chance.randrange(1, 4000))
        for reply in (
            Reply(raw=data), Reply(wire=data), Reply(text=data.decode("latin-1")), Reply(raw=b"data: " + data),
            Reply(wire=b"HTTP/1.1 200 OK\r\nContent-Type: " + data), Reply(wire=b"HTTP/1.1 2" + data),
        ):  # fmt: skip
            ask_who_talks_garbage(settings, reply)


def believe_everything(sources: object, **_: object) -> Callable[[DraftClaim], VerifiedClaim]:
    """A verification that finds nothing wrong."""

    def check(claim: DraftClaim) -> VerifiedClaim:
        return VerifiedClaim(claim=claim, verdicts=tuple(
            Verdict(
                marker=citation.marker, resolves=True, label_matches=True, figures_match=True,
                quote=Quote(match=QuoteMatch.EXACT, start=0, end=1, text=citation.quote), in_force_on=Force.IN_FORCE,
            )
            for citation in claim.citations
        ))  # fmt: skip

    return check


@pytest.mark.parametrize("saying", [wrong_source, forged_quote, borrowed_quote, altered_quote])
def test_without_verification_forged_claims_are_shown(
    settings: LazySettings, saying: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "checker", believe_everything)
    with pytest.raises(AssertionError, match=r"no source|not a quote|forged"):
        ask_who_talks_garbage(settings, saying)
