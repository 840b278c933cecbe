"""Six columns at once cost little, and each can be stopped meanwhile."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[1] / "bench" / "six_columns.py"


@pytest.mark.alone
@pytest.mark.timeout(300)
@pytest.mark.skipif(not Path("/proc").exists(), reason="the time of a process is read from /proc")
def test_six_streaming_columns_leave_the_server_at_ease_and_can_be_stopped() -> None:
    clicks = "0"  # How long these take is for a machine that does nothing else.
    done = subprocess.run([sys.executable, str(BENCH), clicks], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    measured = dict(line.split(": ") for line in done.stdout.splitlines())
    assert float(measured["cpu"]) < 1
    assert float(measured["stop_ms"]) > 0
