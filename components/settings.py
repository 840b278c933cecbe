"""What the environment says at start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from components.domain.connection import (
    ENVIRONMENT_ID,
    SERVICE_URL,
    Connection,
    InvalidAddress,
    base_url_of,
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Read once; never shown whole, because it may hold a key."""

    home: Path
    """The data directory: `WORKBENCH_HOME`, or the platform's place for user data."""
    database_url: str | None = field(default=None, repr=False)
    """`WORKBENCH_DATABASE_URL`; None is SQLite in `home`."""
    api_key: str | None = field(default=None, repr=False)
    """`ANTHROPIC_API_KEY`; wins over the token, as in the official SDKs (reference 1.6)."""
    auth_token: str | None = field(default=None, repr=False)
    """`ANTHROPIC_AUTH_TOKEN`, sent as a bearer token."""
    base_url: str | None = None
    """`ANTHROPIC_BASE_URL`."""

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Settings:
        def word(name: str) -> str | None:
            return environ.get(name, "").strip() or None

        home = word("WORKBENCH_HOME")
        if home is None:
            from platformdirs import user_data_dir

            home = user_data_dir("workbench", appauthor=False)
        return cls(
            home=Path(home).expanduser(),
            database_url=word("WORKBENCH_DATABASE_URL"),
            api_key=word("ANTHROPIC_API_KEY"),
            auth_token=word("ANTHROPIC_AUTH_TOKEN"),
            base_url=word("ANTHROPIC_BASE_URL"),
        )

    @property
    def secret(self) -> str | None:
        return self.api_key or self.auth_token

    @property
    def connection(self) -> Connection | None:
        """The connection the environment describes, if it describes one.

        Raises `InvalidAddress` when `ANTHROPIC_BASE_URL` is not an address.
        """
        if self.secret is None and self.base_url is None:
            return None
        try:
            url = base_url_of(self.base_url or SERVICE_URL)
        except InvalidAddress as cause:
            raise InvalidAddress(f"ANTHROPIC_BASE_URL cannot be used. {cause}") from cause
        return Connection(
            id=ENVIRONMENT_ID,
            name="Environment",
            base_url=url,
            auth="bearer" if self.api_key is None and self.auth_token else "x-api-key",
        )
