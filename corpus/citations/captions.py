"""Whether the name that a citation gives a case fits the caption of the case that is there."""

from __future__ import annotations

import re

_VERSUS = re.compile(r"\s(?:v|vs|versus)\.?\s", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z0-9][\w'’&-]*\.?")
# Words that captions and citations add and drop at will; a match on them proves nothing.
_EMPTY = frozenset(
    """the of and a an et al ux vir in re ex parte rel matter inc co corp corporation company llc ltd limited lp llp na
    no petitioner petitioners respondent respondents appellant appellants appellee appellees plaintiff defendant jr sr
    for on to its his her state states united city county""".split()
)


def fits(cited: str, captions: list[str]) -> bool:
    """Each party that the citation names must be a party of one of the captions, on its own side."""
    return any(_fits(_sides(cited), _sides(caption)) for caption in captions)


def _fits(cited: list[list[str]], held: list[list[str]]) -> bool:
    if len(cited) < 2 or len(held) < 2:
        words = [word for side in held for word in side]
        return all(_names(side, words) for side in cited)
    one, other = cited[:2]
    first, second = held[:2]
    # Captions change sides on appeal.
    return (_names(one, first) and _names(other, second)) or (_names(one, second) and _names(other, first))


def _sides(name: str) -> list[list[str]]:
    return [[word.lower() for word in _WORD.findall(side)] for side in _VERSUS.split(name, maxsplit=1)]


def _names(cited: list[str], held: list[str]) -> bool:
    """Whether most of the telling words stand in the caption, whole or shortened (`Comm'n`, `Bd.`, `Univ.`)."""
    telling = [word for word in cited if word.rstrip(".") not in _EMPTY] or cited
    initials = "".join(word[0] for word in held if word not in {"of", "the", "and", "for"})
    met = sum(
        any(_same(word, other) for other in held) or (len(word) > 2 and word in initials) for word in telling
    )
    return (bool(telling) and 2 * met > len(telling)) or (
        len(telling) == 2 and met == 1 and _same(telling[0], held[0])
    )


def _same(cited: str, held: str) -> bool:
    """Equal, or one is the other shortened: only with the mark of it (`Comm'n`, `Univ.`), for `Roe` is not `Roosevelt`."""
    one, other = re.sub(r"\W", "", cited), re.sub(r"\W", "", held)
    if one == other:
        return True
    short, long = (one, other) if _is_shortened(cited) else (other, one)
    if not (_is_shortened(cited) or _is_shortened(held)) or len(short) < 2 or short[0] != long[0]:
        return False
    letters = iter(long)
    return all(letter in letters for letter in short)


def _is_shortened(word: str) -> bool:
    return word.endswith(".") or ("'" in word.replace("’", "'") and not word.endswith("'s"))
