"""Figures: who may read them, that they say what the rows say, and that several processes count together."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from django.conf import LazySettings
from django.conf import settings as project_settings
from django.test import Client

from lawqa.operations import metrics
from lawqa.operations.models import Worker
from tests import factories

TOKEN = "a-token-of-the-operators-own"


def value(text: str, series: str) -> float | None:
    found = re.search(rf"^{re.escape(series)} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("token", "sent", "status"),
    [
        pytest.param("", {"HTTP_HOST": "127.0.0.1:8000"}, 200, id="this-machine"),
        pytest.param("", {"HTTP_HOST": "[::1]:8000", "REMOTE_ADDR": "::1"}, 200, id="this-machine-by-ipv6"),
        pytest.param("", {"HTTP_HOST": "testserver"}, 403, id="under-another-name"),
        pytest.param("", {"HTTP_HOST": "localhost", "REMOTE_ADDR": "192.0.2.7"}, 403, id="another-machine"),
        pytest.param("", {"HTTP_HOST": "localhost", "HTTP_FORWARDED": "for=192.0.2.7"}, 403, id="a-proxy"),
        pytest.param("", {"HTTP_HOST": "localhost", "HTTP_X_REAL_IP": "::1"}, 403, id="a-proxy-that-says-so"),
        pytest.param(TOKEN, {"HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}, 200, id="the-token-from-anywhere"),
        pytest.param(TOKEN, {"HTTP_HOST": "localhost"}, 401, id="a-token-is-asked-of-this-machine-too"),
        pytest.param(TOKEN, {"HTTP_AUTHORIZATION": "Bearer Ω"}, 401, id="another-token"),
        pytest.param(TOKEN, {"HTTP_AUTHORIZATION": f"Basic {TOKEN}"}, 401, id="another-scheme"),
    ],
)
def test_who_may_read_figures(settings: LazySettings, token: str, sent: dict[str, str], status: int) -> None:
    settings.LAWQA_METRICS_TOKEN = token
    settings.ALLOWED_HOSTS = ["*"]
    response = Client().get("/metrics", **sent)  # type: ignore[arg-type]  # the environment of a request
    assert response.status_code == status
    assert (b"lawqa_ready" in response.content) is (status == 200)


@pytest.mark.django_db
def test_figures_say_what_the_rows_say() -> None:
    Worker.objects.sign("questions@host", 7, queues=",questions,sweeps,", resident=5)
    factories.an_answered_question()
    factories.a_question()
    text = Client(HTTP_HOST="localhost").get("/metrics").content.decode()
    assert value(text, 'lawqa_questions{state="waiting"}') == 1
    assert value(text, 'lawqa_recent_answers{outcome="answered"}') == 1
    assert value(text, 'lawqa_recent_answer_seconds{quantile="0.5"}') == 0.012
    assert value(text, 'lawqa_workers{queue="sweeps"}') == 1
    assert value(text, 'lawqa_worker_resident_bytes{worker="questions@host"}') == 5
    assert value(text, 'lawqa_sections{jurisdiction="xx"}') == 2
    assert value(text, 'lawqa_ready{part="workers: ingestion"}') == 0


@pytest.mark.django_db
def test_requests_are_counted_by_the_name_of_their_address_whatever_is_asked_for() -> None:
    client = Client(HTTP_HOST="localhost")
    before = len(metrics.exposition().splitlines())
    for number in range(40):
        client.get(f"/no-such-page-{number}")
    text = client.get("/metrics").content.decode()
    assert (value(text, 'lawqa_http_requests_total{method="GET",status="404",view=""}') or 0) >= 40
    assert "no-such-page" not in text
    assert len(text.splitlines()) < before + 40


PROCESSES = """
import os, django
django.setup()
from lawqa.operations import metrics
metrics.answered("ask", "GET", 200, .02)
if not os.fork():
    metrics.answered("ask", "GET", 200, .02)
    metrics.answered("ask", "BREW", 200, .02)
    os._exit(0)
os.wait()
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
metrics._rows = CollectorRegistry
print(metrics.exposition().decode())
"""


def test_processes_that_share_a_folder_count_together(tmp_path: object) -> None:
    environment = {
        "DJANGO_SETTINGS_MODULE": "lawqa.settings", "LAWQA_DATA": f"{tmp_path}/data",
        "PROMETHEUS_MULTIPROC_DIR": f"{tmp_path}/figures",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", PROCESSES], env=environment, cwd=project_settings.BASE_DIR,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert value(done.stdout, 'lawqa_http_requests_total{method="GET",status="200",view="ask"}') == 2
    assert value(done.stdout, 'lawqa_http_requests_total{method="other",status="200",view="ask"}') == 1
