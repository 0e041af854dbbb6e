"""What the bench found: one value a measurement, under a key such as `250000/search`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

FILE = "report.json"


class Report:
    """Kept in a file after every measurement, so that nothing is measured twice."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self.found: dict[str, Any] = json.loads(self._path.read_text()) if self._path.exists() else {}

    def once(self, key: str, measure: Callable[[], Any]) -> None:
        """Measure what is not there yet, and write it down."""
        if key not in self.found:
            self.found[key] = measure()
            self._path.write_text(json.dumps(self.found, indent=1))

    @property
    def law(self) -> dict[str, Any]:
        """Where and when, and how many passages are real."""
        return dict(self.found["law"])

    @property
    def sizes(self) -> list[int]:
        """At which an index was built, ascending."""
        return sorted(
            int(key.removesuffix("/build"))
            for key in self.found
            if key.count("/") == 1 and key.endswith("/build")
        )

    def at(self, size: int) -> dict[str, Any]:
        """What was measured of the project at a size, by its name."""
        parts = ((key.split("/"), value) for key, value in self.found.items())
        return {part[1]: value for part, value in parts if part[0] == str(size) and len(part) == 2}

    def alternatives(self, size: int) -> dict[str, dict[str, Any]]:
        """Name → `build` and `search` of the alternatives measured at a size."""
        known = ((name, self._of(size, name)) for name in self.names_of_alternatives)
        return {name: found for name, found in known if found.keys() == {"build", "search"}}

    def _of(self, size: int, name: str) -> dict[str, Any]:
        start = f"{size}/{name}/"
        return {key.removeprefix(start): value for key, value in self.found.items() if key.startswith(start)}

    @property
    def names_of_alternatives(self) -> list[str]:
        """In the order in which they were measured."""
        return list(dict.fromkeys(key.split("/")[1] for key in self.found if key.count("/") == 2))

    def over_size(
        self, name: str, measure: Callable[[Mapping[str, Any]], float]
    ) -> list[tuple[float, float]]:
        """(passages, measure of its searches) of an alternative, at each size where it was measured."""
        return list(self._points(name, measure))

    def _points(
        self, name: str, measure: Callable[[Mapping[str, Any]], float]
    ) -> Iterator[tuple[float, float]]:
        for size in self.sizes:
            if found := self.alternatives(size).get(name):
                yield self.at(size)["build"]["passages"], measure(found["search"])
