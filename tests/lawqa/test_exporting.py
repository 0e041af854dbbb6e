"""Who may take an answer away, under which name, and the command that writes it to a file."""

from __future__ import annotations

import io
import json
import uuid
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from docx import Document

from lawqa.exporting import attachment, file_name
from lawqa.exports.word import MEDIA_TYPE
from lawqa.models import Question, QuestionQuerySet, SealedRecord
from tests.factories import DAY, a_question
from tests.lawqa.test_export import fetched, lines, sealed_question

pytestmark = pytest.mark.django_db
NAMES = ("answer_docx", "answer_print", "answer_json", "answer_record")


@pytest.mark.parametrize("name", NAMES)
class TestEveryForm:
    def test_it_is_served_and_head_says_the_same_without_the_bytes(self, name: str) -> None:
        question = sealed_question()
        got = fetched(name, question)
        head = Client().head(reverse(name, args=[question.pk]))
        assert (got.status_code, head.status_code, head.content) == (200, 200, b"")
        assert head["Content-Type"] == got["Content-Type"]
        assert got["Cache-Control"] == "private, no-store"

    @pytest.mark.parametrize(
        ("state", "words"), [("waiting", "not answered yet"), ("failed", "has no answer")]
    )
    def test_an_unfinished_answer_is_a_409_with_a_sentence(self, name: str, state: str, words: str) -> None:
        response = fetched(name, a_question(state=state))
        assert (response.status_code, words in response.content.decode()) == (409, True)

    def test_somebody_elses_answer_is_a_404(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        question = sealed_question()
        monkeypatch.setattr(QuestionQuerySet, "visible_to", lambda self, user: self.none())
        assert fetched(name, question).status_code == 404

    def test_an_answer_that_does_not_exist_is_a_404(self, name: str) -> None:
        assert Client().get(reverse(name, args=[uuid.uuid4()])).status_code == 404

    def test_it_is_only_read(self, name: str) -> None:
        assert Client().post(reverse(name, args=[sealed_question().pk])).status_code == 405


def test_the_media_types_and_names_of_the_files() -> None:
    question = sealed_question()
    word, data = fetched("answer_docx", question), fetched("answer_json", question)
    assert word["Content-Type"] == MEDIA_TYPE
    assert word["Content-Disposition"] == (
        'attachment; filename="lawqa-must-a-hive-be-registered-2026-03-01.docx"'
    )
    assert data["Content-Disposition"].endswith('-2026-03-01.json"')


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Must a hive be registered?", "lawqa-must-a-hive-be-registered-2026-03-01.docx"),
        ("../../etc/passwd", "lawqa-etcpasswd-2026-03-01.docx"),
        ('a"; filename="b\r\nX: y', "lawqa-a-filenameb-x-y-2026-03-01.docx"),
        ("Wie groß?", "lawqa-wie-groß-2026-03-01.docx"),
        ("word " * 100, "lawqa-" + ("word-" * 12)[:59] + "-2026-03-01.docx"),
    ],
)
def test_file_names_are_safe(text: str, name: str) -> None:
    assert file_name(Question(text=text, as_of=DAY), "docx") == name


def test_a_name_in_other_letters_has_one_that_every_browser_reads_beside_it() -> None:
    question = Question(text="Wie groß?", as_of=DAY)
    assert attachment(question, "docx") == (
        f"attachment; filename=\"lawqa-{question.pk}.docx\"; filename*=UTF-8''lawqa-wie-gro%C3%9F-2026-03-01.docx"
    )
    assert str(question.pk) in file_name(Question(pk=question.pk, text="???", as_of=DAY), "docx")


# -- the command


@pytest.mark.parametrize("form", ["docx", "html", "json"])
def test_the_command_writes_a_file(form: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    question = sealed_question()
    path = tmp_path / f"answer.{form}"
    call_command("export_answer", str(question.pk), "--format", form, "-o", str(path))
    assert capfd.readouterr().out.strip() == str(path)
    kept = path.read_bytes()
    if form == "docx":
        assert lines(Document(io.BytesIO(kept)), "Title") == [question.text]
    elif form == "html":
        assert 'href="data:text/css;base64,' in kept.decode()
        assert "/static/" not in kept.decode()
    else:
        assert json.loads(kept)["record"]["sha256"] == SealedRecord.objects.get().sha256


def test_the_command_writes_to_standard_output(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    call_command("export_answer", str(sealed_question().pk), "--format", "json", "-o", "-")
    assert json.loads(capfdbinary.readouterr().out)["outcome"] == "answered"


def test_the_command_says_what_it_cannot_do(tmp_path: Path) -> None:
    for args, words in (
        ([str(uuid.uuid4())], "There is no answer"),
        ([str(a_question().pk)], "not answered yet"),
        ([str(sealed_question().pk), "-o", str(tmp_path)], "cannot be written"),
    ):
        with pytest.raises(CommandError, match=words) as found:
            call_command("export_answer", *args)
        assert found.value.returncode == 2
