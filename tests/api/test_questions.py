"""Questions over the interface: asked on the key's shelves, read by who may, and events that can be taken up again."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import AsyncClient
from django.urls import reverse
from django.utils import timezone

from api import keys
from api.events import seen
from api.models import Key, Scope
from corpus.models import Collection, Membership, User
from lawqa.models import Event, Question
from tests.api.calls import Program, a_key, a_person, is_problem
from tests.factories import a_collection, a_question, a_section, an_answered_question, events

ASKED = {"text": "Must a hive be registered?", "as_of": "2026-03-01"}


@pytest.mark.django_db
class TestAsking:
    def test_a_question_becomes_a_row_of_the_keys_owner(
        self, program: Program, person: User, hinted: list[uuid.UUID]
    ) -> None:
        shelf = a_collection()
        a_collection("others", access=Collection.Access.MATTER)
        response = program.post("questions/", ASKED)
        question = Question.objects.get()
        assert (response.status_code, response["Location"]) == (202, f"/api/v1/questions/{question.pk}/")
        assert (question.asked_by, question.text, question.as_of.isoformat()) == (person, *ASKED.values())
        assert list(question.collections.all()) == [shelf]
        assert hinted == [question.pk]
        assert (response.json()["state"], response.json()["outcome"]) == ("waiting", None)

    def test_a_bound_key_asks_on_its_own_shelves_only(self, person: User) -> None:
        county = a_collection()
        a_collection("city")
        bound = Program(a_key(person, Scope.ASK, collections=[county])[1])
        assert bound.post("questions/", ASKED).json()["collections"] == ["county"]
        assert is_problem(bound.post("questions/", {**ASKED, "collections": ["city"]}), 400, "no shelf")

    def test_a_matter_is_searched_only_where_it_was_chosen(self, person: User) -> None:
        a_collection()
        matter = a_collection("matter", access=Collection.Access.MATTER)
        Membership.objects.create(collection=matter, user=person)
        wide = Program(a_key(person, Scope.ASK)[1])
        bound = Program(a_key(person, Scope.ASK, collections=[matter])[1])
        assert wide.post("questions/", ASKED).json()["collections"] == ["county"]
        assert wide.post("questions/", {**ASKED, "collections": ["matter"]}).json()["collections"] == [
            "matter"
        ]
        assert bound.post("questions/", ASKED).json()["collections"] == ["matter"]

    def test_nothing_is_asked_in_a_closed_matter(self, person: User) -> None:
        matter = a_collection("matter", access=Collection.Access.MATTER, closed_at=timezone.now())
        Membership.objects.create(collection=matter, user=person)
        program = Program(a_key(person, Scope.ASK, Scope.READ)[1])
        assert program.get("collections/").json()["count"] == 1
        assert is_problem(program.post("questions/", {**ASKED, "collections": ["matter"]}), 400, "no shelf")

    def test_terms_pins_and_exclusions_are_the_questions_own(self, program: Program) -> None:
        first = a_section()
        second = a_section(first.document, 2)
        chosen = {"terms": ["hive", "register"], "pinned": [first.pk], "excluded": [second.pk]}
        program.post("questions/", {**ASKED, **chosen})
        question = Question.objects.get()
        assert (question.terms, question.pinned, question.excluded) == tuple(chosen.values())

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"text": "   "}, "blank"), ({"as_of": "soon"}, "as_of"), ({"as_of": "1066-10-14"}, "1700"),
            ({"collections": ["nowhere"]}, "no shelf"), ({"follows": str(uuid.UUID(int=7))}, "not there"),
            ({"pinned": [10**17]}, "not on your shelves"), ({"pinned": ["x"]}, "pinned"), ({"text": "x" * 4_001}, "4,000"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_asked_is_refused_with_a_sentence(
        self, program: Program, fields: dict[str, Any], words: str
    ) -> None:
        a_collection()
        assert is_problem(program.post("questions/", {**ASKED, **fields}), 400, words)
        assert not Question.objects.exists()

    def test_fields_that_are_not_a_callers_are_left_out(self, program: Program, person: User) -> None:
        a_collection()
        own = {"id": str(uuid.UUID(int=7)), "asked_by": 0, "state": "done"}
        program.post("questions/", {**ASKED, **own})
        question = Question.objects.get()
        assert (question.asked_by, question.state) == (person, Question.State.WAITING)
        assert question.pk != uuid.UUID(int=7)


@pytest.mark.django_db
class TestReading:
    def test_an_answer_comes_with_its_citations_and_their_facts(self, program: Program, person: User) -> None:
        question = an_answered_question(asked_by=person)
        found = program.get(f"questions/{question.pk}/").json()
        assert found["question"]["outcome"] == "answered"
        (claim,) = found["answer"]["claims"]
        (citation,) = claim["citations"]
        assert (citation["facts"]["quote"], citation["facts"]["resolves"]) == ("exact", True)
        assert [source["marker"] for source in found["answer"]["sources"]] == ["S1"]
        assert len(found["answer"]["withheld"]) == 1

    def test_an_unfinished_question_has_no_answer_yet(self, program: Program, person: User) -> None:
        question = a_question(a_collection(), asked_by=person)
        found = program.get(f"questions/{question.pk}/").json()
        assert (found["answer"], found["failure"]) == (None, "")

    def test_a_failed_question_says_why(self, program: Program, person: User) -> None:
        question = a_question(a_collection(), asked_by=person, state=Question.State.FAILED)
        events(question, "failed")
        assert program.get(f"questions/{question.pk}/").json()["failure"] == "It broke."

    def test_questions_of_others_are_not_there(self, program: Program) -> None:
        question = an_answered_question(asked_by=a_person("ben"))
        address = f"questions/{question.pk}/"
        assert program.get("questions/").json()["count"] == 0
        assert is_problem(program.get(address), 404)
        assert is_problem(program.get(f"{address}events/"), 404)
        assert is_problem(program.post(f"{address}stop/"), 404)
        assert is_problem(program.delete(address), 404)
        assert Question.objects.filter(pk=question.pk).exists()

    def test_the_latest_is_listed_first(self, program: Program, person: User) -> None:
        shelf = a_collection()
        asked = [a_question(shelf, asked_by=person) for _ in range(3)]
        listed = [row["id"] for row in program.get("questions/").json()["results"]]
        assert listed == [str(question.pk) for question in asked[::-1]]

    def test_answers_that_the_law_moved_away_from_are_listed(self, program: Program, person: User) -> None:
        question = an_answered_question(asked_by=person)
        assert program.get("questions/affected/").json()["results"] == []
        section = question.answer.sources.get(marker="S1").section
        assert section is not None
        section.text, section.sha256 = "1. Nobody keeps bees.", "1" * 64
        section.save()
        (found,) = program.get("questions/affected/").json()["results"]
        assert found["question"]["id"] == str(question.pk)
        assert found["effects"][0]["said"]

    def test_stopping_ends_a_question_that_waits(self, program: Program, person: User) -> None:
        question = a_question(a_collection(), asked_by=person)
        assert program.post(f"questions/{question.pk}/stop/").json()["question"]["state"] == "done"

    def test_only_a_finished_question_is_removed(self, program: Program, person: User) -> None:
        waiting = a_question(a_collection(), asked_by=person)
        assert is_problem(program.delete(f"questions/{waiting.pk}/"), 409)
        Question.objects.update(state=Question.State.DONE)
        assert program.delete(f"questions/{waiting.pk}/").status_code == 204
        assert not Question.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestEvents:
    @pytest.fixture
    def listener(self) -> tuple[Key, str]:
        return a_key(a_person("eve"), Scope.READ)

    @staticmethod
    async def kinds(question: Question, token: str, last: str = "") -> AsyncIterator[str]:
        headers = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream", "Last-Event-ID": last}
        address = reverse("api:question_events", args=[question.pk])
        response: Any = await AsyncClient().get(address, headers=headers)
        assert response.status_code == 200
        assert response["Content-Type"].startswith("text/event-stream")
        async for part in response:
            for line in part.decode().splitlines():
                if line.startswith("event: "):
                    yield line.removeprefix("event: ")

    def heard(self, question: Question, token: str, last: str = "") -> list[str]:
        async def listen() -> list[str]:
            return [kind async for kind in self.kinds(question, token, last)]

        return asyncio.run(listen())

    def test_a_stream_is_taken_up_behind_the_last_event_seen(self, listener: tuple[Key, str]) -> None:
        key, token = listener
        question = a_question(a_collection(), asked_by=key.owner, state="done")
        first, *_ = events(question, "stage", "claim", "done")
        assert self.heard(question, token) == ["stage", "claim", "done"]
        assert self.heard(question, token, str(first.pk)) == ["claim", "done"]
        assert self.heard(question, token, "nonsense") == ["stage", "claim", "done"]

    def test_a_stream_ends_when_its_key_is_revoked(self, listener: tuple[Key, str]) -> None:
        key, token = listener
        question = a_question(a_collection(), asked_by=key.owner, state="running")
        events(question, "stage")

        def revoke() -> None:
            keys.revoke(key, by=key.owner)
            events(question, "claim", "done")

        async def revoked_behind_the_first() -> list[str]:
            heard: list[str] = []
            async for kind in self.kinds(question, token):
                heard.append(kind)
                if heard == ["stage"]:
                    await sync_to_async(revoke)()
            return heard

        assert asyncio.run(revoked_behind_the_first()) == ["stage"]
        assert Event.objects.filter(question=question).count() == 3

    @pytest.mark.parametrize(
        ("given", "found"), [("12", 12), ("", 0), ("-1", 0), ("x", 0), ("9" * 19, 0), ("١٢", 0)]
    )
    def test_an_id_that_is_none_of_ours_means_the_beginning(self, given: str, found: int) -> None:
        assert seen(given) == found
