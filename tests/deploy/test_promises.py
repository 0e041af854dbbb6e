"""Settings of an installation for others, as a process of its own reads them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.servers import ROOT

ASKED = """
import json
from django.conf import settings as s
names = ("SESSION_COOKIE_SECURE SESSION_COOKIE_HTTPONLY SESSION_COOKIE_SAMESITE CSRF_COOKIE_SECURE CSRF_COOKIE_SAMESITE "
         "SECURE_HSTS_SECONDS SECURE_HSTS_INCLUDE_SUBDOMAINS SECURE_SSL_REDIRECT DEBUG PASSWORD_HASHERS "
         "AUTH_PASSWORD_VALIDATORS USE_X_FORWARDED_HOST ALLAUTH_TRUSTED_PROXY_COUNT TIME_ZONE ROOT_URLCONF")
print(json.dumps({name: getattr(s, name, None) for name in names.split()}))
"""
YEAR = 365 * 86_400


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LAWQA_")}
    given = {
        **kept, "DJANGO_SETTINGS_MODULE": "lawqa.settings", "LAWQA_ALLOWED_HOSTS": "law.firm.example",
        "LAWQA_DATA": str(tmp_path_factory.mktemp("data")),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", ASKED], cwd=ROOT, env=given, check=True, capture_output=True, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_cookies_go_over_tls_to_this_site_only_and_no_script_reads_the_sessions(said: dict[str, Any]) -> None:
    assert said["SESSION_COOKIE_SECURE"]
    assert said["CSRF_COOKIE_SECURE"]
    assert said["SESSION_COOKIE_HTTPONLY"]
    assert said["SESSION_COOKIE_SAMESITE"] == said["CSRF_COOKIE_SAMESITE"] == "Lax"


def test_browsers_are_told_to_use_tls_for_a_year_with_subdomains(said: dict[str, Any]) -> None:
    assert said["SECURE_HSTS_SECONDS"] >= YEAR
    assert said["SECURE_HSTS_INCLUDE_SUBDOMAINS"]
    assert said["SECURE_SSL_REDIRECT"]


def test_passwords_are_kept_by_scrypt_and_none_is_short_or_common(said: dict[str, Any]) -> None:
    assert said["PASSWORD_HASHERS"][0].endswith("ScryptPasswordHasher")
    validators = {
        one["NAME"].rpartition(".")[2]: one.get("OPTIONS", {}) for one in said["AUTH_PASSWORD_VALIDATORS"]
    }
    assert validators["MinimumLengthValidator"]["min_length"] >= 12
    assert "CommonPasswordValidator" in validators


def test_no_header_that_a_caller_may_send_names_him_or_the_site(said: dict[str, Any]) -> None:
    """The web server resolves who he is; the library for signing in, and Django, look at no header."""
    assert not said["USE_X_FORWARDED_HOST"]
    assert not said["ALLAUTH_TRUSTED_PROXY_COUNT"]


def test_no_debug_pages_and_times_in_utc(said: dict[str, Any]) -> None:
    assert not said["DEBUG"]
    assert said["TIME_ZONE"] == "UTC"
