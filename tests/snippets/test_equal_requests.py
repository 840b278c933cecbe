"""Every snippet is run, and what it sends is compared with what the app's own client sends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from snippets.cases import CASES, Case, case
from snippets.execution import KEY, Outcome, PythonRunner, Runner, ShellRunner, TypeScriptRunner, run
from snippets.recorder import ANSWER, Received, Recorder, recording

from components.api.client import Client

RUNNERS = ("bash", "dash", "python", "typescript-cjs", "typescript-esm")
MODULE_CASES = {"conversation", "numbers"}
"""Enough for the second way in which Node loads a program."""


def cases_of(runner: str) -> list[Case]:
    return [c for c in CASES if runner != "typescript-esm" or c.fixture in MODULE_CASES]


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    with recording() as server:
        yield server


class Runs:
    """Runs all snippets of a runner when the first of them is asked for."""

    def __init__(self, recorder: Recorder, folders: pytest.TempPathFactory) -> None:
        self.recorder = recorder
        self.folders = folders
        self.runners: dict[str, Runner] = {}
        self.outcomes: dict[str, dict[str, Outcome]] = {}

    def of(self, name: str, case: Case) -> tuple[Outcome, list[Received]]:
        if name not in self.outcomes:
            runner = self.runners[name] = self._runner(name)
            self.outcomes[name] = runner.run_all(cases_of(name), self.recorder)
        mailbox = self.runners[name].mailbox(case)
        return self.outcomes[name][case.name], self.recorder.mailboxes[mailbox]

    def _runner(self, name: str) -> Runner:
        folder = self.folders.mktemp(name)
        if name in ("bash", "dash"):
            return ShellRunner(name, folder)
        if name == "python":
            return PythonRunner(folder)
        return TypeScriptRunner(folder, modules=name == "typescript-esm")


@pytest.fixture(scope="module")
def runs(recorder: Recorder, tmp_path_factory: pytest.TempPathFactory) -> Runs:
    return Runs(recorder, tmp_path_factory)


def same(one: Any, other: Any, *, javascript: bool) -> bool:
    """Whether two JSON values are equal in value and type. JavaScript has one type of number: 1 is 1.0."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[k], other[k], javascript=javascript) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(
            same(a, b, javascript=javascript) for a, b in zip(one, other, strict=True)
        )
    if javascript and type(one) in (int, float) and type(other) in (int, float):
        return bool(one == other)
    return type(one) is type(other) and bool(one == other)


def version_and_betas(received: Received) -> tuple[str | None, str | None]:
    return received.headers.get("anthropic-version"), received.headers.get("anthropic-beta")


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("name", "case"),
    [pytest.param(name, case, id=f"{name}-{case.name}") for name in RUNNERS for case in cases_of(name)],
)
def test_a_snippet_sends_the_request_that_the_client_sends(
    name: str, case: Case, runs: Runs, recorder: Recorder
) -> None:
    outcome, [received] = runs.of(name, case)
    assert outcome.exit_code == 0, outcome.stderr

    client = Client(
        recorder.base_url(f"client-{case.name}"), KEY, anthropic_version=case.version, betas=case.betas
    )
    if case.stream:
        with client.stream(case.body) as stream:
            list(stream)
    else:
        client.create(case.body)
    client.close()
    own = recorder.mailboxes[f"client-{case.name}"][-1]

    assert (received.method, received.path) == (own.method, own.path) == ("POST", "/v1/messages")
    assert (
        version_and_betas(received) == version_and_betas(own) == (case.version, ",".join(case.betas) or None)
    )
    assert received.headers["content-type"] == "application/json"
    assert same(own.body, case.expected_body, javascript=False)
    assert same(received.body, case.expected_body, javascript=name.startswith("typescript"))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", RUNNERS)
def test_nothing_of_a_prompt_is_executed(name: str, runs: Runs) -> None:
    runs.of(name, cases_of(name)[0])
    folder = runs.runners[name].folder
    suffixes = {
        path.suffix for path in folder.rglob("*") if path.is_file() and "node_modules" not in path.parts
    }
    assert not list(folder.rglob("canary*"))
    assert suffixes <= {".sh", ".py", ".ts", ".js", ".json", ".out", ".err", ".code"}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", RUNNERS)
def test_a_snippet_prints_the_text_of_the_answer(name: str, runs: Runs) -> None:
    for each in cases_of(name):
        outcome, _ = runs.of(name, each)
        if name in ("bash", "dash"):
            assert ANSWER[7:] in outcome.stdout
        else:
            assert outcome.stdout.strip() == ANSWER


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", RUNNERS)
def test_a_snippet_reads_the_key_from_the_environment(name: str, runs: Runs) -> None:
    for each in cases_of(name):
        _, [received] = runs.of(name, each)
        assert KEY in (received.headers.get("x-api-key"), received.headers.get("authorization", "")[7:])


def test_curl_sends_a_bearer_token_where_the_connection_does(recorder: Recorder, tmp_path: Path) -> None:
    runner = ShellRunner("dash", tmp_path)
    source = CASES[0].render("curl", recorder.base_url("bearer"), auth="bearer")
    runner.write("bearer", source)
    assert run(runner.command("bearer"), tmp_path).exit_code == 0
    [received] = recorder.mailboxes["bearer"]
    assert received.headers["authorization"] == f"Bearer {KEY}"
    assert "x-api-key" not in received.headers


@pytest.mark.parametrize("stream", [False, True])
def test_a_python_snippet_runs_as_a_program_of_its_own(
    stream: bool, recorder: Recorder, tmp_path: Path
) -> None:
    runner = PythonRunner(tmp_path)
    chosen = case("minimal", stream=stream)
    runner.write("alone", chosen.render("python", recorder.base_url("alone")))
    outcome = run(runner.command("alone"), tmp_path)
    assert (outcome.exit_code, outcome.stdout.strip(), outcome.stderr) == (0, ANSWER, "")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", ["python", "typescript-cjs"])
@pytest.mark.parametrize("stream", [False, True])
def test_a_refused_key_ends_the_program_with_an_error(name: str, stream: bool, runs: Runs) -> None:
    chosen = case("minimal", stream=stream)
    runs.of(name, chosen)
    runner = runs.runners[name]
    outcome = run(runner.command(chosen.name), runner.folder, key="refused")
    assert outcome.exit_code != 0
    assert "AuthenticationError" in outcome.stderr
