"""What a person should look at before a text goes on the shelf: the facts, or what a new edition changes."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from corpus.editions import reads_as
from corpus.models import Document, IngestJob, Name, Section
from corpus.types import SectionText, StructuredText


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One section before and after; None: it was not there, or is not there any more."""

    path: str
    before: Section | None
    after: SectionText | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What an edition changes in a document, in the order of the text."""

    document: Document
    added: tuple[Change, ...]
    removed: tuple[Change, ...]
    changed: tuple[Change, ...]
    unchanged: int

    @property
    def same(self) -> bool:
        return not (self.added or self.removed or self.changed)


def proposal(job: IngestJob, text: StructuredText) -> Document | None:
    """The document of the same shelf of which this text is probably another edition."""
    names = [text.document.citation, text.document.title]
    same_name = Q(names__name__in=[Name.normalise(name) for name in names if name])
    found = Document.objects.filter(collection=job.collection, kind=text.document.kind.value)
    return found.filter(Q(key=text.document.key) | same_name).distinct().order_by("pk").first()


def compare(document: Document, text: StructuredText) -> Comparison:
    """The text's sections against those in force on its day, by path."""
    day = text.document.dated
    rows = Section.objects.filter(document=document).order_by("position", "valid_from")
    before = {row.path: row for row in (rows.enacted(day) if day else rows)}
    after = {section.path: section for section in text.sections}
    both = [path for path in after if path in before]
    changed = [path for path in both if not reads_as(before[path], after[path])]
    return Comparison(
        document=document,
        added=tuple(
            Change(path=path, before=None, after=after[path]) for path in after if path not in before
        ),
        removed=tuple(
            Change(path=path, before=before[path], after=None) for path in before if path not in after
        ),
        changed=tuple(Change(path=path, before=before[path], after=after[path]) for path in changed),
        unchanged=len(both) - len(changed),
    )
