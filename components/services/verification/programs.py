"""How the snippets of each target are run on this machine, if they can be."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, TypeAlias

from components.services.verification import interpreters, node
from components.services.verification.asking import Asking
from components.services.verification.interpreters import Interpreter, Missing

__all__ = ["PROGRAMS", "Interpreter", "Missing", "Program"]

_FOUND_FOR_S: Final = 60.0

Found: TypeAlias = tuple[Interpreter, ...] | Missing


@dataclass(slots=True)
class Program:
    """What runs the snippets of one target."""

    _find: Callable[[Asking], Found]
    sdk: bool = False
    """An official SDK sends the request: it chooses the header that the key travels in."""
    number_types: bool = True
    """False where the language has one type of number, so that 1.0 is written as 1."""
    _found: tuple[float, Found] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def find(self, clock: Callable[[], float] = time.monotonic) -> Found:
        """Return the interpreters that a snippet is run under, each of them, or what is missing.

        Takes up to 5 s the first time, and is remembered for a minute.
        """
        with self._lock:
            if self._found is None or clock() - self._found[0] >= _FOUND_FOR_S:
                self._found = clock(), self._find(Asking())
            return self._found[1]


PROGRAMS: Final[Mapping[str, Program]] = MappingProxyType(
    {
        "curl": Program(interpreters.shells),
        "python": Program(interpreters.python_with("anthropic"), sdk=True),
        "python-async": Program(interpreters.python_with("anthropic"), sdk=True),
        "python-requests": Program(interpreters.python_with("requests")),
        "typescript": Program(node.typescript, sdk=True, number_types=False),
        "javascript": Program(node.javascript, number_types=False),
        "go": Program(interpreters.go),
        "java": Program(interpreters.java),
        "ruby": Program(interpreters.ruby),
        "php": Program(interpreters.php),
    }
)
"""By the targets' keys."""
