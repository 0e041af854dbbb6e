"""Fetching: from real servers on loopback and real wheels in a folder; nothing else is believed."""

from __future__ import annotations

import hashlib
import http.server
import json
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from corpus.packs import PackError, download, find
from corpus.types import DocumentText, SectionText

MEMBER = b"the law"


@pytest.fixture
def serve() -> Iterator[Callable[[dict[str, bytes | str]], str]]:
    """A server on loopback: path -> content, or an address to redirect to. Its address; `asked` counts."""
    servers: list[http.server.ThreadingHTTPServer] = []

    def start(pages: dict[str, bytes | str]) -> str:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                page = pages.get(self.path)
                self.send_response(404 if page is None else 200 if isinstance(page, bytes) else 302)
                body = page if isinstance(page, bytes) else b""
                if isinstance(page, str):
                    self.send_header("Location", page)
                self.send_header("Content-Length", str(len(body) + self.path.count("short")))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def wheelhouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all pip knows, with one wheel in it."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    with zipfile.ZipFile(folder / "somelaw-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("somelaw/law.json", MEMBER)
        wheel.writestr(
            "somelaw-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: somelaw\nVersion: 1.0\n"
        )
        wheel.writestr(
            "somelaw-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr("somelaw-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def checksum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_one_file_is_taken_out_of_a_wheel_and_kept(wheelhouse: Path, tmp_path: Path) -> None:
    found = download.fetch_wheel_file(
        "somelaw==1.0", "somelaw/law.json", checksum(MEMBER), tmp_path / "cache"
    )
    assert found.read_bytes() == MEMBER
    for wheel in wheelhouse.iterdir():
        wheel.unlink()
    again = download.fetch_wheel_file(
        "somelaw==1.0", "somelaw/law.json", checksum(MEMBER), tmp_path / "cache"
    )
    assert again == found
    assert list((tmp_path / "cache").iterdir()) == [found]


@pytest.mark.parametrize(
    ("requirement", "member", "sha256", "says"),
    [
        pytest.param("somelaw==1.0", "somelaw/law.json", checksum(b"other"), "has checksum", id="checksum"),
        pytest.param(
            "somelaw==1.0", "somelaw/none.json", checksum(MEMBER), "cannot be taken out", id="member"
        ),
        pytest.param(
            "otherlaw==1.0", "somelaw/law.json", checksum(MEMBER), "could not be downloaded", id="package"
        ),
    ],
)
@pytest.mark.usefixtures("wheelhouse")
def test_a_wheel_that_is_not_what_was_asked_for(
    tmp_path: Path, requirement: str, member: str, sha256: str, says: str
) -> None:
    with pytest.raises(PackError, match=says):
        download.fetch_wheel_file(requirement, member, sha256, tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


def test_an_address_is_fetched_once(serve: Callable[..., str], tmp_path: Path) -> None:
    pages: dict[str, bytes | str] = {"/law.xml": b"<law/>"}
    url = serve(pages) + "/law.xml"
    told: list[tuple[int, int | None]] = []
    found = download.fetch_url(url, tmp_path, lambda done, total: told.append((done, total)))
    pages.clear()
    assert download.fetch_url(url, tmp_path) == found
    assert (found.read_bytes(), told) == (b"<law/>", [(6, 6)])


@pytest.mark.parametrize(
    ("path", "says"),
    [
        pytest.param("/none", "404", id="absent"),
        pytest.param("/away", "redirects to another host", id="redirect"),
        pytest.param("/short", "could not be fetched", id="cut-off"),
        pytest.param("/large", "larger than", id="large"),
    ],
)
def test_what_does_not_come_whole_is_not_kept(
    serve: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, says: str
) -> None:
    monkeypatch.setattr(download, "LARGEST_FILE", 10)
    url = serve({"/away": "https://example.com/", "/short": b"half", "/large": b"x" * 11})
    with pytest.raises(PackError, match=says):
        download.fetch_url(url + path, tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.parametrize(
    ("url", "says"),
    [
        pytest.param("https://10.0.0.1/law.xml", "private address", id="private"),
        pytest.param("https://169.254.169.254/latest", "private address", id="metadata"),
        pytest.param("http://192.0.2.1/law.xml", "only https", id="http"),
        pytest.param("https://user@127.0.0.1/law.xml", "not an address to fetch", id="user"),
        pytest.param("file:///etc/passwd", "not an address to fetch", id="file"),
        pytest.param("https://nowhere.invalid/law.xml", "could not be fetched", id="unknown"),
    ],
)
def test_addresses_that_are_never_fetched(tmp_path: Path, url: str, says: str) -> None:
    with pytest.raises(PackError, match=says):
        download.fetch_url(url, tmp_path)


def test_a_release_point_is_read_title_by_title(
    serve: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = Path(__file__).parents[2] / "samples" / "uslm.xml"
    archive = tmp_path / "title.zip"
    with zipfile.ZipFile(archive, "w") as out:
        out.write(sample, "usc61.xml")
    monkeypatch.setattr("corpus.packs.us_code.TITLES", ("61",))
    base = "/download/releasepoints/us/pl/120/7"
    url = serve({f"{base}/xml_usc61@120-7.zip": archive.read_bytes()}) + base + "/"
    items = list(find("us-code").read(url, tmp_path / "cache"))
    assert [item.key for item in items if isinstance(item, DocumentText)] == ["us/usc/t61"]


def test_opinions_that_a_case_names_by_address_are_fetched(serve: Callable[..., str], tmp_path: Path) -> None:
    cluster = {
        "case_name": "A v. B",
        "date_filed": "2001-02-03",
        "citations": [],
        "sub_opinions": ["/api/opinions/1/"],
    }
    pages = {
        "/api/clusters/7/": json.dumps(cluster).encode(),
        "/api/opinions/1/": json.dumps({"plain_text": "The harbor pays."}).encode(),
    }
    items = list(find("opinions").read(serve(pages) + "/api/clusters/7/", tmp_path))
    assert [item.text for item in items if isinstance(item, SectionText)] == ["The harbor pays."]


def test_an_unknown_pack_names_those_there_are() -> None:
    with pytest.raises(PackError, match="no law pack 'eu'; there are eu-digital, in-constitution, us-code"):
        find("eu")
