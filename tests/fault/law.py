"""Invented enactments of any length, as files of several kinds."""

from __future__ import annotations

import io

from reportlab.pdfgen.canvas import Canvas

SENTENCES = (
    "A keeper of bees shall register every hive with the county within {0} days of acquiring it.",
    "The county may refuse the registration of a hive that stands closer than {0} metres to a school.",
    "Whoever sells honey shall name on the jar the county in which {0} or more of the hives stood.",
    "An inspector may enter an apiary between sunrise and sunset after giving {0} hours' notice.",
)


SYLLABLES = "BA CE DI FO GU HA KE LI MO NU".split()


def sections(number: int, count: int) -> list[str]:
    """The sections of the act of that number: the same number gives the same words."""
    return [
        f"{place}. Duty {place} of act {number}.\n"
        + " ".join(
            f"({line}) " + SENTENCES[(number + place + line) % 4].format(number + line)
            for line in range(1, 7)
        )
        for place in range(1, count + 1)
    ]


def text(number: int, count: int = 5) -> bytes:
    """An act as a text file. Every number has a title of its own, so that none is taken for another's next edition."""
    named = "".join(SYLLABLES[int(digit)] for digit in str(number))
    title = f"THE {named} BEES ACT, 2020\n\n"
    return (title + "\n\n".join(sections(number, count)) + "\n").encode()


def pdf(number: int, count: int = 5, *, pages: int = 1) -> bytes:
    """An act as a PDF of at least so many pages."""
    file = io.BytesIO()
    canvas = Canvas(file, invariant=1)
    lines = text(number, count).decode().replace(" (", "\n(").splitlines()
    a_page = min(45, max(1, -(-len(lines) // pages)))
    for first in range(0, len(lines), a_page):
        for place, line in enumerate(lines[first : first + a_page]):
            canvas.drawString(60, 780 - 16 * place, line)
        canvas.showPage()
    canvas.save()
    return file.getvalue()
