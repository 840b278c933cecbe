"""Run by the kill test: imports the program once, then forks a process for each line of its input.

Such a process opens the database in its home, starts runs, says what it did on the output, one JSON array a
line, and streams until it is killed.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from pathlib import Path

import alembic.command  # noqa: F401 - so that a fork need not

from components.api.client import Client
from components.domain.request import Request
from components.services.runs import Engine
from components.store.database import open_database
from components.store.runs import Runs


def say(*words: object) -> None:
    """One write, so that lines of several processes do not mix."""
    os.write(1, (json.dumps(words) + "\n").encode())


def live(home: str, base_url: str, prompts: list[str]) -> None:
    say(home, "born", os.getpid())
    engine = Engine(Runs(open_database(None, Path(home))), home=Path(home), price=lambda *_: None)
    client = Client(base_url, "sk-none")
    for prompt in prompts:
        turn = {"role": "user", "content": prompt}
        request = Request.of({"model": "m", "max_tokens": 100, "messages": [turn], "stream": True})
        run_id = engine.start(request, client=client, connection_name="Kill", base_url=base_url)
        say(home, "started", prompt, run_id)
    threading.Event().wait()


if __name__ == "__main__":
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        if os.fork() == 0:
            live(*json.loads(line))
