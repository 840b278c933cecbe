"""Running a program that must end: in a folder of its own, with little environment, for a limited time."""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Final, Literal

KEY: Final = "sk-of-nobody-for-a-trial-run"
"""What a program gets for a key."""
TIME_LIMIT_S: Final = 60.0
OUTPUT_LIMIT: Final = 64 * 1024
"""Bytes of each output that are kept, of its end."""

_READ_SIZE: Final = 65536
_POLL_S: Final = 0.05
_DRAIN_S: Final = 2.0
"""How long output may follow the end of the program."""

_POSIX: Final = os.name == "posix"
_NEEDED_ON_WINDOWS: Final = ("SYSTEMROOT", "PATHEXT", "COMSPEC", "TEMP", "TMP")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended."""

    exit_code: int
    stdout: str
    stderr: str
    ended_by: Literal["itself", "time limit", "cancel"] = "itself"

    @property
    def output(self) -> str:
        """Everything it wrote, errors last."""
        return "\n".join(text.rstrip() for text in (self.stdout, self.stderr) if text.strip())


@contextmanager
def work_folder() -> Iterator[Path]:
    """A folder that only this user may enter, and that is gone afterwards."""
    with TemporaryDirectory(prefix="workbench-", ignore_cleanup_errors=True) as folder:
        yield Path(folder).resolve()


def environment(home: Path, key: str = KEY, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a program may know: none of this user's settings for SDKs, proxies or interpreters."""
    path = os.environ.get("PATH", os.defpath).split(os.pathsep)
    kept = {} if _POSIX else {name: os.environ[name] for name in _NEEDED_ON_WINDOWS if name in os.environ}
    return {
        **kept,
        "PATH": os.pathsep.join(entry for entry in path if Path(entry).is_absolute()),
        "HOME": str(home),
        "TMPDIR": str(home),
        "LANG": "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8",
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
        "ANTHROPIC_API_KEY": key,
        **(more or {}),
    }


def run(
    command: Sequence[str],
    folder: Path,
    environ: Mapping[str, str],
    *,
    time_limit_s: float = TIME_LIMIT_S,
    output_limit: int = OUTPUT_LIMIT,
    cancel: threading.Event | None = None,
) -> Ended:
    """Run a program in `folder` to its end, or kill it and what it started. Raises `OSError`.

    It reads nothing and belongs to no terminal.
    """
    deadline = time.monotonic() + time_limit_s
    process = subprocess.Popen(
        list(command),
        cwd=folder,
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    _running.add(process)
    assert process.stdout is not None
    assert process.stderr is not None
    tails = [_Tail(process.stdout, output_limit), _Tail(process.stderr, output_limit)]
    ended_by: Literal["itself", "time limit", "cancel"] = "itself"
    try:
        while not _has_ended(process, tails[0]):
            if cancel is not None and cancel.is_set():
                ended_by = "cancel"
                break
            if time.monotonic() > deadline:
                ended_by = "time limit"
                break
    finally:
        _kill(process)
        process.wait()
        _running.discard(process)
        for tail in tails:
            tail.end()
    stdout, stderr = (tail.text for tail in tails)
    return Ended(process.returncode, stdout, stderr, ended_by)


def _has_ended(process: subprocess.Popen[bytes], output: _Tail) -> bool:
    """Look after a moment, or as soon as the output ends, which is when most programs do."""
    if not output.wait(_POLL_S):
        return process.poll() is not None
    try:
        process.wait(_POLL_S)
    except subprocess.TimeoutExpired:
        return False
    return True


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the program and everything in its process group, also what it has left running."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if _POSIX:
            os.killpg(process.pid, signal.SIGKILL)
        elif process.poll() is None:
            process.kill()


_running: Final[set[subprocess.Popen[bytes]]] = set()


@atexit.register
def _kill_all() -> None:
    """Programs in sessions of their own would outlive the app."""
    for process in list(_running):
        _kill(process)


class _Tail:
    """Reads a pipe to its end and keeps the last of it."""

    def __init__(self, pipe: IO[bytes], limit: int) -> None:
        self._pipe = pipe
        self._limit = limit
        self._kept = bytearray()
        self._thread = threading.Thread(target=self._read, name="output", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while data := os.read(self._pipe.fileno(), _READ_SIZE):
                self._kept += data
                if len(self._kept) > 2 * self._limit:
                    del self._kept[: -self._limit]

    def wait(self, seconds: float) -> bool:
        """Return whether it has read everything, after so many seconds at most."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def end(self) -> None:
        if self.wait(_DRAIN_S):
            self._pipe.close()

    @property
    def text(self) -> str:
        return self._kept[-self._limit :].decode("utf-8", "replace")
