"""A sandbox over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from loopback import serve
from sandbox_api import Api

from components.domain.catalogue import CHECKED
from components.sandbox import create_app


@pytest.fixture(scope="session")
def base_url() -> Iterator[str]:
    with serve(create_app(0, today=lambda: CHECKED)) as url:
        yield url


@pytest.fixture
def api(base_url: str) -> Iterator[Api]:
    api = Api(base_url)
    yield api
    api.session.close()
