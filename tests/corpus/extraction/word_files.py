"""Small Word files for tests, from the XML of their parts."""

from __future__ import annotations

import zipfile
from pathlib import Path

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def write(path: Path, body: str, *, namespace: str = W, **parts: str) -> Path:
    """A file with this body; other parts by name: `styles`, `numbering`, `footnotes`, `endnotes`."""
    roots = {"styles": "styles", "numbering": "numbering", "footnotes": "footnotes", "endnotes": "endnotes"}
    links = "".join(
        f'<Relationship Id="{name}" Type="{RELATED}/{name}" Target="{name}.xml"/>' for name in sorted(parts)
    )
    main = f'<Relationship Id="main" Type="{RELATED}/officeDocument" Target="word/document.xml"/>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{RELATIONS}">{main}</Relationships>')
        archive.writestr(
            "word/_rels/document.xml.rels", f'<Relationships xmlns="{RELATIONS}">{links}</Relationships>'
        )
        archive.writestr("word/document.xml", _xml("document", f"<w:body>{body}</w:body>", namespace))
        for name, content in parts.items():
            archive.writestr(f"word/{name}.xml", _xml(roots[name], content, namespace))
    return path


def _xml(root: str, content: str, namespace: str) -> str:
    more = 'xmlns:mc="urn:mc" xmlns:v="urn:v"'
    return f'<?xml version="1.0"?><w:{root} xmlns:w="{namespace}" {more}>{content}</w:{root}>'


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(
    content: str = "", *, style: str = "", list_of: str = "", level: int = 0, properties: str = ""
) -> str:
    """A paragraph of text, or of runs where `content` begins with an element."""
    inside = content if content.startswith("<") else run(content)
    styled = f'<w:pStyle w:val="{style}"/>' if style else ""
    numbered = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_of}"/></w:numPr>' if list_of else ""
    return f"<w:p><w:pPr>{styled}{numbered}{properties}</w:pPr>{inside}</w:p>"


def level(depth: int, style: str, text: str, more: str = "") -> str:
    """One level of a list, as it counts and looks: `level(0, "decimal", "%1.")`."""
    return f'<w:lvl w:ilvl="{depth}"><w:numFmt w:val="{style}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'


def abstract(name: str, *levels: str) -> str:
    return f'<w:abstractNum w:abstractNumId="{name}">{"".join(levels)}</w:abstractNum>'


def use(name: str, abstract_name: str, changes: str = "") -> str:
    return f'<w:num w:numId="{name}"><w:abstractNumId w:val="{abstract_name}"/>{changes}</w:num>'
