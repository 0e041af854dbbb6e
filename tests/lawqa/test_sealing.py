"""The sealed record: what it says, that it is written once, and that nobody can change it unseen."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import LazySettings

from corpus import embedding, expansion, late_interaction
from corpus.index import backend, shelf
from corpus.models import Collection, Encoder, Generation, Section
from lawqa import contents, pipeline
from lawqa.canonical import canonical
from lawqa.inference import Call, Models, Role
from lawqa.models import Answer, Question, SealedRecord
from lawqa.prompts import Prompt
from lawqa.records import Recorder
from lawqa.sealing import AlreadySealed, damage, seal, sign, verify_record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]
DAY = dt.date(2024, 1, 1)
HIVES = "How long do I have to register a hive?"
RULE = "1. A keeper of bees shall register every hive with the county within 30 days of acquiring it."


def asked(text: str, **facts: Any) -> Question:
    question = Question.objects.create(text=text, as_of=DAY, **facts)
    question.collections.set(Collection.objects.all())
    return question


def answered(text: str = HIVES, **facts: Any) -> Answer:
    return pipeline.answer_question(asked(text, **facts))


def record_of(answer: Answer) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(SealedRecord.objects.get(answer=answer).text)
    return found


def test_an_answer_is_sealed_when_it_is_finished() -> None:
    answer = answered()
    sealed = SealedRecord.objects.get()
    assert sealed.answer == answer
    assert hashlib.sha256(sealed.text.encode()).hexdigest() == sealed.sha256
    assert verify_record(sealed.text, sealed.signature)
    assert damage(sealed) == []
    assert canonical(json.loads(sealed.text)) == sealed.text


def test_it_says_what_the_answer_rests_on() -> None:
    answer = answered()
    found = record_of(answer)
    assert (found["format"], found["lawqa"]) == ("lawqa-record-1", contents.version())
    assert (found["question"]["text"], found["question"]["follows"]) == (HIVES, [])
    assert found["filters"]["as_of"] == "2024-01-01"
    assert [shelf["slug"] for shelf in found["filters"]["collections"]] == ["county", "harbour"]
    assert found["keywords"] == answer.keywords
    generation = Generation.objects.serving()
    assert generation is not None
    encoder = {"name": generation.encoder.name, "revision": generation.encoder.revision}
    weights = [found["index"]["encoder"].pop(name) for name in ("for_questions", "expander", "reranker")]
    assert found["index"] == {"kind": "local", "generation": generation.pk, "encoder": encoder}
    paths = (embedding.QUESTION_ADAPTER, expansion.WEIGHTS, late_interaction.WEIGHTS)
    assert [one["sha256"] for one in weights] == [
        hashlib.sha256(path.read_bytes()).hexdigest() for path in paths
    ]
    assert {one["facts"]["encoder"] for one in weights} == {generation.encoder.revision}
    assert found["answer"] == {
        "outcome": "answered", "reason": "", "writer": "quoting", "incomplete": False, "stopped": False
    }  # fmt: skip


def test_an_adapter_of_another_encoder_is_not_named(monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = Encoder(name="another", revision="0" * 40, dimension=384)
    assert (
        contents.question_adapter(encoder) is contents.expander(encoder) is contents.reranker(encoder) is None
    )
    monkeypatch.setattr(embedding, "QUESTION_ADAPTER", Path("nowhere.safetensors"))
    monkeypatch.setattr(expansion, "WEIGHTS", Path("nowhere.safetensors"))
    monkeypatch.setattr(late_interaction, "WEIGHTS", Path("nowhere.safetensors"))
    assert contents.question_adapter(embedding.current_encoder()) is None
    assert contents.expander(embedding.current_encoder()) is None
    assert contents.reranker(embedding.current_encoder()) is None


def test_where_a_server_is_searched_no_generation_of_this_machine_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One serves here; the shelf that answered is another."""
    assert contents.searched_generation() is not None
    searched = SimpleNamespace(generation=None)
    with monkeypatch.context() as patch:
        patch.setattr(backend, "is_milvus", lambda: True)
        patch.setattr(shelf, "shelf_of", lambda encoder: searched)
        answer = answered()
    assert record_of(answer)["index"]["generation"] is None


def test_a_source_is_named_by_what_outlives_its_row_and_hashed() -> None:
    (first, *others) = record_of(answered())["sources"]
    section = Section.objects.get(label="Bees Act Art. 1")
    assert {name: first[name] for name in ("marker", "section", "collection", "document", "path")} == {
        "marker": "S1", "section": section.pk, "collection": "county", "document": "bees", "path": "art_1",
    }  # fmt: skip
    assert first["section_sha256"] == hashlib.sha256(section.text.encode()).hexdigest()
    passage = section.text[first["start"] : first["end"]]
    assert first["passage_sha256"] == hashlib.sha256(passage.encode()).hexdigest()
    edition = section.edition
    assert first["edition"] == {
        "dated": "2020-01-01", "label": "", "sha256": edition.sha256, "file_sha256": None
    }  # fmt: skip
    assert (first["used"], first["valid_from"], first["valid_to"]) == (True, "2020-01-01", None)
    assert [source["used"] for source in others] == [False] * len(others)
    assert all(isinstance(source["score"], int | float) for source in others)


def test_a_claim_stands_in_it_with_its_quote_and_the_facts() -> None:
    answer = answered()
    (claim,) = record_of(answer)["claims"]
    (citation,) = claim["citations"]
    assert (claim["text"], claim["shown"], claim["rewrites"]) == (RULE, True, "")
    assert (citation["marker"], citation["label"]) == ("S1", "Bees Act Art. 1")
    assert (citation["quote"], citation["start"], citation["end"]) == (RULE, 0, len(RULE))
    row = answer.claims.get().citations.get()
    assert citation["facts"] == row.facts


def test_the_conversation_and_the_readers_choices_stand_in_it() -> None:
    first = answered().question
    second = answered("Who removes a nest of wasps?", follows=first).question
    wasps = Section.objects.get(label="Bees Act Art. 3")
    chosen = {"terms": ["nest"], "pinned": [wasps.pk], "excluded": [wasps.pk + 1_000]}
    found = record_of(answered("What of a school?", follows=second, **chosen))
    assert found["question"]["follows"] == [str(second.pk), str(first.pk)]
    assert found["choices"]["terms"] == ["nest"]
    (pinned,), (excluded,) = found["choices"]["pinned"], found["choices"]["excluded"]
    assert (pinned["section"], pinned["document"], pinned["path"]) == (wasps.pk, "bees", "art_3")
    assert (excluded["section"], excluded["document"]) == (wasps.pk + 1_000, "")


def test_a_declined_question_is_sealed_too() -> None:
    found = record_of(answered("What does Article 17 GDPR say?"))
    assert (found["answer"]["outcome"], found["claims"]) == ("corpus_gap", [])
    assert found["named"][0]["resolution"] == "not_found"


def test_a_call_of_a_model_stands_in_it_by_hashes() -> None:
    prompt = Prompt(version="judge-1@0", system="Judge.", user="Is it so?", schema={}, max_tokens=9)
    call = Call(role=Role.JUDGE, model="m", prompt=prompt, reply="so it is", failure="Half.", ms=7)
    recorder = Recorder(asked(HIVES))
    recorder.finish(pipeline.answer(recorder.question.request(), recorder, Models()), [call])
    (found,) = record_of(recorder.answer)["calls"]
    messages = canonical(prompt.messages)
    assert found["messages_sha256"] == hashlib.sha256(messages.encode()).hexdigest()
    assert found["reply_sha256"] == hashlib.sha256(b"so it is").hexdigest()
    assert (found["role"], found["model"], found["prompt"]) == ("judge", "m", "judge-1@0")
    assert (found["failure"], found["ms"], found["parameters"]["max_tokens"]) == ("Half.", 7, 9)
    assert "Is it so?" not in json.dumps(found)


def test_it_is_written_once() -> None:
    answer = answered()
    before = SealedRecord.objects.get().text
    with pytest.raises(AlreadySealed, match=str(answer.question_id)):
        seal(answer)
    assert SealedRecord.objects.get().text == before


@pytest.fixture
def sealed() -> SealedRecord:
    return SealedRecord.objects.get(answer=answered())


def test_a_surrogate_that_stands_alone_does_not_stop_an_answer() -> None:
    answer = answered()
    SealedRecord.objects.all().delete()
    answer.stages = {"writing": {"notes": ["It said \ud800."], "trouble": True}}
    assert "It said \ufffd." in seal(answer).text


def test_a_changed_text_is_seen(sealed: SealedRecord) -> None:
    sealed.text = sealed.text.replace("30", "40")
    said = " ".join(damage(sealed))
    assert "sha256" in said
    assert "signature" in said


def test_a_text_that_was_changed_with_its_sha256_is_seen_by_the_signature(sealed: SealedRecord) -> None:
    sealed.text = sealed.text.replace("30", "40")
    sealed.sha256 = hashlib.sha256(sealed.text.encode()).hexdigest()
    (said,) = damage(sealed)
    assert "signature" in said


def test_another_installation_makes_other_signatures(sealed: SealedRecord, settings: LazySettings) -> None:
    ours = settings.SECRET_KEY
    settings.SECRET_KEY = "another-key-of-another-installation"
    assert sign(sealed.text) != sealed.signature
    assert not verify_record(sealed.text, sealed.signature)
    settings.SECRET_KEY_FALLBACKS = [ours]
    assert verify_record(sealed.text, sealed.signature)


def test_what_is_no_signature_is_none(sealed: SealedRecord) -> None:
    assert not verify_record(sealed.text, "")
    assert not verify_record(sealed.text, "né")


def test_a_conversation_that_loops_ends() -> None:
    first = Question.objects.create(text="What is a hive?", as_of=DAY)
    second = Question.objects.create(text="And then?", as_of=DAY, follows=first)
    first.follows = second
    first.save()
    assert contents.follows(second) == [str(first.pk)]
