"""What one could take instead of the project's index, each behind one small interface, measured in the same way.

Each is built as its documentation says for the simplest case and nothing is tuned. None is asked to filter by day or
shelf, which makes their work easier than the project's own. One whose package is not installed is left out.
"""

from __future__ import annotations

import importlib.util
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.text import slugify

from lawqa.evaluation.scale.alternatives.base import Alternative
from lawqa.evaluation.scale.alternatives.postgres import Postgres
from lawqa.evaluation.scale.alternatives.vectors import FlatVectors, Usearch
from lawqa.evaluation.scale.alternatives.words import Bm25s, SqliteFullText
from lawqa.evaluation.scale.clients import folder_mb, latencies, memory
from lawqa.evaluation.scale.questions import UNFILTERED, Asked, hit, recall

DEPTH = 100
WARMING, QUESTIONS = 10, 100
CLIENTS = (1, 8)
ALTERNATIVES: dict[str, Callable[[Path], Alternative]] = {
    kind.name: kind for kind in (FlatVectors, Usearch, Bm25s, SqliteFullText, Postgres)
}


def missing(name: str) -> str:
    """The package that an alternative lacks; empty when it can be measured."""
    package = ALTERNATIVES[name].package  # type: ignore[attr-defined]  # every class of the table has it
    return "" if importlib.util.find_spec(package) else str(package)


def alternative_build(name: str) -> dict[str, Any]:
    """Build one from the rows."""
    folder = folder_of(name)
    shutil.rmtree(folder, ignore_errors=True)  # of a smaller size
    folder.mkdir(parents=True)
    began, worked = time.perf_counter(), time.process_time()
    with ALTERNATIVES[name](folder) as alternative:
        alternative.build()
        return {
            "seconds": round(time.perf_counter() - began, 1), "cpu_seconds": round(time.process_time() - worked, 1),
            "mb": memory()["mb"] + alternative.server_mb(), "disk_mb": folder_mb(folder),
        }  # fmt: skip


def alternative_search(name: str) -> dict[str, Any]:
    """A fresh process that only searches."""
    asked = Asked.load(Path(settings.LAWQA_DATA))
    questions = asked.questions[:QUESTIONS]
    with ALTERNATIVES[name](folder_of(name)) as alternative:
        alternative.open()
        found = [alternative.search(question, DEPTH) for question in questions]
        nearest = [alternative.nearest(question, DEPTH) for question in questions]
        clients = {
            str(count): latencies(
                lambda question: alternative.search(question, DEPTH), questions, clients=count,
                count=2 * QUESTIONS, last=alternative.leave,
            )
            for count in CLIENTS
        }  # fmt: skip
        used = memory()
        return {
            "finds_by": alternative.finds_by, "clients": clients, "hit": hit(found, questions),
            "memory": {**used, "mb": used["mb"] + alternative.server_mb()},
            "recall": _recall(nearest, asked.exact[UNFILTERED]),
        }  # fmt: skip


def _recall(nearest: Sequence[list[int] | None], exact: Sequence[set[int]]) -> float | None:
    """Against exact search; None for what knows no vectors."""
    known = [ids for ids in nearest if ids is not None]
    return recall(known, exact[: len(known)]) if known else None


def folder_of(name: str) -> Path:
    return Path(settings.LAWQA_DATA) / "alternatives" / slugify(name)
