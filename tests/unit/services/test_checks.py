from __future__ import annotations

from typing import cast

import pytest
from loopback import serve

from components.api.client import Client
from components.api.retry import RetryPolicy
from components.domain.json_types import JsonObject
from components.sandbox.server import create_app
from components.services.checks import check_connection

ONCE = RetryPolicy(attempts=1)


class FakeClient:
    def __init__(self, models: list[JsonObject]) -> None:
        self._models = models

    def models(self) -> list[JsonObject]:
        return self._models


def test_a_connection_that_works_names_some_models() -> None:
    with serve(create_app()) as url:
        verdict = check_connection(lambda: Client(f"{url}/", "any-key", retry=ONCE))
    assert verdict.works
    assert "such as claude-" in verdict.sentence


@pytest.mark.parametrize(
    ("path", "key", "says"),
    [
        ("", "sk-invalid-key", "key"),
        ("", None, "key"),
        ("", "forbidden", "403"),
        ("/nowhere", "any-key", "/nowhere"),
        ("", "bad\nkey", "key"),
    ],
    ids=["wrong key", "no key", "not allowed", "wrong path", "a key no header can hold"],
)
def test_what_is_wrong_is_said_in_words_without_the_key(path: str, key: str | None, says: str) -> None:
    with serve(create_app()) as url:
        verdict = check_connection(lambda: Client(url + path, key, retry=ONCE))
    assert not verdict.works
    assert says in verdict.sentence
    assert verdict.sentence.endswith((".", key or ".")) or "says" in verdict.sentence
    assert key is None or key not in verdict.sentence or key == "forbidden"


def test_nobody_listening_is_said_in_words() -> None:
    with serve(create_app()) as url:
        pass
    verdict = check_connection(lambda: Client(url, "any-key", retry=ONCE))
    assert not verdict.works
    assert url.removeprefix("http://") in verdict.sentence


def test_a_server_without_models_works_all_the_same() -> None:
    verdict = check_connection(lambda: cast(Client, FakeClient([])))
    assert verdict.works
    assert "no models" in verdict.sentence


def test_one_model_is_not_called_models() -> None:
    verdict = check_connection(lambda: cast(Client, FakeClient([{"id": "only-one"}])))
    assert "1 model, such as only-one." in verdict.sentence
