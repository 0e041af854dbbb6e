"""Model servers are down, slow, break off or talk garbage: the reader gets what can still be said, and is told why.

F13 to F16. Each fault goes through the whole pipeline, from a question to its verified claims, over a real connection.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import LazySettings

from corpus.models import Collection, Section
from corpus.types import Filters
from lawqa import pipeline
from lawqa.inference import Models, Role, Server, calling, circuit, wire
from lawqa.models import Answer, Claim, ModelCall, Question
from lawqa.types import DraftClaim, Finished, Force, Quote, QuoteMatch, Request, Verdict, VerifiedClaim
from lawqa.watch import Watch
from lawqa.writing import drafting
from tests.model_server import Asked, ModelServer, Reply, black_hole, model_server, refused
from tests.waiting import until

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded", "warm")]
DAY = dt.date(2024, 1, 1)
HIVES = "How long do I have to register a hive?"
RULE = "A keeper of bees shall register every hive with the county within 30 days of acquiring it."
SCHOOLS = "Paragraph 1 shall not apply to a school that keeps no more than two hives."
FORGED = "Whoever fails to register a hive XYZZY shall forfeit every hive to the county."


@dataclass
class Asking:
    """A question on its way, and what its reader sees."""

    finished: Finished
    watch: Watch
    models: Models
    seconds: float

    @property
    def said(self) -> str:
        return " ".join(" ".join(self.watch.notes[stage]) for stage in ("keywords", "writing"))


def answered(stopped: Callable[[], bool] = lambda: False) -> Asking:
    watch = Watch()
    watch.stopped = stopped  # type: ignore[method-assign]  # a reader who may press Stop
    models = Models(stopped=stopped, note=watch.note)
    started = time.monotonic()
    finished = pipeline.answer(Request(text=HIVES, filters=Filters(as_of=DAY)), watch, models)
    return Asking(finished, watch, models, time.monotonic() - started)


@pytest.fixture
def warm(loaded: object) -> None:
    """The encoder and the index are in memory, as they are in a worker."""
    answered()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty times as fast: 20 s to the first token are one, 120 s are two."""
    monkeypatch.setattr(calling, "KEYWORDS_SECONDS", 0.3)
    monkeypatch.setattr(calling, "FIRST_SECONDS", 1.0)
    monkeypatch.setattr(calling, "QUESTION_SECONDS", 2.0)
    monkeypatch.setattr(wire, "LOOK_SECONDS", 0.05)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The circuit's, in seconds."""
    now = [1000.0]
    monkeypatch.setattr(circuit, "clock", lambda: now[0])
    return now


def check_shown(finished: Finished) -> None:
    """Every shown sentence cites given law, whose quote stands there word for word; nothing forged is among them."""
    given = {source.marker: source for source in finished.sources}
    for claim in finished.shown:
        assert claim.verdicts, "a claim without a citation"
        for citation, verdict in zip(claim.claim.citations, claim.verdicts, strict=True):
            assert citation.marker in given, f"{citation.marker} is no source"
            text = Section.objects.get(pk=given[citation.marker].section_id).text
            assert verdict.quote.text
            assert text[verdict.quote.start : verdict.quote.end] == verdict.quote.text, "not a quote"
        assert "XYZZY" not in claim.claim.text, "a forged sentence is shown"
        assert "\0" not in claim.claim.text


def check_fell_back(asking: Asking) -> None:
    """The law answers in its own words, and the stage of writing says that something failed."""
    assert asking.finished.outcome == "answered"
    assert [claim.claim.text for claim in asking.finished.shown] == [f"1. {RULE}"]
    assert asking.finished.draft.writer == "quoting"
    assert "writing" in asking.watch.troubled
    check_shown(asking.finished)


# F13: the server is down


def everywhere(url: str) -> dict[Role, Server]:
    circuit.forget(url)
    return {role: Server(url=url, model="m") for role in Role}


def ask_who_is_down(settings: LazySettings, url: str, seconds: float = 2.0) -> None:
    settings.LAWQA_SERVERS = everywhere(url)
    usual = answered_without_a_server(settings)
    asking = answered()
    print(f"{asking.seconds:.2f} s, without a server {usual:.2f} s")
    assert asking.seconds - usual < seconds, f"too late: {asking.seconds:.1f} s"
    assert "The answer model m cannot be reached" in asking.said
    check_fell_back(asking)


def answered_without_a_server(settings: LazySettings) -> float:
    given, settings.LAWQA_SERVERS = settings.LAWQA_SERVERS, {}
    seconds = answered().seconds
    settings.LAWQA_SERVERS = given
    return seconds


def test_a_server_that_refuses_costs_less_than_two_seconds(settings: LazySettings) -> None:
    ask_who_is_down(settings, refused())


def test_a_server_in_a_black_hole_costs_less_than_two_seconds(settings: LazySettings) -> None:
    with black_hole() as hole:
        ask_who_is_down(settings, hole)


def test_without_the_limit_on_connecting_a_black_hole_costs_more(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "CONNECT_SECONDS", 30)
    monkeypatch.setattr(calling, "FIRST_SECONDS", 3)
    with black_hole() as hole, pytest.raises(AssertionError, match="too late"):
        ask_who_is_down(settings, hole)


def ask_again_and_again(settings: LazySettings, clock: list[float]) -> None:
    """Three failures, then rest, then one trial, then the model is back."""
    with model_server(Reply(raw=b"", status=500)) as server:
        settings.LAWQA_SERVERS = server.roles("answer")
        for _ in range(3):
            check_fell_back(answered())
        asking = answered()
        assert len(server.asked) == 3, "a server that fails is asked on"
        assert "is left alone for some seconds" in asking.said
        check_fell_back(asking)
        clock[0] += 15.1
        check_fell_back(answered())
        check_fell_back(answered())
        assert len(server.asked) == 4, "more than one trial"
        clock[0] += 15.1
        server.says(good)
        assert answered().finished.draft.writer == "test-answer"


def test_a_server_that_fails_is_left_alone_and_comes_back(settings: LazySettings, clock: list[float]) -> None:
    ask_again_and_again(settings, clock)


def test_without_the_circuit_it_is_asked_on(
    settings: LazySettings, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(circuit, "FAILURES", 10**9)
    with pytest.raises(AssertionError, match="is asked on"):
        ask_again_and_again(settings, clock)


# F14: the server is slow


def good(asked: Asked) -> dict[str, Any]:
    """An answer as a careful model writes it: two true claims, each with its quote."""
    return reply_of(asked, [(RULE, RULE), (SCHOOLS, SCHOOLS)])


def reply_of(asked: Asked, claims: Sequence[tuple[str, str]], source: str = "") -> dict[str, Any]:
    """Sentences with their quotes, under the source that holds the rule or the one that is named."""
    ids = re.findall(r"^[0-9a-f]{16} (D\d+) begins$", asked.user, re.MULTILINE)
    before = asked.user[: asked.user.find(RULE)]
    home = source or re.findall(r"\bD\d+\b", before)[-1]
    return {
        "claims": [{"citations": [{"source": home, "quote": quote}], "text": text} for text, quote in claims],
        "sources": [
            {"source": name, "use": "used" if name == home else "set_aside", "reason": "r"} for name in ids
        ],
    }


SLOW = Reply(text="y" * 2000, piece=1, every=0.5)
"""With the limits twenty times as short: a token every ten seconds."""


def ask_who_is_slow(settings: LazySettings, seconds: float) -> None:
    with model_server(SLOW) as server:
        settings.LAWQA_SERVERS = server.roles("answer", "keywords")
        threads = threading.active_count()
        late = threading.Event()
        ender = threading.Timer(seconds + 2, late.set)  # so that the twin ends
        ender.start()
        asking = answered(late.is_set)
        ender.cancel()
        assert asking.seconds < seconds, f"too late: {asking.seconds:.1f} s"
        check_fell_back(asking)
        assert "The answer model test-answer was not done within" in asking.said
        until(lambda: not server.open, 2, "the connections are closed")
        assert threading.active_count() <= threads + 3, "the loop, and the test's own server"


@pytest.mark.usefixtures("quick")
def test_a_slow_server_is_waited_for_no_longer_than_promised(settings: LazySettings) -> None:
    ask_who_is_slow(settings, 4)


def test_without_the_deadlines_a_slow_server_is_waited_for(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling, "KEYWORDS_SECONDS", 0.3)
    with pytest.raises(AssertionError, match="too late"):
        ask_who_is_slow(settings, 2)


def test_a_reader_may_stop_a_slow_server(settings: LazySettings) -> None:
    stop = threading.Event()
    with model_server(SLOW) as server:
        settings.LAWQA_SERVERS = server.roles("answer")
        threading.Timer(0.5, stop.set).start()
        asking = answered(stop.is_set)
        assert asking.finished.stopped
        assert asking.seconds < 3
        until(lambda: not server.open, 2, "the connection is closed")


# F15: the server talks garbage


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
            Reply(raw=data),
            Reply(wire=data),
            Reply(text=data.decode("latin-1")),
            Reply(raw=b"data: " + data),
        ):
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


# F16: the connection is reset in the middle


def a_question() -> Question:
    question = Question.objects.create(text=HIVES, as_of=DAY)
    question.collections.set(Collection.objects.all())
    return question


def broken_off(server: ModelServer, **after: int) -> None:
    """From now on the connection ends after so many bytes of the body."""
    server.says(lambda asked: Reply(text=json.dumps(good(asked)), piece=4, packet=64, **after))


def moments(chance: random.Random, times: int) -> Iterator[dict[str, int]]:
    """A connection that is closed delivers what was sent before; of one that is reset some of it may be lost."""
    yield from ({"close_after": sent} for sent in (100, 5_000, 12_000, 20_000))
    for _ in range(times):
        yield {chance.choice(("reset_after", "close_after")): chance.randrange(25_000)}


def ask_who_breaks_off(settings: LazySettings, chance: random.Random, times: int) -> list[int]:
    """How many claims were kept in each attempt."""
    kept = []
    with model_server(good) as server:
        settings.LAWQA_SERVERS = server.roles("answer")
        whole = pipeline.answer_question(question := a_question())
        assert [claim.text for claim in whole.claims.filter(shown=True)] == [RULE, SCHOOLS]
        assert not whole.incomplete
        for moment in moments(chance, times):
            circuit.forget(server.url)
            broken_off(server, **moment)
            kept.append(check_broken_off(pipeline.answer_question(a_question()), moment))
        circuit.forget(server.url)
        check_retried(server, question)
    return kept


def check_broken_off(answer: Answer, moment: dict[str, int]) -> int:
    """What had come whole is kept and verified, and said to be incomplete."""
    drafted = answer.claims.filter(writer="test-answer")
    call = ModelCall.objects.get(answer=answer)
    if not call.failure:
        return drafted.count()  # the reply was shorter than that
    assert "broke off in the middle" in call.failure
    assert answer.stages["writing"]["trouble"]
    assert answer.incomplete is drafted.exists(), f"{moment}, and called whole"
    for claim in answer.claims.filter(shown=True):
        citation = claim.citations.get()
        assert citation.facts["quote"] == "exact"
        assert citation.source is not None
        assert citation.source.section is not None
        assert citation.source.section.text[citation.start : citation.end] == citation.quote
    assert answer.claims.filter(shown=True).exists(), "the law answers where the model did not"
    return drafted.count()


def check_retried(server: ModelServer, question: Question) -> None:
    """The same question twice: first the server breaks off, then it does not. One answer, whole."""
    broken_off(server, reset_after=12_000)
    pipeline.answer_question(question)
    server.says(good)
    pipeline.answer_question(question)
    answer = Answer.objects.get(question=question)
    assert not answer.incomplete
    assert [claim.text for claim in Claim.objects.filter(answer=answer)] == [RULE, SCHOOLS]
    assert ModelCall.objects.get(answer=answer).failure == ""


def test_what_came_before_a_reset_is_kept_verified_and_called_incomplete(
    settings: LazySettings, seed: int
) -> None:
    kept = ask_who_breaks_off(settings, random.Random(seed), 12)
    print(f"claims kept: {kept}")
    assert {0, 1} <= set(kept), "it breaks off before and after the first claim"


def test_without_its_flag_half_an_answer_would_look_whole(
    settings: LazySettings, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafting.DraftingWriter, "_broke_off", lambda self: None)
    with pytest.raises(AssertionError, match="called whole"):
        ask_who_breaks_off(settings, random.Random(seed), 0)
