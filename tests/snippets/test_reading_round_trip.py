"""What `render` writes, `read` gives back: the same body by value and type, the same version and betas."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from snippets.cases import CASES, READ_BACK, Case, case
from snippets.test_literals import FRAGMENTS, texts, values
from snippets.update_golden import BASE_URLS, CHOSEN, GOLDEN, IN_FULL

from components.domain.draft import Draft
from components.domain.request import API_VERSIONS
from components.snippets import DEFAULT_BASE_URL, TARGETS, render
from components.snippets.reading import Imported, read

SOURCES = {"curl": "curl", "python": "python", "python-async": "python", "python-requests": "python"}
"""What a target's code is read as; TypeScript where it is not said."""


def as_javascript_sends(value: Any) -> Any:
    """JavaScript has one kind of number: 1.0 is sent as 1, -0.0 as 0. To JSON these are the same numbers."""
    match value:
        case float() if value.is_integer() and abs(value) < 1e21:
            return int(Decimal(repr(value)))
        case list():
            return [as_javascript_sends(item) for item in value]
        case dict():
            return {name: as_javascript_sends(item) for name, item in value.items()}
        case _:
            return value


def exactly(value: Any) -> str:
    """A text that tells 1 from 1.0 and from true, whatever the order of fields."""
    return json.dumps(value, sort_keys=True)


def assert_found(found: Imported, target: str, body: Any, version: str, betas: tuple[str, ...]) -> None:
    expected = {exactly(body)}
    if found.source == "typescript":
        expected.add(exactly(as_javascript_sends(body)))
    assert exactly(found.body) in expected
    assert (found.anthropic_version, found.betas) == (version, betas)
    assert found.source == SOURCES.get(target, "typescript")
    assert (found.notes, found.variables) == ((), ())


@pytest.mark.parametrize("target", READ_BACK)
@pytest.mark.parametrize("chosen", CASES, ids=lambda chosen: chosen.name)
def test_every_request_comes_back_from_every_target_that_is_read(target: str, chosen: Case) -> None:
    found = read(chosen.render(target))
    assert_found(found, target, chosen.expected_body, chosen.version, chosen.betas)
    assert found.base_url is None
    assert found.body == chosen.expected_body


@pytest.mark.parametrize("target", IN_FULL)
@pytest.mark.parametrize("fixture", CHOSEN)
@pytest.mark.parametrize("stream", [False, True])
def test_every_golden_file_is_read(target: str, fixture: str, stream: bool) -> None:
    name = f"{fixture}{'_stream' if stream else ''}{TARGETS[target].suffix}"
    chosen = case(fixture, stream=stream)
    found = read((GOLDEN / target / name).read_text("utf-8"))
    assert_found(found, target, chosen.expected_body, chosen.version, chosen.betas)
    assert found.base_url == BASE_URLS.get(fixture)


hostile = texts | st.lists(
    st.sampled_from(
        [
            *FRAGMENTS,
            *("{{x}}", "\\{{x}}", "EOF\n", "JSON\n", "`${y}`", "'\"'\"'", "\r", "```\n", "/* */ // #\n"),
            *("curl https://a/v1/messages -d '{}'\n", "import anthropic\n", "client.messages.create({\n"),
        ]
    ),
    max_size=12,
).map("".join)
turns = st.fixed_dictionaries(
    {
        "role": st.sampled_from(["user", "assistant", "system"]),
        "content": hostile
        | st.lists(st.fixed_dictionaries({"type": st.just("text"), "text": hostile}), max_size=3),
    }
)
requests = st.fixed_dictionaries(
    {"model": texts, "max_tokens": st.integers(1, 99_999), "messages": st.lists(turns, max_size=3)},
    optional={
        "system": hostile,
        "thinking": values,
        "tools": values,
        "metadata": st.dictionaries(hostile, values, max_size=3),
        "stop_sequences": st.lists(hostile, max_size=3),
        "something new": values,
    },
)
header_words = st.text(
    st.characters(min_codepoint=33, max_codepoint=126, exclude_characters=","), min_size=1, max_size=20
)
base_urls = st.sampled_from(
    [
        DEFAULT_BASE_URL,
        "http://127.0.0.1:8501/sandbox",
        "https://proxy.example/a%20b",
        "http://x/$(touch$IFS;canary)'",
    ]
)


@pytest.mark.parametrize("target", READ_BACK)
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    body=requests | st.dictionaries(texts.filter(lambda name: name != "stream"), values, max_size=5),
    version=st.sampled_from(API_VERSIONS) | header_words,
    betas=st.lists(header_words, max_size=3).map(tuple),
    stream=st.booleans(),
    base_url=base_urls,
)
def test_any_request_comes_back(
    target: str, body: Any, version: str, betas: tuple[str, ...], stream: bool, base_url: str
) -> None:
    source = render(target, body, anthropic_version=version, betas=betas, base_url=base_url, stream=stream)
    found = read(source)
    assert_found(found, target, {**body, "stream": True} if stream else body, version, betas)
    assert found.base_url == (None if base_url == DEFAULT_BASE_URL else base_url)


@pytest.mark.parametrize("target", READ_BACK)
def test_line_ends_of_windows_change_nothing(target: str) -> None:
    chosen = case("hostile")
    source = chosen.render(target).replace("\n", "\r\n")
    assert_found(read(source), target, chosen.expected_body, chosen.version, chosen.betas)


@pytest.mark.parametrize("target", READ_BACK)
@pytest.mark.parametrize("fence", ["```{language}\n{source}```\n", "\n  ```\n{source}\n```\nThat is it."])
def test_a_fence_of_markdown_around_the_code_changes_nothing(target: str, fence: str) -> None:
    chosen = case("conversation")
    source = fence.format(language=TARGETS[target].language, source=chosen.render(target))
    assert_found(read(source), target, chosen.expected_body, chosen.version, chosen.betas)


@pytest.mark.parametrize("target", READ_BACK)
def test_what_looks_like_a_variable_in_a_snippet_is_sent_as_it_stands(target: str) -> None:
    text = "Hello {{name}}, \\{{name}} and {{ not one"
    body: Any = {
        "model": "m",
        "max_tokens": 1,
        "system": text,
        "messages": [{"role": "user", "content": text}],
    }
    found = read(render(target, body, anthropic_version=API_VERSIONS[0]))
    assert found.body == body
    assert Draft.of_body(found.body, filled=not found.variables).build() == body
