"""How a question gets its answer. READ ME FIRST: the order of the stages and nothing else.

question ─▶ conversation ─▶ citations named ─▶ keywords ─▶ retrieval ─▶ writing ─▶ verification ─▶ answer
            a follow-up is   in it, resolved    (model     named+dense   (model or   (every claim, in the open;
            read on its own  or shown missing   or rules)  +lexical,     quotes)     failed: written once more,
                                                           fused, reranked           else withheld)
"""

from __future__ import annotations

from corpus.resolve import resolve_all
from lawqa.conversation import restate
from lawqa.inference import Models
from lawqa.judging import judge_of
from lawqa.keywords import extract_keywords
from lawqa.models import Answer, Question
from lawqa.records import Recorder
from lawqa.retrieval import retrieve
from lawqa.types import Finished, Query, Request
from lawqa.verification import checker
from lawqa.watch import Watch
from lawqa.writing import write


def answer_question(question: Question, recorder: Recorder | None = None) -> Answer:
    """Answer a question that has a row; every step becomes a row as it happens."""
    recorder = recorder or Recorder(question)
    models = Models(stopped=recorder.stopped, note=recorder.note)
    finished = answer(question.request(), recorder, models)
    recorder.finish(finished, models.calls)
    return recorder.answer


def answer(request: Request, watch: Watch, models: Models) -> Finished:
    """Answer a question, telling `watch` what happens; saves nothing itself."""
    with watch.stage("conversation"):
        restated = restate(request, models)
    watch.restated(restated)
    with watch.stage("citations"):
        named = resolve_all(restated.text, request.filters)
    with watch.stage("keywords"):
        keywords = extract_keywords(request, restated.text, models)
    query = Query(
        text=restated.text, keywords=keywords, named=named, filters=request.filters,
        pinned=request.pinned, excluded=request.excluded,
    )  # fmt: skip
    with watch.stage("retrieval"):
        sources = retrieve(query)
    watch.found(query, sources)
    with watch.stage("writing"):
        writer = write(query, sources, models)
    with watch.stage("verification"):
        check = checker(sources, as_of=request.filters.as_of, judge=judge_of(models))
        claims = list(watch.each(writer.claims(), check))
        claims += watch.each(writer.rewritten([claim for claim in claims if not claim.shown]), check)
        claims += watch.each(writer.instead(claims), check)
    return Finished(
        restated=restated, query=query, sources=tuple(sources), draft=writer.draft, claims=tuple(claims),
        stopped=watch.stopped(),
    )  # fmt: skip
