"""Holds the table of who may import whom, and keeps heavy packages out of the light layers."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMPONENTS = ROOT / "components"

MAY_IMPORT: dict[str, set[str]] = {
    "domain": set(),
    "api": {"domain"},
    "store": {"domain"},
    "snippets": {"domain"},
    "media": {"domain"},
    "sandbox": {"domain", "media"},
    "services": {"domain", "api", "store", "snippets", "media"},
    "settings": {"domain"},
    "content_policy": set(),
    "state": {"domain", "services", "snippets"},
    "compare_state": {"domain", "services", "state"},
    "widgets": {"domain", "media", "services", "snippets", "state"},
    "runtime": {"domain", "api", "store", "services", "settings"},
    "actions": {"domain", "api", "media", "store", "services", "snippets", "runtime", "state", "widgets"},
    "answer_actions": {"domain", "services", "actions", "widgets"},
    "compare_actions": {"domain", "api", "services", "store", "runtime", "state", "compare_state", "actions"},
    "column_edits": {"domain", "services", "runtime", "state", "compare_actions"},
    "column_actions": {"domain", "runtime", "actions", "compare_actions", "column_edits", "widgets"},
    "compare_panels": {"services", "runtime", "compare_actions", "column_edits", "answer_actions", "widgets"},
    "connection_actions": {"domain", "store", "services", "runtime", "state"},
    "fault": {"domain", "api", "store", "widgets"},
    "shell": {"domain", "store", "services", "runtime", "state", "actions", "widgets"},
}
"""Part of `components` → other parts it may import. Pages and `app.py` may import all of them."""

PACKAGES: dict[str, set[str]] = {
    "domain": set(),
    "api": {"requests", "urllib3"},
    "store": {"sqlalchemy", "alembic", "filelock"},
    "snippets": {"tree_sitter", "tree_sitter_typescript"},
    "media": {"PIL", "pypdf"},
    "sandbox": {"starlette"},
    "services": {"keyring", "genai_prices", "filelock", "jsonschema", "referencing"}
    | {"rapidfuzz", "jinja2", "markdown_it"},
    "settings": {"platformdirs"},
    "content_policy": {"starlette"},
    "state": {"streamlit"},
    "widgets": {"streamlit", "markdown_it", "pandas"},
    "runtime": {"streamlit", "markdown_it"},
    "actions": {"genai_prices"},
    "answer_actions": set(),
    "compare_actions": set(),
    "compare_state": {"streamlit"},
    "column_actions": {"streamlit"},
    "column_edits": set(),
    "compare_panels": {"streamlit"},
    "connection_actions": set(),
    "fault": {"streamlit"},
    "shell": {"streamlit"},
}
"""Packages from outside, beyond the standard library."""


def _modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(COMPONENTS.rglob("*.py")):
        part = path.relative_to(COMPONENTS).parts[0].removesuffix(".py")
        if part != "__init__":
            yield part, path


def _imports(path: Path) -> Iterator[str]:
    """Dotted names of everything a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide where a name comes from"
            module = node.module or ""
            yield from (
                f"{module}.{alias.name}" if module == "components" else module for alias in node.names
            )


@pytest.mark.parametrize(
    ("part", "path"), [pytest.param(*m, id=str(m[1].relative_to(ROOT))) for m in _modules()]
)
def test_a_module_imports_only_what_its_layer_may(part: str, path: Path) -> None:
    assert part in MAY_IMPORT, f"{part} has no row in the table of layers"
    for name in _imports(path):
        top, *rest = name.split(".")
        if top == "components":
            assert rest, f"{path} imports components as a whole"
            assert rest[0] == part or rest[0] in MAY_IMPORT[part], (
                f"{path} may not import components.{rest[0]}"
            )
        elif top not in sys.stdlib_module_names:
            assert top in PACKAGES[part], f"{path} may not import {top}"


def test_pages_import_no_other_page_and_stay_short() -> None:
    for path in (ROOT / "pages").glob("*.py"):
        assert not any(name.split(".")[0] == "pages" for name in _imports(path))
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 80, (
            f"{path.name} is no table of contents any more"
        )


@pytest.mark.parametrize(
    "part", ["domain.rules", "domain.draft", "snippets", "sandbox", "api.client", "settings"]
)
def test_the_light_layers_bring_no_heavy_package(part: str) -> None:
    heavy = {
        "sqlalchemy",
        "alembic",
        "genai_prices",
        "pydantic",
        "keyring",
        "pandas",
        "pyarrow",
        "streamlit",
        "PIL",
    }
    heavy |= {"pypdf", "jsonschema", "tree_sitter", "rapidfuzz", "jinja2"}
    program = f"import sys, components.{part}; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not heavy & {name.split(".")[0] for name in loaded.stdout.split()}


def test_importing_the_app_leaves_the_database_and_the_tables_for_later() -> None:
    program = "import sys, app; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    heavy = {"sqlalchemy", "pandas", "genai_prices", "keyring", "PIL", "pypdf", "jsonschema", "tree_sitter"}
    heavy |= {"rapidfuzz", "jinja2"}
    assert not heavy & {name.split(".")[0] for name in loaded.stdout.split()}
