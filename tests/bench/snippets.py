"""Time to render a request with a 100 KB prompt, for each target: `python tests/bench/snippets.py`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from components.domain.json_types import JsonObject
from components.snippets import PLAIN, TARGETS, Form, render

PROMPT_BYTES = 100_000
TARGET_MS = 10.0
FORMS = {"": PLAIN, ", template": Form(template=True)}
VALUES = {"or": 'It\'s 漢字: "$x"\n'}
_LINE = "She said: \"It's the café's \\path, {or} so\" – and left, 漢字 in hand. `code` ${x}\n"
_LINES = _LINE * 9 + _LINE.replace("{or}", "{{or}}")


def body() -> JsonObject:
    """A request whose prompt is `PROMPT_BYTES` of prose with quotes, wide letters and line ends.

    Each tenth of its thousand lines has a variable.
    """
    prompt = (
        (_LINES * (PROMPT_BYTES // len(_LINES.encode()) + 1)).encode()[:PROMPT_BYTES].decode(errors="ignore")
    )
    return {
        "model": "claude-opus-5-5",
        "max_tokens": 1024,
        "system": "Be brief.",
        "messages": [{"role": "user", "content": [{"type": "text", "text": prompt}]}],
    }


def rendering_ms(key: str, form: Form, request: JsonObject) -> float:
    """Milliseconds of this process that one rendering takes."""
    start = time.process_time()
    render(key, request, anthropic_version="2023-06-01", stream=True, form=form, values=VALUES)
    return (time.process_time() - start) * 1000


def measure(repeats: int = 20) -> dict[str, float]:
    """Milliseconds by target and form, the best of `repeats`; and the `worst` target of each form."""
    request = body()
    figures: dict[str, float] = {}
    for name, form in FORMS.items():
        for key in TARGETS:
            figures[f"{key}{name}"] = min(rendering_ms(key, form, request) for _ in range(repeats))
        figures[f"worst{name}"] = max(figures[f"{key}{name}"] for key in TARGETS)
    return figures


if __name__ == "__main__":
    for name, figure in measure().items():
        print(f"render 100 KB, {name}: {figure:.2f} ms (target {TARGET_MS:.0f})")
