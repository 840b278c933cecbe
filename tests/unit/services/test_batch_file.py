"""A comparison as files for Message Batches, and the command that sends them."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from components.domain.connection import SANDBOX_ID, SERVICE_URL, Connection
from components.domain.draft import Draft, Turn
from components.domain.findings import Finding
from components.domain.json_types import JsonObject
from components.services import batch_file
from components.services.batch_file import Batch, BatchColumn, Plan, plan

SERVICE = Connection("environment", "Environment", SERVICE_URL)
HOSTILE = 'It\'s "here" $(touch canary) `touch canary` \\n \x00 \u2028 \u202e 🦆\r\n]}, {{x}}'


def body(text: str = "Hi", **fields: Any) -> JsonObject:
    return {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": text}], **fields}


def column(
    letter: str,
    sent: JsonObject | None = None,
    betas: tuple[str, ...] = (),
    connection: Connection = SERVICE,
    **fields: Any,
) -> BatchColumn:
    return BatchColumn(letter, Draft.of_body(sent or body(), betas), connection, **fields)


def lines(batch: Batch) -> list[dict[str, Any]]:
    return [json.loads(line) for line in b"".join(batch.lines()).decode().split("\n")[:-1]]


def only(made: Plan) -> Batch:
    [batch] = made.batches
    return batch


def test_every_sample_of_every_column_is_a_line_with_an_id_of_its_own() -> None:
    batch = only(plan([column("A", body("One")), column("B", body("Two"))], 3))
    found = lines(batch)
    assert [line["custom_id"] for line in found] == ["A-1", "A-2", "A-3", "B-1", "B-2", "B-3"]
    assert all(re.fullmatch("[a-zA-Z0-9_-]{1,64}", line["custom_id"]) for line in found)
    assert [line["params"]["messages"][0]["content"] for line in found] == ["One"] * 3 + ["Two"] * 3
    assert batch.requests == 6


def test_params_are_the_body_without_stream_and_nothing_else() -> None:
    sent = body(HOSTILE, stream=True, top_k=2**64, nothing=None, nested={"": [1.0, -0.0, 1e-7]})
    made = plan([column("A", sent)], 1)
    [line] = lines(only(made))
    assert json.dumps(line["params"], sort_keys=True) == json.dumps(
        {name: value for name, value in sent.items() if name != "stream"}, sort_keys=True
    )
    assert any("stream" in note for note in made.notes)
    assert not any("stream" in note for note in plan([column("A")], 1).notes)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"speed": "fast"}, "“speed”"),
        ({"fallbacks": [{"model": "n"}]}, "“fallbacks”"),
        ({"max_tokens": 0}, "max_tokens of 0"),
        ({"system": "half \ud83e"}, "lone surrogate"),
    ],
)
def test_what_batches_do_not_take_leaves_its_column_out_and_says_so(
    fields: dict[str, Any], said: str
) -> None:
    made = plan([column("A"), column("B", body(**fields))], 1)
    assert list(only(made).params) == ["A"]
    [sentence] = made.refused
    assert sentence.startswith("Column B is left out. ")
    assert said in sentence
    assert sentence in made.text


UNFILLED = Draft(turns=[Turn(text="{{x}}")])
WRONG = Finding("rule", (), "wrong", "That is wrong.")
NEWER = Finding("shape", (), "here: Extra inputs are not permitted", "That is unknown.")


@pytest.mark.parametrize(
    ("about", "said"),
    [
        (BatchColumn("B", UNFILLED, SERVICE), "No value yet for {{x}}."),
        (BatchColumn("B", Draft(), SERVICE), "There is nothing in it yet."),
        (BatchColumn("B", Draft(turns=[Turn(text="a")], raw_json="{"), SERVICE), "Line 1, column 2"),
        (column("B", findings=[NEWER, WRONG]), "That is wrong."),
        (column("B", problem="A field is half typed."), "A field is half typed."),
    ],
)
def test_a_column_that_could_not_be_sent_at_all_is_left_out_and_says_why(
    about: BatchColumn, said: str
) -> None:
    made = plan([about], 2)
    assert made.batches == ()
    assert made.notes == ()
    [sentence] = made.refused
    assert said in sentence


def test_what_is_merely_not_known_here_may_go_into_a_batch() -> None:
    assert plan([column("A", findings=[NEWER])], 1).refused == ()


def test_columns_that_differ_in_headers_or_connection_have_files_of_their_own() -> None:
    newer = Connection("environment", "Environment", SERVICE_URL, "2026-10-21")
    other = Connection("other", "Other", "http://localhost:1", auth="bearer")
    columns = [
        column("A", betas=("one", "two")),
        column("B"),
        column("C", betas=("two", "one")),
        column("D", connection=newer),
        column("E", connection=other),
        column("F"),
    ]
    made = plan(columns, 1)
    assert [batch.name for batch in made.batches] == [
        "batch-A-C.jsonl",
        "batch-B-F.jsonl",
        "batch-D.jsonl",
        "batch-E.jsonl",
    ]
    assert [batch.betas for batch in made.batches] == [("one", "two"), (), (), ()]
    assert any("own files" in note for note in made.notes)
    assert any("another server" in note for note in made.notes)
    with zipfile.ZipFile(io.BytesIO(made.archive())) as packed:
        assert packed.namelist() == ["batch/README.txt", *(f"batch/{each.name}" for each in made.batches)]
        told = packed.read("batch/README.txt").decode()
    assert "batch-A-C.jsonl: Columns A, C, 2 requests, anthropic-version 2023-06-01, betas one, two" in told
    assert "batch-D.jsonl: Column D, 1 requests, anthropic-version 2026-10-21" in told


def test_from_the_sandbox_the_command_goes_to_the_service_and_says_so() -> None:
    made = plan([column("A", connection=Connection(SANDBOX_ID, "Sandbox", "http://localhost:1/sandbox"))], 1)
    assert f"{SERVICE_URL}/v1/messages/batches" in only(made).command
    assert any("sandbox" in note for note in made.notes)


def test_tokens_of_mcp_servers_stay_and_it_is_said() -> None:
    servers = [{"type": "url", "url": "https://x", "authorization_token": "secret"}]
    made = plan([column("A", body(mcp_servers=servers))], 1)
    assert lines(only(made))[0]["params"]["mcp_servers"] == servers
    assert any("keep it secret" in note for note in made.notes)


def test_a_batch_that_would_be_too_large_is_refused_before_it_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    exact = only(plan([column("A"), column("B")], 20))
    frame = len('{"requests":[]}')
    assert exact.size_bytes - len(b"".join(exact.lines())) - frame in range(2 * 9 + 1), "ids of one digit"
    monkeypatch.setattr(batch_file, "MOST_BYTES", exact.size_bytes - 1)
    made = plan([column("A"), column("B")], 20)
    assert made.batches == ()
    assert "take fewer samples" in made.refused[0]
    monkeypatch.setattr(batch_file, "MOST_REQUESTS", 39)
    assert "40 requests" in plan([column("A"), column("B")], 20).refused[0]


class Inbox(BaseHTTPRequestHandler):
    received: list[tuple[str, dict[str, str], bytes]]

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.received.append((self.path, headers, raw))
        answer = b'{"id":"msgbatch_1"}'
        self.send_response(400 if "refuse" in self.path else 200)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Nothing: the tests' output stays clean."""


@pytest.fixture
def inbox() -> Iterator[tuple[str, list[tuple[str, dict[str, str], bytes]]]]:
    """A server that notes what it gets, and its base URL."""
    handler = type("Handler", (Inbox,), {"received": []})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", handler.received  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()
    thread.join()


def send(made: Plan, folder: Path, shell: str) -> subprocess.CompletedProcess[str]:
    """Unpack the archive and run the command as the text in it says."""
    with zipfile.ZipFile(io.BytesIO(made.archive())) as packed:
        packed.extractall(folder)
    text = (folder / "batch" / "README.txt").read_text(encoding="utf-8")
    command = only(made).command
    assert command in text
    environment = {"PATH": os.environ["PATH"], "ANTHROPIC_API_KEY": "sk-test", "NO_PROXY": "127.0.0.1"}
    return subprocess.run(
        [shell, "-c", command],
        cwd=folder / "batch",
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.mark.parametrize("shell", ["dash", "bash"])
@pytest.mark.parametrize("columns", [1, 3])
def test_the_command_sends_the_file_as_one_batch(
    inbox: tuple[str, Any], tmp_path: Path, shell: str, columns: int
) -> None:
    url, received = inbox
    over = Connection("other", "Other", url)
    wide = body(HOSTILE + "x" * 200_000, stream=True)
    made = plan(
        [column(letter, wide, betas=("one", "two"), connection=over) for letter in "ABC"[:columns]], 2
    )
    ran = send(made, tmp_path, shell)
    assert ran.returncode == 0, ran.stderr
    assert "msgbatch_1" in ran.stdout
    [(path, headers, raw)] = received
    assert path == "/v1/messages/batches"
    assert headers["x-api-key"] == "sk-test"
    assert headers["anthropic-version"] == "2023-06-01"
    assert headers["anthropic-beta"] == "one,two"
    assert headers["content-type"] == "application/json"
    assert json.loads(raw) == {"requests": lines(only(made))}
    assert len(raw) <= only(made).size_bytes + len("\n")
    assert not list(tmp_path.rglob("canary"))


def test_a_refusal_ends_the_command_with_an_error_and_what_was_said(
    inbox: tuple[str, Any], tmp_path: Path
) -> None:
    url, received = inbox
    made = plan([column("A", connection=Connection("o", "O", f"{url}/refuse", auth="bearer"))], 1)
    ran = send(made, tmp_path, "sh")
    assert ran.returncode != 0
    assert "msgbatch_1" in ran.stdout
    assert received[0][1]["authorization"] == "Bearer sk-test"
