"""The operations page: for admins, of everything, with nobody's words."""

from __future__ import annotations

import re

import pytest
from django.conf import LazySettings
from django.test import Client

from corpus.models import Batch, IngestJob, StoredFile, User
from lawqa.models import Question
from lawqa.operations import plots
from lawqa.operations.models import ALIVE_FOR, Worker
from tests import factories
from tests.model_server import model_server

INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE)


@pytest.fixture(autouse=True)
def many(settings: LazySettings) -> None:
    """An installation for many: nobody is signed in by sitting at it."""
    settings.LAWQA_LAPTOP = False


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(User.objects.create(username="admin", role="admin"))
    return client


def shown(client: Client) -> str:
    response = client.get("/operations/")
    assert response.status_code == 200
    return str(response.content.decode())


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["nobody", "reader", "contributor", "librarian", "suspended"])
def test_nobody_but_an_admin_learns_of_it(client: Client, role: str) -> None:
    if role == "suspended":
        client.force_login(User.objects.create(username="a", role="admin", is_active=False))
    elif role != "nobody":
        client.force_login(User.objects.create(username="a", role=role))
    response = client.get("/operations/")
    assert response.status_code in {302, 404}
    assert b"Storage" not in response.content


@pytest.mark.django_db
def test_an_empty_installation_has_a_page(admin: Client) -> None:
    text = shown(admin)
    assert "No worker has given a sign of life" in text
    assert "Nothing is on the shelves yet" in text
    assert "would not be answered" in text


@pytest.mark.django_db
def test_everything_is_there_and_nothing_runs_inline(admin: Client, settings: LazySettings) -> None:
    question = factories.an_answered_question()
    factories.a_call(question.answer)
    factories.a_call(question.answer, failure="It was late.")
    shelf = question.collections.get()
    kept = StoredFile.objects.create(sha256="a" * 64, size=2_000_000)
    IngestJob.objects.create(
        batch=Batch.objects.create(collection=shelf), collection=shelf, file=kept, name="act.pdf"
    )
    Worker.objects.sign("questions@host", 7, queues=",questions,sweeps,", resident=150_000_000)
    with model_server() as server:
        settings.LAWQA_SERVERS = server.roles("answer")
        text = shown(admin)
    for said in (
        "questions@host",
        "150 MB",
        "originals 2 MB",
        "1 waiting",
        "test-answer",
        "1</strong> failed",
        "XX",
        "12 ms",
    ):
        assert said in text
    assert len(re.findall(r'<circle class="dot"', text)) == 3, "an answer and two calls"
    assert not INLINE.search(text)


@pytest.mark.django_db
def test_the_words_of_a_question_are_for_who_may_read_it(admin: Client) -> None:
    other = User.objects.create(username="other", role="reader")
    factories.an_answered_question(text="Is my neighbour a keeper of bees?", asked_by=other)
    text = shown(admin)
    assert "A question of another person" in text
    assert "neighbour" not in text


@pytest.mark.django_db
def test_a_process_that_went_silent_is_shown_as_such(admin: Client) -> None:
    Worker.objects.sign("questions@host", 7, queues=",questions,")
    Worker.objects.update(seen_at=Worker.objects.get().seen_at - 3 * ALIVE_FOR)
    assert re.search(r"silent, 1[34]\d s ago", shown(admin))


@pytest.mark.parametrize(
    ("most", "end"), [(0, 2), (1, 2), (3, 4), (4, 4), (5, 10), (11, 20), (41, 100), (100, 100), (101, 200)]
)
def test_an_axis_ends_at_a_round_number_with_a_whole_half(most: int, end: float) -> None:
    assert plots.ceiling(most) == end


def test_columns_stand_on_each_other_and_inside_the_plot() -> None:
    found = plots.columns([{"a": 3, "b": 1}, {}, {"a": 0, "b": 2}], ["x", "", "z"])
    first, second, third = found.rects
    assert [(rect.name, rect.count) for rect in found.rects] == [("a", 3), ("b", 1), ("b", 2)]
    assert second.y + second.height == pytest.approx(first.y, abs=0.2)
    assert first.y + first.height == pytest.approx(plots.HEIGHT - plots.BOTTOM, abs=0.2)
    assert third.height == pytest.approx(2 * second.height, abs=0.2)
    assert all(plots.LEFT <= rect.x <= rect.x + rect.width <= plots.WIDTH for rect in found.rects)
    assert [mark.said for mark in found.below] == ["x", "z"]


def test_dots_rise_with_time_taken_and_stay_inside() -> None:
    found = plots.dots([(0, 1), (0.5, 100), (0.5, 1000), (1, 10**9)], [(0.5, "noon")])
    heights = [y for _, y in found.dots]
    assert heights == sorted(heights, reverse=True)
    assert all(0 <= y <= plots.HEIGHT - plots.BOTTOM for y in heights)
    assert all(plots.LEFT <= x <= plots.WIDTH for x, _ in found.dots)


def test_parts_of_a_bar_fill_it() -> None:
    found = plots.stacked({"a": 1, "b": 0, "c": 3})
    assert [(part.name, part.start, part.width) for part in found] == [("a", 0, 25), ("c", 25, 75)]
    assert plots.stacked({"a": 0}) == ()


@pytest.mark.parametrize(("ms", "said"), [(30, "30 ms"), (1000, "1 s"), (120_000, "2 min")])
def test_duration(ms: int, said: str) -> None:
    assert plots.duration(ms) == said


@pytest.mark.django_db
def test_questions_that_failed_are_counted_and_said_to_programs_too(admin: Client) -> None:
    assert "failed in 24 hours" not in shown(admin)
    for words in ("one", "two"):
        question = factories.a_question(text=words)
        Question.objects.fail(question.pk, "It could not be answered.")
    assert "<strong>2</strong> failed in 24 hours" in shown(admin)
    said = Client(HTTP_HOST="localhost").get("/metrics").content.decode()
    assert re.search(r"^lawqa_recent_failed_questions 2", said, re.MULTILINE)
