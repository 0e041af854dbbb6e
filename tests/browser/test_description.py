"""The description of the interface: laid out from this installation alone, under its content security policy."""

from __future__ import annotations

import yaml
from playwright.sync_api import Page, expect

from api.pages import SCHEMA


def test_every_operation_is_laid_out_and_nothing_is_fetched_from_elsewhere(server: str, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server}/api/")
    paths = yaml.safe_load(SCHEMA.read_text("utf-8"))["paths"].values()
    expect(page.locator(".opblock")).to_have_count(sum(len(operations) for operations in paths))
    assert [url for url in asked if not url.startswith((server, "data:"))] == []
