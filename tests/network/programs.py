"""A firm's programs: the interface, a chat client of the OpenAI protocol, an assistant that speaks MCP."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import httpx2
import openai
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client

from tests.network.reader import BRIEF, QUESTION

PATIENCE = 60.0


class Programs:
    """All of them have the same key."""

    def __init__(self, site: str, key: str) -> None:
        self._site, self._key = site, key
        self._headers = {"Authorization": f"Bearer {key}"}

    def everything(self) -> dict[str, str]:
        """Door → what came out of it."""
        return {
            "questions": self.ask(), "search": self.found(), "verify": self.verified(),
            "uploads": self.uploaded(), "chat": self.chat(), "mcp": asyncio.run(self.mcp()),
        }  # fmt: skip

    def ask(self) -> str:
        key = self._post("questions/", text=QUESTION)["id"]
        ends = time.monotonic() + PATIENCE
        while (found := self._get(f"questions/{key}/"))["question"]["state"] not in {"done", "failed"}:
            assert time.monotonic() < ends, "no answer by the interface"
            time.sleep(0.2)
        return json.dumps(found["answer"])

    def found(self) -> str:
        return json.dumps(self._post("search/", text="hive that stands near a school"))

    def verified(self) -> str:
        return json.dumps(self._post("verify/", text=BRIEF))

    def uploaded(self) -> str:
        return json.dumps(self._get("uploads/"))

    def chat(self) -> str:
        with openai.OpenAI(base_url=f"{self._site}/v1", api_key=self._key, max_retries=0) as client:
            said = client.chat.completions.create(
                model="lawqa", messages=[{"role": "user", "content": QUESTION}]
            )
        return said.choices[0].message.content or ""

    async def mcp(self) -> str:
        async with httpx2.AsyncClient(headers=self._headers, timeout=PATIENCE) as wire:
            there = streamable_http_client(f"{self._site}/mcp", http_client=wire)
            async with Client(there, mode="auto") as client:
                result: Any = await client.call_tool(
                    "search_law", {"query": "hive that stands near a school"}
                )
        assert not result.is_error, result
        return str(result.content[0].text)

    def _get(self, path: str) -> Any:
        return self._read(httpx2.get(f"{self._site}/api/v1/{path}", headers=self._headers, timeout=PATIENCE))

    def _post(self, path: str, **body: object) -> Any:
        address = f"{self._site}/api/v1/{path}"
        return self._read(httpx2.post(address, json=body, headers=self._headers, timeout=PATIENCE))

    def _read(self, response: httpx2.Response) -> Any:
        assert response.is_success, response.text
        return response.json()
