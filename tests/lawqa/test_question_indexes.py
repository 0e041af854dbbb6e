"""What workers and readers look for all day is found by an index, whatever the number of questions."""

from __future__ import annotations

import pytest
from django.db import connection

from corpus.models import User
from lawqa.models import Question, QuestionQuerySet

pytestmark = pytest.mark.django_db
WAITS, HISTORY = "question_waits", "question_history"


def plan(questions: QuestionQuerySet) -> str:
    """How the database looks for them; PostgreSQL is told to read and to sort only what no index gives.

    What it takes for cheap in a table of no row depends on when it last counted the rows.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
    return questions.explain()


def test_workers_find_what_waits_by_its_state() -> None:
    assert WAITS in plan(Question.objects.overlooked()[:1])


def test_a_person_s_newest_questions_are_found_in_their_order() -> None:
    found = plan(Question.objects.asked_by(User.objects.create(username="anna"))[:8])
    assert HISTORY in found
    assert "sort" not in found.lower().replace("temp b-tree for order by", "sort")


def test_without_the_person_his_index_is_of_no_use() -> None:
    assert HISTORY not in plan(Question.objects.filter(text="x").order_by("text"))
