"""Cases of the Caselaw Access Project and of CourtListener's API, read from their JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree, html

from corpus.structure import caption, opinion_text
from corpus.structure.judgment import SUPREME_COURT, Judgment, Paragraph, Part

Fetch = Callable[[str], Any]
"""Address of a record -> the record."""

_TITLES = {
    "majority": "Opinion of the Court", "unanimous": "Opinion of the Court", "lead": "Opinion of the Court",
    "plurality": "Opinion of the Court", "concurrence": "concurring", "dissent": "dissenting",
    "concurring-in-part-and-dissenting-in-part": "concurring in part and dissenting in part",
    "concurring-and-dissenting": "concurring in part and dissenting in part", "in-part": "concurring in part and dissenting in part",
    "rehearing": "On rehearing", "addendum": "Addendum", "remittitur": "Remittitur", "combined": "Opinion",
}  # fmt: skip
_TEXT_FIELDS = (
    "html_with_citations",
    "xml_harvard",
    "html_columbia",
    "html_lawbox",
    "html",
    "html_anon_2020",
    "plain_text",
)
_BLOCKS = frozenset("p div blockquote h1 h2 h3 h4 h5 h6 li pre center section author opinion summary".split())
_PAGE_CLASSES = ("star-pagination", "page-label", "page-number", "pagenumber")
_OMITTED = frozenset({"script", "style", "head", "noscript"})


class NotAJudgmentError(Exception):
    """The record lacks what makes a case: parties or an opinion. `place` is the field or file."""

    def __init__(self, reason: str, place: str = "") -> None:
        super().__init__(reason)
        self.place = place


def records(data: Any) -> Iterator[dict[str, Any]]:
    """The cases in a JSON file: one, a list of them, or a page of an API's results."""
    if isinstance(data, dict) and isinstance(data.get("results"), list):
        data = data["results"]
    for item in data if isinstance(data, list) else [data]:
        if not isinstance(item, dict):
            raise NotAJudgmentError("not a case: a JSON object with named fields is needed")
        yield item


def read(record: dict[str, Any], fetch: Fetch) -> Judgment:
    """A case from one record, whichever of the formats it has."""
    if "casebody" in record:
        return _caselaw(record)
    if "sub_opinions" in record:
        return _cluster(record, [_fetched(item, fetch) for item in record["sub_opinions"] or []])
    if any(field in record for field in _TEXT_FIELDS):
        cluster = _fetched(record["cluster"], fetch) if record.get("cluster") else record
        return _cluster(cluster, [record])
    raise NotAJudgmentError("neither a case of the Caselaw Access Project nor one of CourtListener")


def _fetched(item: Any, fetch: Fetch) -> dict[str, Any]:
    found = fetch(item) if isinstance(item, str) else item
    if not isinstance(found, dict):
        raise NotAJudgmentError("what it names by address is not a record")
    return found


def _caselaw(record: dict[str, Any]) -> Judgment:
    body = record["casebody"] if isinstance(record["casebody"], dict) else {}
    data = body.get("data", body)
    opinions = data.get("opinions") if isinstance(data, dict) else None
    cites = [item.get("cite", "") for item in record.get("citations") or [] if isinstance(item, dict)]
    court = record.get("court")
    return _judgment(
        name=record.get("name_abbreviation") or caption.short_name(_text(record.get("name"))),
        citations=cites,
        court=court.get("name") if isinstance(court, dict) else court,
        decided_on=_text(record.get("decision_date")),
        docket=_text(record.get("docket_number")),
        syllabus=_text(data.get("head_matter")) if isinstance(data, dict) else "",
        opinions=[_caselaw_part(item) for item in opinions or [] if isinstance(item, dict)],
    )


def _caselaw_part(item: dict[str, Any]) -> Part:
    kind = _text(item.get("type")) or "majority"
    return _part(kind, _text(item.get("author")), _text(item.get("text")))


def _cluster(cluster: dict[str, Any], opinions: list[dict[str, Any]]) -> Judgment:
    cites = [_cluster_citation(item) for item in cluster.get("citations") or []]
    docket = cluster.get("docket")
    court = docket.get("court") if isinstance(docket, dict) else cluster.get("court")
    return _judgment(
        name=_text(
            cluster.get("case_name") or cluster.get("case_name_short") or cluster.get("case_name_full")
        ),
        citations=cites,
        court=_court(court),
        decided_on=_text(cluster.get("date_filed")),
        docket=_text(
            docket.get("docket_number") if isinstance(docket, dict) else cluster.get("docket_number")
        ),
        syllabus=_text(cluster.get("syllabus")),
        opinions=[_cluster_part(item) for item in opinions],
    )


def _court(court: Any) -> str:
    """The court's name; the API gives an object, an identifier such as `scotus`, or an address that ends in one."""
    if isinstance(court, dict):
        court = court.get("full_name") or court.get("id")
    identifier = _text(court).rstrip("/").rpartition("/")[2]
    return SUPREME_COURT if identifier == "scotus" else identifier


def _cluster_citation(item: Any) -> str:
    if isinstance(item, dict):
        return f"{item.get('volume', '')} {item.get('reporter', '')} {item.get('page', '')}".strip()
    return _text(item)


def _cluster_part(item: dict[str, Any]) -> Part:
    """One opinion; its type is written like `030concurrence`."""
    text = next((_text(item[field]) for field in _TEXT_FIELDS if _text(item.get(field)).strip()), "")
    kind = re.sub(r"^\d+", "", _text(item.get("type"))) or "combined"
    return _part(kind, _text(item.get("author_str")), text)


def _part(kind: str, author: str, text: str) -> Part:
    """An opinion under the title that its type and author give, or that its own first words do."""
    paragraphs = tuple(opinion_text.paragraphs(plain_text(text)))
    opened = next((title for item in paragraphs[:3] if (title := opinion_text.opening(item.text))), "")
    title = _TITLES.get(kind, kind.capitalize())
    if title.startswith(("concurring", "dissenting")):
        title = opened or f"{_author(author)}{title}"
    elif opened == "Per Curiam":
        title = opened
    return Part(title=title[:1].upper() + title[1:], paragraphs=paragraphs)


def _author(printed: str) -> str:
    """`MR. JUSTICE STEWART, concurring.` or `Potter Stewart` as `Stewart, J., `."""
    words = re.findall(
        r"[A-Z][A-Za-z’'-]+",
        re.sub(r"(?i)\b(?:mr|chief|justice|circuit|judge|the)\b\.?", " ", printed.split(",", maxsplit=1)[0]),
    )
    chief = re.search(r"(?i)chief", printed)
    return (
        f"{words[-1].capitalize() if words[-1].isupper() else words[-1]}, {'C. J.' if chief else 'J.'}, "
        if words
        else ""
    )


def _judgment(
    *,
    name: Any,
    citations: list[str],
    court: Any,
    decided_on: str,
    docket: str,
    syllabus: str,
    opinions: list[Part],
) -> Judgment:
    if not _text(name).strip():
        raise NotAJudgmentError("a case without a name", "field name")
    whole = [part for part in opinions if part.paragraphs]
    if not whole:
        raise NotAJudgmentError(f"{_text(name)}: a case without the text of an opinion", "field opinions")
    if len(whole) == 1 and whole[0].title == "Opinion":  # several opinions in one text
        whole = list(opinion_text.split_parts(list(whole[0].paragraphs), "Opinion"))
    lead = [Part(title="Syllabus", paragraphs=above)] if (above := tuple(_paragraphs(syllabus))) else []
    known = [cite for text in citations for cite in (caption.citations_in(text) or [text.strip()]) if cite]
    return Judgment(
        name=_text(name).strip(),
        citations=tuple(dict.fromkeys(sorted(known, key=lambda cite: " U.S. " not in cite))),
        court=_text(court)
        or (SUPREME_COURT if any(" U.S. " in cite for cite in known) else "Court not stated"),
        decided_on=caption.day(decided_on),
        docket=docket.removeprefix("No. ").strip(),
        parts=(*lead, *whole),
    )


def _paragraphs(text: str) -> list[Paragraph]:
    return opinion_text.paragraphs(plain_text(text)) if text.strip() else []


def _text(value: Any) -> str:
    return (
        value
        if isinstance(value, str)
        else ""
        if value is None or isinstance(value, (dict, list))
        else str(value)
    )


def plain_text(text: str) -> str:
    """HTML or XML as paragraphs with blank lines between them and `[*513]` for page marks; plain text as it is."""
    if not re.search(r"<(?:p|div|pre|opinion|author|span|html|blockquote)\b", text):
        return text
    try:
        tree = html.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise NotAJudgmentError(f"its markup cannot be read ({error})") from error
    parts: list[str] = []
    _write(tree, parts)
    return "".join(parts)


def _write(element: html.HtmlElement, parts: list[str]) -> None:
    if not isinstance(element.tag, str) or element.tag in _OMITTED:
        return
    if page := _page(element):
        parts.append(f" [*{page}] ")
        return
    keeps_lines = element.tag == "pre"
    if element.tag in _BLOCKS:
        parts.append("\n\n")
    elif element.tag == "br":
        parts.append("\n")
    parts.append(_words(element.text, keeps_lines=keeps_lines))
    for child in element:
        _write(child, parts)
        parts.append(_words(child.tail, keeps_lines=keeps_lines))
    if element.tag in _BLOCKS:
        parts.append("\n\n")


def _words(text: str | None, *, keeps_lines: bool) -> str:
    return (text or "") if keeps_lines else re.sub(r"\s+", " ", text or "")


def _page(element: html.HtmlElement) -> str:
    """The page that a mark names: `*513`, or an attribute of it."""
    if element.tag != "page-number" and not set(element.get("class", "").split()) & set(_PAGE_CLASSES):
        return ""
    printed = element.get("data-label") or element.get("label") or element.text_content()
    found = re.search(r"\d{1,5}", printed)
    return found[0] if found else ""
