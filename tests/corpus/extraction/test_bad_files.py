"""Every bad file is refused, fails with the right code, or is read, within the time and memory of one reader."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings

from corpus.extraction import ExtractionError, Limits, NotSupported, clean, extract, sniff
from corpus.types import PageText
from tests.bad_files import BAD_FILES, BadFile, Fails, Reads, Refused

LIMITS = Limits(cpu_seconds=10, wall_seconds=60)
GIBIBYTE_IN_KIB = 1 << 20


def sniffed(path: Path) -> str:
    """As at an upload: from the beginning and the end of the file."""
    with path.open("rb") as file:
        head = file.read(sniff.HEAD)
        file.seek(max(path.stat().st_size - sniff.HEAD, 0))
        return sniff.media_type(head, path.name, file.read())


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of reading a file: its text and flags, or why it failed."""

    text: str = ""
    flagged: frozenset[str] = frozenset()
    error: ExtractionError | None = None


def read(path: Path) -> Outcome:
    try:
        facts, *found = list(extract(path, sniffed(path), LIMITS, lambda: None))
    except ExtractionError as error:
        return Outcome(error=error)
    pages = clean([page for page in found if isinstance(page, PageText)])
    text = " ".join(line.text for page in pages for line in page.lines)
    return Outcome(text, frozenset(flag for page in (facts, *pages) for flag in page.flags))


def check(outcome: Outcome, expected: Fails | Reads) -> None:
    """Hold what came of a file against what is expected."""
    allowed = expected.codes if isinstance(expected, Fails) else expected.or_fails
    if outcome.error is not None:
        assert outcome.error.code in allowed, outcome.error
        assert str(outcome.error).endswith(".")
        return
    assert isinstance(expected, Reads), "it was read"
    assert expected.words in outcome.text
    assert not expected.absent or expected.absent not in outcome.text
    assert outcome.flagged >= expected.flags


@pytest.mark.parametrize("name", BAD_FILES)
def test_what_becomes_of_a_bad_file(name: str, tmp_path: Path) -> None:
    bad: BadFile = BAD_FILES[name]
    path = tmp_path / name
    bad.write(path)
    if isinstance(bad.expected, Refused):
        with pytest.raises(NotSupported, match=bad.expected.words):
            sniffed(path)
    else:
        check(read(path), bad.expected)


GREEDY = [name for name in BAD_FILES if re.match(r"(?:7|8|9|10|17|21|22)-", name)]
PEAK = """
import resource, sys
from pathlib import Path
from tests.corpus.extraction.test_bad_files import read
read(Path(sys.argv[1]))
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@pytest.mark.parametrize("name", GREEDY)
def test_a_greedy_file_stays_within_the_memory_of_one_reader(name: str, tmp_path: Path) -> None:
    """In a process of its own: what a process begins is counted with the memory that it had itself."""
    path = tmp_path / name
    BAD_FILES[name].write(path)
    command = [sys.executable, "-c", PEAK, str(path)]
    told = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True)
    assert 10_000 < int(told.stdout) < GIBIBYTE_IN_KIB
