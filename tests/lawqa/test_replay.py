"""An answer played again: the same on the same shelf; else which section changed, moved or left, and what fails now."""

from __future__ import annotations

import datetime as dt
import io
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from corpus import editions
from corpus import pipeline as library_pipeline
from corpus.models import Collection, Document, Section
from corpus.types import LoadReport
from lawqa import contents, pipeline
from lawqa.canonical import canonical
from lawqa.differences import Matter, Wording, compare_dates, compare_facts, compare_law, compare_retrieved
from lawqa.models import Claim, Question, SealedRecord
from lawqa.replay import CannotReplay, Replay, replay
from lawqa.sealing import sign
from tests import library

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]
DAY = dt.date(2024, 1, 1)
HIVES = "How long do I have to register a hive?"
AMENDED = library.BEES.replace("30 days", "14 days")


def answered(text: str = HIVES, **facts: Any) -> Question:
    question = Question.objects.create(text=text, as_of=DAY, **facts)
    question.collections.set(Collection.objects.all())
    pipeline.answer_question(question)
    return question


def amend(dated: dt.date, first: str = AMENDED) -> None:
    """Another edition of the Bees Act, in which Article 1 reads otherwise."""
    sections = (
        library.section(1, first, "Registration of hives"),
        library.section(2, library.HONEY, "Sale of honey"),
        library.section(3, library.WASPS, "Nests of wasps"),
    )
    editions.record(library.shelf(), library.bees_act(dated), iter(sections), LoadReport())
    library_pipeline.add_passages(library.quietly)
    library_pipeline.update_index(library.quietly)


def said(found: Replay, matter: Matter) -> list[str]:
    return [f"{one.subject}: {one.said}" for one in found.differences if one.matter is matter]


@pytest.mark.parametrize(
    "text",
    [
        HIVES,
        "What does Article 2 of the Bees Act say?",
        "May hives be kept on a boat in the harbour?",
        "What does Article 17 GDPR say?",
        "How do I repair a bicycle tyre?",
    ],
)
def test_on_the_same_shelf_nothing_differs(text: str) -> None:
    found = replay(answered(text))
    assert (found.differences, found.notes) == ((), ())


def test_after_the_index_was_built_anew_nothing_differs() -> None:
    question = answered()
    call_command("rebuild_index", stdout=io.StringIO())
    found = replay(question)
    assert found.same
    assert found.notes == ("The index was built anew since.",)


def rewritten(change: Callable[[dict[str, Any]], object]) -> None:
    """The one record, changed and signed again, as another version might have written it."""
    record = SealedRecord.objects.get()
    facts = json.loads(record.text)
    change(facts)
    text = canonical(facts)
    SealedRecord.objects.update(text=text, sha256=contents.digest(text), signature=sign(text))


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("for_questions", "Questions are encoded by other weights since."),
        ("expander", "Terms are added to questions by other weights since."),
        ("reranker", "What is found is reranked by other weights since."),
    ],
)
def test_other_weights_than_those_of_then_are_said(named: str, said: str) -> None:
    question = answered()
    rewritten(lambda facts: facts["index"]["encoder"][named].update(sha256="0" * 64))
    found = replay(question)
    assert (found.differences, found.notes) == ((), (said,))


def test_a_record_that_does_not_name_them_yet_is_played_again() -> None:
    question = answered()

    def as_before(facts: dict[str, Any]) -> None:
        del facts["index"]["kind"], facts["index"]["encoder"]["for_questions"]
        del facts["index"]["encoder"]["expander"], facts["index"]["encoder"]["reranker"]

    rewritten(as_before)
    found = replay(question)
    assert (found.differences, found.notes) == ((), ())


def test_a_question_with_pins_and_terms_of_its_reader_differs_in_nothing() -> None:
    wasps, honey = (Section.objects.get(path=path).pk for path in ("art_3", "art_2"))
    chosen: dict[str, Any] = {"terms": ["hive"], "pinned": [wasps], "excluded": [honey]}
    assert replay(answered(**chosen)).same


def test_an_amended_section_is_named_with_what_does_not_stand_any_more() -> None:
    question = answered()
    amend(dt.date(2023, 6, 1))
    found = replay(question)
    assert said(found, Matter.LAW) == ["Bees Act Art. 1: It reads differently now."]
    (quote, *_) = said(found, Matter.VERIFICATION)
    assert quote.startswith("Bees Act Art. 1: 1. A keeper of bees shall register")
    assert "Quote exact then; quote not found now." in quote


def test_a_section_that_was_corrected_in_place_is_named() -> None:
    question = answered()
    amend(dt.date(2020, 1, 1))
    assert said(replay(question), Matter.LAW) == ["Bees Act Art. 1: It reads differently now."]


def test_an_amendment_of_a_later_day_is_noted_and_changes_nothing() -> None:
    question = answered()
    amend(dt.date(2025, 6, 1))
    found = replay(question)
    assert found.same
    assert (
        "Bees Act Art. 1: It changes or ends on 1 June 2025, after 1 January 2024, which was asked for."
        in found.notes
    )


def test_a_deleted_section_is_named_in_law_search_and_verification() -> None:
    question = answered()
    with_passages = Document.objects.filter(key="bees")
    with_passages.touch()
    Section.objects.get(path="art_1").delete()
    found = replay(question)
    assert said(found, Matter.LAW) == ["Bees Act Art. 1: It has left the shelf."]
    assert "Bees Act Art. 1: It is not found any more." in said(found, Matter.RETRIEVAL)
    assert any(
        "On the shelf then; not on the shelf now." in line for line in said(found, Matter.VERIFICATION)
    )


def test_a_section_that_ended_before_the_day_is_named() -> None:
    question = answered()
    Document.objects.filter(key="bees").touch()
    Section.objects.filter(path="art_1").update(valid_to=dt.date(2023, 1, 1))
    found = replay(question)
    assert said(found, Matter.LAW) == [
        "Bees Act Art. 1: It is no longer law on 1 January 2024, as the shelf has it now."
    ]


def test_a_shelf_that_is_gone_is_told_of() -> None:
    question = answered()
    Document.objects.filter(collection__slug="county").touch()
    Collection.objects.get(slug="county").delete()
    found = replay(question)
    assert "The shelf County is gone." in found.notes
    assert "Bees Act Art. 1: It has left the shelf." in said(found, Matter.LAW)


def test_law_that_was_added_is_told_of_where_it_is_found() -> None:
    question = answered()
    extra = library.section(4, "A hive that was sold is registered by its buyer within a week.", "Sold hives")
    library.load(
        library.section(1, library.BEES, "Registration of hives"),
        library.section(2, library.HONEY, "Sale of honey"),
        library.section(3, library.WASPS, "Nests of wasps"),
        extra,
    )
    assert "Bees Act Art. 4: It is found now, and was not." in said(replay(question), Matter.RETRIEVAL)


def damaged(change: Callable[[SealedRecord], None]) -> list[str]:
    question = answered()
    sealed = SealedRecord.objects.get(answer__question=question)
    change(sealed)
    sealed.save()
    return [one.said for one in replay(question).differences if one.matter is Matter.RECORD]


def test_a_record_that_was_changed_is_told_of() -> None:
    def change(sealed: SealedRecord) -> None:
        sealed.text = sealed.text.replace("How long", "How soon")

    assert [line.split()[1] for line in damaged(change)] == ["text", "signature"]


def test_a_signature_that_was_changed_is_told_of() -> None:
    def change(sealed: SealedRecord) -> None:
        sealed.signature = "0" * 64

    (line,) = damaged(change)
    assert "signature" in line


def test_a_sentence_that_was_changed_on_the_answers_page_is_told_of() -> None:
    question = answered()
    Claim.objects.filter(answer__question=question).update(text="Hives need not be registered.")
    (line,) = said(replay(question), Matter.RECORD)
    assert "are not those of the record" in line


@pytest.mark.parametrize("text", ["", "{}", "no json", '{"format":"lawqa-record-9"}'])
def test_a_record_that_cannot_be_read_is_not_played(text: str) -> None:
    question = answered()
    SealedRecord.objects.update(text=text)
    with pytest.raises(CannotReplay, match="restore it from a backup"):
        replay(question)


def test_what_has_no_record_is_not_played() -> None:
    question = Question.objects.create(text=HIVES, as_of=DAY)
    with pytest.raises(CannotReplay, match="not answered yet"):
        replay(question)
    question.state = Question.State.DONE
    question.save()
    with pytest.raises(CannotReplay, match="no sealed record"):
        replay(question)


class TestTheCommand:
    def run(self, capfd: pytest.CaptureFixture[str], *args: str) -> tuple[int, str]:
        code = 0
        try:
            call_command("replay", *args)
        except SystemExit as left:
            code = int(left.code or 0)
        return code, capfd.readouterr().out

    def test_it_ends_with_0_and_says_so_when_all_is_as_it_was(
        self, capfd: pytest.CaptureFixture[str]
    ) -> None:
        code, out = self.run(capfd, str(answered().pk))
        assert code == 0
        assert "are as they were, and the record is what was sealed" in " ".join(out.split())

    def test_it_ends_with_1_and_names_what_differs(self, capfd: pytest.CaptureFixture[str]) -> None:
        question = answered()
        amend(dt.date(2023, 6, 1))
        code, out = self.run(capfd, f"http://127.0.0.1:8000/answers/{question.pk}/")
        assert code == 1
        for words in ("The law", "Bees Act Art. 1", "It reads differently now.", "What verification says"):
            assert words in out

    def test_it_ends_with_2_without_a_record(self, capfd: pytest.CaptureFixture[str]) -> None:
        question = answered()
        SealedRecord.objects.all().delete()
        code, out = self.run(capfd, str(question.pk))
        assert (code, "no sealed record" in out) == (2, True)

    @pytest.mark.parametrize("given", ["nothing", str(uuid.uuid4())])
    def test_an_answer_that_does_not_exist_is_said(self, given: str) -> None:
        with pytest.raises(CommandError, match="There is no answer") as found:
            call_command("replay", given)
        assert found.value.returncode == 2

    @pytest.mark.parametrize("args", [[], [str(uuid.uuid4()), "--all"], ["x", "--since", "2024-01-01"]])
    def test_what_cannot_be_meant_is_said(self, args: list[str]) -> None:
        with pytest.raises(CommandError) as found:
            call_command("replay", *args)
        assert found.value.returncode == 2

    def test_json_of_one(self, capfd: pytest.CaptureFixture[str]) -> None:
        question = answered()
        amend(dt.date(2023, 6, 1))
        code, out = self.run(capfd, str(question.pk), "--json")
        found = json.loads(out)
        assert (code, found["played"], found["same"], found["as_of"]) == (1, True, False, "2024-01-01")
        assert {"matter": "law", "subject": "Bees Act Art. 1", "said": "It reads differently now."} in found[
            "differences"
        ]

    def test_all_of_them_since_a_day(self, capfd: pytest.CaptureFixture[str]) -> None:
        kept, unsealed, old = answered(), answered("Who removes nests of wasps?"), answered("bees")
        SealedRecord.objects.filter(answer__question=unsealed).delete()
        Question.objects.filter(pk=old.pk).update(asked_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        code, out = self.run(capfd, "--all", "--json", "--since", "2021-01-01")
        assert code == 0
        assert [(one["answer"], one["played"]) for one in json.loads(out)] == [
            (str(kept.pk), True),
            (str(unsealed.pk), False),
        ]
        _, out = self.run(capfd, "--all")
        assert "3 answers: 2 as they were, 0 differ. 1 could not be played." in " ".join(out.split())


SOURCE: dict[str, Any] = {
    "collection": "county", "document": "bees", "path": "art_1", "label": "Art. 1", "start": 0, "end": 9,
    "score": 0.9, "similarity": 0.5, "valid_from": "2020-01-01", "valid_to": None, "entered_into_force": None,
    "section_sha256": "a",
}  # fmt: skip


def sources(*paths: str, **facts: Any) -> list[dict[str, Any]]:
    return [{**SOURCE, "path": path, "label": path, **facts} for path in paths]


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [
        pytest.param(sources("a", "b"), sources("a", "b"), [], id="same"),
        pytest.param(
            sources("a"),
            sources("b", "a"),
            ["b: It is found now, and was not."],
            id="new-one-before-it-moves-nothing",
        ),
        pytest.param(
            sources("a", "b"),
            sources("b", "a"),
            [
                "a: It was at place 1 and is at place 2 now.",
                "b: It was at place 2 and is at place 1 now.",
            ],
            id="moved",
        ),
        pytest.param(sources("a"), sources("a", score=0.905), [], id="within-the-tolerance"),
        pytest.param(
            sources("a"),
            sources("a", score=0.5),
            ["a: Its score was 0.900 and is 0.500 now."],
            id="beyond-the-tolerance",
        ),
        pytest.param(
            sources("a"),
            sources("a", similarity=None),
            ["a: Its similarity was 0.500 and is none now."],
            id="not-seen-by-the-dense-retriever",
        ),
        pytest.param(
            sources("a"), sources("a", start=4), ["a: Another passage of it is found."], id="passage"
        ),
    ],
)
def test_retrieved_sets_are_compared(
    then: list[dict[str, Any]], now: list[dict[str, Any]], expected: list[str]
) -> None:
    assert [f"{one.subject}: {one.said}" for one in compare_retrieved(then, now)] == expected


FACTS: dict[str, Any] = {
    "resolves": True, "label_matches": True, "quote": "exact", "figures_match": True,
    "in_force_on": "in_force", "supports": True, "problems": [],
}  # fmt: skip


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [
        pytest.param({}, {}, [], id="same"),
        pytest.param({"quote": "normalised"}, {}, [], id="a-record-keeps-the-words-as-they-stand"),
        pytest.param(
            {},
            {"quote": "normalised"},
            ["Quote exact then; quote matches but for typography now."],
            id="not-the-other-way-round",
        ),
        pytest.param({}, {"supports": None}, [], id="no-opinion-is-asked-for"),
        pytest.param({}, {"label_matches": False}, ["Label fits then; label differs now."], id="label"),
        pytest.param(
            {}, {"problems": [{"check": "number", "detail": "It says 30."}]}, ["It says 30."], id="problem"
        ),
    ],
)
def test_facts_are_compared(then: dict[str, Any], now: dict[str, Any], expected: list[str]) -> None:
    assert compare_facts({**FACTS, **then}, {**FACTS, **now}, as_of=DAY) == expected


def test_a_section_that_nobody_knows_to_end_any_more_is_noted() -> None:
    now = Wording(sha256="a", valid_from=dt.date(2020, 1, 1), valid_to=None, entered_into_force=None)
    assert compare_law(SOURCE, now, held=True, as_of=DAY) == ""
    assert compare_dates(SOURCE, now, as_of=DAY) == ""
    ended = {**SOURCE, "valid_to": "2030-01-01"}
    assert compare_dates(ended, now, as_of=DAY) == "It is not known to end any more."
    earlier = {**SOURCE, "valid_from": "2019-01-01"}
    assert compare_dates(earlier, now, as_of=DAY) == "The day from which it applies was corrected."
