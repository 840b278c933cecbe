"""A small reader of the sandbox's answers, without any of the project's client."""

from __future__ import annotations

import json
from typing import Any

import requests


class Api:
    """Speaks to one sandbox, without any of the project's client."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.session = requests.Session()
        self.session.trust_env = False
        self.headers = {"x-api-key": "test-key", "anthropic-version": "2023-06-01"}

    def post(
        self, path: str = "/v1/messages", headers: dict[str, str] | None = None, **body: Any
    ) -> requests.Response:
        return self.session.post(
            f"{self.base_url}{path}", json=body, headers={**self.headers, **(headers or {})}, timeout=20
        )

    def get(self, path: str, headers: dict[str, str] | None = None) -> requests.Response:
        return self.session.get(
            f"{self.base_url}{path}", headers={**self.headers, **(headers or {})}, timeout=20
        )

    def message(self, **body: Any) -> dict[str, Any]:
        response = self.post(**body)
        assert response.status_code == 200, response.text
        message: dict[str, Any] = response.json()
        return message

    def events(self, **body: Any) -> list[dict[str, Any]]:
        response = self.post(**{**body, "stream": True})
        assert response.status_code == 200, response.text
        assert response.headers["content-type"].startswith("text/event-stream")
        return parse(response.content)


def parse(stream: bytes) -> list[dict[str, Any]]:
    """The events of a stream in which every record has its `event:` and one `data:` line."""
    events = []
    for record in stream.decode().split("\n\n")[:-1]:
        if record.startswith(":"):
            continue
        name, data = record.split("\n")
        event = json.loads(data.removeprefix("data: "))
        assert name == f"event: {event['type']}"
        events.append(event)
    return events


def fold(events: list[dict[str, Any]]) -> dict[str, Any]:
    """The message the events make, by the rules of the streaming reference."""
    message: dict[str, Any] = {}
    partial = ""
    for event in events:
        match event["type"]:
            case "message_start":
                message = event["message"]
            case "content_block_start":
                message["content"].append(event["content_block"])
                partial = ""
            case "content_block_delta":
                block, delta = message["content"][event["index"]], event["delta"]
                match delta["type"]:
                    case "text_delta":
                        block["text"] += delta["text"]
                    case "thinking_delta":
                        block["thinking"] += delta["thinking"]
                    case "signature_delta":
                        block["signature"] = delta["signature"]
                    case "citations_delta":
                        block["citations"].append(delta["citation"])
                    case "input_json_delta":
                        partial += delta["partial_json"]
            case "content_block_stop":
                block = message["content"][event["index"]]
                if block["type"] in ("tool_use", "server_tool_use"):
                    block["input"] = json.loads(partial or "{}")
            case "message_delta":
                message.update({k: v for k, v in event["delta"].items() if v is not None})
                message["usage"].update(event["usage"])
    return message
