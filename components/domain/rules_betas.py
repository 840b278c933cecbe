"""Rules about betas: those no longer needed, and the field that one of them kept alive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from components.domain.beta_catalogue import BETAS
from components.domain.beta_features import STRUCTURED
from components.domain.catalogue import CHECKED
from components.domain.findings import REMOVE, Edit, Fix
from components.domain.rule import Case, Hit, Rule


def _output_format(case: Case) -> Fix:
    """Move the older field to where it is now; one that is there already stays."""
    moved: tuple[Edit, ...] = (Edit(("output_format",), REMOVE),)
    if case.at("output_format") is not None and case.at("output_config", "format") is None:
        moved = (Edit(("output_config", "format"), case.at("output_format")), *moved)
    betas = tuple(beta for beta in sorted(case.betas) if beta.startswith(STRUCTURED.families))
    return Fix("Move it to output_config.format", moved, remove_betas=betas)


def _output_format_refused(case: Case) -> Iterator[Hit]:
    if "output_format" in case.body and not STRUCTURED.on(case.betas):
        sentence = "The output schema stands in output_config.format now. Move it there."
        yield Hit(("output_format",), sentence, _output_format(case))


def _output_format_deprecated(case: Case) -> Iterator[Hit]:
    if "output_format" in case.body and STRUCTURED.on(case.betas):
        sentence = "The field output_format is deprecated: output_config.format replaces it, without a beta."
        yield Hit(("output_format",), sentence, _output_format(case))


def _beta_needless(case: Case) -> Iterator[Hit]:
    for beta in BETAS:
        if beta.legacy and beta.name in case.betas:
            if STRUCTURED.on((beta.name,)) and "output_format" in case.body:
                continue  # There it still does something.
            purpose = f"{beta.purpose[0].upper()}{beta.purpose[1:]}"
            sentence = f"The beta {beta.name} is not needed. {purpose}."
            fix = Fix("Remove the beta", (), remove_betas=(beta.name,))
            yield Hit(("betas",), sentence, fix)


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "output_format",
        "the output schema in its older place, without the beta that kept it alive",
        "output_format: Extra inputs are not permitted",
        "output_config.format",
        _output_format_refused,
        'docs "Structured outputs"; wording (?)',
        CHECKED,
    ),
    Rule(
        "output_format_deprecated",
        "the output schema in its older place",
        "",
        "output_config.format",
        _output_format_deprecated,
        'docs "Structured outputs"',
        CHECKED,
        severity="notice",
    ),
    Rule(
        "beta_needless",
        "a beta whose feature needs none any more",
        "",
        "remove it",
        _beta_needless,
        "Python SDK 2.12.0 AnthropicBetaParam; release notes",
        CHECKED,
        severity="notice",
    ),
)
