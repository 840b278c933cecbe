"""Secrets that stand in a request itself, and have no business in a file that is handed on."""

from __future__ import annotations

from typing import Final, cast

from components.domain.json_types import Json, JsonObject

LEFT_OUT: Final = "(left out)"


def without_secrets(fields: JsonObject) -> JsonObject:
    """The fields of a body, or a draft's extra fields, with words in place of the tokens of MCP servers."""
    servers = fields.get("mcp_servers")
    if not isinstance(servers, list):
        return fields
    return {**fields, "mcp_servers": [_without_token(server) for server in servers]}


def draft_without_secrets(draft: JsonObject | None) -> JsonObject | None:
    """The same for a draft as it is kept with a run."""
    extra = draft.get("extra") if draft else None
    if draft is None or not isinstance(extra, dict):
        return draft
    return {**draft, "extra": without_secrets(extra)}


def _without_token(server: Json) -> Json:
    if not isinstance(server, dict) or server.get("authorization_token") is None:
        return server
    return cast(JsonObject, {**server, "authorization_token": LEFT_OUT})
