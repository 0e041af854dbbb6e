"""An installation for several people beside the laptop's: the same law and workers, and somebody of every role.

Run as a program it makes the people in the data folder of the environment and prints the keys of their sessions.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Literal

import django
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext

PEOPLE = {
    "ruth": "reader", "carl": "contributor", "cora": "contributor", "lena": "librarian", "ada": "admin",
}  # fmt: skip
"""First name → role."""
VARIABLES = {"LAWQA_ALLOWED_HOSTS": "127.0.0.1,law.firm.example", "LAWQA_PLAIN_HTTP": "1"}


@dataclass(frozen=True, slots=True)
class Firm:
    """Where it is reached, and whose session has which key."""

    address: str
    sessions: dict[str, str]

    def enter(
        self, browser: Browser, name: str, scheme: Literal["light", "dark"] = "light", width: int = 1280
    ) -> BrowserContext:
        """A window in which that person is signed in."""
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": self.sessions[name], "url": self.address}
        context.add_cookies([cookie])  # type: ignore[list-item]  # a TypedDict of which these keys are enough
        return context


def email(name: str) -> str:
    return f"{name}@firm.example"


def people(environment: dict[str, str]) -> dict[str, str]:
    """Make the people, and a session for each; name → its key."""
    command = [sys.executable, "-m", "tests.browser.firm"]
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, check=True, capture_output=True, text=True
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found


def main() -> None:
    django.setup()
    sys.stdout.write(json.dumps({name: _session(name, role) for name, role in PEOPLE.items()}))


def _session(name: str, role: str) -> str:
    """The key of a session such as signing in begins."""
    from allauth.account.models import EmailAddress
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from corpus.models import User

    user = User(username=name, email=email(name), role=role, first_name=name.capitalize(), last_name="Firm")
    user.set_password("the orchard wall is tall")
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


if __name__ == "__main__":
    main()
