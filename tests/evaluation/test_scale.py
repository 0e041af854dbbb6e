"""The bench of the index: rows and questions of its own, figures that are right, nothing touched but its folder."""

from __future__ import annotations

import json
import mmap
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import connections

from corpus import embedding, expansion
from corpus.expansion import Added
from corpus.index.facets import Facets
from corpus.models import Document, Passage, Section
from corpus.vectors import to_bytes
from lawqa.evaluation.scale import alternatives, bench, filling, page, product
from lawqa.evaluation.scale.alternatives.postgres import fused
from lawqa.evaluation.scale.bench import Bench
from lawqa.evaluation.scale.child import Failed
from lawqa.evaluation.scale.clients import latencies, memory
from lawqa.evaluation.scale.material import TEXTS, Law, perturbed, write_law
from lawqa.evaluation.scale.questions import Asked, Question, exact_answers, hit, recall
from lawqa.evaluation.scale.report import Report
from tests.corpus.index.rows_by_hand import a_document, encoder

HIVES = "Every keeper shall register every hive with the county within thirty days of its arrival."
SIZE = 120


@pytest.fixture
def law(tmp_path: Path, db: None) -> Path:
    """The law of an installation, written for the bench; its rows are gone again."""
    folder = tmp_path / "law"
    folder.mkdir()
    for number in range(4):
        a_document(f"act{number}", *[f"{HIVES} Rule {number} of {place} stands here." for place in range(15)])
    vectors = perturbed(np.zeros((60, encoder().dimension), dtype=np.float32), 1.0, np.random.default_rng(3))
    passages = list(Passage.objects.order_by("pk"))
    for passage, vector in zip(passages, vectors, strict=True):
        passage.embedding = to_bytes(vector)
    Passage.objects.bulk_update(passages, ["embedding"])
    assert write_law(folder, encoder()) == 60
    Document.objects.all().delete()
    return folder


def take(law: Path, count: int, place: dict[str, int]) -> list[tuple[str, list[float]]]:
    with closing(Law(law, encoder().dimension).read(place)) as sections:
        return [(one.text, one.vectors[0].tolist()) for one in islice(sections, count)]


def test_copies_keep_the_places_of_words_and_are_not_the_same(law: Path) -> None:
    found = take(law, 120, {})
    originals, copies = found[:60], found[60:]
    assert [text for text, _ in originals] == [
        json.loads(line)["text"] for line in (law / TEXTS).read_text().splitlines()
    ]
    for (text, vector), (copy, noisy) in zip(originals, copies, strict=True):
        assert [len(word) for word in copy.split(" ")] == [len(word) for word in text.split(" ")]
        assert 0.7 < float(np.dot(vector, noisy)) < 0.95
    assert sum(text != copy for (text, _), (copy, _) in zip(originals, copies, strict=True)) > 30


def test_law_is_read_on_from_where_reading_stopped(law: Path) -> None:
    """A process that goes on adds what one that did not stop would have added."""
    place: dict[str, int] = {}
    stopped = [*take(law, 25, place)]
    assert [*stopped, *take(law, 70, place)] == take(law, 95, {})


@pytest.mark.django_db
def test_a_shelf_is_filled_to_a_size_and_then_further(law: Path) -> None:
    count = filling.fill(law, encoder(), SIZE)
    assert SIZE <= count == Passage.objects.count() < SIZE + 40
    texts = list(Section.objects.order_by("pk").values_list("text", flat=True))
    assert texts == [text for text, _ in take(law, len(texts), {})]
    assert filling.fill(law, encoder(), count) == count
    assert filling.fill(law, encoder(), count + 1) == Passage.objects.count() > count
    assert all(passage.text for passage in Passage.objects.select_related("section"))


def facets(count: int) -> Facets:
    zeros = np.zeros(count, dtype=np.int64)
    days = zeros.astype(np.int32)
    ids = np.arange(count, dtype=np.int64) * 2 + 5
    return Facets(ids, zeros, zeros, zeros, zeros.astype(np.int16), days, days + 10**6, ("xx",))


def test_exact_answers_are_those_of_multiplying_with_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lawqa.evaluation.scale.questions.STRETCH", 7)
    chance = np.random.default_rng(5)
    vectors = perturbed(np.zeros((50, 12), dtype=np.float32), 1.0, chance).astype(np.float16)
    questions = [Question("?", vector.astype(np.float32), 0) for vector in vectors[:6]]
    odd = np.arange(50) % 2 == 1
    found = exact_answers(
        questions, facets(50), vectors, {"all": None, "odd": odd, "none": np.zeros(50, dtype=bool)}
    )
    for question, everything, some in zip(questions, found["all"], found["odd"], strict=True):
        order = np.argsort(-(vectors.astype(np.float32) @ question.vector))
        assert everything == {int(place) * 2 + 5 for place in order[:10]}
        assert some == {int(place) * 2 + 5 for place in [one for one in order if odd[one]][:10]}
    assert found["none"] == [set()] * 6


@pytest.mark.parametrize(
    ("found", "exact", "share"),
    [
        pytest.param([[1, 2, 3]], [{1, 2, 3}], 1.0, id="all"),
        pytest.param([[1, 9], [4]], [{1, 2}, {4, 5}], 0.5, id="half"),
        pytest.param([[*range(10), 77]], [{77}], 0.0, id="only-the-first-ten-count"),
        pytest.param([[]], [set()], 1.0, id="nothing-to-find"),
    ],
)
def test_recall(found: list[list[int]], exact: list[set[int]], share: float) -> None:
    assert recall(found, exact) == share


def test_a_question_hits_when_its_passage_is_among_the_first_ten() -> None:
    questions = [Question("?", np.zeros(1, dtype=np.float32), key) for key in (3, 4)]
    assert hit([[1, 2, 3], [*range(10, 20), 4]], questions) == 0.5


def test_what_is_asked_is_the_same_in_every_process(tmp_path: Path) -> None:
    vector = np.array([0.1, 0.2], dtype=np.float32)
    added = (Added("hive", "hives", 0.5),)
    Asked([Question("Who?", vector, 7, added)], {"100 %": [{7, 9}]}, {"100 %": 2}).save(tmp_path)
    again = Asked.load(tmp_path)
    assert (again.questions[0].text, again.questions[0].passage_id) == ("Who?", 7)
    assert np.array_equal(again.questions[0].vector, vector)
    assert again.questions[0].added == added
    assert (again.exact, again.allowed) == ({"100 %": [{7, 9}]}, {"100 %": 2})


@pytest.mark.parametrize("clients", [1, 8])
def test_every_client_asks_its_share_and_is_closed(clients: int) -> None:
    asked: list[int] = []
    closed: list[int] = []
    found = latencies(asked.append, range(10), clients=clients, count=80, last=lambda: closed.append(1))
    assert sorted(asked) == sorted([*range(10)] * 8)
    assert len(closed) == clients
    assert 0 <= found["p50"] <= found["p95"] <= found["max"]
    assert found["a_second"] > 0
    assert found["cpu_ms"] >= 0


def test_memory_is_that_of_this_process() -> None:
    before = memory()["mb"]
    with closing(mmap.mmap(-1, 64_000_000)) as held:  # fresh pages: an array may get what was freed before
        held.write(bytes(64_000_000))
        assert before > 10
        assert memory()["mb"] - before > 40


def test_lists_are_fused_by_rank() -> None:
    assert fused([[1, 2, 3], [3, 1]]) == [1, 3, 2]


def test_a_task_is_refused_outside_the_folder_of_a_bench() -> None:
    """It would write rows into whatever database the environment names."""
    environment = {name: value for name, value in os.environ.items() if name != "LAWQA_BENCH_FOLDER"}
    done = subprocess.run(
        [sys.executable, "-m", "lawqa.evaluation.scale.child", "fill_rows"],
        check=False, input="{}\n", capture_output=True, text=True, env=environment,
    )  # fmt: skip
    assert done.returncode == 1
    assert "started by manage.py bench_index only" in done.stderr


class HereChild:
    """A task in this process, on the test's database; what waits is told at once."""

    def __init__(self, folder: Path, task: str, *, nice: int = 0, **arguments: Any) -> None:
        self._task, self._arguments = task, arguments

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        pass

    def wait_until_ready(self) -> None:
        pass

    def tell(self) -> None:
        pass

    def result(self) -> Any:
        return getattr(product, self._task)(ready=lambda: None, **self._arguments)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, settings: LazySettings, tmp_path: Path) -> Path:
    """A folder for a bench whose tasks run in this process."""
    folder = tmp_path / "bench"
    settings.LAWQA_DATA = folder / bench.DATA

    def run(data: Path, task: str, *, nice: int = 0, **arguments: Any) -> Any:
        place = alternatives if task.startswith("alternative_") else product
        return getattr(place, task)(**arguments)

    monkeypatch.setattr(bench, "run", run)
    monkeypatch.setattr(bench, "Child", HereChild)
    monkeypatch.setattr(product, "_times_until_told", lambda questions: iter([1.0, 2.0]))
    monkeypatch.setattr(product, "migrate", dict)
    monkeypatch.setattr(bench, "BESIDE", (1, 30))
    monkeypatch.setattr(bench, "PROCESSES", 2)
    for place in (product, alternatives):
        monkeypatch.setattr(place, "QUESTIONS", 8)
        monkeypatch.setattr(place, "WARMING", 2)
    monkeypatch.setattr(bench.Bench, "_write_law", lambda self: {
        "passages": 60, "began": "2026-01-01T00:00", "cores": 2, "machine": "<b>here</b>"})  # fmt: skip
    return folder


@pytest.mark.django_db(transaction=True)
def test_a_bench_measures_every_size_and_writes_a_page(law: Path, here: Path, tmp_path: Path) -> None:
    said: list[str] = []
    law.rename(make(here) / bench.LAW)
    (here / "report.json").write_text("{}")
    measured = ["FAISS flat, float32", "SQLite FTS5"]
    report = Bench(here, said.append).run([80, SIZE], [SIZE], measured)
    connections.close_all()
    assert report.sizes == [80, SIZE]
    for size in report.sizes:
        at = report.at(size)
        assert size <= at["build"]["passages"] == at["fill"]["passages"] < size + 40
        assert set(at["quality"]["recall"].values()) == {1.0}
        assert at["quality"]["hit"]["hybrid"] > 0
        assert at["search"]["clients"].keys() == {"1", "8"}
    assert [row["beside"] for row in report.at(SIZE)["beside"]] == sorted(
        row["beside"] for row in report.at(SIZE)["beside"]
    )
    assert report.at(SIZE)["rebuild"]["build"]["passages"] > report.at(SIZE)["build"]["passages"]
    assert list(report.alternatives(SIZE)) == measured
    assert report.alternatives(SIZE)["FAISS flat, float32"]["search"]["recall"] == 1.0
    assert report.alternatives(80) == {}
    before = len(said)
    Bench(here, said.append).run([80, SIZE], [SIZE], measured)
    assert len(said) == before, "nothing is measured twice"

    page.write_page(tmp_path / "page.html", report, {"bm25s": "bm25s"})
    text = (tmp_path / "page.html").read_text()
    for words in ("SQLite FTS5", "bm25s was not measured", "Rebuilt without embedding", "&lt;b&gt;here"):
        assert words in text
    assert "<script" not in text
    assert "http" not in text


def make(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def test_a_folder_with_other_things_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("")
    with pytest.raises(Failed, match="holds other things"):
        Bench(tmp_path, print)


def test_what_is_removed_is_what_the_bench_made(tmp_path: Path) -> None:
    folder = make(tmp_path / "bench")
    (folder / "report.json").write_text("{}")
    (folder / "notes").write_text("")
    for name in (bench.LAW, bench.DATA):
        (folder / name).mkdir()
    Bench(folder, print).remove()
    assert [path.name for path in folder.iterdir()] == ["notes"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["--sizes", "10"], "name larger ones", id="too-small"),
        pytest.param(["--sizes", "1000"], "load law first", id="empty-shelf"),
    ],
)
def test_what_cannot_be_measured_is_said(arguments: list[str], words: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("bench_index", *arguments, "--folder", str(tmp_path / "new"))


@pytest.mark.parametrize("values", [[], [3.0], [0.04, 90.0], [1.0, 1_000_000.0], [0.0, 5.0]])
def test_every_dot_lies_inside_its_plot(values: list[float]) -> None:
    drawn = page.plot("Time", {"one": [(10_000, value) for value in values], "none": []})
    assert len(drawn.lines) == bool(values)
    for line in drawn.lines:
        assert all(page.LEFT <= x <= page.WIDTH and 0 <= y <= page.HEIGHT for x, y in line.dots)


@pytest.mark.parametrize(
    ("number", "words"), [(0.5, "0.5"), (200, "200"), (5000, "5000"), (10_000, "10 k"), (2e6, "2 M")]
)
def test_marks_in_words(number: float, words: str) -> None:
    assert page.words(number) == words


def test_processes_together() -> None:
    found = page.together([{"p50": p, "p95": 2 * p, "a_second": 1.0} for p in (5.0, 1.0, 3.0)])
    assert found == {"p50": 3.0, "p95": 10.0, "a_second": 3.0, "count": 3}


def test_an_alternative_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    find: Callable[[str], object] = lambda name: None if name == "usearch" else object()  # noqa: E731  one line of a test
    monkeypatch.setattr("importlib.util.find_spec", find)
    assert {name: alternatives.missing(name) for name in ("usearch", "bm25s")} == {
        "usearch": "usearch",
        "bm25s": "",
    }


def test_the_encoder_is_not_asked() -> None:
    question = Question("What?", np.ones(3, dtype=np.float32), 1, (Added("hive", "hives", 0.5),))
    with product.known_vectors([question]):
        assert np.array_equal(embedding.encode_question("What?"), question.vector)
        assert expansion.expanded("What?") == question.added
        with pytest.raises(KeyError):
            embedding.encode_question("Something else?")


def test_a_report_of_a_run_that_was_stopped_is_shown_as_far_as_it_goes(tmp_path: Path) -> None:
    found = {"law": {"passages": 1}, "9/build": {"passages": 9}, "9/usearch/build": {"seconds": 1}}
    (tmp_path / "report.json").write_text(json.dumps(found))
    report = Report(tmp_path)
    assert report.sizes == [9]
    assert report.alternatives(9) == {}
    assert page.plots(report)[0].lines == ()
    page.write_page(tmp_path / "page.html", report, {})
    assert "The index at size" in (tmp_path / "page.html").read_text()
