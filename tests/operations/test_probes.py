"""Machines that watch ask a process by its address; everything else is asked under the site's names."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.test import Client

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-the-operators-own"
BY_ADDRESS = ["10.1.2.3:8000", "web:8000", "127.0.0.1:8000", "localhost", "[fd00::7]:8000"]


@pytest.fixture(autouse=True)
def an_installation_for_others(settings: LazySettings) -> None:
    settings.ALLOWED_HOSTS = ["law.firm.example"]
    settings.LAWQA_LAPTOP = settings.LAWQA_ANONYMOUS = False
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
    settings.LAWQA_METRICS_TOKEN = TOKEN


@pytest.mark.parametrize("host", BY_ADDRESS)
def test_they_are_answered_under_any_name(host: str) -> None:
    client = Client(headers={"host": host}, REMOTE_ADDR="10.1.2.9")
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz?pages").json() == {
        "status": "ready",
        "checks": {"database": "ok", "schema": "ok"},
    }
    assert client.get("/metrics").status_code == 401
    figures = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert (figures.status_code, b"lawqa_ready" in figures.content) == (200, True)
    assert figures.headers["X-Content-Type-Options"] == "nosniff"
    assert "X-Request-ID" in figures.headers


@pytest.mark.parametrize("host", [*BY_ADDRESS, "evil.example"])
@pytest.mark.parametrize(
    "path", ["/", "/library/", "/accounts/login/", "/operations/", "/metrics/", "/healthz/x"]
)
def test_nothing_else_is(host: str, path: str) -> None:
    assert Client(headers={"host": host}).get(path, secure=True).status_code == 400


def test_only_asking_is_answered() -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        assert Client(headers={"host": "web:8000"}).post(path).status_code == 400


@pytest.mark.parametrize(
    ("host", "address", "more", "status"),
    [
        pytest.param("127.0.0.1:8000", "127.0.0.1", {}, 200, id="this-machine"),
        pytest.param("web:8000", "127.0.0.1", {}, 403, id="under-another-name"),
        pytest.param("127.0.0.1:8000", "10.1.2.9", {}, 403, id="another-machine"),
        pytest.param(
            "127.0.0.1:8000", "127.0.0.1", {"x-forwarded-for": "127.0.0.1"}, 403, id="through-a-proxy"
        ),
        pytest.param(
            "law.firm.example", "127.0.0.1", {"x-forwarded-for": "10.1.2.9"}, 403, id="through-ours"
        ),
    ],
)
def test_without_a_token_figures_are_this_machines_also_where_hosts_are_named(
    settings: LazySettings, host: str, address: str, more: dict[str, str], status: int
) -> None:
    settings.LAWQA_METRICS_TOKEN = ""
    client = Client(headers={"host": host, **more}, REMOTE_ADDR=address)
    assert client.get("/metrics").status_code == status


def test_with_a_token_a_proxy_may_stand_between(settings: LazySettings) -> None:
    sent = {"authorization": f"Bearer {TOKEN}", "x-forwarded-for": "10.1.2.9"}
    assert Client(headers={"host": "law.firm.example"}).get("/metrics", headers=sent).status_code == 200
    del sent["authorization"]
    assert Client(headers={"host": "law.firm.example"}).get("/metrics", headers=sent).status_code == 401
    assert settings.LAWQA_METRICS_TOKEN
