"""Words and their stems: what every check of a claim reads. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

SIGNS = frozenset(",.;:!?—")
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
    criteria/criterion payment/pay payments/pay broken/break broke/break forbidden/forbid forbade/forbid gotten/get forgotten/forget willful/wilful willfully/wilful""".split()
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


def fold(text: str) -> str:
    """The text in lower case with plain quotes, dashes and spaces, without invisible characters."""
    return text.translate(FOLD).lower()


def read_words(text: str) -> tuple[Word, ...]:
    """The words of a text, in order."""
    found = []
    last = 0
    for match in WORD.finditer(text):
        lower = match[0].lower().replace("’", "'")
        gap = next((sign for sign in text[last : match.start()] if sign in SIGNS), "")
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
