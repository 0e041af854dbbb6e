"""A firm of many matters: open law, and in each matter sentences with words that stand nowhere else."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from corpus import vectors
from corpus.models import Collection, Document, Edition, Encoder, Membership, Passage, Section, User
from corpus.roles import Role

DIMENSION = 384
FIRST_DAY = dt.date(2020, 1, 1)
SECTIONS_A_DOCUMENT = 25
WORDS = (
    "keeper hive honey county register wasp nest jar harbour boat mooring master fee notice owner tenant lamp lantern "
    "council street repair duty offence fine period month licence market stall weight measure bridge toll carriage"
).split()
Vectors = NDArray[np.float32]


@dataclass(slots=True)
class Firm:
    """Who is there and what may be found by whom, as the makers of the rows know it."""

    encoder: Encoder
    people: list[User] = field(default_factory=list)
    law: list[Collection] = field(default_factory=list)
    matters: list[Collection] = field(default_factory=list)
    belongs: dict[int, set[int]] = field(default_factory=dict)
    """Person → the matters that he belongs to."""
    canaries: dict[int, list[str]] = field(default_factory=dict)
    """Matter → its sentences, each with a word of its own."""

    def permitted(self, person: User) -> frozenset[int]:
        """The shelves that a person is meant to read."""
        return frozenset(shelf.pk for shelf in self.law) | self.belongs[person.pk]

    def others(self, person: User) -> list[int]:
        """The matters that he does not belong to."""
        return [matter.pk for matter in self.matters if matter.pk not in self.belongs[person.pk]]


def a_vector(chance: np.random.Generator) -> Vectors:
    found = chance.standard_normal(DIMENSION, dtype=np.float32)
    return found / np.linalg.norm(found)


def open_law(encoder: Encoder, *, sections: int, seed: int = 0) -> Firm:
    """Official law and the firm's own, and nobody yet."""
    firm = Firm(encoder)
    chance = random.Random(seed)  # noqa: S311  chance, no secret
    for slug, access in (("law", Collection.Access.PUBLIC), ("firm", Collection.Access.FIRM)):
        shelf = Collection.objects.create(slug=slug, name=slug.title(), access=access)
        firm.law.append(shelf)
        _fill(firm, shelf, [_sentence(chance) for _ in range(sections // 2)], chance)
    return firm


def add_matters(firm: Firm, *, matters: int, sentences: int, seed: int = 0) -> None:
    """Each with a member of its own and one who belongs to two; an admin who belongs to none is the last person."""
    chance = random.Random(f"matters {seed}")  # noqa: S311  chance, no secret
    for number in range(matters):
        matter = Collection.objects.create(
            slug=f"m-{chance.randbytes(8).hex()}", name=f"Secret{number}", access=Collection.Access.MATTER
        )
        firm.matters.append(matter)
        texts = [f"{_sentence(chance)} {canary(number, at)}" for at in range(sentences)]
        firm.canaries[matter.pk] = texts
        _fill(firm, matter, texts, chance)
        firm.people.append(_person(firm, f"member{len(firm.people)}", *firm.matters[-1 - (number % 2) :]))
    firm.people.append(
        _person(firm, f"admin{len(firm.people)}", role=Role.ADMIN, is_superuser=True, is_staff=True)
    )


def canary(matter: int, at: int) -> str:
    """A word that stands in one sentence of one matter, and that no stemmer makes into another."""
    return f"zq{matter}x{at}k"


def _person(firm: Firm, name: str, *matters: Collection, **facts: object) -> User:
    user = User.objects.create(username=name, **facts)
    Membership.objects.bulk_create(Membership(collection=matter, user=user) for matter in matters)
    firm.belongs[user.pk] = {matter.pk for matter in matters}
    return user


def _sentence(chance: random.Random) -> str:
    return " ".join(chance.choices(WORDS, k=chance.randint(6, 30)))


def _fill(firm: Firm, shelf: Collection, texts: Sequence[str], chance: random.Random) -> None:
    """Documents with a section a text and a passage a section, in the order of the texts."""
    numbers = np.random.default_rng(chance.randrange(2**32))
    for first in range(0, len(texts), SECTIONS_A_DOCUMENT):
        _document(firm, shelf, first, texts[first : first + SECTIONS_A_DOCUMENT], numbers)


def _document(
    firm: Firm, shelf: Collection, first: int, texts: Iterable[str], numbers: np.random.Generator
) -> None:
    name = f"{shelf.name} Act {first}"
    document = Document.objects.create(
        collection=shelf,
        key=name,
        kind="statute",
        jurisdiction="xx",
        title=name,
        citation=name,
        short_title=name,
    )
    document.names.create(name=name.lower())
    edition = Edition.objects.create(document=document, dated=FIRST_DAY, sha256="")
    rows = Section.objects.bulk_create(
        Section(
            document=document, edition=edition, path=f"s_{at}", label=f"{name} § {at}", heading="", text=text,
            position=at, sha256="", valid_from=FIRST_DAY,
        )
        for at, text in enumerate(texts, start=1)
    )  # fmt: skip
    Passage.objects.bulk_create(
        Passage(
            section=row, start=0, end=len(row.text), encoder=firm.encoder,
            embedding=vectors.to_bytes(a_vector(numbers)),
        )
        for row in rows
    )  # fmt: skip
    Document.objects.filter(pk=document.pk).touch()
