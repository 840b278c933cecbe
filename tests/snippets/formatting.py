"""What prettier would change about snippets, in languages that it learns from a plugin."""

from __future__ import annotations

from pathlib import Path

from snippets.cases import CASES
from snippets.execution import NODE_PACKAGES, node_package, program, run

from components.domain.request import API_VERSIONS
from components.snippets import Form, render

VALUES = {"city": "Rome", "first name": 'Ada "Countess" $x #{y} {$z} \'\n' * 3, "größe": "x" * 45}
TEMPLATE = {
    "model": "claude-opus-5-5",
    "max_tokens": 100,
    "system": "{{city}} in 100% of $x and {{first name}}",
    "messages": [
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "{{größe}} and {{city}}"},
                {
                    "type": "document",
                    "title": "A title that is long enough for a line of its own in the program",
                    "source": {"type": "text", "media_type": "text/plain", "data": "Some text."},
                },
                {
                    "type": "image",
                    "source": {"type": "base64", "media_type": "image/png", "data": "aGVsbG8="},
                },
            ],
        }
    ],
}
FORMS = [Form(template=True), Form(attachments=True), Form(template=True, attachments=True)]
LONG_URL = "http://localhost:8080/a/gateway/that/has/a/rather/long/address"


def sources(key: str) -> dict[str, str]:
    """Snippets of every shape by a name."""
    found = {
        f"{case.fixture}_{case.stream}": case.render(key) for case in CASES if case.version == API_VERSIONS[0]
    }
    for number, form in enumerate(FORMS):
        for stream in (False, True):
            found[f"form{number}_{stream}"] = render(
                key, TEMPLATE, anthropic_version=API_VERSIONS[0], form=form, stream=stream, values=VALUES
            )
    for size in range(18, 50):
        few = {"city": "x" * size, "first name": "y", "größe": ""}
        found[f"width{size}"] = render(
            key,
            {**TEMPLATE, "system": f"{{{{{'v' * (size + 10)}}}}}"},
            anthropic_version=API_VERSIONS[0],
            betas=["b" * size],
            base_url=LONG_URL[:size],
            form=FORMS[0],
            auth="bearer",
            values=few,
        )
    found["count"] = render(
        key,
        TEMPLATE,
        anthropic_version=API_VERSIONS[0],
        form=Form(template=True, count_tokens=True),
        values={},
    )
    return found


def changed_by_prettier(folder: Path, plugin: str, suffix: str, sources: dict[str, str]) -> str:
    """Return what prettier complains of; nothing where it leaves every source as it is."""
    node_package(plugin)
    prettier = node_package("prettier") / "bin" / "prettier.cjs"
    (folder / "node_modules").symlink_to(NODE_PACKAGES, target_is_directory=True)
    for name, source in sources.items():
        (folder / f"{name}{suffix}").write_bytes(source.encode())
    done = run([program("node"), str(prettier), "--plugin", plugin, "--check", f"*{suffix}"], folder)
    return "" if done.exit_code == 0 else done.stdout + done.stderr
