"""The models a connection offers: asked once in the background, kept for the life of the process."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from components.api.client import Client
from components.api.errors import ApiError
from components.domain.catalogue import DEFAULT_MODEL, MODELS, find, merge
from components.domain.connection import Connection
from components.domain.findings import Edit, Finding, Fix
from components.domain.model import Model

_log = logging.getLogger(__name__)

ASK_AGAIN_AFTER_S: Final = 15.0


@dataclass(frozen=True, slots=True)
class ModelList:
    """What is known of a connection's models at this moment."""

    models: tuple[Model, ...] = ()
    loading: bool = False
    problem: str | None = None
    """Why the server's own list is missing: a sentence for the screen."""

    def get(self, model_id: str) -> Model:
        """The facts on a model; one that nobody knows has None for every fact."""
        for model in self.models:
            if model_id == model.id or model_id in model.aliases:
                return model
        return find(model_id) or Model(id=model_id)

    def not_listed(self, model_id: str) -> list[Finding]:
        """A notice when the server told its models and this is none of them."""
        known = [name for model in self.models for name in (model.id, *model.aliases)]
        if self.loading or self.problem or not known or model_id in known:
            return []
        offered = DEFAULT_MODEL if DEFAULT_MODEL in known else self.models[0].id
        return [
            Finding(
                rule="model_not_listed",
                path=("model",),
                message="",
                sentence=f"This server does not list “{model_id}” among its models.",
                fix=Fix(f"Use {offered}", (Edit(("model",), offered),)),
                severity="notice",
            )
        ]


def _fallback(connection: Connection) -> tuple[Model, ...]:
    today = datetime.now(UTC).date()
    if connection.is_service or connection.simulated:
        return tuple(model for model in MODELS if model.lifecycle_on(today) != "retired")
    return ()


@dataclass(slots=True)
class _Fetch:
    """One question to one server."""

    done: threading.Event = field(default_factory=threading.Event)
    found: ModelList | None = None
    at_s: float = 0.0
    """When the answer came; by the monotonic clock."""

    def stale(self, now_s: float) -> bool:
        failed = self.found is not None and self.found.problem is not None
        return failed and now_s - self.at_s > ASK_AGAIN_AFTER_S


class ModelDirectory:
    """Fetches `GET /v1/models` in a thread of its own, so that no page waits for a slow server."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._fetches: dict[Connection, _Fetch] = {}

    def of(self, connection: Connection, client: Callable[[], Client], *, wait_s: float = 0.0) -> ModelList:
        """Return the list; when it has to be fetched first, wait for it at most `wait_s` seconds.

        A list that could not be had is asked for again after a while.
        """
        with self._lock:
            fetch = self._fetches.get(connection)
            fresh = fetch is None or fetch.stale(self._clock())
            if fetch is None or fresh:
                fetch = self._fetches[connection] = _Fetch()
                threading.Thread(target=self._ask, args=(connection, client, fetch), daemon=True).start()
        if fresh:
            fetch.done.wait(wait_s)
        return fetch.found or ModelList(_fallback(connection), loading=True)

    def forget(self, connection: Connection) -> None:
        """Ask again next time."""
        with self._lock:
            self._fetches = {
                known: each for known, each in self._fetches.items() if known.id != connection.id
            }

    def _ask(self, connection: Connection, client: Callable[[], Client], fetch: _Fetch) -> None:
        try:
            fetch.found = ModelList(tuple(merge(info) for info in client().models()))
        except ApiError as error:
            fetch.found = ModelList(_fallback(connection), problem=str(error))
        except Exception as fault:
            _log.exception("The model list of %s could not be read.", connection.base_url)
            problem = f"The server's list could not be read ({type(fault).__name__})."
            fetch.found = ModelList(_fallback(connection), problem=problem)
        finally:
            fetch.at_s = self._clock()
            fetch.done.set()
