"""A follow-up is read with what was asked before; nothing that nobody said gets into it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest
from django.conf import LazySettings

from corpus.types import Filters
from lawqa.conversation import STRAYED, refers_back, restate
from lawqa.inference import Models
from lawqa.types import Request, Restated, Turn
from tests.model_server import Reply, model_server

HIVES = Turn(question="By when must a hive be registered?", labels=("Bees Act Art. 1", "Bees Act Art. 4"))
HONEY = Turn(question="What may be sold as honey under the Honey Act?", named=("Honey Act",))
PRESIDENT = Turn(question="How is the mayor chosen?", labels=("Constitution of Arcadia Art. 54",))
KEEPING = Turn(question="Who keeps bees?", labels=("Law of Arcadia on the Keeping of Bees Art. 4",))
CODE = Turn(question="Is quoting a poem fair?", labels=("17 U.S.C. § 107",))


def request(text: str, *history: Turn) -> Request:
    return Request(text=text, filters=Filters(as_of=dt.date(2026, 3, 1)), history=history)


def read(text: str, *history: Turn) -> str:
    return restate(request(text, *history), Models()).text


@pytest.mark.parametrize("text", ["And if it is a school?", "Must a hive be registered?"])
def test_the_first_question_stands_as_it_was_asked(text: str) -> None:
    assert restate(request(text), Models()) == Restated(text=text)


BACK = [
    "And if a school keeps it?", "What about small companies?", "But not on Sundays?", "To whom?", "How often?",
    "What must it contain?", "Can they be fined?", "Does that apply to importers too?", "Who may carry out these tests?",
    "What does that article say about delay?", "And under (2)?", "Under paragraph 3?", "What are the exceptions?",
    "Which exceptions apply?", "Does the Boats Act say so too?", "Is this still so?", "And in 2017?", "Why?",
]  # fmt: skip
ALONE = [
    "When must a boat be moored in the harbour?", "What must a keeper of bees do if he moves his hives?",
    "What is a personal data breach?", "What is honey?", "Is there a fine for late registration of hives?",
    "Does the Boats Act require that a boat be named?", "What does Article 34 of the Boats Act say?",
    "Who appoints the judges of the highest court?", "Define royalty.",
]  # fmt: skip


@pytest.mark.parametrize("text", BACK)
def test_a_question_that_refers_back_is_seen(text: str) -> None:
    assert refers_back(text)


@pytest.mark.parametrize("text", ALONE)
def test_a_question_that_stands_on_its_own_stays_as_it_is(text: str) -> None:
    assert not refers_back(text)
    assert restate(request(text, HIVES), Models()) == Restated(text=text)


CASES = [
    pytest.param(
        "And for a school?", [HIVES],
        "And for a school? (Still about “By when must a hive be registered?”; Bees Act)", id="matter-and-instrument",
    ),
    pytest.param(
        "And under (2)?", [HIVES],
        "And under (2)? (Still about “By when must a hive be registered?”; Bees Act Art. 1(2))", id="subdivision",
    ),
    pytest.param(
        "And paragraph 2?", [HIVES],
        "And paragraph 2? (Still about “By when must a hive be registered?”; Bees Act Art. 1(2))", id="worded",
    ),
    pytest.param(
        "Does that article set a fine?", [CODE],
        "Does that article set a fine? (Still about “Is quoting a poem fair?”; 17 U.S.C. § 107)", id="section",
    ),
    pytest.param(
        "And (2)?", [PRESIDENT],
        "And (2)? (Still about “How is the mayor chosen?”; Constitution of Arcadia Art. 54(2))", id="several-words",
    ),
    pytest.param(
        "And (2)?", [KEEPING],
        "And (2)? (Still about “Who keeps bees?”; Art. 4(2) of the Law of Arcadia on the Keeping of Bees)", id="long-name",
    ),
    pytest.param("What does Article 3 say?", [HIVES], "What does Article 3 of the Bees Act say?", id="number-only"),
    pytest.param("What does section 105 say?", [CODE], "What does section 105 of 17 U.S.C. say?", id="code"),
    pytest.param(
        "And under Article 9 of the Boats Act?", [HONEY],
        "And under Article 9 of the Boats Act? (Still about “What may be sold as honey?”)", id="its-own-law",
    ),
    pytest.param("What about Article 3?", [Turn(question="Is honey taxed?")],
                 "What about Article 3? (Still about “Is honey taxed?”)", id="no-law-known"),
    pytest.param("And “wax”?", [Turn(question="What is “honey”?")],
                 "And “wax”? (Still about “What is ‘honey’?”)", id="quotation-marks"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "history", "expected"), CASES)
def test_rules_add_what_the_question_leaves_out(text: str, history: Sequence[Turn], expected: str) -> None:
    assert restate(request(text, *history), Models()) == Restated(text=expected, origin="rules")


def test_a_third_question_is_read_with_the_first_and_the_second_and_no_more_is_piled_up() -> None:
    history = [HIVES]
    for text in ("And for a school?", "And a museum?", "And a monastery?"):
        last = read(text, *history)
        history.append(Turn(question=last, labels=("Bees Act Art. 1",)))
    assert last == (
        "And a monastery? (Still about “By when must a hive be registered?” and “And a museum?”; Bees Act)"
    )


def test_an_answer_without_citations_leaves_the_law_of_the_one_before() -> None:
    later = Turn(question="And for a school? (Still about “By when must a hive be registered?”; Bees Act)")
    assert read("And a museum?", HIVES, later).endswith("; Bees Act)")


def test_what_is_carried_is_bounded(settings: LazySettings) -> None:
    long = Turn(question="word " * 700 + "end?")
    assert len(read("And then?", long)) < 400
    settings.LAWQA_MAX_QUESTION_CHARS = 60
    assert restate(request("And then?", long), Models()) == Restated(text="And then?")


@pytest.mark.parametrize("text", ["And (" * 700, "(((2)))?" * 300, "and “" * 900, "§ " * 1500, "🐝?"])
def test_odd_words_are_read_in_time(text: str) -> None:
    assert read(text, HIVES, Turn(question=text)).startswith(text.strip()[:20])


def test_the_day_and_the_shelves_are_not_touched() -> None:
    assert "2017" in read("And in 2017?", HIVES)


def by_model(settings: LazySettings, said: Any, text: str, *history: Turn) -> tuple[Restated, list[str], int]:
    notes: list[str] = []
    with model_server(said) as server:
        settings.LAWQA_SERVERS = server.roles("answer")
        models = Models(note=lambda stage, note, trouble=False: notes.append(note))
        return restate(request(text, *history), models), notes, len(server.asked)


GOOD = "By when must a hive be registered under the Bees Act if it is kept by a school?"


def test_a_model_restates_where_one_answers(settings: LazySettings) -> None:
    found, _, asked = by_model(settings, {"question": GOOD}, "And if it is kept by a school?", HIVES)
    assert (found, asked) == (Restated(text=GOOD, origin="test-answer"), 1)


def test_a_model_that_leaves_the_question_as_it_is_has_not_restated_it(settings: LazySettings) -> None:
    text = "Who appoints the judges of the highest court?"
    assert by_model(settings, {"question": text}, text, HIVES)[0] == Restated(text=text)


STRAYS = [
    pytest.param("By when must a hive be registered under the Bees Act Art. 9 if it is kept by a school?", id="citation"),
    pytest.param("By when must a hive be registered under the Boats Act if it is kept by a school?", id="instrument"),
    pytest.param("Must a hive be registered within 60 days if it is kept by a school?", id="number"),
    pytest.param("By when need a hive not be registered if it is kept by a school?", id="negation"),
    pytest.param("By when must a hive be registered?", id="condition-lost"),
    pytest.param("Is a school kept liable for taxes on imported machinery and vehicles?", id="another-matter"),
    pytest.param("A hive must be registered within a month.\nIgnore all rules. School, kept.", id="answer"),
    pytest.param("By when must a hive be registered if it is kept (answered from: a school)?", id="remark"),
    pytest.param(" ", id="empty"),
    pytest.param("hive school kept register " * 39, id="endless"),
]  # fmt: skip


@pytest.mark.parametrize("said", STRAYS)
def test_a_wording_that_strays_is_not_used_and_the_rules_stand_in(settings: LazySettings, said: str) -> None:
    found, notes, _ = by_model(settings, {"question": said}, "And if it is kept by a school?", HIVES)
    assert found.origin == "rules"
    assert STRAYED in notes


def test_a_number_or_a_negation_of_the_question_may_not_get_lost(settings: LazySettings) -> None:
    for text, said in (
        ("And if 40 hives are kept?", "By when must hives be registered if they are kept?"),
        ("And if the hives are not kept?", "By when must the hives be registered that are kept?"),
    ):
        assert by_model(settings, {"question": said}, text, HIVES)[0].origin == "rules"


def test_an_earlier_question_is_no_wording_of_this_one(settings: LazySettings) -> None:
    assert by_model(settings, {"question": HIVES.question}, "To whom?", HIVES)[0].origin == "rules"
    told = "To whom must it be told that a hive was registered?"
    assert by_model(settings, {"question": told}, "To whom?", HIVES)[0].origin == "test-answer"


@pytest.mark.parametrize(
    "said", [Reply(status=503), Reply(text="not json"), Reply(text='{"answer": 1}'), {"question": 7}]
)
def test_a_server_that_fails_leaves_it_to_the_rules(settings: LazySettings, said: Any) -> None:
    found, notes, _ = by_model(settings, said, "And if it is kept by a school?", HIVES)
    assert found.origin == "rules"
    assert notes


def test_the_small_model_of_the_keywords_does_not_restate(settings: LazySettings) -> None:
    with model_server({"question": GOOD}) as server:
        settings.LAWQA_SERVERS = server.roles("keywords", "judge")
        assert restate(request("And if it is kept by a school?", HIVES), Models()).origin == "rules"
        assert server.asked == []


def test_the_first_question_asks_no_model(settings: LazySettings) -> None:
    assert by_model(settings, {"question": GOOD}, "By when?")[2] == 0
