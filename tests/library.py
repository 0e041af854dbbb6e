"""Puts invented law on the shelf, through the stages that real law goes through."""

from __future__ import annotations

import datetime as dt

from corpus import editions, pipeline
from corpus.models import Collection, Document, Encoder, Generation
from corpus.types import DocumentText, Kind, LoadReport, SectionText
from lawqa.models import Question

BEES = """\
1. A keeper of bees shall register every hive with the county within 30 days of acquiring it.
2. Paragraph 1 shall not apply to a school that keeps no more than two hives."""
HONEY = """\
1. Honey may be sold as honey only if:
(a) it was gathered by bees;
(b) nothing was added to it; and
(c) the jar names the county of the hive.
2. Whoever sells other goods as honey shall pay a fine of up to 5 000 crowns."""
WASPS = "The county shall remove the nest of wasps from a public building within two days of a complaint."


def shelf(slug: str = "county") -> Collection:
    return Collection.objects.get_or_create(slug=slug, defaults={"name": slug.title()})[0]


def section(number: int, text: str, heading: str = "", **facts: object) -> SectionText:
    return SectionText(
        path=f"art_{number}", label=f"Bees Act Art. {number}", heading=heading, text=text, **facts  # type: ignore[arg-type]  # facts are SectionText's own
    )  # fmt: skip


def bees_act(dated: dt.date = dt.date(2020, 1, 1), **facts: object) -> DocumentText:
    return DocumentText(
        key="bees", kind=Kind.STATUTE, jurisdiction="xx", title="Act on Bees and Honey", citation="Act 7/2020",
        short_title="Bees Act", aliases=("Honey Act",), dated=dated, **facts,  # type: ignore[arg-type]
    )  # fmt: skip


def record(*sections: SectionText, dated: dt.date = dt.date(2020, 1, 1), slug: str = "county") -> LoadReport:
    """One edition of the Bees Act, without passages."""
    report = LoadReport()
    editions.record(shelf(slug), bees_act(dated), iter(sections), report)
    return report


def load(*sections: SectionText, dated: dt.date = dt.date(2020, 1, 1), index: bool = True) -> Document:
    """One edition of the Bees Act, searchable; by default the one of this module."""
    chosen = sections or (
        section(1, BEES, "Registration of hives"),
        section(2, HONEY, "Sale of honey"),
        section(3, WASPS, "Nests of wasps"),
    )
    record(*chosen, dated=dated)
    pipeline.add_passages(quietly)
    if index:
        pipeline.update_index(quietly)
    return Document.objects.get(key="bees")


BOATS = """\
(1) A boat may be moored in the harbour for no more than 14 days.
(2) The harbour master may extend that period once, by up to seven days."""
HARBOUR_BEES = "Hives shall not be kept on a moored boat."


def load_all() -> None:
    """The Bees Act of the shelf `county` and the Boats Act of the shelf `harbour`, in force from 2022."""
    load(index=False)
    sections = (
        SectionText(path="s_1", label="Boats Act § 1", heading="Mooring", text=BOATS),
        SectionText(path="s_2", label="Boats Act § 2", heading="Hives on boats", text=HARBOUR_BEES),
    )
    act = DocumentText(
        key="boats", kind=Kind.STATUTE, jurisdiction="yy", title="Act on Boats", citation="Act 3/2022",
        short_title="Boats Act", dated=dt.date(2022, 1, 1),
    )  # fmt: skip
    editions.record(shelf("harbour"), act, iter(sections), LoadReport())
    pipeline.add_passages(quietly)
    pipeline.update_index(quietly)


def forget_all() -> None:
    """No rows are left of any shelf, question or index."""
    for model in (Question, Collection, Generation, Encoder):
        model.objects.all().delete()


def quietly(stage: str, advance: int, total: int | None) -> None:
    """Reports progress to nobody."""
