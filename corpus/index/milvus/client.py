"""The wall to the Milvus server: the only file with pymilvus, whose errors end here.

* corpus.index.errors.Unavailable     it cannot be asked now: silent, refused, or left alone after that
  + Absent                            it answers, and has no such collection
  + NotLoaded                         it has the collection on its disk only
  + Refused                           it answers, and will not do this; waiting does not mend it
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import grpc
import numpy as np
from django.conf import settings
from numpy.typing import NDArray
from pymilvus import DataType, Function, FunctionType, MilvusClient, MilvusException

from corpus.index.errors import Unavailable
from corpus.index.lexical import FIELDS, K1, B
from corpus.index.milvus.circuit import Circuit
from corpus.index.milvus.layout import FACETS, NOTES, index_type

log = logging.getLogger(__name__)
logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # what went wrong is said once, by this module
SEARCH_SECONDS = 2.0
"""A search does not wait longer for a server."""
KEEPING_SECONDS = 120.0
"""Nor does the worker, for one batch."""
PAGE = 4_000
"""Entities read at once; the server gives at most 16,384."""
CONNECTING = {
    "grpc.use_local_subchannel_pool": 1, "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.min_reconnect_backoff_ms": 100, "grpc.max_reconnect_backoff_ms": 1_000,
    "grpc.keepalive_time_ms": 300_000, "grpc.keepalive_permit_without_calls": 0,
}  # fmt: skip
"""gRPC remembers a silent address for up to two minutes, whoever asks for it; when to try is the circuit's business.
Nor does it look every 10 s whether the server is there, as pymilvus has it: servers hang up on who looks that often."""
SILENT = {1, 2}
"""Not ready, or not to be reached."""
ABSENT = {100, 1600}
"""No such collection or alias."""
NOT_LOADED = 101
UNREACHABLE = (
    "The search index cannot be reached, so nothing was searched. Ask again in a minute; "
    "if it stays, tell the operator."
)
NOT_BUILT = (
    "The search index is not built yet, so nothing was searched. "
    "Ask again in a few minutes; if it stays, tell the operator."
)
REFUSED = "The search index refused the search; it was logged. Ask again, or tell the operator."


class Absent(Unavailable):
    """There is no such collection on the server."""


class NotLoaded(Unavailable):
    """The collection is there, and not in the server's memory."""


class Refused(Unavailable):
    """The server understood and will not."""


class Server:
    """One Milvus server, in one process. Threads may share it."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._token = token
        self._client: MilvusClient | None = None
        self._connecting = threading.Lock()
        self.circuit = Circuit()

    def search(
        self, collection: str, field: str, query: str | NDArray[np.float32], **how: Any
    ) -> list[tuple[int, float]]:
        """(id, score), best first. A collection that was replaced meanwhile is asked for once more."""
        asked = {"data": [query], "anns_field": field, "output_fields": ["section"], **how}
        try:
            found = self._ask("search", collection, SEARCH_SECONDS, **asked)
        except Absent:
            found = self._ask("search", collection, SEARCH_SECONDS, **asked)
        # milvus-lite gives BM25 as a distance below 0, Milvus as a score above.
        return [(int(hit["id"]), abs(float(hit["distance"]))) for hit in found[0]]

    def some(
        self, collection: str, where: str, fields: Sequence[str], seconds: float = SEARCH_SECONDS
    ) -> list[dict[str, Any]]:
        """Entities by their keys, or few for another reason."""
        found = self._ask("query", collection, seconds, filter=where, output_fields=list(fields), **STRONG)
        return [dict(row) for row in found]

    def each(
        self, collection: str, where: str, fields: Sequence[str], seconds: float = KEEPING_SECONDS
    ) -> Iterator[dict[str, Any]]:
        """All entities that fit, a page at a time."""
        pages = self._ask(
            "query_iterator", collection, seconds, batch_size=PAGE, filter=where, output_fields=list(fields),
            **STRONG,
        )  # fmt: skip
        try:
            while page := self._guarded(pages.next):
                yield from (dict(row) for row in page)
        finally:
            pages.close()

    def count(self, collection: str) -> int:
        found = self._ask(
            "query", collection, SEARCH_SECONDS, filter="", output_fields=["count(*)"], **STRONG
        )
        return int(found[0]["count(*)"])

    def put(self, collection: str, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            self._ask("upsert", collection, KEEPING_SECONDS, data=list(rows))

    def alter(self, collection: str, rows: Sequence[dict[str, Any]]) -> None:
        """Other facets for passages that are there; what is not named stays as it is."""
        if rows:
            self._ask("upsert", collection, KEEPING_SECONDS, data=list(rows), partial_update=True)

    def remove(self, collection: str, where: str) -> None:
        self._ask("delete", collection, KEEPING_SECONDS, filter=where)

    def make_durable(self, collection: str) -> None:
        self._ask("flush", collection, KEEPING_SECONDS)

    def serving(self, alias: str) -> str | None:
        """The collection that the alias points to."""
        try:
            found = self._ask("describe_alias", alias, SEARCH_SECONDS)
        except (Absent, Refused):
            return None
        return str(found["collection_name"]) if found else None

    def point(self, alias: str, collection: str) -> None:
        """Let a collection serve, then its notes: older notes speak rightly of a newer collection, too."""
        for end in ("", NOTES):
            verb = "alter_alias" if self.serving(alias + end) else "create_alias"
            self._ask(verb, collection + end, KEEPING_SECONDS, alias=alias + end)

    def collections(self, prefix: str) -> list[str]:
        names = self._ask_alone("list_collections", KEEPING_SECONDS)
        return [str(name) for name in names if str(name).startswith(prefix)]

    def drop(self, collection: str) -> None:
        self._ask("drop_collection", collection, KEEPING_SECONDS)

    def create(self, collection: str, dimension: int, passages: int) -> None:
        """A collection of passages and its companion of notes, both empty and ready to be searched."""
        self._make(collection, *_passages(dimension, passages))
        self._make(collection + NOTES, *_notes())

    def _make(self, collection: str, schema: Any, indexes: Any) -> None:
        """Step by step: pymilvus' way in one waits half a second for each index of what is empty."""
        self._ask("create_collection", collection, KEEPING_SECONDS, schema=schema)
        self._ask("create_index", collection, KEEPING_SECONDS, index_params=indexes, sync=False)
        self._ask("load_collection", collection, KEEPING_SECONDS)

    def is_indexed(self, collection: str, field: str) -> bool:
        """Whether everything in it is in the field's index: until then it is found as well, only slower."""
        found = self._ask("describe_index", collection, KEEPING_SECONDS, index_name=field)
        return not found or int(found.get("pending_index_rows", 0)) == 0

    def _ask(self, verb: str, about: str, seconds: float, **how: Any) -> Any:
        def call() -> Any:
            return getattr(self._connected(seconds), verb)(about, timeout=seconds, **how)

        try:
            return self._guarded(call)
        except NotLoaded:  # milvus-lite forgets at its end what was loaded
            self._guarded(lambda: self._connected(seconds).load_collection(about, timeout=seconds))
            return self._guarded(call)

    def _ask_alone(self, verb: str, seconds: float) -> Any:
        return self._guarded(lambda: getattr(self._connected(seconds), verb)(timeout=seconds))

    def _connected(self, seconds: float) -> MilvusClient:
        with self._connecting:
            if self._client is None:
                self._client = MilvusClient(
                    uri=self._url, token=self._token, timeout=min(seconds, SEARCH_SECONDS), dedicated=True,
                    grpc_options=CONNECTING,
                )  # fmt: skip
            return self._client

    def _guarded(self, call: Any) -> Any:
        if not self.circuit.may_call():
            raise Unavailable(UNREACHABLE)
        try:
            answer = call()
        except MilvusException as error:
            raise self._told(error) from error
        except grpc.RpcError as error:
            raise self._silence(error) from error
        self.circuit.answered()
        return answer

    def _told(self, error: MilvusException) -> Unavailable:
        code = error.code
        if not isinstance(code, int) or code in SILENT:
            return self._silence(error)
        self.circuit.answered()
        if code in ABSENT:
            return Absent(NOT_BUILT)
        if code == NOT_LOADED:
            return NotLoaded(NOT_BUILT)
        log.error("The Milvus server refused: %s", error)
        return Refused(REFUSED)

    def _silence(self, error: Exception) -> Unavailable:
        self.circuit.silent()
        log.warning("The Milvus server does not answer and is left alone for a while: %s", _short(error))
        return Unavailable(UNREACHABLE)


STRONG = {"consistency_level": "Strong"}
_servers: dict[tuple[str, str], Server] = {}
os.register_at_fork(after_in_child=_servers.clear)  # a connection does not outlive a fork


def server() -> Server:
    """As the installation is set."""
    where = (settings.LAWQA_MILVUS_URL, settings.LAWQA_MILVUS_TOKEN)
    return _servers.setdefault(where, Server(*where))


def _short(error: Exception) -> str:
    return str(error).partition("\n")[0][:200]


def _passages(dimension: int, passages: int) -> tuple[Any, Any]:
    schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("id", DataType.INT64, is_primary=True)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
    for name in FACETS:
        if name == "jurisdiction":
            schema.add_field(name, DataType.VARCHAR, max_length=64)
        else:
            schema.add_field(name, DataType.INT64)
    indexes = MilvusClient.prepare_index_params()
    dense = index_type(passages)
    indexes.add_index("vector", dense["index_type"], metric_type="IP", params={"params": dense["params"]})
    for name in ("document", "collection"):
        indexes.add_index(name, index_type="INVERTED")
    for field in FIELDS:
        _with_bm25(schema, indexes, field)
    return schema, indexes


def _with_bm25(schema: Any, indexes: Any, field: str) -> None:
    """A field of analysed text and the sparse one that the server makes of it."""
    schema.add_field(
        field, DataType.VARCHAR, max_length=65_535, enable_analyzer=True,
        analyzer_params={"tokenizer": "standard"},
    )  # fmt: skip
    schema.add_field(f"{field}_bm25", DataType.SPARSE_FLOAT_VECTOR)
    schema.add_function(
        Function(
            name=f"{field}_to_bm25", function_type=FunctionType.BM25, input_field_names=[field],
            output_field_names=[f"{field}_bm25"],
        )
    )  # fmt: skip
    indexes.add_index(
        f"{field}_bm25", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25",
        # As one value, which Milvus and milvus-lite both read; pymilvus' flat form is lost on the latter.
        params={"params": {"bm25_k1": K1, "bm25_b": B}},
    )  # fmt: skip


def _notes() -> tuple[Any, Any]:
    schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("key", DataType.VARCHAR, max_length=512, is_primary=True)
    schema.add_field("kind", DataType.INT64)
    schema.add_field("value", DataType.VARCHAR, max_length=4_096)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=2)  # a collection without a vector is refused
    indexes = MilvusClient.prepare_index_params()
    indexes.add_index("vector", metric_type="IP", index_type="FLAT")
    return schema, indexes
