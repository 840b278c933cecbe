"""What exists only with a beta: which name in the `anthropic-beta` header switches which feature on.

Source: Python SDK 2.12.0 `AnthropicBetaParam` and the beta parameters; release notes to November 2026.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Feature:
    """Something that exists only while a beta is named in the `anthropic-beta` header."""

    newest: str
    """The beta to add when there is none."""
    families: tuple[str, ...]
    """Beginnings of the names that switch it on, so that newer dates do too."""

    def on(self, betas: Collection[str]) -> bool:
        return any(beta.startswith(self.families) for beta in betas)


MCP: Final = Feature("mcp-client-2026-09-15", ("mcp-client-",))
CONTEXT_MANAGEMENT: Final = Feature("context-management-2025-06-27", ("context-management-", "compact-"))
COMPACTION: Final = Feature("compact-2026-09-04", ("compact-",))
FALLBACKS: Final = Feature("server-side-fallback-2026-07-01", ("server-side-fallback-",))
FALLBACK_CREDIT: Final = Feature("fallback-credit-2026-07-01", ("fallback-credit-",))
THREADS: Final = Feature("message-threads-2026-08-12", ("message-threads-",))
BILLING: Final = Feature("user-profiles-billing-2026-10-01", ("user-profiles-billing-",))
"""Inferred from its name (?)."""
TASK_BUDGETS: Final = Feature("task-budgets-2026-03-13", ("task-budgets-",))
DISPLAY_UPDATES: Final = Feature("thinking-display-updates-2026-08-18", ("thinking-display-updates-",))
THINKING_BINDING: Final = Feature("thinking-binding-controls-2026-08-01", ("thinking-binding-controls-",))
TURN_OUTPUT_CONFIG: Final = Feature(
    "mid-conversation-output-config-2026-07-01", ("mid-conversation-output-config-",)
)
CLEAR_AT: Final = Feature(
    "mid-conversation-system-clear-at-2026-08-21", ("mid-conversation-system-clear-at-",)
)
INLINE_TOOLS: Final = Feature("inline-tools-2026-09-15", ("inline-tools-", "mid-conversation-tool-changes-"))
ADVISOR: Final = Feature("advisor-tool-2026-03-01", ("advisor-tool-",))
COMPUTER_2024: Final = Feature("computer-use-2024-10-22", ("computer-use-2024-",))
COMPUTER_2025: Final = Feature("computer-use-2025-01-24", ("computer-use-2025-01-",))
COMPUTER_2025_11: Final = Feature("computer-use-2025-11-24", ("computer-use-2025-11-",))
FAST: Final = Feature("fast-mode-2026-02-01", ("fast-mode-",))
STRUCTURED: Final = Feature("structured-outputs-2025-11-13", ("structured-outputs-",))
"""No longer needed for `output_config.format`; keeps the older `output_format` alive."""
