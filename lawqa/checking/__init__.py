"""Verification of any text: does what it cites exist and apply, do its quotations stand there, do its figures agree."""

from lawqa.checking.text import LONGEST_TEXT, check_text
from lawqa.checking.types import CheckedText

__all__ = ["LONGEST_TEXT", "CheckedText", "check_text"]
