"""What one person does all day: asks, watches the answer come, reads it, opens the law and what was asked before."""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException

from tests.load.browser import Browser, Visit
from tests.load.prepare import PASSWORD, address, questions

LAST = {"done", "failed"}
CITED = re.compile(r'href="(/citations/\d+/)"')
ANSWER = re.compile(r"^/answers/([0-9a-f-]{36})/$")
THINKS = (0.5, 2.0)
PAUSE = 0.4
"""Seconds after which the page's script fetches what changed once more (PAUSE_MS in static/lawqa.js)."""
DOOR = threading.Semaphore(2)
"""People come one after the other: a password takes its time."""
PATIENCE = 300
"""Seconds after which an answer counts as lost."""


@dataclass
class Diary:
    """What everybody saw. Lists take from several threads."""

    visits: list[Visit] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    """The key of every question for which somebody was shown the page of its answer."""
    answered: dict[str, float] = field(default_factory=dict)
    """Seconds from asking until its last event was here."""
    troubles: list[str] = field(default_factory=list)

    @property
    def errors(self) -> list[Visit]:
        """Pages that failed."""
        return [visit for visit in self.visits if not 200 <= visit.status < 400]


class Person:
    """One reader. Chance is his own."""

    def __init__(self, port: int, number: int, diary: Diary) -> None:
        self._browser = Browser(port, number, diary.visits.append)
        self._number, self._diary = number, diary
        self._chance = random.Random(number)  # noqa: S311  repeatable, no secret
        self._texts = iter(questions(number) * 10)

    def live(self, together: threading.Barrier, until: Callable[[], float]) -> None:
        """Sign in, open the form, wait for everybody, then all ask at once, and each on until the day ends."""
        with DOOR:
            self._noting(self._sign_in)
            self._noting(self._open_form)
        together.wait(PATIENCE)
        ends = until()
        while time.monotonic() < ends:
            self._noting(self._ask_and_read)
            self._think()
            self._noting(self._open_form)
            self._think()

    def warm_up(self) -> None:
        """One question and its pages."""
        self._noting(self._sign_in)
        self._noting(self._open_form)
        self._noting(self._ask_and_read)

    def _noting(self, does: Callable[[], None]) -> None:
        """Whatever goes wrong is written down, and the day goes on."""
        try:
            does()
        except (OSError, HTTPException, ValueError) as error:
            self._diary.troubles.append(f"person {self._number}: {type(error).__name__}: {error}")

    def _sign_in(self) -> None:
        self._browser.get("sign-in", "/accounts/login/")
        reply = self._browser.post(
            "signing in", "/accounts/login/", login=address(self._number), password=PASSWORD
        )
        if reply.status != 302:
            raise ValueError(f"signing in: {reply.status}")

    def _open_form(self) -> None:
        self._browser.get("form", "/")

    def _ask_and_read(self) -> None:
        asked = self._browser.post("ask", "/", text=next(self._texts), collections="county")
        found = ANSWER.match(asked.location)
        if not found:
            raise ValueError(f"a question was not taken: {asked.status}")
        self._diary.asked.append(found[1])
        self._watch(found[1], asked.location)
        for page, path in self._reading(asked.location):
            self._think()
            self._browser.get(page, path)

    def _watch(self, key: str, path: str) -> None:
        """As the script of the page does: the part that changed is fetched, and again when more happened in the pause."""
        began = time.monotonic()
        self._browser.get("answer, running", path)
        for kinds in self._browser.events(f"{path}events"):
            self._browser.get("answer, part", f"{path}body")
            if LAST & set(kinds):
                self._diary.answered[key] = time.monotonic() - began
                return
            if time.monotonic() - began > PATIENCE:
                raise ValueError(f"no answer after {PATIENCE} s")
            time.sleep(PAUSE)

    def _reading(self, path: str) -> list[tuple[str, str]]:
        """The pages that are opened next, in an order by chance."""
        page = self._browser.get("answer", path)
        cited = CITED.findall(page.text)
        section = self._browser.get("citation", self._chance.choice(cited)).location if cited else "/library/"
        others = [
            ("section", section.partition("#")[0]), ("history", "/questions/"), ("library", "/library/"),
            ("shelf", "/library/county/"), ("history, searched", "/questions/?find=hive"), ("answer", path),
        ]  # fmt: skip
        return self._chance.sample(others, 4)

    def _think(self) -> None:
        time.sleep(self._chance.uniform(*THINKS))
