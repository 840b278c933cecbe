"""`GET /v1/models`: the domain's own table, served as the service serves its list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from components.domain.catalogue import MODELS, RETIRED, find
from components.domain.json_types import JsonObject
from components.domain.model import to_models_api
from components.sandbox.errors import Refusal

DEFAULT_LIMIT: Final = 20
MOST: Final = 1_000
LIFECYCLES: Final = ("active", "deprecated", "retired")


def page(
    *,
    limit: str | None,
    after_id: str | None,
    before_id: str | None,
    lifecycles: Sequence[str],
    today: date,
) -> JsonObject:
    """One page of the list, newest first. Raises `Refusal` for parameters out of range."""
    size = int(limit) if limit is not None and limit.isdecimal() else DEFAULT_LIMIT if limit is None else 0
    if not 1 <= size <= MOST:
        raise Refusal(400, f"limit: Input should be between 1 and {MOST}")
    if wrong := [name for name in lifecycles if name not in LIFECYCLES]:
        raise Refusal(
            400, f"lifecycle: Input should be 'active', 'deprecated' or 'retired', not '{wrong[0]}'"
        )
    if after_id is not None and before_id is not None:
        raise Refusal(400, "after_id, before_id: only one of them may be given")
    wanted = lifecycles or ("active", "deprecated")
    rows = [model for model in (*MODELS, *RETIRED) if model.lifecycle_on(today) in wanted]
    places = {model.id: i for i, model in enumerate(rows)}
    for name, value in (("after_id", after_id), ("before_id", before_id)):
        if value is not None and value not in places:
            raise Refusal(400, f"{name}: no model '{value}' in this list")
    if before_id is not None:
        end = places[before_id]
        start = max(0, end - size)
        more = start > 0
    else:
        start = places[after_id] + 1 if after_id is not None else 0
        end = start + size
        more = end < len(rows)
    shown = rows[start:end]
    return {
        "data": [to_models_api(model, today) for model in shown],
        "has_more": more,
        "first_id": shown[0].id if shown else None,
        "last_id": shown[-1].id if shown else None,
    }


def entry(id_or_alias: str, today: date) -> JsonObject:
    """One model. Raises `Refusal` when there is none of that name."""
    model = find(id_or_alias)
    if model is None:
        raise Refusal(404, f"model: {id_or_alias}")
    return to_models_api(model, today)
