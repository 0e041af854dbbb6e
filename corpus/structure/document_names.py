"""Under which key and by which names a document is known. Pure."""

from __future__ import annotations

import re

from corpus.structure import decision_opinions, judgment
from corpus.structure.judgment import slug
from corpus.types import Facts, Kind

LONGEST_KEY = 150

_EU = re.compile(
    r"(?P<words>(?:\w+ )?)(?P<kind>Regulation|Directive|Decision) (?:\((?P<body>EU|EC|EEC|ECSC|Euratom)\) )?(?P<no>No )?"
    r"(?P<first>\d{1,4})/(?P<second>\d{1,4})(?P<tail>/\w+)?$"
)
_US_TITLE = re.compile(r"(?P<title>\d{1,2}) U\.S\.C\.(?: ch\. (?P<chapter>\w+))?$")
_EDITION = re.compile(
    r"\(?\b(?:as amended|amended (?:up )?to|consolidated|consolidation|current (?:through|to)|as (?:at|of|on)|updated|revised|version|edition|reprint)\b.*$",
    re.IGNORECASE,
)
_YEAR = re.compile(r",?\s(?:of\s)?\(?(?:1[2-9]\d\d|20\d\d|21\d\d)\)?$")


def key(facts: Facts, title: str) -> str:
    """The same for every edition of an instrument: made of its citation, or else of its title without its edition."""
    made = _of_judgment(facts) if facts.kind is Kind.JUDGMENT else _of_citation(facts.citation)
    if made:
        return made[:LONGEST_KEY]
    if facts.kind is Kind.CONSTITUTION and facts.jurisdiction:
        return f"{facts.jurisdiction}/constitution"  # each state has one, by whatever name it is printed
    name = slug(facts.citation or _EDITION.sub("", facts.short_title or title) or title) or "document"
    return (f"{facts.jurisdiction}/{name}" if facts.jurisdiction else name)[:LONGEST_KEY].strip("-")


def _of_judgment(facts: Facts) -> str:
    if facts.jurisdiction[:2] == "us" and facts.court and facts.short_title:
        case = decision_opinions.judgment_of(facts)
        return judgment.document(case, "").key
    if facts.citation:
        return ""
    name = facts.short_title or facts.title
    return slug(f"{facts.court} {facts.docket} {name} {facts.decided_on or ''}")


def _of_citation(citation: str) -> str:
    """The CELEX number of an act of the European Union, `us/usc/t17` of a title of the United States Code."""
    if found := _US_TITLE.match(citation):
        return f"us/usc/t{found['title']}" + (f"/ch{found['chapter']}" if found["chapter"] else "")
    return celex(citation)


def celex(citation: str) -> str:
    """`32016R0679` for `Regulation (EU) 2016/679`; empty for what is no act of the European Union."""
    found = _EU.match(citation)
    if found is None or not (found["body"] or found["tail"]):
        return ""
    first, second = found["first"], found["second"]
    # `Regulation (EU) No 1215/2012` has the year behind; directives, and all since 2015, have it before.
    year, number = (
        (second, first)
        if found["no"] or (_is_old_regulation(found) and not _is_year(first))
        else (first, second)
    )
    year = f"19{year}" if len(year) == 2 else year
    letter = {"Regulation": "R", "Directive": "L", "Decision": "D"}[found["kind"]]
    return f"3{year}{letter}{int(number):04d}"


def _is_old_regulation(found: re.Match[str]) -> bool:
    return found["kind"] == "Regulation" and _is_year(found["second"])


def _is_year(number: str) -> bool:
    return len(number) == 4 and 1950 <= int(number) <= 2199


def aliases(facts: Facts, title: str) -> tuple[str, ...]:
    """Other names by which a question may call the document, without those that it has anyway."""
    names: list[str] = []
    if facts.kind is Kind.JUDGMENT:
        names.extend(_of_docket(facts))
    else:
        names.extend(
            _without_year(facts.short_title),
        )
        names.extend(_spellings(facts.citation))
        names.append(celex(facts.citation))
    held = {facts.citation, facts.short_title, title, ""}
    return tuple(name for name in dict.fromkeys(names) if name not in held)


def _of_docket(facts: Facts) -> list[str]:
    if not facts.docket:
        return []
    return [f"No. {facts.docket}"] if facts.docket[0].isdigit() else [facts.docket]


def _without_year(short_title: str) -> list[str]:
    """`Indian Ferries Act` for `Indian Ferries Act, 1931`; a name of one word and a kind is too common."""
    name = _YEAR.sub("", short_title)
    return [name] if name != short_title and len(name.split()) > 2 else []


def _spellings(citation: str) -> list[str]:
    """How else a citation is written: `Public Law 117-58`, `Regulation (EU) 2016/679` of a delegated regulation."""
    if citation.startswith("Pub. L. "):
        return [citation.replace("Pub. L.", "Public Law")]
    if citation.startswith("S.I. "):
        return [citation.replace("S.I.", "SI")]
    found = _EU.match(citation)
    return [citation[len(found["words"]) :]] if found and found["words"] else []
