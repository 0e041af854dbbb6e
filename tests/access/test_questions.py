"""Whose questions are whose, and what is searched when access has changed between asking and answering."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from corpus import membership
from corpus.models import Collection, Membership, User
from corpus.roles import Role
from lawqa import stream
from lawqa.models import Question
from lawqa.views import may_still_open
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def server(settings: LazySettings) -> None:
    settings.LAWQA_LAPTOP = settings.LAWQA_ANONYMOUS = False


def a_person(name: str = "ann", role: Role = Role.CONTRIBUTOR, **facts: Any) -> User:
    return User.objects.create(username=name, role=role, **facts)


@pytest.mark.parametrize("role", list(Role))
def test_a_question_is_its_askers_whatever_role_another_has(role: Role) -> None:
    ann, other = a_person(), a_person("bea", role, is_staff=True)
    question = factories.a_question(factories.a_collection(), asked_by=ann, state=Question.State.DONE)
    assert question in Question.objects.visible_to(ann)
    assert question in Question.objects.removable_by(ann)
    for rows in (Question.objects.visible_to(other), Question.objects.removable_by(other)):
        assert not rows.exists()


@pytest.mark.parametrize("laptop", [True, False])
def test_questions_of_nobody_are_their_owners_on_a_laptop_and_nobodys_elsewhere(
    settings: LazySettings, laptop: bool
) -> None:
    settings.LAWQA_LAPTOP = laptop
    factories.a_question(factories.a_collection())
    assert Question.objects.visible_to(a_person(role=Role.ADMIN)).exists() is laptop
    assert not Question.objects.visible_to(a_person("bea")).exists()
    assert not Question.objects.visible_to(AnonymousUser()).exists()


def test_who_has_not_signed_in_reads_and_does_not_ask(settings: LazySettings, client: Client) -> None:
    settings.LAWQA_ANONYMOUS = True
    factories.a_collection()
    sent = client.post("/", {"text": "Must a hive be registered?", "collections": ["county"]})
    assert sent.status_code == 302
    assert "login" in sent["Location"]
    assert not Question.objects.exists()


def test_what_was_chosen_is_searched_as_far_as_the_asker_may_read_it_now() -> None:
    ann = a_person()
    matter, law = membership.create("Orchard", ann), factories.a_collection()
    question = factories.a_question(matter, law, asked_by=ann)
    assert question.request().filters.collections == frozenset({matter.pk, law.pk})
    Membership.objects.all().delete()
    assert question.request().filters.collections == frozenset({law.pk})
    User.objects.update(is_active=False)
    question.refresh_from_db()
    assert question.request().filters.collections == frozenset()


def test_a_conversation_remembers_nothing_of_a_matter_that_was_left() -> None:
    ann = a_person()
    matter, law = membership.create("Orchard", ann), factories.a_collection()
    inside = factories.a_question(matter, text="What of the orchard?", asked_by=ann)
    after = factories.a_question(law, text="And the mill?", asked_by=ann, follows=inside)
    last = factories.a_question(law, text="And the lane?", asked_by=ann, follows=after)
    assert [turn.question for turn in last.history()] == ["What of the orchard?", "And the mill?"]
    Membership.objects.all().delete()
    assert [turn.question for turn in last.history()] == ["And the mill?"]


@pytest.mark.parametrize("lost", ["membership", "account"])
def test_may_still_open_looks_at_the_rows_of_now(lost: str) -> None:
    ann = a_person()
    question = factories.a_question(membership.create("Orchard", ann), asked_by=ann)
    assert may_still_open(ann, question.pk)
    if lost == "membership":
        Membership.objects.all().delete()
    else:
        User.objects.update(is_active=False)
    assert not may_still_open(ann, question.pk)


@pytest.mark.django_db(transaction=True)
def test_a_stream_ends_when_its_reader_may_not_open_the_question_any_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stream, "ASK_SECONDS", 0.0)
    monkeypatch.setattr(stream, "hint", lambda pk: False)
    question = factories.a_question(factories.a_collection())
    factories.events(question, "stage")
    answers = iter([True, False])

    async def frames() -> list[str]:
        return [frame async for frame in stream.follow(question.pk, still=lambda: next(answers))]

    seen = asyncio.run(frames())
    assert [frame for frame in seen if "event:" in frame and "stage" in frame]
    assert not any("done" in frame.splitlines()[0] for frame in seen)
    assert next(answers, None) is None, "it was asked until it said no"


def test_an_admin_finds_no_matter_in_the_administration() -> None:
    ann = a_person()
    matter = membership.create("Orchard", ann)
    boss = a_person("boss", Role.ADMIN, is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(boss)
    assert client.get(f"/admin/corpus/collection/{matter.pk}/change/").status_code == 302
    shelf = factories.a_collection("law")
    sent = {"name": "Law", "slug": "law", "access": "matter", "publisher": "", "licence": ""}
    assert client.post(f"/admin/corpus/collection/{shelf.pk}/change/", sent).status_code == 200
    assert Collection.objects.get(pk=shelf.pk).access == "public", "no shelf becomes a matter"
