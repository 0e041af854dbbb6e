"""The units, put by their own script into a scratch root: verified by systemd, and run from there."""

from __future__ import annotations

import http.client
import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests import servers
from tests.deploy.manifests import UNITS, env_file, unit
from tests.servers import ROOT, free_port
from tests.waiting import until

ANALYZE = shutil.which("systemd-analyze")
SCRIPT = UNITS / "install.sh"
SERVICES = sorted(path.name for path in UNITS.glob("*.service"))
EXPOSURE = 20
"""Of 100, by systemd's own count; a service without any of it has 96."""
with_systemd = pytest.mark.skipif(ANALYZE is None, reason="systemd is not on this machine")


def install(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(SCRIPT), "--root", str(root), "--no-packages", *words],
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scratch root after the script, with stand-ins for the environment's programs that call this one's."""
    folder = tmp_path_factory.mktemp("root")
    done = install(folder)
    assert done.returncode == 0, done.stderr
    programs = folder / "opt/lawqa/.venv/bin"
    programs.mkdir(parents=True)
    for name in ("python", "uvicorn", "celery"):
        real = Path(sys.executable).parent / name
        (programs / name).write_text(f'#!/bin/sh\nexec {real} "$@"\n')
        (programs / name).chmod(0o755)
    return folder


def test_pages_come_before_answers_and_these_before_files() -> None:
    """Whatever weight a unit has counts among units of one slice alone."""
    services = ("lawqa-web.service", "lawqa-worker@.service", "lawqa-ingester.service")
    weights = [int(unit(name).get("CPUWeight", ["100"])[0]) for name in services]
    assert weights[0] > 4 * weights[1] > 8 * weights[2]
    assert {unit(name)["Slice"][0] for name in services} == {"lawqa.slice"}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_everything_lies_where_the_units_look_for_it(root: Path) -> None:
    for name in SERVICES:
        said = unit(name, root / "etc/systemd/system")
        assert (root / said["EnvironmentFile"][0].lstrip("/")).is_file()
        assert (root / said["WorkingDirectory"][0].lstrip("/") / "manage.py").is_file()
        for command in [*said.get("ExecStartPre", []), *said["ExecStart"]]:
            assert os.access(root / shlex.split(command)[0].lstrip("/"), os.X_OK), command


def test_only_root_and_lawqa_read_settings_data_and_backups(root: Path) -> None:
    assert mode(root / "etc/lawqa") == 0o750
    assert mode(root / "etc/lawqa/lawqa.env") == 0o640
    assert mode(root / "var/lib/lawqa") == mode(root / "var/backups/lawqa") == 0o700
    rules = (root / "usr/lib/tmpfiles.d/lawqa.conf").read_text()
    assert re.search(r"^d /var/lib/lawqa 0700 lawqa lawqa ", rules, re.MULTILINE)
    assert re.search(r"^z /etc/lawqa/lawqa.env 0640 root lawqa ", rules, re.MULTILINE)


def test_code_is_read_and_not_written_by_others(root: Path) -> None:
    app = root / "opt/lawqa"
    wrong = [path for path in app.rglob("*") if not path.is_symlink() and mode(path) & 0o022]
    assert not wrong
    assert not [path for path in app.rglob("*") if path.name in {"tests", "__pycache__", ".git"}]


def test_a_second_run_keeps_settings_and_takes_old_code_away(tmp_path: Path) -> None:
    assert install(tmp_path).returncode == 0
    settings, old = tmp_path / "etc/lawqa/lawqa.env", tmp_path / "opt/lawqa/corpus/old_part.py"
    settings.write_text("LAWQA_ALLOWED_HOSTS=mine.example\n")
    old.write_text("1 / 0\n")
    (tmp_path / "var/lib/lawqa/secret_key").write_text("k")
    (tmp_path / "opt/lawqa/.venv").mkdir()
    assert install(tmp_path).returncode == 0
    assert settings.read_text() == "LAWQA_ALLOWED_HOSTS=mine.example\n"
    assert not old.exists()
    assert (tmp_path / "var/lib/lawqa/secret_key").read_text() == "k"
    assert (tmp_path / "opt/lawqa/.venv").is_dir()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--force"], "Not understood: --force."),
        (["--root"], "Say a folder after --root."),
        (["--root", "/nowhere/at/all"], "There is no folder /nowhere/at/all"),
    ],
)
def test_what_it_does_not_understand_it_says_and_does_nothing(words: list[str], sentence: str) -> None:
    done = subprocess.run(["sh", str(SCRIPT), *words], check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith(sentence)


def test_the_environment_is_made_of_what_the_locks_say() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    torch = re.search(r"torch==\S+", (ROOT / "Makefile").read_text(encoding="utf-8"))
    assert torch
    assert torch[0] in text
    assert text.count("--no-deps --require-hashes -r") == 2


@with_systemd
@pytest.mark.parametrize("name", [*SERVICES, "lawqa.target", "lawqa-backup.timer"])
def test_systemd_finds_nothing_wrong(root: Path, name: str) -> None:
    path = root / "etc/systemd/system" / name
    done = subprocess.run(
        [str(ANALYZE), "verify", f"--root={root}", "--recursive-errors=no", "--man=no", str(path)],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


@with_systemd
def test_systemd_would_find_what_is_wrong(root: Path) -> None:
    broken = root / "etc/systemd/system/broken.service"
    broken.write_text("[Service]\nExecStart=/nowhere/program\nProtectSystem=perhaps\n")
    done = subprocess.run(
        [str(ANALYZE), "verify", f"--root={root}", "--recursive-errors=no", "--man=no", str(broken)],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    broken.unlink()
    assert "Failed to parse protect system value" in done.stderr
    assert "/nowhere/program is not executable" in done.stderr


@with_systemd
@pytest.mark.parametrize("name", SERVICES)
def test_services_are_little_exposed(root: Path, name: str) -> None:
    done = subprocess.run(
        [str(ANALYZE), "security", "--offline=true", f"--root={root}", f"--threshold={EXPOSURE}", name],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-500:]


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_reaches_another_machine_or_writes_elsewhere(name: str) -> None:
    said = unit(name)
    assert (said["IPAddressDeny"], said["IPAddressAllow"]) == (["any"], ["localhost"])
    assert (said["User"], said["ProtectSystem"], said["NoNewPrivileges"]) == (["lawqa"], ["strict"], ["yes"])
    assert said.get("ReadWritePaths", []) == (["/var/backups/lawqa"] if "backup" in name else [])
    assert said["CapabilityBoundingSet"] == [""]


def test_the_target_brings_up_all_that_answers_need() -> None:
    wanted = set(unit("lawqa.target")["Wants"][0].split())
    assert {re.sub(r"@\d+", "@", name) for name in wanted} == set(SERVICES) - {"lawqa-backup.service"}
    for name in set(SERVICES) - {"lawqa-backup.service"}:
        assert unit(name)["PartOf"] == ["lawqa.target"]


def commands(name: str, root: Path, port: int) -> list[list[str]]:
    """What a unit runs, below the scratch root and on a port that is free."""
    said = unit(name, root / "etc/systemd/system")
    found = [shlex.split(one) for one in [*said.get("ExecStartPre", []), *said["ExecStart"]]]
    return [
        [str(root / words[0].lstrip("/")), *(str(port) if word == "8000" else word for word in words[1:])]
        for words in found
    ]


def environment(root: Path) -> dict[str, str]:
    """What a unit's process is given: the file of settings, and nothing of this clone's."""
    ours = ("LAWQA_", "DJANGO_", "PYTHON")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, **env_file((root / "etc/lawqa/lawqa.env").read_text()), "PYTHONDONTWRITEBYTECODE": "1"}


def test_the_web_servers_unit_serves_pages_from_there(root: Path) -> None:
    """Its own two commands, its own settings, no file of this clone."""
    port, app = free_port(), root / "opt/lawqa"
    given = {**environment(root), "LAWQA_DATA": str(root / "var/lib/lawqa")}
    migrate, serve = commands("lawqa-web.service", root, port)
    subprocess.run(migrate, check=True, cwd=app, env=given, capture_output=True)
    process = servers.start(serve, cwd=app, env=given, stderr=subprocess.DEVNULL)
    try:
        until(lambda: _status(port, "/healthz") == 200, 60, "the web server answers")
        assert _status(port, "/readyz?pages") == 200
        assert _status(port, "/library/") == 301, "it is to be read over TLS"
        assert _status(port, "/library/", "X-Forwarded-Proto") == 302, "everyone signs in"
        healthy = subprocess.run(
            [sys.executable, str(ROOT / "deploy/healthy.py")], check=False, env={**given, "PORT": str(port)}
        )
        assert healthy.returncode == 0
    finally:
        servers.end(process)
    assert mode(root / "var/lib/lawqa/lawqa.sqlite3") & 0o077 in {0, 0o044}, (
        "and its folder is closed to others"
    )


def _status(port: int, path: str, *forwarded: str) -> int:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        link.request("GET", path, headers={"Host": "law.firm.example", **dict.fromkeys(forwarded, "https")})
        return link.getresponse().status
    except OSError:
        return 0
    finally:
        link.close()


def test_the_backups_unit_makes_one_that_can_be_restored(root: Path, tmp_path: Path) -> None:
    """Its own command from the scratch root, into the folder that the script made; then an empty machine from it."""
    app, kept = root / "opt/lawqa", root / "var/backups/lawqa"
    given = {**environment(root), "LAWQA_DATA": str(tmp_path / "data")}
    backup = [
        word.replace("/var/backups", f"{root}/var/backups")
        for word in commands("lawqa-backup.service", root, 0)[0]
    ]
    assert backup[-1] == str(kept)
    migrate = [backup[0], "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, check=True, cwd=app, env=given, capture_output=True)
    for _ in range(2):  # one night and the next
        done = subprocess.run(backup, check=False, cwd=app, env=given, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    assert (kept / "manifest.json").is_file()
    assert len(list(kept.glob("database-*"))) == 1
    assert mode(kept) == 0o700
    elsewhere = {**given, "LAWQA_DATA": str(tmp_path / "elsewhere")}
    restore = [backup[0], "manage.py", "restore", str(kept)]
    done = subprocess.run(restore, check=False, cwd=app, env=elsewhere, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "elsewhere/secret_key").read_bytes() == (tmp_path / "data/secret_key").read_bytes()


def test_the_timer_sets_off_the_backup_each_night_and_makes_up_for_a_night_that_was_missed() -> None:
    said = unit("lawqa-backup.timer")
    assert said["Persistent"] == ["yes"]
    assert said["WantedBy"] == ["timers.target"]
    assert "Unit" not in said, "so that it starts the service of its own name"
    assert (UNITS / "lawqa-backup.service").is_file()


@with_systemd
def test_the_timers_hour_is_one_that_systemd_understands() -> None:
    when = unit("lawqa-backup.timer")["OnCalendar"][0]
    done = subprocess.run(
        [str(ANALYZE), "calendar", "--iterations=2", when], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert len(re.findall(r"02:30:00", done.stdout)) >= 2
