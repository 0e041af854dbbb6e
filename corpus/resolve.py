"""What the shelf says of a citation: the section meant, several, none, or one of another day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from corpus.catalogue import Catalogue
from corpus.citations import captions, find_all, known
from corpus.models import Document, Edition, Section
from corpus.sentences import absent, holds, lacks, not_in_force, unnamed, with_article
from corpus.structure.outline import outline
from corpus.types import Citation, Filters, Kind, Named, Resolution

MOST_CANDIDATES = 20
"""Sections named for an ambiguous citation."""
MOST_BARE = 60
"""Numbers without an instrument that are looked for in one text: each is looked for in every document."""
MOST_DISTINCT = 2_000
"""Different citations of one long text, from which on numbers without an instrument are left out."""
WHOLE_CODE = 40
"""Titles from which on the shelf is taken to hold the United States Code."""

_YEAR_BEHIND = re.compile(r"(?P<of>,?\sof)?,?\s(?P<year>[12][0-9]{3})$")
_ACT_OF_CONGRESS = re.compile(r"(?P<first>[A-Z][\w'-]*)\b.*\bAct(?: of (?P<year>[0-9]{4}))?")
_TITLE_OF_CODE = re.compile(r"[0-9]{1,2} U\.S\.C\.")
_LISTS = ("12", "ab", "AB")  # what a list of subdivisions begins with
_REPORTER = re.compile(r"[0-9]+ (?P<reporter>.+) [0-9]+")


def resolve(citation: Citation, filters: Filters, *, context: Sequence[Citation] = ()) -> Named:
    """Find the section or document that a citation means, on the day and shelves of the filters.

    `context`: the other citations of the same text; a bare `Article 17` takes its instrument from them.
    """
    return _resolve(Catalogue(filters), citation, context)


def resolve_all(text: str, filters: Filters) -> tuple[Named, ...]:
    """Everything that a text cites or names, each once, in the order of the text.

    Of numbers without an instrument no more than `MOST_BARE`.
    """
    citations, instruments = find_all(text)
    ordered = sorted([*citations, *instruments], key=lambda cite: cite.start)
    catalogue = Catalogue(filters)
    catalogue.load(name for cite in ordered for name in _names_to_try(cite))
    catalogue.load_sections((cite.document, cite.section) for cite in citations)
    context = _distinct_citations(ordered)
    return tuple(_resolve(catalogue, cite, context) for cite in context)


def resolve_each(text: str, filters: Filters) -> tuple[Named, ...]:
    """Everything that a text cites or names, each time that it stands there, in the order of the text.

    A long text is about many instruments: a bare number is of the one that is named last before it, else next after it.
    """
    citations, instruments = find_all(text)
    ordered = sorted([*citations, *instruments], key=lambda cite: cite.start)
    catalogue = Catalogue(filters)
    catalogue.load(name for cite in ordered for name in _names_to_try(cite))
    catalogue.load_sections((cite.document, cite.section) for cite in citations)
    known_already: dict[tuple[object, ...], Named] = {}
    found = []
    for cite, beside in zip(ordered, _nearest_instruments(ordered), strict=True):
        key = (*_identity(cite), beside.document if beside and not cite.document else "", _sign_of(cite))
        if key not in known_already:
            if not cite.document and len(known_already) >= MOST_DISTINCT:
                continue
            known_already[key] = _resolve(catalogue, cite, [beside] if beside else [])
        found.append(replace(known_already[key], citation=cite))
    return tuple(found)


def _nearest_instruments(ordered: Sequence[Citation]) -> list[Citation | None]:
    """For each citation the last one before it that names an instrument, or itself; of the first ones the first such."""
    named = [cite if cite.document and not cite.case_name else None for cite in ordered]
    last = next((cite for cite in named if cite), None)
    nearest: list[Citation | None] = []
    for cite in named:
        last = cite or last
        nearest.append(last)
    return nearest


def _identity(cite: Citation) -> tuple[object, ...]:
    return (cite.document.lower(), cite.section, cite.pin, cite.case_name.lower())


def _distinct_citations(ordered: Iterable[Citation]) -> list[Citation]:
    first: dict[tuple[object, ...], Citation] = {}
    for cite in ordered:
        first.setdefault(_identity(cite), cite)
    bare = [cite for cite in first.values() if not cite.document]
    for cite in bare[MOST_BARE:]:
        del first[_identity(cite)]
    return list(first.values())


def _resolve(catalogue: Catalogue, citation: Citation, context: Sequence[Citation]) -> Named:
    if not citation.document:
        return _resolve_bare(catalogue, citation, context)
    documents = _documents(catalogue, citation)
    if documents and _is_case(documents):
        return _resolve_case(citation, documents, catalogue)
    if documents:
        return _resolve_in(catalogue, citation, documents)
    if citation.case_name:
        return _resolve_by_case_name(catalogue, citation)
    return _resolve_codified(catalogue, citation)


def _names_to_try(citation: Citation) -> tuple[str, ...]:
    return (*known.synonyms(citation.document), citation.case_name, *_codified_as(citation.document)[:1])


def _documents(catalogue: Catalogue, citation: Citation) -> list[Document]:
    if citation.document == "Constitution":
        return catalogue.constitutions()
    found = catalogue.called(known.synonyms(citation.document))
    year = _YEAR_BEHIND.search(citation.document)
    if found or not year:
        return found
    # `AI Act of 2024` is the AI Act if it is of that year; `AI Act of 2019` is something else.
    without = catalogue.called(known.synonyms(citation.document[: year.start()]))
    return [document for document in without if year["year"] in f"{document.citation} {document.title}"]


def _is_case(documents: Sequence[Document]) -> bool:
    return all(document.kind == Kind.JUDGMENT for document in documents)


def _resolve_in(
    catalogue: Catalogue, citation: Citation, documents: Sequence[Document], *, sign: str = ""
) -> Named:
    """A section of documents that are held; or the whole of one."""
    ids = tuple(document.pk for document in documents)
    if not citation.section:
        resolution = Resolution.RESOLVED if _same_instrument(documents) else Resolution.AMBIGUOUS
        return Named(citation=citation, resolution=resolution, document_ids=ids)
    rows = catalogue.sections(documents, citation.section, sign=sign)
    if not rows:
        detail = holds(documents[0], citation, catalogue.ends(documents[0]))
        return Named(citation=citation, resolution=Resolution.NOT_FOUND, document_ids=ids, detail=detail)
    return _choose(citation, rows, catalogue)


def _same_instrument(documents: Sequence[Document]) -> bool:
    """One document, or the same one on two shelves."""
    return len({document.citation for document in documents}) == 1


def _choose(citation: Citation, rows: Sequence[Section], catalogue: Catalogue) -> Named:
    """Among the sections of that number, of all documents and days."""
    current = [row for row in rows if _applies(row, catalogue)]
    if not current:
        editions = Edition.objects.filter(document__in={row.document_id for row in rows})
        days = frozenset(editions.values_list("dated", flat=True))
        detail = not_in_force(rows, catalogue.filters.as_of, days)
        return _named(citation, Resolution.NOT_IN_FORCE, rows, detail)
    if len({row.label for row in current}) > 1:
        labels = ", ".join(sorted({row.label for row in current})[:6])
        return _named(citation, Resolution.AMBIGUOUS, current, f"{citation.text} may be {labels}.")
    return _named(citation, Resolution.RESOLVED, current[:1], _pin_detail(citation, current[0]))


def _pin_detail(citation: Citation, row: Section) -> str:
    """That a subdivision cited is not there, where the list in which it would stand is.

    A text that was printed without its enumerators, or lost some, proves nothing.
    """
    if not citation.pin:
        return ""
    parts = {part.pin for part in outline(row.text) if part.marker}
    depth = next(
        (place for place in range(len(citation.pin)) if citation.pin[: place + 1] not in parts), None
    )
    if depth is None:
        return ""
    above = citation.pin[:depth]
    beside = {pin[-1] for pin in parts if len(pin) == depth + 1 and pin[:-1] == above}
    first_two = next((pair for pair in _LISTS if beside >= set(pair)), "")
    alike = (
        first_two.isdigit() == citation.pin[depth].isdigit()
        and first_two.isupper() == citation.pin[depth].isupper()
    )
    return lacks(row, citation.pin, depth) if first_two and alike else ""


def _applies(row: Section, catalogue: Catalogue) -> bool:
    day = catalogue.filters.as_of
    return (row.valid_from is None or row.valid_from <= day) and (row.valid_to is None or row.valid_to > day)


def _named(citation: Citation, resolution: Resolution, rows: Sequence[Section], detail: str = "") -> Named:
    return Named(
        citation=citation,
        resolution=resolution,
        section_ids=tuple(row.pk for row in rows[:MOST_CANDIDATES]),
        document_ids=tuple(dict.fromkeys(row.document_id for row in rows[:MOST_CANDIDATES])),
        detail=detail,
    )


def _resolve_bare(catalogue: Catalogue, citation: Citation, context: Sequence[Citation]) -> Named:
    """A number without an instrument: of the one that the text names elsewhere, or of the only one that has it."""
    others = [other for other in context if other.document and not other.case_name]
    documents = _distinct(document for other in others for document in _documents_or_titles(catalogue, other))
    sign = _sign_of(citation)
    usual = known.BY_NUMBER_ALONE.get(citation.section) if sign == "section" else None
    if documents and (not usual or catalogue.sections(documents, citation.section)):
        return _resolve_in(catalogue, citation, documents)
    if others and not usual:
        return Named(citation=citation, resolution=Resolution.NOT_FOUND, detail=absent(others[0]))
    documents = catalogue.called([usual]) if usual else []
    rows = catalogue.sections(documents or catalogue.statutes(), citation.section, sign=sign)
    if not rows:
        detail = f"No document on this shelf has a {citation.text}."
        return Named(citation=citation, resolution=Resolution.NOT_FOUND, detail=detail)
    return _choose(citation, rows, catalogue)


def _sign_of(citation: Citation) -> str:
    """What a number is called where it stands without its instrument."""
    return next((word for word in ("art", "rule") if citation.text.lower().startswith(word)), "section")


def _documents_or_titles(catalogue: Catalogue, citation: Citation) -> list[Document]:
    return _documents(catalogue, citation) or catalogue.called(_codified_as(citation.document)[:1])


def _distinct(documents: Iterable[Document]) -> list[Document]:
    return list({document.pk: document for document in documents}.values())


def _codified_as(name: str) -> tuple[str, ...]:
    """The title that an act of the United States is in, and whether that title keeps its numbers."""
    year = _YEAR_BEHIND.search(name)
    base = name[: year.start()] if year and year["of"] else name
    names = [base, *known.synonyms(base)]
    whole = next((known.WHOLE_TITLES[one] for one in names if one in known.WHOLE_TITLES), None)
    if whole:
        return (whole, "same numbers")
    part = next((known.PARTS_OF_TITLES[one] for one in names if one in known.PARTS_OF_TITLES), None)
    return (part,) if part else ()


def _resolve_codified(catalogue: Catalogue, citation: Citation) -> Named:
    """An act under its own name: it may be held as a title of a code, or not at all."""
    year = _YEAR_BEHIND.search(citation.document)
    title = _codified_as(citation.document)
    documents = catalogue.called(title[:1])
    if not title and _may_be_codified(catalogue, citation.document):
        detail = (
            f"{unnamed(citation)} Acts of Congress stand in the titles of the United States Code, which are."
        )
        return Named(citation=citation, resolution=Resolution.AMBIGUOUS, detail=detail)
    if not documents or (year and int(year["year"]) > catalogue.filters.as_of.year):
        return Named(citation=citation, resolution=Resolution.NOT_FOUND, detail=absent(citation))
    if not citation.section or len(title) > 1:
        return _resolve_in(catalogue, citation, documents)
    detail = (
        f"{with_article(citation.document)} is part of {title[0]}, whose sections are numbered differently: "
        f"{citation.text} cannot be told from the number."
    )
    ids = tuple(document.pk for document in documents)
    return Named(citation=citation, resolution=Resolution.AMBIGUOUS, document_ids=ids, detail=detail)


def _may_be_codified(catalogue: Catalogue, name: str) -> bool:
    """Whether an act that no table knows may still stand in the Code: then nobody can say that it is not held."""
    act = _ACT_OF_CONGRESS.fullmatch(name)
    if not act or act["first"] in known.OTHER_LEGISLATORS or name.lower() in known.CASE_INSENSITIVE_FROM:
        return False
    if act["year"] and int(act["year"]) > catalogue.filters.as_of.year:
        return False
    return sum(bool(_TITLE_OF_CODE.fullmatch(one.citation)) for one in catalogue.statutes()) >= WHOLE_CODE


def _resolve_case(citation: Citation, documents: Sequence[Document], catalogue: Catalogue) -> Named:
    """A judgment found by its reporter citation counts only if the name that is written fits it."""
    fitting = [
        one
        for one in documents
        if not citation.case_name or captions.fits(citation.case_name, _captions(one))
    ]
    if fitting:
        rows = catalogue.opinions(fitting[:1])
        ids = tuple(document.pk for document in fitting)
        resolution = (
            Resolution.RESOLVED if len(fitting) == 1 or _same_instrument(fitting) else Resolution.AMBIGUOUS
        )
        return Named(citation=citation, resolution=resolution, section_ids=tuple(rows), document_ids=ids)
    there = documents[0]
    detail = f"{citation.document} is {there.short_title or there.title}, not {citation.case_name}."
    return Named(
        citation=citation,
        resolution=Resolution.NOT_FOUND,
        document_ids=tuple(document.pk for document in documents),
        detail=detail,
    )


def _captions(document: Document) -> list[str]:
    return [name for name in (document.short_title, document.title) if name]


def _resolve_by_case_name(catalogue: Catalogue, citation: Citation) -> Named:
    """The reporter's page is not held: the case may be, by its name, unless it is reported elsewhere."""
    documents = [
        one
        for one in catalogue.cases(citation.case_name)
        if captions.fits(citation.case_name, _captions(one))
    ]
    if not documents:
        return Named(citation=citation, resolution=Resolution.NOT_FOUND, detail=absent(citation))
    elsewhere = [one for one in documents if _contradicts(citation.document, one.citation)]
    if len(elsewhere) == len(documents):
        detail = f"{absent(citation)} {documents[0].short_title} is held as {documents[0].citation}."
        ids = tuple(document.pk for document in documents)
        return Named(citation=citation, resolution=Resolution.NOT_FOUND, document_ids=ids, detail=detail)
    return _resolve_case(citation, [one for one in documents if one not in elsewhere], catalogue)


def _contradicts(cited: str, held: str) -> bool:
    """Two pages of the same reporter are two judgments."""
    one, other = _REPORTER.fullmatch(cited), _REPORTER.fullmatch(held)
    return bool(one and other and one["reporter"] == other["reporter"] and cited != held)
