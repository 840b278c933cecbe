from __future__ import annotations

import json
import os
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from snippets.cases import case

from components.domain.request import Request
from components.services.verification import verify as verifying
from components.services.verification.comparing import Difference
from components.services.verification.interpreters import Missing
from components.services.verification.programs import PROGRAMS, Program
from components.services.verification.running import KEY, work_folder
from components.services.verification.verify import (
    NotVerifiable,
    Verified,
    Verifying,
    may_verify,
    run_snippet,
    verify,
)
from components.snippets import Form, Snippet, snippet

KIND = "python-requests"
"""Snippets of this kind are run by the Python that runs the tests."""
BODY: dict[str, Any] = {"model": "m", "max_tokens": 5, "messages": [{"role": "user", "content": "Hi “you”"}]}
TOOLS: dict[str, Any] = {
    **BODY,
    "tools": [
        {
            "name": "look",
            "input_schema": {"type": "object", "properties": {"q": {"type": "string"}}, "required": ["q"]},
        }
    ],
}


def a_request(body: dict[str, Any] | None = None) -> Request:
    return Request.of(body or BODY, anthropic_version="2026-10-21", betas=("a-1", "b-2"))


def made(key: str, request: Request, form: Form = Form(), **options: Any) -> Callable[[str], Snippet]:  # noqa: B008
    """Snippets as the dialog has them."""
    return lambda base_url: snippet(
        key,
        request.body,
        anthropic_version=request.anthropic_version,
        betas=request.betas,
        base_url=base_url,
        form=form,
        **options,
    )


SENDING = """\
import json, os, sys, time
from urllib.request import Request, urlopen

def send(body, path="/v1/messages", **headers):
    headers = {
        "content-type": "application/json", "x-api-key": os.environ["ANTHROPIC_API_KEY"],
        "anthropic-version": "2026-10-21", "anthropic-beta": "a-1,b-2", **headers,
    }
    with urlopen(Request("%s" + path, json.dumps(body).encode(), headers, method="POST")) as answer:
        return json.load(answer)

BODY = json.loads(%r)
"""


def written(program: str) -> Callable[[str], Snippet]:
    """A program that may `send(BODY)`."""

    def of(base_url: str) -> Snippet:
        head = SENDING % (base_url, json.dumps(BODY))
        return Snippet(head + textwrap.dedent(program), "request.py")

    return of


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("key", [KIND, "curl"])
def test_a_snippet_that_sends_the_same_request_is_equal(key: str, stream: bool) -> None:
    request = a_request({**BODY, "stream": True} if stream else BODY)
    said: list[str] = []
    result = verify(key, made(key, request), request, progress=said.append)
    assert (result.equal, result.differences, result.output) == (True, (), "")
    assert result.seconds > 0
    assert said[0] == "Looking for what runs it …"
    assert f"Running it with {result.with_versions.split(';')[0]} …" in said
    assert result.compared[1:3] == (
        "Method and path: POST /v1/messages.",
        "Headers: content-type application/json, anthropic-version 2026-10-21, anthropic-beta a-1,b-2.",
    )
    assert f"{len(request.body_json.encode())} bytes" in result.compared[3]


def test_the_comparison_is_with_the_bytes_a_run_sends(monkeypatch: pytest.MonkeyPatch) -> None:
    body_json = '{"messages":[],"max_tokens":1.0, "model":"m"}'
    request = Request(body_json, "2026-10-21", ("a-1", "b-2"))
    result = verify(KIND, written('send({"model": "m", "max_tokens": 1, "messages": []})'), request)
    assert result.differences == (Difference("$.max_tokens", "1", "1.0"),)


def test_a_curl_snippet_is_run_under_every_shell() -> None:
    request = a_request()
    result = verify("curl", made("curl", request), request)
    shells = PROGRAMS["curl"].find()
    assert not isinstance(shells, Missing)
    assert result.with_versions == "; ".join(each.title for each in shells)


def test_tokens_are_counted_on_both_sides() -> None:
    request = a_request({**BODY, "stream": True})
    form = Form(count_tokens=True)
    result = verify(KIND, made(KIND, request, form), request, form=form)
    assert result.equal
    assert "POST /v1/messages/count_tokens" in result.compared[1]


@pytest.mark.parametrize("key", [KIND, "curl"])
def test_files_lie_beside_the_snippet_and_arguments_have_their_values(key: str) -> None:
    files = case("attachments").body
    template = {**files, "system": "Answer {{name}} in {{the language}}."}
    values = {"name": "J. O'Hara $(touch canary)", "the language": "{{name}}"}
    filled = {**files, "system": "Answer J. O'Hara $(touch canary) in {{name}}."}
    request = a_request(filled)
    form = Form(template=True, attachments=True)
    result = verify(key, made(key, a_request(template), form, values=values), request, form=form)
    assert result.equal, result.differences


@pytest.mark.parametrize("auth", ["x-api-key", "bearer"])
def test_the_key_travels_as_the_connection_says(auth: Any) -> None:
    request = a_request()
    assert verify(KIND, made(KIND, request, auth=auth), request, auth=auth).equal
    other = verify(
        KIND, made(KIND, request, auth=auth), request, auth="bearer" if auth == "x-api-key" else "x-api-key"
    )
    assert [each.where for each in other.differences] == ["header with the key"]


def test_a_difference_is_shown_with_its_place() -> None:
    result = verify(
        KIND, written('send({**BODY, "messages": [{"role": "user", "content": "Hi"}]})'), a_request()
    )
    assert not result.equal
    assert result.differences == (Difference("$.messages[0].content", '"Hi"', '"Hi “you”"'),)
    assert result.with_versions.startswith("Python ")


def test_a_header_that_is_not_the_apps_is_a_difference() -> None:
    program = 'send(BODY, **{"anthropic-version": "2023-06-01"})'
    result = verify(KIND, written(program), a_request())
    assert result.differences == (Difference("header anthropic-version", "2023-06-01", "2026-10-21"),)


def test_a_program_that_fails_is_not_equal_and_its_last_words_are_shown() -> None:
    program = 'send(BODY); print("x" * 5000); sys.exit("It was me, indeed")'
    result = verify(KIND, written(program), a_request())
    assert not result.equal
    assert result.differences == (Difference("exit code", "1", "0"),)
    assert result.output.endswith("It was me, indeed")
    assert len(result.output) == 2000


def test_a_program_that_sends_nothing_is_not_equal() -> None:
    result = verify(KIND, written('print("done")'), a_request())
    assert not result.equal
    assert result.differences == (Difference("requests", "0", "1"),)
    assert result.output == "done"
    assert len(result.compared) == 1
    assert "nothing could be compared" in result.compared[0]


def test_a_program_that_sends_twice_is_not_equal() -> None:
    result = verify(KIND, written("send(BODY); send(BODY)"), a_request())
    assert result.differences == (Difference("requests", "2", "1"),)


def test_a_request_to_another_path_is_a_difference() -> None:
    result = verify(KIND, written('send(BODY, "/v1/other")'), a_request())
    assert Difference("path", "/v1/other", "/v1/messages") in result.differences
    assert "404" in result.output


def test_the_address_of_the_recorder_is_not_shown() -> None:
    result = verify(KIND, lambda url: Snippet(f"exit('no answer at {url}')", "request.py"), a_request())
    assert result.output == "no answer at http://127.0.0.1/snippet-0"


LOOP = """
    body = {**BODY, "tools": %r}
    first = send(body)
    assert first["stop_reason"] == "tool_use"
    calls = [block for block in first["content"] if block["type"] == "tool_use"]
    results = [{"type": "tool_result", "tool_use_id": call["id"], "content": "?"} for call in calls]
    more = [{"role": "assistant", "content": first["content"]}, {"role": "user", "content": results%s}]
    last = send({**body, "messages": [*body["messages"], *more]})
    assert last["stop_reason"] == "end_turn"
"""


def test_a_tool_loop_is_followed_to_its_second_request() -> None:
    request = a_request(TOOLS)
    result = verify(KIND, written(LOOP % (TOOLS["tools"], "")), request, form=Form(tool_loop=True))
    assert result.equal, (result.differences, result.output)
    assert result.compared[-1].startswith("The second request of the loop")


def test_a_tool_loop_that_answers_one_call_of_two_is_not_equal() -> None:
    request = a_request(TOOLS)
    result = verify(KIND, written(LOOP % (TOOLS["tools"], "[:1]")), request, form=Form(tool_loop=True))
    assert [each.where for each in result.differences] == ["second request, $.messages[2].answers[1]"]


def test_a_tool_loop_that_stops_is_not_equal() -> None:
    program = written(f"send({{**BODY, 'tools': {TOOLS['tools']!r}}})")
    result = verify(KIND, program, a_request(TOOLS), form=Form(tool_loop=True))
    assert result.differences == (Difference("requests", "1", "2"),)


def test_the_sdk_may_choose_the_header_of_the_key_and_that_is_said() -> None:
    request = a_request()
    result = verify("python", made("python", request), request)
    assert result.equal, (result.differences, result.output)
    assert "anthropic 2." in result.with_versions
    assert result.compared[-1].startswith("The key travels in another header")


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    programs = {"cobol": Program(lambda _: Missing("COBOL is not on the PATH here."))}
    monkeypatch.setattr(verifying, "PROGRAMS", programs)
    with pytest.raises(NotVerifiable, match=r"^COBOL is not on the PATH here\.$"):
        verify("cobol", written(""), a_request())
    with pytest.raises(NotVerifiable, match="cannot be run here"):
        verify("fortran", written(""), a_request())


def test_a_snippet_that_cannot_be_written_is_said() -> None:
    request = a_request()
    with pytest.raises(NotVerifiable, match="no tool of your own"):
        verify("python", made("python", request, Form(tool_loop=True)), request, form=Form(tool_loop=True))


def test_a_program_that_does_not_end_is_stopped() -> None:
    with pytest.raises(NotVerifiable, match=r"had not ended within 0\.5 seconds"):
        verify(KIND, written("send(BODY); time.sleep(600)"), a_request(), time_limit_s=0.5)


def test_nothing_of_a_run_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert verify(KIND, written('open("left", "w").write("x"); send(BODY)'), a_request()).equal
    with pytest.raises(NotVerifiable):
        verify(KIND, written('open("left", "w").write("x"); time.sleep(600)'), a_request(), time_limit_s=0.5)
    assert list(tmp_path.iterdir()) == []


def test_a_program_gets_the_made_up_key_and_nothing_of_this_user(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_BASE_URL", "MY_SECRET"):
        monkeypatch.setenv(name, "the real one")
    program = (
        'print(sorted(os.environ.values()), os.environ["ANTHROPIC_API_KEY"], os.environ["HOME"]); sys.exit(1)'
    )
    output = verify(KIND, written(program), a_request()).output
    assert "the real one" not in output
    assert KEY in output
    assert os.environ["HOME"] + "\n" not in output + "\n"


@pytest.mark.parametrize("name", ["../elsewhere", "a/b", "..", ""])
def test_a_file_may_only_stand_beside_the_snippet(name: str) -> None:
    found = PROGRAMS[KIND].find()
    assert not isinstance(found, Missing)
    with work_folder() as folder, pytest.raises(ValueError, match="is no name of a file"):
        run_snippet(found[0], Snippet("", "request.py", {name: b""}), folder)


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_it_may_run_in_a_thread_of_its_own_and_be_looked_at() -> None:
    request = a_request()
    under_way = Verifying(
        lambda cancel, progress: verify(KIND, made(KIND, request), request, cancel=cancel, progress=progress)
    )
    assert under_way.wait(60)
    assert under_way.result is not None
    assert under_way.result.equal
    assert under_way.problem is None
    assert under_way.progress.startswith("Running it with Python")


def test_cancelling_ends_the_program_and_says_so(tmp_path: Path) -> None:
    started = tmp_path / "started"
    program = written(f"open({str(started)!r}, 'w').close(); time.sleep(600)")
    under_way = Verifying(lambda cancel, _: verify(KIND, program, a_request(), cancel=cancel))
    wait_for(started.exists)
    assert not under_way.done
    under_way.cancel()
    assert under_way.wait(30)
    assert (under_way.result, under_way.problem) == (None, "Stopped before there was a result.")


def test_a_fault_ends_in_words_that_hold_nothing_of_the_request(caplog: pytest.LogCaptureFixture) -> None:
    def work(cancel: threading.Event, progress: Callable[[str], None]) -> Verified:
        raise RuntimeError("secret text")

    under_way = Verifying(work)
    assert under_way.wait(30)
    assert under_way.problem == "A fault in the Workbench ended it (RuntimeError)."
    assert "secret text" not in caplog.text


LOCAL = {"Host": "localhost:8501"}


@pytest.mark.parametrize("address", ["localhost", "127.0.0.1", "::1", "[::1]", "127.9.9.9"])
@pytest.mark.parametrize("host", ["localhost:8501", "localhost", "127.0.0.1:8501", "[::1]:8501", "[::1]"])
def test_who_sits_at_this_machine_may_verify(address: str, host: str) -> None:
    assert may_verify(address, {"host": host, "User-Agent": "x"})


@pytest.mark.parametrize("address", [None, "", "0.0.0.0", "::", "192.0.2.1", "workbench.example"])
def test_nobody_may_verify_when_the_app_listens_beyond_this_machine(address: str | None) -> None:
    assert not may_verify(address, LOCAL)


@pytest.mark.parametrize(
    "header",
    [
        "X-Forwarded-For",
        "x-forwarded-host",
        "X-FORWARDED-PROTO",
        "Forwarded",
        "Via",
        "X-Real-IP",
        "X-Forwarded",
    ],
)
def test_nobody_may_verify_through_a_proxy(header: str) -> None:
    assert not may_verify("localhost", {**LOCAL, header: "127.0.0.1"})


@pytest.mark.parametrize(
    "host",
    [
        "workbench.example",
        "192.0.2.1:8501",
        "localhost.example:80",
        "",
        "127.0.0.1.example",
        "[fe80::1]:80",
        ":80",
    ],
)
def test_nobody_may_verify_under_another_name(host: str) -> None:
    assert not may_verify("localhost", {"Host": host})


def test_nobody_may_verify_who_names_no_host() -> None:
    assert not may_verify("localhost", {})


@pytest.mark.parametrize("origin", ["https://team.example", "http://192.0.2.1:8501"])
def test_nobody_may_verify_from_a_page_of_another_name(origin: str) -> None:
    assert may_verify("localhost", {**LOCAL, "Origin": "http://localhost:8501"})
    assert not may_verify("localhost", {**LOCAL, "Origin": origin})
