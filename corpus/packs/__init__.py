"""The law packs there are: each reads one publisher's files and yields documents and sections, nothing else."""

from __future__ import annotations

from corpus.packs import eu_digital, in_constitution, opinions, sections, us_code
from corpus.packs.base import Pack, PackError, UnknownPackError

__all__ = ["PACKS", "Pack", "PackError", "find"]

PACKS: dict[str, Pack] = {
    pack.slug: pack
    for pack in (eu_digital.PACK, in_constitution.PACK, us_code.PACK, sections.PACK, opinions.PACK)
}


def find(slug: str) -> Pack:
    """The pack of that name. Raises UnknownPackError, which names those there are."""
    if slug not in PACKS:
        raise UnknownPackError(f"There is no law pack {slug!r}; there are {', '.join(PACKS)}.")
    return PACKS[slug]
