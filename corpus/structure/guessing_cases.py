"""The parties, the court and the docket number of a case, from the lines above its judgment. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from corpus.structure import caption

HEAD_LINES = 120
LONGEST_PARTY = 8
"""Lines that are read on each side of the `v.` of a caption."""

_SMALL = frozenset("of the and for in at to on de la du des von & - –".split())
_COURT = re.compile(
    r"\b(?:courts?|tribunal|privy council|house of lords|appeals? board|board of appeals|cour|gerichtshof|industrial commission)\b",
    re.IGNORECASE,
)
_NO_COURT = re.compile(
    r"^(?:order|opinion|judge?ment|clerk|registrar|before|by|rules|on appeal|appeal|an appeal|certiorari|petition|notice|submitted|filed|from"
    r"|application|motion|brief|case|court|this|we|in this|review|writ|dated|present|coram|for the|supreme court rule|judges?)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"(?:for the\b|of\b|at(?: [A-Z][\w ]{2,25})?|sitting\b|(?:[\w’' ]{3,60} )?(?:district|division|circuit|bench|list|registry|department|chamber)\b"
    r"(?: of [\w ]{3,40}| court)?|\([\w ’'&,–-]{3,60}\)|in admiralty)$",
    re.IGNORECASE,
)
_SPACED = re.compile(r"(?:\b\w ){4,}\w\b")
_ROLE = re.compile(
    r"[\s,;:(–-]*\b(?:(?:first|second|third|fourth|fifth|\d+(?:st|nd|rd|th))\s+)?(?:and\s+|to\s+)*(?:appellants?|appellees?|petitioners?|respondents?|plaintiffs?"
    r"|defendants?|claimants?|applicants?|accused|complainants?|employees?|employers?|opposing part(?:y|ies)|interveners?)\b(?:\s?\(s\))?"
    r"(?:\s?(?:[-–/,&]|and|in error|in the court below)\s?)*",
    re.IGNORECASE,
)
_VERSUS = re.compile(
    r"^\W{0,4}(?P<sign>v|vs|versus|against|and|-\s?and\s?-|-\s?v\s?-|–\s?v\s?–)\b\W{0,4}(?P<rest>.{0,40})$",
    re.IGNORECASE,
)
_INLINE = re.compile(r"\s(?:v\.?|vs\.?|V\.|VS\.?|VERSUS|versus|Versus|-v-)\s")
_STOP = re.compile(
    r"^\W{0,3}(?:between\b|in the matter (?:of|between)|in the proceedings|in case|docket|case\b|nos?\.|civil\b|criminal\b|before\b|coram|heard|on (?:appeal|petition|writ|application|motion|exceptions?|certiorari|review)"
    r"|appeal from|on writ|certiorari|judge?ment|opinion|order\b|neutral citation|reportable|not reportable|date\b|delivered|argued|present\b"
    r"|of interest|_{3,}|-{3,}|={3,}|\*{3,}|state file|with$|filed|claim no|royal courts|strand|and in the|memorandum|honou?rable)",
    re.IGNORECASE,
)
_BREAKS_OFF = re.compile(r"\s(?:v|vs|V|VS|versus|VERSUS)\.?$")
_UNFINISHED = re.compile(r"(?:,|\bof|\bv\.?|\bvs\.?|\band|\bthe)$", re.IGNORECASE)
_NEUTRAL = re.compile(
    r"neutral\s+citation(?:\s+number)?:?\s*(?P<name>\S.{3,200}?)\s*(?=[(\[]\s?(?:[A-Z]{0,6} ?\d|\d|CCT))",
    re.IGNORECASE,
)
_IN_RE = re.compile(
    r"^\W{0,3}(?P<name>(?:in re|ex parte|in the matter of|matter of|estate of|re)\b:?\s+[A-Z0-9].{2,120})$",
    re.IGNORECASE,
)
_CROWN = re.compile(
    r"^(?:The (?:King|Queen)|R|Regina|Rex)\W*\(?\s*on the application of\s+(?P<who>[^)]{2,80})\)?",
    re.IGNORECASE,
)

_DOCKETS = (
    re.compile(
        r"\b(?P<number>(?:Civil|Criminal|Special Leave|Writ|Review|Transfer|Arbitration|First|Second|Misc(?:ellaneous)?\.?)\s?(?:Original\s)?"
        r"(?:Appeal|Petition|Application|Suit|Jurisdiction)s?(?:\s\((?:Civil|Criminal|C|Crl\.?)\))?\s(?:Nos?\.?\s?)?\d[\d,–/ &-]{0,30}?(?:\s?(?:of|OF|/)\s?\d{4}))",
        re.IGNORECASE,
    ),
    re.compile(r"\bCases?\s(?P<number>[CTF][‑–-]\d{1,4}/\d{2})\b"),
    re.compile(
        r"\bApplications?\snos?\.\s(?P<number>\d{2,6}/\d{2})\b", re.IGNORECASE
    ),
    re.compile(
        r"\b(?:Case|Claim|Docket|Civil Action|Crim(?:inal|\.)? (?:Case|Action)|Appeal|Cause|File|Record|Suit|Index)?\s?(?:Numbers?|Nos?)\s?[.:]{1,2}\s{0,3}"
        r"(?P<number>(?=[\w:./–-]*\d)[A-Z0-9][\w:./–-]*[\w](?:,? Orig\.)?(?:\s(?=\d)[\d/]+)?)",
        re.IGNORECASE,
    ),
    re.compile(r"\b(?:Case|Docket)\s?(?:No|Number)?[.:]?\s{0,2}(?P<number>(?=[A-Z]{0,4}[ -]?\d)[A-Z]{0,4}[ -]?[\d][\w:./–-]*\d)", re.IGNORECASE),
    re.compile(r"\bNos?\.?\s(?P<number>\d[\w–-]*\d)\b"),
    re.compile(r"\b(?P<number>UKSC \d{4}/\d{4}|CCT \d{1,3}/\d{2,4}|\d{2}-\d{3,5})\b"),
)  # fmt: skip

_NUMBERED_PARTY = re.compile(r"^\(?(?:\d{1,2}|[ivx]{1,4})[.)]\s*")
_AND_OTHERS = re.compile(
    r"\s\(|\s\[|\sand\s(?:another|others|ors)\b|\s&\s(?:ors|anr)\b|,?\set\s?al\b", re.IGNORECASE
)
_ACRONYM = re.compile(
    r"\b(?!(?:LTD|MR|MRS|DR|ST|JR|SR|PTY|BD|CTY|DEPT|MY|BY)\b)(?:[B-DF-HJ-NP-TV-XZ]{2,5}|[A-Z]{1,2}&[A-Z])\b"
)
_SURNAME_IN_CAPITALS = re.compile(
    r"(?:[A-Z][a-z]+\.? |[A-Z]\. )+(?!(?:LTD|INC|LLC|LLP|PLC|CORP|USA|PTY|PTE)$)[A-Z’'-]{3,}$"
)


def court(lines: Sequence[str]) -> str:
    """The court as its judgment names it, in ordinary capitals; empty if no line is the name of one."""
    places = [place for place, line in enumerate(lines[:HEAD_LINES]) if _is_court(line)]
    if not places:
        return ""
    first = lines[places[0]].lower()
    # A stamp breaks the name that the heading has in one line.
    better = (
        place
        for place in places
        if re.match(r"\W*in the\b", lines[place], re.IGNORECASE)
        or (lines[place].lower().endswith(first) and len(lines[place]) > len(first))
    )
    return _whole_court(lines, next(better, places[0]))


def _is_court(line: str) -> bool:
    words = line.strip(" .:,_—-").split()
    if (
        not 1 < len(words) <= 16
        or not words[0][:1].isupper()
        or not _COURT.search(line)
        or _NO_COURT.match(line)
        or len(line) > 120
    ):
        return False
    if re.search(r"\d|\bv\.?\s|\b(?:ORDER|RULES|CLERK|OPINION|ACT)\b", line) or line.rstrip().endswith(
        (".", ";")
    ):
        return False
    return all(
        word[:1].isupper() or word.lower() in _SMALL or word.startswith(("(", "‘")) for word in words[1:]
    )


def _whole_court(lines: Sequence[str], place: int) -> str:
    """The line and those in which the name goes on: `FOR THE`, `SECOND CIRCUIT`."""
    parts = [lines[place].strip()]
    for line in lines[place + 1 : place + 5]:
        open_ended = parts[-1].lower().split()[-1] in _SMALL
        if not open_ended and not _GOES_ON.match(line.strip()):
            break
        parts.append(line.strip())
    name = re.sub(r"^\W*in\s+(?=the\b)", "", " ".join(parts), flags=re.IGNORECASE)
    name = readable(re.sub(r"^the\s+", "", name, flags=re.IGNORECASE).strip(" .:,_—-"))
    return re.sub(r"(?<= )(?:For|Of|And|The|In|At)(?= )", lambda found: found[0].lower(), name)[:200]


def docket(lines: Sequence[str]) -> str:
    """The number under which the court keeps the case, without `No.`."""
    text = "\n".join(lines[:HEAD_LINES])
    for pattern in _DOCKETS:
        if found := pattern.search(text):
            return re.sub(r"(?<=\d)[–‑—](?=\d)", "-", " ".join(found["number"].split())).strip(" .,:")[:150]
    return ""


def name(lines: Sequence[str], jurisdiction: str) -> str:
    """The case in short, `Ferries Board v. Mercer`; `v` where the jurisdiction writes it so. Empty if not found."""
    head = [line for line in map(_plain, lines[:HEAD_LINES]) if line]
    for full in _names(head):
        short = _short(full)
        if short:
            american = jurisdiction[:2] in {"us", "in", "ph"} or not jurisdiction
            return (short if american else short.replace(" v. ", " v "))[:180]
    return ""


def _names(lines: list[str]) -> Iterator[str]:
    """Full names of the case in the order in which they are to be trusted."""
    text = " ".join(lines)
    if (found := _NEUTRAL.search(text)) and _INLINE.search(found["name"]):
        yield found["name"]
    captions = ((place, _between(lines, place)) for place, line in enumerate(lines) if _parts(line))
    inline = (
        (place, _with_next(lines, place))
        for place, line in enumerate(lines)
        if _runs_in(
            f"{line} {lines[place + 1]}" if _BREAKS_OFF.search(line) and place + 1 < len(lines) else line
        )
    )
    yield from (found for _, found in sorted([*captions, *inline]) if found)
    yield from (found["name"] for line in lines if (found := _IN_RE.match(line)))


def _plain(line: str) -> str:
    """A line of a caption without its rules and what stands in its right column."""
    return re.sub(r"\s*[)§|]\s*(?:$|(?:Docket|Case|Civil|No|State|Judge|Index)\b.*$)", "", line).strip()


def _runs_in(line: str) -> bool:
    found = _INLINE.search(line)
    if found is None or len(line) > 300 or found.start() < 2 or caption.citations_in(line):
        return False
    if re.match(
        r"(?:see|cf|in|under|as|before|the (?:case|decision))\b", line, re.IGNORECASE
    ) and not _CROWN.match(line):
        return False
    return all(part[:1].isupper() or part[:1] in "(0123456789" for part in (line, line[found.end() :]))


def _with_next(lines: list[str], place: int) -> str:
    """A name in running text, with the lines in which it begins and goes on."""
    line = lines[place]
    following = lines[place + 1 : place + 3]
    if not line.replace(" v. ", "").isupper():
        return f"{line} {following[0]}" if _UNFINISHED.search(line) and following else line
    before = list(takewhile(_is_capitals, reversed(lines[max(0, place - 3) : place])))
    return " ".join([*reversed(before), line, *takewhile(_is_capitals, following)])


def _is_capitals(line: str) -> bool:
    """Whether a name printed in capitals may go on in a line."""
    return line.isupper() and not (_STOP.match(line) or _is_court(line) or re.search(r"\d{3}", line))


def _parts(line: str) -> bool:
    found = _VERSUS.match(line)
    if found is None:
        return False
    rest = found["rest"].strip(" .:)-–")
    return not rest or bool(re.match(r"(?:docket|no|case|civil|index)\b|[\d:-]{4,}", rest, re.IGNORECASE))


def _between(lines: list[str], place: int) -> str:
    """The parties above and below a line that says `v.`; `and` only counts between people with roles."""
    above = lines[max(0, place - LONGEST_PARTY) : place]
    below = lines[place + 1 : place + 1 + LONGEST_PARTY]
    sign = _VERSUS.match(lines[place])
    weak = sign is not None and "and" in sign["sign"].lower()
    if weak and not (any(_ROLE.search(line) for line in above) and any(_ROLE.search(line) for line in below)):
        return ""
    first, second = _party(_open_run(above)), _party(below)
    return f"{first} v. {second}" if first and second else ""


def _open_run(above: list[str]) -> list[str]:
    """The lines above `v.` from the last one on that begins the caption."""
    start = max((place + 1 for place, line in enumerate(above) if _begins_caption(line)), default=0)
    return above[start:]


def _begins_caption(line: str) -> bool:
    """Whether a line stands above the parties: it is none of them, nor part of one."""
    return (
        bool(_STOP.match(line) or re.search(r"\d{3}", line))  # or a citation, a docket number
        or line.lower().endswith("in the proceedings")
        or _is_court(line)
        or bool(_GOES_ON.match(line))
    )


def _party(lines: Sequence[str]) -> str:
    """The first party of one side: its lines up to the word for its role."""
    words: list[str] = []
    for line in lines:
        if words and (_STOP.match(line) or _is_court(line) or _NUMBERED_PARTY.match(line)):
            break
        role = _ROLE.search(line)
        kept = _without_points((line[: role.start()] if role else line).strip(" ,;:…—–-"))
        if kept:
            words.append(_NUMBERED_PARTY.sub("", kept))
        if (
            (role and words)
            or len(words) > 4
            or (line.endswith((";", ".")) and len(line) > 5 and not _is_abbreviation(line))
        ):
            break
        if line.rstrip().endswith(",") and len(words) == 1 and not line.isupper():
            break
    return " ".join(words).strip(" ,")


def _without_points(text: str) -> str:
    return text if _is_abbreviation(text) else text.rstrip(" .,…")


def _is_abbreviation(line: str) -> bool:
    """Whether a line ends with an abbreviation and not with a sentence: `LIFE ASSURANCE CO.`"""
    return re.search(r"\b(?:co|inc|ltd|corp|bros|jr|sr|llc|al|no|[a-z])\.$", line, re.IGNORECASE) is not None


def _short(full: str) -> str:
    full = re.sub(r"(?<=\w)\d{1,2}(?=[,\s]|$)", "", " ".join(full.split()))  # marks of footnotes
    crown = _CROWN.match(full)
    if crown:
        rest = _INLINE.split(full, maxsplit=1)
        return f"R ({readable(crown['who']).strip()}) v. {_one(rest[1])}" if len(rest) == 2 else ""
    if found := _IN_RE.match(full):
        lead = re.match(
            r"\W{0,3}(?:in re|ex parte|in the matter of|matter of|estate of|re)\b:?", found[0], re.IGNORECASE
        )
        return f"In re {_one(found[0][lead.end() :] if lead else found[0])}"
    sides = _INLINE.split(full, maxsplit=1)
    if len(sides) != 2:
        return ""
    first, second = _one(sides[0]), _one(sides[1])
    return f"{first} v. {second}" if first and second else ""


def _one(side: str) -> str:
    """One side in short, as reporters abbreviate it."""
    side = re.sub(r"^\W*(?:between:?\s|\(\d\)\s?)", "", side.strip(), flags=re.IGNORECASE)
    side = _AND_OTHERS.split(side)[0]
    role = _ROLE.search(side)
    side = (side[: role.start()] if role and role.start() > 2 else side).strip(" ,;:")
    if side.isupper() or _SURNAME_IN_CAPITALS.match(side):
        short = caption.short_name(f"{side} v. X").removesuffix(" v. X")
        return "" if short == "X" else re.sub(r"^The (?=\w)", "", _with_acronyms(short, side))
    side = re.sub(r"^The (?=\w)", "", side)
    return re.split(r",(?! (?:Inc|Ltd|LLC|LLP|Co\b|Limited))", side)[0].strip(" ,;:")


def _with_acronyms(short: str, side: str) -> str:
    """The name with the words in capitals that are letters read one by one: `KPMG LLP`."""
    for word in _ACRONYM.findall(side):
        short = re.sub(rf"\b{re.escape(word.capitalize())}\b", word, short)
    return short


def readable(text: str) -> str:
    """Text in capitals in ordinary capitals; other text, and what has both, as it is."""
    text = " ".join(_SPACED.sub(lambda found: found[0].replace(" ", ""), text).split())
    if any(char.islower() for char in text):
        return text
    return " ".join(_word(word, first=place == 0) for place, word in enumerate(text.split()))


def _word(word: str, *, first: bool) -> str:
    bare = word.strip("()[],.:;")
    if not first and bare.lower() in _SMALL | {"by", "with", "or", "from", "an", "a"}:
        return word.lower()
    if bare in {
        "EU",
        "EC",
        "EEC",
        "UK",
        "US",
        "USA",
        "II",
        "III",
        "IV",
        "VI",
        "VII",
        "VIII",
        "IX",
        "XI",
        "XII",
    } or re.search(r"\w\.\w", bare):
        return word
    return re.sub(r"[^\W\d_]+(?:[’']S\b)?", lambda found: found[0].capitalize(), word)
