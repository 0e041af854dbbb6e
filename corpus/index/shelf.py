"""What is searched: an index and, beside it, the rows that came or changed since it was made.

One instance a process and thread-safe. Before each search it asks the database, in one cheap query, whether any
document's version differs from what it has in memory (corpus.index.versions); the searches of one question may
share that look. Of the documents that changed it reads the facets again: a passage that is new joins the delta,
one that is gone is masked before ranking, so that those behind it are found, and one whose days or shelf changed
is searched by the current ones. So a search that starts after a change was committed sees the change, whichever
process made it and whichever ids it touched.

A new index is opened by the search that notices it. The others go on with what they have, which is as right, since
it follows the rows too.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from corpus.index import source
from corpus.index.backend import Backend, Snapshot, backend_of, is_milvus
from corpus.index.delta import Delta
from corpus.index.errors import Unavailable
from corpus.index.local import NOTHING, LocalBackend
from corpus.index.matters import Matters, Open
from corpus.index.versions import Versions
from corpus.models import Encoder
from corpus.types import Filters, Hit, Terms

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class View:
    """All that can be searched at one moment; never changed, only replaced."""

    base: Snapshot
    delta: Delta
    versions: Versions
    """Of the documents when the rows were read."""
    matters: Matters
    """Their words, which neither the index nor the delta has."""

    @property
    def open(self) -> Open:
        """What BM25 is to know of everything that belongs to no matter."""
        return Open(self.base, self.delta.postings, len(self.delta))

    @property
    def is_beside(self) -> bool:
        """Whether anything is searched otherwise than by the index alone."""
        return self.versions.state != self.base.versions.state


class _Moment(threading.local):
    """Of a thread: the view that its questions have in common, once the first of them has looked."""

    shared = False
    view: View | None = None


class Shelf:
    """Finds passages by vector or by terms among those that the filters allow."""

    def __init__(self, encoder: Encoder, backend: Backend | None = None) -> None:
        """`backend`: by default this machine's files."""
        self._encoder = encoder
        self._backend = backend or LocalBackend(encoder)
        self._view = self._unread(NOTHING)
        self._opened = False
        self._opening = threading.Lock()
        self._lock = threading.Lock()  # of the view: held while rows are read, never while an index is opened
        self._moment = _Moment()

    @property
    def generation(self) -> int | None:
        """The number of the generation that the last search used."""
        return self._view.base.number

    def search_dense(self, vector: NDArray[np.float32], filters: Filters, limit: int) -> list[Hit]:
        """The nearest passages by cosine, best first. Raises Unavailable."""
        return self._searched(
            lambda view: (
                view.delta.search_dense(vector, filters, limit)
                + view.base.search_dense(vector, filters, limit)
            ),
            limit,
        )

    def search_lexical(self, terms: Terms, filters: Filters, limit: int) -> list[Hit]:
        """The best passages for index terms by BM25, best first. Raises Unavailable."""
        return self._searched(
            lambda view: (
                view.delta.search_lexical(terms, filters, limit, view.base)
                + view.base.search_lexical(terms, filters, limit)
                + view.matters.search_lexical(terms, filters, limit, view.open)
            ),
            limit,
        )

    def section_of(self, ids: Sequence[int]) -> dict[int, int]:
        """Passage id → section id, without reading passages; those that are not indexed are left out."""
        return self._asked(lambda view: view.base.section_of(ids) | view.delta.section_of(ids))

    def frequencies(self, terms: Collection[str]) -> tuple[dict[str, int], int]:
        """In how many passages of the index each term stands, and how many there are; those of matters left out."""
        return self._asked(lambda view: (view.base.frequencies_in_law(terms), len(view.base)))

    def _searched(self, search: Callable[[View], list[Hit]], limit: int) -> list[Hit]:
        """The best of what both find; what both have counts as the delta has it, which the rows were read for."""
        best: dict[int, Hit] = {}
        for hit in self._asked(search):
            best.setdefault(hit.passage_id, hit)
        return sorted(best.values(), key=lambda hit: (-hit.score, hit.passage_id))[:limit]

    @contextmanager
    def at_one_moment(self) -> Iterator[None]:
        """What this thread asks inside is answered by the rows as the first of these questions finds them."""
        moment, outermost = self._moment, not self._moment.shared
        moment.shared = True
        try:
            yield
        finally:
            if outermost:
                moment.shared, moment.view = False, None

    def _asked(self, question: Callable[[View], T]) -> T:
        """The answer to a question about all that can be searched now. Raises Unavailable."""
        moment = self._moment
        try:
            view = moment.view or self._current()
            moment.view = view if moment.shared else None
            return question(view)
        except Unavailable:
            self._opened = False  # who comes back may hold something else
            moment.view = None
            raise

    def _current(self) -> View:
        self._open_newest()
        view = self._view
        if Versions.state_now() == view.versions.state:
            return view
        with self._lock:
            if Versions.state_now() != self._view.versions.state:
                for following in self._following_rows(self._view):
                    self._view = following
            return self._view

    def _open_newest(self) -> None:
        """By one thread; those who have another view search that one meanwhile."""
        if self._opening.acquire(blocking=not self._opened):
            try:
                self._open()
            finally:
                self._opening.release()

    def _open(self) -> None:
        """Open a new index, if there is one, and put it in the old one's place when it has followed the rows.

        The first one follows them in its place: nobody has another, and what was read is kept after an error.
        """
        known = self._view.base if self._opened else None
        base = self._backend.snapshot(known, beside=self._view.is_beside)
        if base is not known:
            new = self._unread(base)
            new.matters.look(base.withheld)
            if known is not None:
                new = deque(self._following_rows(new), maxlen=1).pop()
            with self._lock:
                self._view, self._opened = new, True

    def _unread(self, base: Snapshot) -> View:
        """Nothing but the index: the rows that changed since are still to be read."""
        delta = Delta.empty(self._encoder.dimension, base.mean_lengths)
        return View(base, delta, base.versions, Matters(self._encoder, base.mean_lengths))

    def _following_rows(self, view: View) -> Iterator[View]:
        """What changed is read again, a few passages more in each view.

        The versions are put down last: after an error in between, the next search reads what is still missing.
        """
        now = Versions.now()
        changed, gone = now.changed_since(view.versions), now.gone_since(view.versions)
        rows = source.current_facets(self._encoder, changed)
        base, lacking = view.base.revised(changed, gone, rows)
        view = replace(view, base=base, delta=view.delta.revised({*changed, *gone}, rows))
        yield view
        new = np.setdiff1d(lacking, view.delta.facets.ids)
        withheld: set[int] = set()
        for chunk in source.chunks_of(self._encoder, new.tolist()):
            view = replace(view, delta=view.delta.plus(chunk))
            withheld.update(chunk.withheld)
            yield view
        view.matters.look(withheld)
        yield replace(view, versions=now)


@cache
def shelf_of(encoder: Encoder) -> Shelf:
    """The process's one shelf for an encoder, as the installation is set (LAWQA_INDEX)."""
    if not is_milvus():
        return Shelf(encoder)
    from corpus.index.standby import GuardedShelf

    return GuardedShelf(encoder, backend_of(encoder))
