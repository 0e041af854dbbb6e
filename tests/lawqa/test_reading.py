"""An answer in a model's words: what the page says of it, and what it never does."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lawqa.marks import marks
from lawqa.models import Answer, AnswerCitation, AnswerSource, Claim, ModelCall, Question
from lawqa.reading import Reading, read_answer
from tests import factories
from tests.factories import JUDGE, NEST, RULE, WRITER

pytestmark = pytest.mark.django_db
ORDERS = "This text speaks to a machine as if it gave it orders. It was treated as data."


def body(client: Client, question: Question) -> str:
    return str(client.get(reverse("answer_body", args=[question.pk])).content.decode())


def part(shown: str, name: str) -> str:
    """One part of the page: from its id to the next part's."""
    start = shown.index(f'id="{name}"')
    end = re.compile(r'\n  <(?:section|div) id="|\n</section>|\Z').search(shown, start)
    assert end is not None
    return shown[start : end.start()]


def texts(reading: Reading) -> list[str]:
    return [sentence.row.text for group in reading.groups for sentence in group.sentences]


def test_a_sentence_with_several_citations_is_one_sentence_with_several_sources(client: Client) -> None:
    question = factories.a_written_question()
    text = "Hives are registered, and nests of wasps are removed."
    both = next(group for group in read_answer(question).groups if group.sentences[0].row.text == text)
    assert [cited.row.label for cited in both.sentences[0].cited] == ["Bees Act Art. 1", "Bees Act Art. 2"]
    shown = body(client, question)
    assert shown.count(f">{text}</p>") == 1
    for quote in (RULE, NEST):
        assert f"“{quote}”" in shown


def test_every_quote_opens_the_law_at_its_words(client: Client) -> None:
    question = factories.a_written_question()
    for claim in Claim.objects.filter(shown=True):
        for citation in claim.citations.all():
            address = reverse("citation", args=[citation.pk])
            assert f'<a href="{address}"' in body(client, question)
            opened = client.get(client.get(address)["Location"]).content.decode()
            assert f'<mark id="quote">{citation.quote}</mark>' in opened


def test_whose_words_they_are_is_said_above_them(client: Client) -> None:
    head = part(body(client, factories.a_written_question()), "claims-head")
    for words in (f"Written by the model <bdi>{WRITER}</bdi>", "What the model says", "What the law says"):
        assert words in head


def test_what_stands_above_the_sentences_does_not_change_when_the_answer_is_done(client: Client) -> None:
    question = factories.a_written_question(finished=False)
    before = part(body(client, question), "claims-head")
    Question.objects.update(state=Question.State.DONE)
    assert part(body(client, question), "claims-head") == before


def test_verbatim_sentences_stand_under_their_citation(client: Client) -> None:
    question = factories.an_answered_question()
    shown = body(client, question)
    assert read_answer(question).model == ""
    assert "1 sentence of the law, each checked against its section." in shown
    assert "statement" not in shown


def test_an_opinion_is_named_as_one_with_its_model_and_its_words(client: Client) -> None:
    shown = body(client, factories.a_written_question())
    said = f"In the opinion of the judge model <bdi>{JUDGE}</bdi> the section says this"
    assert f"{said}: <q>register every hive</q>" in shown


@pytest.mark.parametrize(
    ("facts", "state", "words"),
    [
        pytest.param({}, "none", "Support not judged", id="nobody-was-asked"),
        pytest.param(factories.an_opinion("w"), "opinion", "Supported, in a model’s opinion", id="supported"),
        pytest.param(
            factories.an_opinion("w", "contradicted"),
            "bad",
            "Contradicted, in a model’s opinion",
            id="against",
        ),
        pytest.param(
            factories.an_opinion("", "not_said"), "bad", "Not said, in a model’s opinion", id="silent"
        ),
        pytest.param({"supports": True}, "opinion", "Supported, in a model’s opinion", id="of-an-old-answer"),
        pytest.param(
            {"supports": False}, "bad", "Not supported, in a model’s opinion", id="of-an-old-one-bad"
        ),
    ],
)
def test_an_opinion_is_never_a_tick(facts: dict[str, Any], state: str, words: str) -> None:
    last = marks({**factories.GOOD, **facts}, dt.date(2026, 1, 1))[-1]
    assert (last.state, last.words) == (state, words)


def test_what_was_written_again_stands_where_the_first_version_stood() -> None:
    question = factories.a_written_question()
    assert texts(read_answer(question)) == [
        "A nest is removed within two days.",
        "Hives are registered, and nests of wasps are removed.",
    ]
    assert [group.number for group in read_answer(question).groups] == [1, 2]


def test_what_was_replaced_is_not_withheld_and_can_be_looked_at(client: Client) -> None:
    question = factories.a_written_question()
    reading = read_answer(question)
    assert [sentence.row.text for sentence in reading.withheld] == ["A museum registers its hives."]
    shown = body(client, question)
    withheld = part(shown, "withheld")
    assert "The exception is left out." in withheld
    assert "nine days" not in withheld
    assert "<s>Nests go within nine days.</s>" in shown
    assert "The sentence says nine." in shown


def test_a_rewriting_that_failed_too_is_withheld_with_its_first_version(client: Client) -> None:
    question = factories.a_written_question()
    museum = Claim.objects.get(text="A museum registers its hives.")
    source = museum.citations.get().source
    assert source is not None
    factories.a_failed_claim(
        museum.answer, "A museum registers bees.", source, "It still is.", rewrites=museum
    )
    (withheld,) = read_answer(question).withheld
    assert (withheld.row.text, withheld.first and withheld.first.row) == ("A museum registers bees.", museum)
    assert "1 sentence did not pass" in body(client, question)


def test_a_failed_sentence_is_being_written_again_while_the_answer_runs(client: Client) -> None:
    question = factories.a_written_question(finished=False)
    reading = read_answer(question)
    assert (reading.rewriting, reading.withheld) == (1, ())
    shown = body(client, question)
    assert "1 sentence is being written again" in shown
    assert 'data-said="1 sentence is verified, 1 sentence is being written again."' in shown
    assert "did not pass" not in shown
    assert shown.index("being written again: the first") < shown.index("Hives are registered")


def test_it_is_withheld_when_the_answer_ends_without_a_rewriting(client: Client) -> None:
    question = factories.a_written_question(finished=False)
    Question.objects.update(state=Question.State.DONE)
    question.refresh_from_db()
    assert [sentence.row.text for sentence in read_answer(question).withheld] == [
        "Nests go within nine days."
    ]
    assert "being written again" not in body(client, question)


def test_the_place_of_a_sentence_stays_when_its_rewriting_comes() -> None:
    question = factories.a_written_question(finished=False)
    (waiting, _) = read_answer(question).groups
    failed = Claim.objects.get(key="c1")
    source = failed.citations.get().source
    assert source is not None
    factories.a_written_claim(failed.answer, "Within two days.", (source, NEST), rewrites=failed)
    (written, _) = read_answer(question).groups
    assert waiting.sentences[0].place == written.sentences[0].place
    assert (waiting.number, written.number) == (0, 1)


@pytest.mark.parametrize(
    ("facts", "reasons"),
    [
        pytest.param({"quote": "not_found"}, ["do not stand in the section"], id="a-fact-explains-itself"),
        pytest.param(
            {"figures_match": False, "problems": [{"check": "number", "detail": "It says 9."}]}, ["It says 9."],
            id="a-finding-explains-the-fact",
        ),
        pytest.param(
            {"in_force_on": "not_in_force", "problems": [{"check": "number", "detail": "It says 9."}]},
            ["It says 9.", "not law on the day"], id="both",
        ),
        pytest.param(
            {"resolves": False, "label_matches": False, "in_force_on": "not_in_force",
             "problems": [{"check": "resolves", "detail": "No source was given."}]},
            ["No source was given."], id="nothing-more-of-a-source-that-is-not-there",
        ),
        pytest.param(
            factories.an_opinion("two crowns", "contradicted"),
            [f"In the opinion of the judge model {JUDGE} the section says otherwise: “two crowns”"], id="judge",
        ),
    ],
)  # fmt: skip
def test_every_withheld_sentence_says_why(facts: dict[str, Any], reasons: list[str]) -> None:
    question = factories.a_written_question()
    source = AnswerSource.objects.get(marker="S1")
    factories.a_written_claim(source.answer, "It is so.", (source, RULE), shown=False, **facts)
    said = read_answer(question).withheld[-1].reasons
    assert len(said) == len(reasons)
    for reason, words in zip(said, reasons, strict=True):
        assert words in reason


def test_of_several_citations_the_reason_says_which() -> None:
    question = factories.a_written_question()
    first, second, _ = AnswerSource.objects.order_by("pk")
    claim = factories.a_written_claim(first.answer, "It is so.", (first, RULE), shown=False)
    factories.a_citation(claim, second, NEST, quote="not_found")
    (reason,) = read_answer(question).withheld[-1].reasons
    assert reason.startswith("Bees Act Art. 2: The quoted words")


def test_a_sentence_that_cites_nothing_says_so() -> None:
    question = factories.a_written_question()
    factories.a_written_claim(Answer.objects.get(), "It is so.", shown=False)
    assert read_answer(question).withheld[-1].reasons == ["It cites nothing."]


def test_what_a_model_thought_of_a_source_is_named_as_its_opinion(client: Client) -> None:
    aside = part(body(client, factories.a_written_question()), "set-aside")
    assert f"In the opinion of <bdi>{WRITER}</bdi>: <q>It is about jars.</q>" in aside
    assert "Pinned: the reader asked that it be read." in aside


def test_a_text_that_gives_orders_carries_a_notice_wherever_it_is_shown(client: Client) -> None:
    question = factories.a_written_question()
    assert body(client, question).count(ORDERS) == 2
    AnswerSource.objects.filter(marker="S3").update(flags=["instructions"])
    assert ORDERS in part(body(client, question), "set-aside")


def test_how_it_was_answered_names_models_prompts_tokens_and_the_seal(client: Client) -> None:
    shown = body(client, factories.a_written_question())
    for words in (
        f">{WRITER}</bdi>", "Prompt answer-1@0123456789ab", "2,900 tokens read (1,024 from its cache)", "310 written",
        "Writing", "Judging", "The judge’s server did not answer.", "Build 4 of the index", "First sentence after",
        "1.2 s", "5ea1" * 16,
    ):  # fmt: skip
        assert words in shown


def test_requests_with_the_same_prompt_are_one_line() -> None:
    question = factories.a_written_question()
    for _ in range(3):
        factories.a_call(Answer.objects.get(), "judge", model=JUDGE, completion_tokens=5)
    uses = {use.does: use for use in read_answer(question).uses}
    assert list(uses) == ["Writing", "Judging"]
    assert (uses["Judging"].times, uses["Judging"].written, uses["Judging"].ms) == (4, 15, 24400)


HOSTILE = [
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "![](https://evil.example/?q=1)",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}{% include 'x' %}",
    "data:text/html,<b>x</b>",
    "\u202eneht",
    "`" * 50 + "- " * 50,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_a_model_becomes_html_or_a_link(client: Client, text: str) -> None:
    question = factories.a_written_question()
    fill_with("plain words")
    before = shape(body(client, question))
    fill_with(text)
    shown = body(client, question)
    assert shape(shown) == before
    assert html.escape(text) in shown


def shape(shown: str) -> list[str]:
    """Every element with the names of its attributes, and every address."""
    outside = re.sub(r"=\"[^\"]*\"", "", re.sub(r" (href|action)=\"", r" \1 \"", shown))
    return re.findall(r"<[^>]*>", outside)


def fill_with(text: str) -> None:
    """Puts words into every field that a model fills."""
    Answer.objects.update(stages={"keywords": {"notes": [text], "trouble": True}})
    ModelCall.objects.filter(role="answer").update(failure=text)
    AnswerSource.objects.filter(used=False).update(advice={"used": False, "reason": text})
    Claim.objects.update(text=text, writer=text)
    for citation in AnswerCitation.objects.filter(facts__opinion__isnull=False):
        citation.facts["opinion"].update(judge=text, words=text)
        citation.save()


def test_rows_of_models_take_the_same_number_of_queries_however_many(
    client: Client, django_assert_num_queries: Any
) -> None:
    question = factories.a_written_question()
    # Answer with its seal, sources, claims, citations, models; three for the histories of its sections, one whether they moved.
    with django_assert_num_queries(9):
        read_answer(question)
    body(client, question)  # the laptop's owner is known from now on
    with CaptureQueriesContext(connection) as before:
        body(client, question)
    answer = Answer.objects.get()
    sources = list(answer.sources.all())
    for _ in range(10):
        claim = factories.a_failed_claim(answer, "It was wrong.", sources[0], "So it was.")
        factories.a_written_claim(answer, "It is.", (sources[0], RULE), (sources[1], NEST), rewrites=claim)
        factories.a_call(answer)
    with django_assert_num_queries(len(before)):
        body(client, question)


def test_a_finished_answer_can_be_taken_away_and_a_failed_one_not(client: Client) -> None:
    question = factories.a_written_question()
    for name in ("answer_docx", "answer_print", "answer_json"):
        assert reverse(name, args=[question.pk]) in body(client, question)
    Question.objects.update(state=Question.State.FAILED)
    shown = body(client, question)
    assert reverse("answer_json", args=[question.pk]) not in shown
    assert "Found by the search before it failed." in shown


def test_a_sentence_that_a_model_only_chose_is_not_quoted_twice(client: Client) -> None:
    question = factories.a_question(factories.a_collection(), state="done")
    answer = factories.an_answer(question, writer=WRITER)
    section = factories.a_section(factories.a_document(question.collections.get()))
    source = factories.a_source(answer, section)
    factories.a_written_claim(answer, RULE, (source, RULE))
    shown = body(client, question)
    assert "The sentence is the law’s own, word for word." in shown
    assert "<blockquote" not in shown
