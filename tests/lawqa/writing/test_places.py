"""Places whose law a question asks for, and places that are merely mentioned."""

from __future__ import annotations

import pytest

from lawqa.writing.places import places_named


@pytest.mark.parametrize(
    ("question", "places"),
    [
        pytest.param("May I keep bees?", {}, id="none"),
        pytest.param("May I keep bees in France?", {"France": "fr"}, id="in-a-country"),
        pytest.param("What is the law of the Netherlands on bees?", {"Netherlands": "nl"}, id="of-the"),
        pytest.param(
            "May I keep bees in the state of Texas?", {"Texas": "us-"}, id="a-part-has-law-of-its-own"
        ),
        pytest.param("What does German law say of bees?", {"German": "de"}, id="a-people's-law"),
        pytest.param("What do Italian criminal courts say?", {"Italian": "it"}, id="a-people's-courts"),
        pytest.param("May honey be sent to France?", {}, id="sent-there"),
        pytest.param("Honey from France", {}, id="comes-from-there"),
        pytest.param("May a French bee be kept?", {}, id="a-people's-bee"),
        pytest.param("Bees in South Korea or in Spain?", {"South Korea": "kr", "Spain": "es"}, id="two"),
        pytest.param("Bees in West Virginia", {"West Virginia": "us-"}, id="the-longest-name"),
        pytest.param("bees in france", {}, id="names-have-capitals"),
        pytest.param("Bees in Indiana", {"Indiana": "us-"}, id="no-half-names"),
        pytest.param("The rights of Indians in Francestown", {}, id="words-are-whole"),
    ],
)
def test_places_named(question: str, places: dict[str, str]) -> None:
    assert places_named(question) == places
