"""The server that snippets are run against, as the app itself has it; with room for all tests' requests."""

from __future__ import annotations

from functools import partial

from components.services.verification.recorder import ANSWER, Received, Recorder
from components.services.verification.recorder import recording as _recording

__all__ = ["ANSWER", "Received", "Recorder", "recording"]

recording = partial(_recording, most_requests=100_000)
