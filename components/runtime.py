"""What the process shares: settings, database, run engine, clients.

Everything here is made on first use and lives as long as the process. Plain module state and not a Streamlit
cache, because caches can be cleared from a menu and runs must not end with them.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from components.domain.answer import Usage
from components.domain.connection import ENVIRONMENT_ID, SANDBOX_ID, Connection, InvalidAddress
from components.settings import Settings

if TYPE_CHECKING:
    from types import FrameType

    import streamlit as st

    from components.api.client import Client
    from components.domain.run import Run
    from components.services.batches import Batches
    from components.services.blind_votes import BlindVotes
    from components.services.comparisons import ComparisonKeeper
    from components.services.drafts import DraftKeeper
    from components.services.models import ModelDirectory
    from components.services.pace import Pace
    from components.services.runs import Engine
    from components.services.token_counts import TokenCounter
    from components.store.comparisons import Comparisons
    from components.store.connections import Connections
    from components.store.runs import Runs
    from components.store.votes import Votes

_lock = threading.RLock()


@dataclass(frozen=True, slots=True)
class Store:
    """The repositories over one database."""

    runs: Runs
    drafts: DraftKeeper
    connections: Connections
    comparisons: Comparisons
    votes: Votes


@cache
def settings() -> Settings:
    return Settings.read(os.environ)


_store: Store | None = None
_engine: Engine | None = None


def store() -> Store:
    """The database, opened on first use. Raises `StoreError`; a later call tries again."""
    global _store
    with _lock:
        if _store is None:
            from components.services.drafts import DraftKeeper
            from components.store.comparisons import Comparisons
            from components.store.connections import Connections
            from components.store.database import open_database
            from components.store.drafts import Drafts
            from components.store.runs import Runs
            from components.store.votes import Votes

            database = open_database(settings().database_url, settings().home)
            _store = Store(
                Runs(database),
                DraftKeeper(Drafts(database)),
                Connections(database),
                Comparisons(database),
                Votes(database),
            )
        return _store


def engine() -> Engine:
    """The run engine. Making it marks the runs of dead processes as interrupted. Raises `StoreError`."""
    global _engine
    with _lock:
        if _engine is None:
            from components.services.runs import Engine

            _engine = Engine(store().runs, home=settings().home, price=_price)
        return _engine


def runs_of(run_ids: list[str]) -> list[Run]:
    """Those of these runs that there are, in this order. Raises `StoreError`."""
    views = engine().views(run_ids)
    return [views[run_id].run for run_id in run_ids if run_id in views]


@cache
def blind_votes() -> BlindVotes:
    """Raises `StoreError`."""
    from components.services.blind_votes import BlindVotes

    return BlindVotes(store().votes, store().runs)


@cache
def comparisons() -> ComparisonKeeper:
    """Raises `StoreError`."""
    from components.services.comparisons import ComparisonKeeper

    return ComparisonKeeper(store().comparisons)


@cache
def batches() -> Batches:
    """What sends the answers of comparisons. Raises `StoreError`."""
    from components.services.batches import Batches

    return Batches(engine())


_paces: dict[str, Pace] = {}


def pace(connection: Connection, at_once: int) -> Pace:
    """How fast a connection is asked, by everybody in this process; `at_once` is the newest wish."""
    from components.services.pace import Pace

    with _lock:
        found = _paces.setdefault(connection.id, Pace(at_once))
    found.limit = at_once
    return found


def _price(model: str, usage: Usage, base_url: str) -> Decimal | None:
    if base_url == sandbox_url():
        return Decimal(0)
    from components.services.prices import cost_usd

    return cost_usd(model, usage)


# Connections -------------------------------------------------------------------------------------------


def sandbox_url() -> str:
    """Where this process serves its own sandbox."""
    import streamlit as st

    scheme = "https" if st.get_option("server.sslCertFile") else "http"
    path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"{scheme}://localhost:{st.get_option('server.port')}{'/' + path if path else ''}/sandbox"


def connections() -> list[Connection]:
    """The environment's connection if there is one, those the user added, and the sandbox last.

    Raises `StoreError`.
    """
    kept = {each.id: each for each in store().connections.list()}

    def as_changed(built_in: Connection) -> Connection:
        """A built-in connection with the API version that was chosen for it."""
        changed = kept.get(built_in.id, built_in)
        return replace(built_in, anthropic_version=changed.anthropic_version)

    try:
        environment = settings().connection
    except InvalidAddress:
        environment = None  # `environment_problem` says so.
    sandbox = Connection(SANDBOX_ID, "Sandbox (simulated)", sandbox_url())
    added = [each for each in kept.values() if each.id not in {ENVIRONMENT_ID, SANDBOX_ID}]
    return [*([as_changed(environment)] if environment else []), *added, as_changed(sandbox)]


def environment_problem() -> str | None:
    """Why the environment's connection is missing although variables are set."""
    try:
        _ = settings().connection
    except InvalidAddress as problem:
        return f"{problem} Correct it and start the program again."
    return None


def secret_of(connection: Connection, session_secrets: dict[str, str]) -> str | None:
    """The key or token of a connection; None when there is none."""
    if connection.simulated:
        return "any-key-will-do"
    if connection.id == ENVIRONMENT_ID:
        return settings().secret
    if secret := session_secrets.get(connection.id):
        return secret
    from components.services import keychain

    return keychain.read(connection.id)


_clients: dict[tuple[Connection, str | None], Client] = {}


def questions(connection: Connection, secret: str | None) -> Client:
    """A client for short questions that somebody waits for: it soon gives up. Raises `ApiError`."""
    from components.api.client import Client, RetryPolicy, Timeouts

    return Client(
        connection.base_url,
        secret,
        anthropic_version=connection.anthropic_version,
        auth=connection.auth,
        timeouts=Timeouts(connect_s=5, silence_s=10),
        retry=RetryPolicy(attempts=1),
    )


def client(connection: Connection, secret: str | None) -> Client:
    """The pooled client of a connection. Raises `ApiError` when the secret cannot be a header."""
    from components.api.client import Client

    with _lock:
        key = (connection, secret)
        if key not in _clients:
            _clients[key] = Client(
                connection.base_url,
                secret,
                anthropic_version=connection.anthropic_version,
                auth=connection.auth,
            )
        return _clients[key]


def forget_connection(connection: Connection) -> None:
    """Drop what is kept of a connection that has changed: its clients with their secrets, its model list."""
    with _lock:
        for key in [key for key in _clients if key[0].id == connection.id]:
            del _clients[key]
    models().forget(connection)
    token_counter().forget(connection)


@cache
def models() -> ModelDirectory:
    from components.services.models import ModelDirectory

    return ModelDirectory()


@cache
def token_counter() -> TokenCounter:
    from components.services.token_counts import TokenCounter

    return TokenCounter()


_draft_holders: dict[str, str] = {}


def claim_draft(draft_id: str) -> bool:
    """Let this tab go on with a draft; False while another open tab works on it."""
    from streamlit import runtime as streamlit_runtime
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    context = get_script_run_ctx()
    if context is None or not streamlit_runtime.exists():
        return True
    with _lock:
        holder = _draft_holders.get(draft_id, context.session_id)
        if holder != context.session_id and streamlit_runtime.get_instance().is_active_session(holder):
            return False
        _draft_holders[draft_id] = context.session_id
        return True


def release_draft(draft_id: str) -> None:
    """This tab does not work on a draft any more; another one may."""
    with _lock:
        _draft_holders.pop(draft_id, None)


# Start and end -----------------------------------------------------------------------------------------


def _warm_up() -> None:
    """Import what the first page needs while the browser is still loading."""
    import contextlib

    import markdown_it  # noqa: F401

    import components.api.client
    import components.domain.rules  # noqa: F401
    from components.store.errors import StoreError

    with contextlib.suppress(StoreError):
        engine()


def _close() -> None:
    """End live runs as interrupted, with what they have."""
    if _engine is not None:
        _engine.close()


def _close_on_signal(number: signal.Signals) -> None:
    """Close when the process is told to end, before the server does its part.

    The server waits for open responses first, and a run that the sandbox is answering is one of them.
    """
    servers_part = signal.getsignal(number)

    def handle(received: int, frame: FrameType | None) -> None:
        threading.Thread(target=_close, daemon=True).start()
        if callable(servers_part):
            servers_part(received, frame)

    signal.signal(number, handle)


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Prepare in the background; at the end, keep what live runs have."""
    threading.Thread(target=_warm_up, daemon=True).start()
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            _close_on_signal(number)
    yield
    _close()
