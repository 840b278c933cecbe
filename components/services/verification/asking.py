"""Asking programs of this machine who they are, within a few seconds for all questions together."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from components.services.verification.running import run, work_folder

ALL_WITHIN_S: Final = 5.0

_CHANGES_PROGRAMS: Final = re.compile(
    r"ANTHROPIC_.*|PYTHON.*|NODE_.*|RUBY(OPT|LIB)|GOFLAGS|_?JAVA_.*OPTIONS|JDK_JAVA_OPTIONS|BASH_ENV|ENV"
)
"""Variables that a snippet is run without, so that they must not answer for it either."""


class Asking:
    """One round of questions. The programs see this user's environment: version managers need it."""

    def __init__(self, within_s: float = ALL_WITHIN_S) -> None:
        self._deadline = time.monotonic() + within_s
        self._environ = {
            name: value for name, value in os.environ.items() if not _CHANGES_PROGRAMS.fullmatch(name)
        }

    def path(self, name: str) -> str | None:
        """The absolute path of a program, where it is installed."""
        found = shutil.which(name)
        return str(Path(found).absolute()) if found else None

    def lines(self, program: str | None, *arguments: str, errors: bool = False) -> Sequence[str]:
        """What a program prints, on its error output if asked; nothing where it fails or is too slow."""
        left_s = self._deadline - time.monotonic()
        if program is None or left_s <= 0:
            return ()
        try:
            with work_folder() as folder:
                ended = run([program, *arguments], folder, self._environ, time_limit_s=left_s)
        except OSError:
            return ()
        if ended.exit_code != 0:
            return ()
        return (ended.stderr if errors else ended.stdout).splitlines()


def number(version: str) -> tuple[int, ...]:
    """`"20.20.2"` as (20, 20, 2), to compare; what follows the numbers is left out."""
    found = re.match(r"\d+(\.\d+)*", version)
    return tuple(map(int, found[0].split("."))) if found else ()
