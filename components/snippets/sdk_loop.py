"""When a loop over tool calls cannot be written with the official SDKs."""

from __future__ import annotations

from typing import Final

from components.snippets.request_parts import RequestParts

_LOST_IN_STREAMS: Final = ("mcp_servers", "context_management", "compaction")
"""Fields that ask for blocks whose deltas the stream helpers do not gather: MCP calls and summaries.

Source: `TRACKS_TOOL_INPUT` and `accumulate_event` in `lib/streaming/_messages.py` of the Python SDK 2.12.0,
`tracksToolInput` and `#accumulateMessage` in `lib/MessageStream` of the TypeScript SDK 1.12.0.
"""


def why_no_loop(parts: RequestParts) -> str | None:
    """Return a sentence for the screen, or None where the loop ends and sends back what was answered."""
    if not isinstance(parts.body.get("messages"), list):
        return "The messages are no list, so no answer can be put after them."
    lost = [name for name in _LOST_IN_STREAMS if name in parts.body]
    if lost and parts.stream:
        return (
            f"With {lost[0]}, the SDK's stream helper may lose parts of an answer that has to be sent back. "
            "Choose the form without streaming."
        )
    return None
