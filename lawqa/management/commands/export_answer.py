"""`manage.py export_answer`: an answer as a file, in the forms that its page offers."""

from __future__ import annotations

import base64
import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.template.loader import render_to_string
from django.urls import reverse

from lawqa import auditing
from lawqa.export import export_with_record
from lawqa.exporting import FAILED, UNFINISHED, file_name
from lawqa.exports.sheet import ADVICE, sheet_of
from lawqa.exports.word import write_word
from lawqa.management.answers import CANNOT, question_of
from lawqa.models import Question

STDOUT = "-"


class Command(BaseCommand):
    """The HTML file carries its style and needs nothing beside it."""

    help = "Write an answer to a file: a Word document, a page for printing, or JSON with its sealed record."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("answer", help="the answer's id, or its address")
        parser.add_argument("--format", choices=["docx", "html", "json"], default="docx")
        parser.add_argument(
            "-o", "--output", help="the file (- for standard output); a name by the question, here"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        question = question_of(options["answer"])
        if question.state != Question.State.DONE:
            raise CommandError(FAILED if question.finished else UNFINISHED, returncode=CANNOT)
        found = written(question, options["format"])
        auditing.exported(question, None, options["format"])
        output = options["output"] or file_name(question, options["format"])
        if output == STDOUT:
            sys.stdout.buffer.write(found)
            return
        try:
            Path(output).write_bytes(found)
        except OSError as error:
            said = f"{output} cannot be written: {error.strerror}. Give another file with -o."
            raise CommandError(said, returncode=CANNOT) from error
        self.stdout.write(output)


def written(question: Question, form: str) -> bytes:
    """The answer in that form."""
    address = reverse("answer", args=[question.pk])
    if form == "json":
        return json.dumps(export_with_record(question.answer), indent=1).encode()
    if form == "docx":
        return write_word(sheet_of(question), address)
    style = base64.b64encode((settings.BASE_DIR / "static" / "export.css").read_bytes()).decode()
    context = {
        "sheet": sheet_of(question), "advice": ADVICE, "address": address,
        "stylesheet": f"data:text/css;base64,{style}", "icon": "data:,",
    }  # fmt: skip
    return render_to_string("export.html", context).encode()
