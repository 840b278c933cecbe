"""Server-sent events from raw bytes. No HTTP, no JSON.

Source: HTML Standard, section "Server-sent events" (parsing and interpreting an event stream).
"""

from __future__ import annotations

from typing import TypeAlias

ServerSentEvent: TypeAlias = tuple[str, str]
"""The `event:` field ("" when there is none), and the `data:` lines joined by line feeds."""


class SseParser:
    """Turns chunks of bytes, cut anywhere, into events; each event comes out with its last byte."""

    def __init__(self) -> None:
        self._cut_line: list[bytes] = []
        self._after_cr = False
        self._at_start = True
        self._event = ""
        self._data: list[str] = []

    def feed(self, chunk: bytes) -> list[ServerSentEvent]:
        """Return the events that `chunk` completes."""
        if self._after_cr and chunk:
            self._after_cr = False
            chunk = chunk.removeprefix(b"\n")
        if b"\r" in chunk:
            self._after_cr = chunk.endswith(b"\r")
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        lines, newline, rest = chunk.rpartition(b"\n")
        if not newline:
            if chunk:
                self._cut_line.append(chunk)
            return []
        if self._cut_line:
            lines = b"".join(self._cut_line) + lines
            self._cut_line.clear()
        if rest:
            self._cut_line.append(rest)
        return self._read(lines)

    def finish(self) -> list[ServerSentEvent]:
        """Return the event that the end of the stream left without its blank line, if any.

        The standard discards it, since it may be cut; real servers end a stream this way. A caller that
        takes it has to see for itself that the data is whole.
        """
        line, self._cut_line = b"".join(self._cut_line), []
        return self._read(line + b"\n")

    def _read(self, lines: bytes) -> list[ServerSentEvent]:
        text = lines.decode("utf-8", "replace")
        if self._at_start:
            self._at_start = False
            text = text.removeprefix("\ufeff")
        events = []
        data = self._data
        # Not splitlines: U+2028 and its like end no line here.
        for line in text.split("\n"):
            if line.startswith("data:"):
                data.append(line[6:] if line.startswith("data: ") else line[5:])
            elif not line:
                if data:
                    events.append((self._event, "\n".join(data) if len(data) > 1 else data[0]))
                    data.clear()
                self._event = ""
            elif line.startswith("event:"):
                self._event = line[6:].removeprefix(" ")
            elif line == "data":
                data.append("")
        return events
