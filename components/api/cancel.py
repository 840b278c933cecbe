"""Ending a call from another thread, whatever it is waiting for."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from queue import SimpleQueue

from components.api.errors import Cancelled

_SENTENCE = "Stopped. The part received is kept."


class CancelToken:
    """Given to calls; `cancel()` ends all of them, now and later. Safe from any thread."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._lines: set[Line] = set()
        self.cancelled = False
        """To be read only."""

    def __repr__(self) -> str:
        return f"CancelToken(cancelled={self.cancelled})"

    def cancel(self) -> None:
        with self._lock:
            self.cancelled = True
            self._event.set()
            lines = list(self._lines)
        for line in lines:
            line.cut()

    def wait(self, seconds: float) -> bool:
        """Sleep that long; return early, and True, when cancelled."""
        return self._event.wait(seconds)

    def check(self) -> None:
        """Raise `Cancelled` when cancelled."""
        if self.cancelled:
            raise Cancelled(_SENTENCE)

    def enter(self, line: Line) -> None:
        with self._lock:
            self._lines.add(line)

    def leave(self, line: Line) -> None:
        with self._lock:
            self._lines.discard(line)


class Line:
    """The way of one call to the server, held so that another thread can cut it.

    It holds a duplicate of the socket: shutting that down ends the connection in every phase, also in
    the middle of a TLS handshake and of a closing response, when the original is out of reach.
    """

    def __init__(self, token: CancelToken) -> None:
        self.token = token
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._give_up: Callable[[], None] | None = None
        token.enter(self)

    def connect(self, connect: Callable[[], socket.socket]) -> socket.socket:
        """Return `connect()`'s socket, held; or raise `Cancelled` at once, even while a name is looked up.

        The lookup and the connecting cannot be interrupted, so they run in a thread that may be left behind.
        """
        results: SimpleQueue[socket.socket | Exception | None] = SimpleQueue()
        with self._lock:
            self.token.check()
            self._give_up = lambda: results.put(None)
        left_behind = threading.Event()
        lock = threading.Lock()

        def work() -> None:
            try:
                result: socket.socket | Exception = connect()
            except Exception as error:
                result = error
            with lock:
                if not left_behind.is_set():
                    results.put(result)
                elif isinstance(result, socket.socket):
                    result.close()

        threading.Thread(target=work, name="api-connect", daemon=True).start()
        result = results.get()
        with self._lock:
            self._give_up = None
        if result is None:
            with lock:
                left_behind.set()
            if not results.empty():
                late = results.get()
                if isinstance(late, socket.socket):
                    late.close()
            self.token.check()
        if not isinstance(result, socket.socket):
            assert result is not None
            raise result
        try:
            self.hold(result)
        except BaseException:
            result.close()
            raise
        return result

    def hold(self, sock: socket.socket) -> None:
        """Take the socket the call goes over. Raises `Cancelled`."""
        duplicate = socket.fromfd(sock.fileno(), socket.AF_INET, socket.SOCK_STREAM)
        with self._lock:
            held, self._socket = self._socket, duplicate
        if held:
            held.close()
        self.token.check()

    def let_go(self) -> None:
        """The call is over: a later `cancel()` must not touch the connection, which others may use by now."""
        self.token.leave(self)
        with self._lock:
            held, self._socket = self._socket, None
        if held:
            held.close()

    def cut(self) -> None:
        with self._lock:
            if self._give_up:
                self._give_up()
            if self._socket:
                with contextlib.suppress(OSError):
                    self._socket.shutdown(socket.SHUT_RDWR)
