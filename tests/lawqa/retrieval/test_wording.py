"""How keywords of a model and of the reader change what is searched for."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from corpus import embedding, expansion
from corpus.index.lexical import question_terms
from corpus.types import Filters
from lawqa.keywords import rules
from lawqa.retrieval import rank, retrieve
from lawqa.retrieval.wording import (
    FOR_MODEL,
    FOR_READER,
    LONG,
    LONG_FOR_MODEL,
    OF_LONG,
    SHORT,
    WEIGHINGS,
    added,
    vector_of,
    weighing_of,
    wording_of,
    words_of,
)
from lawqa.types import Keywords, Query
from tests.model_server import Reply, model_server

DAY = dt.date(2024, 1, 1)
TEXT = "How long may it stay?"
NONE = WEIGHINGS["none"]


def keywords(*suggested: str, **facts: Any) -> Keywords:
    return Keywords(terms=facts.pop("terms", ("stay",)), suggested=suggested, **facts)


def query(text: str, found: Keywords) -> Query:
    return Query(text=text, keywords=found, named=(), filters=Filters(as_of=DAY))


def test_keywords_count_by_who_gave_them() -> None:
    assert weighing_of(TEXT, rules.extract(TEXT)) == NONE
    assert weighing_of(TEXT, keywords("mooring", origin="a-model")) == FOR_MODEL
    assert weighing_of(TEXT, keywords(origin="a-model")) == NONE
    assert weighing_of(TEXT, keywords(terms=("mooring",), origin="reader")) == FOR_READER


def test_beside_a_long_question_a_model_counts_little_and_the_reader_whole() -> None:
    long = " ".join(f"herb{number}" for number in range(LONG_FOR_MODEL))
    halfway = " ".join(f"herb{number}" for number in range((SHORT + LONG_FOR_MODEL) // 2))
    suggested = keywords("mooring of boats", origin="a-model")
    little = weighing_of(long, suggested)
    assert (little.words, little.vector) == pytest.approx((OF_LONG, OF_LONG * FOR_MODEL.vector))
    assert OF_LONG < weighing_of(halfway, suggested).words < FOR_MODEL.words
    assert weighing_of(long, keywords(terms=("mooring",), origin="reader")) == FOR_READER
    found = words_of(long, "herb1, mooring", little)
    learned = {one.term: one.weight for one in expansion.expanded(long)}
    assert found["moor"] == pytest.approx(OF_LONG + OF_LONG * learned.get("moor", 0))
    assert found["herb1"] >= 1, "what the question says too weighs whole"


def test_the_reranker_reads_what_a_model_adds_to_a_short_question_only() -> None:
    long = " ".join(f"herb{number}" for number in range(LONG_FOR_MODEL))
    suggested, typed = keywords("mooring", origin="a-model"), keywords(terms=("mooring",), origin="reader")
    read = {text: wording_of(text, suggested, weighing_of(text, suggested)) for text in (TEXT, long)}
    assert read == {TEXT: f"{TEXT} mooring", long: long}
    assert wording_of(long, typed, weighing_of(long, typed)) == f"{long} mooring"
    assert wording_of(TEXT, rules.extract(TEXT), NONE) == TEXT


def test_the_reranker_reads_a_models_terms_up_to_nine_index_terms() -> None:
    suggested = keywords("mooring", origin="a-model")
    texts = [" ".join(f"herb{number}" for number in range(count)) for count in (8, 9, 10, 11)]
    assert [weighing_of(text, suggested).read for text in texts] == [True, True, False, False]


def test_what_is_added() -> None:
    assert added(rules.extract(TEXT)) == ""
    assert added(keywords("mooring", "berth", origin="a-model")) == "mooring, berth"
    assert added(keywords(terms=("mooring", "berth"), origin="reader")) == "mooring, berth"


@pytest.mark.parametrize(
    ("terms", "weighing", "words"),
    [
        pytest.param("mooring of boats", NONE, ["how", "long", "stay"], id="none"),
        pytest.param("mooring of boats", FOR_MODEL, ["how", "long", "stay", "moor", "boat"], id="joined"),
        pytest.param("a long stay", FOR_MODEL, ["how", "long", "stay"], id="each-once"),
        pytest.param("mooring of boats", FOR_READER, ["moor", "boat"], id="instead"),
        pytest.param("", FOR_READER, ["how", "long", "stay"], id="the-reader-took-all-away"),
    ],
)
def test_words(terms: str, weighing: Any, words: list[str]) -> None:
    found = words_of(TEXT, terms, weighing)
    learned = set() if weighing.only_words else {one.term for one in expansion.expanded(TEXT)}
    said = [word for word in words if word != "how"]
    assert {word for word in found if word not in learned} <= {*said, "how"}
    assert all(found[word] >= 1 for word in said), "what is said weighs whole, and more if it is added too"


def test_to_a_long_question_less_is_added() -> None:
    short = "Who may see my medical records at work?"
    long = f"{short} {' '.join(f'herb{number}' for number in range(LONG))}"
    for text, strength in ((short, 1.0), (long, OF_LONG)):
        found, said = words_of(text, "", NONE), question_terms(text)
        learned = {one.term: one.weight for one in expansion.expanded(text)}
        assert learned
        assert all(
            found[term] == pytest.approx(said.get(term, 0) + strength * learned[term]) for term in learned
        )
    assert SHORT < LONG


def test_the_sum_of_vectors_is_of_length_one_and_nearer_to_the_terms() -> None:
    question, terms = embedding.encode_question(TEXT), embedding.encode_question("mooring of boats")
    assert np.array_equal(vector_of(TEXT, "mooring of boats", 0.0), question)
    assert np.array_equal(vector_of(TEXT, "", 0.5), question)
    light, heavy = (vector_of(TEXT, "mooring of boats", weight) for weight in (0.1, 1.0))
    assert np.isclose(np.linalg.norm(heavy), 1, atol=1e-5)
    assert terms @ question < terms @ light < terms @ heavy
    expected = (question + terms) / np.linalg.norm(question + terms)
    assert np.allclose(heavy, expected, atol=1e-6)


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_terms_of_a_model_find_what_the_question_does_not_name() -> None:
    plain = retrieve(query(TEXT, keywords()))
    helped = retrieve(query(TEXT, keywords("hives kept on a moored boat", "keeping hives", origin="a-model")))
    assert helped[0].label == "Boats Act § 2"
    assert plain[0].label != helped[0].label


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_terms_of_the_reader_decide_what_is_found_by_words() -> None:
    text = "How long do I have to register a hive?"
    edited = retrieve(query(text, keywords(terms=("nest of wasps", "removal"), origin="reader")))
    assert edited[0].label == "Bees Act Art. 3"
    assert retrieve(query(text, keywords()))[0].label == "Bees Act Art. 1"


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("name", sorted(WEIGHINGS))
def test_every_weighing_ranks_each_section_once_and_permitted_ones_only(name: str) -> None:
    found = keywords("mooring of boats", origin="a-model", sub_questions=("May a boat stay?", "How long?"))
    asked = query(TEXT, found)
    ranked = rank(asked, limit=30, weighing=WEIGHINGS[name])
    assert len({one.passage_id for one in ranked}) == len(ranked) == 5
    county = Query(
        text=TEXT, keywords=found, named=(), filters=Filters(as_of=DAY, jurisdictions=frozenset({"xx"}))
    )
    assert len(rank(county, limit=30, weighing=WEIGHINGS[name])) == 3


LINES = (
    {"question": "How long may a vessel stay in port?", "gold": ["Boats Act § 1"], "terms": ["mooring of a boat", "harbour master"]},
    {"question": "Who keeps bees?", "gold": ["Bees Act Art. 1"], "terms": ["unicorn", "unicorn"]},
)  # fmt: skip


def measured(capfd: pytest.CaptureFixture[str], folder: Path, *options: str) -> dict[str, Any]:
    path = folder / "lines.jsonl"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in LINES))
    call_command("evaluate", "retrieval", str(path), "--as-of", "2024-01-01", "--json", *options)
    found: dict[str, Any] = json.loads(capfd.readouterr().out)
    return found


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_a_line_may_say_what_a_model_would(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    found = measured(capfd, tmp_path)
    assert found["keywords"] == {"asked": 2, "suggested": 4, "kept": 2, "failed": 0}
    assert found["n"] == 2


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_evaluate_asks_the_server_of_the_keywords_role(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], settings: LazySettings
) -> None:
    good = Reply(text=json.dumps({"terms": ["mooring of a boat", "harbour master"]}))
    with model_server(keywords=[good, Reply(status=500, raw=b"")]) as server:
        settings.LAWQA_SERVERS = server.roles("keywords")
        found = measured(capfd, tmp_path, "--model", "--keywords", "sum")
    counts = {name: found["keywords"][name] for name in ("asked", "suggested", "kept", "failed")}
    assert counts == {"asked": 2, "suggested": 2, "kept": 2, "failed": 1}


@pytest.mark.django_db
def test_evaluate_says_when_there_is_no_model_to_ask(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], settings: LazySettings
) -> None:
    settings.LAWQA_SERVERS = {}
    with pytest.raises(CommandError, match="LAWQA_KEYWORDS_URL"):
        measured(capfd, tmp_path, "--model")
