"""What a browser would not show of an HTML page, as far as the page itself says so in simple words. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

Element = etree._Element  # noqa: SLF001 - lxml has no public name for it

NEVER_SHOWN = frozenset(
    "head script style noscript template iframe object embed canvas audio video svg map datalist select textarea input"
    " button dialog nav link meta title".split()
)
_UNSEEN = re.compile(
    r"(?:^|[;\s{])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0*\.?0+(?![.\d])"
    r"|font-size\s*:\s*0*\.?[01]?(?:px|pt|em|rem|%)?\s*(?:!important\s*)?(?:;|$)"
    r"|(?:text-indent|left|top)\s*:\s*-\d{4,})",
    re.IGNORECASE,
)
_WHITE = re.compile(
    r"(?:^|[;\s])color\s*:\s*(?:#fff(?:fff)?\b|white\b|rgba?\(\s*255\s*,\s*255\s*,\s*255\b|transparent\b)",
    re.IGNORECASE,
)
_GROUND = re.compile(r"background", re.IGNORECASE)
_RULE = re.compile(r"([^{}@]+)\{([^{}]*)\}")
_BLOCK = re.compile(r"@[^{};]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}|@[^{};]*;|/\*.*?\*/", re.DOTALL)
_SIMPLE = re.compile(r"[a-z0-9]*[.#][\w-]+", re.IGNORECASE)
MAX_SHEET = 500_000
"""Characters of style sheets in the page that are looked at."""


def text_of(element: Element) -> str:
    """All text in an element, shown or not."""
    return "".join(map(str, element.itertext()))


class Seeing:
    """Knows the simple rules of a page's own style sheets: `.class`, `#id` and `element.class`."""

    def __init__(self, root: Element) -> None:
        sheet = "".join(map(text_of, root.iter("style")))[:MAX_SHEET]
        self._styles: dict[str, str] = {}
        for rule in _RULE.finditer(_BLOCK.sub(" ", sheet)):
            if _UNSEEN.search(rule[2]) or _WHITE.search(rule[2]) or _GROUND.search(rule[2]):
                for selector in map(str.strip, rule[1].split(",")):
                    if _SIMPLE.fullmatch(selector):
                        self._styles[selector] = f"{self._styles.get(selector, '')};{rule[2]}"

    def hides(self, element: Element) -> bool:
        """Whether the element and what is in it are not shown."""
        if element.get("hidden") is not None and element.get("hidden") != "until-found":
            return True
        style = self._style(element)
        if not style:
            return False
        return bool(_UNSEEN.search(style)) or (bool(_WHITE.search(style)) and not self._on_ground(element))

    def _style(self, element: Element) -> str:
        found = (
            [self._styles[name] for name in _selectors(element) if name in self._styles]
            if self._styles
            else []
        )
        return ";".join([*found, element.get("style", "")]).strip(";")

    def _on_ground(self, element: Element) -> bool:
        """Whether something behind it has a colour or picture of its own, on which white can be read."""
        around = [element, *element.iterancestors()]
        return any(_GROUND.search(self._style(each)) or each.get("bgcolor") for each in around)


def _selectors(element: Element) -> Iterator[str]:
    tag = element.tag if isinstance(element.tag, str) else ""
    names = [f".{name}" for name in element.get("class", "").split()]
    names += [f"#{element.get('id')}"] if element.get("id") else []
    for name in names:
        yield name
        yield f"{tag}{name}"
