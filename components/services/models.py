"""The models a connection offers: asked once in the background, kept for the life of the process."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from components.api.client import Client
from components.api.errors import ApiError
from components.domain.catalogue import MODELS, find, merge
from components.domain.connection import Connection
from components.domain.model import Model


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


def _fallback(connection: Connection) -> tuple[Model, ...]:
    today = datetime.now(UTC).date()
    if connection.is_service or connection.simulated:
        return tuple(model for model in MODELS if model.lifecycle_on(today) != "retired")
    return ()


class ModelDirectory:
    """Fetches `GET /v1/models` in a thread of its own, so that no page waits for a slow server."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lists: dict[Connection, tuple[threading.Event, list[ModelList]]] = {}

    def of(self, connection: Connection, client: Callable[[], Client], *, wait_s: float = 0.0) -> ModelList:
        """Return the list, after at most `wait_s` seconds if it has to be fetched first."""
        with self._lock:
            entry = self._lists.get(connection)
            if entry is None:
                entry = self._lists[connection] = (threading.Event(), [])
                threading.Thread(target=self._fetch, args=(connection, client(), *entry), daemon=True).start()
        done, found = entry
        done.wait(wait_s)
        return found[0] if found else ModelList(_fallback(connection), loading=True)

    def forget(self, connection: Connection) -> None:
        """Ask again next time."""
        with self._lock:
            self._lists = {known: entry for known, entry in self._lists.items() if known.id != connection.id}

    @staticmethod
    def _fetch(connection: Connection, client: Client, done: threading.Event, found: list[ModelList]) -> None:
        try:
            models = tuple(merge(info) for info in client.models())
            found.append(ModelList(models))
        except ApiError as error:
            found.append(ModelList(_fallback(connection), problem=str(error)))
        finally:
            done.set()
