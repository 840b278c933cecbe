"""Running hundreds of snippets of one target: in as few processes as their language allows."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from snippets.execution import KEY, NODE_PACKAGES, Outcome, node_package, program

from components.services.verification import running
from components.snippets import Snippet

_DRIVERS: Final = Path(__file__).parent / "drivers"
_PROCESSES: Final = 2
_TIME_LIMIT_S: Final = 280.0
"""Of one process, which may be hundreds of snippets on a busy machine."""
_OUTPUT_LIMIT: Final = 16 * 1024 * 1024


@dataclass(frozen=True)
class Job:
    """A snippet on disk."""

    name: str
    folder: Path
    """Its working directory: holds the files it reads, and those of others with other names."""
    file: Path
    """The snippet itself, which stands elsewhere."""


class Failed(Exception):
    """A snippet that its compiler refuses. Its text is what the compiler says."""


def run(command: list[str], folder: Path) -> Outcome:
    """Run one program as the app runs snippets: with a key and next to nothing else around it."""
    environ = running.environment(folder, KEY)
    ended = running.run(command, folder, environ, time_limit_s=_TIME_LIMIT_S, output_limit=_OUTPUT_LIMIT)
    assert ended.ended_by == "itself", f"{command} did not end: {ended.output}"
    return Outcome(ended.exit_code, ended.stdout, ended.stderr)


class Programs:
    """The snippets of one target. A subclass says how they are run."""

    def __init__(self, target: str, root: Path) -> None:
        self.target = target
        self.root = root
        self.sources = root / "sources"
        self.sources.mkdir(parents=True)
        self._folders: list[dict[str, bytes]] = []

    @property
    def folders(self) -> Mapping[Path, Mapping[str, bytes]]:
        """The working directories, and what may be in them."""
        return MappingProxyType({self._folder(place): files for place, files in enumerate(self._folders)})

    def write(self, name: str, snippet: Snippet) -> Job:
        """Put a snippet and its files on disk."""
        place = self._place(snippet.files)
        folder = self._folder(place)
        folder.mkdir(exist_ok=True)
        for each, content in snippet.files.items():
            (folder / each).write_bytes(content)
        file = self.file(name, snippet.file_name)
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(self.source(name, snippet.source).encode())
        return Job(name, folder, file)

    def _place(self, files: Mapping[str, bytes]) -> int:
        """The first working directory where these files do not stand in the way of others."""
        for place, there in enumerate(self._folders):
            if all(there.get(name, content) == content for name, content in files.items()):
                there.update(files)
                return place
        self._folders.append(dict(files))
        return len(self._folders) - 1

    def _folder(self, place: int) -> Path:
        return self.root / f"run-{place}"

    def file(self, name: str, file_name: str) -> Path:
        return self.sources / f"{name}{Path(file_name).suffix}"

    def source(self, name: str, source: str) -> str:
        return source

    def run(self, jobs: list[Job]) -> dict[str, Outcome]:
        """Run all and return how they ended by their names."""
        raise NotImplementedError


class OneByOne(Programs):
    """A process for each."""

    def __init__(self, target: str, root: Path, command: list[str]) -> None:
        super().__init__(target, root)
        self._command = [program(command[0]), *command[1:]]

    def command(self, job: Job) -> list[str]:
        return [*self._command, str(job.file)]

    def run(self, jobs: list[Job]) -> dict[str, Outcome]:
        with ThreadPoolExecutor(_PROCESSES) as pool:
            ended = pool.map(lambda job: run(self.command(job), job.folder), jobs)
            return {job.name: outcome for job, outcome in zip(jobs, ended, strict=True)}


class Driven(Programs):
    """Run by a driver, which leaves the outcomes in files. One that a program takes along is started anew."""

    def start(self, jobs: list[Job], number: int) -> Outcome:
        """Run the driver."""
        raise NotImplementedError

    def run(self, jobs: list[Job]) -> dict[str, Outcome]:
        halves = [half for half in (jobs[::2], jobs[1::2]) if half]
        with ThreadPoolExecutor(_PROCESSES) as pool:
            ended = list(pool.map(self._run, halves, range(len(halves))))
        return {name: outcome for each in ended for name, outcome in each.items()}

    def _run(self, jobs: list[Job], number: int) -> dict[str, Outcome]:
        outcomes: dict[str, Outcome] = {}
        left = jobs
        while left:
            driver = self.start(left, number)
            for job in left:
                files = [Path(f"{job.file}{suffix}") for suffix in (".code", ".out", ".err")]
                if not files[0].exists():
                    outcomes[job.name] = Outcome(-1, "", f"The driver ended: {driver.stdout}{driver.stderr}")
                    break
                code, out, err = (file.read_bytes().decode("utf-8", "replace") for file in files)
                outcomes[job.name] = Outcome(int(code), out, err)
            left = [job for job in left if job.name not in outcomes]
        return outcomes

    def listed(self, jobs: list[Job], number: int) -> str:
        """A file with the working directories and the programs."""
        file = self.root / f"jobs-{number}.json"
        file.write_text(json.dumps([[str(job.folder), str(job.file)] for job in jobs]))
        return str(file)


class PythonPrograms(Driven):
    def start(self, jobs: list[Job], number: int) -> Outcome:
        driver = str(_DRIVERS / "python_driver.py")
        return run([sys.executable, driver, self.listed(jobs, number)], self.root)


class NodePrograms(Driven):
    """Programs for Node with the npm packages beside them."""

    def __init__(self, target: str, root: Path) -> None:
        super().__init__(target, root)
        (root / "node_modules").symlink_to(NODE_PACKAGES, target_is_directory=True)

    def start(self, jobs: list[Job], number: int) -> Outcome:
        driver = str(_DRIVERS / "node_driver.mjs")
        return run([program("node"), driver, self.listed(jobs, number)], self.root)


class TypeScriptPrograms(NodePrograms):
    """All pass one `tsc --strict`, which also makes them JavaScript."""

    def __init__(self, target: str, root: Path) -> None:
        super().__init__(target, root)
        node_package("@anthropic-ai/sdk")
        options = {
            "strict": True,
            "target": "es2022",
            "module": "nodenext",
            "types": ["node"],
            "skipLibCheck": True,
            "rootDir": "sources",
            "outDir": "compiled",
        }
        (root / "package.json").write_text("{}")
        (root / "tsconfig.json").write_text(json.dumps({"compilerOptions": options, "include": ["sources"]}))

    def run(self, jobs: list[Job]) -> dict[str, Outcome]:
        compiler = str(node_package("typescript") / "bin" / "tsc")
        told = run([program("node"), compiler, "-p", "."], self.root)
        refused = _refused(r"sources/(\w+)\.ts\(", told)
        compiled = [
            Job(job.name, job.folder, self.root / "compiled" / f"{job.name}.js")
            for job in jobs
            if job.name not in refused
        ]
        return refused | super().run(compiled)


class JavaPrograms(Driven):
    """One compiler and one machine for all; each in a package of its own, since all have the same class."""

    def file(self, name: str, file_name: str) -> Path:
        return self.sources / name / file_name

    def source(self, name: str, source: str) -> str:
        return f"package {name};\n\n{source}"

    def run(self, jobs: list[Job]) -> dict[str, Outcome]:
        listed = self.root / "sources.txt"
        driver = _DRIVERS / "JavaDriver.java"
        listed.write_text("".join(f"{file}\n" for file in (driver, *(job.file for job in jobs))))
        compiler = [program("javac"), "-encoding", "UTF-8", "-Xlint:all", "-d", "compiled", f"@{listed}"]
        told = run(compiler, self.root)
        refused = _refused(r"sources/(\w+)/", told)
        if refused:
            return refused
        outcomes: dict[str, Outcome] = {}
        # A Java process cannot change its working directory.
        for number, folder in enumerate(self.folders):
            outcomes |= self._run([job for job in jobs if job.folder == folder], number)
        return outcomes

    def start(self, jobs: list[Job], number: int) -> Outcome:
        listed = self.root / f"jobs-{number}.txt"
        listed.write_text("".join(f"{job.name}.{job.file.stem}\t{job.file}\n" for job in jobs))
        # A client keeps its connections, and the recorder takes so many at once.
        options = ["-Djdk.httpclient.keepalive.timeout=0", "-XX:TieredStopAtLevel=1"]
        command = [program("java"), *options, "-cp", str(self.root / "compiled"), "JavaDriver", str(listed)]
        return run(command, jobs[0].folder)


_GO_MAIN: Final = """\
package main

import (
	"os"
%s)

func main() {
	map[string]func(){
%s	}[os.Args[1]]()
}
"""


class GoPrograms(OneByOne):
    """One program with a package for each snippet: linking each by itself would take a second."""

    def __init__(self, target: str, root: Path) -> None:
        super().__init__(target, root, ["go"])
        self.built = root / "built"

    def file(self, name: str, file_name: str) -> Path:
        return self.sources / name / file_name

    def source(self, name: str, source: str) -> str:
        assert source.count("\npackage main\n") + source.startswith("package main\n") == 1
        return re.sub(r"^package main$", f"package {name}", source, count=1, flags=re.MULTILINE)

    def command(self, job: Job) -> list[str]:
        return [str(self.built), job.name]

    def run(self, jobs: list[Job]) -> dict[str, Outcome]:
        for job in jobs:
            (job.file.parent / "exported.go").write_text(
                f"package {job.name}\n\nfunc RunTheSnippet() {{ main() }}\n"
            )
        imports = "".join(f'\t"snippets/{job.name}"\n' for job in jobs)
        entries = "".join(f'\t\t"{job.name}": {job.name}.RunTheSnippet,\n' for job in jobs)
        (self.sources / "main.go").write_text(_GO_MAIN % (imports, entries))
        (self.sources / "go.mod").write_text("module snippets\n\ngo 1.19\n")
        # Its cache is worth keeping: the first time, the standard library is compiled.
        home = os.environ.get("HOME", str(self.root))
        settings = {"HOME": home, "TMPDIR": str(self.root), "GOTOOLCHAIN": "local", "GOPROXY": "off"}
        build = ["env", *(f"{name}={value}" for name, value in settings.items()), program("go"), "build"]
        told = run([*build, "-o", str(self.built), "."], self.sources)
        refused = _refused(r"^(\w+)/", told)
        return refused or super().run(jobs)


def _refused(place: str, told: Outcome) -> dict[str, Outcome]:
    """The snippets that a compiler names, each with what is said of it.

    Raises `Failed` where it names none and ended badly.
    """
    refused: dict[str, Outcome] = {}
    for line in (told.stdout + told.stderr).splitlines():
        if found := re.search(place, line):
            refused.setdefault(found[1], Outcome(-1, "", line))
    if told.exit_code != 0 and not refused:
        raise Failed(told.stdout + told.stderr)
    return refused


PROGRAMS: Final[Mapping[str, tuple[str, Callable[[str, Path], Programs]]]] = MappingProxyType(
    {
        "bash": ("curl", lambda target, root: OneByOne(target, root, ["bash"])),
        "dash": ("curl", lambda target, root: OneByOne(target, root, ["dash"])),
        "python": ("python", PythonPrograms),
        "python-async": ("python-async", PythonPrograms),
        "python-requests": ("python-requests", PythonPrograms),
        "typescript": ("typescript", TypeScriptPrograms),
        "javascript": ("javascript", NodePrograms),
        "go": ("go", GoPrograms),
        "java": ("java", JavaPrograms),
        "ruby": ("ruby", lambda target, root: OneByOne(target, root, ["ruby"])),
        "php": ("php", lambda target, root: OneByOne(target, root, ["php"])),
    }
)
"""What the snippets of a target are run with: name → target, how."""


def programs(name: str, root: Path) -> Programs:
    """How snippets are run by `name`, one of `PROGRAMS`, in a folder of their own."""
    target, made = PROGRAMS[name]
    return made(target, root)


def names_of(targets: Iterable[str]) -> list[str]:
    """What the snippets of these targets are run with."""
    wanted = set(targets)
    assert wanted <= {target for target, _ in PROGRAMS.values()}, "a target that no program runs here"
    return [name for name, (target, _) in PROGRAMS.items() if target in wanted]
