"""What a model wrote, read by hand: types, lengths and source ids, whatever its server promised. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lawqa.types import DraftCitation, DraftClaim, Suggestion

LONGEST_TEXT = 1_200
LONGEST_QUOTE = 4_000
LONGEST_REASON = 200
LONGEST_ID = 40
MOST_CITATIONS = 6
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069]")


def read_claim(said: object, markers: Mapping[str, str], *, key: str, writer: str) -> DraftClaim | None:
    """The claim that a model wrote; None where it is none: no sentence, a wrong type, too long.

    `markers` are the sources' markers under their ids in the prompt. A source that was not given stays in the
    claim, under a marker that no source has; a claim without a citation stays one.
    """
    if not isinstance(said, dict):
        return None
    text, cited = _text(said.get("text"), LONGEST_TEXT), said.get("citations")
    if not text or not isinstance(cited, list) or len(cited) > MOST_CITATIONS:
        return None
    citations = [read_citation(one, markers) for one in cited]
    if any(one is None for one in citations):
        return None
    known = tuple(dict.fromkeys(one for one in citations if one is not None))
    return DraftClaim(text=text, citations=known, key=key, writer=writer)


def read_citation(said: object, markers: Mapping[str, str]) -> DraftCitation | None:
    """One citation; None where it names no source at all or its quote is no text."""
    if not isinstance(said, dict):
        return None
    source, quote = said.get("source"), said.get("quote")
    if not isinstance(source, str) or not isinstance(quote, str) or len(quote) > LONGEST_QUOTE:
        return None
    return DraftCitation(marker=marker_of(source, markers), quote=_seen(quote).strip())


def read_suggestion(said: object, markers: Mapping[str, str]) -> Suggestion | None:
    """What a model says of one source; None where it speaks of none that it was given."""
    if not isinstance(said, dict):
        return None
    source, reason = said.get("source"), said.get("reason")
    if not isinstance(source, str) or source not in markers:
        return None
    return Suggestion(
        marker=markers[source],
        used=said.get("use") == "used",
        reason=_seen(reason)[:LONGEST_REASON].strip() if isinstance(reason, str) else "",
    )


def marker_of(source: str, markers: Mapping[str, str]) -> str:
    """The marker of the source with that id in the prompt; for any other id, one that no source has."""
    if source in markers:
        return markers[source]
    written = " ".join(_seen(source).split())[:LONGEST_ID]
    return f"{written} (not given)".strip()


def _text(said: object, longest: int) -> str:
    """One line, or nothing where it is no text or too long: a sentence that is cut says something else."""
    text = " ".join(_seen(said).split()) if isinstance(said, str) else ""
    return text if len(text) <= longest else ""


def _seen(text: str) -> str:
    """Without characters that no reader sees or no database keeps."""
    return _UNSEEN.sub("", text.encode("utf-8", "replace").decode())
