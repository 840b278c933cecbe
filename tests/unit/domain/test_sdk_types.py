"""What the checks pass has the types that the official SDK gives to requests.

The SDK's own `TypedDict`s are asked, made strict: no other fields, no conversion, lists in place of whatever
can be iterated over. Sampling parameters are left out, since the SDK no longer has them.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from types import UnionType
from typing import IO, Any, Union, get_args, get_origin

import pytest
import typing_extensions as te
from anthropic.types import message_count_tokens_params, message_create_params
from anthropic.types.beta import message_count_tokens_params as beta_count_tokens_params
from anthropic.types.beta import message_create_params as beta_create_params
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from request_bodies import COUNTED, Sample, damaged, valid
from rule_cases import NEW, USER

from components.domain import beta_catalogue, shape
from components.domain.catalogue import CHECKED
from components.domain.checks import refusals
from components.domain.json_types import JsonObject
from components.domain.shape import Endpoint
from components.media import READER

EXAMPLES = 250
SAMPLING = ("temperature", "top_p", "top_k")
OPEN = re.compile(
    r"(?!(Beta)?(ToolResultBlockParam|SearchResultBlockParam)$)(Beta)?"
    r"(Citation\w+Location|\w+Result|\w+OutputBlock|WebFetchBlock|WebSearchToolRequestError|ServerToolCaller"
    r"|MCPTool|CompactionBlock|FallbackBlock|FallbackInfo)"
)
"""Types of what comes back as the service gave it: the service may give more than the SDK names."""

STRICTER = re.compile(
    r"String should match pattern|greater than or equal to|at least 1 character|at most"
    r"|input_schema.type: (Input should be 'object'|Field required)"
)
"""What the service refuses and the types cannot say."""

many = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)


@cache
def strict(annotation: Any) -> Any:
    """The same type, taken at its word."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if te.is_typeddict(annotation):
        return _strict_record(annotation)
    if origin is te.Annotated:
        return strict(inner[0])
    if origin in (Union, UnionType):
        kept = [strict(member) for member in inner if not _for_programs_only(member)]
        return Union[tuple(kept)]  # noqa: UP007
    if isinstance(origin, type) and issubclass(origin, Sequence | Iterable) and not issubclass(origin, dict):
        return list[strict(inner[0])]  # type: ignore[misc]
    if getattr(origin, "__name__", "") == "SequenceNotStr":
        return list[strict(inner[0])]  # type: ignore[misc]
    if origin is dict:
        return dict[inner[0], strict(inner[1])]  # type: ignore[misc]
    return Any if annotation is object else annotation


def _strict_record(record: Any) -> Any:
    hints = te.get_type_hints(record, include_extras=True)
    fields: dict[str, Any] = {}
    for name, hint in hints.items():
        required = get_origin(hint) is te.Required
        kind = strict(get_args(hint)[0] if required else hint)
        if name == "error_code":
            kind = str  # New ones may come.
        fields[name] = te.Required[kind] if required else te.NotRequired[kind]
    made = te.TypedDict(record.__name__, fields)  # type: ignore[operator]
    is_open = OPEN.match(record.__name__) or record.__name__.endswith("InputSchemaTyped")
    made.__pydantic_config__ = ConfigDict(extra="allow" if is_open else "forbid")
    return made


def _for_programs_only(member: Any) -> bool:
    """Files, and answers as they came: neither is JSON."""
    origin = get_origin(member) or member
    if origin is te.Annotated:
        return _for_programs_only(get_args(member)[0])
    if origin in (Union, UnionType):
        return all(_for_programs_only(each) for each in get_args(member))
    return origin in (IO, os.PathLike) or (isinstance(origin, type) and issubclass(origin, BaseModel))


@cache
def adapter(endpoint: Endpoint, betas: bool) -> TypeAdapter[Any]:
    if endpoint == "count_tokens":
        module = beta_count_tokens_params if betas else message_count_tokens_params
        return TypeAdapter(strict(module.MessageCountTokensParams))
    created = beta_create_params if betas else message_create_params
    return TypeAdapter(
        Union[  # noqa: UP007
            strict(created.MessageCreateParamsNonStreaming), strict(created.MessageCreateParamsStreaming)
        ]
    )


def fits(sample: Sample, body: JsonObject, endpoint: Endpoint) -> bool:
    try:
        adapter(endpoint, bool(sample.betas)).validate_python(body, strict=True)
    except ValidationError:
        return False
    return True


def without_sampling(sample: Sample) -> list[tuple[Endpoint, JsonObject]]:
    """The sample's body for either endpoint, with the fields that the SDK has types for."""
    sent = {name: value for name, value in sample.body.items() if name not in SAMPLING}
    counted = {name: value for name, value in sent.items() if name in COUNTED}
    return [("messages", sent), ("count_tokens", counted)]


def passes(sample: Sample, body: JsonObject, endpoint: Endpoint) -> bool:
    """Whether nothing is said against it; a beta nobody knows lets pass what no SDK has types for."""
    if any(beta_catalogue.find(beta) is None for beta in sample.betas):
        return False
    found = refusals(
        body, endpoint=endpoint, anthropic_version=NEW, betas=sample.betas, today=CHECKED, media=READER
    )
    return all(finding.severity == "notice" for finding in found)


@pytest.mark.parametrize("samples", [valid(), damaged()], ids=["valid shapes", "damaged bodies"])
def test_what_passes_fits_the_types_of_the_sdk(samples: st.SearchStrategy[Sample]) -> None:
    seen: Counter[tuple[Endpoint, bool]] = Counter()

    @many
    @given(samples)
    def fit(sample: Sample) -> None:
        for endpoint, body in without_sampling(sample):
            if passes(sample, body, endpoint):
                seen[endpoint, bool(sample.betas)] += 1
                adapter(endpoint, bool(sample.betas)).validate_python(body, strict=True)

    fit()
    assert set(seen) == {(e, b) for e in ("messages", "count_tokens") for b in (True, False)}
    assert min(seen.values()) >= EXAMPLES / 40, seen


def test_what_has_the_wrong_shape_does_not_fit_the_types_of_the_sdk() -> None:
    wrong: Counter[Endpoint] = Counter()

    @many
    @given(damaged())
    def misfit(sample: Sample) -> None:
        for endpoint, body in without_sampling(sample):
            faults = shape.check(body, endpoint=endpoint, betas=sample.betas)
            if any(not STRICTER.search(fault.message) for fault in faults):
                wrong[endpoint] += 1
                assert not fits(sample, body, endpoint), faults[0].message

    misfit()
    assert min(wrong.values()) >= EXAMPLES / 10, wrong


@pytest.mark.parametrize(
    "change",
    [
        {"max_tokens": "9"},
        {"wishes": 1},
        {"messages": [{"role": "user"}]},
        {"messages": [{**USER, "content": [{"type": "text", "text": "Hi", "tone": "kind"}]}]},
        {"tools": [{"type": "web_search_20260318", "name": "web_search", "max_uses": 1.5}]},
        {"stop_sequences": "END"},
    ],
)
def test_the_strict_types_do_refuse(change: JsonObject) -> None:
    body: JsonObject = {"model": "claude-opus-5-5", "max_tokens": 9, "messages": [USER]}
    adapter("messages", False).validate_python(body, strict=True)
    with pytest.raises(ValidationError):
        adapter("messages", False).validate_python({**body, **change}, strict=True)
