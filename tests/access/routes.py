"""Every address of the project, found in the table of addresses itself, with keys of one matter's things put in."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from tests.access.cast import Cast

OWN = ("corpus", "lawqa")
"""Packages whose addresses with keys have to stand in `OPENS`."""
QUESTION, JOB, BATCH, MATTER, SECTION = "question", "job", "batch", "matter", "section"
OPENS = {
    "answer": QUESTION, "answer_body": QUESTION, "answer_again": QUESTION, "answer_events": QUESTION, "stop": QUESTION,
    "answer_docx": QUESTION, "answer_print": QUESTION, "answer_json": QUESTION, "answer_record": QUESTION,
    "remove_question": QUESTION, "citation": "citation", "corpus:batch": BATCH, "corpus:batch_body": BATCH,
    "corpus:job": JOB, "corpus:job_body": JOB, "corpus:job_file": JOB, "corpus:cancel": JOB, "corpus:retry": JOB,
    "corpus:remove": JOB, "corpus:forget": JOB, "corpus:collection": MATTER, "corpus:matter": MATTER,
    "corpus:member": "member", "corpus:leave_matter": MATTER, "corpus:close_matter": MATTER,
    "corpus:document": "document", "corpus:section": SECTION, "corpus:comparison": SECTION,
    "corpus:original": SECTION, "corpus:places": SECTION, "corpus:edition_file": "edition",
}  # fmt: skip
"""What an address of the library or of answers opens."""


@dataclass(frozen=True, slots=True)
class Route:
    """One line of the table."""

    name: str
    """With its namespace; empty where it has none."""
    template: str
    """`answers/<uuid:pk>/`"""
    converters: tuple[tuple[str, str], ...]
    """(name of the key, its converter's class)"""
    module: str
    """Where its view is defined."""

    @property
    def own(self) -> bool:
        return self.module.partition(".")[0] in OWN

    def addresses(self, cast: Cast) -> Iterator[str]:
        """With every key of the matter that fits; of one that is known, the right one."""
        values = [_values(cast, self.name, *one) for one in self.converters]
        for chosen in itertools.product(*values):
            address = self.template
            for (key, _), value in zip(self.converters, chosen, strict=True):
                before, _, after = address.partition(f"{key}>")
                address = f"{before.rpartition('<')[0]}{value}{after}"
            yield f"/{address}"


def routes() -> list[Route]:
    """All but those that are told by an expression with groups, which belong to other libraries' pages."""
    return list(_routes(get_resolver().url_patterns, "", "", ()))


def _routes(
    patterns: list[URLPattern | URLResolver], prefix: str, namespace: str, above: tuple[tuple[str, str], ...]
) -> Iterator[Route]:
    for one in patterns:
        told = one.pattern
        if not isinstance(told, RoutePattern):
            if "(" in str(told):
                continue
            template = f"{prefix}{str(told).strip('^$').replace(chr(92), '')}"
        else:
            template = f"{prefix}{told}"
        converters = (*above, *((key, type(to).__name__) for key, to in told.converters.items()))
        if isinstance(one, URLResolver):
            space = ":".join(part for part in (namespace, one.namespace) if part)
            yield from _routes(one.url_patterns, template, space, converters)
        else:
            name = f"{namespace}:{one.name}" if namespace else one.name or ""
            yield Route(name, template, converters, one.callback.__module__)


def _values(cast: Cast, name: str, key: str, converter: str) -> Sequence[object]:
    opens = OPENS.get(name)
    keys: dict[str, object] = {
        QUESTION: cast.question.pk, JOB: cast.job.pk, BATCH: cast.job.batch_id, "citation": cast.citation.pk,
        "member": cast.member.pk, "document": cast.document.pk, "edition": cast.edition.pk,
        SECTION: cast.sections[1].pk, MATTER: cast.matter.pk,
    }  # fmt: skip
    if converter == "SlugConverter":
        return [cast.matter.slug]
    if key == "other":
        return [cast.sections[0].pk]
    if opens:
        return [keys[opens]]
    if converter == "UUIDConverter":
        return [cast.question.pk, cast.job.pk, cast.job.batch_id]
    if converter == "IntConverter":
        return sorted({int(str(value)) for value in keys.values() if isinstance(value, int)})
    return list(dict.fromkeys([*map(str, keys.values()), cast.job.file_id]))
