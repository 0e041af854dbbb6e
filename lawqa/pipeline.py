"""How a question gets its answer. READ ME FIRST: the order of the stages and nothing else.

question ─▶ citations named ─▶ keywords ─▶ retrieval ─▶ writing ─▶ verification ─▶ answer
            in it, resolved                named+dense   (quotes)    (every claim, in
            or shown missing               +lexical,                  the open)
                                           fused, ranked
"""

from __future__ import annotations

from corpus.resolve import resolve_all
from lawqa.keywords import extract_keywords
from lawqa.models import Answer, Question
from lawqa.records import Recorder
from lawqa.retrieval import retrieve
from lawqa.types import Finished, Query, Request
from lawqa.verification import verify
from lawqa.watch import Watch
from lawqa.writing import write


def answer_question(question: Question, recorder: Recorder | None = None) -> Answer:
    """Answer a question that has a row; every step becomes a row as it happens."""
    recorder = recorder or Recorder(question)
    recorder.finish(answer(question.request(), recorder))
    return recorder.answer


def answer(request: Request, watch: Watch) -> Finished:
    """Answer a question, telling `watch` what happens; saves nothing itself."""
    with watch.stage("citations"):
        named = resolve_all(request.text, request.filters)
    with watch.stage("keywords"):
        keywords = extract_keywords(request.text)
    query = Query(text=request.text, keywords=keywords, named=named, filters=request.filters)
    with watch.stage("retrieval"):
        sources = retrieve(query)
    watch.found(query, sources)
    with watch.stage("writing"):
        draft = write(query, sources)
    with watch.stage("verification"):
        claims = tuple(watch.each(verify(draft, sources, as_of=request.filters.as_of)))
    return Finished(query=query, sources=tuple(sources), draft=draft, claims=claims)
