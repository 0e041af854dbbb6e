"""Right claims: the law's own sentences and what a fair writer may make of them."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

from tests.adversary.figures import WORDS
from tests.adversary.law import Given, Told, main_modal, sentences_of

PHRASES = (
    ("in accordance with", "under"), ("pursuant to", "under"), ("prior to", "before"), ("subsequent to", "after"),
    ("in the event of", "in case of"), ("in the event that", "if"), ("in respect of", "regarding"),
    ("with respect to", "regarding"), ("with regard to", "regarding"), ("without undue delay", "without unreasonable delay"),
    ("carry out", "perform"), ("ensure that", "make sure that"), ("not later than", "no later than"),
    ("not less than", "at least"), ("not more than", "at most"), ("no more than", "at most"), ("thereof", "of it"),
    ("therein", "in it"), ("natural persons", "individuals"), ("natural person", "individual"), ("commence", "begin"),
    ("commencement", "beginning"), ("terminate", "end"), ("termination", "end"), ("notwithstanding", "despite"),
    ("for the purpose of", "for"), ("by reason of", "because of"), ("on the ground of", "because of"),
    ("as soon as practicable", "as soon as possible"), ("in writing", "in written form"), ("each person", "every person"), ("each year", "every year"),
    ("upon", "on"), ("purchase", "buy"), ("assist", "help"),
    ("concerning", "about"), ("relating to", "about"), ("forthwith", "immediately"), ("at any time", "at any moment"),
    ("is entitled to", "has the right to"), ("shall be entitled to", "has the right to"), ("hereafter", "from now on"),
    ("furnish", "provide"), ("obtain", "get"), ("deems", "considers"), ("utilize", "use"), ("in the case of", "for"),
)  # fmt: skip
EXAMPLES = re.compile(r", (?:including|in particular|such as|inter alia) [^.;,]{8,}(?=\.$)")
NUMBERS = {word: str(value) for value, word in enumerate(WORDS[:15], start=2) if word != "sixteen"}
FRONTED = re.compile(
    r"^(?P<opener>Where|If|When|Unless) (?P<condition>[^,]{8,160}), (?P<main>(?:the|a|an|no|any|each|every|all) [^,;]{20,})\.$"
)
DENIED = re.compile(r"(?:No|None|Nothing|Neither|Nobody)\b")
Restating = Callable[[str, random.Random], str]


def say_must(sentence: str, rng: random.Random) -> str:
    """`shall` is `must`; of a duty that somebody has, also `is required to`."""
    found = main_modal(sentence)
    if (
        found is None
        or found[0] != "shall"
        or DENIED.match(sentence)
        or re.match(r" (?:have|enjoy|apply|include|mean|come|enter)", sentence[found.end() :])
        or " be" in sentence[found.end() : found.end() + 8]
    ):
        return re.sub(r"\bshall(?= (?:not )?be )", "must", sentence)
    if rng.random() < 0.5 or " not" in sentence[found.end() : found.end() + 4]:
        return sentence[: found.start()] + "must" + sentence[found.end() :]
    plural = re.search(r"s$", sentence[: found.start()].rstrip()) is not None
    return sentence[: found.start()] + ("are" if plural else "is") + " required to" + sentence[found.end() :]


def say_can(sentence: str, rng: random.Random) -> str:
    """`may` is `can`, or `is allowed to`."""
    found = main_modal(sentence)
    if found is None or found[0] != "may" or " not" in sentence[found.end() : found.end() + 4]:
        return sentence
    plural = re.search(r"s$", sentence[: found.start()].rstrip()) is not None
    said = "can" if rng.random() < 0.5 else ("are" if plural else "is") + " allowed to"
    return sentence[: found.start()] + said + sentence[found.end() :]


def other_phrases(sentence: str, rng: random.Random) -> str:
    """Words of law put into plain ones."""
    known = [pair for pair in PHRASES if re.search(rf"\b{pair[0]}\b", sentence)]
    for law, plain in rng.sample(known, min(len(known), 3)):
        sentence = re.sub(rf"\b{law}\b", plain, sentence)
    return sentence


def in_digits(sentence: str, rng: random.Random) -> str:
    """`thirty days` is `30 days`."""
    del rng
    return re.sub(
        rf"(?<!-)\b(?:{'|'.join(NUMBERS)})\b(?= (?:hour|day|week|month|year|member|person))",
        lambda found: NUMBERS[found[0]],
        sentence,
    )


def without_examples(sentence: str, rng: random.Random) -> str:
    """What follows `including` is left out."""
    del rng
    return EXAMPLES.sub("", sentence)


def condition_last(sentence: str, rng: random.Random) -> str:
    """`Where X, Y.` is `Y if X.`"""
    del rng
    found = FRONTED.match(sentence)
    if not found or re.search(r"\b(?:he|she|it|they|its|their|such|his|that)\b", found["main"]):
        return sentence
    opener = {"Where": "if", "If": "if", "When": "when", "Unless": "unless"}[found["opener"]]
    return f"{found['main'][0].upper()}{found['main'][1:]} {opener} {found['condition']}."


RESTATINGS: dict[str, Restating] = {
    "must": say_must, "can": say_can, "phrases": other_phrases, "digits": in_digits, "examples": without_examples,
    "order": condition_last,
}  # fmt: skip


def restated(sentence: str, rng: random.Random) -> tuple[str, str]:
    """The sentence in other words, and which rules did it; empty where none applies."""
    done: list[str] = []
    for name in rng.sample(sorted(RESTATINGS), len(RESTATINGS)):
        if len(done) < 3 and (new := RESTATINGS[name](sentence, rng)) != sentence:
            sentence, done = new, [*done, name]
    return sentence, "+".join(sorted(done))


def honest_claims(given: Given, rng: random.Random) -> Iterator[Told]:
    """Verbatim, under its own label, and restated in up to three ways."""
    for sentence in sentences_of(given.text):
        facts = {"wrong": False, "quote": sentence, "marker": given.marker}
        yield Told(kind="verbatim", text=sentence, **facts)  # type: ignore[arg-type]  # facts are Told's own
        lead = f"Under {given.name}, {sentence[0].lower()}{sentence[1:]}"
        yield Told(kind="lead-in", text=lead, **facts)  # type: ignore[arg-type]
        text, rules = restated(sentence, rng)
        if rules:
            kind = rules if "+" not in rules else "several"
            yield Told(kind=f"restated: {kind}", text=text, **facts)  # type: ignore[arg-type]
