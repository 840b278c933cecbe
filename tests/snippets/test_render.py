"""What `render` refuses, and what it takes from its arguments."""

from __future__ import annotations

import math
from typing import Any

import pytest
from anthropic._constants import MODEL_NONSTREAMING_TOKENS

from components.snippets import TARGETS, UnknownTarget, render
from components.snippets.sdk_limits import needs_timeout

BODY: dict[str, Any] = {
    "model": "claude-opus-5-5",
    "max_tokens": 10,
    "messages": [{"role": "user", "content": "Hi"}],
}
VERSION = "2023-06-01"


def test_targets_stand_in_menu_order_with_all_that_a_menu_needs() -> None:
    assert list(TARGETS) == ["curl", "python", "typescript"]
    assert [t.suffix for t in TARGETS.values()] == [".sh", ".py", ".ts"]
    assert [t.language for t in TARGETS.values()] == ["bash", "python", "typescript"]
    assert all(t.title and t.key == key for key, t in TARGETS.items())


def test_an_unknown_target_is_named_together_with_the_known_ones() -> None:
    with pytest.raises(UnknownTarget, match=r"'cobol'.*curl, python, typescript"):
        render("cobol", BODY, anthropic_version=VERSION)
    assert issubclass(UnknownTarget, KeyError)


@pytest.mark.parametrize("key", TARGETS)
@pytest.mark.parametrize(
    "broken",
    ["half an emoji \ud83d", {"nested": ["\udc00"]}, {"\ud800": 1}, math.nan, math.inf, -math.inf],
)
def test_what_json_cannot_carry_is_refused(key: str, broken: Any) -> None:
    with pytest.raises(ValueError, match=r"surrogate|JSON"):
        render(key, {**BODY, "x": broken}, anthropic_version=VERSION)


@pytest.mark.parametrize("key", TARGETS)
def test_a_request_nested_beyond_reason_is_refused_with_a_sentence(key: str) -> None:
    value: Any = 1
    for _ in range(2000):
        value = [value]
    with pytest.raises(ValueError, match="nested too deeply"):
        render(key, {**BODY, "x": value}, anthropic_version=VERSION)


@pytest.mark.parametrize("key", TARGETS)
@pytest.mark.parametrize("header", ["", "a b", "a,b", 'a"\r\nx: y', "é", "$\x00"])
def test_a_header_value_that_cannot_be_sent_is_refused(key: str, header: str) -> None:
    with pytest.raises(ValueError, match="cannot stand in a header"):
        render(key, BODY, anthropic_version=VERSION, betas=[header])
    with pytest.raises(ValueError, match="cannot stand in a header"):
        render(key, BODY, anthropic_version=header)


@pytest.mark.parametrize("key", TARGETS)
@pytest.mark.parametrize("url", ["", "localhost:1", "ftp://x", "--config=x", "http://x y", "http://x\n"])
def test_a_base_url_that_is_none_is_refused(key: str, url: str) -> None:
    with pytest.raises(ValueError, match="is not a base URL"):
        render(key, BODY, anthropic_version=VERSION, base_url=url)


@pytest.mark.parametrize("key", TARGETS)
def test_a_stream_field_in_the_body_means_streaming(key: str) -> None:
    streaming = render(key, BODY, anthropic_version=VERSION, stream=True)
    whole = render(key, BODY, anthropic_version=VERSION)
    assert render(key, {"stream": True, **BODY}, anthropic_version=VERSION) == streaming
    assert render(key, {"stream": False, **BODY}, anthropic_version=VERSION) == whole


@pytest.mark.parametrize("key", TARGETS)
def test_the_body_that_was_given_is_left_alone(key: str) -> None:
    body = {**BODY, "stream": True}
    render(key, body, anthropic_version=VERSION)
    assert body == {**BODY, "stream": True}
    assert list(body) == [*BODY, "stream"]


@pytest.mark.parametrize("key", TARGETS)
def test_a_slash_at_the_end_of_the_base_url_changes_nothing(key: str) -> None:
    one = render(key, BODY, anthropic_version=VERSION, base_url="http://127.0.0.1:1/sandbox/")
    assert one == render(key, BODY, anthropic_version=VERSION, base_url="http://127.0.0.1:1/sandbox")


def test_the_shell_cannot_act_on_an_odd_base_url() -> None:
    source = render("curl", BODY, anthropic_version=VERSION, base_url="http://x/$(touch${IFS}canary)'{a}")
    assert source.startswith("curl --globoff 'http://x/$(touch${IFS}canary)'\\''{a}/v1/messages' \\\n")


def test_the_sdks_limits_are_those_of_the_installed_sdk() -> None:
    for model, limit in MODEL_NONSTREAMING_TOKENS.items():
        assert not needs_timeout({"model": model, "max_tokens": limit})
        assert needs_timeout({"model": model, "max_tokens": limit + 1})
    assert not needs_timeout({"model": "claude-opus-5-5", "max_tokens": 21_333})
    assert needs_timeout({"model": "claude-opus-5-5", "max_tokens": 21_334})
