"""Names of instruments in a text: code titles, numbered acts, known names, and acts named in capitals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.citations import known

LAST_TITLE_OF_CODE = 54
_LONGEST_NAME = 12
"""Words of a name in capitals; a longer run is a headline."""

_US_CODE = r"(?:U\.?\s?S\.?\s?C\.?(?:\s?[AS]\.?)?|U\.?\s?S\.?\s?Code|United\s+States\s+Code)(?![A-Za-z])"
_OF_CODE = re.compile(rf"(?<![\w.,/-])(?P<title>[0-9]{{1,2}})\s{{0,4}}{_US_CODE}", re.IGNORECASE)
_TITLE = re.compile(
    r"(?<!\w)title\s{1,2}(?P<title>[0-9]{1,2})(?![\w-])"
    rf"(?P<code>\s{{0,2}},?\s{{0,2}}(?:of\s{{1,2}}(?:the\s{{1,2}})?)?{_US_CODE})?",
    re.IGNORECASE,
)
_OF_REGULATIONS = re.compile(r"(?<![\w.,/-])(?P<title>[0-9]{1,2})\s{0,2}C\.?\s?F\.?\s?R\.?(?![A-Za-z])")
_PUBLIC_LAW = re.compile(
    r"(?<!\w)(?:Pub(?:lic|\.)\s?L(?:aw|\.)\s{0,2}(?:No\.\s?)?)(?P<number>[0-9]{2,3}-[0-9]{1,4})(?!\w)"
)
_EU_NUMBERED = re.compile(
    r"(?<!\w)(?P<kind>regulation|directive|(?:framework\s)?decision)\s{1,2}"
    r"(?:\(?(?P<body>EU|EC|EEC|ECSC|Euratom)(?:,\s?Euratom)?\)?\s{1,2})?(?P<no>no\.?\s{0,2})?"
    r"(?P<number>[0-9]{2,4}/[0-9]{1,4})(?P<tail>/(?:EU|EC|EEC|JHA|Euratom|ECSC))?(?![\w/])",
    re.IGNORECASE,
)
_KINDS = r"Act|Code|Regulations?|Directive|Ordinance|Rules|Convention|Treaty|Charter|Constitution|Statutes?|Law|Stat\."
_KIND = re.compile(rf"(?<![\w-])(?P<kind>{_KINDS})(?!\w)(?:\s(?P<annotated>Ann(?:otated|\.)))?")
_YEAR = re.compile(r"(?P<joint>,?\s{1,2}(?:of\s{1,2})?)\(?(?P<year>1[5-9][0-9]{2}|20[0-9]{2})\)?(?![\w/-])")
_NO_SUBJECT = r"(?!(?:Arts?|Articles?|Secs?|Sections?|Rules?|Sch|Schedules?|Annex|Part|Chapter)\b)"
_SUBJECT = re.compile(
    r"\s(?:of|on|for|against)\s(?:the\s)?"
    rf"[A-Z][\w'-]*(?:\s(?:(?:of|and|the|for|on|in|to|with|from)\s){{0,3}}{_NO_SUBJECT}[A-Z][\w'-]*){{0,8}}"
)
_LOWER_ACT = re.compile(
    r"(?<!\w)the\s(?P<name>(?:[a-z][a-z'-]{2,20}\s){2,6}act)\sof\s(?P<year>[0-9]{4})(?!\w)"
)
_CAPITAL = re.compile(r"[A-Z][\w'.&-]*,?$|[a-z][A-Z]\w+$")
_ROMAN = re.compile(r"[IVXL]+")
_BREAKS = frozenset(
    "act directive or art art. article articles section sections sec. title chapter rule does what which under".split()
)
_GENERIC = frozenset(
    "federal national original model eu european union state uk us u.s. indian american".split()
)
_JOINING = frozenset("of and the for on in to with against by & de or from".split())
# Words that begin a sentence or point at an instrument without naming it.
_NO_NAME = frozenset(
    """a an the this that these those such said any each every no our your their its his her my which what when where
    who whom whose why how does do did is are was were can could may might must shall should will would has have had
    if in on at by to from under of for and or but not with about per see also cf. cf section sections article articles
    art art. sec. chapter part title rule rules paragraph point annex recital according pursuant both some other
    another same new old draft proposed final amended principal parent enabling summarise summarize explain describe
    tell list give compare define state please it new whether violate violates violating subsection clause
    entire whole present current relevant applicable following however""".split()
)
_CODES = frozenset(
    """civil penal criminal commercial labor labour tax family vehicle insurance bankruptcy revenue probate evidence
    government education transportation procedure corporations business professions health safety welfare elections
    election water property judicial municipal administrative military justice building fire customs banking social
    public canon traffic maritime navigation companies company civ. pen. crim. com. gen. ga. tex. ind. ohio rev. va. ala.
    miss. utah idaho""".split()
)


@dataclass(frozen=True, slots=True)
class InstrumentName:
    """`[start, end)` of the folded text. `strong`: a citation even without a number beside it."""

    start: int
    end: int
    document: str
    strong: bool = True
    bare_number: bool = False
    """A number may follow without a word or sign for it."""


def find_names(text: str) -> list[InstrumentName]:
    """Names in a folded text from left to right; where two overlap, the one that begins first or is longer stays."""
    found: list[InstrumentName] = []
    for finder in (_code_titles, _regulations_and_laws, _eu_numbered, _known, _in_small_letters):
        found.extend(finder(text))
    certain = {name.end: name.start for name in found}
    found.extend(name for name in _named_in_capitals(text) if not _is_part_of(text, name, certain))
    found.sort(key=lambda name: (name.start, -name.end))
    kept: list[InstrumentName] = []
    for name in found:
        if not kept or name.start >= kept[-1].end:
            kept.append(name)
    return kept


def _is_part_of(text: str, name: InstrumentName, certain: dict[int, int]) -> bool:
    """`Schedule of the Constitution of India`: a part of what is known by the name at its end."""
    start = certain.get(name.end, -1)
    return start > name.start and text[name.start : start].rstrip().endswith((" of", " the", " and", " to"))


def _code_titles(text: str) -> Iterator[InstrumentName]:
    for match in _OF_CODE.finditer(text):
        if 1 <= int(match["title"]) <= LAST_TITLE_OF_CODE:
            yield InstrumentName(*match.span(), f"{int(match['title'])} U.S.C.", bare_number=True)
    for match in _TITLE.finditer(text):
        if 1 <= int(match["title"]) <= LAST_TITLE_OF_CODE:
            yield InstrumentName(*match.span(), f"{int(match['title'])} U.S.C.", strong=bool(match["code"]))


def _regulations_and_laws(text: str) -> Iterator[InstrumentName]:
    for match in _OF_REGULATIONS.finditer(text):
        yield InstrumentName(*match.span(), f"{int(match['title'])} C.F.R.", bare_number=True)
    for match in _PUBLIC_LAW.finditer(text):
        yield InstrumentName(*match.span(), f"Public Law {match['number']}")


def _eu_numbered(text: str) -> Iterator[InstrumentName]:
    for match in _EU_NUMBERED.finditer(text):
        kind = match["kind"].capitalize()
        number, tail, body = match["number"], match["tail"] or "", match["body"] or ""
        # Since 2015 one series of numbers, `(EU) year/number`, whatever people leave out.
        if not tail and re.fullmatch(r"20(?:1[5-9]|[2-9][0-9])/[0-9]+", number):
            yield InstrumentName(*match.span(), f"{kind} (EU) {number}")
            continue
        body = f"({body.upper()}) " if body else ""
        no = "No " if match["no"] else ""
        yield InstrumentName(*match.span(), f"{kind} {body}{no}{number}{tail.upper()}")


def _pattern(name: str) -> str:
    words = [re.escape(word) for word in re.split(r"[\s-]", name)]
    return r"[\s-]{1,2}".join(words)


_KNOWN = re.compile(
    r"(?<![\w.-])(?:"
    + "|".join(_pattern(name) for name in sorted(known.CASE_INSENSITIVE_FROM, key=len, reverse=True))
    + r")(?!\w|-[a-z])",
    re.IGNORECASE,
)
_WRITTEN = {
    re.sub(r"[\s-]+", " ", name).lower(): name
    for canonical, aliases in known.NAMES.items()
    for name in (canonical, *aliases)
}
_BEFORE_LOWER_CASE = re.compile(r"(?:\bthe|\beu|\bEU)\s{1,2}$")


def _known(text: str) -> Iterator[InstrumentName]:
    for match in _KNOWN.finditer(text):
        written = re.sub(r"[\s-]+", " ", match.group())
        name = _WRITTEN[written.lower()]
        document = known.CASE_INSENSITIVE_FROM[name.lower()]
        as_usual = written == re.sub(r"[\s-]+", " ", name) or written.lower() in known.ANY_CASE
        announced = " " in written and bool(
            _BEFORE_LOWER_CASE.search(text[max(0, match.start() - 6) : match.start()])
        )
        yield InstrumentName(
            *match.span(),
            document,
            strong=(as_usual or announced) and name not in known.BESIDE_NUMBER_ONLY,
            bare_number=document in known.TAKES_BARE_NUMBER and as_usual,
        )


def _named_in_capitals(text: str) -> Iterator[InstrumentName]:
    for match in _KIND.finditer(text):
        words, start = _words_before(text, match.start())
        subject = _SUBJECT.match(text, match.end()) if _takes_subject(match["kind"]) else None
        end = match.end() if subject is None else match.end() + len(subject.group().rstrip(" "))
        year = _YEAR.match(text, end)
        if not words and not subject:
            continue
        name = " ".join(text[start : year.end() if year else end].split()).rstrip("(")
        end = year.end() if year else end
        named = bool(year) or (subject is not None and not _is_of_conduct(match["kind"], subject.group()))
        strong = _stands_alone(match["kind"], words, start, text, named=named)
        yield InstrumentName(start, end, name.replace("(", "").replace(")", ""), strong=strong)


def _takes_subject(kind: str) -> bool:
    return kind in {"Convention", "Treaty", "Charter", "Constitution", "Code"}


def _is_of_conduct(kind: str, subject: str) -> bool:
    """`Code of Civil Procedure` is law, `Code of Conduct` is not."""
    return kind == "Code" and subject.rsplit(maxsplit=1)[-1].lower() not in _CODES


def _words_before(text: str, place: int) -> tuple[list[str], int]:
    """The run of capitalised words that ends at a place, and where it begins."""
    words: list[tuple[str, int]] = []
    begin = place
    while len(words) < _LONGEST_NAME:
        before = text[max(0, begin - 40) : begin]
        gap = len(before) - len(before.rstrip())
        token = before.split()[-1] if before.strip() else ""
        bare = token.lstrip("([\"\u201c'")
        if not 1 <= gap <= 2 or not bare or not _continues(bare):
            break
        begin -= gap + len(bare)
        words.insert(0, (bare, begin))
        if bare != token:
            break
    words = words[_break(words) :]
    while words and (words[0][0].rstrip(",").lower() in _NO_NAME | _JOINING or _ROMAN.fullmatch(words[0][0])):
        words.pop(0)
    if all(word.lower() in _GENERIC for word, _ in words):
        return [], place
    return [word for word, _ in words], words[0][1]


def _break(words: list[tuple[str, int]]) -> int:
    """Where the name itself begins in a run: `GDPR and the Data Act`, `Clean Air Act and Clean Water Act`."""
    plain = [word.rstrip(",").lower() for word, _ in words]
    begin = 0
    for place, word in enumerate(plain):
        following = plain[place + 1] if place + 1 < len(plain) else ""
        other = word in known.CASE_INSENSITIVE_FROM and following in _JOINING
        ends = words[place][0].endswith(".") and following in _NO_NAME
        listed = not words[place][0].endswith(",") or {"and", "&"} & set(plain[place:])
        if word in _BREAKS or other or ends or not listed or (word == "and" and following == "the"):
            begin = place + 1
    return begin


def _continues(token: str) -> bool:
    if token in _JOINING:
        return True
    # A full stop ends what stands before, but for `Cal. Civ. Code`.
    if token.endswith(".") and len(token) > 6 and "." not in token[:-1]:
        return False
    return bool(_CAPITAL.match(token))


def _stands_alone(kind: str, words: list[str], start: int, text: str, *, named: bool) -> bool:
    """Whether a capitalised name is an instrument's for certain, with no number beside it."""
    if named and (words or kind in {"Convention", "Treaty", "Charter", "Constitution"}):
        return True
    announced = text[max(0, start - 4) : start].lower() == "the "
    if kind == "Act":
        return bool(words) and (announced or len(words) > 1 or not _begins_sentence(text, start))
    if kind == "Code":
        return named or (bool(words) and words[-1].lower() in _CODES)
    if kind == "Constitution":
        return announced and len(words) == 1
    if kind in {"Directive", "Regulation", "Convention", "Treaty", "Ordinance"}:
        return bool(words) and announced
    return False


def _begins_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 3) : start].rstrip()
    return not before or before[-1] in ".?!:\n"


def _in_small_letters(text: str) -> Iterator[InstrumentName]:
    """`the interplanetary mining act of 2031`: only with a year, or `the act of deleting` would be law."""
    for match in _LOWER_ACT.finditer(text):
        name = match["name"].title().replace("'S", "'s")
        yield InstrumentName(match.start("name"), match.end(), f"{name} of {match['year']}")
