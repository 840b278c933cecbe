"""Which engines live: each holds a lock for the life of its process, and the system frees it at its death."""

from __future__ import annotations

import contextlib
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout


class Owner:
    """This process as the owner of runs. Raises `OSError` where `home` cannot be written."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "owners"
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.id = uuid4().hex
        # Held by the process, not by the thread that happens to start the engine.
        self._lock = FileLock(self._path(self.id), thread_local=False)
        self._lock.acquire()

    def is_alive(self, owner: str) -> bool:
        """Whether the process of this owner is still there; clears up after a dead one."""
        if owner == self.id:
            return True
        path = self._path(owner)
        if not path.exists():
            return False
        lock = FileLock(path, thread_local=False)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            return True
        _remove(path)
        lock.release()
        return False

    def clear_up(self) -> None:
        """Remove what dead processes left behind."""
        for path in self._folder.glob("*.lock"):
            self.is_alive(path.stem)

    def leave(self) -> None:
        _remove(self._path(self.id))
        self._lock.release()

    def _path(self, owner: str) -> Path:
        return self._folder / f"{owner}.lock"


def _remove(path: Path) -> None:
    """While the lock is held, so that an engine starting at this moment notices and makes its file anew.

    Windows refuses to remove an open file; there the empty file stays.
    """
    with contextlib.suppress(OSError):
        path.unlink()
