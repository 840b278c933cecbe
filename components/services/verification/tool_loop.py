"""Whether the second request of a tool loop goes on where the first one was answered."""

from __future__ import annotations

from typing import Any

from components.domain.json_types import Json
from components.services.verification import answers
from components.services.verification.comparing import Difference, listed, values_differ
from components.services.verification.recorder import Received


def continuation(first: Received, second: Received, *, number_types: bool = True) -> list[Difference]:
    """Return where a second request is not the first one plus what its `tool_use` answer asks for.

    That is: the assistant's content unchanged (fields that are null may come with it), then one user message
    with exactly one `tool_result` for every call. `app` is what ought to be there.
    """
    try:
        before, after = first.body, second.body
        *earlier, assistant, results = after["messages"]
        found = values_differ({**after, "messages": earlier}, before, number_types=number_types)
        place = len(earlier)
        content = answers.message("tool_use", before)["content"]
        assert isinstance(content, list)
        calls = [block for block in content if isinstance(block, dict) and block["type"] == "tool_use"]
        found += values_differ(
            _without_nulls(assistant, content),
            {"role": "assistant", "content": content},
            path=f"$.messages[{place}]",
            number_types=number_types,
        )
        answered: list[Json] = [*sorted(_answered(block) for block in results["content"])]
        called: list[Json] = [*sorted(str(call["id"]) for call in calls)]
        found += values_differ(
            {"role": results["role"], "answers": answered},
            {"role": "user", "answers": called},
            path=f"$.messages[{place + 1}]",
        )
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        return [
            Difference(
                "second request", f"cannot be read ({type(problem).__name__})", "the first one, gone on"
            )
        ]
    return listed([Difference(f"second request, {each.where}", each.snippet, each.app) for each in found])


def _without_nulls(assistant: Any, content: list[Any]) -> Any:
    """The message without the nulls that SDKs give to fields the answer did not have."""
    blocks = [
        {
            name: value
            for name, value in block.items()
            if value is not None or (place < len(content) and name in content[place])
        }
        for place, block in enumerate(assistant["content"])
    ]
    return {**assistant, "content": blocks}


def _answered(block: Any) -> str:
    return str(block["tool_use_id"]) if block["type"] == "tool_result" else f"a {block['type']} block"
