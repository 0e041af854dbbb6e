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
from lawqa.evaluation.retrieval import ranked_labels

CUTOFF = 10
Qrels = Mapping[str, Mapping[str, int]]


def load_corpus(folder: Path, progress: pipeline.Progress) -> None:
    """Put corpus.jsonl[.gz] on a shelf: every document of it is a section."""
    path = next((p for p in (folder / "corpus.jsonl", folder / "corpus.jsonl.gz") if p.exists()), None)
    if path is None:
        raise BadLine(f"{folder} holds no corpus.jsonl or corpus.jsonl.gz")
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
    for line in read_lines(path, ("_id", "text")):
        yield SectionText(
            path=line["_id"], label=line["_id"], heading=line.get("title", ""), text=line["text"]
        )


def evaluate_beir(folder: Path, limit: int | None = None) -> dict[str, Any]:
    """recall@10, map@10 and ndcg@10, as trec_eval counts them, over queries.jsonl and qrels.tsv."""
    qrels = read_qrels(folder / "qrels.tsv")
    filters = Filters(as_of=dt.date(2000, 1, 1))
    scores: list[tuple[float, float, float]] = []
    for line in read_lines(folder / "queries.jsonl", ("_id", "text")):
        relevant = qrels.get(line["_id"])
        if relevant and (limit is None or len(scores) < limit):
            ranked = ranked_labels(line["text"], filters)[:CUTOFF]
            scores.append(
                (recall(ranked, relevant), average_precision(ranked, relevant), ndcg(ranked, relevant))
            )
    names = ("recall@10", "map@10", "ndcg@10")
    means = {
        name: round(sum(values) / max(len(scores), 1), 4)
        for name, values in zip(names, zip(*scores, strict=True), strict=True)
    }
    return {"n": len(scores), **means}


def read_qrels(path: Path) -> Qrels:
    """Query id → document id → relevance, from a TSV with a header line."""
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if int(row["score"]) > 0:
                found[row["query-id"]][row["corpus-id"]] = int(row["score"])
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
