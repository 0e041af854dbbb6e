"""`manage.py ask`: an answer for people, one for programs, and one sentence for what cannot be meant."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from corpus.models import Collection, Section
from lawqa.management.terminal import plain
from lawqa.models import Answer, Question
from lawqa.pipeline import answer_question
from lawqa.watch import STAGES
from tests.library import forget_all
from tests.model_server import Asked, Reply, model_server

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]
HIVES = "How long do I have to register a hive?"
RULE = "1. A keeper of bees shall register every hive with the county within 30 days of acquiring it."
FACTS = {
    "resolves",
    "label_matches",
    "quote",
    "figures_match",
    "in_force_on",
    "supports",
    "opinion",
    "problems",
}


def asked(capfd: pytest.CaptureFixture[str], *args: str) -> dict[str, Any]:
    """The JSON on stdout, which must be all that is there."""
    call_command("ask", *args, "--json")
    return dict(json.loads(capfd.readouterr().out))


def test_json_says_everything_about_an_answer(capfd: pytest.CaptureFixture[str]) -> None:
    found = asked(capfd, HIVES, "--as-of", "2024-01-01")
    assert (found["question"], found["as_of"], found["outcome"]) == (HIVES, "2024-01-01", "answered")
    assert found["keywords"]["terms"] == ["register", "hive"]
    assert found["withheld"] == []
    assert tuple(found["timings"]) == STAGES
    (claim,) = found["claims"]
    (citation,) = claim["citations"]
    assert claim["text"] == citation["quote"] == RULE
    assert (citation["label"], citation["start"], citation["end"]) == ("Bees Act Art. 1", 0, len(RULE))
    assert citation["facts"].keys() == FACTS
    (source,) = found["sources"]
    assert (source["label"], source["heading"]) == ("Bees Act Art. 1", "Registration of hives")
    assert 0 <= source["score"] <= 1
    assert len(found["set_aside"]) == 4
    assert source not in found["set_aside"]
    assert found["id"] == str(Question.objects.get().pk)


def test_text_says_since_when_where_the_act_names_the_day(capfd: pytest.CaptureFixture[str]) -> None:
    Section.objects.filter(label="Bees Act Art. 1").update(
        valid_from=dt.date(2021, 5, 1), entered_into_force=dt.date(2021, 5, 1)
    )
    call_command("ask", HIVES, "--as-of", "2024-01-01")
    text = " ".join(capfd.readouterr().out.split())
    assert "in force since 1 May 2021" in text


def test_json_of_a_declined_question(capfd: pytest.CaptureFixture[str]) -> None:
    found = asked(capfd, "What does Article 17 GDPR say?")
    assert (found["outcome"], found["reason"]) == ("corpus_gap", "The GDPR is not on the shelf.")
    assert found["claims"] == found["sources"] == found["withheld"] == []
    assert found["named"][0]["resolution"] == "not_found"
    assert found["as_of"] == dt.datetime.now(dt.UTC).date().isoformat()


def test_text_is_for_people(capfd: pytest.CaptureFixture[str]) -> None:
    call_command("ask", HIVES, "--as-of", "2024-01-01")
    text = " ".join(capfd.readouterr().out.split())
    for words in (
        "Answered · law as of 1 January 2024", "Bees Act Art. 1", RULE, "quoted exactly", "figures match",
        "in force, in the edition of 1 January 2020", "Considered and set aside", "On the shelf: County",
        f"Kept as /answers/{Question.objects.get().pk}/",
    ):  # fmt: skip
        assert words in text


def test_text_says_why_there_is_no_answer(capfd: pytest.CaptureFixture[str]) -> None:
    call_command("ask", "What does Article 17 GDPR say?")
    out = capfd.readouterr().out
    assert "This law is not on the shelf" in out
    assert "The GDPR is not on the shelf." in out


def test_the_day_and_the_shelves_limit_the_search(capfd: pytest.CaptureFixture[str]) -> None:
    old = asked(capfd, HIVES, "--as-of", "2019-12-31")
    assert (old["outcome"], old["sources"], old["set_aside"]) == ("no_match", [], [])
    one = asked(capfd, HIVES, "--collection", "harbour")
    assert {source["label"][:9] for source in one["set_aside"] + one["sources"]} == {"Boats Act"}
    both = asked(capfd, HIVES, "--collection", "harbour", "--collection", "county")
    assert len(both["set_aside"] + both["sources"]) == 5


def test_a_follow_up_is_read_with_the_question_that_it_follows(capfd: pytest.CaptureFixture[str]) -> None:
    first = asked(capfd, HIVES, "--as-of", "2024-01-01")
    call_command("ask", "And for a school?", "--follow", first["id"], "--as-of", "2024-01-01")
    read = f"Read as: And for a school? (Still about “{HIVES}”; Bees Act)"
    assert read in " ".join(capfd.readouterr().out.split())
    later = Question.objects.get(follows=first["id"])
    assert (later.restated_by, later.answer.outcome) == ("rules", "answered")
    assert "school" in later.answer.claims.filter(shown=True).get(text__contains="school").text
    assert later.events.filter(kind="restated").exists()


def test_keywords_and_sections_are_the_readers(capfd: pytest.CaptureFixture[str]) -> None:
    asked(
        capfd, HIVES, "--keywords", "wasps, nests", "--pin", "Bees Act Art. 3", "--exclude", "bees act art. 2"
    )
    question = Question.objects.get()
    labels = [list(Section.objects.filter(pk__in=keys)) for keys in (question.pinned, question.excluded)]
    assert question.terms == ["wasps", "nests"]
    assert [section.label for sections in labels for section in sections] == [
        "Bees Act Art. 3",
        "Bees Act Art. 2",
    ]


def test_a_stopped_question_takes_no_further_sentence() -> None:
    question = Question.objects.create(text=HIVES, as_of=dt.date(2024, 1, 1), state=Question.State.RUNNING)
    question.collections.set(Collection.objects.all())
    Question.objects.stop(question.pk)
    answer = answer_question(question)
    question.refresh_from_db()
    assert (answer.stopped, answer.outcome, answer.claims.count()) == (True, "unavailable", 0)
    assert question.state == Question.State.DONE


@pytest.mark.parametrize(
    "text", ["[bold]hive[/bold] [/", "Hive ☂ ß \N{RIGHT-TO-LEFT MARK} نحل", '"hive" AND NOT (', "*"]
)
def test_strange_words_are_only_words(capfd: pytest.CaptureFixture[str], text: str) -> None:
    assert asked(capfd, text)["question"] == text
    call_command("ask", text)
    assert "Traceback" not in capfd.readouterr().err


BAD = [
    pytest.param([""], "Type a question first.", id="empty"),
    pytest.param(["  \n "], "Type a question first.", id="white-space"),
    pytest.param(
        ["bee " * 25_000], "The question has 99,999 characters; at most 4,000 are read.", id="100-kB"
    ),
    pytest.param(["hive\0"], "(U+0000)", id="nul"),
    pytest.param(["hi\x1b[31mve"], "(U+001B)", id="escape"),
    pytest.param(["hive\ud800"], "(U+D800)", id="half-a-character"),
    pytest.param([HIVES, "--collection", "attic"], "There is no shelf called “attic”.", id="shelf"),
    pytest.param([HIVES, "--collection", "\0"], "There is no shelf of that name.", id="nul-shelf"),
    pytest.param([HIVES, "--collection", "county", "--collection", "x y"], "“x y”", id="one-shelf-of-two"),
    pytest.param([HIVES, "--follow", "7"], "The question that this one follows is not there", id="follow"),
    pytest.param([HIVES, "--pin", "Bees Act Art. 99"], "There is no section “Bees Act Art. 99”", id="pin"),
    pytest.param([HIVES, "--exclude", "\0"], "There is no section “", id="nul-label"),
    pytest.param([HIVES, "--keywords", "a" * 81], "The keyword “aaa", id="keyword"),
    pytest.param([HIVES, "--as-of", "2023-02-30"], "This is not a day of the calendar.", id="no-day"),
    pytest.param([HIVES, "--as-of", "tomorrow"], "This is not a day of the calendar.", id="a-word"),
    pytest.param([HIVES, "--as-of", "0001-01-01"], "Choose a day between 1700 and 2199.", id="long-ago"),
]


@pytest.mark.parametrize(("args", "sentence"), BAD)
def test_bad_input_gets_one_sentence_and_status_2(
    capfd: pytest.CaptureFixture[str], args: list[str], sentence: str
) -> None:
    with pytest.raises(CommandError) as caught:
        call_command("ask", *args, "--json")
    out = capfd.readouterr().out
    assert caught.value.returncode == 2
    assert list(json.loads(out)) == ["error"]
    assert sentence in json.loads(out)["error"] == str(caught.value)
    assert not Question.objects.exists()


@pytest.mark.parametrize(("args", "sentence"), BAD[:2])
def test_bad_input_without_json_leaves_stdout_empty(
    capfd: pytest.CaptureFixture[str], args: list[str], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("ask", *args)
    assert capfd.readouterr().out == ""


def test_an_empty_shelf_says_how_to_fill_it(capfd: pytest.CaptureFixture[str]) -> None:
    forget_all()
    with pytest.raises(CommandError, match="load_law --default") as caught:
        call_command("ask", HIVES, "--json")
    assert caught.value.returncode == 2
    assert "load_law --default" in json.loads(capfd.readouterr().out)["error"]


def test_a_missing_encoder_is_a_sentence_and_no_question_stays_open(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from corpus import embedding

    def missing() -> object:
        raise embedding.EncoderMissing("LAWQA_ENCODER is 'nothing', which is no folder.")

    monkeypatch.setattr(embedding, "current_encoder", missing)
    with pytest.raises(CommandError, match="LAWQA_ENCODER") as caught:
        call_command("ask", HIVES, "--json")
    assert caught.value.returncode == 2
    assert "LAWQA_ENCODER" in json.loads(capfd.readouterr().out)["error"]
    assert not Question.objects.exclude(state__in=Question.FINISHED).exists()


def test_the_caller_may_give_a_stream_of_his_own(capfd: pytest.CaptureFixture[str]) -> None:
    stream = io.StringIO()
    call_command("ask", HIVES, "--json", stdout=stream)
    assert json.loads(stream.getvalue())["outcome"] == Answer.objects.get().outcome
    assert capfd.readouterr().out == ""


SCHOOL = "Paragraph 1 shall not apply to a school that keeps no more than two hives."


def writes(asked: Asked) -> dict[str, Any]:
    """A right sentence, one that fails and is put right, one that fails twice; its opinion of each source."""
    name = source_with(asked, RULE)
    citation = {"source": name, "quote": RULE.removeprefix("1. ")}
    wrong = {"citations": [citation], "text": citation["quote"].replace("30", "60")}
    if "correct one sentence" in asked.system:
        right = {"citations": [citation], "text": citation["quote"]}
        return {
            "claims": [right if "60 days" in asked.user else {**wrong, "text": "A school pays 9 crowns."}]
        }
    school = {"citations": [{"source": name, "quote": SCHOOL}], "text": SCHOOL}
    never = {"citations": [citation], "text": "A school pays 7 crowns."}
    sources = re.findall(r"^\S+ (D\d+) begins$", asked.user, re.MULTILINE)
    opinions = [{"source": one, "use": "set_aside", "reason": f"It is not {one}."} for one in sources]
    return {"claims": [school, wrong, never], "sources": opinions}


def source_with(asked: Asked, words: str) -> str:
    """The id of the source of the prompt in which those words stand."""
    blocks = re.split(r"\n(?=\S+ D\d+ begins\n)", asked.user)
    block = next(block for block in blocks if words in block and re.match(r"\S+ D\d+ begins", block))
    return block.split()[1]


def test_text_says_whose_words_they_are_and_what_failed(
    capfd: pytest.CaptureFixture[str], settings: LazySettings
) -> None:
    with model_server(answer=writes) as server:
        settings.LAWQA_SERVERS = server.roles("answer")
        call_command("ask", HIVES, "--as-of", "2024-01-01")
    text = " ".join(capfd.readouterr().out.split())
    right = RULE.removeprefix("1. ")
    again = "Written again. The first version failed:"
    for words in (
        "Written by the model test-answer", f"1. {SCHOOL} Bees Act Art. 1",
        "quoted exactly · figures match", f"2. {right} {again} {right.replace('30', '60')}",
        "Withheld, because a check failed A school pays 9 crowns.", f"{again} A school pays 7 crowns.",
        "In the opinion of test-answer: “It is not D", "Models Writing: test-answer,", "Writing again: test-answer,",
        "tokens read", "prompt answer-1@", "First sentence after",
    ):  # fmt: skip
        assert words in text
    assert text.index("✓ Writing") < text.index("✓ Verification")
    assert text.count("✓ Writing") == 1


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        pytest.param("a\x1b[31mb", "a\ufffd[31mb", id="colour"),
        pytest.param("a\rb\x9bc", "a\ufffdb\ufffdc", id="over-the-line"),
        pytest.param("a\u202eb\u2066c", "a\ufffdb\ufffdc", id="turned-round"),
        pytest.param("a\nb\tc نحل", "a\nb\tc نحل", id="lines-and-letters"),
    ],
)
def test_nothing_that_a_model_wrote_steers_the_terminal(text: str, printed: str) -> None:
    assert plain(text) == printed


def test_text_says_that_the_law_stands_in_for_a_model(
    capfd: pytest.CaptureFixture[str], settings: LazySettings
) -> None:
    with model_server(Reply(status=500)) as server:
        settings.LAWQA_SERVERS = server.roles("answer")
        call_command("ask", HIVES, "--as-of", "2024-01-01")
    text = " ".join(capfd.readouterr().out.split())
    assert "! The law’s own words stand in for those of a model:" in text
    assert "△ Writing" in text
    assert RULE in text
