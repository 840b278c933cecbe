"""Finding curl with its shells, Python, Go, Java, Ruby and PHP."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias

from components.services.verification.asking import Asking, number

Command: TypeAlias = Callable[[str], list[str]]
"""The name of a file in the current folder → a program with its arguments."""


def _nothing(folder: Path) -> None:
    """What most interpreters need beside the snippet."""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """One way to run a snippet."""

    versions: Mapping[str, str]
    """By the names of the programs and packages that take part; "" where a program does not say."""
    command: Command
    build: Command | None = None
    """What comes before it, in the same folder."""
    prepare: Callable[[Path], None] = _nothing
    """Puts into the folder what an interpreter needs beside the snippet. Raises `OSError`."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables it needs, beyond those that every program gets."""

    @property
    def title(self) -> str:
        """For people: "Python 3.11.4, anthropic 2.12.0"."""
        return ", ".join(f"{name} {version}".rstrip() for name, version in self.versions.items())


@dataclass(frozen=True, slots=True)
class Missing:
    """Why no snippet of a target can be run here."""

    reason: str
    """What is missing and how to get it, for the screen."""


def shells(asking: Asking) -> tuple[Interpreter, ...] | Missing:
    """curl under each shell of this machine that is another program than the ones before it."""
    curl = _version(asking.lines(asking.path("curl"), "--version"))
    if not curl:
        return Missing("curl is not on the PATH here. Most systems bring it; elsewhere see curl.se.")
    found: dict[str, Interpreter] = {}
    for name in ("bash", "dash", "sh"):
        path = asking.path(name)
        if path is None or os.path.realpath(path) in found:
            continue
        version = _version(asking.lines(path, "--version")) if name == "bash" else ""
        found[os.path.realpath(path)] = Interpreter({"curl": curl, name: version}, _running(path))
    if not found:
        return Missing("There is no POSIX shell on the PATH here: bash, dash or sh.")
    return tuple(found.values())


_WHO: Final = """\
import platform, site, sys
from importlib import metadata
def version(name):
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
print(sys.executable, platform.python_version(), version(sys.argv[1]), site.getuserbase(), sep="\\n")
"""


def python_with(package: str) -> Callable[[Asking], tuple[Interpreter, ...] | Missing]:
    """The first Python that has a package: the one that runs the app, then those on the PATH."""

    def find(asking: Asking) -> tuple[Interpreter, ...] | Missing:
        any_python = False
        for path in dict.fromkeys([sys.executable or None, asking.path("python3"), asking.path("python")]):
            lines = asking.lines(path, "-c", _WHO, package)
            any_python = any_python or bool(lines)
            match list(lines):
                case [executable, version, of_package, user_base] if of_package:
                    # The package may be one of this user's own, below a home that the snippet does not get.
                    return (
                        Interpreter(
                            {"Python": version, package: of_package},
                            _running(executable),
                            environment={"PYTHONUSERBASE": user_base},
                        ),
                    )
        if not any_python:
            return Missing("No Python answers here: neither the app's own nor one on the PATH.")
        return Missing(
            f"The package {package} is installed neither for the Python that runs this app nor for the one "
            f"on the PATH. To get it: python -m pip install {package}"
        )

    return find


def go(asking: Asking) -> tuple[Interpreter, ...] | Missing:
    lines = list(asking.lines(asking.path("go"), "env", "GOVERSION", "GOROOT", "GOCACHE"))
    match lines:
        case [version, root, cache] if number(version.removeprefix("go")) >= (1, 19):
            executable = str(Path(root, "bin", "go"))
            settings = {
                "GO111MODULE": "off",
                "GOENV": "off",
                "GOPROXY": "off",
                "GOTELEMETRY": "off",
                "GOTOOLCHAIN": "local",
            }
            if Path(cache).is_absolute():
                # This user's own: the first program of all takes long, as it compiles the standard library.
                settings["GOCACHE"] = cache
            return (
                Interpreter(
                    {"Go": version.removeprefix("go")},
                    lambda file: [executable, "run", file],
                    environment=settings,
                ),
            )
    return _missing("Go", "1.19", "go.dev/dl", lines[0].removeprefix("go") if lines else "")


def java(asking: Asking) -> tuple[Interpreter, ...] | Missing:
    said = "\n".join(asking.lines(asking.path("java"), "-XshowSettings:properties", "-version", errors=True))
    home, version = (
        re.search(rf"^\s*{re.escape(name)} = (.*)$", said, re.MULTILINE)
        for name in ("java.home", "java.version")
    )
    if not home or not version or number(version[1]) < (17,):
        return _missing("Java", "17", "adoptium.net", version[1] if version else "")
    folder = Path(home[1].strip(), "bin")
    if not list(folder.glob("javac*")):
        return Missing(
            f"This is Java {version[1]} without its compiler, which a source file needs to be run. Install a "
            "JDK, from adoptium.net for example."
        )
    executable = str(folder / "java")
    return (
        Interpreter(
            {"Java": version[1].strip()},
            # The second option keeps the JVM from leaving a file about itself outside of the folder.
            lambda file: [executable, "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", file],
        ),
    )


def ruby(asking: Asking) -> tuple[Interpreter, ...] | Missing:
    lines = list(asking.lines(asking.path("ruby"), "-e", "puts RbConfig.ruby, RUBY_VERSION"))
    match lines:
        case [executable, version] if number(version) >= (3, 0):
            return (Interpreter({"Ruby": version}, _running(executable)),)
    return _missing("Ruby", "3.0", "ruby-lang.org", lines[1] if len(lines) > 1 else "")


def php(asking: Asking) -> tuple[Interpreter, ...] | Missing:
    lines = list(asking.lines(asking.path("php"), "-r", "echo PHP_BINARY, PHP_EOL, PHP_VERSION;"))
    match lines:
        case [executable, version] if number(version) >= (8, 1):
            return (Interpreter({"PHP": version}, _running(executable)),)
    return _missing("PHP", "8.1", "php.net", lines[1] if len(lines) > 1 else "")


def _missing(name: str, least: str, source: str, found: str) -> Missing:
    if found:
        return Missing(f"{name} {found} is on the PATH here; the snippet needs {least} or newer: {source}.")
    return Missing(f"{name} {least} or newer is not on the PATH here. To get it: {source}.")


def _running(executable: str) -> Command:
    return lambda file: [executable, file]


def _version(lines: Sequence[str]) -> str:
    """The first version that a program names on its first line."""
    found = re.search(r"\d+(\.\d+)+", lines[0]) if lines else None
    return found[0] if found else ""
