"""What the pack `eu-digital` knows of its six acts besides their text: names, and from which day they apply."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

Applies = Callable[[str], dt.date]
"""Article, as in its path (`17`, `1_29d`) -> first day on which it applies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act of the European Union."""

    short_title: str
    citation: str
    aliases: tuple[str, ...]
    applies: Applies
    first_chapter: str
    """The heading above Article 1; those that follow stand at the end of the article before them."""
    lost_headings: dict[int, tuple[str, ...]]
    """Article -> headings above it that were lost with the cut-off end of the article before it."""
    provisions: dict[str, str]
    """Article -> what the act says of a part of it that applies from another day."""


def _from(day: dt.date) -> Applies:
    return lambda article: day


def _ai_act(article: str) -> dt.date:
    """Article 113 of the AI Act."""
    number = int(article)
    if number <= 5:  # Chapters I and II
        return dt.date(2025, 2, 2)
    early = 28 <= number <= 39 or 51 <= number <= 56 or 64 <= number <= 70 or number in {78, 99, 100}
    return dt.date(2025, 8, 2) if early else dt.date(2026, 8, 2)


def _cra(article: str) -> dt.date:
    """Article 71(2) of the Cyber Resilience Act."""
    number = int(article)
    if number == 14:
        return dt.date(2026, 9, 11)
    return dt.date(2026, 6, 11) if 35 <= number <= 51 else dt.date(2027, 12, 11)


def _csrd(article: str) -> dt.date:
    """Articles 5(2) and 7 of the CSRD: the earliest financial years; addressees and transposition at once."""
    if article == "1_40d":
        return dt.date(2028, 1, 1)
    return dt.date(2024, 1, 1) if article[0] in "1234" else dt.date(2023, 1, 5)


_AI_ACT_6 = (
    "Article 6(1) and the corresponding obligations apply from 2 August 2027 (Article 113, point (c))."
)
_CSRD_1 = (
    "Applies by size of the undertaking, to financial years starting on or after 1 January 2024, 2025 or 2026; "
    "point (14) to financial years starting on or after 1 January 2028 (Article 5(2))."
)

ACTS: dict[str, Act] = {
    "32016R0679": Act(
        short_title="GDPR",
        citation="Regulation (EU) 2016/679",
        aliases=("General Data Protection Regulation", "2016/679", "Regulation 2016/679", "EU GDPR"),
        applies=_from(dt.date(2018, 5, 25)),
        first_chapter="Chapter I General provisions",
        lost_headings={},
        provisions={},
    ),
    "32024R1689": Act(
        short_title="AI Act",
        citation="Regulation (EU) 2024/1689",
        aliases=("Artificial Intelligence Act", "EU AI Act", "2024/1689", "Regulation 2024/1689", "AIA"),
        applies=_ai_act,
        first_chapter="Chapter I General provisions",
        lost_headings={
            6: ("Chapter III High-risk AI systems", "Section 1 Classification of AI systems as high-risk")
        },
        provisions={"6": _AI_ACT_6},
    ),
    "32022R2554": Act(
        short_title="DORA",
        citation="Regulation (EU) 2022/2554",
        aliases=("Digital Operational Resilience Act", "2022/2554", "Regulation 2022/2554"),
        applies=_from(dt.date(2025, 1, 17)),
        first_chapter="Chapter I General provisions",
        lost_headings={},
        provisions={},
    ),
    "32022L2555": Act(
        short_title="NIS2",
        citation="Directive (EU) 2022/2555",
        aliases=("NIS 2", "NIS2 Directive", "NIS 2 Directive", "2022/2555", "Directive 2022/2555"),
        applies=_from(dt.date(2024, 10, 18)),
        first_chapter="Chapter I General provisions",
        lost_headings={7: ("Chapter II Coordinated cybersecurity frameworks",)},
        provisions={},
    ),
    "32024R2847": Act(
        short_title="CRA",
        citation="Regulation (EU) 2024/2847",
        aliases=("Cyber Resilience Act", "EU Cyber Resilience Act", "2024/2847", "Regulation 2024/2847"),
        applies=_cra,
        first_chapter="Chapter I General provisions",
        lost_headings={},
        provisions={},
    ),
    "32022L2464": Act(
        short_title="CSRD",
        citation="Directive (EU) 2022/2464",
        aliases=("Corporate Sustainability Reporting Directive", "2022/2464", "Directive 2022/2464"),
        applies=_csrd,
        first_chapter="",
        lost_headings={},
        provisions={"1": _CSRD_1, "1_29d": _CSRD_1},
    ),
}

INSERTED_ARTICLES: dict[tuple[str, int], tuple[str, str]] = {
    ("32022L2464", 25): ("3_25d", "Art. 3 (Art. 25d of Directive 2006/43/EC)"),
    ("32022L2464", 29): ("1_29d", "Art. 1 (Art. 29d of Directive 2013/34/EU)"),
    ("32022L2464", 40): ("1_40d", "Art. 1 (Art. 40d of Directive 2013/34/EU)"),
}
"""Articles that the act inserts into other acts and that the publisher lists beside its own."""
