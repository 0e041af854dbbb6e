"""The title and short title of an instrument, and what sort of instrument they say it is. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.structure.guessing_cases import readable
from corpus.types import Kind, Line

HEAD_LINES = 60
LONGEST_TITLE = 400

_SORTS = r"Acts?|Code|Ordinance|Regulations?|Rules|Order|Law|Constitution|Decree|Statutes?|Measure|Charter|Proclamation|Sanhita|Adhiniyam"
_YEARS = r"(?:,?\s(?:of\s)?\(?(?:1[2-9]\d\d|20\d\d|21\d\d)\)?)"
_NAME = rf"[A-Z][^.;:“”\"\n]{{2,150}}?\b(?:{_SORTS})\b(?:\s\([^()]{{2,60}}\))?{_YEARS}?"
_CITED_AS = re.compile(
    r"\b(?:[Tt]his|[Tt]hese)\s(?:[Aa]cts?|[Cc]ode|[Oo]rders?|[Rr]egulations?|[Rr]ules|[Ll]aw|[Oo]rdinance|Constitution|Measure|Decree|Proclamation)(?:,\s[A-Za-z ]{3,40},)?\s"
    r"(?:(?:may|shall)\sbe\s(?:cited|known|called)(?:,?\sand\s(?:may|shall)?\s?(?:be\s)?(?:cited|known|called),?)?(?:\sfor\sall\spurposes)?(?:\stogether)?(?:\sas)?"
    rf"|(?:is|are)(?:\sto\sbe)?(?:\s(?:called|cited\sas|known\sas))?)\s(?:the\s|The\s)?[“\"‘'’]{{0,2}}(?:the\s|The\s)?(?P<name>{_NAME})"
)
_NEEDLES = ("may be cited", "may be called", "shall be cited", "shall be known", "shall be called", "is called", "is the ", "are the ",
            "may be known")  # fmt: skip
_PRINTED = re.compile(
    rf"^\W{{0,3}}(?P<name>(?:THE\s|The\s)?(?:[A-Z][^.;:“”\"]{{2,150}}?\s(?:{_SORTS}|{_SORTS.upper()})\b"
    rf"(?:\s\([^()]{{2,60}}\))?(?:(?i:{_YEARS})|\W{{0,2}}$)"
    r"|(?:[A-Z][\w’']+\s){0,3}(?:CONSTITUTION|Constitution|CODE|Code|RULES|Rules)\s(?:OF|of|FOR|for)\s[A-Z][\w ,’'&-]{2,80}$))"
)
_NO_TITLE = re.compile(
    r"^\W*(?:dear\b|report|guide|review|commentary|explanatory|bill\b|overview|summary|introduction|notes?\b|handbook|index|table of|list of|"
    r"arrangement|contents|part\b|chapter|section|article|schedule|see\b|under\b|made under|in exercise|repeal|amend|as amended by|an act\b|"
    r"order of|opinion|pursuant|subject to|this\b|these\b|if\b|no\b|for the purposes|statutory|act no|act,? \d|by\b|in\b|published|printed)",
    re.IGNORECASE,
)
_BEHIND_TITLE = re.compile(r"\W{0,4}(?:$|(?:act\s)?no\b|c\.|chapter|\d)", re.IGNORECASE)
_VAGUE = re.compile(r"(?:Law|Order|Measure|Charter)$")
_JOINING = re.compile(r"(?:\b(?:and|of|the|for|to|in|on|with|or|from|by)|,|&|–|-)$", re.IGNORECASE)
_EU_TITLE = re.compile(
    r"^\W{0,3}(?:(?:COMMISSION|COUNCIL|DELEGATED|IMPLEMENTING|FRAMEWORK)\s+)*(?:REGULATION|DIRECTIVE|DECISION)\s.*\d+/\d+",
    re.IGNORECASE,
)
_EU_END = re.compile(
    r"^\W{0,3}(?:text with eea|the european|the council|the commission|having regard|the governing|acting in accordance|\(text)",
    re.IGNORECASE,
)
_POPULAR = re.compile(
    r"\((?P<name>(?:[A-Z][\w’'-]*|and|of|the|on|for|in)(?:\s(?:[A-Z][\w’'-]*|and|of|the|on|for|in))+)\)\W*$"
)
_US_TITLE = re.compile(r"^\W{0,3}TITLE\s+\d{1,2}\s*[—–-]+\s*(?P<name>\S.{2,100})$")
_US_PART = re.compile(r"^\W{0,3}PART\s+(?P<number>\d{1,4})\s*[—–-]+\s*(?P<name>\S.{2,200})$", re.IGNORECASE)
_LONG_TITLE = re.compile(
    r"^\W{0,3}(?P<name>An Act (?:to|for|relating|concerning|respecting|further)\b.{5,380}?)(?:[.;]|$)",
    re.IGNORECASE | re.MULTILINE,
)
_META_NOISE = re.compile(
    r"^(?:Microsoft (?:Word|PowerPoint|Excel) - |PowerPoint Presentation)|\.(?:docx?|pdf|tmp|exe|rtf|odt|wpd|qxp?d?|indd|cef)$",
    re.IGNORECASE,
)
_META_EMPTY = re.compile(
    r"^(?:untitled.*|document\d*|binder\d*|test\w*|scan\w*|img\w*|slide \d+|\W*|[\d\W_]+|[\w-]*\d[\w-]*)$",
    re.IGNORECASE,
)
_PAPER = re.compile(
    r"^\W{0,3}(?P<name>[A-Z][A-Za-z ,&’'()/-]{0,110}?\b(?:AGREEMENT|CONTRACT|LEASE|DEED|POLICY|REPORT|AGENDA|MINUTES|PLAN|TRANSCRIPT|BRIEF|MOTION|COMPLAINT|"
    r"MEMORANDUM OF UNDERSTANDING|NOTICE|INVOICE|Agreement|Contract|Lease|Deed|Policy|Report|Agenda|Minutes|Transcript))\W{0,2}$"
)
_SUFFIX = re.compile(r"\.\w{1,5}$")
_KINDS = {
    "act": Kind.STATUTE, "acts": Kind.STATUTE, "law": Kind.STATUTE, "ordinance": Kind.STATUTE, "statute": Kind.STATUTE, "statutes": Kind.STATUTE,
    "measure": Kind.STATUTE, "sanhita": Kind.STATUTE, "adhiniyam": Kind.STATUTE, "decree": Kind.STATUTE, "charter": Kind.STATUTE,
    "code": Kind.CODE, "regulation": Kind.REGULATION, "regulations": Kind.REGULATION, "order": Kind.REGULATION, "proclamation": Kind.REGULATION,
    "rules": Kind.RULES, "constitution": Kind.CONSTITUTION, "directive": Kind.DIRECTIVE,
}  # fmt: skip


def short_title(whole: str) -> str:
    """What the instrument itself says that it may be cited as."""
    lower = whole.lower()
    places = sorted(place for needle in _NEEDLES for place in _occurrences(lower, needle, most=60))
    for place in places:
        window = " ".join(whole[max(0, place - 90) : place + 260].split())
        found = _CITED_AS.search(window)
        if found:
            return re.sub(r"[,\s]+$", "", found["name"])[:200]
    return ""


def _occurrences(text: str, needle: str, most: int) -> list[int]:
    places: list[int] = []
    place = text.find(needle)
    while place >= 0 and len(places) < most:
        places.append(place)
        place = text.find(needle, place + 1)
    return places


def printed(lines: Sequence[str]) -> str:
    """The title of a statute or of rules as it stands at its head; empty if no line is one."""
    for place, line in enumerate(lines[:HEAD_LINES]):
        found = _PRINTED.match(line)
        if found is None or _NO_TITLE.match(line) or not _BEHIND_TITLE.match(line[found.end() :]):
            continue
        title = found["name"]
        if _VAGUE.search(title) and not title.isupper() and not title.startswith("The "):
            continue
        above = lines[place - 1] if place else ""
        if _JOINING.search(above) and not _NO_TITLE.match(above) and len(above) < 120:
            title = f"{above} {title}"
        return readable(title).strip(" ,[(")
    return ""


def broken(lines: Sequence[str]) -> str:
    """A title of which each line alone is none: `THE INLAND FERRIES`, `ACT, 2031`."""
    for place in range(min(len(lines) - 1, HEAD_LINES)):
        if _NO_TITLE.match(lines[place]) or len(lines[place]) > 120 or not lines[place].isupper():
            continue
        if title := printed([f"{lines[place]} {lines[place + 1]}"]):
            return title
    return ""


def of_the_union(lines: Sequence[str]) -> str:
    """The whole title of an act of the European Union, up to its recitals."""
    for place, line in enumerate(lines[:HEAD_LINES]):
        if _EU_TITLE.match(line):
            parts = [readable(line)]
            for following in lines[place + 1 : place + 16]:
                if _EU_END.match(following):
                    break
                parts.append(readable(following) if len(parts) < 3 else following)
            return " ".join(parts)[:600]
    return ""


def popular_name(title: str) -> str:
    """The name in brackets at the end of a title: `(General Ferries Regulation)`."""
    found = _POPULAR.search(title)
    return found["name"] if found else ""


def of_us_code(lines: Sequence[str]) -> str:
    """What a title of the United States Code is about."""
    found = next(filter(None, map(_US_TITLE.match, lines[:HEAD_LINES])), None)
    return readable(found["name"]) if found else ""


def of_us_regulations(lines: Sequence[str]) -> str:
    """`Part 1999—Ferry Standards` of the Code of Federal Regulations."""
    found = next(filter(None, map(_US_PART.match, lines[:HEAD_LINES])), None)
    return f"Part {found['number']}—{readable(found['name'])}" if found else ""


def long_title(head: str) -> str:
    """`An Act to make provision about …`"""
    found = _LONG_TITLE.search(head)
    return " ".join(found["name"].split())[:LONGEST_TITLE] if found else ""


def paper(lines: Sequence[str]) -> str:
    """The title of a contract, a report or another paper that is no law."""
    found = next(filter(None, map(_PAPER.match, lines[:HEAD_LINES])), None)
    return readable(found["name"]).strip(" ,") if found else ""


def largest(lines: Sequence[Line]) -> str:
    """What is set in the largest type of the first page, or marked as its first heading, if anything stands out."""
    marked = [line for line in lines if line.heading == 1]
    sizes = sorted(line.size for line in lines)
    usual = sizes[len(sizes) // 2] if sizes else 0.0
    top = sizes[-1] if sizes else 0.0
    if not marked and (not usual or top < 1.15 * usual):
        return ""
    wanted = marked[:1] or [line for line in lines if line.size >= 0.97 * top]
    text = " ".join(line.text.strip() for line in wanted[:4])
    named = 3 < len(text) < 250 and not text[0].islower() and re.search(r"[^\W\d]{3}", text)
    return readable(text) if named else ""


def first_words(lines: Sequence[str]) -> str:
    """The first line, if it looks like a title and not like a sentence."""
    line = next((line for line in lines if re.search(r"[^\W\d]{3}", line)), "")
    named = len(line) < 120 and not line[:1].islower() and not line.endswith((".", ":", ",", ";"))
    return readable(line) if named else ""


def of_metadata(title: str) -> str:
    """The title in a file's own description, unless it is a program's or a file's name."""
    title = _META_NOISE.sub("", " ".join(title.split()))
    return "" if _META_EMPTY.match(title) or _META_NOISE.search(title) else title[:300]


def of_file(name: str) -> str:
    """A file's name made readable: `the_ferries_act-2031.pdf` is `the ferries act 2031`."""
    stem = _SUFFIX.sub("", name.replace("\\", "/").rpartition("/")[2])
    return " ".join(re.sub(r"[_\W]+", " ", stem).split())[:300]


def kind(title: str) -> Kind | None:
    """What the last word for a sort of instrument says, `The Ferries (Fees) Regulations 2031`; None if there is none."""
    if re.match(r"(?:the\s)?constitution\b|.*\bconstitution$", title, re.IGNORECASE):
        return Kind.CONSTITUTION
    of = re.match(r"(?:the\s)?(?:[\w’' ]{0,40}\s)?(code|rules)\s(?:of|for)\b", title, re.IGNORECASE)
    words = re.findall(rf"\b(?:{_SORTS}|Directive)\b", title, re.IGNORECASE)
    last = of[1] if of else words[-1] if words else ""
    return _KINDS.get(last.lower())
