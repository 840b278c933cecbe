"""The part of a TypeScript snippet that answers tool calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from components.snippets.javascript_layout import JavaScriptLayout


def tool_functions(functions: Mapping[str, str], layout: JavaScriptLayout) -> list[str]:
    """Return a function for each tool, to be filled in, and `runTool`, which finds it by the tool's name.

    `functions`: their names by the names of the tools.
    """
    blocks = [
        layout.signature(f"async function {name}", ["input: unknown"], ": Promise<string> {")
        + '\n  throw new Error("Not implemented yet.");\n}\n'
        for name in functions.values()
    ]
    blocks[0] = f"// Fill in what each tool does; the model reads the text that is returned.\n{blocks[0]}"
    cases = "".join(
        f"    case {layout.quote(tool)}:\n      return {name}(input);\n" for tool, name in functions.items()
    )
    run = (
        "async function runTool(name: string, input: unknown): Promise<string> {\n"
        "  switch (name) {\n"
        f"{cases}"
        "    default:\n"
        '      throw new Error("There is no such tool.");\n'
        "  }\n"
        "}\n"
    )
    return [*blocks, run]


ANSWER_TOOLS: Final = """\
    params.messages.push({ role: "assistant", content: message.content });
    if (message.stop_reason === "pause_turn") continue;
    if (message.stop_reason !== "tool_use") return;

    const results: Anthropic.ToolResultBlockParam[] = [];
    for (const block of message.content) {
      if (block.type !== "tool_use") continue;
      const result = { type: "tool_result" as const, tool_use_id: block.id };
      try {
        const content = await runTool(block.name, block.input);
        results.push({ ...result, content });
      } catch (error) {
        results.push({ ...result, content: String(error), is_error: true });
      }
    }
    params.messages.push({ role: "user", content: results });
"""
"""What follows a message in the loop. A turn that was paused goes on when it is sent back as it is."""
