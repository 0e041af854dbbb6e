"""Real processes that build, damage or search an index: `python -m tests.fault.index_process` starts them.

Each says what it saw as JSON. What kills it and what is switched off is built in here and only here: the code
that is tested has no switches.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    import numpy as np

    from corpus.index.backend import Snapshot

LIMIT = 10
SEARCH = "hive registered county honey"
WORDS = [*SEARCH.split(), *"jar label boat harbour wasp nest school museum crown fine".split()]
PLACES = ("half-written", "written", "before-fsync", "before-rename", "after-rename")


def prepare(number: str) -> dict[str, Any]:
    """Rows and a generation; then a document goes and another comes, beside the generation."""
    import numpy as np
    from django.core.management import call_command

    from corpus.models import Document

    call_command("migrate", verbosity=0)
    chance = np.random.default_rng(int(number))
    for key in range(8):
        _document(f"act{key}", chance)
    _rebuild()
    Document.objects.get(key="act3").delete()
    _document("newer", chance)
    return {"exact": _searched(exact=True), **_seen()}


def _document(key: str, chance: np.random.Generator) -> None:
    from corpus import vectors
    from corpus.models import Document, Passage
    from tests.corpus.index.rows_by_hand import a_document, encoder

    texts = [" ".join(chance.choice(WORDS, size=chance.integers(10, 60))) for _ in range(5)]
    document = a_document(key, *texts)
    for passage in Passage.objects.filter(section__document=document):
        vector = chance.normal(size=encoder().dimension).astype("f4")
        passage.embedding = vectors.to_bytes(vector / (vector @ vector) ** 0.5)
        passage.save()
    Document.objects.filter(pk=document.pk).touch()


def killed(place: str) -> dict[str, Any]:
    """A build dies at a place; then a search, a start that cleans up, and another build."""

    def build() -> None:
        _arm(place)
        _rebuild()

    status = _in_a_child(build)
    searched = _seen()
    from corpus import compaction

    compaction.clean()
    cleaned = _seen()
    _rebuild()
    return {"signal": os.WTERMSIG(status), "searched": searched, "cleaned": cleaned, "rebuilt": _seen()}


def killed_often(number: str) -> dict[str, Any]:
    """Builds die at random moments while this process searches all the time.

    What the old generation and its delta find, or what a new one finds, is right; anything else is a mixture.
    """
    import numpy as np

    chance = np.random.default_rng(int(number))
    right = [_searched(), _searched(exact=True)]
    _disconnect()
    mixed = searches = deaths = 0
    for _ in range(6):
        child = os.fork()
        if not child:
            _child(lambda: [_rebuild() for _ in range(20)])
        until = time.monotonic() + chance.uniform(0.02, 0.25)
        while time.monotonic() < until:
            mixed, searches = mixed + (_searched() not in right), searches + 1
        os.kill(child, signal.SIGKILL)
        deaths += os.WIFSIGNALED(os.waitpid(child, 0)[1])
        _disconnect()  # the next child has a connection of its own
    _rebuild()
    return {"mixed": mixed, "searches": searches, "deaths": deaths, **_seen()}


def two_builders(_: str) -> dict[str, Any]:
    """While one process builds another wants to."""
    from corpus.index import generations

    (told, tell), (wait, go_on) = os.pipe(), os.pipe()
    seal = generations._seal

    def slow(*given: Any) -> None:
        os.write(tell, b"x")
        os.read(wait, 1)
        seal(*given)

    def build() -> None:
        os.close(go_on)
        setattr(generations, "_seal", slow)  # noqa: B010  another signature
        _rebuild()

    child = os.fork()
    if not child:
        _child(build)
    os.close(tell)
    os.read(told, 1)
    second = _rebuild()
    os.close(go_on)
    status = os.waitpid(child, 0)[1]
    return {"first": os.waitstatus_to_exitcode(status), "second": second, **_seen()}


def damaged(harm: str) -> dict[str, Any]:
    """The only generation is harmed; then a search, and what the sweeper does."""
    from corpus import compaction
    from corpus.index import generations
    from corpus.models import Generation
    from tests.library import quietly

    _rebuild()
    Generation.objects.filter(state=Generation.State.RETIRED).delete()
    before, serving = _seen(), Generation.objects.get()
    HARMS[harm](generations.folder_of(serving))
    searched = _seen()
    swept = compaction.due() and compaction.compact(quietly) is not None
    return {"before": before, "searched": searched, "swept": swept, "rebuilt": _seen()}


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    _replace(path, bytes(data))


def _cut(path: Path, length: int) -> None:
    _replace(path, path.read_bytes()[:length])


def _replace(path: Path, data: bytes) -> None:
    """Under another inode: whoever has the old file mapped into memory keeps it."""
    path.unlink()
    path.write_bytes(data)


def _other_encoder(folder: Path) -> None:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps({**manifest, "encoder": "another@0"}))


HARMS: dict[str, Callable[[Path], object]] = {
    "bit": lambda folder: _flip(folder / "dense.faiss"),
    "bit-of-words": lambda folder: _flip(next((folder / "lexical").glob("*.term"))),
    "truncated": lambda folder: _cut(folder / "dense.faiss", 1_000),
    "truncated-vectors": lambda folder: _cut(folder / "vectors.f2", 1_000),
    "empty": lambda folder: _cut(folder / "facets.npz", 0),
    "other-encoder": _other_encoder,
}


def _seen() -> dict[str, Any]:
    """What a new process of this installation finds, and what lies in the folder of the index."""
    from corpus.index import generations
    from corpus.models import Generation

    hits = _searched()
    states = {str(pk): state for pk, state in Generation.objects.values_list("pk", "state")}
    folders = sorted(path.name for path in generations.root().iterdir() if path.is_dir())
    serving = Generation.objects.serving()
    return {"hits": hits, "states": states, "folders": folders, "serving": serving and serving.pk}


class _NoIndex:
    """Nothing was ever built: the rows alone are searched."""

    def snapshot(self, known: Snapshot | None, *, beside: bool) -> Snapshot:
        from corpus.index.local import NOTHING

        return NOTHING if known is None else known


def _searched(*, exact: bool = False) -> list[list[int]]:
    """The best ten by vectors and by words, of the index as it is, or of the rows alone."""
    import numpy as np

    from corpus.index.lexical import question_terms
    from corpus.index.shelf import Shelf
    from tests.corpus.index.rows_by_hand import TODAY, encoder

    shelf = Shelf(encoder(), _NoIndex() if exact else None)
    vector = np.ones(encoder().dimension, dtype=np.float32) / encoder().dimension ** 0.5
    by_vector = shelf.search_dense(vector, TODAY, LIMIT)
    by_words = shelf.search_lexical(question_terms(SEARCH), TODAY, LIMIT)
    return [[hit.passage_id for hit in by_vector], [hit.passage_id for hit in by_words]]


def _rebuild() -> bool:
    from corpus import compaction
    from tests.library import quietly

    return compaction.rebuild(quietly) is not None


def _in_a_child(work: Callable[[], object]) -> int:
    """The status with which a forked process ended."""
    _disconnect()
    child = os.fork()
    if not child:
        _child(work)
    return os.waitpid(child, 0)[1]


def _child(work: Callable[[], object]) -> None:
    status = 1
    try:
        work()
        status = 0
    finally:
        os._exit(status)


def _disconnect() -> None:
    from django.db import connections

    connections.close_all()


def _arm(place: str) -> None:
    """Let this process die when it comes to a place of the build."""
    from corpus.index import dense, generations

    owner, name = {
        "half-written": (dense.Builder, "finish"),
        "written": (generations, "_seal"),
        "before-fsync": (generations, "_fsync"),
        "before-rename": (generations, "_put_in_place"),
        "after-rename": (generations, "_serve"),
    }[place]
    setattr(owner, name, lambda *_: os.kill(os.getpid(), signal.SIGKILL))


def _serve_first() -> None:
    """The row points to a generation before its files are there."""
    from corpus.index import generations

    write, serve = generations._write, generations._serve

    def early(folder: Path, encoder: Any, progress: Any) -> Any:
        from corpus.models import Generation

        serve(Generation.objects.get(pk=folder.name.removesuffix(".tmp")))
        return write(folder, encoder, progress)

    generations._write = early


def _no_cleaning() -> None:
    from corpus.index import generations

    generations.clean = lambda: None


def _no_lock() -> None:
    from contextlib import contextmanager

    from corpus import compaction

    @contextmanager
    def alone() -> Any:
        yield True

    compaction._only_builder = alone


def _no_check() -> None:
    from corpus.index import generations

    generations.check = lambda generation: None


def _no_rows() -> None:
    from corpus.index import source

    source.current_facets = lambda encoder, documents: []


def _no_sweep() -> None:
    from corpus import compaction

    compaction.due = lambda: False


PROTECTIONS: dict[str, Callable[[], None]] = {
    "served-last": _serve_first,
    "cleaning": _no_cleaning,
    "lock": _no_lock,
    "manifest": _no_check,
    "exact-search": _no_rows,
    "sweeper": _no_sweep,
}
STEPS: dict[str, Callable[[str], dict[str, Any]]] = {
    "prepare": prepare,
    "killed": killed,
    "killed-often": killed_often,
    "two-builders": two_builders,
    "damaged": damaged,
}


def main() -> None:
    """Fork a process for each line `[FOLDER, STEP, ARGUMENT, SWITCHED OFF…]`; it answers with a line of its own."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "lawqa.settings"
    django.setup()
    import corpus.compaction
    import corpus.index.shelf  # noqa: F401  once for all: loading the libraries takes longer than a step

    for line in sys.stdin:
        folder, step, argument, *without = json.loads(line)
        status = _in_a_child(lambda: _answer(Path(folder), step, argument, without))  # noqa: B023  it ends before the next
        if os.WIFSIGNALED(status):  # it could not answer itself
            _say({"error": f"{step} {argument} {without} died of signal {os.WTERMSIG(status)}"})


def _answer(folder: Path, step: str, argument: str, without: list[str]) -> None:
    from django.conf import settings
    from django.db import connection

    settings.LAWQA_DATA = folder
    connection.settings_dict["NAME"] = folder / "lawqa.sqlite3"
    for name in without:
        PROTECTIONS[name]()
    try:
        _say(STEPS[step](argument))
    except BaseException as error:
        _say({"error": repr(error)})
        raise


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(f"{json.dumps(answer)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
