"""How the United States Code names its titles and sections, whatever file they come from. Pure."""

from __future__ import annotations

import re

from corpus.types import DocumentText, Kind

_SMALL_WORDS = frozenset(
    "a an and as at but by for from in into of on or over the to under upon with without".split()
)
_DASHES = str.maketrans({"–": "-", "—": "-", "‑": "-", "−": "-", "‐": "-"})
_STATUS = re.compile(
    r"^\[?\s*(repealed|omitted|transferred|renumbered|reserved|vacant|terminated)"
    r"(?:\s*$|\s*[.,;\]]|\s+§|\s+or\s)",
    re.IGNORECASE,
)
_SPACES = re.compile(r"[^\S\n]+")
_SPACE_BEFORE_MARK = re.compile(r"(?<=[^\s.]) +(?!\. \.)(?=[,;.)\]](?:\s|[,;.)\]]|$))")


def plain_number(number: str) -> str:
    """A title's or section's number with plain hyphens, as people type it: `2000e–2` becomes `2000e-2`."""
    return " ".join(number.translate(_DASHES).split())


def section_path(title: str, number: str) -> str:
    """`t17/s107`; ranges keep both ends: `t35/s155,155A`, `t7/s147..151`; rules `t11a/rule_1001`.

    The same for every publisher, so that editions of different publishers meet in the same section.
    """
    tidy = re.sub(r"\s*(?:\.\.+|\bto\b|\bthrough\b|_to_)\s*", "..", plain_number(number))
    listed = re.sub(r"[\s,]*,[\s,]*", ",", tidy).replace(" ", "_")
    return f"t{title.lower()}/{listed.lower() if _is_rule(number) else f's{listed}'}"


def section_label(title: str, number: str) -> str:
    """`17 U.S.C. § 107`, `35 U.S.C. §§ 155, 155A`, `11 U.S.C. App. § 3`, `11 U.S.C. App. Rule 1001`."""
    tidy = re.sub(r"\s*\.\.+\s*", " to ", plain_number(number))
    if _is_rule(number):
        return f"{title_citation(title)} {tidy}"
    sign = "§§" if re.search(r",|\bto\b|\bthrough\b", tidy) else "§"
    return f"{title_citation(title)} {sign} {tidy}"


def _is_rule(number: str) -> bool:
    """Whether this is a rule or form of court in an appendix, `Rule 1001`, and not a section."""
    return re.match(r"(?:Rule|Form|Rules|Plan)\b", number) is not None


def title_citation(title: str) -> str:
    """`17 U.S.C.`; an appendix, `11a`, is `11 U.S.C. App.`."""
    number = title.upper()
    return f"{number[:-1]} U.S.C. App." if number.endswith("A") else f"{number} U.S.C."


def status_of(heading: str) -> str:
    """`repealed`, `omitted` … if the heading says that there is no law here, else the empty string."""
    found = _STATUS.match(heading)
    return found[1].lower() if found else ""


def title_case(heading: str) -> str:
    """A heading in capitals as one would write it: `RULES OF CONSTRUCTION` becomes `Rules of Construction`."""
    if not heading.isupper():
        return heading
    words = [_cased(word, first=index == 0) for index, word in enumerate(heading.lower().split(" "))]
    return " ".join(words)


def _cased(word: str, *, first: bool) -> str:
    if word in _SMALL_WORDS and not first:
        return word
    return re.sub(r"(?:^|(?<=[-—–(“]))[^\W\d_]", lambda found: found[0].upper(), word)


def heading_above(kind_and_number: str, heading: str) -> str:
    """`CHAPTER 1—` and `RULES OF CONSTRUCTION` as one heading: `Chapter 1—Rules of Construction`."""
    kind, _, number = kind_and_number.strip(" —–-").partition(" ")
    first = " ".join(part for part in (kind.capitalize(), number.strip()) if part)
    rest = title_case(clean(heading).strip(" .—"))
    return f"{first}—{rest}" if first and rest else first or rest


def clean(text: str) -> str:
    """Single spaces, and none before a comma, where references were marked up: `title , and` is `title, and`.

    Hyphens that only say where a line may be broken are taken out.
    """
    return _SPACE_BEFORE_MARK.sub("", _SPACES.sub(" ", text.replace("\u00ad", ""))).strip()


def title_document(title: str, heading: str, **facts: object) -> DocumentText:
    """The document that a title is; the same key and names for every edition and publisher."""
    number = title.lower()
    citation = title_citation(number)
    plain = number.removesuffix("a")
    appendix = number.endswith("a")
    full = f"Title {plain}, Appendix" if appendix else f"Title {plain}"
    tail = " appendix" if appendix else ""
    name = title_case(clean(heading).strip(" .—"))
    aliases = (
        f"{plain} USC{tail}", f"{plain} U.S. Code{tail}", f"USC title {plain}{tail}",
        f"title {plain}{tail} of the United States Code", f"title {plain}{tail} of the U.S. Code",
        f"title {plain}{tail}, United States Code", f"United States Code title {plain}{tail}",
    )  # fmt: skip
    return DocumentText(
        key=f"us/usc/t{number}",
        kind=Kind.CODE,
        jurisdiction="us",
        title=f"{full}—{name}" if name else full,
        citation=citation,
        short_title=citation,
        aliases=aliases,
        **facts,  # type: ignore[arg-type]  # the caller's own keyword arguments of DocumentText
    )
