"""Which words of a sentence stand under a denial, and which inside an exception. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from lawqa.verification.lexicon import EXCEPTIONS, NEGATIVE_VERBS
from lawqa.verification.words import Word, stem

DENIALS = frozenset("not no never neither nor nobody none nothing cannot without".split())
COMPARING = frozenset(
    "more less later earlier fewer longer greater sooner exceeding exceed only limited than".split()
)
HARMLESS_AFTER_WITHOUT = frozenset(
    "undue unreasonable delay prejudice limitation regard unnecessary further".split()
)
OPENERS = frozenset("unless except save if when where until provided but because although whereas".split())
SENTENCE_SIGNS = frozenset(".;:!?")
CLAUSE_SIGNS = frozenset(".;!?")
PROHIBITORS = frozenset(
    stem(word)
    for word in """prohibit prohibition forbid forbidden bar barred ban banned preclude abolish refrain exempt exempted""".split()
)
VOID = frozenset(stem(word) for word in "unlawful illegal inapplicable void invalid".split())
BEING = frozenset("be is are was were been declared considered deemed".split())
AUXILIARIES = frozenset(
    "shall may must can could should will is are was were be does do did has have".split()
)
RELATIVES = frozenset("who which that whom whose".split())
RELATIVE_REACH = 4
REACH = 12  # words that a denial governs at most
REACH_OF_WITHOUT = 5
REACH_BACK = 8  # words in front of `is not` that may be its subject
PREFIXES = ("un", "in", "im", "il", "ir", "non", "dis")
NO_PREFIX = frozenset(
    """under unite union unive until unles inclu incom indiv indus infor ingre inher initi injur innov inqui inser inspe
    insta insti instr insur integ inten inter intro inven inves invol indic incre incur inden induc infri inhab imple
    impor impos impri impro immin immed immig impac distr disco displ dispu disti discl disci distu disea disab distan
    dispa dispo impea immun inmat indem injun incar incen incli intes infan disbu disch discu dismi disso disse unani
    unifo invoi injec imagi ingre indig infla infli influ innoc irrig illus incid inclo incor input intel inspi intim intox discr direc""".split()
)


def is_denial(words: Sequence[Word], index: int) -> bool:
    """Whether a word denies: `not`, but not the `not` of `not more than` or the `without` of `without delay`."""
    text = words[index].text
    following = [word.text for word in words[index + 1 : index + 4]]
    if text.endswith("n't"):
        return True
    if text not in DENIALS:
        return False
    if text == "without":
        return not (following and following[0] in HARMLESS_AFTER_WITHOUT)
    if text == "not" and words[index - 1 : index] and words[index - 1].text == "or":
        return False  # whether or not
    return not (
        (following and following[0] in COMPARING)
        or following[:2] == ["to", "exceed"]
        or "exceed" in following[:2]
    )


def denied(words: Sequence[Word]) -> list[bool]:
    """For each word whether an odd number of denials governs it; a prohibition governs its whole clause."""
    found: list[bool] = []
    reach, odd, opened, subordinate = 0, False, 0, False
    for index, word in enumerate(words):
        if word.gap == "," and subordinate:
            reach, odd, opened, subordinate = 0, False, index, False
        if word.gap in SENTENCE_SIGNS or word.text in OPENERS:
            reach, odd, opened, subordinate = 0, False, index, word.text in OPENERS
        found.append(reach > 0 and odd)
        if is_denial(words, index):
            odd = not odd if reach > 0 else True
            reach = REACH_OF_WITHOUT if word.text == "without" else REACH
            if _denies_predicate(words, index, opened):
                subject = _subject(words, index, opened)
                found[subject:index] = [not one for one in found[subject:index]]
        reach -= 1
    for start, end in clauses_of(words):
        if any(_prohibits(words, at) for at in range(start, end)):
            found[start:end] = [not one for one in found[start:end]]
    return found


def _prohibits(words: Sequence[Word], at: int) -> bool:
    """`is prohibited`, `forbids`, `shall be unlawful`; `hold unlawful` prohibits nothing of itself."""
    if words[at].stem in VOID:
        return any(word.text in BEING for word in words[max(0, at - 2) : at])
    return words[at].stem in PROHIBITORS and not words[at].text.startswith("prohibition")


def clauses_of(words: Sequence[Word]) -> list[tuple[int, int]]:
    """The stretches of words between full stops, semicolons and the words that open a subordinate clause."""
    opens = [i for i, word in enumerate(words) if i and (word.gap in CLAUSE_SIGNS or word.text in OPENERS)]
    return list(pairwise((0, *opens, len(words))))


def _denies_predicate(words: Sequence[Word], index: int, opened: int) -> bool:
    """`is not`, `shall not`, `cannot`: the denial of the main verb, which denies it of the subject too."""
    if words[index].text != "cannot" and (index == 0 or words[index - 1].text not in AUXILIARIES):
        return False
    return not any(word.text in RELATIVES for word in words[max(opened, index - RELATIVE_REACH) : index])


def _subject(words: Sequence[Word], index: int, opened: int) -> int:
    """Where the subject of the verb at `index` begins, as far as words in front of it may belong to it."""
    first = max(opened, index - REACH_BACK)
    return max(
        (at for at in range(first, index) if words[at].gap == "," or words[at].text == "and"), default=first
    )


def excepted(words: Sequence[Word]) -> list[bool]:
    """For each word whether it stands behind `except`, `save` or `other than` in its clause."""
    found: list[bool] = []
    inside = False
    for index, word in enumerate(words):
        if word.gap in SENTENCE_SIGNS or word.gap == ",":
            inside = False
        found.append(inside)
        following = words[index + 1].text if index + 1 < len(words) else ""
        opens = word.text in {"except", "excepting", "excluding", "save"} and following != "that"
        opens = opens or (word.text == "than" and index > 0 and words[index - 1].text == "other")
        inside = inside or opens
    return found


def leans_negative(words: Sequence[Word]) -> bool:
    """Whether anything among the words could carry a denial: negations, exceptions, verbs and prefixes that deny."""
    return any(
        is_denial(words, index)
        or word.text in EXCEPTIONS
        or word.text in {"until", "only"}
        or word.stem in NEGATIVE_VERBS
        or (
            word.text == "free"
            and [other.text for other in words[index + 1 : index + 2]] in (["of"], ["from"])
        )
        or has_negative_prefix(word.text)
        for index, word in enumerate(words)
    )


def has_negative_prefix(word: str) -> bool:
    """`unlikely`, `ineligible`, but not `include`."""
    return len(word) > 6 and word.startswith(PREFIXES) and word[:5] not in NO_PREFIX
