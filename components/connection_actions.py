"""What the API keys page's buttons do."""

from __future__ import annotations

import uuid
from dataclasses import replace
from urllib.parse import urlsplit

from components import runtime, state
from components.domain.connection import ENVIRONMENT_ID, SANDBOX_ID, Connection
from components.services import keychain
from components.services.checks import SecretStatus, Verdict, check_connection
from components.store.errors import NameTaken

_BUILT_IN = {SANDBOX_ID, ENVIRONMENT_ID}
_BUILT_IN_NAMES = {"environment", "sandbox", "sandbox (simulated)"}


class TabConnections:
    """Connections as one tab may change them; secrets go to the keychain, or stay with this tab."""

    def __init__(self, session_secrets: dict[str, str]) -> None:
        self._session_secrets = session_secrets

    def add(self, connection: Connection, secret: str) -> None:
        """Raises `ValueError` when the name is taken."""
        added = replace(connection, id=uuid.uuid4().hex)
        self.change(added, secret)
        state.choose_connection(added.id)

    def change(self, connection: Connection, secret: str | None) -> None:
        """Raises `ValueError` when the name is taken. A secret is not taken to another host."""
        if connection.id not in _BUILT_IN and connection.name.strip().casefold() in _BUILT_IN_NAMES:
            raise ValueError(f"“{connection.name}” is a built-in connection. Choose another name.")
        before = next((each for each in runtime.connections() if each.id == connection.id), connection)
        try:
            runtime.store().connections.save(connection)
        except NameTaken as taken:
            raise ValueError(str(taken)) from taken
        if secret:
            self._keep(connection, secret)
        elif urlsplit(before.base_url).netloc != urlsplit(connection.base_url).netloc:
            self._forget_secret(connection)
        runtime.forget_connection(connection)

    def remove(self, connection: Connection) -> None:
        runtime.store().connections.remove(connection.id)
        self._forget_secret(connection)
        runtime.forget_connection(connection)

    def test(self, connection: Connection) -> Verdict:
        secret = runtime.secret_of(connection, self._session_secrets)
        runtime.forget_connection(connection)
        return check_connection(lambda: runtime.questions(connection, secret))

    def secret_status(self, connection: Connection) -> SecretStatus:
        if connection.id == SANDBOX_ID:
            return SecretStatus(True, "needs no key")
        if connection.id == ENVIRONMENT_ID:
            has = runtime.settings().secret is not None
            return SecretStatus(has, "key from the environment" if has else "no key in the environment")
        if connection.id in self._session_secrets:
            return SecretStatus(True, "key kept until this browser tab is reloaded or closed")
        if keychain.read(connection.id):
            return SecretStatus(True, "key in this computer's keychain")
        return SecretStatus(False, "no key")

    def _keep(self, connection: Connection, secret: str) -> None:
        if not secret.strip():
            return
        if keychain.write(connection.id, secret.strip()):
            self._session_secrets.pop(connection.id, None)
        else:
            self._session_secrets[connection.id] = secret.strip()

    def _forget_secret(self, connection: Connection) -> None:
        self._session_secrets.pop(connection.id, None)
        keychain.forget(connection.id)
