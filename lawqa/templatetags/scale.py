"""What the page of the bench asks of its figures."""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Mapping
from typing import Any

from django import template

from lawqa.evaluation.scale.page import together as of_processes

register = template.Library()


@register.filter
def pairs(found: Mapping[str, Any]) -> ItemsView[str, Any]:
    """Keys and values of what may have a key that is called `items`."""
    return found.items()


@register.filter
def first_value(found: Mapping[str, Any]) -> Any:
    return next(iter(found.values()))


@register.filter
def add_to(number: float, more: int) -> str:
    """A sum as SVG reads it."""
    return f"{number + more:g}"


@register.filter
def together(processes: Iterable[Mapping[str, float]]) -> dict[str, float]:
    return of_processes(processes)
