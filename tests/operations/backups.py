"""Machines with an installation each, acts about animals with questions about them, and how they are backed up and restored."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from django.core.management import call_command

from corpus import files
from corpus import pipeline as loading
from corpus.index import shelf
from corpus.models import Collection, StoredFile
from lawqa import pipeline
from lawqa.models import AnswerCitation, Question
from lawqa.operations.backup.manifest import Manifest
from tests import factories, library
from tests.fault.installation import Installation, installation

ASKED = (
    "How long may a keeper of {0} wait before the county is told?",
    "Who pays for the {0} that were found on a public road?",
    "What does Art. 2 of the {1} Act say?",
    "Must a school register its {0}?",
)
ANIMALS = (
    "geese", "llamas", "ferrets", "ponies", "goats", "parrots", "turtles", "rabbits", "pigeons", "donkeys", "alpacas", "ducks", "owls",
    "hares", "snakes", "lizards", "quails", "camels", "deer", "swans", "otters", "mules", "toads", "falcons", "bison",
)  # fmt: skip
Machine = Callable[..., AbstractContextManager[Installation]]


@contextlib.contextmanager
def a_machine(folder: Path, **how: Any) -> Iterator[Installation]:
    """A machine with an installation that has its tables and nothing else; the queries of the test go to it."""
    shelf.shelf_of.cache_clear()
    with installation(folder, **how) as found:
        (found.data / "secret_key").write_text(f"the-secret-of-{folder.name.rstrip('0123456789')}" * 3)
        yield found
    shelf.shelf_of.cache_clear()


def acts(count: int) -> None:
    """Acts about animals, each on a shelf of its own, searchable."""
    for number, animal in enumerate(ANIMALS[:count], start=1):
        document = factories.a_document(
            factories.a_collection(animal), key=animal, short_title=f"{animal.title()} Act",
            title=f"Act on {animal.title()}", citation=f"Act {number}/2020",
        )  # fmt: skip
        document.names.create(name=f"{animal} act")
        told = f"A keeper of {animal} shall tell the county within {number + 3} days of acquiring the first of them."
        school = (
            f"A school shall register its {animal} with the county; a museum need not register its {animal}."
        )
        road = f"Whoever keeps {animal} shall pay for those that are found on a public road, up to {number}00 crowns."
        for place, text in enumerate((told, road, school), start=1):
            factories.a_section(document, place, text, heading=f"Duty {place} about {animal}")
    loading.add_passages(library.quietly)
    loading.update_index(library.quietly)


def questions(count: int) -> list[str]:
    return [words.format(animal, animal.title()) for animal in ANIMALS[:count] for words in ASKED]


def ask_all(questions: Iterable[str]) -> list[list[tuple[Any, ...]]]:
    """The citations of every question, as whoever asks it now is given them."""
    return [cited(factories.a_question(*Collection.objects.all(), text=words)) for words in questions]


def cited(question: Question) -> list[tuple[Any, ...]]:
    pipeline.answer_question(question)
    rows = AnswerCitation.objects.filter(claim__answer__question=question, claim__shown=True)
    facts = ("label", "quote", "start", "end", "source__section", "source__section_sha256", "claim__text")
    return list(rows.order_by("pk").values_list(*facts))


def keep(made: Installation, content: bytes = b"%PDF-1.7 an original") -> StoredFile:
    return files.store([content], "act.pdf")


def back_up(folder: Path) -> Manifest:
    call_command("backup", str(folder), stdout=io.StringIO())
    return Manifest.read(folder)


def restore(folder: Path, *options: str) -> None:
    call_command("restore", str(folder), *options, stdout=io.StringIO(), stderr=io.StringIO())
