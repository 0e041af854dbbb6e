"""What an instrument says of itself: its kind, name, citation and dates, read from its text. Pure.

A fact that is not found is left empty. The file's own description and its name only ever lend a title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.structure import blocks, caption, decision_opinions, guessing_effect, guessing_places, judgment
from corpus.structure import guessing_cases as cases
from corpus.structure import guessing_citations as citations
from corpus.structure import guessing_titles as titles
from corpus.structure.guessing_citations import Cited
from corpus.types import Facts, FileFacts, Kind, Line, PageText

HEAD_LINES = 160
HEAD_BLOCKS = 40
HEAD_PAGES = 6
HEAD_CHARACTERS = 24_000
ABOVE_ENACTMENT = 10  # blocks
TAIL_CHARACTERS = 6_000

_DECISION = re.compile(
    r"^\W{0,6}(?:J ?U ?D ?G ?E? ?M ?E ?N ?T\b.{0,60}|OPINION\b.{0,40}|(?:[A-Z’' ]{0,60} )?ORDER\b[A-Z’', ]{0,80}|DECISION|RULING|MEMORANDUM(?: .{0,60})?"
    r"|SYLLABUS|Syllabus|Judgment|Opinion|Order|Decision|REASONS FOR (?:JUDGMENT|DECISION).{0,40}|PER CURIAM.{0,10}|Per Curiam"
    r"|(?:Judgment|JUDGMENT|Approved Judgment|Judgement) (?:of|OF|by|BY)\b.{0,80}|Approved Judgment|\(?Slip Opinion\)?|HEADNOTE.{0,4}|Memorandum Opinion)[\W\d]{0,6}$"
    r"|.{0,120}\bdelivered the opinion of\b"
)
_BENCH = re.compile(
    r"^\W{0,3}(?:(?i:coram|quorum)\b|(?i:before)\s?(?::|$)|(?i:before)\s.{3,100}\b(?i:judges?|justices?|jj?\.)\W{0,3}$"
    r"|(?:[A-Z][\w.’'-]+,? (?:and )?){1,4}(?:C\.?J\.?I?|JJ?\.?|J\.?A\.?|AJA?|JJA|(?:Chief |Circuit |District |Senior )*Judges?)\W{0,3}$"
    r"|(?:CHIEF )?JUSTICE [A-Z’'-]{3,}[,\s]|(?i:hon’?'?ble|the hon)\b.{0,80}\b(?i:justice)\b|(?i:mr|mrs|ms|lord|lady|chief)\.?\s(?i:chief\s)?(?i:justice)\b.{0,60}$)"
)
_NO_DECISION = re.compile(
    r"^\W{0,3}(?:(?i:official - subject to final review|office of the clerk|transcript of|skeleton argument|oral argument$|designation\b)"
    r"|[A-Z’' -]{0,60}\bBRIEF\b[A-Z’' ]{0,60}$|Brief (?:of|for)\b.{0,60}$|.{0,40}(?i:statement of issues)\W*$"
    r"|(?=[A-Z])(?i:(?:amended )?complaint|notice of (?:appeal|motion)|petition|motion (?:to|for) .{0,60}|(?:reply|answer) (?:to|of|brief)\b.{0,60})\W{0,3}$)"
)
_ENACTING = re.compile(
    r"\bbe it (?:therefore )?enacted\b|\benacts as follows\b|\bdo enact as follows\b|\benacted by (?:the\s)?(?:people|parliament|king|queen|legislature|oireachtas|president|national|congress|general|senate)\b|\bhave adopted this (?:regulation|directive|decision)\b"
    r"|\bhas adopted this (?:regulation|directive|decision)\b|\bmakes? the following (?:regulations|rules|order)\b|\bact of parliament\b",
    re.IGNORECASE,
)
_ENACTS = re.compile(
    r"^\W{0,3}(?:an act (?:to|for|further|relating|respecting)\b|be it (?:therefore )?enacted|be it ordained|.{0,90}\benacts as follows)",
    re.IGNORECASE,
)
_SECTIONED = re.compile(
    r"^\W{0,3}(?:\d{1,3}[A-Z]?\.\s?\S|section \d|article \d|art\. \d|sec\. \d|§\s?\d|rule \d)",
    re.IGNORECASE | re.MULTILINE,
)
_RAISED = re.compile(r"\s?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")  # marks of footnotes
_REPORTER = re.compile(r" (?:U\.S\.|S\. ?Ct\.|L\. ?Ed\.|F\.|[A-Z][\w.]*\.(?: ?[23]d)?) ?")
_OF_THE_SUPREME_COURT = re.compile(r" (?:U\.S\.|S\. ?Ct\.|L\. ?Ed\.)")
_REGISTER = re.compile(r"\bfederal register\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Text:
    """The parts of a text that guesses are made from; lines without what is empty."""

    first: tuple[Line, ...]
    """Lines of the first page with text."""
    lines: list[str]
    blocks: list[str]
    """The first paragraphs."""
    head: str
    whole: str

    @property
    def tail(self) -> str:
        return self.whole[-TAIL_CHARACTERS:]


def guess(pages: Sequence[PageText], file_facts: FileFacts, name: str) -> Facts:
    """What can be told from the text; `name` is the file's."""
    text = _text(pages)
    cited = citations.of_judgment(text.lines[:80])
    court = cases.court(text.lines)
    if cited is None and not _is_judgment(text, court):
        if case := _reported_case(text):
            return case
        return _enactment(text, _fallback(text, file_facts, name))
    return _judgment(text, cited, court, _fallback(text, file_facts, name))


def _text(pages: Sequence[PageText]) -> _Text:
    lines: list[str] = []
    for page in pages[:HEAD_PAGES]:
        kept = (line.text for line in page.lines if not line.footnote)
        lines.extend(" ".join(_RAISED.sub("", text).split()) for text in kept)
    lines = [line[:1000] for line in lines if line][:HEAD_LINES]
    first = next((page.lines for page in pages if page.lines), ())
    body, notes = blocks.body(pages), blocks.footnotes(pages)
    whole = "\n".join(block.text for block in (*body, *notes))
    head = "\n".join([*lines, *_above_the_enactment(lines, body)])
    paragraphs = [_RAISED.sub("", block.text)[:2000] for block in body[:HEAD_BLOCKS]]
    return _Text(first[:80], lines, paragraphs, head[:HEAD_CHARACTERS], whole)


def _above_the_enactment(lines: Sequence[str], body: Sequence[blocks.Block]) -> list[str]:
    """What stands around the words of enactment: behind a table of contents title, number and date come once more.

    Where the title does not, those are the words of another act that is quoted.
    """
    place = next((place for place, block in enumerate(body) if _ENACTS.search(block.text[:600])), 0)
    around = body[max(0, place - ABOVE_ENACTMENT) : place + 3]
    texts = [_RAISED.sub("", block.text)[:1000] for block in around]
    titles = {line.casefold() for line in lines[:20] if len(line) > 8}
    return texts if any(text.casefold() in titles for text in texts) else []


def _is_judgment(text: _Text, court: str) -> bool:
    """A court is named at the head, and something that only a decision has; no other paper of its file."""
    if not court or any(_NO_DECISION.match(line) for line in text.lines[:40]):
        return False
    return any(_decides(line) for line in text.lines)


def _decides(line: str) -> bool:
    return bool(_DECISION.match(line) or _BENCH.match(line) or decision_opinions.opening(line))


def _judgment(text: _Text, cited: Cited | None, court: str, fallback: str) -> Facts:
    place = cited.jurisdiction if cited else ""
    place = place or guessing_places.named(court) or _place_above(text.lines, court)
    place = place or guessing_places.of_formula(text.head)
    reported = _reported(text.lines) if cited is None and place[:2] == "us" else ""
    name = (caption.read(text.blocks).name if reported else "") or cases.name(text.lines, place)
    decided = guessing_effect.decided(text.head, text.tail, place)
    return Facts(
        kind=Kind.JUDGMENT,
        jurisdiction=place,
        title=name or fallback,
        citation=cited.citation if cited else reported,
        short_title=name,
        dated=decided,
        court=(cited.court if cited and place == "eu" else "") or court or (cited.court if cited else ""),
        decided_on=decided,
        docket=cases.docket(text.lines),
    )


def _place_above(lines: Sequence[str], court: str) -> str:
    """The state named in the lines above the court's name: `TENNESSEE BUREAU OF …`."""
    words = cases.readable(court).lower().split()
    first = next(
        (place for place, line in enumerate(lines[:40]) if set(words[:3]) <= set(line.lower().split())), -1
    )
    above = (line for line in lines[max(0, first - 4) : first + 1] if not re.search(r"\bv\b", line))
    return next(filter(None, map(guessing_places.named, above)), "")


def _reported(lines: Sequence[str]) -> str:
    """The reporter citation of a judgment of the United States, where it stands on a line of its own."""
    short = (line for line in lines[:30] if len(line) < 60)
    found = [known for line in short for known in caption.citations_in(line) if _REPORTER.search(known)]
    return next((known for known in found if " U.S. " in known), found[0] if found else "")


def _reported_case(text: _Text) -> Facts | None:
    """A judgment as reporters of the United States print it: citations, parties, number and day, and no court."""
    citation = _reported(text.lines[:20])
    case = caption.read(text.blocks[:HEAD_BLOCKS]) if citation else None
    if case is None or not case.name:
        return None
    court = judgment.SUPREME_COURT if _OF_THE_SUPREME_COURT.search(citation) else ""
    return Facts(
        kind=Kind.JUDGMENT,
        jurisdiction="us",
        title=case.name,
        citation=citation,
        short_title=case.name,
        dated=case.decided_on,
        court=court,
        decided_on=case.decided_on,
        docket=case.docket,
    )


def _enactment(text: _Text, fallback: str) -> Facts:
    short = titles.short_title(text.whole)
    cited = citations.of_enactment(text.head, text.whole)
    if cited and cited.kind is Kind.STATUTE and titles.kind(short) in {Kind.REGULATION, Kind.RULES}:
        cited = None  # of the act under which the rules are made
    place = cited.jurisdiction if cited else ""
    title = _title(text, cited, short)
    kind = _kind(text, cited, title or short, short)
    if kind is None or (kind is Kind.OTHER and cited is None):
        return _paper(text, fallback)
    place = place or guessing_places.of_formula(text.head) or guessing_places.named(title or short)
    return Facts(
        kind=kind,
        jurisdiction=place,
        title=title or short or titles.long_title(text.head) or fallback,
        citation=cited.citation if cited else "",
        short_title=_short_title(cited, title, short),
        dated=guessing_effect.effective(text.head, text.whole, place),
    )


def _title(text: _Text, cited: Cited | None, short: str) -> str:
    if cited and cited.jurisdiction == "eu":
        return titles.of_the_union(text.lines)
    if cited and cited.kind is Kind.CODE:
        return titles.of_us_code(text.lines)
    if cited and " C.F.R. " in cited.citation:
        return titles.of_us_regulations(text.lines)
    found = titles.printed(text.lines) or titles.broken(text.lines)
    if short and found and titles.kind(found) is not titles.kind(short):
        return short  # the title that is printed is that of another act
    return short if short and found.lower() in short.lower() else found


def _short_title(cited: Cited | None, title: str, short: str) -> str:
    if cited and cited.jurisdiction == "eu":
        return titles.popular_name(title)
    if cited and cited.kind is Kind.CODE:
        return re.sub(r" ch\. .*", "", cited.citation)
    if cited and " C.F.R. " in cited.citation:
        return cited.citation.partition(" Part ")[0]
    return re.sub(r"^The ", "", short or (title if len(title) < 120 else ""))


def _kind(text: _Text, cited: Cited | None, title: str, short: str) -> Kind | None:
    by_title = titles.kind(title)
    if cited is not None:
        numbered = cited.kind is Kind.STATUTE and by_title in {Kind.CONSTITUTION, Kind.RULES, Kind.REGULATION}
        return by_title if numbered else cited.kind
    if _REGISTER.search(text.head):
        return None if "Proposed Rule" in text.head else Kind.REGULATION
    if _ENACTING.search(text.head):
        return by_title or Kind.STATUTE
    certain = by_title in {Kind.CONSTITUTION, Kind.CODE, Kind.RULES} or re.search(r"\d{4}", title) or short
    return by_title if certain and len(_SECTIONED.findall(text.whole[:200_000])) >= 2 else None


def _paper(text: _Text, fallback: str) -> Facts:
    """A contract, a letter, a report: named and dated as far as it says so."""
    paper = titles.paper(text.lines)
    place = guessing_places.of_formula(text.head)
    return Facts(
        kind=Kind.OTHER if paper else None,
        title=paper or fallback,
        dated=guessing_effect.agreed(text.head if paper else "\n".join(text.lines[:12]), place),
    )


def _fallback(text: _Text, file_facts: FileFacts, name: str) -> str:
    """A title for what has none of its own: what stands out on its first page, its description, its file's name."""
    return next(filter(None, _fallbacks(text, file_facts, name)), "Untitled")


def _fallbacks(text: _Text, file_facts: FileFacts, name: str) -> Iterator[str]:
    yield titles.largest(text.first)
    yield titles.first_words(text.lines)
    yield titles.of_metadata(file_facts.title)
    yield titles.of_file(name)
