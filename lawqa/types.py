"""What travels between the stages of an answer, in the order of the pipeline. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from corpus.types import Citation, Filters, Named, Resolution

__all__ = ["Citation", "Filters", "Named"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """An earlier question of the same conversation and what its answer rests on."""

    question: str
    """As it was read: restated on its own, if it was."""
    labels: tuple[str, ...] = ()
    """Of the sections that its shown claims cite, in the answer's order."""
    named: tuple[str, ...] = ()
    """Citations that the question itself names, as written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked (the pipeline's input)."""

    text: str
    filters: Filters
    history: tuple[Turn, ...] = ()
    """The conversation before it, oldest first."""
    terms: tuple[str, ...] | None = None
    """Keywords as the reader edited them; None: they are extracted."""
    pinned: tuple[int, ...] = ()
    """Sections (database keys) that must be put before the writer, where they are permitted and in force."""
    excluded: frozenset[int] = frozenset()
    """Sections (database keys) that must not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restated:
    """A question so worded that it can be understood on its own (stage 0)."""

    text: str
    origin: str = ""
    """Who restated it: empty (it stands as it was asked), `rules`, or the model's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keywords:
    """What the question is about, in the law's words (stage 2)."""

    terms: tuple[str, ...]
    """Words and phrases of the question that carry its matter, most telling first; or those that the reader gave."""
    suggested: tuple[str, ...] = ()
    """Terms of art that a model added: what the law may call the thing."""
    added: tuple[str, ...] = ()
    """Words that were learned to stand in the law where such a question is answered, the greatest weight first."""
    citations: tuple[str, ...] = ()
    """Citations that a model says the question names or means, as written; resolved before they count."""
    jurisdictions: tuple[str, ...] = ()
    """Codes of the jurisdictions the question names, empty when it names none."""
    as_of: dt.date | None = None
    """The day the question names, if it does."""
    sub_questions: tuple[str, ...] = ()
    """At most three, each understandable on its own."""
    origin: str = "rules"
    """Who extracted them: `rules`, `reader`, or the model's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is searched for (stage 3)."""

    text: str
    keywords: Keywords
    named: tuple[Named, ...]
    filters: Filters
    pinned: tuple[int, ...] = ()
    excluded: frozenset[int] = frozenset()

    @property
    def named_documents(self) -> frozenset[int]:
        """The instruments of the shelf that the question names, with or without a section."""
        known = (item for item in self.named if item.resolution is Resolution.RESOLVED)
        return frozenset(pk for item in known for pk in item.document_ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """One section as retrieved: its best passage and what each retriever said of that."""

    passage_id: int
    score: float
    """Fused, and of the first as the reranker moved it: comparable inside one search only."""
    similarity: float | None
    named: bool
    pinned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A passage as shown to the writer under a marker, with the whole section it stands in.

    `start` and `end` are the passage's offsets into `section_text`; every offset of a quote is one into
    `section_text` too, so that it can be pointed at.
    """

    marker: str
    """`S1`, `S2` …: an identity, never a position."""
    section_id: int
    passage_id: int
    document_id: int
    label: str
    heading: str
    heading_path: str
    """`GDPR > Chapter III Rights of the data subject > Article 17 Right to erasure`"""
    document_title: str
    jurisdiction: str
    kind: str
    section_text: str
    start: int
    end: int
    score: float
    """The fused score: comparable inside one answer only."""
    named: bool = False
    """The question cites this section itself."""
    pinned: bool = False
    """The reader wants it read."""
    flags: tuple[str, ...] = ()
    """What a reader must know of the text: `instructions` (it speaks to a machine as if it gave it orders)."""
    similarity: float | None = None
    """Cosine of question and passage, -1 to 1, when the dense retriever saw it."""
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    entered_into_force: dt.date | None = None

    @property
    def text(self) -> str:
        return self.section_text[self.start : self.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftCitation:
    """What a writer says a claim rests on: a marker and words that it says stand there."""

    marker: str
    quote: str = ""
    label: str = ""
    """The label as the writer wrote it, when it wrote one; empty: the source's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftClaim:
    """One sentence with its citations, before verification."""

    text: str
    citations: tuple[DraftCitation, ...]
    key: str = ""
    """`c1`, `c2` …: an identity inside one answer; empty where nobody has to speak of it."""
    rewrites: str = ""
    """The key of the claim that it replaces, which failed a check."""
    writer: str = "quoting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What a model says of one source: whether it was of use, and why. An opinion, named as such."""

    marker: str
    used: bool
    reason: str = ""


class Outcome(StrEnum):
    ANSWERED = "answered"
    NO_MATCH = "no_match"
    CORPUS_GAP = "corpus_gap"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a writer made of the sources (stage 4): claims, or the reason why there are none."""

    claims: tuple[DraftClaim, ...] = ()
    outcome: Outcome = Outcome.ANSWERED
    reason: str = ""
    """A sentence for the reader when the outcome is not `answered`."""
    writer: str = "quoting"
    suggestions: tuple[Suggestion, ...] = ()
    incomplete: bool = False
    """The model server broke off: what it had written whole is kept."""


class QuoteMatch(StrEnum):
    EXACT = "exact"
    NORMALISED = "normalised"
    NOT_FOUND = "not_found"


class Force(StrEnum):
    IN_FORCE = "in_force"
    NOT_YET_APPLICABLE = "not_yet_applicable"
    NOT_IN_FORCE = "not_in_force"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that a check found wrong, in words that a reader can act on."""

    check: str
    """`quote`, `number`, `date`, `money`, `modal`, `negation`, `exception`, `party`, `label`, `support` …"""
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Where the quoted words were found; offsets are characters of the text that was searched."""

    match: QuoteMatch
    start: int | None = None
    end: int | None = None
    text: str = ""
    """The words as they stand there."""


class Support(StrEnum):
    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    NOT_SAID = "not_said"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """A judge model's opinion whether a section says what a claim says. Never a fact."""

    support: Support
    words: str
    """The decisive words of the section, as they stand there. A "supported" without them is no opinion; an objection
    counts without them, for it only withholds, and then they are empty."""
    judge: str
    """The model's name."""


Judge = Callable[[DraftClaim, DraftCitation, Source], Opinion | None]
"""Asks a model whether a section says what a claim says; None when it has no usable opinion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The separate facts about one citation of one claim (stage 5). Never one green tick."""

    marker: str
    resolves: bool
    label_matches: bool
    quote: Quote
    figures_match: bool
    in_force_on: Force
    opinion: Opinion | None = None
    """A judge model's; None when none is configured, it could not be asked, or what it said is of no use."""
    problems: tuple[Problem, ...] = ()

    @property
    def supports(self) -> bool | None:
        """The judge's opinion in one word; None when there is none."""
        return None if self.opinion is None else self.opinion.support is Support.SUPPORTED

    @property
    def passed(self) -> bool:
        return (
            self.resolves
            and self.label_matches
            and self.quote.match is not QuoteMatch.NOT_FOUND
            and self.figures_match
            and self.in_force_on is not Force.NOT_IN_FORCE
            and self.supports is not False
            and not self.problems
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedClaim:
    """A claim with the verdict on each of its citations, in the citations' order."""

    claim: DraftClaim
    verdicts: tuple[Verdict, ...]

    @property
    def shown(self) -> bool:
        """Shown only if it cites something and every citation of it passed."""
        return bool(self.verdicts) and all(verdict.passed for verdict in self.verdicts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """Everything that came of a question (the pipeline's output)."""

    restated: Restated
    query: Query
    sources: tuple[Source, ...]
    draft: Draft
    claims: tuple[VerifiedClaim, ...]
    """All of them, in the order in which they were verified: shown, replaced by a rewritten one, withheld."""
    stopped: bool = False
    """The reader stopped it."""

    @property
    def shown(self) -> tuple[VerifiedClaim, ...]:
        return tuple(claim for claim in self.claims if claim.shown)

    @property
    def withheld(self) -> tuple[VerifiedClaim, ...]:
        """Failed, and not replaced by a claim that is shown."""
        replaced = {claim.claim.rewrites for claim in self.claims if claim.claim.rewrites}
        return tuple(claim for claim in self.claims if not claim.shown and claim.claim.key not in replaced)

    @property
    def outcome(self) -> Outcome:
        """Without a claim that may be shown there is no answer, whatever the writer hoped."""
        if self.draft.outcome is not Outcome.ANSWERED or self.shown:
            return self.draft.outcome
        return Outcome.UNAVAILABLE if self.stopped else Outcome.NO_MATCH

    @property
    def set_aside(self) -> tuple[Source, ...]:
        used = {citation.marker for claim in self.shown for citation in claim.claim.citations}
        return tuple(source for source in self.sources if source.marker not in used)
