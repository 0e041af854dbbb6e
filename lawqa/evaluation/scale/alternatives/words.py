"""Full text without a server: bm25s, and FTS5 of SQLite."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from corpus.index.lexical import STOPWORDS
from lawqa.evaluation.scale.alternatives.base import InFolder, rows
from lawqa.evaluation.scale.questions import Question


def words_of(question: Question) -> list[str]:
    """The words of a question that a person would search for."""
    return [word for word in question.text.strip("?").split() if word.lower() not in STOPWORDS]


class Bm25s(InFolder):
    """Scores of every word and passage, worked out beforehand and kept in memory."""

    name: ClassVar[str] = "bm25s"
    package: ClassVar[str] = "bm25s"
    finds_by: ClassVar[str] = "words"

    def build(self) -> None:
        import bm25s

        ids: list[NDArray[np.int64]] = []

        def texts() -> Iterator[str]:
            for chunk in rows():
                ids.append(chunk.facets.ids)
                yield from (f"{one.heading} {one.text}" for one in chunk.texts)

        tokens = bm25s.tokenize(texts(), show_progress=False)
        index = bm25s.BM25()
        index.index(tokens, show_progress=False)
        index.save(str(self.folder / "index"), show_progress=False)
        np.save(self.folder / "ids.npy", np.concatenate(ids))

    def open(self) -> None:
        import bm25s

        self._index = bm25s.BM25.load(str(self.folder / "index"))
        self._ids = np.load(self.folder / "ids.npy")

    def search(self, question: Question, limit: int) -> list[int]:
        import bm25s

        tokens: Any = bm25s.tokenize(question.text, return_ids=False, show_progress=False)
        places = self._index.retrieve(tokens, k=limit, show_progress=False).documents[0]
        return [int(pid) for pid in self._ids[places]]


class SqliteFullText(InFolder):
    """A table of FTS5 with its Porter stemmer, ranked by its bm25."""

    name: ClassVar[str] = "SQLite FTS5"
    package: ClassVar[str] = "sqlite3"
    finds_by: ClassVar[str] = "words"
    threads = threading.local()

    def build(self) -> None:
        with sqlite3.connect(self.folder / "index.sqlite3") as link:
            link.execute(
                "CREATE VIRTUAL TABLE passages USING fts5(heading, text, tokenize = 'porter unicode61', content = '')"
            )
            for chunk in rows():
                link.executemany(
                    "INSERT INTO passages (rowid, heading, text) VALUES (?, ?, ?)",
                    [(one.passage_id, one.heading, one.text) for one in chunk.texts],
                )
        link.close()

    def open(self) -> None:
        """Each thread has a connection of its own."""

    def search(self, question: Question, limit: int) -> list[int]:
        wanted = " OR ".join(f'"{word}"' for word in words_of(question))
        found = self._link().execute(
            "SELECT rowid FROM passages WHERE passages MATCH ? ORDER BY bm25(passages, 0.5, 1.0) LIMIT ?",
            (wanted, limit),
        )
        return [key for (key,) in found]

    def _link(self) -> sqlite3.Connection:
        if not hasattr(self.threads, "link"):
            self.threads.link = sqlite3.connect(f"file:{self.folder / 'index.sqlite3'}?mode=ro", uri=True)
        link: sqlite3.Connection = self.threads.link
        return link

    def leave(self) -> None:
        self._link().close()
        del self.threads.link
