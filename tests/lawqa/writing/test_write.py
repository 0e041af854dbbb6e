"""Who writes: the model that is configured, about law that is on the shelf; else the law itself."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from corpus.models import Collection
from corpus.types import Filters
from lawqa import pipeline
from lawqa.inference import Models
from lawqa.models import Answer, Question
from lawqa.records import Recorder
from lawqa.types import Finished, Request
from lawqa.watch import Watch
from tests.library import BEES
from tests.model_server import Asked, ModelServer, Reply, model_server

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]
DAY = dt.date(2024, 1, 1)
HIVES = "How long do I have to register a hive?"
RULE = BEES.split("\n", maxsplit=1)[0].removeprefix("1. ")
TOLD = "A keeper of bees must register every hive with the county within 30 days of acquiring it."


def answered(server: ModelServer, text: str = HIVES, *roles: str) -> Finished:
    watch = Watch()
    models = Models(servers=server.roles(*(roles or ("answer",))), note=watch.note)
    return pipeline.answer(Request(text=text, filters=Filters(as_of=DAY)), watch, models)


def id_of(asked: Asked, label: str) -> str:
    """The id under which a section stands in the prompt."""
    found = re.search(rf"^[0-9a-f]{{16}} (D\d+) begins\n{label}", asked.user, flags=re.MULTILINE)
    assert found
    return found[1]


def reply(asked: Asked, text: str = TOLD, quote: str = RULE) -> dict[str, object]:
    """What a good model says of the registration of hives."""
    rule = id_of(asked, "Bees Act Art. 1")
    ids = asked.schema["properties"].get("sources", {"items": {"properties": {"source": {"enum": [rule]}}}})
    sources = ids["items"]["properties"]["source"]["enum"]
    return {
        "claims": [{"citations": [{"source": rule, "quote": quote}], "text": text}],
        "sources": [
            {"source": one, "use": "used" if one == rule else "set_aside", "reason": "r"} for one in sources
        ],
    }


def test_a_model_writes_and_what_it_wrote_is_verified() -> None:
    with model_server(reply) as server:
        finished = answered(server)
    (shown,) = finished.shown
    (citation,) = shown.claim.citations
    cited = {source.marker: source.label for source in finished.sources}[citation.marker]
    assert (shown.claim.text, shown.claim.writer, cited) == (TOLD, "test-answer", "Bees Act Art. 1")
    assert finished.draft.writer == "test-answer"
    assert {one.marker for one in finished.draft.suggestions} == {one.marker for one in finished.sources}
    assert [one.used for one in finished.draft.suggestions].count(True) == 1


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("What does Article 17 GDPR say?", "corpus_gap"), ("What does Article 9 of the Bees Act say?", "no_match"),
        ("How do I repair a bicycle tyre?", "no_match"), ("Which bees are there in France?", "corpus_gap"),
    ],
)  # fmt: skip
def test_what_the_shelf_does_not_hold_is_declined_and_no_model_is_asked(text: str, outcome: str) -> None:
    with model_server(reply) as server:
        finished = answered(server, text)
    assert (finished.outcome, finished.claims) == (outcome, ())
    assert server.asked == []


@pytest.mark.parametrize(
    "saying", [Reply(status=500, raw=b""), "", "garbage", '{"claims": [', {"claims": [], "sources": []}]
)
def test_whatever_the_server_does_the_law_answers(saying: Reply | str) -> None:
    with model_server(saying) as server:
        finished = answered(server)
    assert finished.outcome == "answered"
    assert [one.claim.text for one in finished.shown] == [f"1. {RULE}"]
    assert finished.draft.writer == "quoting"


def test_a_claim_that_was_written_once_more_replaces_the_one_that_failed() -> None:
    def saying(asked: Asked) -> dict[str, object]:
        right = "What the checks found" in asked.user
        return reply(asked) if right else reply(asked, TOLD.replace("30", "60"))

    with model_server(saying) as server:
        finished = answered(server)
    assert [one.claim.text for one in finished.shown] == [TOLD]
    assert finished.withheld == ()
    assert len(finished.claims) == 2


def test_an_objecting_judge_sends_a_claim_back_and_then_withholds_it() -> None:
    with model_server(answer=reply, judge={"words": "", "support": "not_said"}) as server:
        finished = answered(server, HIVES, "answer", "judge")
    assert [one.claim.text for one in finished.shown] == [f"1. {RULE}"]  # the law's own words need no judge
    (withheld,) = finished.withheld
    assert withheld.claim.text == TOLD
    _, again = server.of("answer")
    assert "A judge of it says of the section: not said." in again.user
    assert len(server.of("judge")) == 1


def test_an_answer_by_a_model_becomes_rows() -> None:
    question = Question.objects.create(text=HIVES, as_of=DAY)
    question.collections.set(Collection.objects.all())
    recorder = Recorder(question)
    with model_server(reply) as server:
        models = Models(servers=server.roles("answer"), stopped=recorder.stopped, note=recorder.note)
        finished = pipeline.answer(question.request(), recorder, models)
        recorder.finish(finished, models.calls)
    answer = Answer.objects.get(question=question)
    assert (answer.writer, answer.claims.get().text, answer.incomplete) == ("test-answer", TOLD, False)
    call = answer.calls.get()
    assert (call.role, call.failure, call.prompt.partition("@")[0]) == ("answer", "", "answer-1")
    advice = [source.advice for source in answer.sources.all()]
    assert [one["used"] for one in advice].count(True) == 1
