"""An answer is affected when the law that it rests on is not what it was; everything else leaves it alone."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from corpus.models import Collection, Edition, Section, User
from corpus.withdrawal import withdraw
from lawqa.affected import affected, effects_of, moved, see
from lawqa.effects import Concern, Effect
from lawqa.management.commands import affected_answers
from lawqa.models import AnswerSource, Claim, Question
from lawqa.sealing import seal
from tests import factories, library
from tests.library import section

pytestmark = pytest.mark.django_db
OLD, MIDDLE = dt.date(2013, 7, 26), dt.date(2018, 1, 1)
RULE = "A keeper of bees shall register every hive within 30 days."
REST = "\n2. A museum keeps no more than two hives."
TODAY = timezone.localdate()
SOON = TODAY + dt.timedelta(days=10)
PAGE = "/questions/changed/"


def shelve(*texts: str, dated: dt.date = OLD) -> None:
    library.record(*(section(number, text) for number, text in enumerate(texts, start=1)), dated=dated)


def asked(as_of: dt.date = TODAY, **facts: Any) -> Question:
    """A question whose answer quotes the rule, as the pipeline would have left it."""
    row = Section.objects.enacted(as_of).get(path="art_1")
    question = factories.a_question(Collection.objects.get(), as_of=as_of, state=Question.State.DONE, **facts)
    answer = factories.an_answer(question)
    factories.a_claim(answer, factories.a_source(answer, row), RULE)
    seal(answer)
    return question


def effects(question: Question) -> list[Effect]:
    """Found by the command's way, which must overlook nothing that looking at the one answer finds."""
    question.refresh_from_db()
    alone = effects_of([question]).get(question.pk, ())
    listed = next((one.effects for one in affected(Question.objects.all()) if one.question == question), ())
    assert listed == alone
    return list(alone)


def concerns(question: Question) -> list[Concern]:
    return [effect.concern for effect in effects(question)]


def nothing() -> None:
    pass


def the_same_words() -> None:
    shelve(f"{RULE} {REST.strip()}", dated=SOON)


def another_section_changes() -> None:
    shelve(RULE + REST, "Honey is sold.", dated=SOON)


def it_changes_soon() -> None:
    shelve(RULE.replace("30", "60") + REST, dated=SOON)


def it_changed_before() -> None:
    shelve(RULE.replace("30", "60") + REST, dated=MIDDLE)


def another_part_changes_soon() -> None:
    shelve(RULE + REST.replace("two", "three"), dated=SOON)


def it_is_repealed_soon() -> None:
    library.record(section(1, "", "Repealed. Act 9", valid_to=SOON), section(2, "Other."), dated=SOON)


def it_is_missing_soon() -> None:
    library.record(section(2, "Other."), dated=SOON)


def it_was_missing_before() -> None:
    library.record(section(2, "Other."), dated=MIDDLE)


def it_is_corrected() -> None:
    shelve(RULE.replace("30", "60") + REST)


def its_typography_is_corrected() -> None:
    shelve(RULE.replace(" ", "  ") + REST)


def it_is_taken_back() -> None:
    withdraw(Edition.objects.get())


def it_is_taken_back_and_put_back() -> None:
    withdraw(Edition.objects.get())
    shelve(RULE + REST)


@pytest.mark.parametrize(
    ("becomes", "of_today", "of_the_past"),
    [
        pytest.param(nothing, None, None, id="nothing"),
        pytest.param(the_same_words, None, None, id="typography"),
        pytest.param(another_section_changes, None, None, id="another-section"),
        pytest.param(it_changes_soon, Concern.CHANGED, None, id="a-later-change"),
        pytest.param(another_part_changes_soon, Concern.CHANGED, None, id="a-later-change-of-another-part"),
        pytest.param(it_is_repealed_soon, Concern.CHANGED, None, id="a-later-repeal"),
        pytest.param(it_is_missing_soon, Concern.CHANGED, None, id="a-later-edition-without-it"),
        pytest.param(it_changed_before, Concern.OTHER, None, id="an-edition-in-between"),
        pytest.param(it_was_missing_before, Concern.NO_LAW, None, id="an-edition-in-between-without-it"),
        pytest.param(it_is_corrected, Concern.CORRECTED, Concern.CORRECTED, id="a-correction"),
        pytest.param(its_typography_is_corrected, None, None, id="a-correction-of-typography"),
        pytest.param(it_is_taken_back, Concern.LEFT, Concern.LEFT, id="withdrawn"),
        pytest.param(it_is_taken_back_and_put_back, None, None, id="withdrawn-and-put-back"),
    ],
)  # fmt: skip
def test_what_concerns_an_answer(
    becomes: Callable[[], None], of_today: Concern | None, of_the_past: Concern | None
) -> None:
    shelve(RULE + REST)
    today, past = asked(), asked(dt.date(2014, 5, 1))
    becomes()
    assert concerns(today) == ([of_today] if of_today else [])
    assert concerns(past) == ([of_the_past] if of_the_past else [])


def test_an_edition_that_is_taken_back_gives_the_day_its_former_text() -> None:
    shelve("A hive is a box.")
    shelve(RULE, dated=MIDDLE)
    question = asked()
    withdraw(Edition.objects.get(dated=MIDDLE))
    (effect,) = effects(question)
    assert (effect.concern, effect.stands) == (Concern.OTHER, False)
    assert effect.before is None  # its row is gone: nothing can be laid over the text of now
    assert effect.section == Section.objects.get().pk


def test_a_change_that_was_known_when_it_was_asked_is_none() -> None:
    shelve(RULE)
    it_changes_soon()
    assert concerns(asked()) == []


@pytest.mark.parametrize(
    ("becomes", "stands"),
    [(it_changes_soon, False), (another_part_changes_soon, True), (it_is_repealed_soon, None)],
)
def test_whether_the_quoted_words_stand_in_the_new_text(
    becomes: Callable[[], None], stands: bool | None
) -> None:
    shelve(RULE + REST)
    question = asked()
    becomes()
    (effect,) = effects(question)
    assert effect.stands is stands


def test_a_follow_up_keeps_the_day_of_its_conversation() -> None:
    shelve(RULE)
    first = asked()
    second = asked(as_of=TODAY, follows=first)
    later = timezone.now() + dt.timedelta(days=3)
    Question.objects.filter(pk=second.pk).update(asked_at=later)  # asked later, of the same day
    alone = asked()
    Question.objects.filter(pk=alone.pk).update(asked_at=later)  # asked of a day that had passed
    it_changes_soon()
    assert concerns(second) == [Concern.CHANGED]
    assert concerns(alone) == []


def test_what_was_withheld_or_set_aside_concerns_nobody() -> None:
    shelve(RULE)
    question = asked()
    Claim.objects.update(shown=False)
    it_is_corrected()
    assert concerns(question) == []


def test_an_older_record_without_digests_of_words_is_read_by_its_passage() -> None:
    shelve(RULE + REST)
    question = asked()
    AnswerSource.objects.update(words_sha256="", wording_sha256="")
    assert concerns(question) == []
    its_typography_is_corrected()
    assert concerns(question) == []
    it_is_corrected()
    assert concerns(question) == [Concern.CORRECTED]


def test_what_cannot_have_moved_is_not_looked_at() -> None:
    shelve(RULE)
    asked()
    assert not moved(Question.objects.all()).exists()
    it_changes_soon()
    assert moved(Question.objects.all()).exists()


def test_many_answers_take_the_same_number_of_queries(django_assert_num_queries: Any) -> None:
    shelve(RULE)
    questions = [asked() for _ in range(20)]
    it_changes_soon()
    with django_assert_num_queries(5):  # citations with sources, sections, their wordings, editions, texts
        assert len(effects_of(questions)) == 20


def test_what_was_seen_is_told_again_when_the_law_changes_again() -> None:
    shelve(RULE)
    question = asked()
    it_changes_soon()
    (one,) = affected(Question.objects.all())
    assert see(question, [effect.key for effect in one.effects]) == 1
    assert [found.unseen for found in affected(Question.objects.all())] == [()]
    shelve(RULE.replace("30", "90"), dated=TODAY + dt.timedelta(days=5))
    (again,) = affected(Question.objects.all())
    assert [effect.said for effect in again.unseen] != [effect.said for effect in one.effects]


def test_only_what_is_true_can_be_seen() -> None:
    shelve(RULE)
    question = asked()
    assert see(question, ["0" * 16, "x"]) == 0
    question.refresh_from_db()
    assert question.changes_seen == []


def shown(client: Client, address: str = PAGE) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


class TestPages:
    def test_nothing_to_look_at_is_said(self, client: Client) -> None:
        shelve(RULE)
        asked()
        assert "Nothing to look at" in shown(client)
        assert 'class="count"' not in shown(client, "/questions/")

    def test_the_answer_the_history_and_the_list_say_it_with_the_difference(self, client: Client) -> None:
        shelve(RULE)
        question = asked(text="When is a hive registered?")
        it_changes_soon()
        before, after = Section.objects.order_by("valid_from")
        compared = reverse("corpus:comparison", args=[after.pk, before.pk])
        answer = shown(client, reverse("answer", args=[question.pk]))
        assert "The law under this answer has changed since it was given" in answer
        assert f'href="{compared}"' in answer
        assert "The law that it cites has changed since." in shown(client, "/questions/")
        assert '<span class="count">1</span>' in shown(client, "/questions/")
        listed = shown(client)
        assert "When is a hive registered?" in listed
        assert f'href="{compared}"' in listed
        assert "The quoted words do not stand in the new text." in listed
        assert "<del>30 </del><ins>60 </ins>" in shown(client, compared)

    def test_seen_answers_leave_the_list_and_can_be_shown(self, client: Client) -> None:
        shelve(RULE)
        question = asked(text="When is a hive registered?")
        it_changes_soon()
        (effect,) = effects(question)
        given = {"seen": f"{question.pk}:{effect.key}", "back": str(question.pk)}
        response = client.post(PAGE, given)
        assert response["Location"] == reverse("answer", args=[question.pk])
        assert "When is a hive registered?" not in shown(client)
        assert "When is a hive registered?" in shown(client, f"{PAGE}?all")
        assert "The law under this answer has changed" in shown(client, reverse("answer", args=[question.pk]))

    @pytest.mark.parametrize(
        "given", [{}, {"seen": "x"}, {"seen": ":"}, {"seen": "x:y", "back": "//evil.example"}]
    )
    def test_what_cannot_be_meant_changes_nothing(self, client: Client, given: dict[str, str]) -> None:
        assert client.post(PAGE, given)["Location"] == PAGE

    def test_everybody_sees_their_own(self, client: Client) -> None:
        shelve(RULE)
        anna, bert = (User.objects.create_user(name) for name in ("anna", "bert"))
        question = asked(text="When is a hive registered?", asked_by=anna)
        it_changes_soon()
        (effect,) = effects(question)
        for stranger in (None, bert):
            if stranger:
                client.force_login(stranger)
            assert "Nothing to look at" in shown(client)
            client.post(PAGE, {"seen": f"{question.pk}:{effect.key}"})
            assert client.get(reverse("answer", args=[question.pk])).status_code == 404
        client.force_login(anna)
        assert "When is a hive registered?" in shown(client)
        assert "Mark as seen" in shown(client, reverse("answer", args=[question.pk]))

    def test_a_citation_of_a_text_that_was_taken_back_leads_to_what_stands_there(
        self, client: Client
    ) -> None:
        shelve(RULE)
        citation = asked().answer.claims.get().citations.get()
        it_is_taken_back()
        address = reverse("citation", args=[citation.pk])
        assert "no longer on the shelf" in client.get(address).content.decode()
        shelve(RULE)
        again = client.get(address)
        assert again.status_code == 410
        assert (
            f'href="{reverse("corpus:section", args=[Section.objects.get().pk])}"' in again.content.decode()
        )

    def test_taken_away_it_says_so_too(self, client: Client) -> None:
        shelve(RULE)
        question = asked()
        it_changes_soon()
        said = "The rule changed between 26 July 2013 and"
        assert said in shown(client, reverse("answer_print", args=[question.pk]))
        data = client.get(reverse("answer_json", args=[question.pk])).json()
        assert [change["concern"] for change in data["changed_since"]] == ["changed"]
        assert data["sources"][0]["history"]["went"]["said"].startswith(said)
        assert data["sources"][0]["history"]["came"] is None


class TestCommand:
    def test_none_ends_with_0(self, capfd: pytest.CaptureFixture[str]) -> None:
        shelve(RULE)
        asked()
        call_command("affected_answers")
        assert "No answers are affected" in capfd.readouterr().out

    def test_some_end_with_1_until_they_are_seen(self, capfd: pytest.CaptureFixture[str]) -> None:
        shelve(RULE)
        question = asked()
        it_changes_soon()
        with pytest.raises(SystemExit) as ended:
            call_command("affected_answers")
        assert ended.value.code == 1
        told = capfd.readouterr().out
        assert str(question.pk) in told
        assert "The rule changed between" in told
        see(question, [effect.key for effect in effects(question)])
        call_command("affected_answers")
        assert "1 more was seen" in capfd.readouterr().out

    def test_json(self, capsys: pytest.CaptureFixture[str]) -> None:
        shelve(RULE)
        question = asked()
        it_changes_soon()
        with pytest.raises(SystemExit):
            call_command("affected_answers", "--json")
        (told,) = json.loads(capsys.readouterr().out)
        assert told["answer"] == str(question.pk)
        assert [change["concern"] for change in told["changes"]] == ["changed"]
        assert told["seen"] is False

    def test_since_leaves_out_what_was_asked_before(self) -> None:
        shelve(RULE)
        asked()
        it_changes_soon()
        call_command("affected_answers", "--since", (TODAY + dt.timedelta(days=2)).isoformat())

    def test_a_database_that_does_not_answer_is_no_news(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fails(*_: object) -> None:
            raise OperationalError("disk I/O error")

        monkeypatch.setattr(affected_answers, "affected", fails)
        with pytest.raises(CommandError, match="disk I/O error") as ended:
            call_command("affected_answers")
        assert ended.value.returncode == 2
