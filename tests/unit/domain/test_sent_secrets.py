"""What a request holds that is not for others."""

from __future__ import annotations

from components.domain.draft import Draft
from components.domain.json_types import JsonObject
from components.domain.sent_secrets import LEFT_OUT, draft_without_secrets, without_secrets

SERVER: JsonObject = {"type": "url", "name": "notes", "url": "https://mcp.example/sse"}
BODY: JsonObject = {"model": "m", "mcp_servers": [{**SERVER, "authorization_token": "very-secret"}, SERVER]}


def test_the_tokens_of_mcp_servers_are_left_out_and_nothing_else() -> None:
    expected = {"model": "m", "mcp_servers": [{**SERVER, "authorization_token": LEFT_OUT}, SERVER]}
    assert without_secrets(BODY) == expected
    assert "very-secret" in str(BODY), "The request itself stays whole."


def test_a_body_without_servers_is_the_very_same() -> None:
    for body in ({"model": "m"}, {"mcp_servers": "odd"}, {"mcp_servers": ["odd", None]}):
        assert without_secrets(body) == body  # type: ignore[arg-type]


def test_drafts_lose_them_too() -> None:
    draft = draft_without_secrets(Draft.of_body(BODY).to_json())
    assert "very-secret" not in str(draft)
    assert draft_without_secrets(None) is None
    assert draft_without_secrets({"extra": None}) == {"extra": None}
