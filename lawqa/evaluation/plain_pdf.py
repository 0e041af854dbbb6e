"""A PDF of plain lines, written as bytes: something to read where no PDF is at hand. Pure.

Syntax as in ISO 32000-1, 7.5: header, objects, cross-reference table, trailer.
"""

from __future__ import annotations

from collections.abc import Sequence

WIDTH, HEIGHT, MARGIN = 595, 842, 60  # A4, in points
SIZE, LEADING = 10, 14
LINES_A_PAGE = (HEIGHT - 2 * MARGIN) // LEADING


def written(lines: Sequence[str]) -> bytes:
    """As many pages as the lines need; what Latin-1 has no sign for becomes `?`."""
    pages = [lines[first : first + LINES_A_PAGE] for first in range(0, len(lines), LINES_A_PAGE)] or [()]
    kids = " ".join(f"{number} 0 R" for number in range(4, 4 + 2 * len(pages), 2))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for page in pages:
        objects += [_page(len(objects) + 2), _content(page)]
    return _file(objects)


def _page(content: int) -> bytes:
    box = f"/MediaBox [0 0 {WIDTH} {HEIGHT}] /Resources << /Font << /F 3 0 R >> >>"
    return f"<< /Type /Page /Parent 2 0 R {box} /Contents {content} 0 R >>".encode()


def _content(lines: Sequence[str]) -> bytes:
    shown = "".join(f"({_escaped(line)}) Tj T*\n" for line in lines)
    stream = f"BT /F {SIZE} Tf {LEADING} TL {MARGIN} {HEIGHT - MARGIN} Td\n{shown}ET".encode(
        "latin-1", "replace"
    )
    return b"<< /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream)


def _escaped(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _file(objects: Sequence[bytes]) -> bytes:
    body, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + trailer
