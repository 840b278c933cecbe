"""For every rule a body that triggers it, and the models and versions that must refuse (or note) it.

The models are named here once more, copied by hand from the documents and not from the catalogue, so that
the two check each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from media_samples import NOT_MEDIA, heavy_png, pdf, png

from components.domain import binding
from components.domain.catalogue import CHECKED
from components.domain.json_types import Json, JsonObject

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

WITHOUT_A_FIX: Final = {"messages_empty", "result_missing", "reference", "recursion", "too_complex"} | {
    "call_ids_repeated",
    "tool_schema_invalid",
    "output_schema_invalid",
    "tool_schema_property",
}
"""Rules that can only say what is wrong."""

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
NOTE: Final[JsonObject] = {
    "type": "document",
    "source": {"type": "text", "media_type": "text/plain", "data": "A short text."},
}
CITATION: Final[JsonObject] = {
    "type": "char_location",
    "cited_text": "A short",
    "document_index": 0,
    "document_title": None,
    "start_char_index": 0,
    "end_char_index": 7,
}
EPHEMERAL: Final[JsonObject] = {"type": "ephemeral"}
HOUR: Final[JsonObject] = {"type": "ephemeral", "ttl": "1h"}
LONG: Final = "One sentence after the other. " * 1_000
"""More than any model's shortest cached prefix."""


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
    betas: tuple[str, ...] = ()
    heavy: bool = False
    """So large that a few models must do where it goes over HTTP."""

    @property
    def id(self) -> str:
        return f"{self.rule}-{self.note}" if self.note else self.rule

    @property
    def some_models(self) -> list[str]:
        """The models in order; of a heavy case, three of them."""
        return sorted(self.models)[:: len(self.models) // 3 if self.heavy else 1]

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
    betas: tuple[str, ...] = (),
    heavy: bool = False,
) -> RuleCase:
    return RuleCase(rule, change, frozenset(models), versions, note, message, today, betas, heavy)


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


def _image(data: str, media_type: str = "image/png", **more: Json) -> JsonObject:
    return {
        "type": "image",
        "source": {"type": "base64", "media_type": media_type, "data": data},
        **more,
    }


def _pdf(data: str) -> JsonObject:
    return {
        "type": "document",
        "source": {"type": "base64", "media_type": "application/pdf", "data": data},
    }


_LINKED: Final[JsonObject] = {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}}
_SMALL: Final = _image(png(8, 8))


def _thought(model: str, *, said: str, text: str | None = None, **then: Json) -> JsonObject:
    """Thinking that a model had after `USER` and what else was in the body then."""
    prefix = binding.prefix_hash({"messages": [USER], **then}, 1, 0)
    return {"type": "thinking", "thinking": said, "signature": binding.sign(model, prefix, text)}


_OLDEST: Final = "claude-sonnet-4-5"
"""Whose thinking every model can read."""
_WAITING: Final[JsonObject] = CALL["content"][0]  # type: ignore[index, assignment]
_SEARCH_CALL: Final[JsonObject] = {
    "type": "server_tool_use",
    "id": "srvtoolu_1",
    "name": "web_search",
    "input": {"query": "Paris"},
}
_SEARCH_RESULT: Final[JsonObject] = {
    "type": "web_search_tool_result",
    "tool_use_id": "srvtoolu_1",
    "content": [],
}
_DEFERRED: Final[JsonObject] = {**TOOL, "defer_loading": True}
_SEARCH: Final[JsonObject] = {"type": "web_search_20260318", "name": "web_search"}
_FETCH: Final[JsonObject] = {"type": "web_fetch_20260318", "name": "web_fetch"}
_COMPUTER: Final[JsonObject] = {
    "type": "computer_20251124",
    "name": "computer",
    "display_width_px": 1_024,
    "display_height_px": 768,
}
_MCP_SERVER: Final[JsonObject] = {"type": "url", "name": "files", "url": "https://example.com/mcp"}
_MCP: Final = ("mcp-client-2026-09-15",)
_BINDING: Final = ("thinking-binding-controls-2026-08-01",)
_NEWER_ACCOUNTS: Final = CLAUDE_55 | {"claude-fable-5-1"}
_NOT_PREVIEW: Final = ALL - PREVIEW
_ON: Final[JsonObject] = {"citations": {"enabled": True}}


def _tool(**schema_: Json) -> JsonObject:
    return {"tools": [{"name": "t", "input_schema": {"type": "object", **schema_}}]}


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
    case("document_in_assistant", _messages(USER, _assistant(_text("See"), NOTE), USER), versions=(NEW,)),
    case(
        "user_citations",
        _messages(_user(_text("Hi", citations=[CITATION]))),
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
            **_messages(_user({**NOTE, "citations": {"enabled": True}}, _text("?"))),
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
    case("text_blank", {"system": " \n"}, note="system of white space"),
    case("undocumented_keyword", schema(n={"type": "array", "items": {"type": "null"}, "uniqueItems": True})),
    case("reference", schema(n={"$ref": "#/$defs/none"})),
    case("reference", schema(n={"$ref": "https://example.com/schema.json"}), note="external"),
    case("recursion", schema(n={"$ref": "#"})),
    case("too_complex", schema(**{f"p{i}": {"type": ["string", "null"]} for i in range(17)})),
    case("max_tokens_zero", {"max_tokens": 0}),
    case("inference_geo_value", {"inference_geo": "eu"}),
    case("output_format", {"output_format": schema(a={"type": "string"})["output_config"]["format"]}),
    case(
        "output_format",
        {**schema(a={"type": "string"}), "output_format": None},
        note="twice",
    ),
    case(
        "output_format_deprecated",
        {"output_format": schema(a={"type": "string"})["output_config"]["format"]},
        betas=("structured-outputs-2025-11-13",),
    ),
    case("beta_needless", {}, betas=("pdfs-2024-09-25", "context-1m-2025-08-07")),
    case("text_blank", _messages(USER, CALL, _user({**RESULT, "content": [_text("")]})), note="in a result"),
    case("result_twice", {"tools": [TOOL], **_messages(USER, CALL, _user(RESULT, RESULT))}),
    case(
        "result_error_content",
        {"tools": [TOOL], **_messages(USER, CALL, _user({**RESULT, "is_error": True, "content": [_SMALL]}))},
    ),
    case("call_ids_repeated", {"tools": [TOOL], **_messages(USER, CALL, _user(RESULT), CALL, _user(RESULT))}),
    case(
        "server_result_missing",
        {"tools": [_SEARCH], **_messages(USER, _assistant(_SEARCH_CALL, _text("So")), USER)},
    ),
    case(
        "server_result_stray",
        {"tools": [_SEARCH], **_messages(USER, _assistant(_SEARCH_RESULT, _text("So")), USER)},
    ),
    case(
        "tool_reference",
        {
            "tools": [TOOL],
            **_messages(
                USER,
                CALL,
                _user(
                    {**RESULT, "content": [{"type": "tool_reference", "tool_name": "wind"}, _text("There")]}
                ),
            ),
        },
    ),
    case(
        "tool_change",
        {
            "tools": [TOOL],
            **_messages(
                USER,
                {
                    "role": "system",
                    "content": [
                        _text("Now"),
                        {"type": "tool_removal", "tool": {"type": "tool_reference", "name": "wind"}},
                    ],
                },
            ),
        },
        betas=("inline-tools-2026-09-15",),
    ),
    case(
        "signature_empty",
        _messages(
            USER, _assistant({"type": "thinking", "thinking": "Hm", "signature": ""}, _text("A")), USER
        ),
    ),
    case(
        "thinking_edited",
        {
            "tools": [TOOL],
            **_messages(
                USER,
                _assistant(_thought(_OLDEST, said="Other", text="Hm", tools=[TOOL]), _WAITING),
                _user(RESULT),
            ),
        },
        message="messages.1.content.0: `thinking` or `redacted_thinking` blocks in the latest assistant "
        "message cannot be modified. These blocks must remain as they were in the original response.",
    ),
    case(
        "thinking_edited_before",
        _messages(
            USER,
            _assistant(_thought(_OLDEST, said="Other", text="Hm"), _text("A")),
            USER,
            _assistant(_text("B")),
            USER,
        ),
    ),
    case(
        "thinking_missing",
        {"tools": [TOOL], "thinking": _ENABLED, **_messages(USER, CALL, _user(RESULT))},
        CLAUDE_45 | CLAUDE_46 | PREVIEW,
    ),
    case(
        "thinking_bound",
        {
            "system": "Other",
            **_messages(USER, _assistant(_thought(_OLDEST, said="", system="Be brief."), _text("A")), USER),
        },
        {"claude-fable-5-2", "claude-mythos-5-2"},
        message="messages.1.content.0: Invalid `signature` in `thinking` block. The block is bound to a "
        "different conversation. Remove the block, or set `thinking.block_binding.prefix_mismatch_behavior` "
        'to "drop_block". That setting requires the `thinking-binding-controls-2026-08-01` value in the '
        "`anthropic-beta` header. The `system` prompt differs from the one this block was created with.",
    ),
    case(
        "thinking_bound",
        {
            "thinking": {"type": "adaptive", "block_binding": {"prefix_mismatch_behavior": "error"}},
            "tools": [TOOL],
            **_messages(USER, _assistant(_thought(_OLDEST, said=""), _text("A")), USER),
        },
        {"claude-fable-5-2", "claude-mythos-5-2"} | _NEWER_ACCOUNTS,
        betas=_BINDING,
        note="asked for",
    ),
    case(
        "thinking_bound_maybe",
        _messages(
            {"role": "user", "content": "Edited"}, _assistant(_thought(_OLDEST, said=""), _text("A")), USER
        ),
        _NEWER_ACCOUNTS,
    ),
    case(
        "thinking_bound_maybe",
        {
            "thinking": {"type": "disabled"},
            **_messages(
                {"role": "user", "content": "Edited"},
                _assistant(_thought(_OLDEST, said=""), _text("A")),
                USER,
                _assistant({"type": "redacted_thinking", "data": "eA=="}),
                USER,
            ),
        },
        _NEWER_ACCOUNTS,
        note="thinking off",
    ),
    case(
        "thinking_unreadable",
        _messages(USER, _assistant(_thought("claude-fable-5-2", said=""), _text("A")), USER),
        _NOT_PREVIEW - {"claude-fable-5-2", "claude-mythos-5-2"},
    ),
    case("image_unreadable", _messages(_user(_image(NOT_MEDIA), _text("?")))),
    case(
        "image_unreadable",
        {"tools": [TOOL], **_messages(USER, CALL, _user({**RESULT, "content": [_image(NOT_MEDIA)]}))},
        note="in a result",
    ),
    case("image_media_type", _messages(_user(_image(png(8, 8), "image/webp"), _text("?")))),
    case("image_bytes", _messages(_user(_image(heavy_png(8_000_000)), _text("?"))), heavy=True),
    case(
        "image_dimensions",
        _messages(_user(_SMALL, _image(png(8_001, 10)), _image(png(10, 9_000)))),
        message="messages.0.content.1.image.source.base64.data: At least one of the image dimensions exceed "
        "max allowed size: 8000 pixels",
    ),
    case(
        "image_dimensions",
        _messages(_user(_image(png(8_001, 10), transformations={"oversized_image": "downsize"}), _text("?"))),
        note="downsize",
    ),
    case(
        "image_dimensions_many",
        _messages(_user(*([_SMALL] * 20), _image(png(2_001, 10)), _image(png(100, 2_500)))),
    ),
    case(
        "image_oversized",
        _messages(_user(_image(png(2_000, 100), transformations={"oversized_image": "error"}), _text("?"))),
        CLAUDE_45 | CLAUDE_46 | PREVIEW,
    ),
    case(
        "image_oversized",
        _messages(_user(_image(png(2_000, 1_990), transformations={"oversized_image": "error"}), _text("?"))),
        heavy=True,
        note="area",
    ),
    case("images_too_many", _messages(_user(*([_LINKED] * 601))), heavy=True),
    case("images_too_many", _messages(_user(*([_LINKED] * 101))), CLAUDE_45, note="short context"),
    case("pdf_unreadable", _messages(_user(_pdf(NOT_MEDIA), _text("?")))),
    case("pdf_pages", _messages(_user(_pdf(pdf(601)), _text("?")))),
    case(
        "pdf_pages",
        _messages(_user(_pdf(pdf(60)), _text("?")), _user(_pdf(pdf(60)), _text("?"))),
        CLAUDE_45,
        note="together",
    ),
    case("pdf_uncounted", _messages(_user(_pdf(pdf(None)), _text("?")))),
    case("citations_mixed", _messages(_user({**NOTE, **_ON}, NOTE, _text("?")))),
    case(
        "structured_citations",
        {
            **_messages(
                _user(
                    {
                        "type": "search_result",
                        "source": "a",
                        "title": "A",
                        "content": [_text("B")],
                        **_ON,
                    },
                    _text("?"),
                )
            ),
            **schema(a={"type": "null"}),
        },
        note="search result",
    ),
    case(
        "computer_old",
        {"tools": [_COMPUTER]},
        {"claude-opus-5-5", "claude-sonnet-5-5", "claude-fable-5-1", "claude-fable-5-2"},
        betas=("computer-use-2025-11-24",),
    ),
    case(
        "domains_both", {"tools": [{**_SEARCH, "allowed_domains": ["a.org"], "blocked_domains": ["b.org"]}]}
    ),
    case(
        "url_source_unknown",
        {
            "tools": [
                {
                    **_FETCH,
                    "url_sources": {
                        "client_tool_results": {
                            "type": "only",
                            "tools": [
                                {"type": "tool_reference", "name": "crawl"},
                                {"type": "tool_reference", "name": "web_fetch"},
                            ],
                        }
                    },
                }
            ]
        },
    ),
    case("all_deferred", {"tools": [_DEFERRED]}),
    case(
        "all_deferred",
        {
            "tools": [
                _DEFERRED,
                {
                    "type": "tool_search_tool_regex_20251119",
                    "name": "tool_search_tool_regex",
                    "defer_loading": True,
                },
            ]
        },
        note="the search too",
    ),
    case("deferred_unfound", {"tools": [_SEARCH, _DEFERRED]}),
    case("mcp_server_unused", {"mcp_servers": [_MCP_SERVER]}, betas=_MCP),
    case(
        "mcp_toolset_unknown",
        {
            "mcp_servers": [_MCP_SERVER],
            "tools": [
                {"type": "mcp_toolset", "mcp_server_name": "files"},
                {"type": "mcp_toolset", "mcp_server_name": "mails"},
                {"type": "mcp_toolset", "mcp_server_name": "files"},
            ],
        },
        betas=_MCP,
    ),
    case("tool_schema_invalid", _tool(properties={"city": {"type": "strng"}})),
    case("tool_schema_invalid", _tool(required="city"), note="required"),
    case("output_schema_invalid", schema(n={"enum": "a"})),
    case("tool_schema_top_level", _tool(anyOf=[{"required": ["a"]}])),
    case("tool_schema_property", _tool(properties={"a city": {}})),
    case(
        "cache_breakpoints",
        {
            "tools": [{**TOOL, "cache_control": EPHEMERAL}],
            **_messages(
                _user(_text(LONG, cache_control=EPHEMERAL)),
                CALL,
                _user(
                    {**RESULT, "content": [_text("S", cache_control=EPHEMERAL)], "cache_control": EPHEMERAL},
                    _text("?", cache_control=EPHEMERAL),
                ),
            ),
        },
        note="within a result",
    ),
    case(
        "cache_ttl_order",
        {
            "system": [_text(LONG, cache_control=EPHEMERAL)],
            **_messages(_user(_text("Hi", cache_control=HOUR))),
        },
        message="messages.0.content.0.cache_control.ttl: a ttl='1h' cache_control block must not come after "
        "a ttl='5m' cache_control block. Note that blocks are processed in the following order: `tools`, "
        "`system`, `messages`.",
    ),
    case(
        "cache_ttl_order",
        {"system": [_text(LONG, cache_control=EPHEMERAL)], "cache_control": HOUR},
        note="automatic",
    ),
    case(
        "cache_automatic_ttl",
        {"cache_control": EPHEMERAL, **_messages(_user(_text(LONG, cache_control=HOUR)))},
        message="Top-level cache_control has ttl='5m' but the target block already has cache_control with "
        "ttl='1h'",
    ),
    case("cache_too_short", {"cache_control": EPHEMERAL}),
    case("cache_too_short", {"system": [_text("Hi", cache_control=EPHEMERAL)]}, note="system"),
)
