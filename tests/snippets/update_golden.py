"""Write the golden files anew, to be read before they are kept: `python tests/snippets/update_golden.py`."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

from snippets.cases import case

from components.snippets import DEFAULT_BASE_URL, TARGETS

GOLDEN = Path(__file__).parent.parent / "golden"
FIXTURES = (
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
BASE_URLS = {"sampling": "http://127.0.0.1:8501/sandbox"}


@cache
def golden_files() -> dict[Path, str]:
    """The path and the text of each golden file."""
    files: dict[Path, str] = {}
    for key, target in TARGETS.items():
        for fixture in FIXTURES:
            for stream in (False, True):
                chosen = case(fixture, stream=stream)
                name = f"{fixture}{'_stream' if stream else ''}{target.suffix}"
                files[GOLDEN / key / name] = chosen.render(key, BASE_URLS.get(fixture, DEFAULT_BASE_URL))
    return files


def existing_files() -> set[Path]:
    """The golden files on disk."""
    return {path for key, target in TARGETS.items() for path in (GOLDEN / key).glob(f"*{target.suffix}")}


if __name__ == "__main__":
    wanted = golden_files()
    for stale in existing_files() - wanted.keys():
        stale.unlink()
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    print(f"{len(wanted)} golden files written.")
