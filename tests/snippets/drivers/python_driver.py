"""Run Python files, each in a fork that has the SDK imported already: importing it takes a second.

    python python_driver.py jobs.json

`jobs.json` is a list of [working directory, file]. `file` leaves `file.out`, `file.err` and `file.code`.
"""

from __future__ import annotations

import json
import os
import runpy
import ssl
import sys
import traceback
from contextlib import suppress
from pathlib import Path

import anthropic
import requests


def run_as_program(folder: str, file: str) -> int:
    """Run a file with its output in files beside it and return its exit code."""
    process = os.fork()
    if process:
        return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    for number, suffix in ((1, ".out"), (2, ".err")):
        os.dup2(os.open(file + suffix, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), number)
    os.chdir(folder)
    code = 0
    try:
        runpy.run_path(file, run_name="__main__")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
        if isinstance(end.code, str):
            sys.stderr.write(end.code)
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def load() -> None:
    """Let the packages load what they leave for later."""
    assert requests.post
    # Two thirds of a client's time; nothing here is encrypted.
    ssl.SSLContext.load_verify_locations = lambda *_, **__: None
    nowhere = {"api_key": "unused", "base_url": "http://127.0.0.1:9", "max_retries": 0}
    body = {"model": "none", "max_tokens": 1, "messages": []}
    with anthropic.Anthropic(**nowhere) as client:
        for call in (client.messages.create, client.messages.parse):
            with suppress(anthropic.APIConnectionError):
                call(**body)
        with suppress(anthropic.APIConnectionError), client.messages.stream(**body):
            pass


if __name__ == "__main__":
    load()
    for folder, file in json.loads(Path(sys.argv[1]).read_text()):
        Path(file + ".code").write_text(str(run_as_program(folder, file)))
