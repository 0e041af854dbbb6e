"""Who may add law: staff, and whoever sits at a machine of their own."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from corpus.access import may_add_law
from corpus.models import User

LOOPBACK, ELSEWHERE = "127.0.0.1", "192.0.2.7"


@pytest.mark.parametrize(
    ("laptop", "address", "allowed"),
    [
        pytest.param(True, LOOPBACK, True, id="own-machine"),
        pytest.param(True, "::1", True, id="own-machine-ipv6"),
        pytest.param(True, ELSEWHERE, False, id="from-elsewhere"),
        pytest.param(True, "", False, id="no-address"),
        pytest.param(False, LOOPBACK, False, id="hosts-are-named-so-a-proxy-may-stand-before-it"),
    ],
)
def test_without_signing_in(settings: LazySettings, laptop: bool, address: str, allowed: bool) -> None:
    settings.LAWQA_LAPTOP = laptop
    request = RequestFactory().get("/", REMOTE_ADDR=address)
    request.user = AnonymousUser()
    assert may_add_law(request) is allowed


@pytest.mark.parametrize(
    ("facts", "allowed"),
    [
        pytest.param({"is_staff": True}, True, id="staff"),
        pytest.param({"is_staff": False}, False, id="reader"),
        pytest.param({"is_staff": True, "is_active": False}, False, id="suspended"),
    ],
)
@pytest.mark.parametrize("address", [LOOPBACK, ELSEWHERE])
def test_signed_in(settings: LazySettings, facts: dict[str, bool], allowed: bool, address: str) -> None:
    settings.LAWQA_LAPTOP = True
    request = RequestFactory().get("/", REMOTE_ADDR=address)
    request.user = User(username="ann", **facts)
    assert may_add_law(request) is allowed
