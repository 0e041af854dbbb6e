"""The measures against figures worked out by hand, and `manage.py evaluate` on small files."""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from corpus.models import Collection, Generation, Passage, Section
from lawqa.evaluation.answers import check_citations, evaluate_answers
from lawqa.evaluation.beir import average_precision, evaluate_beir, ndcg, read_qrels, recall
from lawqa.evaluation.lines import BadLine, percentile, read_lines
from lawqa.evaluation.retrieval import evaluate_retrieval, first_rank
from lawqa.evaluation.verifier import evaluate_verifier
from lawqa.models import Question
from lawqa.verification import check_claim
from tests.library import BEES, bees_act

RULE = "A keeper of bees shall register every hive with the county within 30 days of acquiring it."
LOG3 = math.log2(3)
TEN = [f"n{rank}" for rank in range(1, 11)]


@pytest.mark.parametrize(
    ("ranked", "relevant", "expected"),
    [
        # Expected: recall@10, average precision@10 and nDCG@10.
        pytest.param(["a", "x"], {"a": 1}, (1, 1, 1), id="first"),
        pytest.param(["x", "a"], {"a": 1}, (1, 1 / 2, 1 / LOG3), id="second"),
        pytest.param(["x"], {"a": 1}, (0, 0, 0), id="not-found"),
        pytest.param([], {"a": 1}, (0, 0, 0), id="nothing-ranked"),
        pytest.param([*TEN, "a"], {"a": 1}, (0, 0, 0), id="eleventh-is-not-found"),
        pytest.param([*TEN[:9], "a"], {"a": 1}, (1, 1 / 10, 1 / math.log2(11)), id="tenth"),
        pytest.param(
            ["a", "x", "b"], {"a": 1, "b": 1, "c": 1, "d": 1},
            (2 / 4, (1 + 2 / 3) / 4, 1.5 / (1 + 1 / LOG3 + 1 / 2 + 1 / math.log2(5))), id="half-of-four",
        ),
        pytest.param(
            ["b", "a"], {"a": 2, "b": 1}, (1, 1, (1 + 2 / LOG3) / (2 + 1 / LOG3)), id="graded-in-wrong-order",
        ),
        pytest.param(
            TEN, dict.fromkeys([*TEN, *(f"m{n}" for n in range(10))], 1), (1 / 2, 1 / 2, 1),
            id="more-relevant-than-ranks",
        ),
    ],
)  # fmt: skip
def test_measures_of_one_query(
    ranked: Sequence[str], relevant: Mapping[str, int], expected: tuple[float, float, float]
) -> None:
    found = (recall(ranked, relevant), average_precision(ranked, relevant), ndcg(ranked, relevant))
    assert found == pytest.approx(expected)


@pytest.mark.parametrize(
    ("labels", "gold", "rank"),
    [(["a", "b"], ["b"], 2), (["a", "b"], ["b", "a"], 1), (["a"], ["c"], None), ([], ["c"], None)],
)
def test_first_rank(labels: list[str], gold: list[str], rank: int | None) -> None:
    assert first_rank(labels, gold) == rank


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [([], 0.5, 0.0), ([3.0], 0.95, 3.0), ([4.0, 1.0, 3.0, 2.0], 0.5, 3.0), ([1.0, 2.0], 1.0, 2.0)],
)
def test_percentile(values: list[float], share: float, expected: float) -> None:
    assert percentile(values, share) == expected


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{oops", "not JSON"),
        ("[1]", "an object is expected"),
        ('{"question": "q"}', "gold missing"),
        ("{}", "question, gold missing"),
        ('{"question": 7, "gold": []}', "question must be a text"),
        ('{"question": "q", "gold": "Art. 1"}', "gold must be a list"),
    ],
)
@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz"])
def test_a_bad_line_is_named_with_its_file(tmp_path: Path, suffix: str, line: str, reason: str) -> None:
    path = tmp_path / f"lines{suffix}"
    text = '{"question": "q", "gold": []}\n\n' + line + "\n"
    path.write_bytes(gzip.compress(text.encode()) if suffix.endswith(".gz") else text.encode())
    with pytest.raises(BadLine, match=r"lines\.jsonl.*, line 3: .*" + reason):
        list(read_lines(path, {"question": str, "gold": list}))


def a_file(folder: Path, *lines: Mapping[str, Any], name: str = "lines.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return path


def reported(capfd: pytest.CaptureFixture[str], *args: object) -> dict[str, Any]:
    call_command("evaluate", *map(str, args), "--json")
    return dict(json.loads(capfd.readouterr().out))


QUESTIONS = (
    {
        "id": "1",
        "question": "How long do I have to register a hive?",
        "gold": ["Bees Act Art. 1"],
        "shelf": "a",
    },
    {
        "id": "2",
        "question": "Does Article 3 of the Bees Act say it?",
        "gold": ["Bees Act Art. 2"],
        "shelf": "b",
    },
    {"id": "3", "question": "How do I repair a bicycle tyre?", "gold": [], "shelf": "b"},
)


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_evaluate_retrieval(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = a_file(tmp_path, *QUESTIONS)
    found = reported(capfd, "retrieval", path, "--as-of", "2024-01-01", "--collection", "county")
    # The first is right at once; before the second's section stands the one that is cited and maybe another.
    assert (found["n"], found["hit@1"], found["hit@5"], found["hit@10"]) == (2, 0.5, 1.0, 1.0)
    assert found["mrr@10"] in {0.75, round((1 + 1 / 3) / 2, 4)}
    assert found["p50_ms"] <= found["p95_ms"]
    only_a = reported(capfd, "retrieval", path, "--shelf", "a")
    assert (only_a["n"], only_a["mrr@10"]) == (1, 1.0)
    elsewhere = reported(capfd, "retrieval", path, "--shelf", "a", "--collection", "harbour")
    assert (elsewhere["hit@10"], elsewhere["mrr@10"]) == (0.0, 0.0)


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_evaluate_answers(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    found = reported(capfd, "answers", a_file(tmp_path, *QUESTIONS), "--as-of", "2024-01-01")
    assert found["n"] == 3
    assert found["outcomes"] == {"answered": 2, "no_match": 1}
    assert (found["unanswerable"], found["unanswerable_declined"]) == (1, 1)
    assert (found["answerable"], found["answerable_declined"], found["answerable_citing_gold"]) == (2, 0, 1)
    assert found["verified_share"] == 1.0
    assert found["shown_citations"] >= 2
    assert [line["cited"][:1] for line in found["questions"]] == [
        ["Bees Act Art. 1"],
        ["Bees Act Art. 3"],
        [],
    ]
    assert not Question.objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_a_citation_that_no_longer_stands_in_its_row_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    from corpus.types import Filters
    from lawqa.inference import Models
    from lawqa.pipeline import answer
    from lawqa.types import Request
    from lawqa.watch import Watch

    day = bees_act().dated or pytest.fail("the act has a day")
    finished = answer(Request(text=QUESTIONS[0]["question"], filters=Filters(as_of=day)), Watch(), Models())  # type: ignore[arg-type]
    assert check_citations(finished) == (1, 1)
    Section.objects.filter(path="art_1").update(text=BEES.replace("30", "60"))
    assert check_citations(finished) == (1, 0)
    Section.objects.filter(path="art_1").delete()
    assert check_citations(finished) == (1, 0)


def test_nothing_to_measure_is_no_error() -> None:
    from corpus.types import Filters

    day = bees_act().dated or pytest.fail("the act has a day")
    assert evaluate_retrieval([], Filters(as_of=day))["n"] == 0
    assert evaluate_answers([], Filters(as_of=day))["verified_share"] == 1.0
    assert evaluate_verifier([])["caught_rate"] is None


def claim_line(error: str, claim: str, label: str) -> dict[str, str]:
    return {
        "error": error, "citation": "Bees Act Art. 1", "passage": BEES, "claim": claim, "quote": RULE, "label": label,
    }  # fmt: skip


CLAIMS = (
    claim_line("none", RULE, "supported"),
    claim_line("number", RULE.replace("30", "60"), "unsupported"),
    claim_line("number", RULE.replace("30", "90"), "unsupported"),
    claim_line("modal", RULE.replace("shall", "may"), "unsupported"),
)


def test_evaluate_verifier(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    found = reported(capfd, "verifier", a_file(tmp_path, *CLAIMS))
    flagged = [
        not check_claim(line["claim"], line["quote"], BEES, label=line["citation"]).passed for line in CLAIMS
    ]
    assert flagged[:3] == [False, True, True]
    assert (found["n"], found["false_alarm_rate"]) == (4, 0.0)
    assert found["caught_rate"] == round(sum(flagged) / 3, 4)
    assert found["by_error"]["number"] == {"n": 2, "rate": 1.0}
    assert found["by_error"]["none"] == {"n": 1, "rate": 0.0}


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"quote": None}, "quote is missing or no text"), ({"label": "maybe"}, "label is 'maybe'")],
)
def test_a_line_that_the_verifier_cannot_read_is_named(
    tmp_path: Path, change: dict[str, Any], reason: str
) -> None:
    path = a_file(tmp_path, CLAIMS[0], {**CLAIMS[1], **change})
    with pytest.raises(CommandError, match=f"Line 2: {reason}"):
        call_command("evaluate", "verifier", str(path))


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["retrieval", "answers", "verifier", "beir"])
def test_a_file_that_is_not_there_is_a_sentence(what: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nowhere") as caught:
        call_command("evaluate", what, str(tmp_path / "nowhere"))
    assert "\n" not in str(caught.value)


@pytest.mark.django_db
def test_a_shelf_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no shelf called attic"):
        call_command("evaluate", "retrieval", str(a_file(tmp_path, *QUESTIONS)), "--collection", "attic")


def a_benchmark(folder: Path, *, compress: bool = False) -> Path:
    """Four documents, three queries: of one a model's terms are known, and one has no relevant document."""
    documents = {
        "d/1": "Bees live in hives and make honey from nectar.",
        "d/2": "Wasps build nests of paper under roofs.",
        "d/3": "Boats are moored at the quay of the harbour.",
        "d/4": "The keeper smokes the hive before he opens it.",
    }
    corpus = "".join(
        json.dumps({"_id": key, "title": "", "text": text}) + "\n" for key, text in documents.items()
    )
    if compress:
        (folder / "corpus.jsonl.gz").write_bytes(gzip.compress(corpus.encode()))
    else:
        (folder / "corpus.jsonl").write_text(corpus)
    queries: list[dict[str, Any]] = [
        {"_id": "q1", "text": "What do wasps build?"},
        {"_id": "q2", "text": "Where do bees live?", "terms": ["hives of honey", "nectar"]},
        {"_id": "q3", "text": "Who is king?"},
    ]
    a_file(folder, *queries, name="queries.jsonl")
    qrels = "query-id\tcorpus-id\tscore\nq1\td/2\t1\nq1\td/3\t0\nq2\td/1\t2\nq2\td/9\t1\nq3\td/1\t0\n"
    (folder / "qrels.tsv").write_text(qrels)
    return folder


def test_judgments_of_no_relevance_are_left_out(tmp_path: Path) -> None:
    assert read_qrels(a_benchmark(tmp_path) / "qrels.tsv") == {"q1": {"d/2": 1}, "q2": {"d/1": 2, "d/9": 1}}


def held() -> list[int]:
    return [model.objects.count() for model in (Collection, Section, Passage, Generation)]


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
@pytest.mark.slow
def test_beir_has_a_shelf_of_its_own_that_is_gone_afterwards(
    tmp_path: Path, settings: LazySettings, capfd: pytest.CaptureFixture[str]
) -> None:
    before = (held(), sorted(path.name for path in settings.LAWQA_DATA.iterdir()))
    call_command("evaluate", "beir", str(a_benchmark(tmp_path, compress=True)), "--json")
    found = json.loads(capfd.readouterr().out)
    # q1: rank 1 of 1; q2: rank 1 of the two that are relevant, of which one is not in the corpus.
    ideal = (2 / 1) / (2 / 1 + 1 / LOG3)
    assert found == {
        "n": 2, "recall@10": 0.75, "map@10": 0.75, "ndcg@10": round((1 + ideal) / 2, 4),
        "keywords": {"asked": 1, "suggested": 2, "kept": 2, "failed": 0},
    }  # fmt: skip
    assert (held(), sorted(path.name for path in settings.LAWQA_DATA.iterdir())) == before


BROKEN = [
    pytest.param("qrels.tsv", "query-id\tcorpus-id\tscore\nq1\td/2\tmuch\n", "line 2", id="score"),
    pytest.param("qrels.tsv", "q1\td/2\t1\n", "query-id", id="no-header"),
    pytest.param("qrels.tsv", "query-id\tcorpus-id\tscore\nq1\n", "line 2", id="short"),
]


def test_a_benchmark_without_a_relevant_document_measures_nothing(tmp_path: Path) -> None:
    folder = a_benchmark(tmp_path)
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td/2\t0\n")
    with pytest.raises(BadLine, match="no query"):
        evaluate_beir(folder)


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels.tsv"])
def test_a_missing_file_of_a_benchmark_is_named_before_anything_is_loaded(tmp_path: Path, name: str) -> None:
    (a_benchmark(tmp_path) / name).unlink()
    with pytest.raises(CommandError, match=f"holds no {name}"):
        call_command("evaluate", "beir", str(tmp_path))


@pytest.mark.parametrize(("name", "text", "reason"), BROKEN)
def test_a_bad_line_of_the_judgments_is_named(tmp_path: Path, name: str, text: str, reason: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(BadLine, match=rf"qrels\.tsv.*{reason}"):
        read_qrels(path)
