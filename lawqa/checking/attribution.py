"""Which citation a quotation or a sentence goes with, by where they stand in the text. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.types import Citation
from lawqa.checking.types import Quotation
from lawqa.verification.clauses import sentences

BEHIND = re.compile(
    r"[\"'”’»\s]*[.,;:!?]?[\"'”’»\s]*(?:\d{1,3}|\[\d{1,3}\])?\s*[(\[—–-]*\s*"
    r"(?:(?:see|cf|as|citing|quoting|per|under|in|of|at|from|pursuant to|according to|accord|the|so|and|also)\.?,?\s+){0,4}",
    re.IGNORECASE,
)
"""What may stand between a quotation and the citation that follows it right away."""
ENDED = re.compile(r"[.!?][\"'”’»)\s]*")
LISTED = re.compile(r"[\s,;]*(?:and|or|&|to|as well as|together with|with)?[\s,;]*", re.IGNORECASE)
SAME = re.compile(r"(?<!\w)(?:ibid|id)\.(?!\s*§)|(?<!\w)(?:ibidem|idem)(?!\w)", re.IGNORECASE)
OTHER_SOURCE = re.compile(
    r"(?<!\w)(?:agreements?|contracts?|letters?|e-?mails?|polic(?:y|ies)|witness(?:es)?|testif\w+|statements?|wrote|writes|said|"
    r"minutes|reports?|press|counsel|websites?|advert\w*|invoices?|notices?|terms|told|replied|handbooks?|affidavits?|"
    r"defendant|claimant|respondent|petitioner|applicant|plaintiff|clients?)(?!\w)",
    re.IGNORECASE,
)
"""What a quotation without a citation of its own may be taken from."""
NEW_SENTENCE = re.compile(r"[.!?][\s\d.)*]+\w{2}")
SHORT_LEAD = 160
"""Characters of a paragraph in front of a quotation that may only name what is quoted."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence `[start, end)` of the text: a quotation with full stops in it does not end one."""

    start: int
    end: int
    paragraph: int
    """The number of its paragraph, from 0."""


def read_sentences(text: str, quotations: Sequence[Quotation]) -> list[Sentence]:
    """The sentences of a text in order."""
    found: list[Sentence] = []
    breaks = [match.start() for match in re.finditer(r"\n\s*\n", text)]
    inside = sorted((one.start, one.end) for one in quotations)
    starts = [start for start, _ in inside]
    for start, end in sentences(text):
        held = bisect_left(starts, start) - 1
        if found and held >= 0 and inside[held][1] > start:
            found[-1] = Sentence(found[-1].start, max(end, inside[held][1]), found[-1].paragraph)
        else:
            found.append(Sentence(start, end, bisect_right(breaks, start)))
    return found


class Attribution:
    """The citations of one text, by place; citations inside of quotations are the law's own and left out."""

    def __init__(self, text: str, citations: Sequence[Citation], quotations: Sequence[Quotation]) -> None:
        self.text = text
        self.sentences = read_sentences(text, quotations)
        self._starts = [sentence.start for sentence in self.sentences]
        self._anchors = _anchors(text, citations, quotations)
        self._begins = [start for start, _, _ in self._anchors]
        self._citations = citations

    def of(self, quotation: Quotation) -> tuple[int, ...]:
        """The places in `citations` of what a quotation is attributed to: several where a list is cited; or none."""
        for choose in (self._right_behind, self._in_sentence, self._in_lead, self._in_paragraph):
            found = choose(quotation)
            if found is not None:
                return self._group(found)
        return ()

    def in_sentence(self, sentence: Sentence) -> tuple[int, ...]:
        """The places in `citations` of those that stand in a sentence."""
        return tuple(place for start, _, place in self._anchors if sentence.start <= start < sentence.end)

    def before(self, sentence: Sentence) -> tuple[int, ...]:
        """Of a sentence that cites nothing, those of the nearest one before it in the same paragraph."""
        at = bisect_left(self._starts, sentence.start) - 1
        while at >= 0 and self.sentences[at].paragraph == sentence.paragraph:
            if found := self.in_sentence(self.sentences[at]):
                return found
            at -= 1
        return ()

    def sentence_of(self, quotation: Quotation) -> Sentence | None:
        at = bisect_right(self._starts, quotation.start) - 1
        return self.sentences[at] if at >= 0 else None

    def _right_behind(self, quotation: Quotation) -> int | None:
        """`“…” (Article 5)`, `“…” 17 U.S.C. § 107.`"""
        place = bisect_left(self._begins, quotation.end)
        if place == len(self._anchors):
            return None
        gap = self.text[quotation.end : self._anchors[place][0]]
        if "\n\n" in gap and self.text[: quotation.start].rpartition("\n")[2].strip(" \t\"“‘'>"):
            return None  # only a quotation set off by itself has its citation on a line of its own
        if ENDED.search(self.text[quotation.end - 1] + gap) and self._has_source(quotation):
            return None  # `Article 5 says “…”. See Article 9.` cites the second for something more
        return place if BEHIND.fullmatch(gap) else None

    def _has_source(self, quotation: Quotation) -> bool:
        """Whether its own sentence says in front of it where it is from: a citation, a letter, a witness."""
        sentence = self.sentence_of(quotation)
        if sentence is None:
            return False
        said = self.text[sentence.start : quotation.start]
        return self._before(quotation) is not None or bool(OTHER_SOURCE.search(said))

    def _in_sentence(self, quotation: Quotation) -> int | None:
        """`Article 5 says that “…”`, else `“…”, as Article 5 says`."""
        sentence = self.sentence_of(quotation)
        before = self._before(quotation)
        if sentence is None or before is not None:
            return before
        after = bisect_left(self._begins, quotation.end)
        return after if after < len(self._begins) and self._begins[after] < sentence.end else None

    def _before(self, quotation: Quotation) -> int | None:
        """The nearest citation in front of a quotation, in its sentence."""
        sentence = self.sentence_of(quotation)
        before = bisect_left(self._begins, quotation.start) - 1
        if sentence is None or before < 0 or self._begins[before] < sentence.start:
            return None
        return before

    def _in_lead(self, quotation: Quotation) -> int | None:
        """A paragraph that opens with its quotation may follow a line that names what is quoted."""
        before = bisect_left(self._begins, quotation.start) - 1
        if before < 0:
            return None
        gap = self.text[self._anchors[before][1] : quotation.start]
        if len(gap) > SHORT_LEAD or NEW_SENTENCE.search(gap) or OTHER_SOURCE.search(gap):
            return None
        ends = gap.strip(" \n\"'“‘«>")
        return before if not ends or ends[-1] in ":;,—-*" else None

    def _in_paragraph(self, quotation: Quotation) -> int | None:
        """The nearest one before in the paragraph, else the nearest behind in it."""
        sentence = self.sentence_of(quotation)
        if sentence is None:
            return None
        if OTHER_SOURCE.search(self.text[sentence.start : quotation.start]):
            return None
        own = [one for one in self.sentences if one.paragraph == sentence.paragraph]
        before = bisect_left(self._begins, quotation.start) - 1
        if before >= 0 and self._begins[before] >= own[0].start:
            return before
        after = bisect_left(self._begins, quotation.end)
        return after if after < len(self._begins) and self._begins[after] < own[-1].end else None

    def _group(self, anchor: int) -> tuple[int, ...]:
        """All of a list such as `Articles 13 and 14`, the nearest first."""
        first = last = anchor
        while first > 0 and self._joined(first - 1):
            first -= 1
        while last + 1 < len(self._anchors) and self._joined(last):
            last += 1
        places = [self._anchors[anchor][2], *(self._anchors[one][2] for one in range(first, last + 1))]
        return tuple(dict.fromkeys(places))

    def _joined(self, anchor: int) -> bool:
        gap = self.text[self._anchors[anchor][1] : self._anchors[anchor + 1][0]]
        return bool(LISTED.fullmatch(gap))


def _anchors(
    text: str, citations: Sequence[Citation], quotations: Sequence[Quotation]
) -> list[tuple[int, int, int]]:
    """(start, end, place in `citations`) of each citation outside of quotations, and of each `id.` as the one before it."""
    quoted = sorted((one.start, one.end) for one in quotations)
    starts = [start for start, _ in quoted]

    def is_quoted(place: int) -> bool:
        held = bisect_right(starts, place) - 1
        return held >= 0 and quoted[held][1] > place

    found = [
        (cite.start, cite.end, place) for place, cite in enumerate(citations) if not is_quoted(cite.start)
    ]
    found.sort()
    begins = [start for start, _, _ in found]
    for match in SAME.finditer(text):
        before = bisect_left(begins, match.start()) - 1
        if before >= 0 and not is_quoted(match.start()):
            found.append((match.start(), match.end(), found[before][2]))
    return sorted(found)
