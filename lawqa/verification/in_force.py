"""Whether a source was law on the day that is asked for. Pure."""

from __future__ import annotations

import datetime as dt

from lawqa.types import Force, Source


def force_on(source: Source, day: dt.date) -> Force:
    """In force from `valid_from` to the day before `valid_to`; before, not yet applicable once the act has entered."""
    if source.valid_to is not None and day >= source.valid_to:
        return Force.NOT_IN_FORCE
    if source.valid_from is None or day >= source.valid_from:
        return Force.IN_FORCE
    entered = source.entered_into_force
    return Force.NOT_YET_APPLICABLE if entered is not None and day >= entered else Force.NOT_IN_FORCE
