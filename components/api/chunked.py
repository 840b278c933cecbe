"""Reading a chunked body many chunks at a time.

A server that streams sends each event in a chunk of its own, and the standard library and urllib3 make some
twenty calls for each. Measured: taking all chunks that are there doubles the events per CPU second.
"""

from __future__ import annotations

import http.client
import io
import socket
from typing import Any, Final, cast

_BUFFER_SIZE: Final = 65536


class ChunkedResponse(http.client.HTTPResponse):
    """The standard library's response, whose `read1` returns all whole chunks that have arrived."""

    chunk_left: int | None
    """Of the base class: None before a chunk's size, 0 before the line end that follows a chunk's data."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp.close()
        self.fp = cast(io.BufferedReader, sock.makefile("rb", _BUFFER_SIZE))

    def read1(self, n: int = -1) -> bytes:
        if self.chunked and self.fp is not None and not self.chunk_left and n:
            buffered = self.fp.peek()[: n if n > 0 else None]
            data, size, ended = _whole_chunks(buffered, first=self.chunk_left is None)
            if data:
                self.fp.read(size)
                self.chunk_left = None if ended else 0
                return data
        # A chunk that is not whole yet, the last one, an error: rare, and the base class knows them all.
        return super().read1(n)


def _whole_chunks(buffered: bytes, *, first: bool) -> tuple[bytes, int, bool]:
    """Return the data of the whole chunks, the bytes they take, and whether those end with a line end.

    `first` says that no line end of an earlier chunk comes before them.
    """
    pieces = []
    taken, ended = 0, first
    position = 0 if first else 2
    if first or buffered.startswith(b"\r\n"):
        while (line_end := buffered.find(b"\r\n", position)) >= 0:
            try:
                size = int(buffered[position:line_end], 16)
            except ValueError:  # Perhaps a chunk extension.
                break
            begin = line_end + 2
            end = begin + size
            if size <= 0 or end > len(buffered):
                break
            pieces.append(buffered[begin:end])
            position = end + 2
            ended = buffered[end:position] == b"\r\n"
            taken = position if ended else end
            if not ended:
                break
    return b"".join(pieces), taken, ended
