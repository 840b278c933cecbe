"""Running snippets for real, each as a program of its own."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from snippets.cases import Case
from snippets.recorder import Recorder

from components.services.verification import running

KEY = "sk-test-of-snippets"
NODE_PACKAGES = Path(__file__).parent.parent / "node_modules"
_TIME_LIMIT_S = 280.0
_OUTPUT_LIMIT = 16 * 1024 * 1024


@dataclass(frozen=True)
class Outcome:
    """How a program ended."""

    exit_code: int
    stdout: str
    stderr: str


def program(name: str) -> str:
    """The path of a program the tests need. Fails with a sentence where it is missing."""
    found = shutil.which(name)
    if found is None:
        raise AssertionError(
            f"The snippet tests run `{name}`, which is not installed here: please install it."
        )
    return found


def node_package(name: str) -> Path:
    """The folder of an installed Node package."""
    folder = NODE_PACKAGES / name
    if not folder.exists():
        raise AssertionError(f"The Node package {name} is missing: run `npm ci --prefix tests`.")
    return folder


def run(command: list[str], folder: Path, key: str = KEY) -> Outcome:
    """Run one program in `folder` as the app runs snippets: with a key and next to nothing else around it."""
    ended = running.run(
        command,
        folder,
        running.environment(folder, key),
        time_limit_s=_TIME_LIMIT_S,
        output_limit=_OUTPUT_LIMIT,
    )
    assert ended.ended_by == "itself", f"{command} did not end: {ended.output}"
    return Outcome(ended.exit_code, ended.stdout, ended.stderr)


class Runner:
    """Writes a target's snippets into a folder and runs them."""

    def __init__(self, key: str, target: str, folder: Path) -> None:
        self.key = key
        self.target = target
        self.folder = folder

    def command(self, name: str) -> list[str]:
        raise NotImplementedError

    def write(self, name: str, source: str) -> None:
        raise NotImplementedError

    def prepare(self) -> None:
        """What is needed between writing and running."""

    def mailbox(self, case: Case) -> str:
        return f"{self.key}-{case.name}"

    def run_all(self, cases: Iterable[Case], recorder: Recorder) -> dict[str, Outcome]:
        """Run every case and return the outcomes by the cases' names."""
        names = []
        for case in cases:
            self.write(case.name, case.render(self.target, recorder.base_url(self.mailbox(case))))
            names.append(case.name)
        self.prepare()
        return self.outcomes(names)

    def outcomes(self, names: list[str]) -> dict[str, Outcome]:
        """Run what was written, a process for each."""
        with ThreadPoolExecutor(max_workers=2) as pool:
            outcomes = pool.map(lambda name: run(self.command(name), self.folder), names)
            return dict(zip(names, outcomes, strict=True))


class ShellRunner(Runner):
    """curl under one shell."""

    def __init__(self, shell: str, folder: Path) -> None:
        super().__init__(shell, "curl", folder)
        self.shell = program(shell)
        program("curl")

    def command(self, name: str) -> list[str]:
        return [self.shell, f"{name}.sh"]

    def write(self, name: str, source: str) -> None:
        (self.folder / f"{name}.sh").write_bytes(source.encode())


class PythonRunner(Runner):
    """The Python SDK in the interpreter that runs the tests."""

    def __init__(self, folder: Path) -> None:
        super().__init__("python", "python", folder)

    def command(self, name: str) -> list[str]:
        return [sys.executable, f"{name}.py"]

    def write(self, name: str, source: str) -> None:
        (self.folder / f"{name}.py").write_bytes(source.encode())

    def outcomes(self, names: list[str]) -> dict[str, Outcome]:
        driver = Path(__file__).parent / "drivers" / "python_driver.py"
        jobs = self.folder / "jobs.json"
        jobs.write_text(json.dumps([[str(self.folder), str(self.folder / f"{name}.py")] for name in names]))
        done = run([sys.executable, str(driver), str(jobs)], self.folder)
        assert done.exit_code == 0, done.stderr
        return {name: self._outcome(f"{name}.py") for name in names}

    def _outcome(self, file: str) -> Outcome:
        code, output, errors = (
            (self.folder / f"{file}{kind}").read_text() for kind in (".code", ".out", ".err")
        )
        return Outcome(int(code), output, errors)


class TypeScriptRunner(Runner):
    """The TypeScript SDK in Node. All snippets pass one `tsc --strict`, which also makes them JavaScript."""

    def __init__(self, folder: Path, *, modules: bool) -> None:
        super().__init__("typescript-esm" if modules else "typescript-cjs", "typescript", folder)
        self.node = program("node")
        self.sources = folder / "src"
        self.sources.mkdir()
        node_package("@anthropic-ai/sdk")
        (folder / "node_modules").symlink_to(NODE_PACKAGES, target_is_directory=True)
        (folder / "package.json").write_text(json.dumps({"type": "module"} if modules else {}))

    def command(self, name: str) -> list[str]:
        return [self.node, f"out/{name}.js"]

    def write(self, name: str, source: str) -> None:
        (self.sources / f"{name}.ts").write_bytes(source.encode())

    def prepare(self) -> None:
        options = {
            "strict": True,
            "target": "es2022",
            "module": "nodenext",
            "types": ["node"],
            "skipLibCheck": True,
            "rootDir": "src",
            "outDir": "out",
        }
        (self.folder / "tsconfig.json").write_text(
            json.dumps({"compilerOptions": options, "include": ["src"]})
        )
        compiled = run([self.node, str(node_package("typescript") / "bin" / "tsc"), "-p", "."], self.folder)
        assert compiled.exit_code == 0, compiled.stdout + compiled.stderr
