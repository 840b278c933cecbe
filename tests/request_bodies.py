"""Bodies made by chance: valid ones with every field and kind of block, and ones that were damaged.

What a valid body may hold is written down from the documents, not from the checks that are tested with it.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, cast

from hypothesis import strategies as st
from media_samples import NOT_MEDIA, pdf, png
from rule_cases import CALL, CITATION, HOUR, LONG, NOTE, RESULT, TOOL, USER, schema

from components.domain import binding
from components.domain.catalogue import MODELS
from components.domain.json_types import Json, JsonObject

Place: TypeAlias = tuple[str | int, ...]

MODEL_IDS: Final = [name for model in MODELS for name in (model.id, *model.aliases)]

MCP: Final = "mcp-client-2026-09-15"
ADVISOR: Final = "advisor-tool-2026-03-01"
COMPUTER: Final = "computer-use-2025-11-24"
BINDING: Final = "thinking-binding-controls-2026-08-01"


def text(said: str, **more: Json) -> JsonObject:
    return {"type": "text", "text": said, **more}


def user(*blocks: Json) -> JsonObject:
    return {"role": "user", "content": list(blocks)}


def assistant(*blocks: Json) -> JsonObject:
    return {"role": "assistant", "content": list(blocks)}


def image(data: str, media_type: str = "image/png", **more: Json) -> JsonObject:
    return {"type": "image", "source": {"type": "base64", "media_type": media_type, "data": data}, **more}


USER_BLOCKS: Final[list[JsonObject]] = [
    text("What is this?"),
    text(LONG, cache_control=HOUR),
    image(png(30, 20)),
    image(png(30, 20), transformations={"oversized_image": "error"}, cache_control=None),
    {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}},
    {"type": "image", "source": {"type": "file", "file_id": "file_1"}, "transformations": {}},
    NOTE,
    {**NOTE, "title": "Note", "context": None, "citations": {"enabled": False}},
    {
        "type": "document",
        "source": {"type": "base64", "media_type": "application/pdf", "data": pdf(2)},
        "citations": None,
    },
    {"type": "document", "source": {"type": "url", "url": "https://example.com/a.pdf"}},
    {"type": "document", "source": {"type": "file", "file_id": "file_2"}, "title": None},
    {"type": "document", "source": {"type": "content", "content": "One text"}},
    {
        "type": "document",
        "source": {"type": "content", "content": [text("One"), image(png(8, 8)), text("Two")]},
    },
    {
        "type": "search_result",
        "source": "https://example.com",
        "title": "Found",
        "content": [text("This")],
        "citations": {"enabled": False},
    },
    {"type": "container_upload", "file_id": "file_3"},
]
RARE_BLOCKS: Final[list[JsonObject]] = [
    image(png(2_300, 40)),
    image(png(9_000, 10)),
    image(png(8, 8), "image/gif"),
    image(NOT_MEDIA),
    {**NOTE, "citations": {"enabled": True}},
    text("Hi", cache_control={"type": "ephemeral"}),
    text(" "),
]
"""What some rule may stop."""

_CALLS: Final = cast("list[Json]", CALL["content"])
_CALL_2: Final[JsonObject] = {
    "type": "tool_use",
    "id": "toolu_2",
    "name": "weather",
    "input": {},
    "caller": {"type": "direct"},
}
_RESULT_2: Final[JsonObject] = {
    "type": "tool_result",
    "tool_use_id": "toolu_2",
    "content": [text("Rain"), image(png(8, 8)), NOTE],
    "is_error": False,
}
_SEARCHED: Final[list[Json]] = [
    {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "x"}},
    {
        "type": "web_search_tool_result",
        "tool_use_id": "srvtoolu_1",
        "content": [
            {"type": "web_search_result", "url": "https://a.org", "title": "A", "encrypted_content": "eA=="}
        ],
    },
    {"type": "server_tool_use", "id": "srvtoolu_2", "name": "web_fetch", "input": {"url": "https://a.org"}},
    {
        "type": "web_fetch_tool_result",
        "tool_use_id": "srvtoolu_2",
        "content": {"type": "web_fetch_result", "url": "https://a.org", "content": NOTE},
    },
    {"type": "server_tool_use", "id": "srvtoolu_3", "name": "bash_code_execution", "input": {}},
    {
        "type": "bash_code_execution_tool_result",
        "tool_use_id": "srvtoolu_3",
        "content": {
            "type": "bash_code_execution_result",
            "content": [],
            "return_code": 0,
            "stderr": "",
            "stdout": "1",
        },
    },
    {"type": "server_tool_use", "id": "srvtoolu_4", "name": "tool_search_tool_bm25", "input": {}},
    {
        "type": "tool_search_tool_result",
        "tool_use_id": "srvtoolu_4",
        "content": {"type": "tool_search_tool_result_error", "error_code": "unavailable"},
    },
    {"type": "server_tool_use", "id": "srvtoolu_5", "name": "text_editor_code_execution", "input": {}},
    {
        "type": "text_editor_code_execution_tool_result",
        "tool_use_id": "srvtoolu_5",
        "content": {"type": "text_editor_code_execution_create_result", "is_file_update": True},
    },
    {"type": "server_tool_use", "id": "srvtoolu_6", "name": "code_execution", "input": {}},
    {
        "type": "code_execution_tool_result",
        "tool_use_id": "srvtoolu_6",
        "content": {"type": "code_execution_tool_result_error", "error_code": "unavailable"},
    },
    text("So it is.", citations=[CITATION]),
]


def _thought(model: str, said: str, *before: JsonObject, **then: Json) -> JsonObject:
    prefix = binding.prefix_hash({"messages": list(before), **then}, len(before), 0)
    return {"type": "thinking", "thinking": said, "signature": binding.sign(model, prefix, said)}


CONVERSATIONS: Final[list[list[JsonObject]]] = [
    [USER],
    [USER, {"role": "assistant", "content": "Paris."}, {"role": "user", "content": "And of Spain?"}],
    [USER, assistant(text("Paris.", citations=None)), user(text("And of Spain?"))],
    [USER, CALL, user(RESULT)],
    [USER, assistant(*_CALLS, _CALL_2), user(RESULT, _RESULT_2, text("So?"))],
    [USER, assistant(*_SEARCHED), {"role": "user", "content": "Thanks"}],
    [USER, assistant(_thought("claude-sonnet-4-5", "Hm", USER), text("Paris.")), USER],
    [USER, assistant({"type": "redacted_thinking", "data": "eA=="}, text("Paris.")), USER],
    [USER, assistant({"type": "thinking", "thinking": "", "signature": "c2ln"}, *_CALLS), user(RESULT)],
    [USER, assistant(_SEARCHED[0])],
    [user(text("One")), user(text("Two"))],
]
RARE_CONVERSATIONS: Final[list[list[JsonObject]]] = [
    [USER, {"role": "system", "content": "Answer in French."}],
    [USER, {"role": "system", "content": [text("Be brief.")]}, assistant(text("Oui.")), USER],
    [USER, {"role": "assistant", "content": "The capital is"}],
    [USER, assistant(_thought("claude-fable-5-2", "Hm", USER), text("Paris.")), USER],
    [USER, assistant(_thought("claude-sonnet-4-5", "Hm", USER, system="Other"), text("Paris.")), USER],
    [USER, CALL, USER],
    [USER, CALL, user(text("So?"), RESULT)],
    [{"role": "assistant", "content": "Hi"}, USER],
]
TOOLS: Final[list[JsonObject]] = [
    TOOL,
    {**TOOL, "type": "custom", "strict": True, "name": "strict_one", "eager_input_streaming": None},
    {**TOOL, "name": "with_examples", "input_examples": [{"city": "Rome"}], "allowed_callers": ["direct"]},
    {"name": "bare", "input_schema": {"type": "object"}, "description": "Nothing", "cache_control": None},
    {
        "type": "web_search_20260318",
        "name": "web_search",
        "max_uses": 2,
        "allowed_domains": ["a.org"],
        "user_location": {"type": "approximate", "city": "Rome", "country": None},
        "response_inclusion": "excluded",
    },
    {"type": "web_search_20250305", "name": "web_search", "blocked_domains": ["a.org"], "max_uses": None},
    {
        "type": "web_fetch_20260318",
        "name": "web_fetch",
        "max_content_tokens": 500,
        "use_cache": False,
        "citations": {"enabled": True},
        "url_sources": {"user_input": {"type": "none"}, "server_tool_results": {"type": "all"}},
    },
    {"type": "web_fetch_20250910", "name": "web_fetch"},
    {"type": "code_execution_20260521", "name": "code_execution"},
    {"type": "code_execution_20250825", "name": "code_execution", "defer_loading": False},
    {"type": "tool_search_tool_bm25_20251119", "name": "tool_search_tool_bm25"},
    {"type": "tool_search_tool_regex", "name": "tool_search_tool_regex"},
    {"type": "bash_20250124", "name": "bash"},
    {"type": "text_editor_20250728", "name": "str_replace_based_edit_tool", "max_characters": 1_000},
    {"type": "text_editor_20250124", "name": "str_replace_editor"},
    {"type": "memory_20250818", "name": "memory", "cache_control": None},
    {"type": "computer_toolset_20260801", "configs": {"zoom": {"enabled": False}}},
    {"type": "browser_toolset_20260801"},
]
RARE_TOOLS: Final[list[JsonObject]] = [
    {**TOOL, "name": "late", "defer_loading": True},
    {**TOOL, "strict": True, "name": "open", "input_schema": {"type": "object", "properties": {}}},
    {**TOOL, "name": "odd", "input_schema": {"type": "object", "required": "city"}},
    {"type": "web_search_20240101", "name": "web_search"},
    {
        "type": "computer_20251124",
        "name": "computer",
        "display_width_px": 1_024,
        "display_height_px": 768,
        "enable_zoom": True,
    },
]
FIELDS: Final[dict[str, list[Json]]] = {
    "system": ["", "Be brief.", [text("Be kind.")], [text(LONG, cache_control=HOUR), text("And brief.")]],
    "stop_sequences": [["END"], [], ["a", "b"]],
    "stream": [True, False],
    "thinking": [
        {"type": "adaptive"},
        {"type": "adaptive", "display": "summarized"},
        {"type": "adaptive", "display": None},
        {"type": "enabled", "budget_tokens": 1_024},
        {"type": "disabled"},
    ],
    "output_config": [
        {},
        {"effort": "low"},
        {"effort": "max", "format": None},
        {"effort": None},
        schema(answer={"type": "string", "description": "In short"})["output_config"],
        schema(n={"anyOf": [{"type": "integer"}, {"type": "null"}]}, d={"type": "string", "format": "date"})[
            "output_config"
        ],
    ],
    "tool_choice": [{"type": "none"}, {"type": "auto", "disable_parallel_tool_use": True}],
    "cache_control": [None, {"type": "ephemeral"}, HOUR],
    "metadata": [{}, {"user_id": "u-1"}, {"user_id": None}],
    "service_tier": ["auto", "standard_only"],
    "speed": [None, "standard", "fast"],
    "inference_geo": [None, "us", "global"],
    "container": [
        None,
        "container_1",
        {"id": None, "skills": [{"type": "anthropic", "skill_id": "pdf", "version": "latest"}]},
    ],
    "diagnostics": [None, {"previous_message_id": None}, {"previous_message_id": "msg_1"}],
    "temperature": [1, 0.5],
    "top_p": [1.0],
    "top_k": [5],
}
BETA_FIELDS: Final[dict[str, tuple[str, list[Json]]]] = {
    "context_management": (
        "context-management-2025-06-27",
        [
            None,
            {"edits": []},
            {
                "edits": [
                    {
                        "type": "clear_tool_uses_20250919",
                        "trigger": {"type": "input_tokens", "value": 9_000},
                        "keep": {"type": "tool_uses", "value": 3},
                        "clear_tool_inputs": False,
                    },
                    {"type": "clear_thinking_20251015", "keep": {"type": "thinking_turns", "value": 1}},
                ]
            },
        ],
    ),
    "compaction": ("compact-2026-09-04", [{"type": "summarize", "instructions": None}]),
    "fallbacks": ("server-side-fallback-2026-07-01", ["default", [{"model": "claude-opus-4-8"}]]),
    "fallback_credit_token": ("fallback-credit-2026-07-01", ["token", {"token": "t", "mode": "strict"}]),
    "thread": ("message-threads-2026-08-12", [{"type": "create"}, None]),
    "billing_policy": ("user-profiles-billing-2026-10-01", [{"type": "billing_policy", "bill_to": "self"}]),
    "mcp_servers": (MCP, [[]]),
}
COUNTED: Final = frozenset(
    {"model", "messages", "system", "tools", "tool_choice", "thinking", "output_config", "cache_control"}
    | {"speed", "mcp_servers", "context_management", "compaction", "billing_policy"}
)
"""Fields that `POST /v1/messages/count_tokens` has too."""

ODD: Final[list[Json]] = [
    None,
    True,
    -1,
    0,
    1.5,
    7,
    10**9,
    "",
    " ",
    "x",
    "none",
    [],
    [None],
    {},
    {"type": "x"},
]
BETAS: Final = [MCP, ADVISOR, BINDING, COMPUTER, "fast-mode-2026-02-01", "structured-outputs-2025-11-13"]


@dataclass(frozen=True)
class Sample:
    body: JsonObject
    betas: tuple[str, ...]
    damaged: bool


def _usually(common: list[Any], rare: list[Any]) -> st.SearchStrategy[Any]:
    """Three times out of four something common."""
    return st.sampled_from([*common * max(1, 3 * len(rare) // len(common)), *rare])


@st.composite
def valid(draw: st.DrawFn, *, with_betas: bool = True, rare: bool = True) -> Sample:
    """A body of the right shape, which a model may refuse all the same."""
    body: JsonObject = {"model": draw(st.sampled_from(MODEL_IDS)), "max_tokens": 2_048}
    messages = deepcopy(draw(_usually(CONVERSATIONS, RARE_CONVERSATIONS if rare else [])))
    if draw(st.booleans()):
        blocks = draw(st.lists(_usually(USER_BLOCKS, RARE_BLOCKS if rare else []), min_size=1, max_size=3))
        messages = [user(*deepcopy(blocks)), *messages[1:]]
    body["messages"] = messages
    betas: list[str] = []
    tools = draw(st.lists(_usually(TOOLS, RARE_TOOLS if rare else []), max_size=2, unique_by=_name))
    for name in draw(st.lists(st.sampled_from(sorted(FIELDS)), max_size=3, unique=True)):
        body[name] = deepcopy(draw(st.sampled_from(FIELDS[name])))
    if with_betas and draw(st.booleans()):
        name = draw(st.sampled_from(sorted(BETA_FIELDS)))
        beta, values = BETA_FIELDS[name]
        body[name] = deepcopy(draw(st.sampled_from(values)))
        betas.append(beta)
    if "tool_choice" in body:
        tools = tools or [TOOL]
    if any(str(tool.get("type")).startswith("computer_2025") for tool in tools):
        betas.append(COMPUTER)
    if tools:
        body["tools"] = deepcopy(tools)
    if rare and draw(st.integers(0, 9)) == 0:
        betas += draw(st.lists(st.sampled_from(BETAS), min_size=1, max_size=2, unique=True))
    return Sample(body, tuple(dict.fromkeys(betas)), damaged=False)


def _name(tool: JsonObject) -> str:
    return str(tool.get("name"))


@st.composite
def damaged(draw: st.DrawFn) -> Sample:
    """A valid body with one or two places changed; some changes do no harm."""
    sample = draw(valid())
    body = deepcopy(sample.body)
    for _ in range(draw(st.integers(1, 2))):
        places = sorted(_places(body), key=len, reverse=True)
        _damage(body, draw(st.sampled_from(places)), draw(st.integers(0, 9)), draw(st.sampled_from(ODD)))
    return Sample(body, sample.betas, damaged=True)


def _places(value: Json, path: Place = ()) -> list[Place]:
    """Where something stands, but for the name of the model."""
    found: list[Place] = []
    for step, inner in _items(value):
        if (here := (*path, step)) != ("model",):
            found += [here, *_places(inner, here)]
    return found


def _items(value: Json) -> list[tuple[str | int, Json]]:
    if isinstance(value, dict):
        return list(value.items())
    return list(enumerate(value)) if isinstance(value, list) else []


def _damage(body: JsonObject, place: Place, how: int, odd: Json) -> None:
    holder: Any = body
    for step in place[:-1]:
        holder = holder[step]
    last: Any = place[-1]
    match how:
        case 6:
            del holder[last]
        case 7:
            holder[last] = [holder[last]]
        case 8 if isinstance(holder, dict):
            holder[f"{last}_too"] = odd
        case 9:
            holder[last] = deepcopy(odd)
        case 5 if isinstance(holder, list):
            holder.reverse()
        case _ if isinstance(holder, list):
            holder.insert(last, deepcopy(holder[last]))
        case _ if last not in ("type", "role"):
            holder[last] = _another(holder[last])


def _another(value: Json) -> Json:
    """A value of the same type."""
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case str():
            return value + "s"
        case list():
            return value[1:]
        case dict():
            return dict(list(value.items())[::-1])
        case _:
            return None
