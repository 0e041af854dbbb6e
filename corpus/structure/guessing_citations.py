"""Official citations of instruments and judgments, as they are printed at the head of them. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from corpus.types import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """What a citation says of what it cites."""

    citation: str
    kind: Kind
    jurisdiction: str = ""
    court: str = ""


_Reader = Callable[[re.Match[str]], Cited | None]

_EU = re.compile(
    r"^\W{0,3}(?:(?:COMMISSION|COUNCIL)\s+)?(?P<adjective>(?:(?:DELEGATED|IMPLEMENTING|FRAMEWORK)\s+)?)"
    r"(?P<kind>REGULATION|DIRECTIVE|DECISION)\s+(?:\(?(?P<body>EU|EC|EEC|ECSC|EURATOM)(?:,\s*EURATOM)?\)?\s+)?(?P<no>NO\s*)?"
    r"(?P<number>\d{1,4}/\d{1,4})(?P<tail>/(?:EU|EC|EEC|JHA|EURATOM|CFSP))?(?!\w)",
    re.IGNORECASE | re.MULTILINE,
)
_UK_ACT = re.compile(
    r"^\W{0,3}(?P<year>1[6-9]\d\d|20\d\d)\s+(?P<series>CHAPTER|c\.|asp|anaw|asc|nawm|mwa)\s*(?P<number>\d{1,3})\b"
    r"(?P<ni>\s*\(?N\.?\s?I\.?\)?)?\W{0,3}$",
    re.MULTILINE | re.IGNORECASE,
)
_UK_INSTRUMENT = re.compile(
    r"(?:STATUTORY\s+(?:INSTRUMENTS?|RULES)|SCOTTISH STATUTORY INSTRUMENTS|OFFERYNNAU STATUDOL CYMRU)[\s\S]{0,120}?"
    r"(?P<year>20\d\d|19\d\d)\s+No\.?\s*(?P<number>\d{1,4})\b"
)
_IRISH = re.compile(
    r"^\W{0,3}Number\s+(?P<number>\d{1,3})\s+of\s+(?P<year>\d{4})\W{0,3}$", re.MULTILINE | re.IGNORECASE
)
_ACT_NUMBER = re.compile(
    r"^\W{0,3}(?:(?P<word>ACT|ORDINANCE|REGULATION|ORDER)\s*,?\s*)?(?:NO\.?|NUMBER)\s*(?P<number>\d{1,4}(?:-[A-Z])?)\s*(?:OF|,|/)\s*"
    r"(?P<year>1[6-9]\d\d|20\d\d)\b",
    re.IGNORECASE | re.MULTILINE,
)
_PUBLIC_LAW = re.compile(
    r"^\W{0,3}Public\s+Law\s+(?P<number>\d{2,3}\s?[–—-]\s?\d{1,4})\b", re.MULTILINE | re.IGNORECASE
)
_US_TITLE = re.compile(r"^\W{0,3}TITLE\s+(?P<title>\d{1,2})\s*[—–-]", re.MULTILINE)
_US_CODE_SIGN = re.compile(
    r"\bU\.\s?S\.\s?C(?:ODE|\.)|UNITED STATES CODE|Release Point \d|Statutes at Large|\b\d{1,3} Stat\. \d",
    re.IGNORECASE,
)
_US_CHAPTER = re.compile(r"^\W{0,3}CHAPTER\s+(?P<chapter>\d{1,3}[A-Z]?)\s*[—–-]", re.MULTILINE)
_CFR = re.compile(
    r"\b(?P<title>\d{1,2})\s+C\.?F\.?R\.?\s+(?:Parts?\s+|Ch\. [IVXL]+ )?(?P<part>\d{1,4})?|^TITLE (?P<title2>\d{1,2})\s*[—–-]"
    r"[\s\S]{0,400}?^\W{0,3}PART\s+(?P<part2>\d{1,4})\s*[—–-]",
    re.MULTILINE | re.IGNORECASE,
)
_CANADIAN = re.compile(
    r"\b(?P<series>R\.?S\.?C\.?|S\.?C\.?|R\.?S\.?O\.?|S\.?O\.?|R\.?S\.?B\.?C\.?|S\.?B\.?C\.?|R\.?S\.?A\.?|S\.?A\.?)"
    r",?\s+(?P<year>\d{4}),?\s+(?:c\.|chapter)\s*(?P<chapter>[A-Z]?-?\d{1,3}(?:\.\d+)?)\b",
    re.IGNORECASE,
)

_NEUTRAL_COURTS: dict[str, tuple[str, str]] = {
    "UKSC": ("gb", "Supreme Court of the United Kingdom"),
    "UKPC": ("gb", "Privy Council"),
    "UKHL": ("gb", "House of Lords"),
    "EWCA": ("gb", "Court of Appeal of England and Wales"),
    "EWHC": ("gb", "High Court of England and Wales"),
    "EWFC": ("gb", "Family Court"),
    "EWCOP": ("gb", "Court of Protection"),
    "UKUT": ("gb", "Upper Tribunal"),
    "UKFTT": ("gb", "First-tier Tribunal"),
    "UKEAT": ("gb", "Employment Appeal Tribunal"),
    "EAT": ("gb", "Employment Appeal Tribunal"),
    "CSIH": ("gb-sct", "Court of Session, Inner House"),
    "CSOH": ("gb-sct", "Court of Session, Outer House"),
    "HCJAC": ("gb-sct", "High Court of Justiciary"),
    "NICA": ("gb-nir", "Court of Appeal in Northern Ireland"),
    "IESC": ("ie", "Supreme Court of Ireland"),
    "IECA": ("ie", "Court of Appeal of Ireland"),
    "IEHC": ("ie", "High Court of Ireland"),
    "ZACC": ("za", "Constitutional Court of South Africa"),
    "ZASCA": ("za", "Supreme Court of Appeal of South Africa"),
    "ZALAC": ("za", "Labour Appeal Court of South Africa"),
    "INSC": ("in", "Supreme Court of India"),
    "SCC": ("ca", "Supreme Court of Canada"),
    "FCA": ("ca", "Federal Court of Appeal"),
    "HCA": ("au", "High Court of Australia"),
    "FCAFC": ("au", "Federal Court of Australia, Full Court"),
    "NZSC": ("nz", "Supreme Court of New Zealand"),
    "NZCA": ("nz", "Court of Appeal of New Zealand"),
    "NZHC": ("nz", "High Court of New Zealand"),
    "SGCA": ("sg", "Court of Appeal of Singapore"),
    "SGHC": ("sg", "High Court of Singapore"),
    "KESC": ("ke", "Supreme Court of Kenya"),
    "KECA": ("ke", "Court of Appeal of Kenya"),
    "KEHC": ("ke", "High Court of Kenya"),
    "ONCA": ("ca-on", "Court of Appeal for Ontario"),
    "BCCA": ("ca-bc", "Court of Appeal for British Columbia"),
}
_NEUTRAL_PREFIXES = (
    ("UK", "gb"), ("EW", "gb"), ("ZA", "za"), ("IN", "in"), ("NZ", "nz"), ("SG", "sg"), ("KE", "ke"), ("IE", "ie"), ("NI", "gb-nir"),
    ("NSW", "au-nsw"), ("VS", "au-vic"), ("QC", "au-qld"), ("QS", "au-qld"), ("WAS", "au-wa"), ("SAS", "au-sa"), ("TAS", "au-tas"),
    ("UG", "ug"), ("NA", "na"), ("GH", "gh"), ("TZ", "tz"), ("MW", "mw"), ("ZM", "zm"), ("ZW", "zw"), ("SC", "sc"), ("LS", "ls"),
    ("ON", "ca-on"), ("BC", "ca-bc"), ("AB", "ca-ab"), ("QC", "ca-qc"), ("NS", "ca-ns"), ("NB", "ca-nb"), ("MB", "ca-mb"), ("SK", "ca-sk"),
)  # fmt: skip
_BRACKETED = re.compile(
    r"\[(?P<year>(?:19|20)\d\d)\]\s+(?P<court>[A-Z]{2,9}|[A-Z][A-Za-z]{2,8})(?P<division>\s(?:Civ|Crim|Admin))?\s+(?P<number>\d{1,5})"
    r"(?P<list>\s\([A-Za-z]{2,10}\))?(?![\w-])"
)
_DASHED = re.compile(r"\b(?P<year>(?:19|20)\d\d)\s+(?P<court>[A-Z]{3,7})\s+(?P<number>\d{1,5})\b(?!\s*\()")
_ECLI = re.compile(
    r"\bECLI:(?P<country>[A-Z]{2}):(?P<court>[A-Z0-9]{1,7}):(?P<year>\d{4}):(?P<number>[A-Z0-9.]{1,25}\b)"
)
_INDIAN_HIGH_COURT = re.compile(
    r"\b(?P<year>20\d\d):(?P<court>[A-Z]{2,8}(?:-[A-Z]{2,4})?):(?P<number>\d{1,6})(?P<bench>-[A-Z]{2})?\b"
)
_TAX_COURT = re.compile(
    r"^\W{0,3}(?P<cite>T\.\s?C\. (?:Memo|Summary Opinion)\.? \d{4}[–-]\d{1,4}|\d{1,3} T\.\s?C\. No\. \d{1,3})\W{0,3}$",
    re.MULTILINE,
)
_NEUTRAL_LINE = re.compile(r"neutral\s+citation", re.IGNORECASE)


def of_judgment(lines: list[str]) -> Cited | None:
    """The medium-neutral citation of a judgment: on a line of its own or announced as such."""
    for place, line in enumerate(lines):
        announced = bool(_NEUTRAL_LINE.search(line)) or (
            place > 0 and bool(_NEUTRAL_LINE.search(lines[place - 1]))
        )
        announced = announced or (place > 1 and bool(_NEUTRAL_LINE.match(lines[place - 2])))
        found = _BRACKETED.search(line) or (_DASHED.search(line) if len(line) < 60 or announced else None)
        if found and (announced or _is_most_of(found, line)) and (cited := _neutral(found)):
            return cited
        if cited := _by_other_numbers(line):
            return cited
    return None


def _is_most_of(found: re.Match[str], line: str) -> bool:
    """Whether a line says little beside the citation: `Case CCT 12/09 [2010] ZACC 9`, not a sentence that cites."""
    rest = re.sub(r"\([^)]{0,30}\)", "", line[: found.start()] + line[found.end() :])
    return len(rest) < 45 and not re.search(
        r"\b(?:in|see|on appeal from|the|of|reported)\b|[a-z]{3,}\.", rest, re.IGNORECASE
    )


def _neutral(found: re.Match[str]) -> Cited | None:
    groups = found.groupdict()
    court = found["court"].upper()
    place, name = _NEUTRAL_COURTS.get(court, ("", ""))
    place = place or next((code for prefix, code in _NEUTRAL_PREFIXES if court.startswith(prefix)), "")
    if not place or (not name and len(court) < 4):
        return None
    extra = f"{groups.get('division') or ''}"
    year = f"[{found['year']}]" if "list" in groups else found["year"]
    cite = f"{year} {found['court']}{extra} {found['number']}{groups.get('list') or ''}"
    return Cited(citation=cite, kind=Kind.JUDGMENT, jurisdiction=place, court=name)


def _by_other_numbers(line: str) -> Cited | None:
    if (found := _ECLI.search(line)) and len(line) < 120:
        eu = found["country"] == "EU"
        court = (
            {"C": "Court of Justice of the European Union", "T": "General Court"}.get(found["court"], "")
            if eu
            else ""
        )
        place = "" if found["country"] == "CE" else found["country"].lower()
        return Cited(citation=found[0].rstrip("."), kind=Kind.JUDGMENT, jurisdiction=place, court=court)
    if (found := _INDIAN_HIGH_COURT.search(line)) and len(line) < 80:
        return Cited(citation=found[0], kind=Kind.JUDGMENT, jurisdiction="in")
    if found := _TAX_COURT.search(line):
        return Cited(
            citation=found["cite"], kind=Kind.JUDGMENT, jurisdiction="us", court="United States Tax Court"
        )
    return None


def of_enactment(head: str, whole: str) -> Cited | None:
    """The citation of a statute, code, regulation or directive, from the lines above its first section."""
    for pattern, reader in _ENACTMENTS:
        found = pattern.search(head)
        if found and (cited := reader(found)):
            return _chapter(cited, whole) if cited.kind is Kind.CODE else cited
    return None


def _chapter(title: Cited, whole: str) -> Cited:
    """Of a file with one chapter of a title that chapter: it must not take the place of the whole title."""
    chapters = {found["chapter"] for found in _US_CHAPTER.finditer(whole)}
    return replace(title, citation=f"{title.citation} ch. {chapters.pop()}") if len(chapters) == 1 else title


def _eu(found: re.Match[str]) -> Cited | None:
    body, tail = (found["body"] or "").upper(), (found["tail"] or "").upper()
    if not body and not tail:
        return None
    body = "Euratom" if body == "EURATOM" else body
    no = "No " if found["no"] else ""
    kind = {"REGULATION": Kind.REGULATION, "DIRECTIVE": Kind.DIRECTIVE}.get(found["kind"].upper(), Kind.OTHER)
    words = " ".join([*found["adjective"].split(), found["kind"]]).title()
    citation = f"{words} {f'({body}) ' if body else ''}{no}{found['number']}{tail}"
    return Cited(citation=citation, kind=kind, jurisdiction="eu")


def _uk_act(found: re.Match[str]) -> Cited:
    series = found["series"].lower().replace("chapter", "c.")
    place = {"asp": "gb-sct", "anaw": "gb-wls", "asc": "gb-wls", "nawm": "gb-wls", "mwa": "gb-wls"}.get(
        series, "gb"
    )
    north = " (N.I.)" if found["ni"] else ""
    citation = f"{found['year']} {series} {found['number']}{north}"
    return Cited(citation=citation, kind=Kind.STATUTE, jurisdiction="gb-nir" if north else place)


def _uk_instrument(found: re.Match[str]) -> Cited:
    citation = f"S.I. {found['year']}/{found['number']}"
    return Cited(citation=citation, kind=Kind.REGULATION, jurisdiction="gb")


def _irish(found: re.Match[str]) -> Cited:
    return Cited(citation=f"No. {found['number']} of {found['year']}", kind=Kind.STATUTE, jurisdiction="ie")


def _numbered_act(found: re.Match[str]) -> Cited:
    word = (found.groupdict().get("word") or "Act").capitalize()
    kind = Kind.STATUTE if word in {"Act", "Ordinance"} else Kind.REGULATION
    return Cited(citation=f"{word} No. {found['number']} of {found['year']}", kind=kind)


def _public_law(found: re.Match[str]) -> Cited:
    number = re.sub(r"\s?[–—-]\s?", "-", found["number"])
    return Cited(citation=f"Pub. L. {number}", kind=Kind.STATUTE, jurisdiction="us")


def _us_title(found: re.Match[str]) -> Cited | None:
    if not 1 <= int(found["title"]) <= 54 or not _US_CODE_SIGN.search(found.string):
        return None
    return Cited(citation=f"{int(found['title'])} U.S.C.", kind=Kind.CODE, jurisdiction="us")


def _cfr(found: re.Match[str]) -> Cited | None:
    title, part = found["title"] or found["title2"], found["part"] or found["part2"]
    if (
        not title
        or not part
        or not re.search(r"code of federal regulations|\be-?cfr\b", found.string, re.IGNORECASE)
    ):
        return None
    return Cited(citation=f"{int(title)} C.F.R. Part {part}", kind=Kind.REGULATION, jurisdiction="us")


def _canadian(found: re.Match[str]) -> Cited:
    letters = found["series"].replace(".", "").upper()
    place = {"O": "ca-on", "B": "ca-bc", "A": "ca-ab"}.get(
        letters.removeprefix("R").removeprefix("S")[:1], "ca"
    )
    series = "".join(f"{letter}." for letter in letters)
    return Cited(
        citation=f"{series} {found['year']}, c. {found['chapter']}", kind=Kind.STATUTE, jurisdiction=place
    )


_ENACTMENTS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (_EU, _eu), (_UK_ACT, _uk_act), (_UK_INSTRUMENT, _uk_instrument), (_IRISH, _irish), (_PUBLIC_LAW, _public_law),
    (_CANADIAN, _canadian), (_CFR, _cfr), (_US_TITLE, _us_title), (_ACT_NUMBER, _numbered_act),
)  # fmt: skip
