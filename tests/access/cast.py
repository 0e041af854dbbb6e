"""A matter with everything that may hang on it, each thing with a word of its own, and the people around it."""

from __future__ import annotations

from dataclasses import dataclass

from django.test import Client

from corpus import membership
from corpus.models import (
    Collection,
    Document,
    Edition,
    IngestJob,
    Membership,
    Section,
    User,
)
from corpus.roles import Role
from lawqa.models import AnswerCitation, Question
from tests import adding, factories

NAME, TITLE, TEXT, FILE, ASKED = "Zqname", "Zqtitle", "Zqtext", "Zqfile", "Zqasked"
CANARIES = (NAME, TITLE, TEXT, FILE, ASKED)
"""Words of the matter: its name, a document's, a section's, a file's, a question's."""
RULE = f"The {TEXT} shall keep every hive in the orchard."
OTHERS = ("colleague", "stranger", "admin", "signed out", "suspended")


@dataclass(frozen=True, slots=True)
class Cast:
    """Owner: made the matter and asked. Colleague: reads it, and may add nothing. Stranger: has a matter of his own.

    Admin: superuser and staff, a member of nothing. Suspended: was a member who decided.
    """

    people: dict[str, User]
    matter: Collection
    document: Document
    sections: tuple[Section, Section]
    edition: Edition
    job: IngestJob
    question: Question
    citation: AnswerCitation
    member: Membership

    def client(self, who: str) -> Client:
        """A browser in which that person has signed in, before he was suspended, if he was."""
        client = Client(raise_request_exception=False)
        if who != "signed out":
            client.force_login(self.people[who])
        return client


def a_cast() -> Cast:
    people = {
        "owner": _person("owner", Role.CONTRIBUTOR), "colleague": _person("colleague", Role.READER),
        "stranger": _person("stranger", Role.CONTRIBUTOR), "suspended": _person("suspended", Role.CONTRIBUTOR),
        "admin": _person("admin", Role.ADMIN, is_superuser=True, is_staff=True),
    }  # fmt: skip
    law = factories.a_section(factories.a_document(factories.a_collection("law", access="public")))
    membership.create("Another matter", people["stranger"])
    matter = membership.create(NAME, people["owner"])
    member = membership.admit(
        matter, people["colleague"], people["owner"], may_add=True, leads=False
    )  # no reader adds, whatever he was given
    membership.admit(matter, people["suspended"], people["owner"], may_add=True, leads=True)
    return Cast(people, matter, *_law(matter), *_asked(matter, law, people["owner"]), member)


def _person(name: str, role: Role, **facts: object) -> User:
    return User.objects.create(username=name, email=f"{name}@firm.example", role=role, **facts)


def _law(matter: Collection) -> tuple[Document, tuple[Section, Section], Edition, IngestJob]:
    document = factories.a_document(
        matter, key="deed", title=f"Deed of {TITLE}", short_title=TITLE, citation=TITLE
    )
    older = factories.a_section(document, text=RULE.replace("every", "each"))
    newer = factories.a_section(document, text=RULE, path=older.path)
    job = adding.a_job(
        f"{FILE}.txt", f"{adding.ACT}\n3. {TEXT}\n", adding.a_batch(matter), state=IngestJob.State.REVIEW
    )
    adding.with_pages(job)
    edition = Edition.objects.get(document=document)
    Edition.objects.filter(pk=edition.pk).update(file=job.file)
    return document, (older, newer), edition, job


def _asked(matter: Collection, law: Section, owner: User) -> tuple[Question, AnswerCitation]:
    section = Section.objects.filter(document__collection=matter, text=RULE).get()
    shelves = (matter, law.document.collection)
    question = factories.a_question(
        *shelves, text=f"What of {ASKED}?", asked_by=owner, state=Question.State.DONE
    )
    answer = factories.an_answer(question)
    claim = factories.a_claim(answer, factories.a_source(answer, section), RULE)
    factories.events(question, "stage", "claim", "done")
    return question, claim.citations.get()


def suspend(cast: Cast) -> None:
    """After the browsers have signed in."""
    User.objects.filter(pk=cast.people["suspended"].pk).update(is_active=False)
