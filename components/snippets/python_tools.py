"""Answering tool calls in Python: a function for each tool, to be filled in, and what stands around them."""

from __future__ import annotations

from collections.abc import Sequence

from components.domain.json_types import JsonObject
from components.snippets.python_layout import PythonLayout
from components.snippets.python_program import RESERVED, folded, free
from components.snippets.variables import identifiers


def definitions(tools: Sequence[JsonObject], layout: PythonLayout, *, asynchronous: bool) -> list[str]:
    """Return the functions, the table of them, and what makes a call's result of what they return."""
    names = identifiers(
        dict.fromkeys(str(tool["name"]) for tool in tools),
        lambda words: free("_".join(words)),
        RESERVED | {"text", *layout.names.values()},
    )
    start, wait = ("async def", "await ") if asynchronous else ("def", "")
    functions = [
        f"{start} {name}(arguments: dict) -> str:\n"
        "    # To be filled in: return what the model is to read.\n"
        f'    raise NotImplementedError("{name} is not written yet")'
        for name in names.values()
    ]
    table = folded("TOOLS = {", [f"{layout.quote(tool)}: {name}" for tool, name in names.items()], "}")
    runner = (
        f"{start} run_tool(call: anthropic.types.ToolUseBlock) -> dict:\n"
        "    try:\n"
        f"        output, failed = {wait}TOOLS[call.name](call.input), False\n"
        "    except Exception as error:\n"
        "        output, failed = repr(error), True\n"
        "    return {\n"
        '        "type": "tool_result",\n'
        '        "tool_use_id": call.id,\n'
        '        "content": output,\n'
        '        "is_error": failed,\n'
        "    }"
    )
    return [*functions, table, runner]


def send_back(indent: str, *, wait: str) -> str:
    """What ends a turn: the answer and the results of its calls go into `messages`, or the loop ends."""
    return "\n".join(
        indent + line
        for line in (
            'messages.append({"role": "assistant", "content": message.content})',
            'if message.stop_reason == "tool_use":',
            '    calls = [block for block in message.content if block.type == "tool_use"]',
            f"    results = [{wait}run_tool(call) for call in calls]",
            '    messages.append({"role": "user", "content": results})',
            'elif message.stop_reason != "pause_turn":',
            "    break",
        )
    )
