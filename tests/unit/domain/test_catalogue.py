"""The table of models, and what the service's own list makes of it."""

from __future__ import annotations

from datetime import date

import pytest

from components.domain.catalogue import CHECKED, DEFAULT_MODEL, MODELS, RETIRED, find, merge
from components.domain.json_types import JsonObject
from components.domain.model import EFFORTS, Model, to_models_api

TODAY = date(2026, 11, 22)


def test_every_id_and_alias_finds_its_model() -> None:
    names = [name for model in (*MODELS, *RETIRED) for name in (model.id, *model.aliases)]
    assert len(names) == len(set(names))
    for model in (*MODELS, *RETIRED):
        assert all(find(name) is model for name in (model.id, *model.aliases))
    assert find("claude-opus-9") is None


def test_the_default_model_is_an_active_row() -> None:
    model = find(DEFAULT_MODEL)
    assert model is not None
    assert model.lifecycle_on(TODAY) == "active"


def test_models_stand_newest_first() -> None:
    dates = [model.released for model in MODELS if model.released]
    assert dates == sorted(dates, reverse=True)
    assert len(dates) == len(MODELS) - 1


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_a_row_is_complete_and_agrees_with_itself(model: Model) -> None:
    assert model.context
    assert model.max_tokens
    assert model.cache_minimum
    assert model.line is not None
    assert model.line in model.id
    assert model.thinking is not None
    assert model.efforts is not None
    assert (model.default_effort in model.efforts) if model.efforts else model.default_effort is None
    assert ("disabled" in model.thinking) or model.thinking_default in ("always", "on")
    assert model.quiet_effort_limit is None or model.thinking & {"disabled", "between_tools"}
    assert not model.successor or find(model.successor) in MODELS
    assert set(model.efforts) <= set(EFFORTS)


def test_a_retirement_takes_effect_on_its_day() -> None:
    model = find("claude-sonnet-4-5")
    assert model is not None
    assert model.lifecycle_on(date(2026, 11, 29)) == "deprecated"
    assert model.lifecycle_on(date(2026, 11, 30)) == "retired"


def test_fast_mode_ends_on_its_day() -> None:
    model = find("claude-opus-4-8")
    assert model is not None
    assert model.fast_on(date(2026, 11, 29)) == "accepted"
    assert model.fast_on(date(2026, 11, 30)) == "refused"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_the_table_survives_the_way_through_the_models_endpoint(model: Model) -> None:
    assert merge(to_models_api(model, CHECKED)) == model


def test_an_entry_of_the_endpoint_has_the_shape_the_sdk_reads() -> None:
    from anthropic import types as anthropic_types

    for model in (*MODELS, *RETIRED):
        info = anthropic_types.ModelInfo.model_validate(to_models_api(model, CHECKED), strict=False)
        assert info.id == model.id
        assert info.capabilities.thinking.types.adaptive.supported == ("adaptive" in (model.thinking or ()))


def test_the_service_outranks_the_table_where_both_speak() -> None:
    merged = merge(
        {
            "id": "claude-sonnet-5",
            "display_name": "Sonnet the Fifth",
            "lifecycle": "deprecated",
            "retires_at": "2027-01-02T00:00:00Z",
            "max_tokens": 64_000,
            "capabilities": {
                "effort": {"supported": True, "low": {"supported": True}, "high": {"supported": True}},
                "image_input": {"supported": False},
            },
        }
    )
    assert merged.display_name == "Sonnet the Fifth"
    assert merged.lifecycle_on(TODAY) == "deprecated"
    assert merged.retires == date(2027, 1, 2)
    assert merged.max_tokens == 64_000
    assert merged.efforts == ("low", "high")
    assert merged.image_input is False
    assert merged.cache_minimum == 1_024
    assert merged.thinking == frozenset({"adaptive", "disabled"})


def test_a_model_the_table_does_not_know_takes_its_facts_from_the_service_alone() -> None:
    merged = merge(
        {
            "id": "claude-opus-6",
            "lifecycle": "active",
            "max_tokens": 200_000,
            "capabilities": {"thinking": {"types": {"adaptive": {"supported": True}}}},
        }
    )
    assert not merged.unknown
    assert merged.thinking == frozenset({"adaptive"})
    assert merged.forced_tools is None
    assert merged.sampling is None


@pytest.mark.parametrize(
    "info",
    [
        {},
        {"id": 5, "lifecycle": "resting", "max_tokens": "many", "capabilities": "all", "created_at": "soon"},
        {"id": "llama3", "object": "model", "owned_by": "library", "max_tokens": True},
        {"id": "x", "capabilities": {"thinking": {"types": []}, "effort": {"supported": "yes"}}},
    ],
)
def test_lists_of_servers_that_only_resemble_the_service_are_survived(info: JsonObject) -> None:
    assert merge(info).unknown
