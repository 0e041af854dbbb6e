"""What a person should look at in an extracted file: codes that travel, and the sentences for them. Pure."""

from __future__ import annotations

READERS_DIFFER = "readers-differ"
HIDDEN_TEXT = "hidden-text"
INSTRUCTIONS = "instructions"
ACTIVE_CONTENT = "active-content"
NO_TEXT = "no-text"
OCR = "ocr"
DAMAGED = "damaged"
CUT = "cut"
ODD_CHARACTERS = "odd-characters"
NO_STRUCTURE = "no-structure"
NO_DATE = "no-date"

SENTENCES = {
    READERS_DIFFER: "Two readers of this page disagree about its text: compare it with the original.",
    HIDDEN_TEXT: "Some text cannot be seen on the page (white, tiny or outside it): it was left out.",
    INSTRUCTIONS: "Some text reads like an instruction to a machine. It is treated as text only.",
    ACTIVE_CONTENT: "The file carries scripts, forms or attachments. Only its text was read.",
    NO_TEXT: "This page has no text that could be read: it is a picture or empty.",
    OCR: "The text was recognised from a picture: compare it with the original before relying on it.",
    DAMAGED: "Part of the file is damaged: what could be read is here.",
    CUT: "The text was longer than the limit and was cut.",
    ODD_CHARACTERS: "Characters that mean nothing were left out.",
    NO_STRUCTURE: "No sections were recognised: the text is divided by pages or paragraphs.",
    NO_DATE: "No date was found in the text: the day of the upload stands in for it.",
}


def sentence(flag: str) -> str:
    """The sentence for a flag; an unknown one stands for itself."""
    return SENTENCES.get(flag, flag)
