"""Write the golden files anew, to be read before they are kept: `python tests/snippets/update_golden.py`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

from snippets.cases import FIXTURES, case

from components.domain import template
from components.domain.request import API_VERSIONS
from components.snippets import DEFAULT_BASE_URL, FORMS, TARGETS, Form, render

GOLDEN = Path(__file__).parent.parent / "golden"
CHOSEN = (
    "minimal",
    "conversation",
    "sampling",
    "tools",
    "structured",
    "long_answer",
    "betas_and_unknown",
    "numbers",
    "hostile",
)
IN_FULL = ("curl", "python", "typescript")
"""Their golden files show every field; those of the others what the language makes of them."""
IN_SHORT = (("minimal", False), ("minimal", True), ("conversation", False), ("hostile", False))
BASE_URLS = {"sampling": "http://127.0.0.1:8501/sandbox"}


@cache
def golden_files() -> dict[Path, str]:
    """The path and the text of each golden file."""
    files: dict[Path, str] = {}
    for key, target in TARGETS.items():
        shown = IN_SHORT
        if key in IN_FULL:
            shown = tuple((fixture, stream) for fixture in CHOSEN for stream in (False, True))
        for fixture, stream in shown:
            chosen = case(fixture, stream=stream)
            name = f"{fixture}{'_stream' if stream else ''}{target.suffix}"
            files[GOLDEN / key / name] = chosen.render(key, BASE_URLS.get(fixture, DEFAULT_BASE_URL))
        for name, source in _forms(key):
            files[GOLDEN / key / f"{name}{target.suffix}"] = source
    return files


def _forms(key: str) -> Iterator[tuple[str, str]]:
    """One request in each form of a target, all that go together, and the loop streaming too."""
    request = json.loads((FIXTURES.parent / "forms.json").read_text("utf-8"))
    body, values = request["template"], request["values"]
    shown = [(name, Form(**{name: True}), False) for name in FORMS if name in TARGETS[key].forms]
    shown.append(("template_attachments_stream", Form(template=True, attachments=True), True))
    shown += [(f"{name}_stream", form, True) for name, form, _ in shown if name in ("tool_loop", "parsed")]
    for name, form, stream in shown:
        filled = body if form.template else json.loads(_filled(json.dumps(body), values))
        source = render(
            key, filled, anthropic_version=API_VERSIONS[0], stream=stream, form=form, values=values
        )
        yield f"form_{name}", source


def _filled(text: str, values: dict[str, str]) -> str:
    """JSON text with its variables filled in."""
    return template.fill(text, {name: json.dumps(value)[1:-1] for name, value in values.items()})


def existing_files() -> set[Path]:
    """The golden files on disk."""
    return {path for path in GOLDEN.glob("[!.]*/[!.]*") if path.is_file()}


if __name__ == "__main__":
    wanted = golden_files()
    for stale in existing_files() - wanted.keys():
        stale.unlink()
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    print(f"{len(wanted)} golden files written.")
