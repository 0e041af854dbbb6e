"""`manage.py ask`: a question in the terminal, its answer with every citation checked."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from corpus.embedding import EncoderMissing
from corpus.models import Collection
from lawqa.export import export
from lawqa.forms import AskForm
from lawqa.management.terminal import TerminalRecorder, print_answer
from lawqa.models import Answer, Question
from lawqa.pipeline import answer_question


class Command(BaseCommand):
    """The answer is kept, with an address of its own, like one asked in the browser."""

    help = "Ask a question; the answer quotes the law and says of each citation what was checked."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("question")
        parser.add_argument(
            "--as-of", default="", help="the day whose law is asked for, as 2024-08-01; today"
        )
        parser.add_argument("--collection", action="append", help="only this shelf (repeatable); all of them")
        parser.add_argument("--json", action="store_true", help="the whole answer as JSON, and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            answer = _answer(_question(options), Console(quiet=options["json"]))
        except (BadQuestion, EncoderMissing) as error:
            if options["json"]:
                self.stdout.write(json.dumps({"error": str(error)}, ensure_ascii=False))
            raise CommandError(f"{error}", returncode=2) from error
        if options["json"]:
            self.stdout.write(json.dumps(export(answer), ensure_ascii=False, indent=1))
        else:
            print_answer(answer, Console())


class BadQuestion(ValueError):
    """What was asked cannot be meant; says what to do."""


def _answer(question: Question, console: Console) -> Answer:
    try:
        return answer_question(question, TerminalRecorder(question, console))
    except EncoderMissing as error:
        Question.objects.fail(question.pk, str(error))
        raise


def _question(options: dict[str, Any]) -> Question:
    shelves = Collection.objects.all()
    if not shelves.exists():
        raise BadQuestion("The shelf is empty: load law first, with manage.py load_law --default.")
    chosen = options["collection"] or list(shelves.values_list("slug", flat=True))
    fields = {"text": options["question"], "as_of": options["as_of"], "collections": chosen}
    form = AskForm(fields, shelves=shelves)
    if not form.is_valid():
        raise BadQuestion(" ".join(str(error) for errors in form.errors.values() for error in errors))
    question = Question.objects.create(
        text=form.cleaned_data["text"], as_of=form.cleaned_data["as_of"], state=Question.State.RUNNING
    )
    question.collections.set(form.cleaned_data["collections"])
    return question
