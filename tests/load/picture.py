"""The same as a picture: how late pages came over the run, and what memory each process held."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tests.load.report import TARGET, Report, percentile

WIDTH, HEIGHT, LEFT, GAP = 900, 260, 60, 60
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f7f7f", "#000000")
"""Told apart by those who see fewer colours (Okabe and Ito)."""
SLICES = 60
Points = Sequence[tuple[float, float]]


def picture(report: Report) -> str:
    """An SVG."""
    began = min((visit.at for visit in report.pages), default=0.0)
    pages = [(visit.at - began, visit.seconds) for visit in report.pages]
    end = max((at for at, _ in pages), default=1.0)
    shares = {f"p{share} of pages, ms": _sliced(pages, end, share) for share in (50, 95)}
    shares["target, ms"] = [(0.0, 1000 * TARGET), (end, 1000 * TARGET)]
    memory = {
        f"{name}, MB": [(at, held / 1e6) for at, held in points] for name, points in report.memory.items()
    }
    height = 2 * (HEIGHT + GAP)
    parts = [
        *_chart(shares, 30, "How soon pages came"),
        *_chart(memory, 30 + HEIGHT + GAP, "What processes hold"),
    ]
    size = f'viewBox="0 0 {WIDTH + 220} {height}" width="{WIDTH + 220}" height="{height}"'
    style = "<style>text{font:13px sans-serif}svg{background:#fff}</style>"
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{style}{"".join(parts)}</svg>\n'


def _sliced(points: Points, end: float, share: float) -> list[tuple[float, float]]:
    """That share of each slice of time, in ms."""
    slices: dict[int, list[float]] = {}
    for at, seconds in points:
        slices.setdefault(int(SLICES * at / (end + 1e-9)), []).append(seconds)
    return [((one + 0.5) * end / SLICES, 1000 * percentile(slices[one], share)) for one in sorted(slices)]


def _chart(lines: dict[str, list[tuple[float, float]]], top: float, title: str) -> Iterator[str]:
    most = max((value for points in lines.values() for _, value in points), default=1.0) or 1.0
    end = max((at for points in lines.values() for at, _ in points), default=1.0) or 1.0
    bottom = top + HEIGHT - 30
    yield f'<text x="{LEFT}" y="{top - 8}" font-weight="bold">{title}</text>'
    for part in (0.0, 0.5, 1.0):
        y = bottom - part * (bottom - top)
        yield f'<line x1="{LEFT}" x2="{WIDTH}" y1="{y:.0f}" y2="{y:.0f}" stroke="#ddd"/>'
        yield f'<text x="{LEFT - 6}" y="{y + 4:.0f}" text-anchor="end">{part * most:.0f}</text>'
    yield f'<text x="{WIDTH}" y="{bottom + 18:.0f}" text-anchor="end">{end:.0f} s</text>'
    for place, (name, points) in enumerate(sorted(lines.items())):
        colour, dash = (
            COLOURS[place % len(COLOURS)],
            "" if place < len(COLOURS) else ' stroke-dasharray="5 3"',
        )
        way = " ".join(
            f"{LEFT + (WIDTH - LEFT) * at / end:.1f},{bottom - (bottom - top) * value / most:.1f}"
            for at, value in points
        )
        yield f'<polyline points="{way}" fill="none" stroke="{colour}" stroke-width="1.6"{dash}/>'
        last = f" {points[-1][1]:.0f}" if points else ""
        yield f'<text x="{WIDTH + 10}" y="{top + 16 * place + 6:.0f}" fill="{colour}">{name}{last}</text>'
