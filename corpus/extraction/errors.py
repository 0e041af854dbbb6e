"""Why a file could not be read, each with a code for programs and a sentence that says what to do.

* ExtractionError
  + NotSupported       another kind of file than those that are read: choose another file
  + TooLarge           a limit of the settings is exceeded
  + NeedsPassword      encrypted: save it without a password and add it again
  + NeedsOCR           pictures of pages only, and no text recognition on this machine
  + Damaged            the file cannot be opened, or breaks off
  + TimedOut           reading took longer than allowed: a person may try again, or divide the file
  + ReaderDied         the reading process died: it may be tried again
"""

from __future__ import annotations


class ExtractionError(Exception):
    """The message is a sentence for the admin."""

    code = "unreadable"
    retriable = False


class NotSupported(ExtractionError):
    code = "not-supported"


class TooLarge(ExtractionError):
    code = "too-large"


class NeedsPassword(ExtractionError):
    code = "needs-password"


class NeedsOCR(ExtractionError):
    code = "needs-ocr"


class Damaged(ExtractionError):
    code = "damaged"


class TimedOut(ExtractionError):
    code = "timeout"


class ReaderDied(ExtractionError):
    code = "reader-died"
    retriable = True
