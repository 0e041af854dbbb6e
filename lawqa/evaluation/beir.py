"""A retrieval benchmark in BEIR's form (Thakur et al., NeurIPS 2021), through the project's own retrieval.

The corpus becomes a shelf of its own: rows, embeddings and index in a data folder that is gone afterwards.
"""

from __future__ import annotations

import csv
import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from corpus import editions, pipeline
from corpus.models import Collection
from corpus.types import DocumentText, Filters, Kind, LoadReport, SectionText
from lawqa.evaluation.lines import BadLine, read_lines
from lawqa.evaluation.retrieval import Extraction, ranked_labels

CUTOFF = 10
QUERIES, QRELS = "queries.jsonl", "qrels.tsv"
COLUMNS = ("query-id", "corpus-id", "score")
Qrels = Mapping[str, Mapping[str, int]]


def check_folder(folder: Path) -> None:
    """Whether everything is there and can be read, before anything is loaded. Raises BadLine."""
    _corpus(folder)
    _file(folder, QUERIES)
    read_qrels(_file(folder, QRELS))


def _corpus(folder: Path) -> Path:
    return _file(folder, "corpus.jsonl", "corpus.jsonl.gz")


def _file(folder: Path, *names: str) -> Path:
    """A file of the benchmark: in the folder, or in its split (`dev`, `test`), or above the split."""
    for place in (folder, folder / "dev", folder / "test", folder.parent):
        for name in names:
            if (place / name).is_file():
                return place / name
    raise BadLine(f"{folder} holds no {' or '.join(names)}")


def load_corpus(folder: Path, progress: pipeline.Progress) -> None:
    """Put corpus.jsonl[.gz] on a shelf: every document of it is a section."""
    path = _corpus(folder)
    collection = Collection.objects.create(slug="beir", name=folder.name)
    document = DocumentText(
        key="beir", kind=Kind.OTHER, jurisdiction="xx", title=folder.name, citation=folder.name,
        short_title="", dated=dt.date(2000, 1, 1),
    )  # fmt: skip
    editions.record(collection, document, _sections(path), LoadReport())
    collection.documents.update(short_title="")
    pipeline.add_passages(progress)
    pipeline.update_index(progress)


def _sections(path: Path) -> Iterator[SectionText]:
    for line in read_lines(path, {"_id": str, "text": str}):
        yield SectionText(
            path=line["_id"], label=line["_id"], heading=line.get("title", ""), text=line["text"]
        )


def evaluate_beir(folder: Path, limit: int | None = None) -> dict[str, Any]:
    """recall@10, map@10 and ndcg@10, as trec_eval counts them, over queries.jsonl and qrels.tsv.

    A query with `terms` is searched as if a keyword model had said them.
    """
    qrels = read_qrels(_file(folder, QRELS))
    filters = Filters(as_of=dt.date(2000, 1, 1))
    extraction = Extraction(filters=filters)
    scores: list[tuple[float, float, float]] = []
    for line in read_lines(_file(folder, QUERIES), {"_id": str, "text": str}):
        relevant = qrels.get(line["_id"])
        if relevant and (limit is None or len(scores) < limit):
            found = extraction.of({**line, "question": line["text"]})
            ranked = ranked_labels(line["text"], filters, found)[:CUTOFF]
            scores.append(
                (recall(ranked, relevant), average_precision(ranked, relevant), ndcg(ranked, relevant))
            )
    names = ("recall@10", "map@10", "ndcg@10")
    if not scores:
        raise BadLine(f"{folder}: no query of {QUERIES} has a relevant document in {QRELS}")
    columns = zip(names, zip(*scores, strict=True), strict=True)
    means = {name: round(sum(values) / len(scores), 4) for name, values in columns}
    return {"n": len(scores), **means, **extraction.facts()}


def read_qrels(path: Path) -> Qrels:
    """Query id → document id → relevance, of what is relevant, from a TSV with a header line. Raises BadLine."""
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        if not set(COLUMNS) <= set(rows.fieldnames or ()):
            raise BadLine(f"{path}, line 1: the columns must be {', '.join(COLUMNS)}")
        for row in rows:
            query, document, score = (row[name] for name in COLUMNS)
            if not (score or "").lstrip("-").isdecimal():
                raise BadLine(f"{path}, line {rows.line_num}: the score must be a whole number")
            if int(score) > 0:
                found[query][document] = int(score)
    return found


def recall(ranked: Sequence[str], relevant: Mapping[str, int]) -> float:
    return len(set(ranked[:CUTOFF]) & relevant.keys()) / len(relevant)


def average_precision(ranked: Sequence[str], relevant: Mapping[str, int]) -> float:
    """Mean over all relevant documents of the precision at their rank, 0 for those below the cut-off."""
    found, total = 0, 0.0
    for rank, label in enumerate(ranked[:CUTOFF], start=1):
        if label in relevant:
            found += 1
            total += found / rank
    return total / len(relevant)


def ndcg(ranked: Sequence[str], relevant: Mapping[str, int]) -> float:
    gains = [relevant.get(label, 0) for label in ranked[:CUTOFF]]
    return _discounted(gains) / _discounted(sorted(relevant.values(), reverse=True)[:CUTOFF])


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))
