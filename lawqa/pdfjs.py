"""Where pdf.js lies, which shows originals in the browser: in a wheel, of which only the files are used."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

WEB_FOLDERS = ("cmaps", "standard_fonts", "wasm")
"""What it loads besides its scripts: encodings, fonts that need not be embedded, decoders of scanned pictures."""


def static_folders() -> list[tuple[str, str]]:
    """(prefix of the address, folder) for STATICFILES_DIRS; the package itself is not imported: it needs Qt."""
    spec = find_spec("pdfjs_viewer")
    if spec is None or spec.origin is None:
        return []
    root = Path(spec.origin).parent / "pdfjs"
    folders = {"build": root / "build", **{name: root / "web" / name for name in WEB_FOLDERS}}
    return [(f"pdfjs/{name}", str(folder)) for name, folder in folders.items()]
