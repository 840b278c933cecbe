from __future__ import annotations

import json
import os
import re
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest

from components.services.verification import asking, interpreters, node, programs
from components.services.verification.asking import Asking, number
from components.services.verification.interpreters import Interpreter, Missing
from components.services.verification.programs import PROGRAMS, Program
from components.snippets import TARGETS

SDK = "@anthropic-ai/sdk"


class Machine:
    """A machine whose PATH holds what a test has put there."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.path = root / "bin"
        self.path.mkdir()
        monkeypatch.setenv("PATH", str(self.path))
        monkeypatch.delenv(node.PACKAGES_VARIABLE, raising=False)
        monkeypatch.setattr(node, "_OF_THE_TESTS", root / "nowhere")

    def program(self, name: str, *said: str, errors: bool = False, after: str = "") -> None:
        lines = " ".join(map(shlex.quote, said)) or "''"
        script = f"#!/bin/sh\n{after}\nprintf '%s\\n' {lines}{' >&2' if errors else ''}\n"
        (self.path / name).write_text(script)
        (self.path / name).chmod(0o755)

    def packages(self, folder: str, **versions: str) -> Path:
        for name, version in versions.items():
            package = self.root / folder / {"sdk": SDK}.get(name, name)
            package.mkdir(parents=True)
            (package / "package.json").write_text(json.dumps({"version": version}))
        return self.root / folder


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


def only(found: Any) -> Interpreter:
    assert isinstance(found, tuple), found
    [interpreter] = found
    assert isinstance(interpreter, Interpreter)
    return interpreter


def reason(found: Any) -> str:
    assert isinstance(found, Missing)
    return found.reason


def test_every_target_has_a_program_that_may_run_it() -> None:
    assert set(TARGETS) <= set(PROGRAMS)


@pytest.mark.parametrize("key", PROGRAMS)
def test_on_a_bare_machine_a_sentence_says_what_to_get(
    key: str, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "")
    said = reason(PROGRAMS[key]._find(Asking()))
    assert re.search(r"PATH.*(To get it: |see )[a-z].*|No Python answers here", said)


def test_curl_is_run_under_every_shell_that_is_another_one(machine: Machine) -> None:
    machine.program("curl", "curl 8.1.2 (some machine) libcurl/8.1.2", "Release-Date: x")
    machine.program("bash", "GNU bash, version 5.2.15(1)-release (some machine)")
    machine.program("dash", "Illegal option --")
    (machine.path / "sh").symlink_to("dash")
    found = interpreters.shells(Asking())
    assert isinstance(found, tuple)
    assert [each.title for each in found] == ["curl 8.1.2, bash 5.2.15", "curl 8.1.2, dash"]
    assert [each.command("request.sh") for each in found] == [
        [str(machine.path / "bash"), "request.sh"],
        [str(machine.path / "dash"), "request.sh"],
    ]


def test_the_python_that_runs_the_app_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    found = only(interpreters.python_with("requests")(Asking()))
    assert found.command("request.py") == [sys.executable, "request.py"]
    assert found.versions["requests"].startswith("2.")
    assert found.title.startswith(f"Python {sys.version_info.major}.{sys.version_info.minor}.")
    assert "PYTHONUSERBASE" in found.environment


def test_another_python_on_the_path_may_have_the_package(machine: Machine) -> None:
    machine.program("python3", "/real/python3.14", "3.14.1", "9.9.9", "/users/base")
    found = only(interpreters.python_with("a-package-of-nobody")(Asking()))
    assert found.title == "Python 3.14.1, a-package-of-nobody 9.9.9"
    assert found.command("request.py") == ["/real/python3.14", "request.py"]
    assert found.environment == {"PYTHONUSERBASE": "/users/base"}


def test_a_package_that_no_python_has_is_named(machine: Machine) -> None:
    machine.program("python3", "/real/python3.14", "3.14.1", "", "/users/base")
    said = reason(interpreters.python_with("a-package-of-nobody")(Asking()))
    assert said.endswith("To get it: python -m pip install a-package-of-nobody")


@pytest.mark.parametrize(
    ("key", "name", "said", "command", "title"),
    [
        ("javascript", "node", ["/n/node", "18.0.0"], ["/n/node", "f"], "Node.js 18.0.0"),
        ("go", "go", ["go1.27.1", "/go", "/c"], [str(Path("/go/bin/go")), "run", "f"], "Go 1.27.1"),
        ("ruby", "ruby", ["/r/ruby", "3.4.1"], ["/r/ruby", "f"], "Ruby 3.4.1"),
        ("php", "php", ["/p/php", "8.5.0"], ["/p/php", "f"], "PHP 8.5.0"),
    ],
)
def test_the_program_itself_is_run_and_not_the_one_that_finds_it(
    key: str, name: str, said: list[str], command: list[str], title: str, machine: Machine
) -> None:
    machine.program(name, *said)
    found = only(PROGRAMS[key]._find(Asking()))
    assert (found.command("f"), found.title) == (command, title)


def test_go_keeps_what_it_has_compiled_and_asks_nobody_else(machine: Machine) -> None:
    machine.program("go", "go1.19", "/go", "/users/cache")
    settings = only(interpreters.go(Asking())).environment
    assert settings["GOCACHE"] == "/users/cache"
    assert (settings["GOPROXY"], settings["GOTOOLCHAIN"], settings["GO111MODULE"]) == ("off", "local", "off")
    machine.program("go", "go1.19", "/go", "off")
    assert "GOCACHE" not in only(interpreters.go(Asking())).environment


@pytest.mark.parametrize(
    ("key", "name", "said", "expected"),
    [
        ("javascript", "node", ["/n/node", "16.20.0"], "Node.js 18 or newer is not on the PATH"),
        ("go", "go", ["go1.18.10", "/go", "/c"], "Go 1.18.10 is on the PATH here; the snippet needs 1.19"),
        ("ruby", "ruby", ["/r/ruby", "2.7.8"], "Ruby 2.7.8 is on the PATH here; the snippet needs 3.0"),
        ("php", "php", ["/p/php", "7.4.33"], "PHP 7.4.33 is on the PATH here; the snippet needs 8.1"),
        ("php", "php", [""], "PHP 8.1 or newer is not on the PATH here. To get it: php.net."),
    ],
)
def test_what_is_too_old_is_said_to_be(
    key: str, name: str, said: list[str], expected: str, machine: Machine
) -> None:
    machine.program(name, *said)
    assert expected in reason(PROGRAMS[key]._find(Asking()))


def test_java_needs_its_compiler(machine: Machine) -> None:
    home = machine.root / "jdk"
    (home / "bin").mkdir(parents=True)
    machine.program("java", f"    java.home = {home}", "    java.version = 21.0.1", errors=True)
    assert "without its compiler" in reason(interpreters.java(Asking()))
    (home / "bin" / "javac").touch()
    found = only(interpreters.java(Asking()))
    assert found.title == "Java 21.0.1"
    assert found.command("Request.java")[:1] == [str(home / "bin" / "java")]
    machine.program("java", f"    java.home = {home}", "    java.version = 11.0.2", errors=True)
    assert "needs 17 or newer" in reason(interpreters.java(Asking()))


def test_new_node_runs_typescript_by_itself(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.program("node", "/n/node", "22.18.0")
    monkeypatch.setenv(node.PACKAGES_VARIABLE, str(machine.packages("named", sdk="1.12.0", tsx="4.0.0")))
    found = only(node.typescript(Asking()))
    assert (found.command("f.ts"), found.build) == (["/n/node", "f.ts"], None)
    assert found.title == f"Node.js 22.18.0, {SDK} 1.12.0"
    folder = machine.root / "work"
    folder.mkdir()
    found.prepare(folder)
    assert (folder / "node_modules" / SDK / "package.json").is_file()


def test_older_node_needs_tsx_or_a_compiler(machine: Machine) -> None:
    machine.program("node", "/n/node", "20.1.0")
    packages = machine.packages("global", sdk="1.12.0")
    machine.program("npm", "npm warn something", str(packages))
    assert "npm install --global tsx" in reason(node.typescript(Asking()))

    machine.packages("global", typescript="5.6.2")
    found = only(node.typescript(Asking()))
    assert found.title == f"Node.js 20.1.0, {SDK} 1.12.0, TypeScript 5.6.2"
    assert found.command("f.ts") == ["/n/node", str(Path("compiled/f.js"))]
    assert found.build is not None

    (machine.packages("global", tsx="4.2.0") / "tsx" / "dist").mkdir()
    (packages / "tsx" / "dist" / "cli.mjs").touch()
    found = only(node.typescript(Asking()))
    assert found.title == f"Node.js 20.1.0, {SDK} 1.12.0, tsx 4.2.0"
    assert found.command("f.ts") == ["/n/node", str(packages / "tsx" / "dist" / "cli.mjs"), "f.ts"]


def test_typescript_needs_the_sdk(machine: Machine) -> None:
    machine.program("node", "/n/node", "24.0.0")
    machine.program("npm", str(machine.packages("global", tsx="4.0.0")))
    assert reason(node.typescript(Asking())).endswith(f"npm install --global {SDK} tsx")


def test_a_program_that_does_not_answer_is_not_waited_for(machine: Machine) -> None:
    machine.program("ruby", "/r/ruby", "3.4.1", after="/bin/sleep 600")
    asked = Asking(within_s=0.2)
    assert "Ruby 3.0 or newer is not on the PATH" in reason(interpreters.ruby(asked))
    machine.program("php", "/p/php", "8.5.0")
    assert isinstance(interpreters.php(asked), Missing), "the time is for all questions together"


def test_a_program_that_fails_has_said_nothing(machine: Machine) -> None:
    machine.program("ruby", "/r/ruby", "3.4.1", after="trap 'exit 1' EXIT")
    assert isinstance(interpreters.ruby(Asking()), Missing)


def test_what_snippets_are_run_without_does_not_answer_for_them(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ANTHROPIC_API_KEY", "PYTHONPATH", "NODE_PATH", "NODE_OPTIONS", "RUBYLIB", "BASH_ENV"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("PYENV_ROOT", "kept")
    machine.program(
        "ruby", after='echo "$ANTHROPIC_API_KEY$PYTHONPATH$NODE_PATH$NODE_OPTIONS$RUBYLIB$PYENV_ROOT"'
    )
    assert Asking().lines(str(machine.path / "ruby"))[0] == "kept"


def test_what_was_found_is_remembered_for_a_minute() -> None:
    asked: list[Asking] = []
    now = [1000.0]

    def find(asking: Asking) -> Missing:
        asked.append(asking)
        return Missing(f"{len(asked)}")

    program = Program(find)
    seen = []
    for passing_s in (0.0, 59.0, 1.0, 59.9, 60.0):
        now[0] += passing_s
        seen.append(reason(program.find(lambda: now[0])))
    assert seen == ["1", "1", "2", "2", "3"]
    assert programs._FOUND_FOR_S == 60
    assert asking.ALL_WITHIN_S == 5


@pytest.mark.parametrize(
    ("version", "numbers"), [("20.20.2", (20, 20, 2)), ("21-ea", (21,)), ("5.9.0-beta", (5, 9, 0)), ("x", ())]
)
def test_versions_are_compared_by_their_numbers(version: str, numbers: tuple[int, ...]) -> None:
    assert number(version) == numbers


def test_paths_are_absolute(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.program("ruby")
    monkeypatch.chdir(machine.root)
    monkeypatch.setenv("PATH", "bin")
    found = Asking().path("ruby")
    assert found is not None
    assert os.path.isabs(found)  # noqa: PTH117 - a text
