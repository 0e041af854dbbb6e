"""A reading process may crash, hang, swallow memory or lie: it costs a page at most, and never the one who asked."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from corpus import flags
from corpus.extraction import (
    Damaged,
    ExtractionError,
    Limits,
    NotSupported,
    ReaderDied,
    TimedOut,
    TooLarge,
    extract,
    landlock,
    messages,
    parent,
    runs,
)
from corpus.types import FileFacts, Line, PageText
from tests.corpus.extraction import poison

LIMITS = Limits(memory=1 << 29, cpu_seconds=1, wall_seconds=2)
Plan = Callable[..., Path]


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plan:
    """A file that says what its reading process does on which page."""

    def make(pages: int = 3, left_out: str = "", port: int = 0, **acts: str) -> Path:
        monkeypatch.setattr(parent, "START", poison.START.format(repr(left_out)))
        path = tmp_path / "plan.json"
        numbered = {name.removeprefix("page"): act for name, act in acts.items()}
        path.write_text(json.dumps({"pages": pages, "acts": numbered, "port": port}))
        return path

    return make


def pages_of(path: Path, limits: Limits = LIMITS) -> list[PageText]:
    return [found for found in extract(path, "x/plan", limits, lambda: None) if isinstance(found, PageText)]


def texts(pages: list[PageText]) -> list[str]:
    return [" ".join(line.text for line in page.lines) for page in pages]


@pytest.mark.parametrize("act", ["crash", "swallow", "babble", "flood", "leave", "fail", "skip"])
def test_a_page_that_kills_its_reader_twice_is_lost_alone(plan: Plan, act: str) -> None:
    pages = pages_of(plan(page2=act))
    assert texts(pages) == ["Page 1.", "", "Page 3."]
    assert [page.flags for page in pages] == [(), (flags.DAMAGED,), ()]


@pytest.mark.parametrize(
    ("act", "error"),
    [
        ("crash", ReaderDied),
        ("spin", TimedOut),
        ("sleep", TimedOut),
        ("swallow", TooLarge),
        ("fail", Damaged),
    ],
)
def test_a_file_of_which_nothing_can_be_read_says_why(
    plan: Plan, act: str, error: type[ExtractionError]
) -> None:
    with pytest.raises(error) as raised:
        pages_of(plan(pages=1, page1=act))
    assert type(raised.value) is error
    assert "server, for instance" not in str(raised.value)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The first and last page of every process that is started."""
    orders: list[tuple[int, int]] = []
    start = parent._start

    def noted(order: parent.Order) -> subprocess.Popen[bytes]:
        orders.append((order.first, order.last))
        return start(order)

    monkeypatch.setattr(parent, "_start", noted)
    return orders


def test_after_five_deaths_in_a_row_the_rest_is_not_tried(plan: Plan, started: list[tuple[int, int]]) -> None:
    with pytest.raises(ReaderDied):
        pages_of(plan(pages=50, **{f"page{number}": "crash" for number in range(1, 51)}))
    assert len(started) == 2 * runs.MOST_DEATHS_IN_A_ROW


def test_a_long_file_is_read_in_runs_each_in_a_process_of_its_own(
    plan: Plan, started: list[tuple[int, int]]
) -> None:
    assert [page.number for page in pages_of(plan(pages=130))] == list(range(1, 131))
    assert started == [(1, 60), (61, 120), (121, 130)]


def test_reading_goes_on_from_a_given_page(plan: Plan) -> None:
    found = list(extract(plan(pages=5), "x/plan", LIMITS, lambda: None, first=4))
    assert isinstance(found[0], FileFacts)
    assert [page.number for page in found if isinstance(page, PageText)] == [4, 5]


def test_pages_come_while_later_ones_are_still_being_read(plan: Plan) -> None:
    found = extract(plan(page3="sleep"), "x/plan", LIMITS, lambda: None)
    before = time.monotonic()
    facts, first = next(found), next(found)
    assert isinstance(facts, FileFacts)
    assert isinstance(first, PageText)
    assert time.monotonic() - before < LIMITS.wall_seconds
    found.close()  # type: ignore[attr-defined]  # an iterator that is a generator


def test_the_clock_stands_while_nobody_asks(plan: Plan) -> None:
    found = extract(plan(pages=3), "x/plan", Limits(cpu_seconds=2, wall_seconds=1), lambda: None)
    next(found)
    time.sleep(1.5)
    assert len(list(found)) == 3


class Cancelled(Exception):
    pass


def test_a_sign_of_life_is_asked_for_and_ends_the_reading(plan: Plan) -> None:
    signs: list[float] = []

    def alive() -> None:
        signs.append(time.monotonic())
        if len(signs) == 2:
            raise Cancelled

    others, before = _children(), time.monotonic()
    with pytest.raises(Cancelled):
        list(extract(plan(page1="sleep"), "x/plan", Limits(), alive))
    assert signs[0] - before < 2.5
    assert signs[1] - signs[0] < 2
    assert _children() <= others


def _children() -> set[str]:
    """The processes that this one has begun and that are still there."""
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


@pytest.fixture
def server() -> Iterator[int]:
    """The port of somebody who listens on this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def _has_namespaces() -> bool:
    return subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not _has_namespaces(), reason="this system gives no network namespaces")
@pytest.mark.parametrize(("left_out", "expected"), [("", ""), ("everything", "connected")])
def test_there_is_no_network(plan: Plan, server: int, left_out: str, expected: str) -> None:
    pages = pages_of(plan(pages=2, port=server, left_out=left_out, page2="connect"))
    assert texts(pages)[1] == expected


@pytest.mark.parametrize(("left_out", "expected"), [("", ""), ("everything", "here I was")])
def test_no_file_can_be_written(plan: Plan, left_out: str, expected: str) -> None:
    path = plan(pages=2, left_out=left_out, page2="write")
    pages_of(path)
    target = path.with_suffix(".written")
    assert (target.read_text() if target.exists() else "") == expected


def _has_landlock() -> bool:
    call = (landlock.CREATE_RULESET, None, ctypes.c_size_t(0), landlock.ASK_VERSION)
    return bool(ctypes.CDLL(None).syscall(*call) > 0)


@pytest.mark.skipif(not _has_landlock(), reason="this system cannot take the right to read files away")
@pytest.mark.parametrize(("left_out", "expected"), [("", ""), ("everything", "the key")])
def test_no_other_file_can_be_read(plan: Plan, left_out: str, expected: str) -> None:
    path = plan(pages=2, left_out=left_out, page2="peek")
    path.with_suffix(".secret").write_text("the key")
    assert texts(pages_of(path))[1] == expected


def test_secrets_of_the_environment_stay_outside(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://user:password@host/law")
    (told,) = texts(pages_of(plan(pages=1, page1="tell")))
    assert "PATH" in told
    assert "DATABASE_URL" not in told


def test_what_a_reader_prints_as_an_error_is_not_waited_for(plan: Plan) -> None:
    assert texts(pages_of(plan(pages=1, page1="shout"))) == ["nobody heard it"]


def test_the_reader_dies_with_its_parent(plan: Plan) -> None:
    """SIGKILL leaves the parent no time to tidy up."""
    path = plan(page1="sleep")
    code = f"""
        from pathlib import Path
        from corpus.extraction import Limits, extract, parent
        parent.START = {parent.START!r}
        start = parent._start
        def told(order):
            process = start(order)
            print(process.pid, flush=True)
            return process
        parent._start = told
        list(extract(Path({str(path)!r}), "x/plan", Limits(), lambda: None))
    """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=parent.ROOT, text=True) as asking:
        assert asking.stdout is not None
        reader = int(asking.stdout.readline())
        time.sleep(0.5)
        assert _runs(reader)
        asking.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 5
    while _runs(reader) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _runs(reader)


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(file_bytes=10), "at most 0 MB"),
        (Limits(pages=2), "has 3 pages; at most 2"),
        (Limits(text_chars=15), "more than 15 characters"),
    ],
    ids=["bytes", "pages", "characters"],
)
def test_limits_are_named_in_the_refusal(plan: Plan, limits: Limits, words: str) -> None:
    with pytest.raises(TooLarge, match=words):
        pages_of(plan(pages=3), limits)


def test_a_kind_of_file_that_nobody_reads_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sheet.xls"
    path.write_bytes(b"cells")
    with pytest.raises(NotSupported, match="PDF, Word"):
        list(extract(path, "application/vnd.ms-excel", Limits(), lambda: None))


def test_an_empty_file_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.touch()
    with pytest.raises(Damaged, match="empty"):
        next(extract(path, "application/pdf", Limits(), lambda: None))


PAGE = PageText(number=1, lines=(Line(text="§ 1 Text", x0=1.5, heading=2),), words=b"", reader="pdfium")


@pytest.mark.parametrize(
    "message",
    [
        FileFacts(
            media_type="a/b", page_count=3, title="T", outline=((0, "One", 1),), flags=(flags.DAMAGED,)
        ),
        messages.Page(PAGE, picture=True),
        messages.Lost(3, "KeyError"),
        messages.Failed("ValueError"),
        messages.Done(),
    ],
    ids=lambda message: type(message).__name__,
)
def test_messages_arrive_as_they_were_sent(message: messages.Message) -> None:
    assert messages.decode(messages.encode(message)) == message


def _page(**changes: object) -> bytes:
    page = json.loads(messages.encode(messages.Page(PAGE, picture=False)))
    page["page"].update(changes)
    return json.dumps(page).encode()


def _line(place: int, value: object) -> bytes:
    line = json.loads(messages.encode(messages.Page(PAGE, picture=False)))["page"]["lines"][0]
    line[place] = value
    return _page(lines=[line])


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b"{}",
        b'{"page": 1}',
        b"[" * 100_000,
        _page(number=-1),
        _page(number=1.5),
        _page(number=True),
        _page(reader="somebody"),
        _page(width="NaN"),
        _page(words="bm90IHppcHBlZA=="),
        _page(words="%"),
        _page(lines=[["text"]]),
        _line(0, 5),
        _line(1, 1e300),
        _line(1, float("inf")),
        b'{"facts": {"page_count": 1, "outline": [[0, "one"]]}}',
        b'{"lost": "3"}',
        b'{"done": 1}',
    ],
)
def test_what_no_honest_reader_says_is_not_believed(line: bytes) -> None:
    with pytest.raises(messages.Unbelievable):
        messages.decode(line)


def test_a_page_that_unpacks_to_more_than_a_page_is_not_believed() -> None:
    import base64
    import zlib

    bomb = base64.b64encode(zlib.compress(b" " * (messages.MAX_WORD_BYTES + 1_000_000))).decode()
    with pytest.raises(messages.Unbelievable):
        messages.decode(_page(words=bomb))


def test_text_that_no_database_takes_is_cleaned() -> None:
    found = messages.decode(_line(0, "a\0b\ud800c\nd"))
    assert isinstance(found, messages.Page)
    assert found.text.lines[0].text == "abc d"


def test_flags_that_nobody_knows_are_dropped() -> None:
    found = messages.decode(_page(flags=["<script>", flags.DAMAGED]))
    assert isinstance(found, messages.Page)
    assert found.text.flags == (flags.DAMAGED,)
