"""Whether a snippet sends what the app sends: both are run here, against a recording server."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from components.api.errors import ApiError
from components.domain.connection import Auth, is_loopback
from components.domain.request import Request
from components.services.verification.answers import Answer
from components.services.verification.comparing import Difference, credential, differences
from components.services.verification.interpreters import Interpreter, Missing
from components.services.verification.own_side import own_request
from components.services.verification.programs import PROGRAMS, Program
from components.services.verification.recorder import Received, recording
from components.services.verification.running import KEY, TIME_LIMIT_S, Ended, environment, run, work_folder
from components.services.verification.tool_loop import continuation
from components.snippets.form import PLAIN, Form
from components.snippets.target import Snippet

__all__ = ["Difference", "NotVerifiable", "Verified", "Verifying", "may_verify", "run_snippet", "verify"]

_log = logging.getLogger(__name__)

Progress = Callable[[str], None]

_OUTPUT_SHOWN: Final = 2000
"""Characters of a program's output that are shown when something went wrong, of its end."""
_PROXY_HEADERS: Final = frozenset(
    {"forwarded", "via", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip"}
)


class NotVerifiable(Exception):
    """Nothing was found out. Its text says why, for the screen."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What one run of a snippet, or one in each shell, has shown."""

    equal: bool
    compared: tuple[str, ...]
    """Sentences: what was run, and what was looked at."""
    with_versions: str
    """The programs and packages that took part."""
    differences: tuple[Difference, ...]
    """Empty when `equal`. One `where` is `exit code` or `requests` when the program did not do its work."""
    output: str
    """The end of what the program wrote, where it is not equal."""
    seconds: float


def may_verify(server_address: str | None, headers: Mapping[str, str]) -> bool:
    """Whether programs may be run for this visitor: only one who sits at this machine.

    `server_address` is where the app listens (None: everywhere), `headers` are the visitor's. It is off when
    the app listens on more than loopback, when a proxy has passed the request on, and when the browser knows
    the app, or the page that the visitor reads, by another name than one of this machine.
    """
    if server_address is None or not is_loopback(server_address.strip("[]")):
        return False
    names = {name.lower(): value for name, value in headers.items()}
    if any(name in _PROXY_HEADERS or name.startswith("x-forwarded") for name in names):
        return False
    origin = names.get("origin", "").partition("://")[2]
    return is_loopback(_host_name(names.get("host", ""))) and (not origin or is_loopback(_host_name(origin)))


def _host_name(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if ":" in host else host


def verify(
    key: str,
    snippet_of: Callable[[str], Snippet],
    request: Request,
    *,
    auth: Auth = "x-api-key",
    form: Form = PLAIN,
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
    time_limit_s: float = TIME_LIMIT_S,
) -> Verified:
    """Run the snippet of target `key` and compare what it sends with what the app sends for `request`.

    `snippet_of` writes the snippet for a base URL; `form` is the one it is written in. Nothing is taken over
    from an earlier time. Raises `NotVerifiable`: no interpreter, no end within `time_limit_s` seconds (of
    each run), cancelled.
    """
    started = time.monotonic()
    cancel = cancel or threading.Event()
    say = progress or _nobody_looks
    program = PROGRAMS.get(key)
    if program is None:
        raise NotVerifiable("Programs of this kind cannot be run here.")
    say("Looking for what runs it …")
    found = program.find()
    if isinstance(found, Missing):
        raise NotVerifiable(found.reason)
    differing: list[Difference] = []
    titles: list[str] = []
    output = ""
    with recording() as recorder:
        try:
            own = own_request(request, recorder, KEY, auth=auth, count_tokens=form.count_tokens)
            own.body  # noqa: B018 - raises for what cannot be compared
        except (ApiError, ValueError) as cause:
            raise NotVerifiable(f"The app could not send this request itself. {cause}") from cause
        for number, interpreter in enumerate(found):
            mailbox = f"snippet-{number}"
            say(f"Running it with {interpreter.title} …")
            ended = _run(
                interpreter, snippet_of, recorder.base_url(mailbox, _answers(form)), cancel, time_limit_s
            )
            received = list(recorder.mailboxes[mailbox])
            differing = _judge(program, ended, received, own, loop=form.tool_loop)
            titles = [*titles, interpreter.title] if not differing else [interpreter.title]
            if differing:
                output = ended.output[-_OUTPUT_SHOWN:].replace(recorder.root, "http://127.0.0.1")
                break
    return Verified(
        equal=not differing,
        compared=tuple(_sentences(program, received, own, loop=form.tool_loop)),
        with_versions="; ".join(titles),
        differences=tuple(differing),
        output=output,
        seconds=time.monotonic() - started,
    )


def _nobody_looks(words: str) -> None:
    """What is said when no progress is asked for."""


def run_snippet(
    interpreter: Interpreter,
    snippet: Snippet,
    folder: Path,
    *,
    key: str = KEY,
    time_limit_s: float = TIME_LIMIT_S,
    cancel: threading.Event | None = None,
) -> Ended:
    """Write a snippet and its files into `folder`, which is empty, and run it there.

    Raises `OSError`, and `ValueError` for a file that would lie elsewhere.
    """
    work, home = folder / "snippet", folder / "home"
    for each in (work, home):
        each.mkdir(mode=0o700)
    (home / ".curlrc").touch()  # Without one in HOME, curl reads that of the user it runs as.
    for name, content in {**snippet.files, snippet.file_name: snippet.source.encode()}.items():
        if Path(name).name != name or name in ("", ".", ".."):
            raise ValueError(f"{name!r} is no name of a file beside the snippet.")
        (work / name).write_bytes(content)
    interpreter.prepare(work)
    environ = environment(home, key, interpreter.environment)
    deadline = time.monotonic() + time_limit_s
    if interpreter.build is not None:
        built = run(
            interpreter.build(snippet.file_name), work, environ, time_limit_s=time_limit_s, cancel=cancel
        )
        if built.exit_code != 0 or built.ended_by != "itself":
            return built
    left_s = max(0.0, deadline - time.monotonic())
    return run(interpreter.command(snippet.file_name), work, environ, time_limit_s=left_s, cancel=cancel)


def _run(
    interpreter: Interpreter,
    snippet_of: Callable[[str], Snippet],
    base_url: str,
    cancel: threading.Event,
    time_limit_s: float,
) -> Ended:
    try:
        snippet = snippet_of(base_url)
        with work_folder() as folder:
            ended = run_snippet(interpreter, snippet, folder, time_limit_s=time_limit_s, cancel=cancel)
    except ValueError as cause:
        raise NotVerifiable(str(cause)) from cause
    except OSError as cause:
        raise NotVerifiable(
            f"{interpreter.title} could not be started: {cause.strerror or cause}."
        ) from cause
    if ended.ended_by == "cancel":
        raise NotVerifiable("Stopped before there was a result.")
    if ended.ended_by == "time limit":
        raise NotVerifiable(f"The program was stopped: it had not ended within {time_limit_s:g} seconds.")
    return ended


def _answers(form: Form) -> tuple[Answer, ...]:
    last: Answer = "json" if form.parsed else "text"
    return ("tool_use", last) if form.tool_loop else (last,)


def _judge(
    program: Program, ended: Ended, received: list[Received], own: Received, *, loop: bool
) -> list[Difference]:
    found: list[Difference] = []
    if ended.exit_code != 0:
        found.append(Difference("exit code", str(ended.exit_code), "0"))
    expected = 2 if loop else 1
    if len(received) != expected:
        found.append(Difference("requests", str(len(received)), str(expected)))
    if received:
        found += differences(received[0], own, number_types=program.number_types, sdk=program.sdk)
    if loop and len(received) > 1:
        found += continuation(received[0], received[1], number_types=program.number_types)
    return found


def _sentences(program: Program, received: list[Received], own: Received, *, loop: bool) -> list[str]:
    """What was looked at."""
    if not received:
        return ["The program ran on this machine, but no request of it arrived: nothing could be compared."]
    headers = ", ".join(
        f"{name} {own.headers[name]}"
        for name in ("content-type", "anthropic-version", "anthropic-beta")
        if name in own.headers
    )
    numbers = "" if program.number_types else " (numbers by value: JavaScript has one type of them)"
    sentences = [
        "Both the program and the app's own client sent the request to a recording server on this machine. "
        "Only the base URL was another one, and the key a made-up one.",
        f"Method and path: {own.method} {own.path}.",
        f"Headers: {headers}.",
        f"The JSON body, {len(own.raw):,} bytes from the app: every field by value and type{numbers}.",
    ]
    if program.sdk and (credential(received[0]), credential(own)) == (("authorization",), ("x-api-key",)):
        sentences.append(
            "The key travels in another header, as this SDK wants it: authorization, where the app uses "
            "x-api-key. The service takes both."
        )
    if loop and len(received) > 1:
        sentences.append(
            "The second request of the loop: the first one, the answer unchanged, and a tool_result for each "
            "call."
        )
    return sentences


class Verifying:
    """A `verify` under way in a thread of its own; a page looks at it from time to time."""

    def __init__(self, work: Callable[[threading.Event, Progress], Verified]) -> None:
        """`work` is `verify` with everything but `cancel` and `progress`, which it is called with."""
        self.progress = "Starting …"
        """What it is doing, in words."""
        self.result: Verified | None = None
        self.problem: str | None = None
        """Why there is no result, for the screen."""
        self._work = work
        self._cancel = threading.Event()
        self._thread = threading.Thread(target=self._run, name="verify", daemon=True)
        self._thread.start()

    @property
    def done(self) -> bool:
        return self.result is not None or self.problem is not None

    def cancel(self) -> None:
        """End it; the program is killed at once."""
        self._cancel.set()

    def wait(self, seconds: float) -> bool:
        """Return whether it is done, after so many seconds at most."""
        self._thread.join(seconds)
        return self.done

    def _run(self) -> None:
        try:
            self.result = self._work(self._cancel, self._note)
        except NotVerifiable as problem:
            self.problem = str(problem)
        except Exception as fault:
            # Its text may hold parts of the request.
            _log.error("A snippet could not be verified: %s", type(fault).__name__)
            self.problem = f"A fault in the Workbench ended it ({type(fault).__name__})."

    def _note(self, words: str) -> None:
        self.progress = words
