"""The writer with a model, against a server that says what it is told to and fails in every way."""

from __future__ import annotations

import itertools
import json

import pytest

from lawqa.inference import Role
from lawqa.types import DraftCitation, Suggestion
from lawqa.writing.drafting import INSTEAD, KEPT, MAX_REWRITES, NO_REPLY, NOTHING_SAID, SMALLER, TOO_MANY
from lawqa.writing.prompt import MAX_CLAIMS, SIZES
from tests.lawqa.writing.drafted import (
    FINE,
    REGISTER,
    SCHOOL,
    VERBATIM,
    Reader,
    answered,
    checked,
    claim,
    opinions,
    reply,
    writer,
)
from tests.model_server import Reply, model_server, refused

LONG = " ".join(map(str, range(1_050)))
"""Longer than a sentence or a quote may be, and not the same over and over."""
WRONG = "A keeper of bees shall register every hive with the county within 60 days of acquiring it."


def again(text: str = REGISTER, quote: str = REGISTER) -> dict[str, object]:
    """A claim of the only source that the second prompt has."""
    return claim(text, "D1", quote if text != SCHOOL else SCHOOL)


def test_claims_carry_the_markers_of_what_they_cite_whatever_its_place_in_the_prompt() -> None:
    with model_server(reply(claim(), claim(FINE, "D2", FINE))) as server:
        writes = writer(server)
        claims = list(writes.claims())
    assert [(c.key, c.text, c.writer) for c in claims] == [
        ("c1", REGISTER, "test-answer"), ("c2", FINE, "test-answer")
    ]  # fmt: skip
    assert [c.citations for c in claims] == [
        (DraftCitation(marker="S1", quote=REGISTER),), (DraftCitation(marker="S2", quote=FINE),)
    ]  # fmt: skip
    assert [one.shown for one in checked(claims)] == [True, True]
    assert (writes.draft.claims, writes.draft.writer) == (tuple(claims), "test-answer")
    assert not writes.draft.incomplete


def test_the_models_opinion_of_each_source_is_kept_under_its_marker() -> None:
    said = [*opinions("D3"), {"source": "D9", "use": "used", "reason": "x"}, opinions("D1", "D2")[0]]
    with model_server(reply(claim(), sources=said)) as server:
        writes = writer(server)
        list(writes.claims())
    assert set(writes.draft.suggestions) == {
        Suggestion(marker="S3", used=False, reason="about D1"), Suggestion(marker="S2", used=False, reason="about D2"),
        Suggestion(marker="S1", used=True, reason="about D3"),
    }  # fmt: skip


def test_a_claim_is_handed_over_before_the_server_has_written_the_next() -> None:
    with model_server(Reply(text=json.dumps(reply(claim(), claim(FINE, "D2", FINE))), every=0.002)) as server:
        writes = writer(server)
        claims = writes.claims()
        assert next(claims).text == REGISTER
        said = writes._models.calls[0].reply
        assert REGISTER in said
        assert FINE not in said
        assert [one.text for one in claims] == [FINE]
    assert writes._models.calls[0].completion_tokens == 3


@pytest.mark.parametrize("forged", ["S1", "D0", "D4", "D99", "", "[D3]", "d3", "D3 ", "<script>", "S1\0"])
def test_a_source_that_was_not_given_is_withheld_and_never_taken_for_another(forged: str) -> None:
    with model_server(reply(claim(source=forged), claim(FINE, "D2", FINE))) as server:
        first, second = checked(list(writer(server).claims()))
    assert [verdict.resolves for verdict in first.verdicts] == [False]
    assert second.shown


def test_a_wrong_claim_is_written_once_more_and_shown_if_it_is_right() -> None:
    with model_server(answer=[reply(claim(WRONG)), {"claims": [again()]}]) as server:
        wrong, right = answered(writer(server))
    assert (wrong.shown, wrong.claim.key) == (False, "c1")
    assert (right.shown, right.claim.key, right.claim.rewrites, right.claim.text) == (
        True,
        "c1r",
        "c1",
        REGISTER,
    )
    _, asked = server.asked
    assert "30 days" in asked.user
    assert "60 days" in asked.user
    assert [problem.detail for problem in wrong.verdicts[0].problems if problem.detail in asked.user]


@pytest.mark.parametrize(
    "second",
    [{"claims": []}, {"claims": [again(WRONG)]}, {"claims": "none"}, "{", Reply(status=400, raw=b"no")],
)
def test_a_claim_that_is_withdrawn_or_repeated_stays_withheld_and_the_law_speaks(second: object) -> None:
    reader = Reader()
    with model_server(answer=[reply(claim(WRONG)), second]) as server:  # type: ignore[list-item]  # as a table gives it
        writes = writer(server, reader)
        wrong, law = answered(writes)
    assert not wrong.shown
    assert law.claim == VERBATIM.claims[0]
    assert writes.draft.writer == "quoting"
    assert INSTEAD in reader.notes


def test_a_claim_that_fails_again_stays_withheld() -> None:
    worse = again(WRONG.replace("60", "90"))
    with model_server(answer=[reply(claim(WRONG)), {"claims": [worse]}]) as server:
        wrong, worst, law = answered(writer(server))
    assert (wrong.shown, worst.shown, law.shown) == (False, False, True)
    assert worst.claim.rewrites == "c1"
    assert len(server.asked) == 2


def test_only_a_few_claims_are_written_once_more() -> None:
    wrong = [claim(WRONG.replace("60", str(days))) for days in range(60, 67)]
    with model_server(answer=[reply(*wrong), {"claims": [again()]}]) as server:
        claims = answered(writer(server))
    assert len(server.asked) == 1 + MAX_REWRITES
    assert [one.claim.text for one in claims if one.shown] == [
        REGISTER
    ]  # said once, though written four times


def test_a_hundred_claims_are_cut() -> None:
    many = [claim(REGISTER.replace("30", str(days))) for days in range(100)]
    reader = Reader()
    with model_server(reply(*many)) as server:
        writes = writer(server, reader)
        assert len(list(writes.claims())) == MAX_CLAIMS
    assert TOO_MANY.format(f"{MAX_CLAIMS} sentences") in reader.notes
    assert writes._models.calls[0].failure


@pytest.mark.parametrize(
    ("odd", "noted"),
    [
        ({"text": REGISTER}, True), ({"citations": []}, True), (claim(""), True), (claim("\0 \u202e"), True), (claim(LONG), True),
        (claim(quote=7), True), (claim(source=["D3"]), True), (claim(source=None), True), ("a string", True), (7, True), (None, True),
        ([], True), ({"text": {"a": 1}, "citations": {}}, True), ({"text": "x", "citations": ["D3"]}, True),
        (claim(quote=LONG), True), ({"text": REGISTER, "citations": [claim()["citations"][0]] * 9}, True),
        ({"text": REGISTER, "citations": []}, False),
    ],
)  # fmt: skip
def test_what_is_no_claim_is_counted_and_told(odd: object, noted: bool) -> None:
    reader = Reader()
    with model_server(reply(odd, claim(FINE, "D2", FINE))) as server:
        claims = checked(list(writer(server, reader).claims()))
    assert [one.claim.text for one in claims if one.shown] == [FINE]
    assert ("1 sentence of the model could not be read." in reader.notes) is noted
    assert len(claims) == (1 if noted else 2)


HOSTILE = (
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "![](https://evil.example/?q=1)",
    "a\0b",
    "\ud800",
    "```",
    "{{7*7}}",
)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_markup_in_any_field_is_text_that_no_check_lets_through(hostile: str) -> None:
    opinion = {"source": "D1", "use": hostile, "reason": hostile}
    claims = [claim(hostile), claim(quote=hostile), claim(source=hostile), claim(f"{REGISTER} {hostile}")]
    with model_server(json.dumps(reply(*claims, sources=[opinion]))) as server:
        writes = writer(server)
        found = checked(list(writes.claims()))
    assert not any(one.shown for one in found[:3])
    for one in found:
        whole = one.claim.text + "".join(cited.quote + cited.marker for cited in one.claim.citations)
        assert "\0" not in whole
        assert whole.encode()
    assert all("\0" not in one.reason and one.reason.encode() is not None for one in writes.draft.suggestions)


WHOLE = json.dumps(reply(claim(), claim(SCHOOL, "D3", SCHOOL), claim(FINE, "D2", FINE)))


@pytest.mark.parametrize("ends", range(0, len(WHOLE), 41))
def test_a_reply_that_ends_early_leaves_what_was_whole(ends: int) -> None:
    reader = Reader()
    with model_server(Reply(text=WHOLE[:ends], piece=7)) as server:
        writes = writer(server, reader)
        texts = [one.text for one in writes.claims()]
    said = [REGISTER, SCHOOL, FINE]
    assert texts == said[: len(texts)]
    begun = '"reason"' in WHOLE[:ends]
    assert writes.draft.incomplete is (bool(texts) and not writes.draft.suggestions)
    assert begun or not writes.draft.suggestions
    if ends and not texts:
        assert NO_REPLY in reader.troubles


@pytest.mark.parametrize("bytes_sent", [700, 6_000, 9_000, 12_000])
@pytest.mark.parametrize("way", ["reset_after", "close_after"])
def test_half_a_stream_is_marked_incomplete_and_nothing_is_asked_again(bytes_sent: int, way: str) -> None:
    reader = Reader()
    half = Reply(text=json.dumps(reply(claim(WRONG), claim(), claim(FINE, "D2", FINE))), **{way: bytes_sent})  # type: ignore[arg-type]  # by name
    with model_server(half) as server:
        writes = writer(server, reader)
        drafted = list(writes.claims())
        marked = writes.draft.incomplete
        failed = [one for one in checked(drafted) if not one.shown]
        again = list(writes.rewritten(failed))
    assert marked is bool(drafted)
    assert len(server.asked) == 1
    assert again == []
    assert reader.troubles
    if drafted:
        count = "1 sentence" if len(drafted) == 1 else f"{len(drafted)} sentences"
        assert KEPT.format(count) in reader.notes


def test_a_server_that_is_down_leaves_the_word_to_the_law() -> None:
    reader = Reader()
    with model_server() as server:
        writes = writer(server, reader)
        writes._models._servers = {
            Role.ANSWER: type(server.roles()[Role.ANSWER])(url=refused(), model="gone")
        }
        (law,) = answered(writes)
    assert law.claim == VERBATIM.claims[0]
    assert (writes.draft.writer, writes.draft.incomplete) == ("quoting", False)
    assert len(reader.troubles) == 1
    assert reader.notes[-1] == INSTEAD


def test_a_prompt_that_is_too_long_is_asked_once_more_and_shorter() -> None:
    reader = Reader()
    with model_server(answer=[Reply(status=400, raw=b"too long"), reply(claim())]) as server:
        writes = writer(server, reader)
        assert [one.text for one in writes.claims()] == [REGISTER]
    assert SMALLER in reader.notes
    assert [asked.body["max_tokens"] for asked in server.asked] == [size.tokens for size in SIZES]
    assert not writes.draft.incomplete


def test_a_server_that_refuses_every_prompt_is_not_asked_a_third_time() -> None:
    with model_server(Reply(status=400, raw=b"no")) as server:
        (law,) = answered(writer(server))
    assert law.claim == VERBATIM.claims[0]
    assert len(server.asked) == 2


def test_when_the_model_finds_nothing_the_law_speaks() -> None:
    reader = Reader()
    with model_server(reply(sources=opinions())) as server:
        (law,) = answered(writer(server, reader))
    assert law.shown
    assert [note for note in reader.notes if note in {NOTHING_SAID, INSTEAD}] == [NOTHING_SAID, INSTEAD]
    assert reader.troubles == []


def test_the_law_does_not_speak_beside_a_claim_that_is_shown() -> None:
    with model_server(reply(claim(), claim(WRONG))) as server:
        shown, wrong, *others = answered(writer(server))
    assert (shown.shown, wrong.shown) == (True, False)
    assert all(one.claim.writer == "test-answer" for one in others)


def test_a_reader_who_stops_gets_what_was_written_and_nothing_else_is_asked() -> None:
    reader = Reader()
    text = json.dumps(reply(claim(WRONG), claim(), claim(FINE, "D2", FINE)))
    with model_server(Reply(text=text, every=0.02)) as server:
        writes = writer(server, reader)
        drafting = writes.claims()
        drafted = [next(drafting)]
        reader.wants_no_more = True
        drafted += list(drafting)
        claims = checked(drafted)
        later = [*writes.rewritten(claims), *writes.instead(claims)]
    assert 1 <= len(drafted) < 3
    assert writes.draft.incomplete
    assert later == []
    assert len(server.asked) == 1
    assert reader.troubles == []


def test_a_claim_said_twice_is_said_once() -> None:
    reader = Reader()
    with model_server(reply(claim(), claim(), claim(text=REGISTER.upper()))) as server:
        claims = list(writer(server, reader).claims())
    assert len(claims) == 1
    assert any("said again" in note for note in reader.notes)


def test_keys_are_different_in_one_answer() -> None:
    wrong = [claim(WRONG.replace("60", str(days))) for days in (60, 70)]
    right = [{"claims": [again()]}, {"claims": [again(SCHOOL)]}]
    with model_server(answer=[reply(*wrong), *right]) as server:
        keys = [one.claim.key for one in answered(writer(server))]
    assert keys == ["c1", "c2", "c1r", "c2r"]
    assert all(one != other for one, other in itertools.pairwise(keys))


def test_a_model_without_an_end_is_incomplete_and_may_still_be_asked_of_one_sentence() -> None:
    text = WHOLE.replace("30 days", "60 days")[: WHOLE.index(SCHOOL)]
    with model_server(answer=[Reply(text=text, finish="length"), {"claims": [again()]}]) as server:
        writes = writer(server)
        (wrong,) = checked(list(writes.claims()))
        assert writes.draft.incomplete
        (right,) = checked(list(writes.rewritten([wrong])))
    assert (wrong.shown, right.shown, right.claim.rewrites) == (False, True, "c1")


def test_a_draft_that_nobody_reads_to_its_end_is_incomplete() -> None:
    with model_server(Reply(text=WHOLE, every=0.005)) as server:
        writes = writer(server)
        drafting = writes.claims()
        first = next(drafting)
        drafting.close()  # type: ignore[attr-defined]  # a generator
    assert writes.draft.claims == (first,)
    assert writes.draft.incomplete
