"""The history: every question found by its words, its answer's words, its citations, its outcome, its day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from corpus.models import Section, User
from lawqa import history
from lawqa.models import Answer, Question, QuestionQuerySet
from people.laptop import owner
from tests import factories

pytestmark = pytest.mark.django_db
ADDRESS = "/questions/"


def asked_on(question: Question, moment: str) -> None:
    Question.objects.filter(pk=question.pk).update(asked_at=dt.datetime.fromisoformat(moment))


@pytest.fixture
def questions() -> dict[str, Question]:
    """One answered, one that followed it and has none, one that waits; on three days."""
    answered = factories.an_answered_question()
    shelf = answered.collections.get()
    restated = {
        "restated": "And for wasps? (Still about “Must a hive be registered?”)",
        "restated_by": "rules",
    }
    declined = factories.a_question(shelf, text="And for wasps?", follows=answered, state="done", **restated)
    factories.an_answer(declined, "no_match")
    waiting = factories.a_question(shelf, text="Who owns a swarm?")
    for question, day in ((answered, "01"), (declined, "02"), (waiting, "03")):
        asked_on(question, f"2026-03-{day}T23:30:00+00:00")
    return {"answered": answered, "declined": declined, "waiting": waiting}


def found(client: Client, questions: dict[str, Question], **sought: Any) -> list[str]:
    """Which of the questions the page lists, in its order."""
    page = client.get(ADDRESS, sought).context["page"]
    names = {question.pk: name for name, question in questions.items()}
    return [names[question.pk] for question in page]


def text(response: Any) -> str:
    return str(response.content.decode())


SOUGHT = [
    pytest.param({}, ["waiting", "declined", "answered"], id="all-newest-first"),
    pytest.param({"find": "SWARM"}, ["waiting"], id="question"),
    pytest.param({"find": "still about"}, ["declined"], id="as-it-was-read"),
    pytest.param({"find": "30 days"}, ["answered"], id="a-sentence-of-the-answer"),
    pytest.param({"find": "Art. 1"}, ["answered"], id="citation"),
    pytest.param({"find": "hive register"}, ["declined", "answered"], id="every-word-somewhere"),
    pytest.param({"find": "60"}, [], id="not-what-was-withheld"),
    pytest.param({"find": "hive zebra"}, [], id="one-word-nowhere"),
    pytest.param({"find": "%"}, [], id="no-wildcard"),
    pytest.param({"find": "own\x00s"}, [], id="control-character-is-a-space"),
    pytest.param({"find": "'; DROP TABLE"}, [], id="sql"),
    pytest.param({"outcome": "answered"}, ["answered"], id="answered"),
    pytest.param({"outcome": "none"}, ["declined"], id="without-an-answer"),
    pytest.param({"since": "2026-03-02"}, ["waiting", "declined"], id="from"),
    pytest.param({"until": "2026-03-02"}, ["declined", "answered"], id="to-the-end-of-the-day"),
    pytest.param({"since": "2026-03-02", "until": "2026-03-02"}, ["declined"], id="one-day"),
    pytest.param({"find": "wasps", "outcome": "answered"}, [], id="together"),
    pytest.param({"page": "x"}, ["waiting", "declined", "answered"], id="odd-page"),
]  # fmt: skip


@pytest.mark.parametrize(("sought", "expected"), SOUGHT)
def test_questions_are_found(
    client: Client, questions: dict[str, Question], sought: dict[str, str], expected: list[str]
) -> None:
    assert found(client, questions, **sought) == expected


BAD = [
    pytest.param({"outcome": "maybe"}, "Choose all questions", id="outcome"),
    pytest.param({"since": "yesterday"}, "not a day of the calendar", id="day"),
    pytest.param({"until": "0001-01-01"}, "between 1700 and 2199", id="year-1"),
    pytest.param(
        {"since": "2026-03-02", "until": "2026-03-01"}, "The first day is after the last", id="order"
    ),
    pytest.param({"find": "x" * 201}, "at most 200 characters", id="long"),
]


@pytest.mark.parametrize(("sought", "sentence"), BAD)
def test_what_cannot_be_looked_for_gets_a_sentence(
    client: Client, sought: dict[str, str], sentence: str
) -> None:
    factories.an_answered_question()
    response = client.get(ADDRESS, sought)
    assert response.status_code == 400
    assert sentence in text(response)


def test_the_last_day_of_the_calendar_is_a_day(client: Client, questions: dict[str, Question]) -> None:
    assert len(found(client, questions, until="2199-12-31")) == 3


def test_a_line_says_when_what_was_cited_and_what_it_followed(
    client: Client, questions: dict[str, Question]
) -> None:
    shown = text(client.get(ADDRESS))
    for words in ("1 March 2026", "23:30 UTC", "Bees Act Art. 1", "No answer", "Being answered", "followed",
                  reverse("answer", args=[questions["answered"].pk])):  # fmt: skip
        assert words in shown


def test_nothing_asked_and_nothing_found_are_told_apart(client: Client) -> None:
    assert "Nothing was asked yet" in text(client.get(ADDRESS))
    factories.an_answered_question()
    shown = text(client.get(ADDRESS, {"find": "zebra"}))
    assert "No question fits" in shown
    assert "Nothing was asked yet" not in shown


def test_pages_keep_what_was_looked_for(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "QUESTIONS_A_PAGE", 1)
    shelf = factories.a_collection()
    for number in range(3):
        factories.a_question(shelf, text=f"Hive & wax {number}?")
    shown = text(client.get(ADDRESS, {"find": "Hive &", "page": "2"}))
    assert "Page 2 of 3" in shown
    assert 'rel="next" href="?find=Hive+%26&amp;page=3"' in shown
    assert 'rel="prev" href="?find=Hive+%26&amp;page=1"' in shown


def test_the_history_shows_only_what_its_reader_may_open(
    client: Client, questions: dict[str, Question], monkeypatch: pytest.MonkeyPatch
) -> None:
    key = questions["declined"].pk
    monkeypatch.setattr(QuestionQuerySet, "visible_to", lambda self, user: self.filter(pk=key))
    shown = text(client.get(ADDRESS))
    assert "And for wasps?" in shown
    assert "swarm" not in shown
    assert "followed" not in shown


def test_a_long_history_takes_the_same_number_of_queries(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    first = factories.an_answered_question()
    for number in range(25):
        later = factories.a_question(
            first.collections.get(), text=f"And {number}?", follows=first, state="done"
        )
        answer = factories.an_answer(later)
        factories.a_claim(answer, factories.a_source(answer, Section.objects.all()[0]))
    owner()
    with django_assert_max_num_queries(9):  # one of them for who reads
        client.get(ADDRESS)


def test_words_of_a_question_are_only_words(client: Client) -> None:
    factories.a_question(factories.a_collection(), text="<script>alert(1)</script>")
    assert "<script>alert" not in text(client.get(ADDRESS, {"find": "<script>"}))


def remove(question: Question) -> str:
    return reverse("remove_question", args=[question.pk])


def test_a_question_is_removed_after_its_reader_was_asked(
    client: Client, questions: dict[str, Question]
) -> None:
    address = remove(questions["answered"])
    assert address in text(client.get(ADDRESS))
    asked = text(client.get(address))
    assert "1 question that follows it stays" in asked
    assert Question.objects.count() == 3
    response = client.post(address, follow=True)
    assert "was removed with its answer" in text(response)
    questions["declined"].refresh_from_db()
    assert (questions["declined"].follows, Answer.objects.count()) == (None, 1)
    assert client.get(address).status_code == client.post(address).status_code == 404


def test_a_question_that_is_not_finished_is_not_removed(
    client: Client, questions: dict[str, Question]
) -> None:
    assert remove(questions["waiting"]) not in text(client.get(ADDRESS))
    assert client.post(remove(questions["waiting"])).status_code == 404


@pytest.mark.parametrize(
    ("who", "status"), [("owner", 404), ("colleague", 404), ("asker", 302), ("staff", 404)]
)
def test_a_question_is_removed_by_its_asker_alone(
    client: Client, questions: dict[str, Question], who: str, status: int
) -> None:
    people = {
        name: User.objects.create(username=name, is_staff=name == "staff")
        for name in ("colleague", "asker", "staff")
    }
    Question.objects.update(asked_by=people["asker"])
    if who in people:
        client.force_login(people[who])
    assert client.post(remove(questions["answered"])).status_code == status
    assert (remove(questions["declined"]) in text(client.get(ADDRESS))) is (status == 302)


def test_removing_needs_the_token_of_the_form(questions: dict[str, Question]) -> None:
    assert Client(enforce_csrf_checks=True).post(remove(questions["answered"])).status_code == 403
