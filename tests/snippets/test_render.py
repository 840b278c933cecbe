"""What `render` refuses, and what it takes from its arguments."""

from __future__ import annotations

import math
import re
import time
from typing import Any

import pytest
import requests
from anthropic._constants import MODEL_NONSTREAMING_TOKENS
from bench import snippets as snippets_bench

from components.snippets import TARGETS, UnknownTarget, render
from components.snippets.form import EVERYWHERE, WITH_SDK
from components.snippets.request_parts import request_parts
from components.snippets.sdk_limits import needs_timeout

BODY: dict[str, Any] = {
    "model": "claude-opus-5-5",
    "max_tokens": 10,
    "messages": [{"role": "user", "content": "Hi"}],
}
VERSION = "2023-06-01"


TABLE = """
    curl             bash        request.sh    curl
    python           python      request.py    Python SDK
    python-async     python      request.py    Python SDK, async
    python-requests  python      request.py    Python requests
    typescript       typescript  request.ts    TypeScript SDK
    javascript       javascript  request.mjs   JavaScript fetch
    go               go          request.go    Go
    java             java        Request.java  Java
    ruby             ruby        request.rb    Ruby
    php              php         request.php   PHP
"""


def test_targets_stand_in_menu_order_with_all_that_a_menu_needs() -> None:
    expected = [line.split(maxsplit=3) for line in TABLE.strip().splitlines()]
    assert [[t.key, t.language, t.file_name, t.title] for t in TARGETS.values()] == expected
    assert list(TARGETS) == [target.key for target in TARGETS.values()]


def test_every_target_has_the_forms_that_need_no_sdk_and_the_sdks_have_them_all() -> None:
    for target in TARGETS.values():
        assert target.forms == (WITH_SDK if target.title.split(",")[0].endswith("SDK") else EVERYWHERE)


@pytest.mark.parametrize("key", TARGETS)
def test_a_command_names_the_file(key: str) -> None:
    target = TARGETS[key]
    assert target.command.format(file=target.file_name).split()[-1] == target.file_name


def test_an_unknown_target_is_named_together_with_the_known_ones() -> None:
    with pytest.raises(UnknownTarget, match=rf"'cobol'.*: {', '.join(TARGETS)}\."):
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
@pytest.mark.parametrize("form", snippets_bench.FORMS)
def test_a_prompt_of_100_kb_is_written_in_time(key: str, form: str) -> None:
    request = snippets_bench.body()
    # One undisturbed time is enough: on a machine that is busy, most of them say nothing.
    times = (snippets_bench.rendering_ms(key, snippets_bench.FORMS[form], request) for _ in range(100))
    assert any(time_ms <= snippets_bench.TARGET_MS for time_ms in times)


@pytest.mark.parametrize("key", TARGETS)
@pytest.mark.parametrize("name", ["a", "a name that is wider than what is left of the line " * 3])
def test_the_time_grows_with_the_depth_and_no_faster(key: str, name: str) -> None:
    def seconds(depth: int) -> float:
        schema: dict[str, Any] = {"type": "object"}
        for _ in range(depth):
            schema = {"type": "object", "properties": {name: schema, "b": {}}, "required": [name]}
        start = time.process_time()
        render(key, {**BODY, "tools": [{"name": "x", "input_schema": schema}]}, anthropic_version=VERSION)
        return time.process_time() - start

    assert seconds(8) < 0.5
    assert seconds(20) < 1


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
    said = render(key, {"stream": False, **BODY}, anthropic_version=VERSION)
    assert said != whole  # It is sent, as the body says it.
    assert re.search(r"stream\W+false", said, re.I)


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
    source = render("curl", BODY, anthropic_version=VERSION, base_url="http://x/$(touch$IFS;canary)'")
    assert source.startswith("curl 'http://x/$(touch$IFS;canary)'\\''/v1/messages' \\\n")


@pytest.mark.parametrize(
    ("base_url", "sent"),
    [
        ("https://api.anthropic.com", "https://api.anthropic.com/v1/messages"),
        ("http://[::1]:8080", "http://[::1]:8080/v1/messages"),
        ("http://x/a%20b%2Fc//", "http://x/a%20b%2Fc/v1/messages"),
        ("http://x/.a/b..", "http://x/.a/b../v1/messages"),
        ('http://x/{a}[b]"<>^`|\\', "http://x/%7Ba%7D%5Bb%5D%22%3C%3E%5E%60%7C%5C/v1/messages"),
        ("http://x/$(touch)'{}", "http://x/$(touch)'%7B%7D/v1/messages"),
    ],
)
def test_an_address_is_a_strict_uri_and_that_of_the_client(base_url: str, sent: str) -> None:
    assert request_parts(BODY, anthropic_version=VERSION, base_url=base_url).url == sent
    assert requests.Request("POST", f"{base_url.rstrip('/')}/v1/messages").prepare().url == sent


@pytest.mark.parametrize("path", ["/a/../b", "/.", "/a/..", "/100%", "/%zz"])
def test_an_address_that_programs_read_in_several_ways_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="different addresses"):
        render("curl", BODY, anthropic_version=VERSION, base_url=f"http://x{path}")


def test_the_sdks_limits_are_those_of_the_installed_sdk() -> None:
    for model, limit in MODEL_NONSTREAMING_TOKENS.items():
        assert not needs_timeout({"model": model, "max_tokens": limit})
        assert needs_timeout({"model": model, "max_tokens": limit + 1})
    assert not needs_timeout({"model": "claude-opus-5-5", "max_tokens": 21_333})
    assert needs_timeout({"model": "claude-opus-5-5", "max_tokens": 21_334})
