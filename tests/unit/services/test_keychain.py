from __future__ import annotations

from collections.abc import Iterator

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail
from keyring.errors import KeyringLocked, PasswordDeleteError

from components.services import keychain


class MemoryKeychain(KeyringBackend):
    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}
        self.locked = False

    def _open(self) -> None:
        if self.locked:
            raise KeyringLocked("locked")

    def get_password(self, service: str, username: str) -> str | None:
        self._open()
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._open()
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._open()
        if (service, username) not in self.held:
            raise PasswordDeleteError("not there")
        del self.held[service, username]


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = keyring.get_keyring()
    keychain.available.cache_clear()
    yield
    keyring.set_keyring(before)
    keychain.available.cache_clear()


@pytest.fixture
def held() -> MemoryKeychain:
    kept = MemoryKeychain()
    keyring.set_keyring(kept)
    return kept


def test_a_secret_is_kept_read_and_forgotten(held: MemoryKeychain) -> None:
    assert keychain.available()
    assert keychain.read("one") is None
    assert keychain.write("one", "secret")
    assert keychain.read("one") == "secret"
    assert held.held == {("workbench", "one"): "secret"}
    keychain.forget("one")
    assert keychain.read("one") is None
    keychain.forget("one")


def test_a_locked_keychain_is_as_good_as_none(held: MemoryKeychain) -> None:
    keychain.write("one", "secret")
    held.locked = True
    assert keychain.read("one") is None
    assert not keychain.write("two", "other")
    keychain.forget("one")
    held.locked = False
    assert keychain.read("one") == "secret"


def test_a_machine_without_a_keychain_keeps_nothing() -> None:
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]
    assert not keychain.available()
    assert not keychain.write("one", "secret")
    assert keychain.read("one") is None
    keychain.forget("one")
