"""Stage 0 of an answer: a follow-up question, worded so that it stands on its own, by a model or by rules.

The rules repeat nothing that the reader did not write: they put the matter of the conversation and its instrument behind
the question. The section is added only where the question points at a text (`that article`, `under (2)`): a section that
is named is put first and quoted first, and a follow-up seldom asks for the same one again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.conf import settings

from corpus.citations import find_all, find_citations
from corpus.types import Citation
from lawqa.inference import Models, ModelServerError, Role
from lawqa.prompts import Prompt, template
from lawqa.types import Request, Restated, Turn

RULES = "rules"
PROMPT = "restate-1"
MAX_TOKENS = 300
MAX_CHARS = 1000
"""Of a question that a model restates."""
TURN_CHARS = 300
"""Of an earlier question, at most so much is repeated."""
SCHEMA = {
    "type": "object",
    "properties": {"question": {"type": "string"}},
    "required": ["question"],
    "additionalProperties": False,
}
STRAYED = "What the model made of the question strayed from the conversation and was not used."
TOGETHER = "Read together with what was asked before."
ALONE = "It stands on its own."

_OPENING = re.compile(
    r"\W*(?:and|but|or|so|then|also|what about|how about|what if|what else|even if|even when|except|only if|if so"
    r"|if not|otherwise|still|likewise|same)\b",
    re.IGNORECASE,
)
_TOO = re.compile(r"\b(?:too|as well|either|so)\W*$", re.IGNORECASE)
_POINTING = re.compile(
    r"\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers|this|these|those|thereof|therein|latter|former"
    r"|there(?!\s+(?:is|are|was|were|be|any|a|an|no)\b)|that(?=\W*$|\s+(?:also|still|not|too|is|are|was|apply|applies"
    r"|mean|means|include|includes|cover|covers|hold|change|changes|count|case|rule|duty|right|period|deadline|time)\b))\b",
    re.IGNORECASE,
)
_POINTING_AT_LAW = re.compile(
    r"\b(?:that|this|the\s+same|the\s+said)\s+(?:article|section|provision|paragraph|clause|rule)\b",
    re.IGNORECASE,
)
_NOUN = re.compile(r"\b(?:a|an|the|any|every|each|no)\s+\w", re.IGNORECASE)
"""What a pronoun behind it may stand for."""
_DEFINITION = re.compile(r"\W*(?:what|who)\s+(?:is|are)\s+(?!the\b)|\W*define\b", re.IGNORECASE)
_PINS = re.compile(
    r"(?:\b(?:subsection|sub-?paragraph|paragraph|para\.|point|letter|clause)\s+)?(?P<pins>(?:\((?:[0-9]{1,3}|[a-z]{1,4})\))+)"
    r"|\b(?:subsection|paragraph|para\.?|point|letter|clause)\s+(?P<bare>[0-9]{1,3}|[a-z])\b",
    re.IGNORECASE,
)
_NUMBER_OF_LABEL = re.compile(
    r"\s+(?:Art\.|Article|§§?|Section|Sec\.|s\.|Rule|Regulation|Recital|Annex)\s*\S+$"
)
_STILL = re.compile(r"\s\(Still about (?P<matter>“.*”)(?:; .*)?\)$", re.DOTALL)
_BETWEEN = re.compile(r"”(?:, then|;) “|” and “")
_LEADING_TO = r"(?:\s*\b(?:under|in|of|by|to|per|pursuant\s+to|according\s+to)\b)?(?:\s+the)?\s*"
_WORD = re.compile(r"[^\W\d_]{3,}")
_NUMBER = re.compile(r"\d+")
_NEGATION = re.compile(
    r"\b(?:no|not|never|none|nor|neither|without|except|unless|cannot|\w+n[’']t)\b", re.IGNORECASE
)
_FORM = frozenset(
    """
    about after again all also and any apply applies are before being but can cannot case could did does doing done
    each else ever every few for from get had has have her him his how into its just law like long many may mean might
    more much must need not often only other our out say says shall she should since some soon still such take than
    that the their them then there these they this those through too under until was were what when where whether
    which who whom whose why will with within without would you your
    """.split()
)  # words of a question that do not say what it is about


def restate(request: Request, models: Models) -> Restated:
    """The question as it has to be read; the first of a conversation stands as it was asked."""
    if not request.history:
        return Restated(text=request.text)
    restated = _by_model(request, models) or _by_rules(request)
    models.note("conversation", TOGETHER if restated.origin else ALONE)
    return restated


def refers_back(text: str) -> bool:
    """Whether a question can only be understood with the one before it.

    A pronoun that has a noun before it in the question itself points there: `Must a bank report it if it fails?` points
    back by its first `it`, `What must a bank do if it fails?` does not.
    """
    if _OPENING.match(text) or _TOO.search(text) or _POINTING_AT_LAW.search(text):
        return True
    pointing = _POINTING.search(text)
    if pointing and not _NOUN.search(text, 0, pointing.start()):
        return True
    citations, instruments = find_all(text)
    if citations or instruments:
        return False
    return bool(_PINS.search(text)) or (len(_content(text)) <= 1 and not _DEFINITION.match(text))


def _by_rules(request: Request) -> Restated:
    """The question with what it leaves out behind it: the matter asked about before, and the law that answered it."""
    text, history = request.text.strip(), request.history
    law = _instrument(history)
    citations, instruments = find_all(text)
    named = _with_instrument(text, citations, law)
    if refers_back(text):
        own = bool(citations or instruments)
        place = "" if own else _place(text, history) or law
        still = f" (Still about {_matter(history, without_law=own)}{f'; {place}' if place else ''})"
        restated = named + still
    else:
        restated = named
    if restated == text or len(restated) > settings.LAWQA_MAX_QUESTION_CHARS:
        return Restated(text=request.text)
    return Restated(text=restated, origin=RULES)


def _with_instrument(text: str, citations: Sequence[Citation], law: str) -> str:
    """`What does Article 34 say?` with the instrument of the conversation behind each number that has none."""
    if not law or any(cite.document for cite in citations):
        return text  # its own instrument counts for the other numbers
    article = "the " if re.search("[a-z]", law) else ""
    for cite in reversed(citations):
        text = f"{text[: cite.end]} of {article}{law}{text[cite.end :]}"
    return text


def _instrument(history: Sequence[Turn]) -> str:
    """The instrument that the latest answer rests on, else the one that the latest question names."""
    for turn in reversed(history):
        if turn.labels:
            return _NUMBER_OF_LABEL.sub("", turn.labels[0])
        citations, instruments = find_all(_asked(turn))
        named = [cite.document for cite in (*citations, *instruments) if cite.document]
        if named:
            return named[0]
    return ""


def _place(text: str, history: Sequence[Turn]) -> str:
    """The section that the question points at: `GDPR Art. 33(2)` for `And under (2)?`; empty when it points at none."""
    label = next((turn.labels[0] for turn in reversed(history) if turn.labels), "")
    pins = _PINS.search(text)
    if not label or not (pins or _POINTING_AT_LAW.search(text)):
        return ""
    subdivision = (pins["pins"] or f"({pins['bare']})") if pins else ""
    return _citable(label, subdivision)


def _citable(label: str, subdivision: str) -> str:
    """The label in words that are read as the citation it is: an instrument of many words goes behind its article."""
    instrument = _NUMBER_OF_LABEL.sub("", label)
    read = find_citations(label)
    if instrument == label or (read and read[0].document == instrument):
        return f"{label}{subdivision}"
    return f"{label[len(instrument) :].strip()}{subdivision} of the {instrument}"


def _matter(history: Sequence[Turn], *, without_law: bool) -> str:
    """What the conversation is about, in the reader's own words: the latest question, and the one that it followed."""
    latest = history[-1].question
    asked = [_STILL.sub("", latest)]
    if earlier := _STILL.search(latest):
        asked.insert(0, _BETWEEN.split(earlier["matter"][1:-1])[0])
    if without_law:
        asked = [_without_law(question) for question in asked]
    return " and ".join(f"“{_shortened(question)}”" for question in asked)


def _asked(turn: Turn) -> str:
    return _STILL.sub("", turn.question)


def _without_law(text: str) -> str:
    """The question without the law that it names: the next one names its own."""
    citations, instruments = find_all(text)
    for cite in sorted((*citations, *instruments), key=lambda cite: -cite.start):
        before = re.sub(_LEADING_TO + "$", "", text[: cite.start])
        text = before + text[cite.end :]
    return " ".join(text.split()).strip(" ,")


def _shortened(text: str) -> str:
    flat = " ".join(text.translate({ord("“"): "‘", ord("”"): "’"}).split())
    if len(flat) <= TURN_CHARS:
        return flat
    return flat[:TURN_CHARS].rsplit(" ", 1)[0] + " …"


def _by_model(request: Request, models: Models) -> Restated | None:
    """The answering model's wording, if it keeps to the conversation; the small one of the keywords is not asked."""
    model = models.serves(Role.ANSWER)
    if not model:
        return None
    try:
        reply = models.ask(Role.ANSWER, _prompt(request), stage="conversation")
    except ModelServerError:
        return None
    said = " ".join(str(reply.get("question", "")).split())
    if said == " ".join(request.text.split()):
        return Restated(text=request.text)
    if not keeps_to(said, request):
        models.note("conversation", STRAYED, trouble=True)
        return None
    return Restated(text=said, origin=model)


def _prompt(request: Request) -> Prompt:
    form = template(PROMPT)
    user = form.fill(
        history="\n".join(f"{number}. {_told(turn)}" for number, turn in enumerate(request.history, start=1)),
        question=" ".join(request.text.split()),
    )
    return Prompt(version=form.version, system=form.system, user=user, schema=SCHEMA, max_tokens=MAX_TOKENS)


def _told(turn: Turn) -> str:
    labels = f" (answered from: {', '.join(turn.labels[:4])})" if turn.labels else ""
    return _shortened(turn.question) + labels


def keeps_to(said: str, request: Request) -> bool:
    """Whether a wording says what was asked: no number, law or matter from elsewhere, no negation lost or gained."""
    known = " ".join([request.text, *map(_told, request.history)])
    return (
        0 < len(said) <= min(MAX_CHARS, settings.LAWQA_MAX_QUESTION_CHARS)
        and said.isprintable()
        and ("(" not in said or "(" in request.text)  # remarks beside the question
        and _keeps_numbers(said, request.text, known)
        and _names_only(said, known)
        and _keeps_negation(said, request.text, known)
        and _keeps_matter(said, request.text, known)
    )


def _keeps_numbers(said: str, asked: str, known: str) -> bool:
    numbers = set(_NUMBER.findall(said))
    return set(_NUMBER.findall(asked)) <= numbers <= set(_NUMBER.findall(known))


def _keeps_negation(said: str, asked: str, known: str) -> bool:
    """One of the question stays, and none comes from nowhere."""
    negated = bool(_NEGATION.search(said))
    return negated or not _NEGATION.search(asked) if _NEGATION.search(known) else not negated


def _keeps_matter(said: str, asked: str, known: str) -> bool:
    """At least half of the question's words are kept, `whom` and `often` too; at most a third of the words are new."""
    words = _content(said)
    kept = all(
        2 * len(some & of) >= len(some)
        for some, of in ((_content(asked), words), (_words(asked), _words(said)))
    )
    return kept and 3 * len(words - _content(known)) <= len(words)


def _names_only(said: str, known: str) -> bool:
    """Whether every law that a wording names, and every number of a section, is named in what is known."""
    cited = [cite for cites in find_all(said) for cite in cites]
    before = [cite for cites in find_all(known) for cite in cites]
    documents = {cite.document for cite in before}
    sections = {cite.section for cite in before}
    return all(
        (cite.document in documents or cite.document.casefold() in known.casefold())
        and (cite.section in sections or not cite.section)
        for cite in cited
    )


def _content(text: str) -> set[str]:
    """The words that say what a text is about, cut to what their forms have in common."""
    return _words(" ".join(word for word in _WORD.findall(text) if word.lower() not in _FORM))


def _words(text: str) -> set[str]:
    return {word.lower()[:6] for word in _WORD.findall(text)}
