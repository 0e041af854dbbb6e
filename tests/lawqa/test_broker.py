"""The folder that carries the messages: each appears whole, and a half-written one is not there yet."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kombu.connection import Connection


@pytest.fixture
def channel(tmp_path: Path) -> Iterator[Any]:
    folder = {"data_folder_in": str(tmp_path), "data_folder_out": str(tmp_path)}
    options = {**folder, "control_folder": str(tmp_path / "control")}
    opened = Connection(  # type: ignore[no-untyped-call]  # kombu types little
        "filesystem://localhost/", transport="lawqa.broker:Transport", transport_options=options
    )
    with opened:
        yield opened.channel()  # type: ignore[no-untyped-call]  # kombu types little


def test_a_message_is_taken_as_it_was_put_and_once(channel: Any) -> None:
    channel._put("celery", {"id": "§ 1"})
    assert channel._get("celery") == {"id": "§ 1"}
    with pytest.raises(queue.Empty):
        channel._get("celery")


def test_a_message_still_being_written_is_not_there_yet(
    channel: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "replace", lambda self, target: None)
    channel._put("celery", {"id": 1})
    assert [path.suffix for path in tmp_path.glob(".*.celery.msg")] == [".msg"]
    with pytest.raises(queue.Empty):
        channel._get("celery")
