"""Every target in every form, on requests made by chance: run, and compared with what the client sends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from snippets.execution import KEY, Outcome
from snippets.many_programs import PROGRAMS, Job, Programs, names_of, programs
from snippets.recorder import ANSWER, Received, Recorder, recording
from snippets.requests_by_chance import RICH, ByChance, everything, requests_by_chance

from components.api.client import Client
from components.domain.request import COUNTED_FIELDS
from components.domain.shape import SENT
from components.domain.shape_blocks import BLOCK
from components.services.verification import programs as rules
from components.services.verification.answers import INPUT_TOKENS, Answer
from components.services.verification.comparing import differences
from components.services.verification.tool_loop import continuation
from components.snippets import FORMS, PLAIN, TARGETS, Form, FormName, Snippet, UnavailableForm, snippet

pytestmark = pytest.mark.timeout(300)

LEAST: dict[FormName, int] = {"tool_loop": 20, "parsed": 20}
"""Requests in a form that an SDK may refuse to write; in the others it is all that give a reason for it."""
TOGETHER = (
    Form(template=True, attachments=True),
    Form(template=True, attachments=True, count_tokens=True),
    Form(template=True, attachments=True, tool_loop=True),
    Form(template=True, attachments=True, parsed=True),
)


@dataclass(frozen=True)
class Case:
    """One request in one form."""

    request: int
    form: Form
    stream: bool

    @property
    def name(self) -> str:
        forms = [name for name in FORMS if name in self.form.chosen]
        return "_".join([f"s{self.request}", *forms, *(["stream"] if self.stream else [])])

    @property
    def chance(self) -> ByChance:
        return requests_by_chance()[self.request]

    def snippet(self, target: str, base_url: str) -> Snippet:
        chance = self.chance
        return snippet(
            target,
            chance.template if self.form.template else chance.body,
            anthropic_version=chance.version,
            betas=chance.betas,
            base_url=base_url,
            stream=self.stream,
            auth=chance.auth,
            form=self.form,
            values=chance.values if self.form.template else None,
            file_names=chance.file_names,
        )


def cases_of(target: str) -> list[Case]:
    """The plain form streaming and not; each other form on every request, the two in turn."""
    available = TARGETS[target].forms
    single = [Form(**{name: True}) for name in FORMS if name in available]
    together = [form for form in TOGETHER if form.chosen <= available]
    cases = []
    for request in range(len(requests_by_chance())):
        cases += [Case(request, PLAIN, False), Case(request, PLAIN, True)]
        for place, form in enumerate([*single, *together]):
            cases.append(Case(request, form, (request + place) % 2 == 1 and not form.count_tokens))
    return cases


@dataclass
class Ran:
    """What came of all the cases of one target."""

    programs: Programs
    sources: dict[Case, str] = field(default_factory=dict)
    outcomes: dict[Case, Outcome] = field(default_factory=dict)
    unavailable: dict[Case, str] = field(default_factory=dict)

    def counts(self) -> Counter[str]:
        return Counter(
            f"{'+'.join(sorted(case.form.chosen)) or 'plain'}{', streaming' if case.stream else ''}"
            for case in self.outcomes
        )


class Proof:
    """Runs the snippets of a target when they are asked for, and the app's client on the same requests."""

    def __init__(self, recorder: Recorder, folders: pytest.TempPathFactory) -> None:
        self._recorder = recorder
        self._folders = folders
        self._ran: dict[str, Ran] = {}
        self._own: dict[tuple[int, str], Received] = {}

    def of(self, name: str) -> Ran:
        if name not in self._ran:
            target, _ = PROGRAMS[name]
            ran = self._ran[name] = Ran(programs(name, self._folders.mktemp(name) / "all"))
            jobs = {}
            for case in cases_of(target):
                try:
                    jobs[case] = self._write(name, ran, case)
                except UnavailableForm as reason:
                    other = replace(case, stream=not case.stream)
                    with suppress(UnavailableForm):
                        if case.form.chosen & LEAST.keys():
                            jobs[other] = self._write(name, ran, other)
                            continue
                    ran.unavailable[case] = str(reason)
            ended = ran.programs.run(list(jobs.values()))
            ran.outcomes = {case: ended[case.name] for case in jobs}
        return self._ran[name]

    def _write(self, name: str, ran: Ran, case: Case) -> Job:
        last: Answer = "json" if case.form.parsed else "text"
        answers: tuple[Answer, ...] = ("tool_use", last) if case.form.tool_loop else (last,)
        base_url = self._recorder.base_url(f"{name}-{case.name}", answers)
        snippet = case.snippet(ran.programs.target, base_url)
        ran.sources[case] = snippet.source
        return ran.programs.write(case.name, snippet)

    def received(self, name: str, case: Case) -> list[Received]:
        return self._recorder.mailboxes[f"{name}-{case.name}"]

    def own(self, case: Case) -> Received:
        """What the app's client sends."""
        kind = "count" if case.form.count_tokens else "stream" if case.stream else "whole"
        if (case.request, kind) not in self._own:
            chance, mailbox = case.chance, f"own-{case.request}-{kind}"
            client = Client(
                self._recorder.base_url(mailbox),
                KEY,
                anthropic_version=chance.version,
                betas=chance.betas,
                auth=chance.auth,
            )
            match kind:
                case "count":
                    client.count_tokens(chance.body)
                case "stream":
                    with client.stream(chance.body) as stream:
                        list(stream)
                case _:
                    client.create(chance.body)
            client.close()
            [self._own[case.request, kind]] = self._recorder.mailboxes[mailbox]
        return self._own[case.request, kind]


@pytest.fixture(scope="module")
def proof(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proof]:
    with recording(most_requests=1_000_000) as recorder:
        yield Proof(recorder, tmp_path_factory)


def problem(name: str, case: Case, outcome: Outcome, received: list[Received], own: Received) -> str | None:
    """What is wrong with what a snippet did; None where nothing is."""
    program = rules.PROGRAMS[PROGRAMS[name][0]]
    if outcome.exit_code != 0:
        return f"ended with {outcome.exit_code}: {outcome.stderr[-600:]}"
    if len(received) != 1 + case.form.tool_loop:
        return f"sent {len(received)} requests"
    found = differences(received[0], own, number_types=program.number_types, sdk=program.sdk)
    if case.form.tool_loop:
        found += continuation(received[0], received[1], number_types=program.number_types)
    if found:
        return str(found[0])
    said = str(INPUT_TOKENS) if case.form.count_tokens else "" if case.form.parsed else ANSWER[7:]
    return None if said in outcome.stdout else f"printed {outcome.stdout[-300:]!r}"


def test_every_target_is_run() -> None:
    assert {PROGRAMS[name][0] for name in names_of(TARGETS)} == set(TARGETS)


@pytest.mark.parametrize("name", names_of(TARGETS))
def test_a_snippet_sends_what_the_client_sends(name: str, proof: Proof) -> None:
    ran = proof.of(name)
    counts = ran.counts()
    print(name, len(ran.outcomes), dict(counts))
    problems = {
        case.name: found
        for case, outcome in ran.outcomes.items()
        if (found := problem(name, case, outcome, proof.received(name, case), proof.own(case)))
    }
    told = "\n".join(f"{case}: {text}" for case, text in list(problems.items())[:12])
    assert not problems, f"{len(problems)} of {len(ran.outcomes)} in {ran.programs.root}:\n{told}"


@pytest.mark.parametrize("name", names_of(TARGETS))
def test_every_form_is_there_for_every_request_that_gives_a_reason(name: str, proof: Proof) -> None:
    ran = proof.of(name)
    for form in TARGETS[PROGRAMS[name][0]].forms:
        there = {case.request for case in ran.outcomes if case.form.chosen == {form}}
        if form in LEAST:
            assert len(there) >= LEAST[form], form
        else:
            assert there >= set(range(RICH)), form
    for stream in (False, True):
        there = {case.request for case in ran.outcomes if case.form == PLAIN and case.stream == stream}
        assert there == set(range(len(requests_by_chance())))


@pytest.mark.parametrize("name", names_of(TARGETS))
def test_nothing_of_a_request_is_executed(name: str, proof: Proof) -> None:
    ran = proof.of(name)
    for folder, files in ran.programs.folders.items():
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == files
    assert not [path for path in ran.programs.root.rglob("canary*") if "node_modules" not in path.parts]


@pytest.mark.parametrize("name", names_of(TARGETS))
def test_what_one_sees_of_a_snippet_is_all_there_is(name: str, proof: Proof) -> None:
    for case, source in proof.of(name).sources.items():
        seen = source.replace("\t", "") if name == "go" else source
        assert all(character.isprintable() or character == "\n" for character in seen), case.name
        assert source.endswith("\n"), case.name
        assert not source.endswith("\n\n"), case.name
        assert not [line for line in source.split("\n") if line.endswith(" ")], case.name


BROKEN = "half of \ud83d a character"
BODY: dict[str, Any] = {"model": "claude-opus-5-5", "max_tokens": 10, "messages": []}
PLACES: dict[str, dict[str, Any]] = {
    "system": {"system": BROKEN},
    "a turn": {"messages": [{"role": "user", "content": [{"type": "text", "text": BROKEN}]}]},
    "a tool's name": {"tools": [{"name": BROKEN, "input_schema": {"type": "object"}}]},
    "a schema": {"tools": [{"name": "x", "input_schema": {"properties": {BROKEN: {}}}}]},
    "a stop sequence": {"stop_sequences": [BROKEN]},
    "a field's name": {BROKEN: 1},
}


@pytest.mark.parametrize("key", TARGETS)
@pytest.mark.parametrize("place", PLACES)
def test_half_of_a_character_is_refused_clearly(key: str, place: str) -> None:
    with pytest.raises(ValueError, match="lone surrogate"):
        snippet(key, {**BODY, **PLACES[place]}, anthropic_version="2023-06-01")


@pytest.mark.parametrize("key", TARGETS)
def test_half_of_a_character_in_a_value_is_refused_clearly(key: str) -> None:
    body = {**BODY, "system": "{{x}}"}
    with pytest.raises(ValueError, match="lone surrogate"):
        snippet(key, body, anthropic_version="2023-06-01", form=Form(template=True), values={"x": BROKEN})


def test_no_field_and_no_kind_of_block_is_missing() -> None:
    body = everything()
    sent = {name for name in SENT if name != "stream"} | COUNTED_FIELDS  # Each is streamed and not.
    assert body.keys() >= sent | {"model", "max_tokens", "messages"}
    turns: Any = body["messages"]
    assert {block["type"] for turn in turns for block in turn["content"]} >= BLOCK.kinds.keys()
