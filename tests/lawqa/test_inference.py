"""The wall to the model servers: what is asked, what is taken of a reply, and what a reader is told of a failure."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from lawqa.inference import (
    Models,
    ModelServerBusy,
    ModelServerError,
    ModelServerRejected,
    Role,
)
from tests.lawqa.wall import GOOD, PROMPT, SCHEMA, TEXT, Told, ask, read
from tests.model_server import KEY, ModelServer, Reply, event, frame, model_server, refused


@pytest.fixture
def told() -> Told:
    return Told()


def failing(
    reply: Any, kind: type[ModelServerError], how: Callable[[ModelServer, Told], object] = ask
) -> str:
    """The sentence that the reader is told; one note, one call, no server's word and no key in it."""
    told = Told()
    with model_server(reply) as server, pytest.raises(kind) as caught:
        how(server, told)
    assert type(caught.value) is kind
    assert told.notes == [("writing", str(caught.value), True)]
    assert KEY not in str(caught.value)
    assert "XYZZY" not in str(caught.value)
    return str(caught.value).removeprefix("The answer model test-answer ")


# What is asked


def test_what_is_sent() -> None:
    with model_server(GOOD) as server:
        ask(server)
    (asked,) = server.asked
    assert (asked.method, asked.path) == ("POST", "/v1/chat/completions")
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert asked.headers["accept-encoding"] == "identity", "a compressed reply has no bounds"
    assert asked.body == {
        "model": "test-answer", "messages": PROMPT.messages, "max_tokens": 50, "temperature": 0.0, "seed": 7,
        "stream": True, "stream_options": {"include_usage": True},
        "response_format": {
            "type": "json_schema", "json_schema": {"name": "words-1", "strict": True, "schema": SCHEMA}
        },
    }  # fmt: skip


def test_without_a_key_none_is_sent() -> None:
    with model_server(GOOD) as server:
        Models(servers=server.roles(key="")).ask(Role.ANSWER, PROMPT, stage="writing")
    assert "authorization" not in server.asked[0].headers


def test_each_role_is_asked_of_its_own_server() -> None:
    with model_server({"words": ["k"]}) as one, model_server({"words": ["a"]}) as other:
        models = Models(servers=one.roles("keywords") | other.roles("answer"))
        assert models.ask(Role.KEYWORDS, PROMPT, stage="keywords") == {"words": ["k"]}
        assert models.ask(Role.ANSWER, PROMPT, stage="writing") == {"words": ["a"]}
    assert (models.serves(Role.KEYWORDS), models.serves(Role.JUDGE)) == ("test-keywords", "")


def test_a_role_that_is_not_configured_is_refused_in_a_sentence(told: Told) -> None:
    models = told.models({})
    with pytest.raises(ModelServerRejected, match="No model server is configured for judge"):
        models.ask(Role.JUDGE, PROMPT, stage="verification")
    assert (models.calls, told.notes) == ([], [])


def test_the_environments_proxy_and_netrc_are_not_heard(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, refused())
    with model_server(GOOD) as server:
        Models(servers=server.roles(key="")).ask(Role.ANSWER, PROMPT, stage="writing")
    assert "authorization" not in server.asked[0].headers


def certificate(folder: Path) -> Path:
    """A certificate of 127.0.0.1 that vouches for itself, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    today = dt.datetime.now(dt.UTC)
    built = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(today - dt.timedelta(days=1)).not_valid_after(today + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + built.public_bytes(
        Encoding.PEM
    )
    (folder / "server.pem").write_bytes(pem)
    return folder / "server.pem"


def test_a_server_that_nobody_vouches_for_is_not_spoken_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = certificate(tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(pem)
    with model_server(GOOD, tls=tls) as server:
        with pytest.raises(ModelServerBusy, match="cannot be reached"):
            ask(server)
        assert server.asked == []
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with model_server(GOOD, tls=tls) as server:
        assert ask(server) == GOOD


# What is taken of a reply


@pytest.mark.parametrize("packet", [0, 1, 2, 3, 7, 64, 10_000])
def test_a_reply_is_the_same_however_it_is_cut(packet: int) -> None:
    with model_server(Reply(text=TEXT, packet=packet, piece=1)) as server:
        assert ask(server) == GOOD
        assert read(server) == TEXT


def test_a_good_call_is_recorded_and_told() -> None:
    told = Told()
    usage = {"prompt_tokens": 70, "completion_tokens": 61, "prompt_tokens_details": {"cached_tokens": 64}}
    with model_server(Reply(text=TEXT, usage=usage, wait_first=0.05)) as server:
        models = told.models(server.roles())
        models.ask(Role.ANSWER, PROMPT, stage="writing")
    (call,) = models.calls
    assert (call.role, call.model, call.prompt, call.reply, call.failure) == (
        "answer",
        "test-answer",
        PROMPT,
        TEXT,
        "",
    )
    assert (call.prompt_tokens, call.completion_tokens, call.cached_tokens) == (70, 61, 64)
    assert call.first_token_ms is not None
    assert 50 <= call.first_token_ms <= call.ms
    assert told.notes == [("writing", "test-answer, 61 tokens.", False)]


@pytest.mark.parametrize(
    ("usage", "counted"),
    [
        pytest.param(None, (None, None, None), id="not-counted"),
        pytest.param(
            {"prompt_tokens": 5, "completion_tokens": 6, "prompt_tokens_details": None},
            (5, 6, None),
            id="vLLM",
        ),
        pytest.param({"prompt_tokens": -1, "completion_tokens": "9"}, (None, None, None), id="no-numbers"),
        pytest.param(
            {"prompt_tokens": True, "completion_tokens": 10**30}, (None, None, None), id="no-counts"
        ),
    ],
)
def test_tokens_are_those_the_server_counted(usage: Any, counted: tuple[int | None, ...]) -> None:
    with model_server(Reply(text=TEXT, usage=usage)) as server:
        models = Models(servers=server.roles())
        models.ask(Role.ANSWER, PROMPT, stage="writing")
    call = models.calls[0]
    assert (call.prompt_tokens, call.completion_tokens, call.cached_tokens) == counted


def test_what_a_model_says_to_itself_is_no_part_of_the_reply() -> None:
    with model_server(Reply(text=TEXT, reasoning="The reader wants words.")) as server:
        assert ask(server) == GOOD


def test_pieces_are_handed_over_as_they_come() -> None:
    with model_server(Reply(text="abcdefgh", piece=1, every=0.1)) as server:
        pieces = Models(servers=server.roles()).stream(Role.ANSWER, PROMPT, stage="writing")
        started = time.monotonic()
        assert next(pieces) == "a"
        assert time.monotonic() - started < 0.5
        assert "".join(pieces) == "bcdefgh"


def raw(*frames: bytes, **how: Any) -> Reply:
    return Reply(raw=b"".join(frames), **how)


SAYS = event({"content": TEXT})
STOP = event({}, "stop")
DONE = b"data: [DONE]\n\n"


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(raw(SAYS, STOP), id="no-done"),
        pytest.param(raw(SAYS, DONE), id="no-finish-reason"),
        pytest.param(
            raw(b": ping\n\n", b"event: message\nid: 1\nretry: 5\n", SAYS, STOP, DONE), id="comments"
        ),
        pytest.param(raw(SAYS, STOP, DONE).raw.replace(b"\n", b"\r\n"), id="crlf"),  # type: ignore[union-attr]
        pytest.param(raw(SAYS.replace(b"data: ", b"data:"), STOP, DONE), id="no-space"),
        pytest.param(
            raw(SAYS, STOP, DONE, b"data: {\n\n", b"data: more\n\n"), id="after-the-end-nothing-counts"
        ),
        pytest.param(raw(frame({"choices": []}), SAYS, STOP, DONE), id="no-choices"),
        pytest.param(raw(event({"content": None}), SAYS, STOP, DONE), id="no-content"),
    ],
)
def test_dialects(reply: Any) -> None:
    given = reply if isinstance(reply, Reply) else Reply(raw=reply)
    with model_server(given) as server:
        assert ask(server) == GOOD


def test_nul_and_halves_of_characters_are_dropped() -> None:
    with model_server(Reply(text='{"words": ["a\\u0000b", "\\ud800c", "\\ud83d\\udc1d"]}')) as server:
        assert ask(server) == {"words": ["ab", "c", "🐝"]}
    with model_server(
        raw(b'data: {"choices": [{"delta": {"content": "a\\u0000b\\udc00"}}]}\n\n', STOP)
    ) as server:
        assert read(server) == "ab"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Here are the words: hive", id="prose"),
        pytest.param('["words"]', id="a-list"),
        pytest.param("null", id="null"),
        pytest.param('{"words": []', id="half"),
        pytest.param('{"words": []} and more', id="more"),
        pytest.param('{"words": NaN}', id="nan"),
        pytest.param('{"words": [], "n": -Infinity}', id="infinity"),
        pytest.param('{"words": [], "n": 1e999}', id="too-large"),
        pytest.param('{"words": [], "words": ["b"]}', id="twice"),
        pytest.param('{"words": [], "n": ' + "[" * 20 + "]" * 20 + "}", id="deep"),
        pytest.param("{}", id="nothing-of-what-was-asked"),
        pytest.param('{"words": "hive"}', id="another-type"),
        pytest.param('{"words": [1]}', id="another-type-inside"),
        pytest.param('{"words": [true]}', id="a-flag-is-no-text"),
    ],
)
def test_what_is_not_the_object_that_was_asked_for_is_refused(text: str) -> None:
    said = failing(Reply(text=text, piece=50), ModelServerRejected)
    assert said == "did not reply in the form that it was asked for."


def test_a_very_deep_reply_is_refused_and_not_followed() -> None:
    said = failing(Reply(text='{"words":' * 3000, piece=3000), ModelServerRejected)
    assert said == "did not reply in the form that it was asked for."


# What fails


@pytest.mark.parametrize(
    ("status", "kind", "say"),
    [
        (429, ModelServerBusy, "has too much to do (HTTP 429)."),
        (500, ModelServerBusy, "failed (HTTP 500)."),
        (503, ModelServerBusy, "has too much to do, or has not started yet (HTTP 503)."),
        (400, ModelServerRejected, "refused what it was asked (HTTP 400), perhaps because it was too long."),
        (401, ModelServerRejected, "does not accept the key that it was given (HTTP 401)."),
        (404, ModelServerRejected, "is not known at its address (HTTP 404)."),
        (422, ModelServerRejected, "refused what it was asked (HTTP 422)."),
        (302, ModelServerRejected, "sends to another address (HTTP 302), which is not followed."),
    ],
)
def test_statuses(status: int, kind: type[ModelServerError], say: str) -> None:
    elsewhere = {"Location": "/v1/elsewhere", "Content-Type": "application/json"}
    assert failing(raw(b'{"error": "XYZZY"}', status=status, headers=elsewhere), kind) == say


BROKE_OFF = "broke off in the middle of its reply."
GARBLED = "sent something that cannot be read."
TOO_MUCH = "did not come to an end, and was cut off."


@pytest.mark.parametrize(
    ("reply", "kind", "say"),
    [
        pytest.param(raw(SAYS), ModelServerBusy, BROKE_OFF, id="no-end"),
        pytest.param(raw(SAYS, event({}, "abort"), DONE), ModelServerBusy, BROKE_OFF, id="aborted"),
        pytest.param(Reply(text=TEXT, reset_after=300), ModelServerBusy, BROKE_OFF, id="reset"),
        pytest.param(Reply(text=TEXT, close_after=300), ModelServerBusy, BROKE_OFF, id="closed"),
        pytest.param(Reply(wire=b""), ModelServerBusy, "closed the connection without an answer.", id="hung-up"),
        pytest.param(
            Reply(wire=b"XYZZY\r\n\r\n"), ModelServerBusy, "closed the connection without an answer.", id="no-http"
        ),
        pytest.param(
            Reply(headers={f"X-{n}": "a" * 2000 for n in range(100)}), ModelServerBusy,
            "closed the connection without an answer.", id="huge-headers",
        ),
        pytest.param(raw(SAYS, frame({"error": {"message": "XYZZY", "code": 500}})), ModelServerBusy,
                     "failed (HTTP 500).", id="an-error-in-the-middle"),
        pytest.param(raw(SAYS, frame({"error": {"message": "XYZZY", "code": 400}})), ModelServerRejected,
                     "refused what it was asked (HTTP 400), perhaps because it was too long.", id="too-long-after-all"),
        pytest.param(raw(SAYS, b'error: {"message": "XYZZY"}\n\n'), ModelServerBusy, "failed (HTTP 500).", id="error"),
        pytest.param(raw(b"data: {XYZZY\n\n", DONE), ModelServerRejected, GARBLED, id="no-json"),
        pytest.param(raw(b"data: \xff\xfe\n\n", DONE), ModelServerRejected, GARBLED, id="no-utf-8"),
        pytest.param(raw(b"data: []\n\n", DONE), ModelServerRejected, GARBLED, id="no-object"),
        pytest.param(raw(b"data: {}\n\n", DONE), ModelServerRejected, GARBLED, id="empty-object"),
        pytest.param(raw(b"data: " + b"[" * 50_000 + b"\n\n", DONE), ModelServerRejected, GARBLED, id="deep"),
        pytest.param(raw(frame({"choices": [7]}), DONE), ModelServerRejected, GARBLED, id="no-choice"),
        pytest.param(raw(event({"content": 7}), DONE), ModelServerRejected, GARBLED, id="no-text"),
        pytest.param(raw(event({"content": ["a"]}), DONE), ModelServerRejected, GARBLED, id="a-list"),
        pytest.param(raw(b"data: " + b"x" * 400_000), ModelServerRejected, GARBLED, id="a-line-without-end"),
        pytest.param(raw(b"<html>XYZZY", headers={"Content-Type": "text/html"}), ModelServerRejected, GARBLED, id="a-page"),
        pytest.param(
            raw(b"\x1f\x8b", headers={"Content-Encoding": "gzip"}), ModelServerRejected, GARBLED, id="compressed"
        ),
        pytest.param(raw(DONE), ModelServerRejected, "said nothing.", id="empty"),
        pytest.param(Reply(text="  "), ModelServerRejected, "said nothing.", id="blank"),
        pytest.param(Reply(text=TEXT, finish="length"), ModelServerRejected, TOO_MUCH, id="length"),
        pytest.param(Reply(text=" the", endless=True), ModelServerRejected, TOO_MUCH, id="endless"),
        pytest.param(Reply(text="", reasoning="so " * 1000), ModelServerRejected, TOO_MUCH, id="thinks-for-ever"),
        pytest.param(Reply(text="the " * 100_000), ModelServerRejected, TOO_MUCH, id="100,000-tokens"),
        pytest.param(Reply(text="y" * 150_000, piece=150_000), ModelServerRejected, GARBLED, id="one-large-token"),
        pytest.param(raw(b": ping\n" * 100_000), ModelServerRejected, TOO_MUCH, id="comments-without-end"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("how", [ask, read])
def test_faults_of_a_reply(reply: Reply, kind: type[ModelServerError], say: str, how: Any) -> None:
    assert failing(reply, kind, how) == say


def test_what_came_before_a_failure_is_handed_over_and_recorded(told: Told) -> None:
    with model_server(Reply(text="abcdefgh", finish="length")) as server:
        models = told.models(server.roles())
        pieces = models.stream(Role.ANSWER, PROMPT, stage="writing")
        assert [next(pieces), next(pieces)] == ["abcd", "efgh"]
        with pytest.raises(ModelServerRejected):
            next(pieces)
    assert models.calls[0].reply == "abcdefgh"
    assert models.calls[0].failure == "The answer model test-answer did not come to an end, and was cut off."
    assert models.calls[0].completion_tokens == 3
