"""The operator's pages open, and law and answers cannot be altered there."""

from __future__ import annotations

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse

from corpus.models import Section, User
from lawqa.models import Answer, Question
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(User.objects.create(username="a", is_staff=True, is_superuser=True))
    return client


@pytest.mark.parametrize(
    "name",
    ["corpus_collection", "corpus_document", "corpus_edition", "corpus_section",
     "lawqa_question", "lawqa_answer"],
)  # fmt: skip
def test_every_list_opens_and_is_searched(operator: Client, name: str) -> None:
    factories.an_answered_question()
    assert operator.get(reverse(f"admin:{name}_changelist"), {"q": "bees"}).status_code == 200


def test_law_and_answers_are_read_only(operator: Client) -> None:
    factories.an_answered_question()
    for name, row in (("section", Section.objects.all()[0]), ("answer", Answer.objects.get())):
        address = reverse(f"admin:{row._meta.app_label}_{name}_change", args=[row.pk])
        assert operator.get(address).status_code == 200
        assert operator.post(address, {"text": "changed", "outcome": "changed"}).status_code == 403
    question = Question.objects.get()
    assert operator.get(reverse("admin:lawqa_question_change", args=[question.pk])).status_code == 200


@pytest.mark.parametrize("key", ["1", "x", "00000000-0000-0000-0000-000000000000"])
def test_no_row_has_a_page_elsewhere(operator: Client, key: str) -> None:
    for kind in ContentType.objects.values_list("pk", flat=True):
        assert operator.get(f"/admin/r/{kind}/{key}/").status_code == 404


def test_others_do_not_enter(client: Client) -> None:
    client.force_login(User.objects.create(username="b"))
    assert client.get("/admin/").status_code == 302
