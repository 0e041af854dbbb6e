"""The adversary at the wire: it reads the sources of a prompt, and plays the writer, the one who rewrites, the judge.

tests.model_server asks it for every reply: `model_server(Adversary(seed=1))`.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice

from tests.adversary.falsehoods import HOSTILE, wrong_claims
from tests.adversary.honest import honest_claims
from tests.adversary.law import Given, Told
from tests.model_server import Asked, Reply

BLOCK = re.compile(
    r"^(?P<word>\w{16}) (?P<name>\S+) begins\n(?P<text>.*?)\n(?P=word) (?P=name) ends$",
    re.DOTALL | re.MULTILINE,
)
CITED = re.compile(r"^cites (?P<marker>[^:\n]*): (?P<quote>.*)$", re.MULTILINE)
RIGHT = 2  # right claims of a reply
MOST_DRAWN = 40  # wrong claims of a section from which the next one is drawn
FEWEST_DECISIVE = 4  # words of the section that a judge gives


class Judging(StrEnum):
    TRUTHFUL = "truthful"
    LYING = "lying"
    SILENT = "silent"


class Rewriting(StrEnum):
    REPEATS = "repeats"
    REPAIRS = "repairs"
    WRONG_AGAIN = "wrong again"


@dataclass(frozen=True, slots=True)
class Key:
    """What a claim is known by when it is seen again."""

    text: str
    quote: str

    @classmethod
    def of(cls, told: Told) -> Key:
        return cls(" ".join(told.text.split()), " ".join(told.quote.split()))


class Adversary:
    """Deterministic from its seed and from the order in which it is asked."""

    def __init__(
        self,
        seed: int = 0,
        *,
        judging: Judging = Judging.TRUTHFUL,
        rewriting: Rewriting = Rewriting.REPEATS,
        claims: Sequence[Told] | None = None,
        most: int = 8,
    ) -> None:
        """`claims` are written instead of those that it would draw from the sources; `most` in a reply."""
        self.told: list[Told] = []
        """Every claim that was sent, in order, with what is true of it."""
        self.judged = 0
        self._rng = random.Random(seed)  # noqa: S311  repeatable, no secret
        self._judging, self._rewriting, self._most = judging, rewriting, most
        self._planned = list(claims) if claims is not None else None

    def __call__(self, asked: Asked) -> Reply:
        properties = asked.schema.get("properties", {})
        if "support" in properties:
            return _said(self._judge(asked.user))
        if "claims" not in properties:
            return _said({})
        sources = list(_sources(asked.user))
        if "sources" not in properties:
            return self._send([self._again(asked.user, sources)], sources)
        return self._send(self._drawn(sources), sources)

    def _send(self, claims: Sequence[Told], sources: Sequence[Given]) -> Reply:
        labels = {one.marker: one.label for one in sources}
        self.told += [replace(told, label=labels.get(told.marker, "")) for told in claims]
        return _said(
            {"claims": [_wire(told) for told in claims], "sources": [_opinion(one) for one in sources]}
        )

    def _drawn(self, sources: Sequence[Given]) -> list[Told]:
        if self._planned is not None:
            drawn, self._planned = self._planned[: self._most], self._planned[self._most :]
            return drawn
        every = list(every_claim(sources, self._rng))
        right, wrong = ([told for told in every if told.wrong is wrong] for wrong in (False, True))
        drawn = self._rng.sample(wrong, min(self._most - RIGHT, len(wrong)))
        drawn += self._rng.sample(right, min(RIGHT, len(right)))
        return self._rng.sample(drawn, len(drawn))

    def _again(self, user: str, sources: Sequence[Given]) -> Told:
        """The claim that failed, as it is written the second time."""
        block = _block(user, "sentence")
        failed = self._known(block) or Told(kind="garbage", wrong=True, text="?", quote="", marker="")
        cited = CITED.search(block)
        marker, quote = (cited["marker"], cited["quote"]) if cited else ("", failed.quote)
        source = next((one for one in sources if one.marker == marker), sources[0] if sources else None)
        again: list[Told] = []
        if source and self._rewriting is Rewriting.REPAIRS:
            again = list(islice(honest_claims(source, self._rng), 1))
        if source and self._rewriting is Rewriting.WRONG_AGAIN:
            again = list(islice(wrong_claims(source, [], self._rng), MOST_DRAWN))
        return self._rng.choice(again) if again else replace(failed, marker=marker, quote=quote)

    def _judge(self, user: str) -> dict[str, str]:
        self.judged += 1
        section, told = _block(user, "section"), self._known(_block(user, "sentence"))
        if self._judging is Judging.SILENT:
            return {}
        wrong = (told is None or told.wrong) is (self._judging is Judging.TRUTHFUL)
        words = (
            told.quote
            if told and told.quote in section
            else " ".join(section.split("\n\n", 1)[-1].split()[:FEWEST_DECISIVE])
        )
        return {"words": words, "support": "contradicted" if wrong else "supported"}

    def _known(self, block: str) -> Told | None:
        """The claim of a prompt's block; of two with the same words, the one with its quote."""
        text, _, cited = block.partition("\n")
        quote = re.sub(r"^(?:quotes|cites [^:]*): ", "", cited)
        same = [told for told in self.told if Key.of(told).text == " ".join(text.split())]
        return next(
            (told for told in same if Key.of(told).quote == " ".join(quote.split())),
            same[0] if same else None,
        )


def every_claim(sources: Sequence[Given], rng: random.Random) -> Iterator[Told]:
    """All claims, right and wrong, that can be made of the sources."""
    for at, given in enumerate(sources):
        others = [*sources[:at], *sources[at + 1 :]]
        yield from honest_claims(given, rng)
        yield from wrong_claims(given, others, rng)


def _sources(user: str) -> Iterator[Given]:
    """The sources of a prompt, under their ids in it."""
    for block in BLOCK.finditer(user):
        head, _, text = block["text"].partition("\n\n")
        if block["name"] not in {"sentence", "section", "findings"} and text:
            yield Given(marker=block["name"], label=head.split("\n")[0].strip(), text=text)


def _block(user: str, name: str) -> str:
    return next((block["text"] for block in BLOCK.finditer(user) if block["name"] == name), "")


def _wire(told: Told) -> dict[str, object]:
    return {"citations": [{"source": told.marker, "quote": told.quote}], "text": told.text}


def _opinion(source: Given) -> dict[str, str]:
    """Not even the reasons that it gives are clean."""
    return {"source": source.marker, "use": "used", "reason": HOSTILE[len(source.text) % len(HOSTILE)]}


def _said(value: object) -> Reply:
    return Reply(text=json.dumps(value, ensure_ascii=False), piece=4000)
