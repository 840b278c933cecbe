from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from components.store.database import Database, open_database
from components.store.runs import Runs


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(None, tmp_path / "home")
    yield opened
    opened.close()


@pytest.fixture
def runs(database: Database) -> Runs:
    return Runs(database)
