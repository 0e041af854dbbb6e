"""Words and their stems, sentences and their pieces: what every check of a claim reads. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

WORD = re.compile(r"[^\W_]+(?:['’](?!s\b)[^\W_]+)?")
FOLD = str.maketrans(
    {**dict.fromkeys("‘’‚‛′ʼ`", "'"), **dict.fromkeys("“”„‟″«»", '"'), **dict.fromkeys("‐‑‒–—―−", "-")}
    | dict.fromkeys("\u00a0\u2007\u2009\u202f", " ")
    | dict.fromkeys(
        "\u00ad\u200b\u200c\u200d\u2060\ufeff\x00\u200e\u200f\u202a\u202b\u202c\u202d\u202e", None
    )
)
"""Typography that carries no meaning; what is None is dropped, so offsets do not survive the folding."""

SUFFIXES = (
    *("ization", "isation", "ations", "ation", "itions", "ition", "ments", "ment", "ingly", "ings", "ing"),
    *("edly", "ied", "ed", "ions", "ion", "ances", "ance", "ences", "ence", "ancy", "ency", "ants", "ant"),
    *(
        "ents",
        "ent",
        "able",
        "ible",
        "ally",
        "ively",
        "ive",
        "ily",
        "ly",
        "ities",
        "ity",
        "ies",
        "iness",
        "ness",
    ),
    *(
        "ers",
        "er",
        "ors",
        "or",
        "als",
        "al",
        "ial",
        "ous",
        "ary",
        "ory",
        "ful",
        "ize",
        "ise",
        "es",
        "s",
        "e",
        "y",
    ),
)
SHORTEST_STEM = 4
IRREGULAR = dict(
    pair.split("/")
    for pair in """paid/pay held/hold sold/sell bought/buy brought/bring sent/send kept/keep told/tell lost/lose left/leave
    began/begin begun/begin chose/choose chosen/choose wrote/write written/write knew/know known/know met/meet
    children/child men/man women/woman wives/wife bound/bind spent/spend lent/lend rose/rise risen/rise fell/fall
    fallen/fall sought/seek taught/teach learnt/learn heard/hear drawn/draw drew/draw stole/steal stolen/steal
    born/birth dying/die dies/die lying/lie understood/understand withdrew/withdraw withdrawn/withdraw
    criteria/criterion payment/pay payments/pay broken/break broke/break forbidden/forbid forbade/forbid gotten/get forgotten/forget""".split()
)

FUNCTION_WORDS = frozenset(
    """a an the this that these those such same said it its he she him her his hers they them their theirs we us our
    i you your who whom whose which what where when while why how there here and or but nor so than as at by for from
    in into of on onto to upon with within without under over out off up down about after before between through
    during against among per via if unless until except because although though whether be is are was were been being
    am do does did doing done have has had having not no shall should will would must may might can could cannot
    ought need needs let get gets got gotten also any all each every some other another both either neither only even
    just more most less least very too then thus hereby thereof therein thereto therefor herein hereunder hereof
    one ones someone somebody anyone anybody everyone everybody nobody something anything everything nothing none
    own still yet already again once ever never always often however otherwise rather further furthermore respectively
    etc eg ie person persons people individual individuals case cases way thing things make makes made take takes
    taken took give gives given put puts go goes come comes use uses used using set sets mean means""".split()
)
"""Words that carry structure rather than subject; what is decisive among them has a check of its own."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word in lower case, folded, with its stem and its offsets into the text it was read from."""

    text: str
    stem: str
    start: int
    end: int
    gap: str = ""
    """The sign that stands between this word and the one before: `,`, `;`, `.` …; empty if none does."""

    @property
    def is_content(self) -> bool:
        return self.text not in FUNCTION_WORDS and not self.text.isdigit() and len(self.text) > 1


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a sentence, `[start, end)`, and the words that introduce it (the list's opening words)."""

    start: int
    end: int
    lead_start: int
    lead_end: int


def fold(text: str) -> str:
    """The text in lower case with plain quotes, dashes and spaces, without invisible characters."""
    return text.translate(FOLD).lower()


def read_words(text: str) -> tuple[Word, ...]:
    """The words of a text, in order."""
    found = []
    last = 0
    for match in WORD.finditer(text):
        lower = match[0].lower().replace("’", "'")
        gap = text[last : match.start()].strip()[:1]
        found.append(Word(lower, stem(lower), match.start(), match.end(), gap))
        last = match.end()
    return tuple(found)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """What a word shares with its inflections and derivations: `notify`, `notified` and `notification` meet."""
    shortest = IRREGULAR.get(word, word)
    if len(shortest) > SHORTEST_STEM:
        shortest = shortest.replace("yse", "yze").replace("our", "or")
    while (cut := _without_suffix(shortest)) != shortest:
        shortest = cut
    if shortest.endswith("y") and shortest[-2:-1] not in "aeou":
        shortest = shortest[:-1] + "i"
    if shortest.endswith("ific"):
        shortest = shortest[:-2]
    shortest = shortest.removesuffix("i") if len(shortest) > SHORTEST_STEM else shortest
    undoubled = len(shortest) >= SHORTEST_STEM and shortest[-1] == shortest[-2] and shortest[-1] not in "sl"
    return shortest[:-1] if undoubled else shortest


def _without_suffix(word: str) -> str:
    if word.endswith("ss"):
        return word
    for suffix in SUFFIXES:
        least = 3 if suffix in {"s", "es", "e", "ed", "ing"} else SHORTEST_STEM
        if word.endswith(suffix) and len(word) - len(suffix) >= least:
            return word[: -len(suffix)]
    return word


ABBREVIATION = re.compile(
    r"(?:\b(?:U\.\s?S|U\.S\.C|Art|Arts|No|Nos|Sec|Secs|cf|v|vs|Inc|Co|Corp|Ltd|Mr|Mrs|Ms|Dr|St|Stat|Pub|Cir|App|Reg|"
    r"Fed|Ch|Cl|para|paras|e\.g|i\.e|seq|al|[A-Z])|^\W*\d{1,3}|^\W*[a-z]{1,3})\.$"
)
UNFINISHED = re.compile(r"(?:[,;:—–-]|\b(?:and|or|the|of|to|that|if))\s*$")
SENTENCE_END = re.compile(r"[.?!][\"'”’)\]]{0,2}(?=\s+[\"'“‘(\[§$€£]{0,2}[A-Z0-9])|\n+")
BREAK = re.compile(
    r"[;:]\s+(?:(?:and|or|but|nor)\s+)?|\s+(?=\((?:[a-z]{1,2}|[ivx]{1,5}|[IVX]{1,5}|[A-Z]|\d{1,2})\)\s(?!of\b|and\b|or\b))|"
    r"\s+—\s*"
)
REFERENCE = re.compile(r"(?:point|paragraph|section|article|clause|rule|annex|letter|item)s?(?:\s+[\d()a-z]{1,6})?$", re.IGNORECASE)
LONGEST_WHOLE = 45  # words: a sentence no longer than this is read whole


def sentences(text: str) -> list[tuple[int, int]]:
    """Offsets `[start, end)` of the sentences of a text; a line break ends one."""
    spans: list[tuple[int, int]] = []
    start = 0
    for match in SENTENCE_END.finditer(text):
        if text[match.start()] == "\n" and UNFINISHED.search(text[max(start, match.start() - 8) : match.start()]):
            continue
        if text[match.start()] != "\n" and ABBREVIATION.search(
            text[max(start, match.start() - 12) : match.start() + 1]
        ):
            continue
        if text[start : match.end()].strip():
            spans.append((start, match.end()))
        start = match.end()
    return [*spans, (start, len(text))] if text[start:].strip() else spans


def pieces(text: str) -> list[Piece]:
    """The sentences of a text; a long one is cut at its list items, each with the opening words it depends on."""
    found: list[Piece] = []
    for start, end in sentences(text):
        if text.count(" ", start, end) <= LONGEST_WHOLE:
            found.append(Piece(start, end, start, start))
            continue
        breaks = [match for match in BREAK.finditer(text, start, end) if not _is_reference(text, match)]
        spans = [(a, b) for a, b in pairwise([start, *(match.end() for match in breaks), end]) if b > a]
        lead = spans[0]
        found += [Piece(a, b, *(lead if a != lead[0] else (a, a))) for a, b in spans]
    return found


def _is_reference(text: str, match: re.Match[str]) -> bool:
    """An enumerator that belongs to a reference: the `(a)` of `point (a)`."""
    return not match[0].strip() and bool(REFERENCE.search(text[max(0, match.start() - 24) : match.start()]))
