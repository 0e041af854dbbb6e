"""The page where a text is verified."""

from __future__ import annotations

import pytest
from django.test import Client

from corpus.models import Collection
from lawqa.checking import LONGEST_TEXT
from lawqa.models import Question
from tests import library

pytestmark = pytest.mark.django_db
BRIEF = (
    "Article 1(1) of the Bees Act: “may register every hive with the county”.\r\n\r\n"
    "Article 9 of the Bees Act <script>alert(1)</script> & “bees shall be fed by the king of bees” Art. 1 Bees Act."
)


@pytest.fixture(autouse=True)
def law() -> None:
    library.record(library.section(1, library.BEES, "Registration"))


def verify(client: Client, **changes: object) -> tuple[int, str]:
    given = {"text": BRIEF, "as_of": "2026-03-01", "collections": ["county"], **changes}
    response = client.post("/verify/", given)
    return response.status_code, response.content.decode()


def test_the_form_stands_there(client: Client) -> None:
    page = client.get("/verify/").content.decode()
    assert "Text to verify" in page
    assert 'value="county"' in page


def test_facts_stand_beside_the_text_and_nothing_is_kept(client: Client) -> None:
    status, page = verify(client)
    assert status == 200
    assert "Departs from the law" in page
    assert "<del>" in page
    assert "Does not exist" in page
    assert "Not found there" in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert not Question.objects.exists()


def test_a_fact_opens_the_section_at_its_words(client: Client) -> None:
    _, page = verify(client, text="Article 1 of the Bees Act: “shall register every hive”.")
    start = library.BEES.index("shall register every hive")
    assert f"?start={start}&amp;end={start + 25}#quote" in page


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        pytest.param({"text": " \n "}, 400, "Paste a text first.", id="empty"),
        pytest.param({"text": "x" * (LONGEST_TEXT + 1)}, 413, "Divide it", id="too-long"),
        pytest.param({"as_of": "31.12.2025"}, 400, "not a day of the calendar", id="day"),
        pytest.param({"collections": ["secret"]}, 400, "There is no shelf called", id="shelf"),
    ],
)
def test_bad_input_gets_a_sentence(
    client: Client, changes: dict[str, object], status: int, said: str
) -> None:
    found, page = verify(client, **changes)
    assert found == status
    assert said in page


def test_control_characters_of_a_word_processor_are_spaces(client: Client) -> None:
    status, page = verify(client, text="Article 1\x0bof the\x0cBees Act\x00.")
    assert status == 200
    assert "Exists, in force" in page


def test_a_matter_that_is_not_the_reader_s_does_not_exist(client: Client) -> None:
    Collection.objects.filter(slug="county").update(access=Collection.Access.MATTER)
    status, page = verify(client)
    assert status == 400
    assert "There is no shelf called" in page
