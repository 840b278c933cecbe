"""Finding Node.js, and for TypeScript the official SDK with something that takes the types away."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from components.services.verification.asking import Asking, number
from components.services.verification.interpreters import Interpreter, Missing

PACKAGES_VARIABLE: Final = "WORKBENCH_NODE_MODULES"
"""Names a `node_modules` folder to look into first."""
_OF_THE_TESTS: Final = Path(__file__).resolve().parents[3] / "tests" / "node_modules"
_SDK: Final = "@anthropic-ai/sdk"
_STRIPS_TYPES: Final = (22, 18)
"""The first Node.js that runs TypeScript by itself."""
_SKIPS_CHECKS: Final = (5, 6)
"""The first TypeScript whose `--noCheck` may be used on the command line."""

_WHO: Final = "[process.execPath, process.versions.node].join('\\n')"
_NO_NODE: Final = "Node.js 18 or newer is not on the PATH here. To get it: nodejs.org."


def javascript(asking: Asking) -> tuple[Interpreter, ...] | Missing:
    found = _node(asking)
    if found is None:
        return Missing(_NO_NODE)
    executable, version = found
    return (Interpreter({"Node.js": version}, lambda file: [executable, file]),)


def typescript(asking: Asking) -> tuple[Interpreter, ...] | Missing:
    found = _node(asking)
    if found is None:
        return Missing(_NO_NODE)
    executable, version = found
    with_sdk = False
    for packages in _package_folders(asking):
        sdk = _version(packages, _SDK)
        if sdk is None:
            continue
        with_sdk = True
        way = _way(executable, version, packages, sdk)
        if way is not None:
            return (way,)
    if with_sdk:
        return Missing(
            f"Node.js {version} does not run TypeScript by itself (22.18 does), and there is neither tsx nor "
            f"TypeScript 5.6 beside {_SDK}. To get it: npm install --global tsx"
        )
    return Missing(
        f"The package {_SDK} is not where Node.js packages are looked for here: the folder named by "
        f"{PACKAGES_VARIABLE}, and the global one. To get it: npm install --global {_SDK} tsx"
    )


def _node(asking: Asking) -> tuple[str, str] | None:
    match list(asking.lines(asking.path("node"), "-p", _WHO)):
        case [executable, version] if number(version) >= (18,):
            return executable, version
    return None


def _package_folders(asking: Asking) -> Iterator[Path]:
    """Lazily: asking npm takes longest."""
    named = os.environ.get(PACKAGES_VARIABLE, "").strip()
    if named:
        yield Path(named).expanduser().absolute()
    yield _OF_THE_TESTS
    for line in list(asking.lines(asking.path("npm"), "root", "--global"))[-1:]:
        yield Path(line)


def _way(executable: str, version: str, packages: Path, sdk: str) -> Interpreter | None:
    versions = {"Node.js": version, _SDK: sdk}

    def prepare(folder: Path) -> None:
        (folder / "node_modules").symlink_to(packages, target_is_directory=True)
        (folder / "package.json").write_text('{"type": "module"}\n', encoding="utf-8")

    if number(version) >= _STRIPS_TYPES:
        return Interpreter(versions, lambda file: [executable, file], prepare=prepare)
    tsx, tsc = _version(packages, "tsx"), _version(packages, "typescript")
    if tsx is not None and (packages / "tsx" / "dist" / "cli.mjs").is_file():
        return Interpreter(
            {**versions, "tsx": tsx},
            lambda file: [executable, str(packages / "tsx" / "dist" / "cli.mjs"), file],
            prepare=prepare,
        )
    if tsc is not None and number(tsc) >= _SKIPS_CHECKS:
        compiler = str(packages / "typescript" / "bin" / "tsc")
        options = ["--noCheck", "--target", "es2022", "--module", "nodenext", "--outDir", "compiled"]
        return Interpreter(
            {**versions, "TypeScript": tsc},
            lambda file: [executable, str(Path("compiled", file).with_suffix(".js"))],
            build=lambda file: [executable, compiler, *options, file],
            prepare=prepare,
        )
    return None


def _version(packages: Path, name: str) -> str | None:
    try:
        facts = json.loads((packages / name / "package.json").read_text("utf-8"))
        return str(facts["version"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
