"""From a question to its answer: through all stages, and into the rows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.conf import LazySettings

from corpus.models import Collection, Document, Passage, Section
from corpus.types import Filters
from lawqa import pipeline, tasks
from lawqa.inference import Models
from lawqa.models import Answer, AnswerCitation, AnswerSource, Claim, Event, Question
from lawqa.records import Recorder
from lawqa.remarks import remarks_on
from lawqa.types import DraftCitation, DraftClaim, Finished, Force, QuoteMatch, Request, Source
from lawqa.verification import verify
from lawqa.watch import STAGES, Watch
from lawqa.writing.declining import NOTHING, TOO_FAR
from tests.library import forget_all
from tests.model_server import model_server

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]
DAY = dt.date(2024, 1, 1)
HIVES = "How long do I have to register a hive?"
RULE = "1. A keeper of bees shall register every hive with the county within 30 days of acquiring it."


def answered(text: str, *, as_of: dt.date = DAY, **limits: Any) -> Finished:
    return pipeline.answer(Request(text=text, filters=Filters(as_of=as_of, **limits)), Watch(), Models())


def quoted(text: str, **facts: Any) -> list[str]:
    return [claim.claim.text for claim in answered(text, **facts).shown]


def test_an_answer_quotes_the_rule_and_sets_the_rest_aside() -> None:
    finished = answered(HIVES)
    assert finished.outcome == "answered"
    assert [claim.claim.text for claim in finished.shown] == [RULE]
    assert finished.sources[0].label == "Bees Act Art. 1"
    assert finished.set_aside == finished.sources[1:]
    assert finished.query.keywords.terms == ("register", "hive")


@pytest.mark.parametrize(
    "text",
    [
        HIVES,
        "What does Article 2 of the Bees Act say?",
        "bees",
        "Who takes away a nest of wasps?",
        "May hives be kept on a boat in the harbour?",
        "How long may a boat stay in the harbour?",
    ],
)
def test_every_shown_claim_stands_word_for_word_in_the_law(text: str) -> None:
    finished = answered(text)
    assert finished.shown
    sources = {source.marker: source for source in finished.sources}
    for claim in finished.shown:
        assert len(claim.verdicts) == len(claim.claim.citations) > 0
        for verdict in claim.verdicts:
            assert (verdict.quote.match, verdict.in_force_on) == (QuoteMatch.EXACT, Force.IN_FORCE)
            row = Section.objects.get(pk=sources[verdict.marker].section_id)
            assert row.text[verdict.quote.start : verdict.quote.end] == claim.claim.text


@pytest.mark.parametrize(
    ("text", "outcome", "reason"),
    [
        ("What does Article 17 GDPR say?", "corpus_gap", "The GDPR is not on the shelf."),
        (
            "What does Article 9 of the Bees Act say?",
            "no_match",
            "The Bees Act has no Article 9 on this shelf; it holds Articles 1 to 3.",
        ),
        ("How do I repair a bicycle tyre?", "no_match", TOO_FAR),
        ("Which bees are there in France?", "corpus_gap", "The law of France is not on these shelves."),
    ],
)
def test_what_the_shelf_does_not_hold_is_declined(text: str, outcome: str, reason: str) -> None:
    finished = answered(text)
    assert (finished.outcome, finished.draft.reason) == (outcome, reason)
    assert finished.claims == ()
    assert finished.set_aside == finished.sources != ()


def test_a_section_that_is_cited_is_answered_whatever_is_asked_of_it() -> None:
    assert quoted("Is there anything about bicycles in Article 3 of the Bees Act?")


def test_the_day_decides_which_law_answers() -> None:
    text = "How long may a boat stay in the harbour?"
    assert "14 days" in quoted(text)[0]
    assert not any("14 days" in claim for claim in quoted(text, as_of=dt.date(2021, 12, 31)))
    assert answered(text, as_of=dt.date(2019, 12, 31)).draft.reason == NOTHING


def test_only_the_chosen_shelves_answer() -> None:
    shelf = frozenset({Collection.objects.get(slug="harbour").pk})
    assert all(source.jurisdiction == "yy" for source in answered(HIVES, collections=shelf).sources)


def test_an_empty_shelf_has_no_answer() -> None:
    forget_all()
    finished = answered(HIVES)
    assert (finished.outcome, finished.draft.reason, finished.sources) == ("no_match", NOTHING, ())


def test_an_answer_without_a_claim_that_may_be_shown_is_none() -> None:
    finished = answered(HIVES)
    wrong = DraftClaim(text="Anything goes.", citations=(DraftCitation(marker="S99"),))
    draft = type(finished.draft)(claims=(wrong,))
    claims = verify(draft, finished.sources, as_of=DAY)
    judged = Finished(
        restated=finished.restated, query=finished.query, sources=finished.sources, draft=draft, claims=claims
    )
    assert (judged.outcome, judged.shown) == ("no_match", ())
    assert judged.set_aside == judged.sources


def a_question(text: str = HIVES, **facts: Any) -> Question:
    question = Question.objects.create(text=text, as_of=DAY, **facts)
    question.collections.set(Collection.objects.all())
    return question


def kinds(question: Question) -> list[str]:
    return [str(event.data.get("name", event.kind)) for event in question.events.order_by("pk")]


def test_events_tell_each_step_in_order() -> None:
    question = a_question()
    pipeline.answer_question(question)
    *_, last = question.events.order_by("pk")
    assert kinds(question) == [
        "conversation", "citations", "keywords", "retrieval", "sources", "writing", "claim", "verification", "done"
    ]  # fmt: skip
    assert last.data == {"outcome": "answered"}


def test_law_that_waits_to_be_embedded_is_said_not_to_have_been_searched() -> None:
    Passage.objects.filter(section__document__collection__slug="harbour").update(encoder=None, embedding=None)
    answer = pipeline.answer_question(a_question())
    assert [(row["collection"], row["waiting"]) for row in answer.coverage] == [
        ("county", False), ("harbour", True)
    ]  # fmt: skip
    (remark,) = remarks_on(answer, (), (), ())
    assert remark.title == "Not all of the law could be searched"
    assert "Part of Harbour was still being made ready" in remark.sentences[0]


def test_an_answer_becomes_rows() -> None:
    question = a_question()
    answer = pipeline.answer_question(question)
    question.refresh_from_db()
    answer.refresh_from_db()
    assert question.state == Question.State.DONE
    assert (answer.outcome, answer.reason, answer.writer) == ("answered", "", "quoting")
    assert set(answer.timings) == set(STAGES)  # PostgreSQL keeps no order of keys
    assert (answer.keywords["terms"], answer.keywords["origin"]) == (["register", "hive"], "rules")
    assert [(row["collection"], row["jurisdictions"]) for row in answer.coverage] == [
        ("county", ["xx"]), ("harbour", ["yy"])
    ]  # fmt: skip
    assert [source.used for source in answer.sources.all()] == [True, False, False, False, False]
    claim = answer.claims.get()
    citation = claim.citations.get()
    assert (claim.text, claim.shown) == (RULE, True)
    assert (citation.label, citation.quote) == ("Bees Act Art. 1", RULE)
    assert citation.source is not None
    assert citation.source.section is not None
    assert citation.source.section.text[citation.start : citation.end] == RULE
    assert citation.facts["quote"] == "exact"
    assert citation.facts["problems"] == []


def test_a_declined_question_has_its_reason_in_a_row() -> None:
    question = a_question("What does Article 17 GDPR say?")
    answer = pipeline.answer_question(question)
    assert (answer.outcome, answer.reason) == ("corpus_gap", "The GDPR is not on the shelf.")
    assert [row["resolution"] for row in answer.named] == ["not_found"]
    assert not answer.claims.exists()
    assert kinds(question)[-1] == "done"


class DiesAt(Recorder):
    """A worker that is stopped in the middle of an answer."""

    def __init__(self, question: Question, stage: str) -> None:
        super().__init__(question)
        self._stage = stage

    def stage_done(self, name: str) -> None:
        super().stage_done(name)
        if name == self._stage:
            raise ConnectionError("the machine went down")


@pytest.mark.parametrize("stage", ["retrieval", "verification"])
def test_an_attempt_that_died_half_way_leaves_nothing_behind(stage: str) -> None:
    question = a_question()
    with pytest.raises(ConnectionError):
        pipeline.answer_question(question, DiesAt(question, stage))
    answer = pipeline.answer_question(question)
    assert Answer.objects.get() == answer
    assert AnswerSource.objects.count() == 5
    assert Claim.objects.get().text == AnswerCitation.objects.get().quote == RULE
    assert kinds(question)[-9:] == [
        "conversation", "citations", "keywords", "retrieval", "sources", "writing", "claim", "verification", "done"
    ]  # fmt: skip


def test_an_answer_outlives_the_law_that_it_quotes() -> None:
    answer = pipeline.answer_question(a_question())
    Document.objects.all().delete()
    source = answer.sources.get(used=True)
    assert (source.section, source.label, source.text.split("\n")[0]) == (None, "Bees Act Art. 1", RULE)


def test_a_failure_is_told_to_the_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(query: object) -> list[Source]:
        raise OSError("disk full")

    monkeypatch.setattr(pipeline, "retrieve", fails)
    question = a_question()
    tasks.answer.apply(args=[str(question.pk)])
    question.refresh_from_db()
    assert question.state == Question.State.FAILED
    last = Event.objects.filter(question=question).latest("pk")
    assert (last.kind, last.data) == ("failed", {"message": tasks.FAILED})
    assert "disk full" not in last.data["message"]


def test_the_task_answers_a_waiting_question_and_no_other() -> None:
    waiting, done = a_question(), a_question(state=Question.State.DONE)
    for question in (waiting, done):
        tasks.answer.apply(args=[str(question.pk)], throw=True)
    assert Answer.objects.get().question == waiting
    assert not done.events.exists()


def test_warming_up_asks_no_model_server(settings: LazySettings) -> None:
    with model_server({}) as server:
        settings.LAWQA_SERVERS = server.roles("keywords", "answer", "judge")
        tasks.warm()
        assert not server.asked
        pipeline.answer_question(a_question())
        assert server.asked
