"""What an instrument says of itself: its kind, name, citation and dates, read from its text. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.types import Facts, FileFacts, PageText

_SUFFIX = re.compile(r"\.\w{1,5}$")


def guess(pages: Sequence[PageText], file_facts: FileFacts, name: str) -> Facts:
    """What can be told from the text; what cannot is left empty. `name` is the file's."""
    return Facts(title=_first_line(pages) or file_facts.title or title_of_file(name))


def _first_line(pages: Sequence[PageText]) -> str:
    return next((line.text for page in pages for line in page.lines if 5 < len(line.text) < 120), "")


def title_of_file(name: str) -> str:
    """A file's name made readable: `the_ferries_act-2031.pdf` is `the ferries act 2031`."""
    stem = _SUFFIX.sub("", name.replace("\\", "/").rpartition("/")[2])
    return " ".join(re.sub(r"[_\W]+", " ", stem).split())
