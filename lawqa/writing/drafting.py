"""The writer with a model: claims as they arrive, those that failed once more, and the law's own words in the end."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

from django.conf import settings

from lawqa.inference import Models, ModelServerError, ModelServerRejected, Role
from lawqa.prompts.fences import delimiter
from lawqa.types import Draft, DraftClaim, Query, Source, Suggestion, VerifiedClaim
from lawqa.writing.prompt import MAX_CLAIMS, REWRITE_SIZES, SIZES, Asked, answer_prompt, rewrite_prompt
from lawqa.writing.reading_json import CutOff, members
from lawqa.writing.replies import read_claim, read_suggestion
from lawqa.writing.writer import Writer

STAGE = "writing"
MAX_REWRITES = 4
"""Claims of one answer that are written once more; each is a call."""
INSTEAD = "The law’s own words are shown instead."
NOTHING_SAID = "The model found nothing in the sources that answers the question."
ENDED_EARLY = "The model’s reply ended before it was whole."
KEPT = "What was written whole by then is kept: {}."
NO_REPLY = "What the model wrote could not be read."
TOO_MANY = "The model wrote more than {}; the others were not read."
UNREADABLE = "{} of the model could not be read."
REPEATED = "{} of the model said again what another had said."
SMALLER = "The model was asked once more, with fewer and shorter sources."
REWRITTEN = "{} failed a check and went back to the model; it wrote {} anew."


class DraftingWriter(Writer):
    """Asks the answer role; `verbatim` is what is said when nothing that it wrote may be shown."""

    def __init__(self, query: Query, sources: Sequence[Source], models: Models, verbatim: Draft) -> None:
        self._model = models.serves(Role.ANSWER)
        super().__init__(Draft(writer=self._model))
        self._query, self._sources, self._models, self._verbatim = query, sources, models, verbatim
        self._delimit = partial(delimiter, settings.SECRET_KEY)
        self._drafted: list[DraftClaim] = []
        self._suggestions: dict[str, Suggestion] = {}
        self._unreadable = self._repeated = self._size = 0
        self._incomplete = False
        self._may_ask = True
        """Until the server fails."""

    def claims(self) -> Iterator[DraftClaim]:
        """The claims, each as soon as the server has sent the whole of it."""
        try:
            yield from self._asked_by_size()
        except CutOff:
            self._ended_early()
        except ModelServerError as error:
            # A model that does not come to an end can still be asked of one sentence; a server that fails cannot.
            self._may_ask = isinstance(error, ModelServerRejected) and bool(self._drafted)
            self._broke_off()
        except GeneratorExit:  # nobody wants the others
            self._incomplete = True
            raise
        finally:
            self._close()
        self._tell()

    def rewritten(self, failed: Sequence[VerifiedClaim]) -> Iterator[DraftClaim]:
        """Each claim that failed, once more, with the sections that it cites and what failed before the model."""
        asked, before = 0, len(self._drafted)
        for claim in failed[:MAX_REWRITES]:
            if not self._may_ask or self._models.stopped():
                break
            asked += 1
            again = self._again(claim)
            if again is not None:
                self._drafted.append(again)
                yield again
        if asked:
            anew = len(self._drafted) - before
            self._models.note(STAGE, REWRITTEN.format(_sentences(asked), anew or "none"))
        self._close()

    def instead(self, claims: Sequence[VerifiedClaim]) -> Iterator[DraftClaim]:
        """The verbatim writer's claims over the same sources, if nothing of the model's is shown."""
        if any(claim.shown for claim in claims) or self._models.stopped() or not self._verbatim.claims:
            return
        self._models.note(STAGE, INSTEAD)
        self.draft = replace(self._verbatim, suggestions=self.draft.suggestions)
        yield from self._verbatim.claims

    def _asked_by_size(self) -> Iterator[DraftClaim]:
        """The claims; a server that refuses the prompt before it says anything is asked once more, for less."""
        for self._size, size in enumerate(SIZES):
            asked = answer_prompt(
                self._query.text, self._sources, as_of=self._query.filters.as_of, size=size, delimit=self._delimit
            )  # fmt: skip
            try:
                yield from self._taken(asked)
            except ModelServerRejected:
                if self._models.calls[-1].reply or size is SIZES[-1]:
                    raise
                self._models.note(STAGE, SMALLER)
            else:
                return

    def _taken(self, asked: Asked) -> Iterator[DraftClaim]:
        """The claims of one reply. Raises CutOff and ModelServerError, when what was whole is handed over."""
        pieces = self._models.stream(Role.ANSWER, asked.prompt, stage=STAGE)
        for name, said in members(pieces):
            if name == "sources" and (opinion := read_suggestion(said, asked.markers)):
                self._suggestions.setdefault(opinion.marker, opinion)
            if name != "claims":
                continue
            if len(self._drafted) == MAX_CLAIMS:
                self._models.note(STAGE, TOO_MANY.format(_sentences(MAX_CLAIMS)))
                return
            claim = self._read(said, asked, f"c{len(self._drafted) + 1}")
            if claim is not None:
                self._drafted.append(claim)
                yield claim
        with suppress(
            ModelServerError
        ):  # what was asked for is whole; what follows it are the server's figures
            deque(pieces, maxlen=0)

    def _read(self, said: object, asked: Asked, key: str) -> DraftClaim | None:
        """What the model wrote as a claim, if it is one and a new one."""
        claim = read_claim(said, asked.markers, key=key, writer=self._model)
        if claim is None:
            self._unreadable += 1
        elif any(_same(claim, other) for other in self._drafted):
            self._repeated += 1
        else:
            return claim
        return None

    def _again(self, failed: VerifiedClaim) -> DraftClaim | None:
        """The claim as the model writes it now; None when it withdraws it, repeats it or says nothing of use."""
        asked = rewrite_prompt(
            self._query.text, failed, self._sources, as_of=self._query.filters.as_of,
            size=REWRITE_SIZES[self._size], delimit=self._delimit,
        )  # fmt: skip
        try:
            said = self._models.ask(Role.ANSWER, asked.prompt, stage=STAGE).get("claims")
        except ModelServerRejected:
            return None
        except ModelServerError:
            self._may_ask = False
            return None
        first = said[0] if isinstance(said, list) and said else None
        claim = read_claim(first, asked.markers, key=f"{failed.claim.key}r", writer=self._model)
        if claim is None or any(_same(claim, other) for other in self._drafted):
            return None
        return replace(claim, rewrites=failed.claim.key)

    def _broke_off(self) -> None:
        """The server failed, as the reader was told, or the reader stopped it."""
        self._incomplete = bool(self._drafted)
        if self._drafted:
            self._models.note(STAGE, KEPT.format(_sentences(len(self._drafted))))

    def _ended_early(self) -> None:
        """The reply is no whole JSON; the sentences are all there if what comes after them had begun."""
        self._incomplete = bool(self._drafted) and not self._suggestions
        if not self._drafted:
            self._models.note(STAGE, NO_REPLY, trouble=True)
        elif self._incomplete:
            self._models.note(STAGE, ENDED_EARLY, trouble=True)
            self._models.note(STAGE, KEPT.format(_sentences(len(self._drafted))))

    def _tell(self) -> None:
        """Say what was left out, and that the model said nothing."""
        for count, sentence in ((self._unreadable, UNREADABLE), (self._repeated, REPEATED)):
            if count:
                self._models.note(STAGE, sentence.format(_sentences(count)))
        if self._may_ask and self._suggestions and not self._drafted and not self._unreadable:
            self._models.note(STAGE, NOTHING_SAID)

    def _close(self) -> None:
        self.draft = replace(
            self.draft, claims=tuple(self._drafted), suggestions=tuple(self._suggestions.values()),
            incomplete=self._incomplete,
        )  # fmt: skip


def _same(one: DraftClaim, other: DraftClaim) -> bool:
    return (one.text.casefold(), one.citations) == (other.text.casefold(), other.citations)


def _sentences(count: int) -> str:
    return "1 sentence" if count == 1 else f"{count} sentences"
