"""Who writes: claims one by one, those that failed once more, and the law's own words when nothing is left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lawqa.types import Draft, DraftClaim, VerifiedClaim


class Writer:
    """Writes what was made beforehand: verbatim law, or the reason why there is nothing to say."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        """What is known of the draft now; whole when all claims were taken."""

    def claims(self) -> Iterator[DraftClaim]:
        """The claims, each as soon as it is whole."""
        yield from self.draft.claims

    def rewritten(self, failed: Sequence[VerifiedClaim]) -> Iterator[DraftClaim]:
        """Claims that replace those that failed a check (`DraftClaim.rewrites`). Verbatim law is not written anew."""
        del failed
        yield from ()

    def instead(self, claims: Sequence[VerifiedClaim]) -> Iterator[DraftClaim]:
        """Verbatim law, when nothing else that was written may be shown."""
        del claims
        yield from ()
