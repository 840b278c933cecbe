"""Rules about what the answer starts from, follows and ends at: prefill, output schema, stop sequences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from components.domain.catalogue import CHECKED
from components.domain.findings import REMOVE, Edit, Fix, Path
from components.domain.rule import Case, Hit, Rule


def prefilled(case: Case) -> int | None:
    """Position of the assistant turn the model is asked to continue, or None.

    A turn that waits for tool results, or that a server tool paused, is no prefill: it goes back as it came.
    """
    messages = case.messages
    if not messages or messages[-1][1].get("role") != "assistant":
        return None
    i = messages[-1][0]
    kinds = [str(block.get("type")) for _, block in case.blocks_of(i)]
    waiting = any(kind == "server_tool_use" or kind.endswith("_tool_result") for kind in kinds)
    return None if waiting or kinds[-1:] == ["tool_use"] else i


def _prefill(case: Case) -> Iterator[Hit]:
    i = prefilled(case)
    if i is not None and case.model.prefill is False:
        path: Path = ("messages", i)
        sentence = (
            f"{case.model.name} cannot continue an assistant turn. "
            "End with a user turn, or remove the last assistant turn."
        )
        yield Hit(path, sentence, case.drop(path, "Remove the last turn"))


def _prefill_space(case: Case) -> Iterator[Hit]:
    i = prefilled(case)
    if i is None or case.model.prefill is not True:
        return
    path: Path = ("messages", i, "content")
    if case.listed(*path):
        path = (*path, len(case.listed(*path)) - 1, "text")
    text = case.at(*path)
    if isinstance(text, str) and text.strip() and text != text.rstrip():
        sentence = "The assistant turn to continue must not end with white space."
        yield Hit(("messages", i), sentence, Fix("Trim the end", (Edit(path, text.rstrip()),)))


def _prefill_thinking(case: Case) -> Iterator[Hit]:
    i = prefilled(case)
    if i is None or case.model.prefill is not True or case.thinking_type != "enabled":
        return
    kinds = [block.get("type") for _, block in case.blocks_of(i)]
    if kinds[:1] not in (["thinking"], ["redacted_thinking"]):
        sentence = "An assistant turn cannot be continued while thinking is on. Switch thinking off."
        fix = Fix("Switch thinking off", (Edit(("thinking",), {"type": "disabled"}),))
        words = {"i": i, "kind": kinds[0] if kinds else "text"}
        yield Hit(("messages", i), sentence, fix, words)


def _structured_prefill(case: Case) -> Iterator[Hit]:
    i = prefilled(case)
    if i is not None and case.model.prefill is True and isinstance(case.at("output_config", "format"), dict):
        path: Path = ("messages", i)
        sentence = "An answer that follows a schema cannot continue an assistant turn. Remove the last turn."
        yield Hit(path, sentence, case.drop(path, "Remove the last turn"))


def _cited(case: Case) -> list[Path]:
    """Documents and search results with citations switched on."""
    return [path for path, _ in case.all_blocks() if case.at(*path, "citations", "enabled") is True]


def _citations_mixed(case: Case) -> Iterator[Hit]:
    documents = [path for path, block in case.all_blocks() if block.get("type") == "document"]
    cited = set(_cited(case))
    without = [path for path in documents if path not in cited]
    if without and len(without) < len(documents):
        edits = tuple(Edit((*path, "citations"), {"enabled": True}) for path in without)
        sentence = "Citations must be on for all documents of a request, or for none."
        yield Hit((*without[0], "citations"), sentence, Fix("Switch them on for all", edits))


def _citations_unsupported(case: Case) -> Iterator[Hit]:
    cited = _cited(case)
    if cited and case.model.citations is False:
        edits = tuple(Edit((*path, "citations"), REMOVE) for path in cited)
        sentence = f"{case.model.name} gives no citations. Switch them off."
        fix = Fix("Switch citations off", edits)
        yield Hit((*cited[0], "citations"), sentence, fix, {"model": case.at("model")})


def _structured_citations(case: Case) -> Iterator[Hit]:
    cited = _cited(case)
    if cited and isinstance(case.at("output_config", "format"), dict):
        edits = tuple(Edit((*path, "citations"), REMOVE) for path in cited)
        sentence = "Citations and an output schema exclude each other. Switch one of them off."
        yield Hit((*cited[0], "citations"), sentence, Fix("Switch citations off", edits))


def _structured_unsupported(case: Case) -> Iterator[Hit]:
    if case.model.structured_outputs is False and case.at("output_config", "format") is not None:
        edit = Edit(("output_config", "format"), REMOVE)
        sentence = f"{case.model.name} cannot follow an output schema. Remove it."
        yield Hit(edit.path, sentence, Fix("Remove the output schema", (edit,)))


def _stop_sequence_blank(case: Case) -> Iterator[Hit]:
    sequences = case.listed("stop_sequences")
    kept = [text for text in sequences if not isinstance(text, str) or text.strip()]
    if len(kept) < len(sequences):
        edit = Edit(("stop_sequences",), kept or REMOVE)
        sentence = "A stop sequence is empty or only white space. Remove it."
        yield Hit(("stop_sequences",), sentence, Fix("Remove empty stop sequences", (edit,)))


_STRUCTURED: Final = 'docs "Structured outputs", "Citations"; wording (?)'
_HISTORICAL: Final = "historical behaviour (?)"

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "prefill",
        "the last message is an assistant turn, on a model since 4.6",
        "This model does not support assistant message prefill. "
        "The conversation must end with a user message.",
        "remove the last turn",
        _prefill,
        'docs "Claude API errors"',
        CHECKED,
    ),
    Rule(
        "prefill_space",
        "the assistant turn to continue ends with white space",
        "messages: final assistant content cannot end with trailing whitespace",
        "trim it",
        _prefill_space,
        _HISTORICAL,
        CHECKED,
    ),
    Rule(
        "prefill_thinking",
        "an assistant turn to continue while thinking is enabled",
        "messages.{i}.content.0.type: Expected `thinking` or `redacted_thinking`, but found `{kind}`. When "
        "`thinking` is enabled, a final `assistant` message must start with a thinking block.",
        "switch thinking off",
        _prefill_thinking,
        _HISTORICAL,
        CHECKED,
    ),
    Rule(
        "structured_prefill",
        "an output schema and an assistant turn to continue",
        "output_config.format: assistant message prefill is not supported with structured outputs.",
        "remove the last turn",
        _structured_prefill,
        _STRUCTURED,
        CHECKED,
    ),
    Rule(
        "structured_citations",
        "an output schema and citations",
        "output_config.format: citations are not supported with structured outputs.",
        "citations off",
        _structured_citations,
        _STRUCTURED,
        CHECKED,
    ),
    Rule(
        "citations_mixed",
        "citations on for some documents and off for others",
        "Citations must be enabled on all or none of the documents within a request.",
        "on for all",
        _citations_mixed,
        'docs "Citations"; wording (?)',
        CHECKED,
    ),
    Rule(
        "citations_unsupported",
        "citations for a model without them, as GET /v1/models has it",
        "'{model}' does not support citations.",
        "citations off",
        _citations_unsupported,
        "Python SDK 2.12.0 ModelInfo; wording (?)",
        CHECKED,
    ),
    Rule(
        "structured_unsupported",
        "an output schema on a model without structured outputs",
        "output_config.format: structured outputs are not supported for this model.",
        "drop it",
        _structured_unsupported,
        _STRUCTURED,
        CHECKED,
    ),
    Rule(
        "stop_sequence_blank",
        "a stop sequence without a visible character",
        "stop_sequences: each stop sequence must contain non-whitespace",
        "remove it",
        _stop_sequence_blank,
        _HISTORICAL,
        CHECKED,
    ),
)
