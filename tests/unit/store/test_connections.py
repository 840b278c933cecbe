from __future__ import annotations

from dataclasses import replace

import pytest

from components.domain.connection import Connection
from components.store.connections import Connections
from components.store.database import Database
from components.store.errors import NameTaken, StoreError

OLLAMA = Connection("1", "Ollama", "http://localhost:11434", "2023-06-01", "bearer")
PROXY = Connection("2", "Proxy", "https://proxy.example/anthropic", "2026-10-21")


def test_connections_are_listed_as_they_were_added(database: Database) -> None:
    connections = Connections(database)
    connections.save(OLLAMA)
    connections.save(PROXY)
    assert connections.list() == [OLLAMA, PROXY]


def test_a_connection_can_be_changed_and_removed(database: Database) -> None:
    connections = Connections(database)
    connections.save(OLLAMA)
    connections.save(PROXY)
    changed = replace(OLLAMA, name="Llama", base_url="http://other:11434")
    connections.save(changed)
    assert connections.list() == [changed, PROXY]
    connections.remove(PROXY.id)
    assert connections.list() == [changed]


@pytest.mark.parametrize("name", ["Ollama", "OLLAMA", " ollama "])
def test_a_name_is_given_once(database: Database, name: str) -> None:
    connections = Connections(database)
    connections.save(OLLAMA)
    connections.save(PROXY)
    with pytest.raises(NameTaken, match=r"exists already\. Choose another name"):
        connections.save(replace(PROXY, id="other", name=name))
    with pytest.raises(NameTaken):
        connections.save(replace(PROXY, name=name))
    assert connections.list() == [OLLAMA, PROXY]


def test_a_password_in_the_url_is_not_stored(database: Database) -> None:
    connections = Connections(database)
    with pytest.raises(StoreError, match="user name or password"):
        connections.save(Connection("3", "Proxy", "https://user:secret@proxy.example"))
    assert connections.list() == []
