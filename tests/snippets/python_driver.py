"""Run Python files, each in a process of its own that has the SDK imported already.

    python python_driver.py one.py two.py …

`one.py` leaves `one.out` and `one.err`, and a line `one.py <exit code>` on the standard output. Importing the
SDK takes a second; `fork` pays it once instead of for each snippet.
"""

from __future__ import annotations

import os
import runpy
import sys
import traceback
from pathlib import Path

import anthropic


def run_as_program(path: Path) -> int:
    """Run a file with its output in files beside it and return its exit code."""
    process = os.fork()
    if process:
        return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    for number, suffix in ((1, ".out"), (2, ".err")):
        os.dup2(os.open(path.with_suffix(suffix), os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), number)
    code = 0
    try:
        runpy.run_path(str(path), run_name="__main__")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    with anthropic.Anthropic(api_key="unused") as warm:
        assert warm.messages  # loads what the SDK leaves for later
    for name in sys.argv[1:]:
        print(name, run_as_program(Path(name)), flush=True)
