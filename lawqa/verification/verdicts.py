"""Stage 5: the separate facts about every citation of every claim. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from lawqa.types import Draft, DraftCitation, DraftClaim, Force, Problem, Source, Verdict, VerifiedClaim
from lawqa.verification.claims import FIGURE_CHECKS, check_claim
from lawqa.verification.in_force import force_on
from lawqa.verification.label import labels_match
from lawqa.verification.quote import NOT_FOUND
from lawqa.verification.resolves import by_marker, resolve


def verify(draft: Draft, sources: Sequence[Source], *, as_of: dt.date) -> tuple[VerifiedClaim, ...]:
    """The facts for each citation of each claim, in the draft's order; offsets are those of `section_text`."""
    given = by_marker(sources)
    return tuple(
        VerifiedClaim(
            claim=claim,
            verdicts=tuple(_judge(claim, citation, given, as_of) for citation in claim.citations),
        )
        for claim in draft.claims
    )


def _judge(
    claim: DraftClaim, citation: DraftCitation, given: Mapping[str, Source], as_of: dt.date
) -> Verdict:
    source = resolve(citation.marker, given)
    if source is None:
        return _unresolved(citation.marker)
    check = check_claim(
        claim.text, citation.quote, source.section_text, label=source.label, title=source.document_title
    )
    return Verdict(
        marker=citation.marker,
        resolves=True,
        label_matches=labels_match(citation.label, source.label, also=source.document_title),
        quote=check.quote,
        figures_match=not any(problem.check in FIGURE_CHECKS for problem in check.problems),
        in_force_on=force_on(source, as_of),
        problems=check.problems,
    )


def _unresolved(marker: str) -> Verdict:
    return Verdict(
        marker=marker,
        resolves=False,
        label_matches=False,
        quote=NOT_FOUND,
        figures_match=False,
        in_force_on=Force.NOT_IN_FORCE,
        problems=(Problem(check="resolves", detail=f"No source was given under the marker {marker!r}."),),
    )
