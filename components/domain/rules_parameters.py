"""Rules about the model and its parameters: lifecycle, length, sampling, speed, region."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from components.domain.catalogue import CHECKED, FAST_BETA, find
from components.domain.findings import REMOVE, Edit, Fix
from components.domain.request import VERSION_2023
from components.domain.rule import Case, Hit, Rule

SAMPLING: Final = ("temperature", "top_p", "top_k")
GEOS: Final = ("global", "us")
"""Values of `inference_geo`."""
LONG_UNSTREAMED: Final = 21_334
"""From this `max_tokens` on, the official SDKs refuse to send without streaming."""


def _model_retired(case: Case) -> Iterator[Hit]:
    if case.model.lifecycle_on(case.today) == "retired":
        since = f" on {_day(case.model.retires)}" if case.model.retires else ""
        sentence = f"{case.model.name} was retired{since}: requests to it fail. Choose another model."
        yield Hit(("model",), sentence, _successor(case), {"model": case.at("model")})


def _model_deprecated(case: Case) -> Iterator[Hit]:
    if case.model.lifecycle_on(case.today) == "deprecated":
        end = f"retires on {_day(case.model.retires)}" if case.model.retires else "will be retired"
        sentence = f"{case.model.name} is deprecated and {end}. Move to a newer model before then."
        yield Hit(("model",), sentence, _successor(case))


def _successor(case: Case) -> Fix | None:
    model = find(case.model.successor) if case.model.successor else None
    return Fix(f"Switch to {model.name}", (Edit(("model",), model.id),)) if model else None


def _max_tokens_above_model(case: Case) -> Iterator[Hit]:
    asked, most = case.number("max_tokens"), case.model.max_tokens
    if asked is not None and most is not None and asked > most:
        yield Hit(
            ("max_tokens",),
            f"{case.model.name} writes at most {most:,} tokens. Lower max tokens.",
            Fix(f"Set max tokens to {most:,}", (Edit(("max_tokens",), most),)),
            {"asked": asked, "most": most, "model": case.at("model")},
        )


def _max_tokens_negative(case: Case) -> Iterator[Hit]:
    asked = case.number("max_tokens")
    if asked is not None and asked < 0:
        fix = Fix("Set max tokens to 1,024", (Edit(("max_tokens",), 1_024),))
        yield Hit(("max_tokens",), "Max tokens cannot be negative. Enter 1 or more.", fix)


def _long_unstreamed(case: Case) -> Iterator[Hit]:
    asked = case.number("max_tokens")
    if asked is not None and asked >= LONG_UNSTREAMED and case.at("stream") is not True:
        yield Hit(
            ("max_tokens",),
            f"From {LONG_UNSTREAMED:,} max tokens on, the official SDKs refuse to wait for a whole answer. "
            "Stream it.",
            Fix("Stream the answer", (Edit(("stream",), True),)),
        )


def _remove(name: str) -> Fix:
    return Fix(f"Remove {name}", (Edit((name,), REMOVE),))


def _sampling_by_version(case: Case) -> Iterator[Hit]:
    for name in SAMPLING:
        if case.version != VERSION_2023 and name in case.body:
            sentence = (
                f"API version {case.version} takes no {name} on any model. Remove it, or use 2023-06-01."
            )
            yield Hit((name,), sentence, _remove(name), {"field": name})


def _sampling_by_model(case: Case) -> Iterator[Hit]:
    if case.version != VERSION_2023 or case.model.sampling != "default_only":
        return
    temperature, top_p = case.number("temperature"), case.number("top_p")
    refused = {
        "temperature": temperature is not None and temperature != 1,
        "top_p": top_p is not None and not 0.99 <= top_p <= 1,
        "top_k": case.at("top_k") is not None,
    }
    for name in SAMPLING:
        if refused[name]:
            yield Hit(
                (name,), f"{case.model.name} takes no {name}. Remove it.", _remove(name), {"field": name}
            )


def _sampling_range(case: Case) -> Iterator[Hit]:
    if case.version != VERSION_2023 or case.model.sampling != "free":
        return
    for name in ("temperature", "top_p"):
        value = case.number(name)
        if value is not None and not 0 <= value <= 1:
            nearest = min(max(value, 0), 1)
            fix = Fix(f"Set {name} to {nearest}", (Edit((name,), nearest),))
            words = {"field": name, "range": "range: 0..1"}
            yield Hit((name,), f"{name.capitalize()} goes from 0 to 1.", fix, words)
    top_k = case.number("top_k")
    if top_k is not None and top_k < 0:
        words = {"field": "top_k", "range": "Input should be greater than or equal to 0"}
        yield Hit(("top_k",), "Top_k cannot be negative. Remove it.", _remove("top_k"), words)


def _sampling_with_thinking(case: Case) -> Iterator[Hit]:
    if (
        case.version != VERSION_2023
        or case.model.sampling != "free"
        or case.thinking_type not in {"enabled", "adaptive"}
    ):
        return
    temperature, top_p = case.number("temperature"), case.number("top_p")
    if temperature is not None and temperature != 1:
        words = {"field": "temperature", "demand": "may only be set to 1"}
        sentence = "With thinking on, the temperature must be 1. Remove it, or switch thinking off."
        yield Hit(("temperature",), sentence, _remove("temperature"), words)
    if top_p is not None and top_p < 0.95:
        words = {"field": "top_p", "demand": "must be greater than or equal to 0.95 or unset"}
        sentence = "With thinking on, top_p must be at least 0.95. Remove it, or switch thinking off."
        yield Hit(("top_p",), sentence, _remove("top_p"), words)
    if case.at("top_k") is not None:
        words = {"field": "top_k", "demand": "must be unset"}
        sentence = "With thinking on, top_k is refused. Remove it, or switch thinking off."
        yield Hit(("top_k",), sentence, _remove("top_k"), words)


def _sampling_both(case: Case) -> Iterator[Hit]:
    both = case.number("temperature") is not None and case.number("top_p") is not None
    if both and case.version == VERSION_2023 and case.model.sampling is not None:
        sentence = "Temperature and top_p cannot be used together. Keep one of them."
        yield Hit(("top_p",), sentence, _remove("top_p"))


_STANDARD: Final = Fix("Use standard speed", (Edit(("speed",), REMOVE),))


def _fast_refused(case: Case) -> Iterator[Hit]:
    if case.at("speed") == "fast" and case.model.fast_on(case.today) == "refused":
        yield Hit(("speed",), f"{case.model.name} has no fast mode. Use standard speed.", _STANDARD)


def _fast_beta(case: Case) -> Iterator[Hit]:
    model = case.model
    if not model.fast_beta or case.at("speed") is None or FAST_BETA in case.betas:
        return
    if case.at("speed") == "fast" and model.fast_on(case.today) == "accepted":
        sentence = f"{model.name} takes fast mode only with the beta {FAST_BETA}."
        yield Hit(("speed",), sentence, Fix(f"Add the beta {FAST_BETA}", (), (FAST_BETA,)))
    elif case.at("speed") != "fast":
        sentence = (
            f"{model.name} takes a speed only with the beta {FAST_BETA}. Standard speed needs no field."
        )
        yield Hit(("speed",), sentence, _STANDARD)


def _fast_ignored(case: Case) -> Iterator[Hit]:
    if case.at("speed") == "fast" and case.model.fast_on(case.today) == "ignored":
        sentence = f"{case.model.name} accepts fast mode but runs at standard speed."
        yield Hit(("speed",), sentence, _STANDARD)


def _inference_geo(case: Case) -> Iterator[Hit]:
    if case.at("inference_geo") is not None and case.model.inference_geo is False:
        sentence = f"{case.model.name} takes no inference region. Remove inference_geo."
        yield Hit(("inference_geo",), sentence, _remove("inference_geo"))


def _inference_geo_value(case: Case) -> Iterator[Hit]:
    value = case.at("inference_geo")
    if isinstance(value, str) and value not in GEOS:
        sentence = f"The inference region is {' or '.join(f'“{geo}”' for geo in GEOS)}, not “{value}”."
        yield Hit(("inference_geo",), sentence, _remove("inference_geo"))


def _max_tokens_zero(case: Case) -> Iterator[Hit]:
    if case.number("max_tokens") == 0:
        sentence = "With max tokens 0 nothing is written: the request only fills the prompt cache."
        fix = Fix("Set max tokens to 1,024", (Edit(("max_tokens",), 1_024),))
        yield Hit(("max_tokens",), sentence, fix)


def _day(day: date) -> str:
    return f"{day:%d %B %Y}".lstrip("0")


_MIGRATING: Final = 'docs "Migrating to API version 2026-10-21"'
_FAST: Final = 'docs "Fast mode"'

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "model_retired",
        "the model's retirement day has come",
        "model: {model}",
        "its successor",
        _model_retired,
        'docs "Model deprecations"; wording historical (?)',
        CHECKED,
        status=404,
        error_type="not_found_error",
    ),
    Rule(
        "model_deprecated",
        "the model is deprecated",
        "",
        "its successor",
        _model_deprecated,
        'docs "Model deprecations"',
        CHECKED,
        severity="notice",
    ),
    Rule(
        "max_tokens_above_model",
        "max_tokens is more than the model writes",
        "max_tokens: {asked} > {most}, which is the maximum allowed number of output tokens for {model}",
        "the model's maximum",
        _max_tokens_above_model,
        'docs "Models overview"; wording historical (?)',
        CHECKED,
    ),
    Rule(
        "max_tokens_negative",
        "max_tokens is below 0",
        "max_tokens: Input should be greater than or equal to 0",
        "1,024",
        _max_tokens_negative,
        "Python SDK 2.12.0 MessageCreateParams; wording (?)",
        CHECKED,
    ),
    Rule(
        "long_unstreamed",
        f"max_tokens ≥ {LONG_UNSTREAMED} without streaming",
        "",
        "stream",
        _long_unstreamed,
        "Python SDK 2.12.0 and TypeScript SDK 1.12.0",
        CHECKED,
        severity="notice",
    ),
    Rule(
        "sampling_by_version",
        "any sampling parameter on a version after 2023-06-01",
        "{field}: Extra inputs are not permitted",
        "drop it",
        _sampling_by_version,
        _MIGRATING,
        CHECKED,
    ),
    Rule(
        "sampling_by_model",
        "2023-06-01: a sampling parameter off its default, on a model since Opus 4.7",
        "`{field}` is not supported for this model.",
        "drop it",
        _sampling_by_model,
        f"{_MIGRATING}; per-model migration guides; wording (?)",
        CHECKED,
    ),
    Rule(
        "sampling_range",
        "2023-06-01: a sampling parameter out of range",
        "{field}: {range}",
        "the nearest value in range",
        _sampling_range,
        'API reference "Messages"; wording historical (?)',
        CHECKED,
    ),
    Rule(
        "sampling_with_thinking",
        "2023-06-01, Claude 4.5 and 4.6: sampling off its default while thinking",
        "`{field}` {demand} when thinking is enabled.",
        "drop it",
        _sampling_with_thinking,
        'docs "Extended thinking"; wording historical (?)',
        CHECKED,
    ),
    Rule(
        "sampling_both",
        "2023-06-01: temperature and top_p together",
        "`temperature` and `top_p` cannot both be specified for this model. Please use only one.",
        "drop top_p",
        _sampling_both,
        "third party probe (?)",
        CHECKED,
    ),
    Rule(
        "fast_refused",
        "fast mode on a model without it",
        'speed: "fast" is not supported for this model.',
        "standard",
        _fast_refused,
        f"{_FAST}; wording (?)",
        CHECKED,
    ),
    Rule(
        "fast_beta",
        "speed without its beta header, on Opus 5 and 4.8",
        "speed: Extra inputs are not permitted",
        "the beta header, or standard",
        _fast_beta,
        f"Python SDK 2.12.0 MessageCreateParams; {_FAST}; wording (?)",
        CHECKED,
    ),
    Rule(
        "fast_ignored",
        "fast mode on Opus 4.6",
        "",
        "standard",
        _fast_ignored,
        _FAST,
        CHECKED,
        severity="notice",
    ),
    Rule(
        "inference_geo",
        "inference_geo on a 4.5 model",
        "inference_geo: not supported for this model.",
        "drop it",
        _inference_geo,
        'docs "Data residency"; wording (?)',
        CHECKED,
    ),
    Rule(
        "inference_geo_value",
        "an inference_geo other than global and us",
        "inference_geo: Input should be 'global' or 'us'",
        "drop it",
        _inference_geo_value,
        'docs "Data residency"; wording (?)',
        CHECKED,
    ),
    Rule(
        "max_tokens_zero",
        "max_tokens is 0",
        "",
        "1,024",
        _max_tokens_zero,
        "Python SDK 2.12.0 MessageCreateParams",
        CHECKED,
        severity="notice",
    ),
)
