from __future__ import annotations

from pathlib import Path

import pytest

from components.domain.connection import InvalidAddress
from components.settings import Settings

HOME = {"WORKBENCH_HOME": "/data/workbench"}


def test_without_anything_set_there_is_a_home_and_no_connection() -> None:
    settings = Settings.read({})
    assert settings.home.is_absolute()
    assert settings.home.name == "workbench"
    assert settings.connection is None
    assert settings.database_url is None


def test_a_key_alone_goes_to_the_service() -> None:
    connection = Settings.read({**HOME, "ANTHROPIC_API_KEY": " sk-1 "}).connection
    assert connection is not None
    assert connection.base_url == "https://api.anthropic.com"
    assert (connection.id, connection.auth) == ("environment", "x-api-key")


def test_a_key_wins_over_a_token_as_in_the_official_sdks() -> None:
    settings = Settings.read({**HOME, "ANTHROPIC_API_KEY": "sk-1", "ANTHROPIC_AUTH_TOKEN": "token"})
    assert settings.secret == "sk-1"
    assert settings.connection is not None
    assert settings.connection.auth == "x-api-key"


def test_a_token_alone_is_a_bearer_token() -> None:
    settings = Settings.read({**HOME, "ANTHROPIC_AUTH_TOKEN": "token"})
    assert settings.secret == "token"
    assert settings.connection is not None
    assert settings.connection.auth == "bearer"


def test_an_address_alone_is_a_connection_without_a_key() -> None:
    settings = Settings.read({**HOME, "ANTHROPIC_BASE_URL": "http://localhost:11434/v1/"})
    assert settings.secret is None
    assert settings.connection is not None
    assert settings.connection.base_url == "http://localhost:11434"


def test_an_address_that_is_none_is_named_with_its_variable() -> None:
    settings = Settings.read({**HOME, "ANTHROPIC_BASE_URL": "ftp://example"})
    with pytest.raises(InvalidAddress, match=r"ANTHROPIC_BASE_URL.*http://"):
        _ = settings.connection


@pytest.mark.parametrize("blank", ["", "  "])
def test_what_is_set_to_nothing_is_not_set(blank: str) -> None:
    secrets = ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN")
    places = ("ANTHROPIC_BASE_URL", "WORKBENCH_HOME", "WORKBENCH_DATABASE_URL")
    assert Settings.read(dict.fromkeys((*secrets, *places), blank)) == Settings.read({})


def test_the_home_may_begin_with_a_tilde() -> None:
    assert Settings.read({"WORKBENCH_HOME": "~/bench"}).home == Path.home() / "bench"


def test_no_secret_is_in_the_repr() -> None:
    settings = Settings.read(
        {
            **HOME,
            "ANTHROPIC_API_KEY": "sk-secret",
            "ANTHROPIC_AUTH_TOKEN": "secret-token",
            "WORKBENCH_DATABASE_URL": "postgresql://me:secret@host/db",
        }
    )
    assert "secret" not in repr(settings)
    assert "secret" not in repr(settings.connection)
