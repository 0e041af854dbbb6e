"""Questions, the events of answering them, and answers as they stay for ever."""

from lawqa.models.answers import Answer, AnswerCitation, AnswerSource, Claim, ModelCall, SealedRecord
from lawqa.models.questions import (
    DEAD_AFTER,
    MAX_ATTEMPTS,
    MAX_TURNS,
    NOT_BEGUN,
    Event,
    Question,
    QuestionQuerySet,
)

__all__ = [
    "DEAD_AFTER",
    "MAX_ATTEMPTS",
    "MAX_TURNS",
    "NOT_BEGUN",
    "Answer",
    "AnswerCitation",
    "AnswerSource",
    "Claim",
    "Event",
    "ModelCall",
    "Question",
    "QuestionQuerySet",
    "SealedRecord",
]
