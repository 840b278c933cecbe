"""What the API keys page's buttons do."""

from __future__ import annotations

import uuid
from dataclasses import replace

from components import runtime
from components.domain.connection import ENVIRONMENT_ID, SANDBOX_ID, Connection
from components.services import keychain
from components.services.checks import Verdict, check_connection
from components.store.errors import NameTaken
from components.widgets.connection_list import SecretStatus

_BUILT_IN = {SANDBOX_ID, ENVIRONMENT_ID}


class TabConnections:
    """Connections as one tab may change them; secrets go to the keychain, or stay with this tab."""

    def __init__(self, session_secrets: dict[str, str]) -> None:
        self._session_secrets = session_secrets

    def add(self, connection: Connection, secret: str) -> None:
        """Raises `ValueError` when the name is taken."""
        self.change(replace(connection, id=uuid.uuid4().hex), secret)

    def change(self, connection: Connection, secret: str | None) -> None:
        """Raises `ValueError` when the name is taken. No secret leaves the old one."""
        try:
            runtime.store().connections.save(connection)
        except NameTaken as taken:
            raise ValueError(str(taken)) from taken
        if secret:
            self._keep(connection, secret)
        runtime.models().forget(connection)

    def remove(self, connection: Connection) -> None:
        runtime.store().connections.remove(connection.id)
        self._session_secrets.pop(connection.id, None)
        keychain.forget(connection.id)

    def test(self, connection: Connection) -> Verdict:
        secret = runtime.secret_of(connection, self._session_secrets)
        runtime.models().forget(connection)
        return check_connection(lambda: runtime.client(connection, secret))

    def secret_status(self, connection: Connection) -> SecretStatus:
        if connection.id == SANDBOX_ID:
            return SecretStatus(True, "needs no key")
        if connection.id == ENVIRONMENT_ID:
            has = runtime.settings().secret is not None
            return SecretStatus(has, "key from the environment" if has else "no key in the environment")
        if connection.id in self._session_secrets:
            return SecretStatus(True, "key kept for this browser tab only")
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
        runtime.models().forget(connection)
