"""BM25 over law and what refers to it: of a generation, of an earlier one, and of what lies beside it."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
import tantivy
from numpy.typing import NDArray

from corpus import pipeline
from corpus.index import lexical
from corpus.index.lexical import FORMER_FIELDS, Allowed, LexicalIndex, LexicalText, question_terms
from corpus.index.postings import Postings
from corpus.index.referring import MOST, Referring
from corpus.index.shelf import Shelf
from corpus.models import Section
from tests.corpus.index.rows_by_hand import a_document, encoder, found
from tests.library import quietly

TEXTS = (
    LexicalText(3, "1 Registration of hives", "A keeper shall register every hive.", "Bees", "fee keeper pays"),
    LexicalText(4, "2 Sale of honey", "Honey may be sold if it was gathered by bees. " * 9, "Bees"),
    LexicalText(9, "3 Wasps", "The county removes the nest of wasps.", "Insects Wasps", "keeper complains"),
)  # fmt: skip


def scores(index: LexicalIndex, question: str) -> dict[int, float]:
    return {hit.passage_id: hit.score for hit in index.search(question_terms(question), 10, None)}


def beside(postings: Postings, question: str, texts: Sequence[LexicalText] = TEXTS) -> dict[int, float]:
    postings.add(texts)
    found = postings.scores(question_terms(question), len(texts), None)
    return {text.passage_id: score for text, score in zip(texts, found, strict=True) if score}


@pytest.mark.parametrize("question", ["keeper of hives", "honey bees wasps", "registration fee", "insects"])
def test_a_passage_has_the_same_score_in_a_generation_and_beside_one(tmp_path: Path, question: str) -> None:
    lengths = lexical.build(tmp_path, TEXTS)
    expected = scores(LexicalIndex(tmp_path), question)
    assert expected
    assert beside(Postings(), question) == pytest.approx(expected, rel=1e-5)
    assert beside(Postings(lengths), question) == pytest.approx(expected, rel=1e-5)


def test_mean_lengths_are_those_of_the_terms_that_were_indexed(tmp_path: Path) -> None:
    counted = {
        field: sum(len(list(lexical.terms_in(text, field))) for text in TEXTS) / len(TEXTS)
        for field in lexical.FIELDS
    }
    assert all(counted.values())
    assert lexical.build(tmp_path, TEXTS) == pytest.approx(counted, rel=1e-6)


def test_a_field_without_terms_and_an_index_without_passages_have_no_length(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    assert lexical.build(tmp_path, [LexicalText(1, "Hives", "")]) == {"law": 3.0, "references": 0.0}
    assert lexical.build(tmp_path / "none", []) == {"law": 0.0, "references": 0.0}


MANY = np.arange(1, 2_001, dtype=np.int64) * 3


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    """Passages of any length with one word in common: the more seldom it stands there the lower the score."""
    folder = tmp_path_factory.mktemp("many")
    lengths = np.random.default_rng(7).permutation(len(MANY))
    texts = [
        LexicalText(int(pid), "", f"hive {'wax ' * length}")
        for pid, length in zip(MANY, lengths, strict=True)
    ]
    lexical.build(folder, texts)
    return LexicalIndex(folder)


def best(ids: NDArray[np.int64], share: float) -> NDArray[np.bool_]:
    return np.arange(len(ids)) < share * len(ids)


def worst(ids: NDArray[np.int64], share: float) -> NDArray[np.bool_]:
    return best(ids, share)[::-1]


def drawn(ids: NDArray[np.int64], share: float) -> NDArray[np.bool_]:
    return np.random.default_rng(1).random(len(ids)) < share


@pytest.mark.parametrize("share", [0.0, 0.001, 0.02, 0.2, 0.5, 0.99, 1.0])
@pytest.mark.parametrize("chosen", [best, worst, drawn])
def test_behind_any_filter_the_best_of_the_allowed_are_found(
    many: LexicalIndex, chosen: Callable[[NDArray[np.int64], float], NDArray[np.bool_]], share: float
) -> None:
    everything = many.search({"hive": 1.0}, len(MANY), None)
    assert len(everything) == len(MANY)
    in_order = np.array([hit.passage_id for hit in everything])
    allowed_ids = in_order[chosen(in_order, share)]
    found = many.search({"hive": 1.0}, 20, Allowed(MANY, np.isin(MANY, allowed_ids)))
    assert [hit.passage_id for hit in found] == allowed_ids[:20].tolist()
    scores = {hit.passage_id: hit.score for hit in everything}
    assert [hit.score for hit in found] == pytest.approx([scores[pid] for pid in allowed_ids[:20]])


@pytest.mark.parametrize(
    ("chosen", "share", "searches"),
    [
        pytest.param(drawn, 0.5, 1, id="many-are-allowed"),
        pytest.param(best, 0.01, 1, id="few-are-allowed"),
        pytest.param(worst, 0.5, 4, id="what-is-allowed-ranks-low"),
    ],
)
def test_a_filter_takes_few_searches(
    many: LexicalIndex,
    monkeypatch: pytest.MonkeyPatch,
    chosen: Callable[[NDArray[np.int64], float], NDArray[np.bool_]],
    share: float,
    searches: int,
) -> None:
    in_order = np.array([hit.passage_id for hit in many.search({"hive": 1.0}, len(MANY), None)])
    fetched: list[int] = []
    right = LexicalIndex._found

    def counted(self: LexicalIndex, query: tantivy.Query, limit: int) -> object:
        fetched.append(limit)
        return right(self, query, limit)

    monkeypatch.setattr(LexicalIndex, "_found", counted)
    many.search({"hive": 1.0}, 20, Allowed(MANY, np.isin(MANY, in_order[chosen(in_order, share)])))
    assert len(fetched) <= searches
    assert max(fetched) < len(MANY) / 2, "never more than are allowed"


def test_words_of_path_heading_and_references_are_found_and_a_heading_counts_most(tmp_path: Path) -> None:
    def word(sought: bool) -> str:
        return "comb" if sought else "jar"

    texts = [
        LexicalText(n, word(n == 1), word(n == 2), path=word(n == 3), references=word(n == 4))
        for n in range(1, 6)
    ]
    lexical.build(tmp_path, texts)
    found = scores(LexicalIndex(tmp_path), "comb")
    assert list(found) == [1, 2, 3, 4], "heading, then text and path alike, then references"
    assert found[2] == found[3]


def build_as_before(folder: Path, texts: Sequence[LexicalText]) -> dict[str, float]:
    """An index with the fields that an earlier version wrote."""
    (folder / lexical.FOLDER).mkdir()
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", stored=False, indexed=True, fast=True)
    for field in FORMER_FIELDS:
        builder.add_text_field(field, stored=False, tokenizer_name=lexical.ANALYZER, index_option="freq")
    index = tantivy.Index(builder.build(), path=str(folder / lexical.FOLDER))
    index.register_tokenizer(lexical.ANALYZER, lexical._analyzer())  # as that version did
    writer = index.writer(lexical.WRITER_BYTES, num_threads=1)
    for text in texts:
        document = tantivy.Document()
        document.add_unsigned("id", text.passage_id)
        document.add_text("heading", text.heading)
        document.add_text("text", text.text)
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    sums = {field: sum(len(list(lexical.terms_in(one, field))) for one in texts) for field in FORMER_FIELDS}
    return {field: total / len(texts) for field, total in sums.items()}


def test_a_generation_from_before_is_searched_by_the_fields_that_it_has(tmp_path: Path) -> None:
    lengths = build_as_before(tmp_path, TEXTS)
    index = LexicalIndex(tmp_path)
    expected = scores(index, "keeper of hives")
    assert list(expected) == [3], "its references are not in it"
    assert beside(Postings(lengths), "keeper of hives") == pytest.approx(expected, rel=1e-5)
    assert index.frequencies_in_law(["keeper", "wasp"]) == {"keeper": 1, "wasp": 1}


@pytest.mark.django_db
class TestReferring:
    """What refers to a section."""

    def section(self, key: str, place: int) -> Section:
        return Section.objects.get(path=f"{key}/{place}")

    def test_a_section_is_found_by_the_words_of_what_refers_to_it(self) -> None:
        a_document(
            "act", "Nothing.", "Whoever keeps hornets pays the fee of section 2.", "The fee is 5 crowns."
        )
        pipeline.update_index(quietly)
        _, by_words = found(Shelf(encoder()), "hornets")
        assert by_words == ["act/1", "act/2"], "the text itself before what it refers to"

    def test_a_title_of_the_code_is_meant_by_its_number(self) -> None:
        a_document("7 U.S.C.", "Nothing.", "Hives.")
        a_document(
            "9 U.S.C.", "Inspectors apply section 1 of title 7 to orchards.", "See section 1 of title 8."
        )
        assert "orchards" in Referring().to(self.section("7 U.S.C.", 1).pk)
        assert not Referring().to(self.section("9 U.S.C.", 1).pk)

    def test_other_shelves_do_not_move_the_ranking(self) -> None:
        law, secret = (
            a_document("7 U.S.C.", "Nothing.", "Hives."),
            a_document("memo", "The client broke section 1 of title 7."),
        )
        assert "client" in Referring().to(self.section("7 U.S.C.", 1).pk)
        secret.collection = law.collection.__class__.objects.create(slug="matter", name="Matter")
        secret.save()
        assert not Referring().to(self.section("7 U.S.C.", 1).pk)

    def test_a_section_does_not_speak_of_itself_and_repetitions_count_once(self) -> None:
        a_document("act", "Nothing.", "Section 1 is the apiary section.", *["Swarms: section 1."] * 3)
        assert Referring().to(self.section("act", 1).pk) == "Swarms"

    def test_no_more_references_are_kept_than_say_something(self) -> None:
        a_document("act", "Nothing.", "Hives.", *[f"Rule{n}: section 1." for n in range(MOST + 5)])
        assert len(Referring().to(self.section("act", 1).pk).split()) == MOST
