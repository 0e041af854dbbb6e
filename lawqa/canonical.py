"""JSON in its one canonical form (RFC 8785), so that the same facts always have the same bytes. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from decimal import Decimal

LARGEST_INTEGER = 2**53
"""Above it a JSON number, which is an IEEE 754 double, does not say every integer."""
_LONGEST_PLAIN = 21  # digits before ECMAScript writes an exponent
_SMALLEST_PLAIN = -6
_SHORT = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_ESCAPED = re.compile(r'[\x00-\x1f"\\]')
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def canonical(value: object) -> str:
    """The text of a JSON value. Raises ValueError for what JSON cannot say: NaN, a lone surrogate, a date …"""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, Mapping):
        return _object(value)
    if isinstance(value, list | tuple):
        return f"[{','.join(map(canonical, value))}]"
    raise ValueError(f"JSON has no {type(value).__name__}.")


def well_formed(text: str) -> str:
    """The text with U+FFFD for each surrogate that stands alone: UTF-8 has no bytes for those."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _object(value: Mapping[object, object]) -> str:
    names = [name for name in value if isinstance(name, str)]
    if len(names) < len(value):
        raise ValueError("The names of a JSON object are strings.")
    # By UTF-16 code units, as ECMAScript compares strings.
    ordered = sorted(names, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
    return "{" + ",".join(f"{_string(name)}:{canonical(value[name])}" for name in ordered) + "}"


def _string(text: str) -> str:
    if _SURROGATE.search(text):
        raise ValueError("A surrogate that stands alone has no UTF-8.")
    escaped = _ESCAPED.sub(lambda found: _SHORT.get(found[0]) or f"\\u{ord(found[0]):04x}", text)
    return f'"{escaped}"'


def _number(value: float) -> str:
    """As ECMAScript's Number::toString writes it: the fewest digits that give the same double."""
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise ValueError(f"{value} is no number of JSON; write it as a string.")
        return str(value)
    if not math.isfinite(value):
        raise ValueError(f"JSON has no {value}.")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    _, digits, exponent = Decimal(repr(abs(value))).as_tuple()
    written = "".join(map(str, digits))
    point = len(written) + int(exponent)  # how many digits stand before the decimal point
    return sign + _placed(written.rstrip("0"), point)


def _placed(digits: str, point: int) -> str:
    """Digits without trailing zeros, with the decimal point behind the first `point` of them."""
    if len(digits) <= point <= _LONGEST_PLAIN:
        return digits.ljust(point, "0")
    if 0 < point <= _LONGEST_PLAIN:
        return f"{digits[:point]}.{digits[point:]}"
    if _SMALLEST_PLAIN < point <= 0:
        return f"0.{'0' * -point}{digits}"
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{fraction}e{point - 1:+d}"
