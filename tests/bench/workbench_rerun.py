"""Server time of a rerun of the Workbench page with ten turns: `python tests/bench/workbench_rerun.py`.

The page runs in Streamlit's own test harness, which adds a little to what a server spends.
"""

from __future__ import annotations

import base64
import io
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

from loopback import serve
from streamlit.testing.v1 import AppTest

from components.domain.draft import Draft, Turn
from components.domain.json_types import JsonObject
from components.sandbox.server import create_app

SHELL = Path(__file__).resolve().parents[2] / "components" / "shell.py"
TURNS = 10
IMAGE_PX = 1_300


def _image() -> JsonObject:
    """A photograph-like PNG of about five megabytes: noise does not compress."""
    from PIL import Image

    picture = io.BytesIO()
    Image.frombytes("RGB", (IMAGE_PX, IMAGE_PX), os.urandom(IMAGE_PX * IMAGE_PX * 3)).save(picture, "PNG")
    data = base64.b64encode(picture.getvalue()).decode()
    return {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": data}}


def _draft(attachments: int) -> Draft:
    paragraph = "A paragraph of {{topic}}, with a sentence or two in it. " * 20
    turns = [Turn("assistant" if n % 2 else "user", f"Turn {n}. {paragraph}") for n in range(TURNS - 1)]
    last = Turn(text="And the last one, on {{topic}}.")
    last.attach([_image() for _ in range(attachments)])
    return Draft(system="You are brief.", turns=[*turns, last], values={"topic": "tides"})


def _median_ms(draft: Draft, repeats: int) -> float:
    app = AppTest.from_file(str(SHELL), default_timeout=60).run()
    app.session_state["bench"].replace_draft(draft)
    for _ in range(3):
        app.run()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        app.run()
        times.append((time.perf_counter() - start) * 1000)
    assert not app.exception
    assert len(app.session_state["bench"].draft.turns) == TURNS
    return statistics.median(times)


def measure(repeats: int = 25) -> dict[str, float]:
    """Median milliseconds per rerun: ten turns, and the same with three large images."""
    with tempfile.TemporaryDirectory() as home, serve(create_app(0)) as url:
        os.environ |= {"WORKBENCH_HOME": home, "ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_KEY": "test-key"}
        from components import runtime

        figures = {
            "ten turns (ms)": _median_ms(_draft(0), repeats),
            "three images (ms)": _median_ms(_draft(3), repeats),
        }
        runtime.engine().close()
        return figures


if __name__ == "__main__":
    for name, figure in measure().items():
        print(f"{name}: {figure:.1f}")
