"""Beta names for the `anthropic-beta` header, and what each is for.

Source: Python SDK 2.12.0 `AnthropicBetaParam` and beta parameters; release notes. Compared with them on
`catalogue.CHECKED`. Betas of other endpoints are left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from components.domain.catalogue import FAST_BETA


@dataclass(frozen=True, slots=True)
class Beta:
    name: str
    purpose: str
    legacy: bool = False
    """Its feature needs no header any more; sending it does nothing, or brings old response shapes back."""


def _legacy(name: str, feature: str, effect: str = "no effect") -> Beta:
    return Beta(name, f"{feature}: needs no header any more ({effect})", legacy=True)


BETAS: Final[tuple[Beta, ...]] = (
    Beta("mcp-client-2026-09-15", "remote MCP servers (mcp_servers)"),
    Beta("mcp-client-2025-11-20", "remote MCP servers, the form before"),
    Beta("mcp-client-2025-04-04", "remote MCP servers, the old form"),
    Beta("context-management-2025-06-27", "clear old tool results or thinking (context_management)"),
    Beta("compact-2026-01-12", "compact a long context (context_management)"),
    Beta("compact-2026-09-04", "compact on demand (compaction)"),
    Beta("server-side-fallback-2026-07-01", "other models after a refusal (fallbacks)"),
    Beta("server-side-fallback-2026-06-01", "other models after a refusal, the form before"),
    Beta("fallback-credit-2026-07-01", "retry a refusal at read price (fallback_credit_token)"),
    Beta("fallback-credit-2026-06-01", "retry a refusal at read price, the form before"),
    Beta("task-budgets-2026-03-13", "a token budget for a task (output_config.task_budget)"),
    Beta("thinking-display-updates-2026-08-18", "short progress lines (thinking.display: updates)"),
    Beta("thinking-binding-controls-2026-08-01", "thinking after an edited history (thinking.block_binding)"),
    Beta("mid-conversation-output-config-2026-07-01", "another effort from a turn on"),
    Beta("mid-conversation-system-clear-at-2026-08-21", "a system text for one turn (clear_at)"),
    Beta("inline-tools-2026-09-15", "other tools from a turn on"),
    Beta("mid-conversation-tool-changes-2026-07-01", "other tools from a turn on, the form before"),
    Beta("advisor-tool-2026-03-01", "a second model as adviser"),
    Beta("message-threads-2026-08-12", "conversations that the service keeps (thread)"),
    Beta("user-profiles-billing-2026-10-01", "bill a user profile (billing_policy)"),
    Beta(FAST_BETA, "fast mode on Opus 5 and 4.8 (speed)"),
    Beta("output-300k-2026-03-24", "larger max_tokens, in batches"),
    _legacy("prompt-caching-2024-07-31", "prompt caching"),
    _legacy("extended-cache-ttl-2025-04-11", "one-hour caching"),
    _legacy("pdfs-2024-09-25", "PDFs"),
    _legacy("token-counting-2024-11-01", "counting tokens"),
    _legacy("message-batches-2024-09-24", "batches"),
    _legacy("files-api-2025-04-14", "files", "brings the old response shapes"),
    _legacy("skills-2025-10-02", "skills", "brings the old response shapes"),
    _legacy("structured-outputs-2025-11-13", "output schemas"),
    _legacy("cache-diagnosis-2026-04-07", "cache diagnostics"),
    _legacy("model-context-window-exceeded-2025-08-26", "the stop reason of a full context"),
    _legacy("context-1m-2025-08-07", "1M context"),
)
"""Newest form of each first; those without effect last."""

_BY_NAME: Final = {beta.name: beta for beta in BETAS}
_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")


def find(name: str) -> Beta | None:
    return _BY_NAME.get(name)


def is_name(text: str) -> bool:
    """Whether this can stand in the header as one name."""
    return bool(_NAME.fullmatch(text))
