"""Run Python files, each in a fork that has the SDK imported already: importing it takes a second.

    python python_driver.py jobs.json

`jobs.json` is a list of [working directory, file]. `file` leaves `file.out`, `file.err` and `file.code`.
"""

from __future__ import annotations

import asyncio
import json
import os
import runpy
import ssl
import sys
import traceback
from pathlib import Path

import anthropic
import httpx2
import requests

sys.path.insert(0, str(Path(__file__).parents[3]))

from components.services.verification import answers


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


TOOL = {"name": "x", "input_schema": {"type": "object"}}
BODY = {"model": "none", "max_tokens": 1, "messages": [], "tools": [TOOL]}


def answer(request: httpx2.Request) -> httpx2.Response:
    """An answer of the Messages API that does not come from anywhere."""
    body = json.loads(request.content)
    message = answers.message("tool_use", body)
    if body.get("stream"):
        return httpx2.Response(
            200, content=answers.events(message), headers={"content-type": "text/event-stream"}
        )
    return httpx2.Response(200, json=message)


async def ask() -> None:
    """Let the asynchronous client load what the SDK leaves for later."""
    transport = httpx2.MockTransport(answer)
    http_client = anthropic.DefaultAsyncHttpxClient(transport=transport)
    async with anthropic.AsyncAnthropic(api_key="unused", http_client=http_client) as client:
        await client.messages.create(**BODY)
        async with client.messages.stream(**BODY) as stream:
            await stream.get_final_message()


def load() -> None:
    """Let the packages load what they leave for later."""
    assert requests.post
    # Two thirds of a client's time; nothing here is encrypted.
    ssl.SSLContext.load_verify_locations = lambda *_, **__: None
    http_client = anthropic.DefaultHttpxClient(transport=httpx2.MockTransport(answer))
    with anthropic.Anthropic(api_key="unused", http_client=http_client) as client:
        client.messages.create(**BODY)
        client.messages.parse(**BODY)
        with client.messages.stream(**BODY) as stream:
            stream.get_final_message()
    asyncio.run(ask())


if __name__ == "__main__":
    load()
    for folder, file in json.loads(Path(sys.argv[1]).read_text()):
        Path(file + ".code").write_text(str(run_as_program(folder, file)))
