"""An answer taken away: as a Word document, a page for printing, plain data, and its sealed record."""

from __future__ import annotations

import hashlib
import html
import io
import json
import re
import zipfile
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from docx import Document
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from lxml import etree

from lawqa.export import export
from lawqa.exports.sheet import ADVICE, INSTRUCTIONS, NO_RECORD, Sheet, clean, sheet_of
from lawqa.exports.word import write_word
from lawqa.models import Answer, AnswerSource, Claim, Question, SealedRecord
from lawqa.sealing import seal, verify_record
from tests import factories
from tests.factories import (
    JUDGE,
    NEST,
    RULE,
    WRITER,
    a_claim,
    a_question,
    a_section,
    a_source,
    a_written_question,
    an_answer,
    an_answered_question,
)

pytestmark = pytest.mark.django_db
HOSTILE = '<script>alert("x")</script> & [a](javascript:b) \x0b\x1b\x7f\ufffe </w:t>'


def fetched(name: str, question: Question, client: Client | None = None) -> HttpResponse:
    response = (client or Client()).get(reverse(name, args=[question.pk]))
    assert isinstance(response, HttpResponse)
    return response


def word_of(question: Question) -> WordDocument:
    return Document(io.BytesIO(write_word(sheet_of(question), "/answers/1/")))


def lines(document: WordDocument, style: str = "") -> list[str]:
    return [one.text for one in document.paragraphs if not style or (one.style and one.style.name == style)]


def sealed_question() -> Question:
    question = an_answered_question()
    seal(question.answer)
    return question


# -- what is written down


def test_a_sheet_has_every_claim_with_its_references_and_facts() -> None:
    sheet = sheet_of(an_answered_question())
    (passage,) = sheet.passages
    (statement,) = passage.statements
    (support,) = statement.supports
    assert passage.heading == "Bees Act Art. 1 Hives"
    assert ([row.text for row in statement.rows], statement.verbatim, statement.numbers) == (
        [RULE],
        True,
        (1,),
    )
    assert (support.quote, support.label) == ((), "Bees Act Art. 1")
    assert support.facts == (
        "On the shelf · Label fits · Quote exact · Figures match · In force on 1 March 2026 · Support not judged"
    )
    (reference,) = sheet.references
    assert (reference.number, reference.days) == (1, "Applies from 1 January 2020.")
    assert "Part I Keeping" in reference.path


def test_a_sheet_lists_what_was_withheld_and_what_was_set_aside() -> None:
    sheet = sheet_of(an_answered_question())
    (withheld,) = sheet.withheld
    assert "within 60 days" in withheld.text
    assert withheld.reasons == ("The sentence says 60, the section says 30.",)
    assert [(aside.label, aside.text) for aside in sheet.aside] == [
        ("Bees Act Art. 2", "The county shall remove the nest of wasps.")
    ]
    assert sheet.coverage == ("Law of the county, through 1 March 2026",)
    assert "Keywords: hive, register." in sheet.made


def test_a_models_sentence_has_its_quotes_its_judges_opinion_and_its_first_version() -> None:
    sheet = sheet_of(a_written_question())
    first, second = sheet.passages
    (both,) = second.statements
    assert (first.heading, second.heading) == ("", "")
    assert [(support.number, support.quote[0].text) for support in both.supports] == [(2, RULE), (1, NEST)]
    assert JUDGE in both.supports[0].opinion
    assert "“register every hive”" in both.supports[0].opinion
    assert first.statements[0].first == "Written again. The first version failed: The sentence says nine."
    assert [reference.warnings for reference in sheet.references] == [(INSTRUCTIONS,), ()]
    assert any(WRITER in line for line in sheet.made)
    assert any("did not answer" in line for line in sheet.made)
    assert [aside.advice for aside in sheet.aside] == [f"In the opinion of {WRITER}: “It is about jars.”"]


def test_a_declined_question_says_why_and_what_was_searched() -> None:
    section = a_section()
    question = a_question(state=Question.State.DONE)
    named = [{"text": "Article 9", "resolution": "not_found", "detail": "There is no Article 9."}]
    answer = an_answer(question, "corpus_gap", reason="The Boats Act is not on the shelf.", named=named)
    a_source(answer, section, used=False)
    sheet = sheet_of(question)
    assert sheet.declined == "No answer: this law is not on the shelf"
    assert (sheet.reason, sheet.passages, sheet.references) == ("The Boats Act is not on the shelf.", (), ())
    assert sheet.premises == ("“Article 9”: There is no Article 9.",)
    assert "The nearest passages" in lines(word_of(question), "Heading 1")


def test_a_question_that_is_not_done_has_no_sheet() -> None:
    with pytest.raises(ValueError, match="not done"):
        sheet_of(a_question())


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\tb\nc", "a\tb\nc"),
        ("\x00a\x08\x0b\x0c\x0e\x1f", "a"),
        ("a\ud800\ufffe\uffffb", "ab"),
        ("a\x7f\x80\x9fb", "ab"),
        ("שלום 😀 �", "שלום 😀 �"),
    ],
)
def test_what_xml_cannot_hold_is_left_out(text: str, kept: str) -> None:
    assert clean(text) == kept


# -- the Word document


def test_the_word_document_says_what_the_sheet_says_in_real_styles() -> None:
    question = sealed_question()
    document = word_of(question)
    assert lines(document, "Title") == [question.text]
    assert lines(document, "Heading 1") == [
        "Answer", "References", "Withheld", "Considered and set aside", "Searched", "How this was answered",
        "Sealed record", "What this is not",
    ]  # fmt: skip
    assert lines(document, "Heading 2") == ["Bees Act Art. 1 Hives", "Bees Act Art. 2"]
    assert lines(document, "Quote")[0] == f"{RULE} [1]"
    said = "\n".join(lines(document))
    for words in ("In force on 1 March 2026", "within 60 days", "The sentence says 60", ADVICE):
        assert words in said
    assert f"sha256 {SealedRecord.objects.get().sha256}" in said


def test_the_word_document_has_the_day_and_page_numbers_on_every_page() -> None:
    section = word_of(an_answered_question()).sections[0]
    assert "Law as of 1 March 2026" in section.header.paragraphs[0].text
    fields = section.footer._element.iter(qn("w:fldSimple"))
    assert [field.get(qn("w:instr")) for field in fields] == ["PAGE", "NUMPAGES"]


def test_the_word_documents_properties_name_the_question_and_no_library() -> None:
    question = an_answered_question()
    known = word_of(question).core_properties
    assert (known.title, known.subject) == (question.text, "Law as of 1 March 2026")
    assert (known.author, known.comments, known.last_modified_by, known.keywords) == ("", "", "", "")
    bytes_of = zipfile.ZipFile(io.BytesIO(write_word(sheet_of(question), "")))
    assert not any("thumbnail" in name for name in bytes_of.namelist())
    assert b"python-docx" not in b"".join(bytes_of.read(name) for name in bytes_of.namelist())


def test_every_reference_in_the_text_leads_to_one_that_is_there() -> None:
    document = word_of(a_written_question())
    body = document.element.body
    marks = [one.get(qn("w:name")) for one in body.iter(qn("w:bookmarkStart"))]
    links = [one.get(qn("w:anchor")) for one in body.iter(qn("w:hyperlink"))]
    assert marks == ["reference_1", "reference_2"]
    assert sorted(set(links)) == marks


def test_text_from_right_to_left_is_set_so() -> None:
    question = an_answered_question(text="מהו הדין?")
    (title,) = [one for one in word_of(question).paragraphs if one.style and one.style.name == "Title"]
    assert title._p.pPr is not None
    assert title._p.pPr.find(qn("w:bidi")) is not None
    assert title.runs[0].font.rtl
    (facts,) = [one for one in word_of(question).paragraphs if one.text.startswith("Law as of")]
    assert facts._p.pPr is not None
    assert facts._p.pPr.find(qn("w:bidi")) is None
    plain = word_of(a_declined_question()).paragraphs[0]
    assert plain._p.pPr is not None
    assert plain._p.pPr.find(qn("w:bidi")) is None


def a_declined_question() -> Question:
    question = a_question(state=Question.State.DONE)
    an_answer(question, "no_match")
    return question


def hostile_question() -> Question:
    """What a model or a file may say, wherever it may say it."""
    section = a_section()
    question = a_question(text=f"Must {HOSTILE}?", state=Question.State.DONE)
    answer = an_answer(
        question, reason=HOSTILE, writer=HOSTILE, keywords={"terms": [HOSTILE], "origin": HOSTILE}
    )
    source = a_source(answer, section, label=HOSTILE, heading=HOSTILE, heading_path=HOSTILE)
    a_source(answer, section, "S2", used=False, text=HOSTILE, advice={"used": False, "reason": HOSTILE})
    problem = {"check": "number", "detail": HOSTILE}
    a_claim(answer, source, HOSTILE)
    a_claim(answer, source, HOSTILE, shown=False, problems=[problem])
    return question


def test_nothing_that_is_said_becomes_markup_in_the_word_document() -> None:
    question = hostile_question()
    kept = write_word(sheet_of(question), "/answers/1/")
    package = zipfile.ZipFile(io.BytesIO(kept))
    for name in package.namelist():
        if name.endswith((".xml", ".rels")):
            etree.fromstring(package.read(name))
    said = "\n".join(lines(Document(io.BytesIO(kept))))
    assert said.count('<script>alert("x")</script> & [a](javascript:b)') >= 8
    assert "</w:t>" in said


def test_a_large_answer_is_written_whole() -> None:
    question = an_answered_question()
    answer, source = question.answer, AnswerSource.objects.get(marker="S1")
    for number in range(300):
        a_claim(answer, source, f"Sentence {number}. " + "Long words of a very long sentence. " * 40)
    document = word_of(question)
    assert sum("Sentence " in line for line in lines(document, "Quote")) == 300
    assert len(fetched("answer_print", question).content) > 300 * 1_400


# -- the page for printing


def test_the_page_for_printing_has_no_script_and_leads_back() -> None:
    question = sealed_question()
    page = fetched("answer_print", question).content.decode()
    assert "<script" not in page
    assert f'<a href="/answers/{question.pk}/">Back to the answer</a>' in page
    assert re.findall(r'<link rel="stylesheet" href="(.*?)">', page) == ["/static/export.css"]
    for words in (
        RULE,
        "In force on 1 March 2026",
        "within 60 days",
        SealedRecord.objects.get().sha256,
        ADVICE,
    ):
        assert words in html.unescape(page)


def test_nothing_that_is_said_becomes_markup_on_the_page_for_printing() -> None:
    page = fetched("answer_print", hostile_question()).content.decode()
    assert "<script" not in page
    assert page.count("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;") >= 8
    assert "\x0b" not in page
    assert 'href="javascript' not in page


def test_an_answer_from_before_sealing_says_so() -> None:
    question = an_answered_question()
    assert NO_RECORD in fetched("answer_print", question).content.decode()
    assert NO_RECORD in lines(word_of(question))
    assert fetched("answer_json", question).json()["record"] is None  # type: ignore[attr-defined]
    response = fetched("answer_record", question)
    assert (response.status_code, json.loads(response.content)) == (404, {"error": NO_RECORD})


# -- plain data


def test_what_was_written_again_is_not_among_what_was_withheld() -> None:
    found = export(Answer.objects.get(question=factories.a_written_question()))
    (first,) = found["written_again"]
    assert first["key"] in [claim["rewrites"] for claim in found["claims"]]
    assert first not in found["withheld"]
    assert found["withheld"]


def test_json_has_the_answer_and_its_record_with_a_signature_that_holds() -> None:
    question = sealed_question()
    found: dict[str, Any] = json.loads(fetched("answer_json", question).content)
    assert (found["question"], found["as_of"], found["outcome"]) == (question.text, "2026-03-01", "answered")
    assert [claim["text"] for claim in found["claims"]] == [RULE]
    assert len(found["withheld"]) == len(found["set_aside"]) == 1
    record = found["record"]
    assert hashlib.sha256(record["text"].encode()).hexdigest() == record["sha256"]
    assert verify_record(record["text"], record["signature"])
    assert json.loads(record["text"])["question"]["id"] == found["id"]


def test_json_names_models_and_what_was_written_again() -> None:
    found: dict[str, Any] = json.loads(fetched("answer_json", a_written_question()).content)
    assert [(call["role"], call["model"]) for call in found["models"]] == [
        ("answer", WRITER),
        ("judge", JUDGE),
    ]
    assert {claim["rewrites"] for claim in found["claims"]} == {"", "c1"}
    assert "messages" not in json.dumps(found["models"])


def test_the_record_alone_is_the_bytes_that_the_sha256_is_of() -> None:
    question = sealed_question()
    response = fetched("answer_record", question)
    assert hashlib.sha256(response.content).hexdigest() == SealedRecord.objects.get().sha256


def test_a_sheet_is_made_of_plain_words() -> None:
    """Whatever writes a sheet down may rely on it: no control characters anywhere."""
    sheet = sheet_of(hostile_question())
    assert isinstance(sheet, Sheet)
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe]|\\x", repr(sheet).replace("\\n", ""))
    assert Claim.objects.filter(text__contains="\x0b").exists()
