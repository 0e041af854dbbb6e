"""`make audit`: known vulnerabilities of what the locks name, and the licence of everything that is shipped.

Ends with 1 when something has a known vulnerability, or a licence that does not go with Apache-2.0 or that nobody knows.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = (
    "requirements.lock",
    "deploy/small_model.lock",
    "deploy/milvus/milvus.lock",
    "deploy/telemetry.lock",
)
LOCKS = (*SHIPPED, "tests/requirements.lock")
PINNED = "torch==2.13.0"
"""Not in a lock, because which build is taken is a machine's own business."""
READ_BY_US = {"pysqlite3": "Zlib"}
"""Packages that do not say it in their metadata; what their LICENSE file says."""
PERMITTED = re.compile(
    r"\b(MIT|BSD|0BSD|Apache|Apache-2\.0|ISC|ISCL|PSF|PSFL|Python Software Foundation|Zlib|MPL|Mozilla|BSL-1\.0|CC0|"
    r"Unlicense|Public[- ]Domain|HPND|CNRI-Python|LGPL|Lesser General Public)",
    re.IGNORECASE,
)
"""The GNU Lesser licences are among them: such libraries are installed beside the project, unchanged."""
REFUSED = re.compile(
    r"\b(AGPL|Affero|GPL|GNU General Public|SSPL|BUSL|Business Source|Non-?Commercial|CC-BY-NC)",
    re.IGNORECASE,
)
UNREACHABLE = "Vulnerabilities were not looked up: {}. Run make audit again where pip’s index can be reached."


@dataclass(frozen=True, slots=True)
class Package:
    """A package of a lock and the licence that it states."""

    name: str
    version: str
    licence: str
    """Empty: it states none. `None here`: it is not installed on this machine."""

    @property
    def refused(self) -> bool:
        return self.licence != NOT_HERE and not permitted(self.licence)


NOT_HERE = "not installed here"


def main() -> int:
    """The exit status."""
    packages = sorted(shipped(ROOT), key=lambda package: package.name.lower())
    wrong = [one for one in packages if one.refused]
    found, trouble = vulnerabilities(ROOT)
    lines = [
        table(packages),
        *(
            f"Look at {one.name} {one.version}: its licence is {one.licence or 'not stated'}."
            for one in wrong
        ),
        *found,
        UNREACHABLE.format(trouble) if trouble else f"{len(found)} known vulnerabilities.",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if wrong or found else 0


def shipped(root: Path) -> Iterator[Package]:
    """Every package of the locks of an installation, once."""
    names = {
        name: version for lock in SHIPPED for name, version in pins((root / lock).read_text(encoding="utf-8"))
    }
    for name, version in [*names.items(), *pins(PINNED)]:
        yield Package(name, version, licence_of(name))


def pins(lock: str) -> list[tuple[str, str]]:
    """(name, version) of each line of a lock."""
    return re.findall(r"^([A-Za-z0-9._-]+)==([^\s\\;]+)", lock, re.MULTILINE)


def licence_of(name: str) -> str:
    if name in READ_BY_US:
        return READ_BY_US[name]
    try:
        return stated(distribution(name))
    except PackageNotFoundError:
        return NOT_HERE


def stated(package: Distribution) -> str:
    """What its metadata says: the expression, else the classifiers, else the first line of the text."""
    metadata = package.metadata
    classifiers = [
        one.rpartition(" :: ")[2] for one in metadata.get_all("Classifier") or [] if one[:7] == "License"
    ]
    text = (metadata["License"] or "").strip()
    return metadata["License-Expression"] or " OR ".join(classifiers) or (text.splitlines() or [""])[0]


def permitted(licence: str) -> bool:
    """Whether the project may be shipped with it: of alternatives one is enough, of parts that all hold each one."""
    return any(
        all(PERMITTED.search(part) and not _refused(part) for part in re.split(r"\s+AND\s+", choice))
        for choice in re.split(r"\s+OR\s+", licence.strip("() "))
    )


def _refused(part: str) -> bool:
    return bool(REFUSED.search(re.sub(r"LGPL|Lesser General Public", "", part)))


def table(packages: Iterable[Package]) -> str:
    return "\n".join(f"{one.name:34} {one.version:16} {one.licence or '?'}" for one in packages)


def vulnerabilities(root: Path, program: str | None = None) -> tuple[list[str], str]:
    """(a line for each that is known, why nothing could be looked up or empty)."""
    with tempfile.TemporaryDirectory() as folder:
        pinned = Path(folder) / "pinned.txt"
        pinned.write_text(f"{PINNED}\n", encoding="utf-8")
        sources = [["--require-hashes", "-r", str(root / lock)] for lock in LOCKS] + [
            ["--no-deps", "-r", str(pinned)]
        ]
        found: set[str] = set()
        for source in sources:
            said, trouble = look_up([program or str(Path(sys.executable).parent / "pip-audit"), *source])
            if trouble:
                return [], trouble
            found |= set(said)
    return sorted(found), ""


def look_up(command: list[str]) -> tuple[list[str], str]:
    """What pip-audit says of one lock. It ends with 1 both when it found something and when it could not look."""
    options = ["--disable-pip", "--format", "json", "--progress-spinner", "off"]
    try:
        done = subprocess.run([*command, *options], check=False, capture_output=True, text=True, timeout=600)
        dependencies = json.loads(done.stdout)["dependencies"]
    except FileNotFoundError:
        return [], "pip-audit is not installed"
    except subprocess.TimeoutExpired:
        return [], "pip-audit did not end within ten minutes"
    except (ValueError, KeyError):
        lines = done.stderr.strip().splitlines() or [f"pip-audit ended with {done.returncode}"]
        return [], lines[-1].rstrip(".")
    return [
        f"{one['name']} {one['version']}: {bad['id']}, mended in {', '.join(bad['fix_versions']) or 'no version yet'}"
        for one in dependencies
        for bad in one.get("vulns", [])
    ], ""


if __name__ == "__main__":
    sys.exit(main())
