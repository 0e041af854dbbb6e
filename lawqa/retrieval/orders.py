"""Finds text that speaks to a machine as if it gave it orders. Pure.

Law speaks to people, sometimes about machines; a text that somebody else put on a shelf may speak to the model that
will read it. Such a passage is not hidden, since it may be what the reader asks for: it carries a flag. Everything
that protects an answer (fenced sources, fixed schemas, verified quotes) holds without it, so it need not be complete.
"""

from __future__ import annotations

import re

from corpus.citations.folding import fold

FLAG = "instructions"

_MACHINE = (
    r"(?:(?:an?|the|any|this|every)\s+)?(?:(?:helpful|large|legal|honest|new|unrestricted|uncensored)\s+)*"
    r"(?:a\.?i\.?(?!\s+(?:system|literacy|office|provider)s?\b)|artificial\s+intelligence(?!\s+system)|chat\s?bot|"
    r"chat\s?gpt|gpt(?:-?\d)?|llm|language\s+model|(?:virtual|digital|legal)\s+assistant|assistant|dan)\b"
)
_READERS = r"(?:llms?|language\s+models?|ai\s+(?:assistants?|models?|agents?|readers?)|chat\s?bots?)"
_BEFORE = (
    r"(?:all|any|every|each|the|your|these|those|my|our|of|and|other|previous|prior|above|earlier|preceding|"
    r"foregoing|existing|initial|original|system|safety)"
)
_EARLIER = r"(?:your|previous|prior|above|earlier|preceding|foregoing|initial|original|system|safety)"
_ORDERS = r"(?:instructions?|prompts?|guidelines|directives?|programming|training|messages?|guard\s?rails?)"
_SPEAKERS = r"(?:system|assistant|human|instructions?|response|new\s+task)"
_TAGS = (
    r"(?:system|assistant|instructions?|prompt|tool_call|tool_response|think|start_of_turn|end_of_turn|document|"
    r"sources?|context)"
)
_KEYS = (
    r"(?:role|content|claims?|citations?|quotes?|sources?|markers?|verdicts?|supports?|suggestions?|terms|"
    r"tool_calls?|arguments)"
)
_COMMANDS = (
    r"(?:you|your|ignore|disregard|forget|reveal|print|output|say|reply|respond|answer|always|never|do\s+not|"
    r"from\s+now|act|the\s+(?:user|assistant|model))"
)

# Each line: words without which the pattern cannot match, in lower case, and the pattern. Looking for the words first
# makes reading law, which has few of them, several times as fast.
_TABLE: tuple[tuple[tuple[str, ...], str], ...] = (
    # The marks by which chat templates part one speaker from another.
    (("<",), r"<\s?[|｜]\s?[\w ]{2,40}[|｜]\s?>|<\s?<\s?/?sys\s?>\s?>|<\s?/?" + _TAGS + r"(?:\s[^<>\n]{0,80})?>"),
    (("[",), r"\[\s?/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_\w{1,12})\s?\]"),
    (("#",), rf"^[ \t]*#{{1,6}}[ \t]*{_SPEAKERS}\b[ \t]*:?[ \t]*$"),
    (("===",), r"^={3,}\s*(?:user|system|assistant)\s*={3,}"),
    (("system", "assistant"), r"^[ \t]*(?:(?:begin\s+)?system\s+(?:prompt|message|note|override)|assistant)[ \t]*:"),
    (("system:", "developer:", "human:"), rf"^[ \t]*(?:system|developer|human):[ \t]*{_COMMANDS}\b"),
    # Our own: the fences of a prompt, the JSON of an answer.
    ((" begins", " ends"), r"^[0-9a-f]{16}\s+\S.{0,60}\s(?:begins|ends)\s*$"),
    (("{",), rf"\{{[^{{}}\n]{{0,200}}?[\"']{_KEYS}[\"']\s*:"),
    # Orders to put aside what was said before, or to say what it was.
    (
        ("ignor", "disregard", "forget", "overrid", "bypass", "set aside", "not follow", "not obey"),
        (r"\b(?:ignor(?:e|ing)|disregard|forget|override|bypass|set\s+aside|do\s+not\s+(?:follow|obey))\s+"
        rf"(?=(?:[a-z]+\s+){{0,5}}?{_EARLIER}\b|all\s+(?:instructions|prompts)\b)(?:{_BEFORE}\s+){{1,6}}{_ORDERS}\b"),
    ),
    (
        ("ignore", "disregard", "forget"),
        (r"\b(?:ignore|disregard|forget)\s+(?:everything|anything|all|what)\s+(?:that\s+)?"
        r"(?:you|was|has\s+been|is|written|said|above|before)\b[^.\n]{0,40}?(?:\b(?:told|said|above|before|learned|know)\b)"),
    ),
    (
        ("prompt", "instruction", "message"),
        (r"\b(?:reveal|repeat|print|output|show|leak|disclose)\s+(?:me\s+)?(?:your|the|this)\s+"
        r"(?:full\s+|hidden\s+|whole\s+|entire\s+)*(?:system|initial|original|developer)\s+"
        r"(?:prompt|message|instructions?)\b|\b(?:your|the)\s+system\s+prompt\b"),
    ),
    (("jail", "developer mode", "god mode"), r"\b(?:jail\s?break(?:en|ed)?|developer\s+mode|god\s+mode)\b"),
    # Words to whoever reads as a machine.
    (("you are",), rf"\byou\s+are\s+(?:now\s+|no\s+longer\s+|actually\s+|only\s+)*{_MACHINE}"),
    (
        ("language model", "ai assistant", " llm"),
        r"\b(?:as|being)\s+an?\s+(?:ai\s+language\s+model|language\s+model|ai\s+assistant|llm)(?=\s*,|\s+you\b)",
    ),
    (
        (" llm", "language model", "ai assistant", "ai model", "ai agent", "ai reader", "chatbot", "chat bot"),
        (r"\b(?:note|message|instructions?|attention|dear|hey|hello|order)\s*(?:to|for|,|:)?\s+(?:all\s+|any\s+)?"
        rf"{_READERS}\s*[:,!—-]|\b{_READERS}\s*[:,]?\s+(?:that\s+)?(?:reads?|reading|processing|summari[sz]ing)\s+this\b"),
    ),
    (
        ("act as", "behave as", "respond as", "answer as", "pose as", "pretend"),
        (r"\b(?:act|behave|respond|answer|pose)\s+as\s+(?:if\s+you\s+(?:were|are)\b|an?\s+(?:unrestricted|uncensored|"
        r"different|ai|language)\b)|^[\W\d]*pretend\s+(?:to\s+be|that\s+you|you)\b|\bpretend\s+that\s+you\s+are\b"),
    ),
    (
        ("your new", "new instruction", "from now on"),
        (r"\byour\s+new\s+(?:instructions?|task|role|persona|rules)\s+(?:are|is)\b|\bnew\s+instructions?\s*:|"
        r"\bfrom\s+now\s+on\b[^.\n]{0,30}\byou\s+(?:are|will|must|shall|should)\b"),
    ),
    # Orders what to say.
    (
        ("reply", "respond", "answer", "output", "say", "print"),
        (r"\b(?:reply|respond|answer|output|say|print)\s+(?:(?:only|just|exactly|simply|always)\s+){1,2}"
        r"(?:(?:with|in|as|that|the\s+words?)\s*)?[\"“'‘:]"),
    ),
    (
        ("the user", "the reader", "the human"),
        (r"\b(?:(?:do\s+not|don't|never)\s+(?:tell|inform)|tell)\s+the\s+(?:user|reader|human)\b|"
        r"\b(?:mention|reveal)\s+(?:this|it)\s+to\s+the\s+(?:user|reader|human)\b"),
    ),
    (
        ("asked", "summari", "answering"),
        (r"\bwhen(?:ever)?\s+(?:(?:you\s+are|you're)\s+)?(?:asked|summari[sz]ing|answering)\b[^.\n]{0,60}?,?\s+"
        r"(?:you\s+(?:must|should|will)|always|never|say|reply|answer\s+that|respond)\b"),
    ),
    # The same in other languages.
    (("ignor",), r"\bignorier(?:e|en\s+sie)\s[^.\n]{0,50}?(?:anweisung|instruktion|vorgabe)"),
    (("ignor",), r"\bignore[zr]?\s+(?:toutes\s+)?(?:les|tes|vos)\s+(?:instructions|consignes)\b"),
    (
        ("ignor",),
        r"\bignor[ae]\s+(?:todas\s+|tutte\s+)?(?:las|tus|sus|le|tue)\s+(?:instrucciones|órdenes|istruzioni)\b",
    ),
    (("忽略",), r"忽略(?:之前|以上|所有|前面)[^。\n]{0,12}?(?:指令|指示|提示)"),
)  # fmt: skip
_PATTERNS = tuple((words, re.compile(pattern, re.IGNORECASE | re.MULTILINE)) for words, pattern in _TABLE)


# What hides a word: invisible characters, Greek, Cyrillic, full-width and mathematical letters. Law has few of them.
_DISGUISE = re.compile(
    "[\u00ad\u034f\u0370-\u04ff\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\uff00-\uffef"
    "\U0001d400-\U0001d7ff]"
)


def gives_orders(text: str) -> bool:
    """Whether a text addresses the machine that reads it, or imitates the marks by which one is addressed.

    Look-alike and invisible characters are read as what they look like.
    """
    plain = fold(text).text if _DISGUISE.search(text) else text
    words = f" {' '.join(plain.lower().split())}"
    return any(any(word in words for word in needed) and found.search(plain) for needed, found in _PATTERNS)
