from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.domain.connection import Connection, InvalidAddress, base_url_of


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://api.anthropic.com", "https://api.anthropic.com"),
        (" https://api.anthropic.com/ ", "https://api.anthropic.com"),
        ("https://api.anthropic.com/v1/messages", "https://api.anthropic.com"),
        ("https://api.anthropic.com/v1/", "https://api.anthropic.com"),
        ("http://localhost:8501/sandbox", "http://localhost:8501/sandbox"),
        ("http://localhost:8501/sandbox/v1", "http://localhost:8501/sandbox"),
        ("localhost:11434", "http://localhost:11434"),
        ("127.0.0.1:1234/v1", "http://127.0.0.1:1234"),
        ("api.example.com", "https://api.example.com"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_an_address_is_kept_without_what_is_appended(typed: str, kept: str) -> None:
    assert base_url_of(typed) == kept
    assert base_url_of(kept) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "ftp://host",
        "http://",
        "https:///path",
        "http://host:port",
        "http://host:99999",
        "http://a b",
        "http://[::1",
        "http://user:secret@host",
        "https://host/?key=secret",
        "https://host/#part",
        "file:///etc/passwd",
    ],
)
def test_what_is_no_base_url_is_refused_in_words(typed: str) -> None:
    with pytest.raises(InvalidAddress) as refused:
        base_url_of(typed)
    assert str(refused.value).endswith(".")
    assert "secret" not in str(refused.value)


@given(st.text())
def test_anything_typed_is_an_address_or_refused(typed: str) -> None:
    try:
        kept = base_url_of(typed)
    except InvalidAddress:
        return
    assert kept.startswith(("http://", "https://"))
    assert not kept.endswith("/")


def test_only_the_services_own_address_has_known_models() -> None:
    assert Connection("a", "A", "https://api.anthropic.com").is_service
    assert not Connection("a", "A", "https://api.anthropic.com.example").is_service
    assert Connection("sandbox", "S", "http://localhost:1/sandbox").simulated
