"""Text that speaks to a machine, not to a person: a hint for whoever reviews the file. Pure.

Text of files is data at every stage, whatever it says; this only points a person to what was planted. Law that speaks of
instructions (to a jury), of prompts (in a rule about artificial intelligence) or of systems is not meant.
"""

from __future__ import annotations

import re

from corpus.extraction import characters

_START = r"(?:^|[.!?:;>\]\n\"“'‘(])[ \t]*(?:please[ ,]+|now[ ,]+|and[ ,]+|important[:!] *)?"
_EARLIER = r"(?:previous|prior|preceding|above|earlier|foregoing|existing|other|system|original)"
_ORDERS = r"(?:instructions?|prompts?|directives?|guidelines|guardrails|messages?)"
_DROP = r"(?:ignore|disregard|forget|override|bypass)"

_FORGET = re.compile(
    rf"{_START}{_DROP}\s+(?:(?:all|any|every|each|of|the|your|these|those)\s+){{0,4}}"
    rf"(?:{_EARLIER}\s+(?:(?:and|or)\s+{_EARLIER}\s+)?)(?:system\s+)?{_ORDERS}\b",
    re.IGNORECASE,
)
_COURTROOM = re.compile(r"\b(?:jur(?:y|ies|ors?)|venire\w*|verdict|deliberat\w+)\b", re.IGNORECASE)
_WINDOW = 200

_ROLE = (
    r"(?:ignore|disregard|reveal|forget|override|pretend|respond|reply|answer|output|print|repeat|disclose|act\s+as"
    r"|you\s+(?:are|must|will|shall|should)\s+(?:now|ignore|answer|respond|reply|reveal|always|never|an?\s+AI))\b"
)
_PLANTED = (
    re.compile(
        rf"^\W{{0,4}}system(?:\s+(?:message|prompt|override|note))?\W{{0,3}}:\s*{_ROLE}",
        re.IGNORECASE | re.MULTILINE,
    ),
    re.compile(
        rf"^\W{{0,4}}(?:user|assistant|developer)\s*:\s*{_DROP}\b.{{0,40}}{_ORDERS}",
        re.IGNORECASE | re.MULTILINE,
    ),
    re.compile(
        rf"{_START}(?:reveal|print|show|output|repeat|disclose|display|leak|write\s+out|{_DROP})\s+"
        r"(?:me\s+)?(?:your|the)\s+(?:(?:full|entire|complete|hidden|exact|initial)\s+)*(?:system|hidden|initial)\s+prompts?\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?<!if )(?<!whether )(?<!unless )(?<!when )(?<!where )\byou\s+are\s+(?:now\s+)?"
        r"(?:an?\s+|no\s+longer\s+an?\s+)?(?:helpful\s+)?(?:(?:AI|artificial\s+intelligence|(?:large\s+)?language)"
        r"\s+(?:language\s+)?(?:model|assistant|chatbot|bot|agent)|LLM(?=\s*[.,;:!])|chatbot|ChatGPT)\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?<!if )\byou\s+are\s+(?:now\s+)?an\s+AI\s*(?:[.,;:!]|and\b|that\b|whose\b|$)",
        re.IGNORECASE | re.MULTILINE,
    ),
    re.compile(
        r"\b(?:AIs?|LLMs?|language\s+models?|AI\s+(?:models?|assistants?|agents?))\s+"
        r"(?:that\s+(?:is|are)\s+)?(?:reading|processing|summari[sz]ing|parsing)\s+(?:this|these)\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"<\|(?:im_start|im_end|system|user|assistant|endoftext|eot_id|begin_of_text|start_header_id)\|>"
    ),
    re.compile(r"\[/?INST\]|<</?SYS>>"),
)


def suspicious(text: str) -> bool:
    """Whether a page's text has something that reads like an instruction to a language model."""
    plain = "\n".join(characters.clean(line)[0] for line in characters.BREAKS.split(text))
    return any(pattern.search(plain) for pattern in _PLANTED) or _tells_to_forget(plain)


def _tells_to_forget(text: str) -> bool:
    """An order to forget earlier instructions, unless a courtroom is near: judges give that order to juries."""
    for found in _FORGET.finditer(text):
        near = text[max(found.start() - _WINDOW, 0) : found.end() + _WINDOW]
        if not _COURTROOM.search(near):
            return True
    return False
