"""What the shelf says of a citation, on a small shelf of invented law."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from corpus.models import Collection, Document, Edition, Name, Passage, Section
from corpus.resolve import MOST_BARE, resolve, resolve_all
from corpus.types import Citation, Filters, Kind, Resolution
from lawqa.retrieval.named import named

TODAY = dt.date(2026, 11, 21)
pytestmark = pytest.mark.django_db


def add(
    shelf: Collection, kind: Kind, short: str, numbers: list[str], *, sign: str = "Art.", **facts: Any
) -> Document:
    aliases = facts.pop("aliases", ())
    interval = {field: facts.pop(field, None) for field in ("entered_into_force", "valid_from", "valid_to")}
    facts = {"citation": short, "title": short, "jurisdiction": "eu", **facts}
    document = Document.objects.create(
        collection=shelf, key=short, kind=kind.value, short_title=short, **facts
    )
    names = {Name.normalise(name) for name in (short, document.citation, document.title, *aliases)}
    Name.objects.bulk_create(Name(document=document, name=name) for name in names)
    edition = Edition.objects.create(document=document, dated=dt.date(2020, 1, 1), sha256="")
    for position, number in enumerate(numbers):
        label = " ".join(f"{short} {sign} {number}".split())
        section(edition, label, position, **interval)
    return document


def section(edition: Edition, label: str, position: int, **interval: Any) -> Section:
    text = "1. The warden keeps a list.\n2. The list is open:\n(a) to the crew;\n(b) to the owner."
    row = Section.objects.create(
        document=edition.document, edition=edition, path=label, label=label, text=text, position=position,
        sha256="", **interval,
    )  # fmt: skip
    for start, end in ((0, 27), (28, len(text))):
        Passage.objects.create(section=row, start=start, end=end)
    return row


@pytest.fixture
def shelf() -> Collection:
    law = Collection.objects.create(slug="law", name="Law")
    begun: dict[str, Any] = {"entered_into_force": dt.date(2016, 5, 24), "valid_from": dt.date(2018, 5, 25)}
    numbers = [str(number) for number in range(1, 100)]
    add(law, Kind.REGULATION, "GDPR", numbers, citation="Regulation (EU) 2016/679", **begun)
    add(law, Kind.REGULATION, "AI Act", ["1", "5", "113"], citation="Regulation (EU) 2024/1689")
    india: dict[str, Any] = {"jurisdiction": "in", "aliases": ("Indian Constitution",)}
    add(law, Kind.CONSTITUTION, "Constitution of India", ["1", "21", "21A", "300"], **india)
    section(Edition.objects.get(document__key="Constitution of India"), "Constitution of India Preamble", 9)
    add(law, Kind.CODE, "17 U.S.C.", ["101", "107", "1071"], sign="§", jurisdiction="us")
    add(law, Kind.CODE, "42 U.S.C.", ["1983", "2000e-2", "300aa–1"], sign="§", jurisdiction="us")
    add(law, Kind.CODE, "22 U.S.C.", ["1983"], sign="§", jurisdiction="us")
    case = {"citation": "561 U.S. 5", "title": "HALE ET AL. v. UPLAND MILLS, INC.", "jurisdiction": "us"}
    add(law, Kind.JUDGMENT, "Hale v. Upland Mills", ["opinion of the court"], sign="", **case)
    return law


def filters(shelf: Collection, *, as_of: dt.date = TODAY) -> Filters:
    return Filters(as_of=as_of, collections=frozenset({shelf.pk}))


def outcome(shelf: Collection, text: str, *, as_of: dt.date = TODAY) -> list[tuple[str, list[str]]]:
    found = resolve_all(text, filters(shelf, as_of=as_of))
    return [(one.resolution.value, sorted(labels(one.section_ids))) for one in found]


def labels(keys: Iterable[int]) -> list[str]:
    return list(Section.objects.filter(pk__in=keys).values_list("label", flat=True))


RESOLVED = [
    ("What does Art. 17 GDPR say?", "GDPR Art. 17"),
    ("Article 17 of the General Data Protection Regulation", "GDPR Art. 17"),
    ("Article 17 of Regulation (EU) 2016/679", "GDPR Art. 17"),
    ("Article 5 of Regulation 2024/1689", "AI Act Art. 5"),
    ("Article 5 of the AI Act of 2024", "AI Act Art. 5"),
    ("17 usc 107", "17 U.S.C. § 107"),
    ("§ 107 of title 17, United States Code", "17 U.S.C. § 107"),
    ("section 107 of the Copyright Act", "17 U.S.C. § 107"),
    ("42 U.S.C. § 2000e-2(a)", "42 U.S.C. § 2000e-2"),
    ("42 U.S.C. § 300aa-1", "42 U.S.C. § 300aa–1"),
    ("Article 21A of the Constitution of India", "Constitution of India Art. 21A"),
    ("the Preamble of the Constitution of India", "Constitution of India Preamble"),
    ("Art. 21a Constitution of India", "Constitution of India Art. 21A"),
    ("Article 21-A of the Indian Constitution", "Constitution of India Art. 21A"),
    ("Art. 21 of the Constitution", "Constitution of India Art. 21"),
    ("Under the Constitution of India, what does Article 21 say?", "Constitution of India Art. 21"),
    ("What does Article 300 say?", "Constitution of India Art. 300"),
    ("Can I bring a section 1983 claim?", "42 U.S.C. § 1983"),
    ("Hale v. Upland Mills, 561 U.S. 5 (2010)", "Hale v. Upland Mills opinion of the court"),
    ("561 U.S. 5", "Hale v. Upland Mills opinion of the court"),
    ("Is Hale v. Upland Mills still law?", "Hale v. Upland Mills opinion of the court"),
    ("Hale v. Upland Mills, 130 S. Ct. 77", "Hale v. Upland Mills opinion of the court"),
]


@pytest.mark.parametrize(("text", "label"), RESOLVED, ids=[row[0] for row in RESOLVED])
def test_resolved(shelf: Collection, text: str, label: str) -> None:
    assert ("resolved", [label]) in outcome(shelf, text)
    assert not [one for one, _ in outcome(shelf, text) if one != "resolved"]


MISSING = [
    ("Article 120 of the GDPR", "The GDPR has no Article 120 on this shelf; it holds Articles 1 to 99."),
    ("17 U.S.C. § 10", "17 U.S.C. has no § 10 on this shelf; it holds §§ 101 to 1071."),
    ("Recital 47 of the GDPR", "The GDPR has no Recital 47 on this shelf; it holds Articles 1 to 99."),
    ("Under the GDPR, what does Article 120 say?", "The GDPR has no Article 120 on this shelf; it holds Articles 1 to 99."),
    ("Section 99999", "No document on this shelf has a Section 99999."),
    ("Rowe v. Marsh, 561 U.S. 5", "561 U.S. 5 is Hale v. Upland Mills, not Rowe v. Marsh."),
    ("Hale v. Upland Mills, 999 U.S. 12",
     "Hale v. Upland Mills, 999 U.S. 12 is not on the shelf. Hale v. Upland Mills is held as 561 U.S. 5."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "detail"), MISSING, ids=[row[0] for row in MISSING])
def test_missing_from_an_instrument_that_is_held(shelf: Collection, text: str, detail: str) -> None:
    found = resolve_all(text, filters(shelf))
    assert [one.detail for one in found if one.is_missing] == [detail]
    assert not any(one.is_gap for one in found)


GAPS = [
    (
        "Summarise the Interplanetary Mining Act of 2031.",
        "The Interplanetary Mining Act of 2031 is not on the shelf.",
    ),
    ("Rule 9 FRCP", "The Federal Rules of Civil Procedure are not on the shelf."),
    ("§ 823 BGB", "BGB is not on the shelf."),
    ("Article 17 of the UK GDPR", "The UK GDPR is not on the shelf."),
    ("Article 5 of the AI Act of 2019", "The AI Act of 2019 is not on the shelf."),
    ("35 U.S.C. § 101", "35 U.S.C. is not on the shelf."),
    ("What does the Clean Water Act require?", "The Clean Water Act is not on the shelf."),
    ("Article 3 of Directive 2001/29/EC", "Directive 2001/29/EC is not on the shelf."),
    (
        "Smith v. Wonderland Airlines, 999 U.S. 1234",
        "Smith v. Wonderland Airlines, 999 U.S. 1234 is not on the shelf.",
    ),
    ("Is Rowe v. Marsh good law?", "Rowe v. Marsh is not on the shelf."),
    ("the Copyright Act of 2031", "The Copyright Act of 2031 is not on the shelf."),
]


@pytest.mark.parametrize(("text", "detail"), GAPS, ids=[row[0] for row in GAPS])
def test_law_that_is_not_on_the_shelf(shelf: Collection, text: str, detail: str) -> None:
    found = resolve_all(text, filters(shelf))
    assert [one.detail for one in found if one.is_gap] == [detail]
    assert not any(one.is_missing for one in found)


def test_a_bare_number_takes_no_other_instrument_than_the_one_named(shelf: Collection) -> None:
    found = resolve_all(
        "Under the Interplanetary Mining Act of 2031, what does Article 17 say?", filters(shelf)
    )
    assert [one.resolution for one in found] == [Resolution.NOT_FOUND] * 2
    assert len([one for one in found if one.is_gap]) == 1


def test_107_is_not_found_in_1071(shelf: Collection) -> None:
    Section.objects.filter(label="17 U.S.C. § 107").delete()
    assert outcome(shelf, "17 U.S.C. § 107") == [("not_found", [])]


def test_a_number_of_several_documents_is_ambiguous(shelf: Collection) -> None:
    [(resolution, found)] = outcome(shelf, "What does Article 1 say?")
    assert resolution == "ambiguous"
    assert found == ["AI Act Art. 1", "Constitution of India Art. 1", "GDPR Art. 1"]


def test_a_number_of_several_instruments_that_are_named_is_ambiguous(shelf: Collection) -> None:
    found = outcome(shelf, "How do the GDPR and the AI Act meet in Article 5?")
    assert ("ambiguous", ["AI Act Art. 5", "GDPR Art. 5"]) in found


def test_a_section_known_by_its_number_needs_no_instrument_beside_others(shelf: Collection) -> None:
    found = outcome(shelf, "Does the GDPR bar a section 1983 claim?")
    assert ("resolved", ["42 U.S.C. § 1983"]) in found


def test_an_act_inside_a_title_is_held_and_its_numbers_cannot_be_told(shelf: Collection) -> None:
    [whole] = resolve_all("What does the Americans with Disabilities Act demand?", filters(shelf))
    assert whole.resolution is Resolution.RESOLVED
    [part] = resolve_all("section 3 of the Americans with Disabilities Act", filters(shelf))
    assert part.resolution is Resolution.AMBIGUOUS
    assert "numbered differently" in part.detail


ACTS = [
    ("the Harbour Dredging Act of 1987", "ambiguous"),
    ("the Harbour Dredging Act of 2031", "not_found"),
    ("the Texas Dredging Act", "not_found"),
    ("the Data Act", "not_found"),
]


@pytest.mark.parametrize(("text", "resolution"), ACTS, ids=[row[0] for row in ACTS])
def test_with_the_whole_code_an_unknown_act_of_congress_may_be_in_it(
    shelf: Collection, text: str, resolution: str
) -> None:
    for title in range(1, 55):
        if title not in {17, 22, 42}:
            add(shelf, Kind.CODE, f"{title} U.S.C.", [], jurisdiction="us")
    assert outcome(shelf, text) == [(resolution, [])]


@pytest.mark.parametrize(
    ("as_of", "resolution", "detail"),
    [
        (dt.date(2018, 5, 25), "resolved", ""),
        (dt.date(2018, 5, 24), "not_in_force",
         "GDPR Art. 17 is in force since 24 May 2016 but applies from 25 May 2018."),
        (dt.date(2016, 5, 23), "not_in_force", "The shelf holds GDPR Art. 17 only as it reads from 25 May 2018."),
    ],
)  # fmt: skip
def test_a_section_resolves_from_the_day_on_which_it_applies(
    shelf: Collection, as_of: dt.date, resolution: str, detail: str
) -> None:
    [found] = resolve_all("Art. 17 GDPR", filters(shelf, as_of=as_of))
    assert (found.resolution.value, found.detail) == (resolution, detail)
    assert labels(found.section_ids) == ["GDPR Art. 17"]


def test_a_repealed_section_is_not_in_force_from_the_day_of_repeal(shelf: Collection) -> None:
    Section.objects.filter(label="GDPR Art. 17").update(valid_to=dt.date(2025, 3, 1))
    [found] = resolve_all("Art. 17 GDPR", filters(shelf))
    assert found.resolution is Resolution.NOT_IN_FORCE
    assert found.detail == "GDPR Art. 17 was repealed or replaced by 1 March 2025."
    assert outcome(shelf, "Art. 17 GDPR", as_of=dt.date(2025, 2, 28)) == [("resolved", ["GDPR Art. 17"])]


def test_a_section_that_a_later_edition_lacks_is_not_said_to_be_repealed(shelf: Collection) -> None:
    day = dt.date(2025, 3, 1)
    row = Section.objects.get(label="GDPR Art. 17")
    Section.objects.filter(pk=row.pk).update(valid_to=day)
    Edition.objects.create(document=row.document, dated=day, sha256="1" * 64, section_count=1)
    [found] = resolve_all("Art. 17 GDPR", filters(shelf))
    assert found.resolution is Resolution.NOT_IN_FORCE
    assert found.detail == "The edition of 1 March 2025 does not have GDPR Art. 17 any more."


def test_a_section_that_an_edition_lists_as_repealed_says_so_in_its_words(shelf: Collection) -> None:
    day = dt.date(2025, 3, 1)
    Section.objects.filter(label="GDPR Art. 17").update(
        valid_from=day, valid_to=day, entered_into_force=None, text="", heading="Repealed. Act 9/2024"
    )
    [found] = resolve_all("Art. 17 GDPR", filters(shelf))
    assert found.resolution is Resolution.NOT_IN_FORCE
    assert (
        found.detail
        == "In the edition of 1 March 2025 GDPR Art. 17 is no longer law: “Repealed. Act 9/2024”."
    )


def test_of_two_texts_of_a_section_the_one_of_the_day_resolves(shelf: Collection) -> None:
    old = Section.objects.get(label="GDPR Art. 17")
    Section.objects.filter(pk=old.pk).update(valid_to=dt.date(2025, 3, 1))
    new = section(old.edition, old.label, old.position, valid_from=dt.date(2025, 3, 1))
    [found] = resolve_all("Art. 17 GDPR", filters(shelf))
    assert found.section_ids == (new.pk,)


def test_other_shelves_are_not_looked_at(shelf: Collection) -> None:
    other = Collection.objects.create(slug="other", name="Other", access=Collection.Access.MATTER)
    add(other, Kind.STATUTE, "Harbour Act", ["1"], sign="§")
    assert outcome(shelf, "section 1 of the Harbour Act") == [("not_found", [])]
    assert outcome(other, "section 1 of the Harbour Act") == [("resolved", ["Harbour Act § 1"])]
    assert outcome(other, "Art. 17 GDPR") == [("not_found", [])]


def test_the_same_instrument_on_two_shelves_is_no_ambiguity(shelf: Collection) -> None:
    other = Collection.objects.create(slug="other", name="Other")
    add(other, Kind.REGULATION, "GDPR", ["17"], citation="Regulation (EU) 2016/679")
    [found] = resolve_all("Art. 17 GDPR", Filters(as_of=TODAY))
    assert found.resolution is Resolution.RESOLVED
    assert len(found.section_ids) == 1


def test_a_judgment_under_two_reporters_is_one(shelf: Collection) -> None:
    found = resolve_all("Hale v. Upland Mills, 561 U.S. 5, 130 S. Ct. 77", filters(shelf))
    assert [one.resolution for one in found] == [Resolution.RESOLVED] * 2


def test_a_page_made_up_beside_the_real_one_is_still_missing(shelf: Collection) -> None:
    found = resolve_all(
        "Hale v. Upland Mills, 561 U.S. 5, and Hale v. Upland Mills, 999 U.S. 1", filters(shelf)
    )
    assert [one.citation.document for one in found if one.is_missing] == ["999 U.S. 1"]


def test_one_citation_with_context(shelf: Collection) -> None:
    bare = Citation(start=20, end=30, text="Article 21", document="", section="21")
    context = [Citation(start=0, end=4, text="India", document="Constitution of India")]
    assert labels(resolve(bare, filters(shelf), context=context).section_ids) == [
        "Constitution of India Art. 21"
    ]


def test_a_whole_instrument_resolves_to_its_document(shelf: Collection) -> None:
    [found] = resolve_all("What is the GDPR?", filters(shelf))
    assert found.resolution is Resolution.RESOLVED
    assert (len(found.document_ids), found.section_ids) == (1, ())


def test_few_queries_whatever_the_number_of_citations(
    shelf: Collection, django_assert_max_num_queries: Callable[[int], AbstractContextManager[None]]
) -> None:
    text = " ".join(f"Art. {number} GDPR; 17 U.S.C. § 10{number % 9}." for number in range(1, 90))
    with django_assert_max_num_queries(4):
        resolve_all(text, filters(shelf))


def test_a_text_full_of_bare_numbers_is_not_looked_up_without_end(shelf: Collection) -> None:
    text = " ".join(f"Article {number}." for number in range(1, 400))
    assert len(resolve_all(text, filters(shelf))) == MOST_BARE


@pytest.mark.parametrize("text", ["", "\x00", "§" * 1000, "v. " * 50])
def test_nothing_to_resolve(shelf: Collection, text: str) -> None:
    assert resolve_all(text, filters(shelf)) == ()


def test_passages_of_cited_sections_come_in_the_order_of_citation(shelf: Collection) -> None:
    found = resolve_all("Art. 17 GDPR and Art. 5 AI Act", filters(shelf))
    ids = named(found, filters(shelf))
    rows = Passage.objects.select_related("section").in_bulk(ids)
    assert [rows[key].section.label for key in ids] == ["GDPR Art. 17"] * 2 + ["AI Act Art. 5"] * 2


def test_the_passage_of_the_subdivision_cited_comes_first(shelf: Collection) -> None:
    ids = named(resolve_all("Art. 17(2)(b) GDPR", filters(shelf)), filters(shelf))
    assert [row.start > 0 for row in map(Passage.objects.in_bulk(ids).__getitem__, ids)] == [True, False]


PINS = [
    ("Art. 17(2)(b) GDPR", ""),
    ("Art. 17(9) GDPR", "GDPR Art. 17 has no (9) on this shelf."),
    ("Art. 17(2)(c) GDPR", "GDPR Art. 17(2) has no (c) on this shelf."),
    ("Art. 17(a) GDPR", ""),
    ("Art. 17(2)(b)(1) GDPR", ""),
]


@pytest.mark.parametrize(("text", "detail"), PINS, ids=[row[0] for row in PINS])
def test_a_pin_missing_from_a_list_is_said(shelf: Collection, text: str, detail: str) -> None:
    [found] = resolve_all(text, filters(shelf))
    assert (found.resolution, found.detail) == (Resolution.RESOLVED, detail)


def test_law_that_does_not_apply_yet_is_retrieved_and_law_that_is_not_enacted_is_not(
    shelf: Collection,
) -> None:
    enacted = filters(shelf, as_of=dt.date(2017, 1, 1))
    before = filters(shelf, as_of=dt.date(2016, 1, 1))
    assert named(resolve_all("Art. 17 GDPR", enacted), enacted)
    assert named(resolve_all("Art. 17 GDPR", before), before) == []


def test_forbidden_shelves_are_not_retrieved_even_if_resolved(shelf: Collection) -> None:
    found = resolve_all("Art. 17 GDPR", filters(shelf))
    assert named(found, Filters(as_of=TODAY, collections=frozenset())) == []
