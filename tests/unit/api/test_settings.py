from __future__ import annotations

import pytest

from components.api.client import Client
from components.api.errors import BadSettings
from components.api.settings import headers_for, version_headers
from components.domain.connection import clean_base_url


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("https://api.anthropic.com", "https://api.anthropic.com"),
        ("https://api.anthropic.com/", "https://api.anthropic.com"),
        (" https://api.anthropic.com/v1/ ", "https://api.anthropic.com"),
        ("https://api.anthropic.com/v1/messages", "https://api.anthropic.com"),
        ("http://127.0.0.1:8501/sandbox", "http://127.0.0.1:8501/sandbox"),
        ("http://127.0.0.1:8501/sandbox/", "http://127.0.0.1:8501/sandbox"),
        ("http://[::1]:11434", "http://[::1]:11434"),
        ("HTTP://Host", "http://Host"),
    ],
)
def test_a_base_url_is_the_part_before_v1(given: str, clean: str) -> None:
    assert clean_base_url(given) == clean


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "http://"),
        ("api.anthropic.com", "http://"),
        ("localhost:8080", "http://"),
        ("ftp://host", "http://"),
        ("https://", "no host"),
        ("https://:443", "no host"),
        ("http://host:port", "port"),
        ("http://host:99999", "port"),
        ("http://[::1", "host"),
        ("http://user:pass@host", "user name"),
        ("http://host/?a=b", "question mark"),
        ("http://host/#x", "hash"),
        ("http://ho st", "space"),
        ("http://host/a\nb", "line break"),
        ("http://a..b", "host"),
    ],
)
def test_a_base_url_that_cannot_work_is_refused_in_words(url: str, words: str) -> None:
    with pytest.raises(BadSettings, match=words):
        Client(url, "sk-key")


@pytest.mark.parametrize(
    "key", ["sk-secret\n", "sk-\nsecret", "sk-sec ret", "sk-sécret", "sk-secret\u2028", "sk-😀"]
)
def test_a_key_that_no_header_carries_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(BadSettings) as caught:
        Client("http://host", key)
    assert key not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_the_key_travels_as_the_connection_says() -> None:
    assert headers_for("k", "x-api-key")["x-api-key"] == "k"
    assert headers_for("k", "bearer")["authorization"] == "Bearer k"
    assert not {"x-api-key", "authorization"} & headers_for(None, "bearer").keys()
    assert not {"x-api-key", "authorization"} & headers_for("", "x-api-key").keys()


def test_betas_are_joined_by_commas() -> None:
    assert version_headers("2026-10-21", ["a", "b"]) == {
        "anthropic-version": "2026-10-21",
        "anthropic-beta": "a,b",
    }


@pytest.mark.parametrize(("version", "betas"), [("2023\r\nx: y", []), ("2023-06-01", ["a\nb"]), ("é", [])])
def test_headers_cannot_be_smuggled_in(version: str, betas: list[str]) -> None:
    with pytest.raises(BadSettings):
        version_headers(version, betas)
