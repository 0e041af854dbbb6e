"""A checked text as plain data, for programs: every fact by itself, none summed up in a tick. Pure."""

from __future__ import annotations

from typing import Any

from lawqa.checking.layout import fact_of
from lawqa.checking.types import (
    Checked,
    CheckedCitation,
    CheckedQuotation,
    CheckedSentence,
    CheckedText,
    Weight,
)


def plain(checked: CheckedText) -> dict[str, Any]:
    """What JSON holds; offsets are characters of the text as it was sent."""
    return {
        "as_of": checked.as_of.isoformat(),
        "counts": {weight.value: checked.count(weight) for weight in Weight},
        "citations": [_citation(one) for one in checked.citations],
        "quotations": [_quotation(one) for one in checked.quotations],
        "sentences": [_sentence(one) for one in checked.sentences],
        "unread": checked.unread,
    }


def _every(one: Checked) -> dict[str, Any]:
    fact = fact_of(one, 0)
    return {
        "start": one.start, "end": one.end, "weight": one.weight.value, "said": fact.title,
        "detail": " ".join(fact.said), "label": one.label,
    }  # fmt: skip


def _citation(one: CheckedCitation) -> dict[str, Any]:
    return {
        **_every(one), "text": one.text, "existence": one.existence.value, "heading": one.heading,
        "pin_missing": one.pin_missing, "sections": list(one.section_ids), "documents": list(one.document_ids),
        "valid_from": one.valid_from.isoformat() if one.valid_from else None,
        "valid_to": one.valid_to.isoformat() if one.valid_to else None,
    }  # fmt: skip


def _quotation(one: CheckedQuotation) -> dict[str, Any]:
    return {
        **_every(one), "text": one.text, "wording": one.wording.value, "cited": one.cited,
        "outside_subdivision": one.elsewhere_in, "section": one.section_id,
        "quote_start": one.quote_start, "quote_end": one.quote_end,
        "differences": [{"kind": piece.kind, "text": piece.text} for piece in one.differences],
    }  # fmt: skip


def _sentence(one: CheckedSentence) -> dict[str, Any]:
    return {
        **_every(one), "agreement": one.agreement.value, "check": one.check, "section": one.section_id,
        "quote_start": one.quote_start, "quote_end": one.quote_end,
    }  # fmt: skip
