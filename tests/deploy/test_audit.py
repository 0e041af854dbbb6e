"""`make audit`: which licences go with the project, and what is said of vulnerabilities, found or not looked up."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.servers import ROOT


def load() -> ModuleType:
    """The script as a module: deploy/ is no package."""
    spec = importlib.util.spec_from_file_location("lawqa_audit", ROOT / "deploy/supply_chain.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["lawqa_audit"] = module
    spec.loader.exec_module(module)
    return module


audit = load()


@pytest.mark.parametrize(
    ("licence", "good"),
    [
        ("MIT", True), ("BSD-3-Clause", True), ("Apache-2.0 AND BSD-2-Clause", True), ("ISC License (ISCL)", True),
        ("LGPL-3.0-only", True), ("GNU Lesser General Public License v3 or later (LGPLv3+)", True),
        ("LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0", True), ("MPL-2.0 AND MIT", True), ("PSF-2.0", True),
        ("GPL-3.0-only", False), ("AGPL-3.0-only", False), ("MIT AND GPL-3.0-only", False), ("SSPL-1.0", False),
        ("GNU General Public License v3 (GPLv3)", False), ("GNU Affero General Public License v3", False),
        ("CC-BY-NC-4.0", False), ("Other/Proprietary License", False), ("", False), ("Dual License", False),
        ("LGPL-3.0-only AND GPL-3.0-only", False), ("BUSL-1.1", False),
    ],
)  # fmt: skip
def test_which_licences_go_with_apache_2(licence: str, good: bool) -> None:
    assert audit.permitted(licence) is good


def test_everything_that_is_shipped_has_a_licence_that_goes_with_it() -> None:
    packages = list(audit.shipped(ROOT))
    assert len(packages) > 100
    assert not [package for package in packages if package.refused]
    missing = [package.name for package in packages if package.licence == audit.NOT_HERE]
    assert len(missing) < 20, (
        "what is not installed, as servers of an index and of traces may be, is not judged"
    )


def test_pins_are_read_with_names_as_they_are_written() -> None:
    lock = "a-b.c_d==1.2.3 \\\n    --hash=sha256:00\n# x==9\nz==2026.1.1+cpu ; python_version > '3'\n"
    assert audit.pins(lock) == [("a-b.c_d", "1.2.3"), ("z", "2026.1.1+cpu")]


def test_torch_is_the_makefiles() -> None:
    assert audit.PINNED in (ROOT / "Makefile").read_text(encoding="utf-8")


def a_program(folder: Path, says: str, status: int, complains: str = "") -> str:
    path = folder / "pip-audit"
    path.write_text(
        f"#!{sys.executable}\nimport sys\nsys.stdout.write({says!r})\nsys.stderr.write({complains!r})\nsys.exit({status})\n"
    )
    path.chmod(0o755)
    return str(path)


def test_a_vulnerability_is_told_once_with_what_mends_it(tmp_path: Path) -> None:
    bad = {"name": "bees", "version": "1.0", "vulns": [{"id": "CVE-1", "fix_versions": ["1.1"]}]}
    skipped = {"name": "honey", "skip_reason": "not there"}
    program = a_program(tmp_path, json.dumps({"dependencies": [bad, skipped]}), 1)
    assert audit.vulnerabilities(ROOT, program) == (["bees 1.0: CVE-1, mended in 1.1"], "")


def test_an_index_that_cannot_be_reached_is_said_and_is_no_clean_bill(tmp_path: Path) -> None:
    program = a_program(tmp_path, "", 1, "WARNING: x\nERROR: Could not connect to the vulnerability feed.\n")
    assert audit.vulnerabilities(ROOT, program) == ([], "ERROR: Could not connect to the vulnerability feed")
    assert audit.vulnerabilities(ROOT, str(tmp_path / "none")) == ([], "pip-audit is not installed")


def test_every_lock_of_the_project_is_looked_at() -> None:
    locks = {str(path.relative_to(ROOT)) for path in [*ROOT.glob("*.lock"), *ROOT.glob("deploy/**/*.lock"),
                                                      *ROOT.glob("tests/*.lock")]}  # fmt: skip
    assert locks - {"deploy/vllm/cpu.lock"} == set(audit.LOCKS), "vLLM has an environment of its own"
    assert re.search(r"^audit:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
