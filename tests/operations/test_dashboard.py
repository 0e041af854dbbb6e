"""The dashboard asks for nothing that /metrics does not say."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from lawqa.models import ModelCall
from lawqa.operations.models import Worker
from tests import factories

BOARD = settings.BASE_DIR / "deploy/grafana/lawqa.json"


@pytest.fixture(scope="module")
def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(BOARD.read_text(encoding="utf-8"))["panels"]
    return found


@pytest.mark.django_db
def test_every_series_of_the_dashboard_is_one_that_is_said(panels: list[dict[str, Any]]) -> None:
    call: ModelCall = factories.a_call(factories.an_answered_question().answer)
    call.answer.first_claim_ms = 40
    call.answer.save()
    Worker.objects.sign("questions@host", 7, queues=",questions,")
    client = Client(HTTP_HOST="localhost")
    client.get("/healthz")
    said = set(re.findall(r"^(lawqa_\w+)", client.get("/metrics").content.decode(), re.MULTILINE))
    asked = {
        name
        for panel in panels
        for target in panel["targets"]
        for name in re.findall(r"lawqa_\w+", target["expr"])
    }
    assert asked
    # Documents that changed are known only where the files of the index are.
    assert asked - said <= {"lawqa_index_changed_documents"}


def test_panels_have_numbers_of_their_own_and_do_not_overlap(panels: list[dict[str, Any]]) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        place = panel["gridPos"]
        cells = {
            (place["x"] + column, place["y"] + row)
            for column in range(place["w"])
            for row in range(place["h"])
        }
        assert not cells & taken, panel["title"]
        assert all(column < 24 for column, _ in cells)
        taken |= cells
    assert len({panel["id"] for panel in panels}) == len(panels)


def test_every_query_takes_the_chosen_server(panels: list[dict[str, Any]]) -> None:
    for panel in panels:
        for target in panel["targets"]:
            assert target["datasource"]["uid"] == "${datasource}"
