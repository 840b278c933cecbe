"""Secrets of added connections, kept in the operating system's keychain where there is one."""

from __future__ import annotations

import logging
from functools import cache
from typing import Final

_log = logging.getLogger(__name__)

SERVICE: Final = "workbench"
"""The name under which the keychain lists our entries."""


@cache
def available() -> bool:
    """Whether this machine has a keychain that works."""
    try:
        import keyring
        from keyring.backends import fail, null

        return not isinstance(keyring.get_keyring(), fail.Keyring | null.Keyring)
    except Exception:
        # A keyring configured wrongly raises whatever its backend does.
        _log.warning("The keychain of this machine cannot be used.", exc_info=True)
        return False


def read(connection_id: str) -> str | None:
    """The secret, or None when the keychain has none, is locked, or is not there."""
    if not available():
        return None
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(SERVICE, connection_id)
    except KeyringError:
        return None


def write(connection_id: str, secret: str) -> bool:
    """Keep a secret. Returns whether the keychain took it."""
    if not available():
        return False
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(SERVICE, connection_id, secret)
    except KeyringError:
        return False
    return True


def forget(connection_id: str) -> None:
    """Remove a secret, if it is there."""
    if not available():
        return
    import contextlib

    import keyring
    from keyring.errors import KeyringError

    with contextlib.suppress(KeyringError):
        keyring.delete_password(SERVICE, connection_id)
