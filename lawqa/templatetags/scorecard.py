"""How the scorecard writes numbers, whatever the language of the pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def plain(number: float) -> str:
    """A number as SVG reads it, with a point."""
    return f"{number:g}"


@register.filter
def fraction(number: float | None) -> str:
    """`.83`; a dash for what was not measured."""
    return "–" if number is None else f"{number:.2f}"


@register.filter
def percent(number: float | None) -> str:
    """`83 %` of .83; `99.6 %` where rounding would say 100."""
    if number is None:
        return "–"
    rounded = f"{100 * number:.0f} %"
    return f"{100 * number:.1f} %" if rounded == "100 %" and number < 1 else rounded


@register.filter
def hundredfold(number: float | None) -> float:
    return 100 * (number or 0.0)


@register.filter
def cells(row: Mapping[str, Any], names: str) -> list[Any]:
    """Some of a row's values, whose names (divided by spaces) a template cannot write."""
    return [row.get(name) for name in names.split()]
