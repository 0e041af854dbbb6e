"""Reads a model's reply as a JSON object of the outline that was asked for. Pure."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, NoReturn

from lawqa.inference.protocol import cleaned
from lawqa.inference.types import EMPTY, NO_OBJECT, Failed

MAX_DEPTH = 16
_TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict, "array": list, "string": str, "boolean": bool, "number": (int, float), "integer": int,
    "null": type(None),
}  # fmt: skip


def read_object(text: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """The object, of the types that the schema names and with what it requires. Raises Failed.

    Values outside an enum or a limit are left to who asked: one wrong word does not spoil the others.
    """
    if not text.strip():
        raise Failed(EMPTY)
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite)
    except (ValueError, RecursionError):
        raise Failed(NO_OBJECT) from None
    clean = _clean(found, MAX_DEPTH)
    if not isinstance(clean, dict) or not fits(clean, schema):
        raise Failed(NO_OBJECT)
    return clean


def fits(value: object, schema: Mapping[str, Any]) -> bool:
    """Whether value has the schema's types and holds what it requires."""
    names = schema.get("type", ())
    names = [names] if isinstance(names, str) else names
    if names and not any(_is(value, name) for name in names):
        return False
    if isinstance(value, dict):
        known = schema.get("properties", {})
        return all(name in value for name in schema.get("required", ())) and all(
            fits(item, known[name]) for name, item in value.items() if name in known
        )
    if isinstance(value, list):
        return all(fits(item, schema.get("items", {})) for item in value)
    return True


def _is(value: object, name: str) -> bool:
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, _TYPES.get(name, object))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object that says the same thing twice says nothing."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(digits)
    return number


def _clean(value: Any, depth: int) -> Any:
    if not depth:
        raise Failed(NO_OBJECT)
    if isinstance(value, str):
        return cleaned(value)
    if isinstance(value, dict):
        return {cleaned(name): _clean(item, depth - 1) for name, item in value.items()}
    if isinstance(value, list):
        return [_clean(item, depth - 1) for item in value]
    return value
