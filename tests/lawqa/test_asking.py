"""Asking on: follow-ups, keywords and sections of the reader's choice, the same again, and Stop."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from corpus.models import Collection, Section
from lawqa import asking, records, views
from lawqa.models import DEAD_AFTER, NOT_BEGUN, Answer, Event, Question, QuestionQuerySet
from lawqa.records import Recorder
from tests import factories

pytestmark = pytest.mark.django_db
State = Question.State


@pytest.fixture(autouse=True)
def hints(monkeypatch: pytest.MonkeyPatch) -> list[uuid.UUID]:
    """The questions that the worker was told of, without a worker."""
    told: list[uuid.UUID] = []
    monkeypatch.setattr(asking, "hint", told.append)
    monkeypatch.setattr(views, "hint", told.append)
    return told


@pytest.fixture
def first() -> Question:
    """An answered question about Art. 1 and, set aside, Art. 2 of the Bees Act on the shelf `county`."""
    return factories.an_answered_question()


def ask(client: Client, **changes: Any) -> Any:
    given = {"text": "And for a school?", "collections": ["county"], "as_of": "2026-03-01"}
    return client.post("/", {**given, **changes})


def newest() -> Question:
    return Question.objects.order_by("-asked_at")[0]


def page(response: Any) -> str:
    return str(response.content.decode())


def the_page_of(client: Client, question: Question) -> str:
    return page(client.get(reverse("answer", args=[question.pk])))


def form_of(shown: str, form: str = "again-form") -> dict[str, list[str]]:
    """What a browser sends of a form of the page: its own fields, and those that name it."""
    inside = re.search(rf'<form id="{form}".*?</form>', shown, re.DOTALL)
    assert inside
    fields = re.findall(r"<input[^>]*>", inside[0]) + re.findall(rf'<input[^>]*form="{form}"[^>]*>', shown)
    sent: dict[str, list[str]] = {}
    for field in fields:
        facts = dict(re.findall(r'([a-z_]+)="([^"]*)"', field))
        if "checkbox" not in field or " checked" in field:
            sent.setdefault(facts["name"], []).append(facts.get("value", ""))
    sent.pop("csrfmiddlewaretoken")
    return sent


def test_a_follow_up_is_a_question_of_the_conversation(
    client: Client, first: Question, hints: list[uuid.UUID]
) -> None:
    response = ask(client, follows=str(first.pk))
    later = newest()
    assert response["Location"] == reverse("answer", args=[later.pk])
    assert (later.follows, later.as_of, hints) == (first, first.as_of, [later.pk])
    turn = later.request().history[0]
    assert (turn.question, turn.labels) == (first.text, ("Bees Act Art. 1",))


def test_the_conversation_is_shown_before_and_after(client: Client, first: Question) -> None:
    ask(client, follows=str(first.pk))
    later = newest()
    shown = the_page_of(client, later)
    assert "Earlier in this conversation" in shown
    assert shown.index(reverse("answer", args=[first.pk])) < shown.index("<h1")
    assert reverse("answer", args=[later.pk]) in the_page_of(client, first).split("Asked next")[1]


def test_the_box_for_a_follow_up_keeps_day_and_shelves_and_is_there_once_all_is_said(
    client: Client, first: Question
) -> None:
    assert "Ask a follow-up" not in the_page_of(client, factories.a_question(first.collections.get()))
    shown = the_page_of(client, first).split('id="follow-up"')[1]
    for kept in (f'name="follows" value="{first.pk}"', 'name="as_of" value="2026-03-01"', 'value="county"'):
        assert kept in shown


def test_parts_of_the_question_that_a_model_saw_can_be_asked_on_their_own(
    client: Client, first: Question
) -> None:
    Answer.objects.update(keywords={"terms": ["hive"], "sub_questions": ["Who keeps the register?"]})
    assert '<button type="submit" name="text" value="Who keeps the register?"' in the_page_of(client, first)


BAD = [
    pytest.param({"text": ""}, "Type a question first.", id="empty"),
    pytest.param({"text": "a\x07"}, "control character (U+0007)", id="control-character"),
    pytest.param({"follows": str(uuid.UUID(int=7))}, "is not there, or not any more", id="unknown-question"),
    pytest.param({"follows": "x' OR 1=1"}, "is not there, or not any more", id="no-key"),
    pytest.param({"pinned": ["999999"]}, "not on your shelves", id="unknown-section"),
    pytest.param({"pinned": ["1; DROP"]}, "not on your shelves", id="no-number"),
    pytest.param({"excluded": ["9" * 40]}, "not on your shelves", id="huge-number"),
    pytest.param({"excluded": ["²"]}, "not on your shelves", id="another-digit"),
    pytest.param({"pinned": [str(n) for n in range(21)]}, "at most 20 can be", id="21-sections"),
    pytest.param({"terms": ",".join("abcdefghijklm")}, "13 keywords are more", id="13-keywords"),
    pytest.param({"terms": "hive, " + "x" * 81}, "at most 80 are read", id="81-characters"),
    pytest.param({"terms": "hive\x00"}, "A keyword contains a control character (U+0000)", id="NUL-keyword"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "sentence"), BAD)
def test_bad_input_gets_a_sentence_and_nothing_is_lost(
    client: Client, first: Question, hints: list[uuid.UUID], changes: dict[str, Any], sentence: str
) -> None:
    response = ask(client, **changes)
    assert response.status_code == 400
    assert sentence in page(response)
    assert changes.get("text", "And for a school?").strip() in page(response)
    assert Question.objects.get() == first
    assert not hints


def test_a_section_cannot_be_pinned_and_left_out(client: Client, first: Question) -> None:
    key = str(Section.objects.all()[0].pk)
    response = ask(client, pinned=[key], excluded=[key])
    assert response.status_code == 400
    assert "cannot be always used and left out at once" in page(response)


def test_what_belongs_to_a_matter_cannot_be_pinned_and_is_not_told_from_what_does_not_exist(
    client: Client,
) -> None:
    factories.a_collection()
    matter = factories.a_section(factories.a_document(factories.a_collection("matter", access="matter")))
    secret, nothing = ask(client, pinned=[str(matter.pk)]), ask(client, pinned=["987654321"])
    assert secret.status_code == nothing.status_code == 400
    assert secret.context["form"].errors == nothing.context["form"].errors
    assert matter.label not in page(secret)


def test_a_question_that_a_reader_may_not_open_cannot_be_followed(
    client: Client, first: Question, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QuestionQuerySet, "visible_to", lambda self, user: self.none())
    response = ask(client, follows=str(first.pk))
    assert response.status_code == 400
    assert first.text not in page(response)


def test_the_conversation_shows_only_what_its_reader_may_open(
    client: Client, first: Question, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = factories.a_question(first.collections.get(), text="And then?", follows=first, state=State.DONE)
    monkeypatch.setattr(QuestionQuerySet, "visible_to", lambda self, user: self.filter(pk=later.pk))
    assert first.text not in the_page_of(client, later)


TERMS = [
    pytest.param("hive, register", "hive, register", None, id="left-as-they-were"),
    pytest.param(" hive ,register;", "hive, register", None, id="but-for-space"),
    pytest.param("hive, wax", "hive, register", ["hive", "wax"], id="edited"),
    pytest.param("hive", "hive, register", ["hive"], id="one-removed"),
    pytest.param("", "hive, register", None, id="none"),
    pytest.param("hive, register", "", ["hive", "register"], id="the-reader's-own-again"),
    pytest.param("Wax, wax,  bees   wax\n, honey", "", ["Wax", "bees wax", "honey"], id="each-once"),
]  # fmt: skip


@pytest.mark.parametrize(("terms", "shown", "expected"), TERMS)
def test_keywords_count_where_the_reader_changed_them(
    client: Client, first: Question, terms: str, shown: str, expected: list[str] | None
) -> None:
    ask(client, terms=terms, terms_shown=shown)
    assert newest().terms == expected


def test_keywords_are_on_the_page_to_be_edited(client: Client, first: Question) -> None:
    sent = form_of(the_page_of(client, first))
    assert sent["terms"] == sent["terms_shown"] == ["hive, register"]
    sent["terms"] = ["wax"]
    client.post("/", sent)
    later = newest()
    assert (later.text, later.as_of, later.terms) == (first.text, first.as_of, ["wax"])
    factories.an_answer(later, keywords={"terms": ["wax"], "origin": "reader"})
    Question.objects.filter(pk=later.pk).update(state=State.DONE)
    again = form_of(the_page_of(client, later))
    assert again["terms"] == ["wax"]
    assert "terms_shown" not in again


def test_ask_again_asks_the_same(client: Client, first: Question) -> None:
    ask(client, follows=str(first.pk), terms="wax")
    later = newest()
    factories.an_answer(later, keywords={"terms": ["wax"], "origin": "reader"})
    Question.objects.filter(pk=later.pk).update(state=State.DONE)
    client.post("/", form_of(the_page_of(client, later)))
    again = newest()
    assert again.pk != later.pk
    assert again.request() == later.request()


def test_sections_are_pinned_and_left_out_from_the_page(client: Client, first: Question) -> None:
    one, two = Section.objects.order_by("position")
    shown = the_page_of(client, first)
    for section in (one, two):
        for name in ("pinned", "excluded"):
            assert len(re.findall(rf'name="{name}" value="{section.pk}"[^>]*form="again-form"', shown)) == 1
    client.post("/", form_of(shown) | {"pinned": [str(two.pk)], "excluded": [str(one.pk)]})
    later = newest()
    assert (later.pinned, later.excluded) == ([two.pk], [one.pk])
    assert (later.request().pinned, later.request().excluded) == ((two.pk,), frozenset({one.pk}))


def test_choices_stay_until_they_are_taken_back_even_where_nothing_was_found(
    client: Client, first: Question
) -> None:
    one, two = Section.objects.order_by("position")
    facts = {"pinned": [two.pk], "excluded": [one.pk], "state": State.DONE}
    later = factories.a_question(first.collections.get(), **facts)
    factories.an_answer(later, "no_match")
    shown = the_page_of(client, later)
    assert "was asked for, and not found" in shown
    sent = form_of(shown)
    assert (sent["pinned"], sent["excluded"]) == ([str(two.pk)], [str(one.pk)])


def test_a_question_is_changed_together_with_what_it_was_asked_with(client: Client, first: Question) -> None:
    one, two = Section.objects.order_by("position")
    later = factories.a_question(first.collections.get(), follows=first, pinned=[two.pk], excluded=[one.pk])
    shown = page(client.get("/", {"again": str(later.pk)}))
    for box in (("follows", first.pk), ("pinned", two.pk), ("excluded", one.pk)):
        assert '<input type="checkbox" name="{}" value="{}" checked>'.format(*box) in shown


def test_how_a_follow_up_was_read_is_shown_and_it_can_be_asked_as_typed(
    client: Client, first: Question
) -> None:
    read = "And for a school? (Still about “Must a hive be registered?”; Bees Act)"
    facts = {"text": "And for a school?", "follows": first, "restated": read, "restated_by": "rules"}
    later = factories.a_question(first.collections.get(), **facts)
    shown = the_page_of(client, later)
    assert "And for a school? (Still about" in shown
    assert 'form="again-form" name="alone" value="1">Ask exactly as typed' in shown
    client.post("/", form_of(shown) | {"alone": "1"})
    assert (newest().text, newest().follows) == ("And for a school?", None)


def test_a_day_that_the_question_names_is_offered(client: Client, first: Question) -> None:
    Answer.objects.update(keywords={"terms": [], "as_of": "2014-01-01"})
    shown = the_page_of(client, first)
    assert 'form="again-form" name="as_of" value="2014-01-01">Ask as of 1 January 2014</button>' in shown
    sent = form_of(shown)
    client.post("/", sent | {"as_of": [*sent["as_of"], "2014-01-01"]})
    assert newest().as_of == dt.date(2014, 1, 1)


@pytest.mark.parametrize("named", ["2026-03-01", "0999-01-01", None])
def test_no_day_is_offered_that_was_asked_for_or_cannot_be(
    client: Client, first: Question, named: str | None
) -> None:
    Answer.objects.update(keywords={"terms": [], "as_of": named})
    assert 'id="offers"' not in the_page_of(client, first)


def test_a_shelf_of_the_place_that_the_question_names_is_offered(client: Client, first: Question) -> None:
    other = factories.a_document(factories.a_collection("arcadia"), jurisdiction="ar")
    factories.a_section(
        factories.a_document(factories.a_collection("matter", access="matter"), jurisdiction="ar")
    )
    Answer.objects.update(keywords={"terms": [], "jurisdictions": ["ar", "zz"]})
    shown = the_page_of(client, first)
    assert re.findall(r"Search (.*?) too", shown) == [other.collection.name]
    sent = form_of(shown)
    client.post("/", sent | {"collections": [*sent["collections"], "arcadia"]})
    assert set(newest().collections.values_list("slug", flat=True)) == {"county", "arcadia"}
    Answer.objects.update(keywords={"terms": [], "jurisdictions": ["xx"]})
    assert 'id="offers"' not in the_page_of(client, first)


def stop(client: Client, question: Question) -> Any:
    return client.post(reverse("stop", args=[question.pk]))


def test_a_stopped_question_that_waits_is_done_without_ever_running(client: Client) -> None:
    question = factories.a_question(factories.a_collection())
    response = stop(client, question)
    assert response["Location"] == reverse("answer", args=[question.pk])
    question.refresh_from_db()
    assert (question.state, question.answer.stopped, question.answer.outcome) == (
        State.DONE,
        True,
        "unavailable",
    )
    assert question.events.get().kind == "done"
    assert not Question.objects.claim(question.pk)
    shown = the_page_of(client, question)
    assert NOT_BEGUN in shown
    assert "Ask again" in shown


def test_a_running_question_is_asked_to_stop_once(client: Client) -> None:
    question = factories.a_question(factories.a_collection(), state=State.RUNNING)
    assert "Stop</button>" in the_page_of(client, question)
    stop(client, question)
    question.refresh_from_db()
    when = question.stop_requested_at
    assert when is not None
    assert question.state == State.RUNNING
    stop(client, question)
    question.refresh_from_db()
    assert question.stop_requested_at == when
    assert "Stopping" in the_page_of(client, question)
    assert "Stop</button>" not in the_page_of(client, question)


def test_a_finished_question_cannot_be_stopped(client: Client, first: Question) -> None:
    before = the_page_of(client, first)
    assert stop(client, first).status_code == 302
    first.refresh_from_db()
    assert first.stop_requested_at is None
    assert "Stop</button>" not in before


def test_a_stopped_question_whose_worker_died_is_done_with_what_was_verified() -> None:
    question = factories.an_answered_question(
        stop_requested_at=timezone.now(), started_at=timezone.now() - 2 * DEAD_AFTER
    )
    Question.objects.update(state=State.RUNNING)
    Event.objects.update(created_at=timezone.now() - 2 * DEAD_AFTER)
    assert not Question.objects.reopen_stalled(question.pk)
    question.refresh_from_db()
    assert (question.state, question.answer.outcome, question.answer.stopped) == (
        State.DONE,
        "answered",
        True,
    )


@pytest.mark.parametrize("signs", [True, False])
def test_a_question_whose_model_thinks_for_long_is_not_taken_from_its_worker(
    monkeypatch: pytest.MonkeyPatch, signs: bool
) -> None:
    long_ago = timezone.now() - 2 * DEAD_AFTER
    question = factories.a_question(factories.a_collection(), state=State.RUNNING, started_at=long_ago)
    monkeypatch.setattr(records, "STOP_LOOK_SECONDS", -1)
    monkeypatch.setattr(records, "ALIVE_SECONDS", -1 if signs else 60)
    assert not Recorder(question).stopped()
    assert Question.objects.reopen_stalled(question.pk) is not signs


def test_stop_is_a_post_with_a_token_for_a_question_that_is_there() -> None:
    question = factories.a_question(factories.a_collection())
    address = reverse("stop", args=[question.pk])
    assert Client().get(address).status_code == 405
    assert Client(enforce_csrf_checks=True).post(address).status_code == 403
    assert Client().post(reverse("stop", args=[uuid.uuid4()])).status_code == 404
    question.refresh_from_db()
    assert question.stop_requested_at is None


def test_reading_changes_nothing(client: Client, first: Question) -> None:
    before = list(Question.objects.values()), list(Answer.objects.values()), Event.objects.count()
    for address in (reverse("answer", args=[first.pk]), reverse("answer_again", args=[first.pk]), reverse("history"),
                    f"/?again={first.pk}&follows={first.pk}&pinned=1"):  # fmt: skip
        assert client.get(address).status_code == 200
    assert (list(Question.objects.values()), list(Answer.objects.values()), Event.objects.count()) == before
    assert Collection.objects.count() == 1
