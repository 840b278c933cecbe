"""The program is killed at random moments while runs stream; nothing that was paid for is lost."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue

import pytest
from wire import Exchange, answer_events, framed, record, serve

from components.domain.answer import text_of
from components.domain.run import RunState
from components.services.runs import Engine
from components.store.database import open_database
from components.store.runs import Runs

TESTS = Path(__file__).parents[2]
HOMES = 4
KILLS_PER_HOME = 14
RUNS_PER_LIFE = 3
LONGEST_LIFE_S = 1.8
NO_OLDER_THAN_S = 0.5
WORDS = ["plain ", "naïve ", "漢字", "😀 ", "a\nb", '"q" ', "x" * 200 + " "]


@dataclass
class Answer:
    """What the server has sent for one prompt, and when."""

    pieces: list[str]
    sent_at: list[float] = field(default_factory=list)
    """A moment per piece, noted after it was sent."""
    finished: bool = False

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def owed(self, killed_at: float) -> str:
        """The text that had been sent long enough before the kill."""
        settled = [moment for moment in self.sent_at if moment <= killed_at - NO_OLDER_THAN_S]
        return "".join(self.pieces[: len(settled)])

    def age_of_loss_s(self, kept: str, killed_at: float) -> float:
        """How long before the kill the first lost piece had been sent; 0 when none was lost."""
        length = 0
        for piece, moment in zip(self.pieces, self.sent_at, strict=False):
            length += len(piece)
            if length > len(kept):
                return max(0.0, killed_at - moment)
        return 0.0


class Service:
    """Streams a different answer to each prompt, at an uneven pace: bursts, silences, short answers."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}

    def __call__(self, exchange: Exchange) -> None:
        prompt = str(json.loads(exchange.request.body)["messages"][0]["content"])
        chance = random.Random(prompt)
        long = chance.random() < 0.8
        pieces = chance.choices(WORDS, k=400 if long else chance.randint(1, 15))
        answer = self.answers[prompt] = Answer(pieces)
        head, start, opening, *middle = framed([record(each) for each in answer_events(*pieces)], "chunked")
        exchange.pause(chance.choice([0, 0, 0.02, 0.3]))
        for data in (head, start, opening):
            exchange.send(data)
        for data in middle[: len(pieces)]:
            exchange.pause(chance.choice([0, 0, 0.002, 0.01, 0.03]) if chance.random() < 0.99 else 0.8)
            exchange.send(data)
            answer.sent_at.append(time.monotonic())
        # Before, not after: the process may have stored the end by the time the call returns.
        answer.finished = True
        for data in middle[len(pieces) :]:
            exchange.send(data)


class Nursery:
    """Gives birth to processes of the program, cheaply."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._said: dict[str, Queue[list[object]]] = {}
        self._lock = threading.Lock()
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()

    def _listen(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            home, *words = json.loads(line)
            self._said[home].put(words)

    def give_birth(self, home: Path, base_url: str, prompts: list[str]) -> tuple[int, Queue[list[object]]]:
        """Return the process id, and what the process goes on to say."""
        assert self._process.stdin
        said = self._said[str(home)] = Queue()
        with self._lock:
            self._process.stdin.write(json.dumps([str(home), base_url, prompts]) + "\n")
            self._process.stdin.flush()
        word, pid = said.get(timeout=30)
        assert word == "born"
        return int(str(pid)), said


@contextmanager
def a_nursery() -> Iterator[Nursery]:
    environment = {**os.environ, "PYTHONPATH": str(TESTS.parent)}
    command = [sys.executable, str(Path(__file__).parent / "nursery.py")]
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        nursery = Nursery(process)
        try:
            yield nursery
        finally:
            # With the children that a failed check has left.
            os.killpg(process.pid, signal.SIGKILL)
            nursery.listener.join()


def kill(pid: int) -> float:
    """Kill, and wait until the process is gone; return the moment of the kill."""
    killed_at = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    until(lambda: not exists(pid))
    return killed_at


def exists(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.002)


@dataclass
class Tally:
    kills: int = 0
    runs: int = 0
    states: dict[RunState, int] = field(default_factory=dict)
    oldest_loss_s: float = 0.0

    def add(self, other: Tally) -> None:
        self.kills += other.kills
        self.runs += other.runs
        self.oldest_loss_s = max(self.oldest_loss_s, other.oldest_loss_s)
        for state, count in other.states.items():
            self.states[state] = self.states.get(state, 0) + count


def lives_of(home: Path, nursery: Nursery, base_url: str, service: Service) -> Tally:
    """Let the program live and be killed again and again over the same home; check after each death."""
    chance = random.Random(home.name)
    tally = Tally()
    seen: dict[str, object] = {}
    for life in range(KILLS_PER_HOME):
        prompts = [f"{home.name} {life} {number}" for number in range(RUNS_PER_LIFE)]
        pid, said = nursery.give_birth(home, base_url, prompts)
        # One in four dies while it opens the database or sends its first requests.
        time.sleep(chance.uniform(0, chance.choice([0.05, *[LONGEST_LIFE_S] * 3])))
        killed_at = kill(pid)
        tally.kills += 1
        started = {}
        while not said.empty():
            _, prompt, run_id = said.get()
            started[str(prompt)] = str(run_id)

        database = open_database(None, home)
        runs = Runs(database)
        Engine(runs, home=home, price=lambda *_: None).close()
        assert runs.open_runs() == []
        assert all(runs.get(run_id) == run for run_id, run in seen.items())
        for run in runs.iterate():
            if run.id in seen:
                continue
            seen[run.id] = run
            prompt = str(run.request.body["messages"][0]["content"])  # type: ignore[index,call-overload]
            started.pop(prompt, None)
            answer, kept = service.answers.get(prompt, Answer([])), text_of(run.message)
            assert answer.text.startswith(kept)
            age_s = answer.age_of_loss_s(kept, killed_at)
            assert kept.startswith(answer.owed(killed_at)), f"{prompt}: text {age_s:.2f} s old is lost"
            if run.state is RunState.COMPLETE:
                assert answer.finished
                assert kept == answer.text
            else:
                assert run.state is RunState.INTERRUPTED
                assert run.error
            tally.runs += 1
            tally.states[run.state] = tally.states.get(run.state, 0) + 1
            tally.oldest_loss_s = max(tally.oldest_loss_s, age_s)
        assert started == {}, "a run that was committed is missing"
        database.close()
    return tally


@pytest.mark.alone
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_no_kill_loses_a_run_or_text_older_than_half_a_second(tmp_path: Path) -> None:
    service, total = Service(), Tally()
    with serve(service) as server, a_nursery() as nursery, ThreadPoolExecutor(HOMES) as pool:
        homes = [tmp_path / f"home-{number}" for number in range(HOMES)]
        for tally in pool.map(lambda home: lives_of(home, nursery, server.base_url, service), homes):
            total.add(tally)
    print(total)
    assert total.kills >= 50
    assert total.states[RunState.INTERRUPTED] > 50
    assert total.states[RunState.COMPLETE] > 0
