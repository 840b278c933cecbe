from __future__ import annotations

from dataclasses import replace

import pytest

from components.store.connections import Connections, StoredConnection
from components.store.database import Database
from components.store.errors import NameTaken, StoreError

OLLAMA = StoredConnection("Ollama", "http://localhost:11434", "2023-06-01", "bearer")
PROXY = StoredConnection("Proxy", "https://proxy.example/anthropic", "2026-10-21")


def test_connections_are_listed_as_they_were_added(database: Database) -> None:
    connections = Connections(database)
    connections.add(OLLAMA)
    connections.add(PROXY)
    assert connections.list() == [OLLAMA, PROXY]


def test_a_connection_can_be_changed_and_removed(database: Database) -> None:
    connections = Connections(database)
    connections.add(OLLAMA)
    connections.add(PROXY)
    changed = replace(OLLAMA, name="Llama", base_url="http://other:11434")
    connections.update(changed)
    connections.remove(PROXY.id)
    assert connections.list() == [changed]


@pytest.mark.parametrize("name", ["Ollama", "OLLAMA", " ollama "])
def test_a_name_is_given_once(database: Database, name: str) -> None:
    connections = Connections(database)
    connections.add(OLLAMA)
    connections.add(PROXY)
    with pytest.raises(NameTaken, match=r"exists already\. Choose another name"):
        connections.add(replace(PROXY, id="other", name=name))
    with pytest.raises(NameTaken):
        connections.update(replace(PROXY, name=name))
    assert connections.list() == [OLLAMA, PROXY]


def test_a_password_in_the_url_is_not_stored(database: Database) -> None:
    connections = Connections(database)
    with pytest.raises(StoreError, match="enter it as the key"):
        connections.add(StoredConnection("Proxy", "https://user:secret@proxy.example"))
    assert connections.list() == []
