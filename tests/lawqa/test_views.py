"""Asking, reading the answer, and what each kind of bad input is told."""

from __future__ import annotations

import datetime as dt
import html
import re
import uuid
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from corpus.models import Collection, Section, User
from lawqa import asking, pipeline, tasks, views
from lawqa.models import Answer, AnswerCitation, AnswerSource, Question
from people.laptop import owner
from tests import factories

pytestmark = pytest.mark.django_db

INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE)


@pytest.fixture
def hints(monkeypatch: pytest.MonkeyPatch) -> list[uuid.UUID]:
    """The questions that the worker was told of, without a worker."""
    told: list[uuid.UUID] = []
    monkeypatch.setattr(asking, "hint", told.append)
    monkeypatch.setattr(views, "hint", told.append)
    return told


@pytest.fixture(params=["the owner of the machine", "an operator on it"])
def reader(request: pytest.FixtureRequest, client: Client) -> Client:
    """Law and answers of nobody are open to each of these in the same way; whose answers are whose: tests/access."""
    if request.param != "the owner of the machine":
        client.force_login(User.objects.create(username="a", is_staff=True, is_superuser=True))
    return client


def ask(client: Client, **changes: Any) -> Any:
    return client.post("/", {"text": "Must a hive be registered?", "collections": ["county"], **changes})


def page(response: Any) -> str:
    return str(response.content.decode())


def test_asking_makes_a_row_tells_the_worker_and_redirects(reader: Client, hints: list[uuid.UUID]) -> None:
    collection = factories.a_collection()
    response = ask(reader, as_of="2025-02-03")
    question = Question.objects.get()
    assert (response.status_code, response["Location"]) == (302, reverse("answer", args=[question.pk]))
    assert question.as_of == dt.date(2025, 2, 3)
    assert list(question.collections.all()) == [collection]
    assert hints == [question.pk]


def test_no_date_means_today(client: Client, hints: list[uuid.UUID]) -> None:
    factories.a_collection()
    ask(client, as_of="")
    assert Question.objects.get().as_of == dt.datetime.now(dt.UTC).date()


def test_an_example_is_asked_though_the_field_holds_other_words(
    client: Client, hints: list[uuid.UUID]
) -> None:
    factories.a_collection()
    ask(client, text=["half a thought", "Must a hive be registered?"])
    assert Question.objects.get().text == "Must a hive be registered?"


BAD = [
    pytest.param({"text": ""}, 400, "Type a question first.", id="empty"),
    pytest.param({"text": " \n\t "}, 400, "Type a question first.", id="blank"),
    pytest.param({"text": "x" * 4001}, 400, "at most 4,000 are read", id="too-long"),
    pytest.param({"text": "x" * 102_400}, 413, "at most 4,000 are read", id="100-kB"),
    pytest.param({"text": "a\x00b"}, 400, "control character (U+0000)", id="NUL"),
    pytest.param({"text": "a\x07b"}, 400, "control character (U+0007)", id="bell"),
    pytest.param({"text": "a\x85b"}, 400, "control character (U+0085)", id="C1"),
    pytest.param({"collections": ["nowhere"]}, 400, "no shelf called “nowhere”", id="unknown-shelf"),
    pytest.param({"collections": ["county", "x\x00"]}, 400, "no shelf of that name", id="NUL-shelf"),
    pytest.param({"collections": []}, 400, "Choose at least one shelf.", id="no-shelf"),
    pytest.param({"as_of": "2024-13-45"}, 400, "not a day of the calendar", id="month-13"),
    pytest.param({"as_of": "2023-02-29"}, 400, "not a day of the calendar", id="no-leap-year"),
    pytest.param({"as_of": "yesterday"}, 400, "not a day of the calendar", id="words"),
    pytest.param({"as_of": "0001-01-01"}, 400, "between 1700 and 2199", id="year-1"),
    pytest.param({"as_of": "9999-12-31"}, 400, "between 1700 and 2199", id="year-9999"),
    pytest.param({"as_of": "2024-01-01\x00"}, 400, "not a day of the calendar", id="NUL-date"),
]


@pytest.mark.parametrize(("changes", "status", "sentence"), BAD)
def test_bad_input_is_told_beside_the_field_and_nothing_is_lost(
    client: Client, hints: list[uuid.UUID], changes: dict[str, Any], status: int, sentence: str
) -> None:
    factories.a_collection()
    response = ask(client, **changes)
    text = changes.get("text", "Must a hive be registered?")
    assert response.status_code == status
    assert sentence in page(response)
    assert 'aria-invalid="true"' in page(response)
    assert text.strip() in response.context["form"]["text"].value()
    assert not Question.objects.exists()
    assert not hints


ODD = [
    '"',
    "NEAR/2 AND (",
    "'; DROP TABLE lawqa_question; --",
    "<script>alert(1)</script>",
    "{{ 7*7 }} {% x %}",
    "🐝" * 500,
]


@pytest.mark.parametrize("text", ODD)
def test_odd_words_are_a_question_like_any_other_and_are_escaped(
    client: Client, hints: list[uuid.UUID], text: str
) -> None:
    factories.a_collection()
    shown = page(client.get(ask(client, text=text)["Location"]))
    assert f">{html.escape(text)}</h1>" in shown
    assert "<script>alert" not in shown


def test_more_than_a_megabyte_is_refused_in_words(client: Client) -> None:
    factories.a_collection()
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000):
        response = ask(client, text="x" * 2000)
    assert response.status_code == 413
    assert "too much text" in page(response)


def test_asking_needs_the_token_of_the_form() -> None:
    factories.a_collection()
    response = ask(Client(enforce_csrf_checks=True))
    assert response.status_code == 403
    assert "The form had expired" in page(response)


def test_an_empty_shelf_says_how_to_fill_it(client: Client) -> None:
    assert "manage.py load_law" in page(client.get("/"))


def test_the_form_can_start_from_an_earlier_question(client: Client) -> None:
    question = factories.a_question(factories.a_collection(), text="Whose hive is it?")
    response = client.get("/", {"again": str(question.pk)})
    assert response.context["form"]["text"].value() == "Whose hive is it?"
    assert client.get("/", {"again": "nonsense"}).status_code == 200


def test_an_answer_shows_claims_with_their_facts_withheld_ones_with_the_reason(reader: Client) -> None:
    question = factories.an_answered_question()
    shown = page(reader.get(reverse("answer", args=[question.pk])))
    for words in (
        factories.RULE, "Quote exact", "Figures match", "In force on 1 March 2026", "Support not judged",
        "1 sentence did not pass", "The sentence says 60, the section says 30.",
        "Considered and set aside", "Wasps", "through 1 March 2026", "hive", "12 ms",
    ):  # fmt: skip
        assert words in shown


def test_an_answer_reads_the_same_for_ever(client: Client) -> None:
    question = factories.an_answered_question()
    body = reverse("answer_body", args=[question.pk])
    before = page(client.get(body))
    Section.objects.update(heading="Changed", text="Changed")
    assert page(client.get(body)) == before


def test_premises_that_do_not_hold_open_the_answer(client: Client) -> None:
    named = {"text": "Art. 9 Bees Act", "resolution": "not_found", "detail": "It ends with Art. 4.",
             "label": "", "section_ids": []}  # fmt: skip
    question = factories.an_answered_question()
    Answer.objects.update(named=[named])
    shown = page(client.get(reverse("answer", args=[question.pk])))
    assert shown.index("It ends with Art. 4.") < shown.index(factories.RULE)


def test_law_that_does_not_apply_yet_says_so(client: Client) -> None:
    question = factories.an_answered_question()
    AnswerSource.objects.update(entered_into_force=dt.date(2024, 12, 10), valid_from=dt.date(2027, 12, 11))
    shown = page(client.get(reverse("answer", args=[question.pk])))
    assert "In force since 10 December 2024; applies from 11 December 2027." in shown
    assert "notice-line" in shown


@pytest.mark.parametrize("outcome", ["no_match", "corpus_gap", "unavailable"])
def test_a_decline_says_why_and_what_is_held(client: Client, outcome: str) -> None:
    section = factories.a_section()
    question = factories.a_question(section.document.collection, state="done")
    answer = factories.an_answer(question, outcome, reason="No law of France is held.")
    factories.a_source(answer, section, used=False)
    shown = page(client.get(reverse("answer", args=[question.pk])))
    for words in ("No answer", "No law of France is held.", "Law of the county", "The nearest passages"):
        assert words in shown


def test_a_failed_question_shows_the_sentence_of_its_failure(client: Client) -> None:
    question = factories.a_question(factories.a_collection())
    Question.objects.fail(question.pk, "The index is being built; ask again in a minute.")
    assert "ask again in a minute" in page(client.get(reverse("answer", args=[question.pk])))


def test_without_script_a_waiting_page_asks_again_and_the_server_waits(
    client: Client, hints: list[uuid.UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "WAIT_SECONDS", 0.05)
    question = factories.a_question(factories.a_collection())
    address = reverse("answer", args=[question.pk])
    shown = page(client.get(address))
    assert f'<noscript><meta http-equiv="refresh" content="0; url={address}?wait">' in shown
    later = page(client.get(f"{address}?wait"))
    assert f'content="2; url={address}?wait">' in later  # a moment in which Stop can be pressed
    assert hints == [question.pk]


def test_the_page_of_a_finished_answer_neither_refreshes_nor_listens(client: Client) -> None:
    shown = page(client.get(reverse("answer", args=[factories.an_answered_question().pk])))
    assert "http-equiv" not in shown
    assert "data-events" not in shown


def test_a_citation_opens_the_section_at_the_quoted_words(reader: Client) -> None:
    factories.an_answered_question()
    citation = AnswerCitation.objects.filter(claim__shown=True).get()
    response = reader.get(reverse("citation", args=[citation.pk]))
    assert response["Location"].endswith(f"?start={citation.start}&end={citation.end}#quote")
    assert f'<mark id="quote">{factories.RULE}</mark>' in page(reader.get(response["Location"]))


def test_a_citation_of_a_section_that_left_the_shelf_shows_the_words_as_they_stood(client: Client) -> None:
    factories.an_answered_question()
    citation = AnswerCitation.objects.filter(claim__shown=True).get()
    Collection.objects.all().delete()
    response = client.get(reverse("citation", args=[citation.pk]))
    assert response.status_code == 410
    assert "no longer on the shelf" in page(response)
    assert factories.RULE in page(response)


def test_what_does_not_exist_is_404_in_the_look_of_the_rest(client: Client) -> None:
    for address in (reverse("answer", args=[uuid.uuid4()]), "/citations/9/", "/nothing", "/answers/x/"):
        response = client.get(address)
        assert response.status_code == 404
        assert "There is nothing here" in page(response)


def test_a_wrong_method_is_405_with_a_sentence(client: Client) -> None:
    response = client.delete("/")
    assert response.status_code == 405
    assert response["Allow"] == "GET, POST, HEAD, OPTIONS"
    assert "not DELETE" in page(response)
    stream = reverse("answer_events", args=[uuid.uuid4()])
    assert client.post(stream).status_code == 405


def test_an_error_of_ours_is_a_page_without_traceback(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> None:
        raise RuntimeError("the secret detail")

    monkeypatch.setattr(asking, "holdings", broken)
    client.raise_request_exception = False
    response = client.get("/")
    assert response.status_code == 500
    assert "Something went wrong on our side" in page(response)
    assert "secret detail" not in page(response)


def test_healthz(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


def test_every_page_forbids_inline_script_and_has_none(client: Client) -> None:
    question = factories.an_answered_question()
    section = Section.objects.all()[0]
    addresses = [
        "/", "/library/", "/library/county/", f"/documents/{section.document_id}/", f"/sections/{section.pk}/",
        reverse("answer", args=[question.pk]), "/questions/", "/nothing",
    ]  # fmt: skip
    for address in addresses:
        response = client.get(address)
        assert "default-src 'none'" in response["Content-Security-Policy"]
        assert "unsafe" not in response["Content-Security-Policy"]
        assert not INLINE.search(page(response)), address


def test_every_page_has_its_landmarks_one_heading_and_a_label_for_each_field(client: Client) -> None:
    question = factories.an_answered_question()
    section = Section.objects.all()[0]
    for address in (
        "/",
        "/library/",
        "/questions/",
        f"/sections/{section.pk}/",
        reverse("answer", args=[question.pk]),
    ):
        shown = page(client.get(address))
        assert shown.count("<h1") == 1
        assert '<html lang="en-GB">' in shown
        assert '<a class="skip" href="#main">' in shown
        assert '<main id="main"' in shown
        assert "<title>" in shown
        labels = set(re.findall(r'<label for="([^"]+)"', shown))
        fields = set(re.findall(r'<(?:textarea|input type="(?:date|search)")[^>]* id="([^"]+)"', shown))
        assert fields <= labels
        ids = re.findall(r'\sid="([^"]+)"', shown)
        assert len(ids) == len(set(ids))


def test_an_answer_takes_the_same_number_of_queries_however_long(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    question = factories.an_answered_question()
    answer = Answer.objects.get()
    for _ in range(20):
        factories.a_claim(answer, answer.sources.all()[0])
    owner()
    with django_assert_max_num_queries(13):  # one of them for who reads
        client.get(reverse("answer", args=[question.pk]))


def test_the_task_answers_a_waiting_question_once(monkeypatch: pytest.MonkeyPatch) -> None:
    question = factories.a_question(factories.a_collection())
    answered: list[uuid.UUID] = []
    monkeypatch.setattr("lawqa.pipeline.answer_question", lambda question: answered.append(question.pk))
    tasks.answer(str(question.pk))
    tasks.answer(str(question.pk))
    tasks.answer(str(uuid.uuid4()))
    assert answered == [question.pk]


def test_a_task_that_fails_tells_the_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    question = factories.a_question(factories.a_collection())

    def broken(question: Question) -> None:
        raise RuntimeError("no disk")

    monkeypatch.setattr("lawqa.pipeline.answer_question", broken)
    result = tasks.answer.apply(args=[str(question.pk)])
    assert result.failed()
    question.refresh_from_db()
    assert question.state == Question.State.FAILED
    assert question.events.get().data["message"] == tasks.FAILED


@pytest.mark.usefixtures("loaded")
def test_words_that_were_searched_for_besides_are_shown_but_for_a_reader_s_own(reader: Client) -> None:
    for terms, shown in ((None, True), (["hive"], False)):
        question = Question.objects.create(
            text="Who must be told of a hive?", as_of=dt.date(2024, 1, 1), terms=terms
        )
        question.collections.set(Collection.objects.all())
        answer = pipeline.answer_question(question)
        text = html.unescape(page(reader.get(reverse("answer", args=[question.pk]))))
        assert bool(answer.keywords["added"]) is shown
        assert ("Also looked for" in text) is shown
        assert all(word in text for word in answer.keywords["added"])
