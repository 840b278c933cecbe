from __future__ import annotations

import threading
from collections.abc import Callable
from typing import cast

import pytest

from components.api.client import Client
from components.api.errors import ApiError
from components.domain.catalogue import DEFAULT_MODEL, MODELS
from components.domain.connection import SERVICE_URL, Connection
from components.domain.json_types import JsonObject
from components.services.models import ASK_AGAIN_AFTER_S, ModelDirectory, ModelList

OWN = Connection("own", "Own", "http://127.0.0.1:1")
SERVICE = Connection("service", "Service", SERVICE_URL)


class FakeClient:
    """Answers `models()` with what it is told, when it is let."""

    def __init__(self, answer: list[JsonObject] | Exception) -> None:
        self.answer = answer
        self.asked = 0
        self.may_answer = threading.Event()
        self.may_answer.set()

    def models(self) -> list[JsonObject]:
        self.asked += 1
        assert self.may_answer.wait(10)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def make(self) -> Callable[[], Client]:
        return lambda: cast(Client, self)


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


INFO: JsonObject = {"type": "model", "id": "own-1", "display_name": "Own 1"}


def test_the_servers_list_is_asked_for_once_and_kept() -> None:
    client, directory = FakeClient([INFO]), ModelDirectory()
    for _ in range(3):
        models = directory.of(OWN, client.make(), wait_s=10)
    assert [model.id for model in models.models] == ["own-1"]
    assert not models.loading
    assert models.problem is None
    assert client.asked == 1


def test_a_slow_server_holds_nobody_up() -> None:
    client, directory = FakeClient([INFO]), ModelDirectory()
    client.may_answer.clear()
    first = directory.of(OWN, client.make(), wait_s=0.01)
    assert first.loading
    assert first.models == ()
    client.may_answer.set()
    assert directory.of(SERVICE, client.make(), wait_s=10).models
    assert client.asked == 2


def test_the_services_own_models_are_known_before_it_answers() -> None:
    client, directory = FakeClient(ApiError("No route to it.")), ModelDirectory()
    models = directory.of(SERVICE, client.make(), wait_s=10)
    assert DEFAULT_MODEL in {model.id for model in models.models}
    assert models.problem == "No route to it."


def test_a_strange_server_is_not_credited_with_the_services_models() -> None:
    client, directory = FakeClient(ApiError("No.")), ModelDirectory()
    assert directory.of(OWN, client.make(), wait_s=10).models == ()


def test_a_failed_question_is_asked_again_after_a_while() -> None:
    clock = Clock()
    client, directory = FakeClient(ApiError("Not now.")), ModelDirectory(clock)
    assert directory.of(OWN, client.make(), wait_s=10).problem
    client.answer = [INFO]
    clock.now_s = ASK_AGAIN_AFTER_S - 1
    assert directory.of(OWN, client.make(), wait_s=10).problem
    clock.now_s = ASK_AGAIN_AFTER_S + 1
    assert directory.of(OWN, client.make(), wait_s=10).problem is None
    assert client.asked == 2


def test_a_changed_connection_is_asked_anew() -> None:
    client, directory = FakeClient([INFO]), ModelDirectory()
    directory.of(OWN, client.make(), wait_s=10)
    directory.forget(Connection("own", "Another name", "http://127.0.0.1:2"))
    directory.of(OWN, client.make(), wait_s=10)
    assert client.asked == 2


@pytest.mark.parametrize(
    "answer",
    [
        RuntimeError("unforeseen"),
        [{"id": None}],
        [{}],
        [{"id": "x", "capabilities": "odd", "max_tokens": "many"}],
    ],
    ids=["fault", "no id", "empty", "odd facts"],
)
def test_an_odd_answer_leaves_nobody_waiting_for_ever(
    answer: list[JsonObject] | Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    client, directory = FakeClient(answer), ModelDirectory()
    models = directory.of(OWN, client.make(), wait_s=10)
    assert not models.loading


def test_a_model_nobody_knows_has_no_facts() -> None:
    model = ModelList().get("my-own-model")
    assert model.id == "my-own-model"
    assert model.max_tokens is None


def test_a_model_the_server_does_not_list_is_noticed_with_a_fix() -> None:
    found = ModelList(MODELS).not_listed("my-own-model")
    assert [finding.severity for finding in found] == ["notice"]
    assert "my-own-model" in found[0].sentence
    assert found[0].fix is not None
    assert found[0].fix.apply({"model": "my-own-model"}) == {"model": DEFAULT_MODEL}


@pytest.mark.parametrize(
    "models", [ModelList(), ModelList(MODELS, loading=True), ModelList(MODELS, problem="Unreachable.")]
)
def test_nothing_is_said_of_a_list_that_is_not_the_servers(models: ModelList) -> None:
    assert models.not_listed("my-own-model") == []


def test_aliases_count_as_listed() -> None:
    aliases = [alias for model in MODELS for alias in model.aliases]
    assert aliases
    assert not [alias for alias in aliases if ModelList(MODELS).not_listed(alias)]
