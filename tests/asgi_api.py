"""Asks an ASGI application in this very process: the app as it is served, without the cost of a socket."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from components.domain.json_types import JsonObject


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def error(self) -> JsonObject:
        """The `error` of an answer in the error shape."""
        error: JsonObject = json.loads(self.content)["error"]
        return error


class AsgiApi:
    """Speaks to one application. Close it when done."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._runner = asyncio.Runner()

    def close(self) -> None:
        self._runner.close()

    def post(
        self, path: str, body: JsonObject | bytes, *, version: str, betas: tuple[str, ...] = ()
    ) -> Answer:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"x-api-key": "test-key", "anthropic-version": version, "content-type": "application/json"}
        if betas:
            headers["anthropic-beta"] = ",".join(betas)
        return self._runner.run(self._ask(path, raw, headers))

    async def _ask(self, path: str, raw: bytes, headers: dict[str, str]) -> Answer:
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }
        asked: list[dict[str, Any]] = [{"type": "http.request", "body": raw, "more_body": False}]
        sent: list[dict[str, Any]] = []
        finished = asyncio.Event()

        async def receive() -> dict[str, Any]:
            if asked:
                return asked.pop()
            await finished.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                finished.set()

        await self._app(scope, receive, send)
        start = next(message for message in sent if message["type"] == "http.response.start")
        content = b"".join(
            message.get("body", b"") for message in sent if message["type"] == "http.response.body"
        )
        return Answer(
            start["status"], {name.decode(): value.decode() for name, value in start["headers"]}, content
        )
