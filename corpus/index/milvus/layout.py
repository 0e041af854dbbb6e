"""What a collection on the server is called, holds, and is filtered by.

A passage's entity has its vector, the analysed text of each lexical field with a sparse field for BM25, and the facets.
Texts are sent as the local index analyses them (stems, in order, divided by spaces), so that the server's standard
analyzer has only to divide them: both backends count the same terms. A collection has a companion of notes beside
it: the version of every document in it, how many passages each term stands in, and facts of the whole.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings

from corpus.index.facets import FOREVER, PassageFacets
from corpus.index.lexical import FIELDS, K1, B, LexicalText, terms_in
from corpus.index.source import Chunk
from corpus.models import Encoder
from corpus.types import Filters

SCHEMA = 1
NOTES = "_notes"
FACETS = ("section", "document", "collection", "jurisdiction", "begins", "ends")
MOST_TEXT_BYTES = 60_000
"""Of an analysed text: a VARCHAR holds 65,535 bytes. A passage of 254 tokens has about a thousand."""
INDEX_TYPES: tuple[tuple[int, dict[str, Any]], ...] = (
    (100_000, {"index_type": "FLAT", "params": {}}),
    (20_000_000, {"index_type": "HNSW", "params": {"M": 16, "efConstruction": 200}}),
)
"""Up to so many passages the dense index is of that type;"""
LARGEST_INDEX_TYPE: dict[str, Any] = {
    "index_type": "HNSW_SQ",
    "params": {"M": 16, "efConstruction": 200, "sq_type": "SQ8", "refine": True, "refine_type": "FP16"},
}
"""above, of this one: a quarter of the memory for vectors."""


def alias_of(encoder: Encoder) -> str:
    """The name by which searches find the collection of an encoder and of this layout, whichever serves."""
    kind = f"{SCHEMA} {sorted(FIELDS)} {K1} {B} {encoder} {encoder.dimension}"
    return f"{settings.LAWQA_MILVUS_PREFIX}_v{SCHEMA}_{zlib.crc32(kind.encode()):08x}"


def index_type(passages: int) -> dict[str, Any]:
    return next((given for most, given in INDEX_TYPES if passages <= most), LARGEST_INDEX_TYPE)


def facets_of(row: PassageFacets) -> dict[str, Any]:
    """The facets as the server has them; days as ordinals, `[begins, ends)`."""
    return {
        "id": row.passage_id, "section": row.section_id, "document": row.document_id,
        "collection": row.collection_id, "jurisdiction": row.jurisdiction,
        "begins": row.begins.toordinal() if row.begins else 0,
        "ends": row.ends.toordinal() if row.ends else FOREVER,
    }  # fmt: skip


def entities(chunk: Chunk, rows: Mapping[int, PassageFacets]) -> list[dict[str, Any]]:
    """What is sent of some passages; those that lack a row are left out."""
    triples = zip(chunk.facets.ids.tolist(), chunk.texts, chunk.vectors, strict=True)
    return [
        {**facets_of(rows[pid]), **analysed(text), "vector": vector}
        for pid, text, vector in triples
        if pid in rows
    ]


def analysed(text: LexicalText) -> dict[str, str]:
    """Field → its index terms, divided by spaces."""
    return {field: _joined(terms_in(text, field)) for field in FIELDS}


def _joined(terms: Iterable[str]) -> str:
    text = " ".join(terms)
    if len(text.encode()) <= MOST_TEXT_BYTES:
        return text
    return text.encode()[:MOST_TEXT_BYTES].decode(errors="ignore").rpartition(" ")[0]


def expression(filters: Filters, masked: Collection[int], gone: Collection[int]) -> str:
    """What an entity must be to be ranked at all: of the day and shelves asked for, and as the rows are now.

    `masked` are passages and `gone` documents that the server has otherwise than the rows.
    """
    day = filters.as_of.toordinal()
    parts = [f"begins <= {day}", f"ends > {day}"]
    parts += [
        f"{name} in {_listed(values)}"
        for name, values in (
            ("collection", filters.collections), ("document", filters.documents),
            ("jurisdiction", filters.jurisdictions),
        )
        if values is not None
    ]  # fmt: skip
    parts += [f"{name} not in {_listed(ids)}" for name, ids in (("id", masked), ("document", gone)) if ids]
    return " and ".join(parts)


def nothing_allowed(filters: Filters) -> bool:
    """Whether a filter names an empty set, which no expression can say."""
    return any(
        given is not None and not given
        for given in (filters.collections, filters.documents, filters.jurisdictions)
    )


def among(name: str, values: Iterable[int] | Iterable[str]) -> str:
    return f"{name} in {_listed(values)}"


def _listed(values: Iterable[int] | Iterable[str]) -> str:
    """As the expression language writes them: JSON's numbers and strings."""
    return json.dumps(sorted(values))


def batches(values: Sequence[Any], size: int) -> Iterable[Sequence[Any]]:
    for first in range(0, len(values), size):
        yield values[first : first + size]
