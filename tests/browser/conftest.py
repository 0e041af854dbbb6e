"""The real server and worker over real law, and the system's Chromium."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.firm import VARIABLES, Firm, people

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
START_SECONDS = 180
PATIENCE_MS = 45_000
PROCESSES = ("web", "worker", "ingester", "beat")


@pytest.fixture(scope="session")
def chromium() -> str:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("Chromium is not installed (sh tests/install_browser.sh installs it)")
    return path


@pytest.fixture(scope="session")
def law(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the default shelf of EU law; `LAWQA_TEST_DATA` may name one that is ready, to copy."""
    data = tmp_path_factory.mktemp("browser") / "data"
    ready = os.environ.get("LAWQA_TEST_DATA")
    if ready:
        shutil.copytree(ready, data, ignore=shutil.ignore_patterns("queue", "*.log", "*.pid"))
    for command in (["migrate", "-v", "0"], ["load_law", "eu-digital"]):
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=settings.BASE_DIR, env=environment(data), check=True, capture_output=True,
        )  # fmt: skip
    return data


@pytest.fixture(scope="session")
def server(law: Path) -> Iterator[str]:
    """The address of a running server with its worker, started as `make run` starts them, without a model."""
    with running(law) as address:
        yield address


@pytest.fixture(scope="session")
def firm(law: Path, server: str) -> Iterator[Firm]:
    """The same shelf and workers under an address where people sign in, and somebody of every role."""
    port = free_port()
    variables = {**environment(law), **VARIABLES, "PORT": str(port)}
    sessions = people(variables)
    with serving_pages(variables, port, law / "firm.log") as address:
        yield Firm(address, sessions)


@contextlib.contextmanager
def serving_pages(variables: Mapping[str, str], port: int, log: Path) -> Iterator[str]:
    """The address of a web server alone, which healthily runs under these environment variables."""
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "lawqa.asgi:application",
        "--port",
        str(port),
        "--log-level",
        "warning",
    ]
    address = f"http://127.0.0.1:{port}"
    with (
        log.open("wb") as said,
        subprocess.Popen(command, cwd=settings.BASE_DIR, env=variables, stdout=said, stderr=said) as process,
    ):  # fmt: skip
        try:
            wait_until_healthy(f"{address}/healthz")
            yield address
        finally:
            process.terminate()
            process.wait(timeout=30)


@contextlib.contextmanager
def running(data: Path, **variables: str) -> Iterator[str]:
    """The address of the processes of `make run` over a data folder, with further variables of the environment."""
    port = free_port()
    command = [sys.executable, "-m", "honcho", "--procfile", "deploy/Procfile", "--app-root", ".", "start"]
    with (
        (data / "server.log").open("wb") as log,
        subprocess.Popen(
            [*command, *PROCESSES], cwd=settings.BASE_DIR, stdout=log, stderr=log, start_new_session=True,
            env={**environment(data), "PORT": str(port), **variables},
        ) as process,
    ):  # fmt: skip
        try:
            wait_until_healthy(f"http://127.0.0.1:{port}/healthz")
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=30)


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def environment(data: Path) -> dict[str, str]:
    return {**os.environ, "LAWQA_DATA": str(data)}


def wait_until_healthy(address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310  an address of our own
                return
        except OSError:  # not yet there, or too busy with starting to answer
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


@pytest.fixture
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A window in a colour scheme and of a width, which a test may choose as (scheme, pixels)."""
    look: tuple[Literal["light", "dark"], int] = getattr(request, "param", ("light", 1280))
    context = browser.new_context(viewport={"width": look[1], "height": 900}, color_scheme=look[0])
    yield context
    context.close()


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """The servers, their workers and the other tests share the cores: what is expected may take a while to come."""
    expect.set_options(timeout=PATIENCE_MS)
    yield
    expect.set_options(timeout=None)


@pytest.fixture
def tolerated() -> re.Pattern[str] | None:
    """Complaints of the browser that are no fault; None: all are."""
    return None


@pytest.fixture
def page(context: BrowserContext, tolerated: re.Pattern[str] | None) -> Iterator[Page]:
    """A page that may complain of nothing: no error, no violation of the content security policy."""
    page = context.new_page()
    complaints: list[str] = []
    page.on(
        "console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert [said for said in complaints if not (tolerated and tolerated.search(said))] == []
