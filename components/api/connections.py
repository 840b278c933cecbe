"""`requests`' adapter with connections that a `Line` can reach, and one pool, found once."""

from __future__ import annotations

import socket
from contextvars import ContextVar
from typing import Any

import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import ConnectionPool, HTTPConnectionPool, HTTPSConnectionPool

from components.api.cancel import Line
from components.api.chunked import ChunkedResponse

CURRENT_LINE: ContextVar[Line | None] = ContextVar("current_line", default=None)
"""The line of the call that this thread makes; None when it cannot be cancelled."""

POOL_SIZE = 128
"""Connections kept open. More calls at once work, each on a connection of its own."""


class _HeldConnection(HTTPConnection):
    response_class = ChunkedResponse

    def _new_conn(self) -> socket.socket:
        line = CURRENT_LINE.get()
        return super()._new_conn() if line is None else line.connect(super()._new_conn)

    def request(self, *args: Any, **kwargs: Any) -> None:
        line = CURRENT_LINE.get()
        if line is not None and self.sock is not None:
            line.hold(self.sock)
        super().request(*args, **kwargs)


class _HeldTlsConnection(_HeldConnection, HTTPSConnection): ...


class _Pool(HTTPConnectionPool):
    ConnectionCls = _HeldConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _HeldTlsConnection


_POOLS: dict[str, type[HTTPConnectionPool]] = {"http": _Pool, "https": _TlsPool}


class Adapter(HTTPAdapter):
    """For one origin, reached in one way: the connection pool is looked up for the first request only."""

    def __init__(self) -> None:
        super().__init__(pool_connections=1, pool_maxsize=POOL_SIZE)
        self._pool: ConnectionPool | None = None

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> urllib3.ProxyManager:
        manager: urllib3.ProxyManager = super().proxy_manager_for(proxy, **kwargs)
        if not proxy.lower().startswith("socks"):
            manager.pool_classes_by_scheme = _POOLS
        return manager

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> ConnectionPool:
        pool = self._pool
        if pool is None:
            pool = self._pool = super().get_connection_with_tls_context(*args, **kwargs)
        return pool

    def close(self) -> None:
        self._pool = None
        super().close()
