"""Write the README's table of snippet targets anew: `python tests/snippets/update_docs.py`.

Runs the proof first (`test_every_request.py`), and notes what it has run with in `tested_versions.json`. With
`--table`, only the table is made, from what was noted last.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

from components.services.verification.interpreters import Missing
from components.services.verification.programs import PROGRAMS
from components.snippets import FORMS, TARGETS

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
NOTED = Path(__file__).with_name("tested_versions.json")
START, END = "<!-- targets -->\n", "<!-- /targets -->\n"

WORDS = {
    "template": "template",
    "attachments": "files",
    "tool_loop": "tool loop",
    "parsed": "structured output",
    "count_tokens": "token count",
}

Versions = dict[str, dict[str, str]]
"""Target → program or package → version, "" where it does not say."""


def noted() -> Versions:
    """What the proof was run with when it was noted."""
    versions: Versions = json.loads(NOTED.read_text("utf-8"))
    return versions


def present() -> Versions:
    """What is there to run the proof with. Raises `AssertionError` where something is missing."""
    versions: Versions = {}
    for key in TARGETS:
        found = PROGRAMS[key].find()
        assert not isinstance(found, Missing), f"{key}: {found.reason}"
        versions[key] = {name: version for each in found for name, version in each.versions.items()}
    return versions


def table(versions: Versions) -> str:
    """The table of targets in Markdown."""
    lines = ["| target | | forms | run it | tested with |", "| --- | --- | --- | --- | --- |"]
    for key, target in TARGETS.items():
        forms = ", ".join(WORDS[name] for name in FORMS if name in target.forms)
        command = target.command.format(file=target.file_name)
        tested = ", ".join(f"{name} {version}".rstrip() for name, version in versions[key].items())
        lines.append(f"| `{key}` | {target.title} | {forms} | `{command}` | {tested} |")
    return "".join(f"{line}\n" for line in lines)


def written(readme: str, versions: Versions) -> str:
    """The README with the table between its two marks. Raises `ValueError` where these are missing."""
    before, rest = readme.split(START)
    _, after = rest.split(END)
    return f"{before}{START}{table(versions)}{END}{after}"


def _proved() -> Versions:
    before = present()
    proof = [str(NOTED.parent / "test_every_request.py"), "-q"]
    pytest = [sys.executable, "-m", "pytest", "-c", str(ROOT / "tests" / "pytest.ini")]
    subprocess.run([*pytest, *proof], cwd=ROOT, check=True)
    return before


if __name__ == "__main__":
    if sys.argv[1:] != ["--table"]:
        NOTED.write_text(json.dumps(_proved(), indent=2) + "\n", "utf-8")
    README.write_text(written(README.read_text("utf-8"), noted()), "utf-8")
