"""For every rule a body that triggers it, and the models and versions that must refuse (or note) it.

The models are named here once more, copied by hand from the documents and not from the catalogue, so that
the two check each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from components.domain.catalogue import CHECKED
from components.domain.json_types import JsonObject

OLD, NEW = "2023-06-01", "2026-10-21"
VERSIONS: Final = (OLD, NEW)
TODAY: Final = CHECKED

FABLE_MYTHOS_51_52 = {"claude-fable-5-2", "claude-mythos-5-2", "claude-fable-5-1", "claude-mythos-5-1"}
FABLE_MYTHOS = FABLE_MYTHOS_51_52 | {"claude-fable-5", "claude-mythos-5"}
CLAUDE_55 = {"claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5"}
CLAUDE_5 = {"claude-opus-5", "claude-sonnet-5"}
OPUS_47_48 = {"claude-opus-4-7", "claude-opus-4-8"}
CLAUDE_46 = {"claude-opus-4-6", "claude-sonnet-4-6"}
OPUS_45 = {"claude-opus-4-5", "claude-opus-4-5-20251101"}
SONNET_45 = {"claude-sonnet-4-5", "claude-sonnet-4-5-20250929"}
NO_EFFORT = SONNET_45 | {"claude-haiku-4-5", "claude-haiku-4-5-20251001"}
CLAUDE_45 = OPUS_45 | NO_EFFORT
PREVIEW = {"claude-mythos-preview"}
SINCE_47 = FABLE_MYTHOS | CLAUDE_55 | CLAUDE_5 | OPUS_47_48
ALL = SINCE_47 | CLAUDE_46 | CLAUDE_45 | PREVIEW
RETIRED = {"claude-opus-4-1", "claude-3-7-sonnet-20250219"}

USER: Final[JsonObject] = {"role": "user", "content": "What is the capital of France?"}
TOOL: Final[JsonObject] = {
    "name": "weather",
    "description": "The weather of a city",
    "input_schema": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
        "additionalProperties": False,
    },
}
CALL: Final[JsonObject] = {
    "role": "assistant",
    "content": [{"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"city": "Paris"}}],
}
RESULT: Final[JsonObject] = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "Sunny"}
PDF: Final[JsonObject] = {
    "type": "document",
    "source": {"type": "text", "media_type": "text/plain", "data": "A short text."},
}


def schema(**properties: JsonObject) -> JsonObject:
    """A body part that asks for an answer of that shape."""
    inner: JsonObject = {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }
    return {"output_config": {"format": {"type": "json_schema", "schema": inner}}}


@dataclass(frozen=True)
class RuleCase:
    rule: str
    change: JsonObject
    """Laid over `{"model", "max_tokens": 2048, "messages": [a user turn]}`."""
    models: frozenset[str]
    """Where the rule must find it; everywhere else it must not."""
    versions: tuple[str, ...] = VERSIONS
    note: str = ""
    message: str | None = None
    """The service's words where they are documented."""
    today: date = TODAY

    @property
    def id(self) -> str:
        return f"{self.rule}-{self.note}" if self.note else self.rule

    def body(self, model: str) -> JsonObject:
        return {"model": model, "max_tokens": 2_048, "messages": [USER], **self.change}


def case(
    rule: str,
    change: JsonObject,
    models: set[str] = ALL,
    versions: tuple[str, ...] = VERSIONS,
    note: str = "",
    message: str | None = None,
    today: date = TODAY,
) -> RuleCase:
    return RuleCase(rule, change, frozenset(models), versions, note, message, today)


_ALWAYS_ON_OR_QUIET = 'Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.'
_ENABLED: JsonObject = {"type": "enabled", "budget_tokens": 1_024}
_SYSTEM_TURN: JsonObject = {"role": "system", "content": "Answer in French."}
_ASSISTANT: JsonObject = {"role": "assistant", "content": "The capital is"}
_SYSTEM_REFUSED = CLAUDE_46 | CLAUDE_45 | PREVIEW | {"claude-opus-4-7"}


def _messages(*messages: JsonObject) -> JsonObject:
    return {"messages": list(messages)}


def _user(*blocks: JsonObject) -> JsonObject:
    return {"role": "user", "content": list(blocks)}


def _assistant(*blocks: JsonObject) -> JsonObject:
    return {"role": "assistant", "content": list(blocks)}


def _text(text: str, **more: object) -> JsonObject:
    return {"type": "text", "text": text, **more}  # type: ignore[dict-item]


RULE_CASES: Final = (
    case("model_retired", {}, RETIRED),
    case("model_retired", {}, RETIRED | SONNET_45, today=date(2026, 11, 30), note="on the day"),
    case("model_deprecated", {}, SONNET_45 | PREVIEW),
    case("max_tokens_above_model", {"max_tokens": 128_001}),
    case("max_tokens_above_model", {"max_tokens": 64_001}, CLAUDE_45, note="64k"),
    case("max_tokens_negative", {"max_tokens": -1}),
    case("long_unstreamed", {"max_tokens": 21_334}),
    case(
        "sampling_by_version",
        {"temperature": 1},
        versions=(NEW,),
        message="temperature: Extra inputs are not permitted",
    ),
    case("sampling_by_version", {"top_p": 0.9}, versions=(NEW,), note="top_p"),
    case("sampling_by_version", {"top_k": 5}, versions=(NEW,), note="top_k"),
    case("sampling_by_model", {"temperature": 0.5}, SINCE_47, (OLD,)),
    case("sampling_by_model", {"top_p": 0.9}, SINCE_47, (OLD,), note="top_p"),
    case("sampling_by_model", {"top_k": 0}, SINCE_47, (OLD,), note="top_k"),
    case("sampling_range", {"temperature": 1.5}, CLAUDE_45 | CLAUDE_46, (OLD,)),
    case("sampling_range", {"top_p": -0.1}, CLAUDE_45 | CLAUDE_46, (OLD,), note="top_p"),
    case("sampling_range", {"top_k": -1}, CLAUDE_45 | CLAUDE_46, (OLD,), note="top_k"),
    case("sampling_with_thinking", {"temperature": 0.5, "thinking": _ENABLED}, CLAUDE_45 | CLAUDE_46, (OLD,)),
    case(
        "sampling_with_thinking",
        {"top_p": 0.9, "thinking": {"type": "adaptive"}},
        CLAUDE_45 | CLAUDE_46,
        (OLD,),
        note="top_p",
    ),
    case(
        "sampling_with_thinking",
        {"top_k": 5, "thinking": _ENABLED},
        CLAUDE_45 | CLAUDE_46,
        (OLD,),
        note="top_k",
    ),
    case("sampling_both", {"temperature": 1, "top_p": 1}, ALL - PREVIEW, (OLD,)),
    case(
        "thinking_enabled",
        {"thinking": _ENABLED},
        SINCE_47,
        message=f'"thinking.type.enabled" is not supported for this model. {_ALWAYS_ON_OR_QUIET}',
    ),
    case(
        "thinking_disabled",
        {"thinking": {"type": "disabled"}},
        FABLE_MYTHOS | PREVIEW | {"claude-opus-5-5", "claude-sonnet-5-5"},
        message=f'"thinking.type.disabled" is not supported for this model. {_ALWAYS_ON_OR_QUIET}',
    ),
    case(
        "thinking_disabled",
        {"thinking": {"type": "disabled"}, "output_config": {"effort": "max"}},
        FABLE_MYTHOS | PREVIEW | {"claude-opus-5-5", "claude-sonnet-5-5"},
        note="at max effort",
    ),
    case(
        "thinking_adaptive",
        {"thinking": {"type": "adaptive", "display": "omitted"}},
        CLAUDE_45,
        message="adaptive thinking is not supported on this model",
    ),
    case("thinking_adaptive", {"thinking": {"type": "adaptive"}, "max_tokens": 500}, CLAUDE_45, note="short"),
    case("thinking_between_tools", {"thinking": {"type": "between_tools"}}, ALL - {"claude-sonnet-5-5"}),
    case(
        "thinking_at_effort",
        {"thinking": {"type": "disabled"}, "output_config": {"effort": "xhigh"}},
        {"claude-opus-5", "claude-haiku-5-5"},
    ),
    case(
        "thinking_at_effort",
        {"thinking": {"type": "between_tools"}, "output_config": {"effort": "max"}},
        {"claude-sonnet-5-5"},
        note="between tools",
    ),
    case("thinking_enabled_deprecated", {"thinking": _ENABLED}, CLAUDE_46 | PREVIEW),
    case(
        "budget_too_small",
        {"thinking": {"type": "enabled", "budget_tokens": 1_023}},
        CLAUDE_45 | CLAUDE_46 | PREVIEW,
    ),
    case(
        "budget_not_below_max",
        {"thinking": {"type": "enabled", "budget_tokens": 2_048}},
        CLAUDE_45 | CLAUDE_46 | PREVIEW,
    ),
    case(
        "budget_not_below_max",
        {"thinking": {"type": "enabled", "budget_tokens": 500_000}},
        CLAUDE_45 | CLAUDE_46 | PREVIEW,
        note="beyond the model",
    ),
    case("thinking_field", {"thinking": {"type": "adaptive", "budget_tokens": 2_000}}),
    case("thinking_field", {"thinking": {"type": "disabled", "display": "omitted"}}, note="display"),
    case("thinking_display", {"thinking": {"type": "adaptive", "display": "full"}}),
    case("effort_unsupported", {"output_config": {"effort": "high"}}, NO_EFFORT),
    case("effort_level", {"output_config": {"effort": "xhigh"}}, CLAUDE_46 | OPUS_45 | PREVIEW),
    case("effort_level", {"output_config": {"effort": "max"}}, OPUS_45, note="max"),
    case(
        "fast_refused",
        {"speed": "fast"},
        ALL
        - {"claude-fable-5-2", "claude-mythos-5-2", "claude-opus-5-5", "claude-opus-5", "claude-opus-4-8"}
        - {"claude-opus-4-6"},
    ),
    case(
        "fast_refused",
        {"speed": "fast"},
        ALL
        - {"claude-fable-5-2", "claude-mythos-5-2", "claude-opus-5-5", "claude-opus-5"}
        - {"claude-opus-4-6"},
        today=date(2026, 11, 30),
        note="on the day",
    ),
    case("fast_beta", {"speed": "fast"}, {"claude-opus-5", "claude-opus-4-8"}),
    case("fast_beta", {"speed": "standard"}, {"claude-opus-5", "claude-opus-4-8"}, note="standard"),
    case("fast_ignored", {"speed": "fast"}, {"claude-opus-4-6"}),
    case("inference_geo", {"inference_geo": "us"}, CLAUDE_45),
    case("messages_empty", _messages()),
    case("first_role", _messages(_ASSISTANT, USER)),
    case("content_empty", _messages({"role": "user", "content": ""}, _ASSISTANT, USER)),
    case("content_empty", _messages({"role": "user", "content": []}, USER), note="no blocks"),
    case("text_blank", _messages(USER, {"role": "user", "content": " \n"})),
    case("text_blank", _messages(_user(_text(""), _text("Hi"))), note="block"),
    case("text_blank", {"system": [_text(" ")]}, note="system"),
    case(
        "system_turn_refused",
        _messages(USER, _SYSTEM_TURN),
        _SYSTEM_REFUSED,
        message="role 'system' is not supported on this model",
    ),
    case("system_turn_ignored", _messages(USER, _SYSTEM_TURN), {"claude-sonnet-5"}),
    case("system_turn_place", _messages(_SYSTEM_TURN, USER), ALL - _SYSTEM_REFUSED),
    case("system_turn_place", _messages(USER, _SYSTEM_TURN, USER), ALL - _SYSTEM_REFUSED, note="between"),
    case(
        "block_role",
        _messages(USER, _assistant({"type": "image", "source": {"type": "url", "url": "x"}}), USER),
    ),
    case(
        "block_role",
        _messages(_user({"type": "thinking", "thinking": "", "signature": "s"}, _text("Hi"))),
        note="thinking",
    ),
    case("document_in_assistant", _messages(USER, _assistant(_text("See"), PDF), USER), versions=(NEW,)),
    case(
        "user_citations",
        _messages(_user(_text("Hi", citations=[{"type": "char_location", "cited_text": "a"}]))),
        versions=(NEW,),
    ),
    case(
        "cache_breakpoints",
        {
            "system": [_text("S", cache_control={"type": "ephemeral"})],
            **_messages(_user(*(_text("Hi", cache_control={"type": "ephemeral"}) for _ in range(4)))),
        },
    ),
    case(
        "prefill",
        _messages(USER, _ASSISTANT),
        ALL - CLAUDE_45,
        message="This model does not support assistant message prefill. "
        "The conversation must end with a user message.",
    ),
    case("prefill", _messages(USER, _assistant(_text("The"))), ALL - CLAUDE_45, note="blocks"),
    case("prefill_space", _messages(USER, {"role": "assistant", "content": "The "}), CLAUDE_45),
    case("prefill_space", _messages(USER, _assistant(_text("The\n"))), CLAUDE_45, note="blocks"),
    case("prefill_thinking", {**_messages(USER, _ASSISTANT), "thinking": _ENABLED}, CLAUDE_45),
    case(
        "structured_prefill",
        {**_messages(USER, _ASSISTANT), **schema(answer={"type": "string"})},
        CLAUDE_45,
    ),
    case(
        "structured_citations",
        {
            **_messages(_user({**PDF, "citations": {"enabled": True}}, _text("?"))),
            **schema(a={"type": "null"}),
        },
    ),
    case("stop_sequence_blank", {"stop_sequences": ["END", " ", ""]}),
    case("stop_sequence_blank", {"stop_sequences": [""]}, note="alone"),
    case(
        "forced_tools",
        {"tools": [TOOL], "tool_choice": {"type": "any", "disable_parallel_tool_use": True}},
        FABLE_MYTHOS_51_52 | {"claude-opus-5-5", "claude-sonnet-5-5"},
        message='tool_choice: type "tool" and "any" are not supported for this model.',
    ),
    case(
        "forced_tools",
        {"tools": [TOOL], "tool_choice": {"type": "tool", "name": "weather"}},
        FABLE_MYTHOS_51_52 | {"claude-opus-5-5", "claude-sonnet-5-5"},
        note="tool",
    ),
    case(
        "forced_thinking",
        {"tools": [TOOL], "tool_choice": {"type": "any"}, "thinking": _ENABLED},
        CLAUDE_45 | CLAUDE_46 | PREVIEW,
    ),
    case("choice_without_tools", {"tool_choice": {"type": "auto"}}),
    case("choice_unknown", {"tools": [TOOL], "tool_choice": {"type": "tool", "name": "wether"}}),
    case("names_repeated", {"tools": [TOOL, TOOL]}),
    case("result_missing", {"tools": [TOOL], **_messages(USER, CALL, USER)}),
    case("result_missing", {"tools": [TOOL], **_messages(USER, CALL)}, note="last"),
    case("result_stray", {"tools": [TOOL], **_messages(USER, _user(RESULT))}),
    case("result_late", {"tools": [TOOL], **_messages(USER, CALL, _user(_text("So?"), RESULT))}),
    case(
        "open_object",
        {
            "output_config": {
                "format": {"type": "json_schema", "schema": {"type": "object", "properties": {}}}
            }
        },
    ),
    case(
        "open_object",
        {"tools": [{"name": "t", "strict": True, "input_schema": {"type": "object"}}]},
        note="strict tool",
    ),
    case("refused_keyword", schema(n={"type": "integer", "minimum": 1, "maximum": 5})),
    case(
        "refused_keyword", schema(n={"type": "array", "items": {"type": "null"}, "minItems": 2}), note="array"
    ),
    case("refused_keyword", schema(n={"type": "string", "format": "isbn"}), note="format"),
    case("reference", schema(n={"$ref": "#/$defs/none"})),
    case("reference", schema(n={"$ref": "https://example.com/schema.json"}), note="external"),
    case("recursion", schema(n={"$ref": "#"})),
    case("too_complex", schema(**{f"p{i}": {"type": ["string", "null"]} for i in range(17)})),
)
