from __future__ import annotations

import os
import stat
import sys
import threading
import time
from pathlib import Path

import pytest

from components.services.verification import running
from components.services.verification.running import KEY, environment, run, work_folder

ONE_LIMIT_S = 30.0


def python(source: str) -> list[str]:
    return [sys.executable, "-c", source]


def test_a_program_is_heard_out(tmp_path: Path) -> None:
    source = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"
    ended = run(python(source), tmp_path, environment(tmp_path))
    assert (ended.exit_code, ended.stdout, ended.stderr, ended.ended_by) == (3, "out\n", "err\n", "itself")
    assert ended.output == "out\nerr"


def test_a_program_knows_nothing_of_this_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "the real one")
    for name in (
        "ANTHROPIC_AUTH_TOKEN",
        "HTTPS_PROXY",
        "all_proxy",
        "PYTHONPATH",
        "NODE_OPTIONS",
        "MY_SECRET",
    ):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("PATH", os.pathsep.join(["", ".", "relative", os.environ["PATH"]]))
    environ = environment(tmp_path, more={"GOENV": "off"})
    assert environ["ANTHROPIC_API_KEY"] == KEY
    assert {name for name in environ if not name.lower().startswith("no_proxy")} == {
        "PATH", "HOME", "TMPDIR", "LANG", "ANTHROPIC_API_KEY", "GOENV",
    }  # fmt: skip
    assert environ["HOME"] == environ["TMPDIR"] == str(tmp_path)
    assert all(Path(entry).is_absolute() for entry in environ["PATH"].split(os.pathsep))


def test_a_work_folder_is_this_users_alone_and_gone_afterwards() -> None:
    with work_folder() as folder:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        (folder / "file").touch()
    assert not folder.exists()


def child_writing_its_number(folder: Path) -> str:
    """A program whose child would live for a long time; both ignore the polite signals."""
    return (
        "import signal, subprocess, sys, time\n"
        "for each in (signal.SIGTERM, signal.SIGHUP): signal.signal(each, signal.SIG_IGN)\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"open({str(folder / 'child')!r}, 'w').write(str(child.pid))\n"
        "print('ready', flush=True)\n"
    )


def is_gone(folder: Path) -> bool:
    """Whether the child has ended, given a moment; one that nobody has waited for yet counts as ended."""
    number = int((folder / "child").read_text())
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.kill(number, 0)
        except ProcessLookupError:
            return True
        if (stats := Path(f"/proc/{number}/stat")).exists() and ") Z " in stats.read_text():
            return True
        time.sleep(0.01)
    return False


def test_what_takes_too_long_is_killed(tmp_path: Path) -> None:
    ended = run(python("import time; time.sleep(600)"), tmp_path, environment(tmp_path), time_limit_s=0.3)
    assert ended.ended_by == "time limit"
    assert ended.exit_code != 0


def test_what_is_cancelled_is_killed_with_all_it_has_started(tmp_path: Path) -> None:
    cancel = threading.Event()

    def when_it_is_ready() -> None:
        deadline = time.monotonic() + ONE_LIMIT_S
        while not (tmp_path / "ready").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        cancel.set()

    threading.Thread(target=when_it_is_ready).start()
    source = child_writing_its_number(tmp_path) + f"open({str(tmp_path / 'ready')!r}, 'w'); time.sleep(600)"
    ended = run(python(source), tmp_path, environment(tmp_path), cancel=cancel)
    assert ended.ended_by == "cancel"
    assert is_gone(tmp_path)


def test_what_a_program_leaves_running_is_killed(tmp_path: Path) -> None:
    ended = run(python(child_writing_its_number(tmp_path)), tmp_path, environment(tmp_path))
    assert (ended.ended_by, ended.exit_code) == ("itself", 0)
    assert is_gone(tmp_path)


def test_of_much_output_the_end_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = "import sys; sys.stdout.write('x' * 3_000_000 + 'end'); sys.stderr.buffer.write(b'\\xff')"
    ended = run(python(source), tmp_path, environment(tmp_path))
    assert ended.stdout == "x" * (running.OUTPUT_LIMIT - 3) + "end"
    assert ended.stderr == "\N{REPLACEMENT CHARACTER}"


def test_a_program_gets_no_input_and_may_close_its_output(tmp_path: Path) -> None:
    source = (
        "import os, sys; assert sys.stdin.read() == ''; os.close(1); os.close(2); import time; time.sleep(.2)"
    )
    assert run(python(source), tmp_path, environment(tmp_path)).exit_code == 0


def test_a_program_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="no-such"):
        run([str(tmp_path / "no-such")], tmp_path, environment(tmp_path))
