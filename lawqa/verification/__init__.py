"""Stage 5: verification. Every sentence is checked against the law that it cites, in the open. Pure."""

from lawqa.verification.claims import ClaimCheck, check_claim
from lawqa.verification.in_force import force_on
from lawqa.verification.label import labels_match
from lawqa.verification.quote import find_quote
from lawqa.verification.verdicts import checker, verify

__all__ = [
    "ClaimCheck",
    "check_claim",
    "checker",
    "find_quote",
    "force_on",
    "labels_match",
    "verify",
]
