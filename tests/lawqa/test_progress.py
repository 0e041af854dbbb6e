"""What an answer's page says of its stages, of trouble in them, and of an answer that is not whole."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from lawqa.models import Answer, Question
from lawqa.reading import read_answer
from tests import factories
from tests.lawqa.test_reading import body, part

pytestmark = pytest.mark.django_db


def stage_events(question: Question, *names: str, **facts: Any) -> None:
    for name in names:
        data = {"name": name, "state": "done", "ms": 3, "summary": "", "trouble": False, **facts}
        question.events.create(kind="stage", data=data)


@pytest.mark.parametrize(
    ("done", "states"),
    [
        pytest.param((), "now later later later later", id="nothing"),
        pytest.param(("citations", "keywords"), "done done now later later", id="two"),
        pytest.param(
            ("citations", "keywords", "retrieval", "writing"), "done done done now now", id="claims-arrive"
        ),
        pytest.param(
            ("citations", "keywords", "retrieval", "writing", "verification"), "done " * 5, id="all"
        ),
    ],
)
def test_sentences_are_written_until_they_are_verified(done: tuple[str, ...], states: str) -> None:
    question = factories.a_question(factories.a_collection(), state="running")
    stage_events(question, "conversation", *done)
    assert [stage.state for stage in read_answer(question).stages] == states.split()


def test_the_conversation_is_a_stage_only_when_there_is_something_to_say(client: Client) -> None:
    question = factories.a_question(factories.a_collection(), state="running")
    stage_events(question, "conversation")
    assert "Conversation" not in body(client, question)
    later = factories.a_question(text="And wasps?", follows=question, state="running")
    assert read_answer(later).stages[0].title == "Conversation"
    stage_events(later, "conversation", summary="Read together with what was asked before.")
    assert "Read together with what was asked before." in body(client, later)


def test_trouble_of_a_stage_is_told_while_it_runs(client: Client) -> None:
    said = "The keyword model did not answer; the question’s own words were used."
    running = factories.a_question(factories.a_collection(), state="running")
    stage_events(running, "citations", "keywords", summary=said, trouble=True)
    assert said in part(body(client, running), "stages")


def test_trouble_with_keywords_stands_among_the_stages_when_it_is_over(client: Client) -> None:
    finished = body(client, factories.a_written_question())
    assert "The keyword model did not answer" in finished.partition('id="rest"')[2]
    assert "The keyword model did not answer" not in finished.partition('id="rest"')[0]
    assert 'id="stages"' not in finished


def test_trouble_of_another_stage_is_told_first_when_it_is_over(client: Client) -> None:
    question = factories.a_written_question()
    said = "The judge did not answer."
    Answer.objects.update(stages={"verification": {"notes": [said], "trouble": True}})
    assert said in part(body(client, question), "remarks")


WRITING: dict[str, Any] = {"notes": ["The model server broke off after 2 sentences."], "trouble": True}


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        pytest.param(
            {"incomplete": True, "stages": {"writing": WRITING}}, WRITING["notes"][0], id="broke-off"
        ),
        pytest.param({"incomplete": True}, "The model server broke off.", id="without-a-note"),
        pytest.param({"incomplete": True, "stopped": True}, "It was stopped by its reader.", id="stopped"),
    ],
)
def test_an_incomplete_answer_says_so_first(client: Client, facts: dict[str, Any], said: str) -> None:
    shown = body(client, factories.a_written_question(**facts))
    remarks = part(shown, "remarks")
    assert "This answer is incomplete" in remarks
    assert said in remarks
    assert shown.index("This answer is incomplete") < shown.index("A nest is removed")
    assert 'data-said="The answer is incomplete."' in shown


def test_a_question_that_was_stopped_before_its_first_sentence_is_told_so(client: Client) -> None:
    question = factories.a_question(factories.a_collection(), state="done")
    factories.an_answer(question, "unavailable", stopped=True, incomplete=True)
    shown = body(client, question)
    assert "stopped by its reader before a sentence was verified" in shown
    assert "This answer is incomplete" not in shown


@pytest.mark.parametrize(
    ("notes", "said"),
    [
        pytest.param(
            ["The model server did not answer.", "The law’s own words are shown instead."],
            "The model server did not answer. The law’s own words are shown instead.", id="no-server",
        ),
        pytest.param([], "No sentence of the model passed verification", id="none-passed"),
    ],
)  # fmt: skip
def test_the_laws_own_words_stand_in_and_say_so(client: Client, notes: list[str], said: str) -> None:
    question = factories.an_answered_question()
    Answer.objects.update(stages={"writing": {"notes": notes, "trouble": bool(notes)}})
    factories.a_call(Answer.objects.get(), failure="The model server did not answer." if notes else "")
    remarks = part(body(client, question), "remarks")
    assert "The law’s own words stand in for those of a model" in remarks
    assert said in remarks


def test_an_answer_without_models_has_nothing_to_remark(client: Client) -> None:
    assert 'id="remarks"' not in body(client, factories.an_answered_question())
