"""`manage.py ask`: a question in the terminal, its answer with every citation checked."""

from __future__ import annotations

import json
import logging
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from rich.console import Console
from rich.text import Text

from corpus.embedding import EncoderMissing
from corpus.index.errors import Unavailable
from corpus.models import Collection, CollectionQuerySet, Section
from corpus.resolve import resolve_all
from corpus.types import Filters
from lawqa import auditing
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
        parser.add_argument(
            "--follow", default="", metavar="ID", help="the question that this one follows, by its id"
        )
        parser.add_argument("--keywords", default="", help='search with these keywords: "hive, register"')
        parser.add_argument(
            "--pin",
            action="append",
            metavar="LABEL",
            help='always use this section, as "GDPR Art. 33" (repeatable)',
        )
        parser.add_argument(
            "--exclude", action="append", metavar="LABEL", help="leave this section out (repeatable)"
        )
        parser.add_argument("--json", action="store_true", help="the whole answer as JSON, and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        logging.getLogger("lawqa").setLevel(logging.WARNING)  # what failed is said among the stages
        try:
            answer = _answer(_question(options), Console(quiet=options["json"]))
        except (BadQuestion, EncoderMissing, Unavailable) as error:
            if options["json"]:
                self.stdout.write(json.dumps({"error": str(error)}, ensure_ascii=False))
            raise CommandError(f"{error}", returncode=2) from error
        if options["json"]:
            self.stdout.write(json.dumps(export(answer), ensure_ascii=False, indent=1))
        else:
            console = Console()
            if answer.question.restated:
                console.print(Text(f"\nRead as: {answer.question.restated}", style="italic"))
            print_answer(answer, console)


class BadQuestion(ValueError):
    """What was asked cannot be meant; says what to do."""


def _answer(question: Question, console: Console) -> Answer:
    try:
        return answer_question(question, TerminalRecorder(question, console))
    except (EncoderMissing, Unavailable) as error:
        Question.objects.fail(question.pk, str(error))
        raise


def _question(options: dict[str, Any]) -> Question:
    shelves = Collection.objects.all()
    if not shelves.exists():
        raise BadQuestion("The shelf is empty: load law first, with manage.py load_law --default.")
    form = AskForm(_fields(options, shelves), shelves=shelves, questions=Question.objects.all())
    if not form.is_valid():
        raise BadQuestion(" ".join(str(error) for errors in form.errors.values() for error in errors))
    question = form.question()
    question.state = Question.State.RUNNING
    with transaction.atomic():
        question.save()
        question.collections.set(form.cleaned_data["collections"])
        auditing.asked(question)
    return question


def _fields(options: dict[str, Any], shelves: CollectionQuerySet) -> dict[str, Any]:
    """What the form of the pages would send."""
    given = {
        "text": options["question"], "as_of": options["as_of"], "terms": options["keywords"],
        "follows": options["follow"],
        "collections": options["collection"] or list(shelves.values_list("slug", flat=True)),
    }  # fmt: skip
    for name, labels in (("pinned", options["pin"]), ("excluded", options["exclude"])):
        given[name] = [key for label in labels or () for key in _sections(label, shelves)]
    return given


def _sections(label: str, shelves: CollectionQuerySet) -> list[int]:
    """The sections of this label, of all days; or those that it cites in another spelling."""
    held = Section.objects.filter(document__collection__in=shelves)
    exact = (
        [] if "\0" in label else list(held.filter(label__iexact=label.strip()).values_list("pk", flat=True))
    )
    cited = resolve_all(label, Filters(as_of=timezone.localdate()))
    found = exact or [key for named in cited for key in named.section_ids]
    if not found:
        raise BadQuestion(
            f"There is no section “{label[:80]}” on the shelf. Write it as answers cite it: “GDPR Art. 33”."
        )
    return found
