"""The list of models, as the service pages it."""

from __future__ import annotations

from typing import Any

import pytest

from components.domain.catalogue import CHECKED, MODELS, RETIRED, merge
from components.domain.model import to_models_api


def test_the_list_is_the_catalogue_newest_first(api: Any) -> None:
    page = api.get("/v1/models?limit=1000").json()
    assert page["data"] == [to_models_api(model, CHECKED) for model in MODELS]
    assert (page["first_id"], page["last_id"]) == (MODELS[0].id, MODELS[-1].id)
    assert page["has_more"] is False
    assert [merge(info) for info in page["data"]] == list(MODELS)


@pytest.mark.parametrize("limit", [1, 7, 18, 19, 20])
def test_pages_follow_each_other_in_both_directions(limit: int, api: Any) -> None:
    seen: list[str] = []
    query = f"limit={limit}"
    for _ in range(len(MODELS) + 1):
        page = api.get(f"/v1/models?{query}").json()
        seen += [info["id"] for info in page["data"]]
        if not page["has_more"]:
            break
        query = f"limit={limit}&after_id={page['last_id']}"
    assert seen == [model.id for model in MODELS]
    before = api.get(f"/v1/models?limit={limit}&before_id={seen[-1]}").json()
    assert [info["id"] for info in before["data"]] == seen[:-1][-limit:]
    assert before["has_more"] == (limit < len(seen) - 1)


def test_the_list_can_be_asked_for_by_lifecycle(api: Any) -> None:
    retired = api.get("/v1/models?lifecycle[]=retired").json()["data"]
    assert [info["id"] for info in retired] == [model.id for model in RETIRED]
    assert {info["lifecycle"] for info in retired} == {"retired"}
    both = api.get("/v1/models?lifecycle[]=retired&lifecycle[]=deprecated&limit=100").json()["data"]
    assert {info["lifecycle"] for info in both} == {"retired", "deprecated"}


def test_one_model_is_found_by_id_and_alias(api: Any) -> None:
    for name in ("claude-haiku-4-5", "claude-haiku-4-5-20251001"):
        assert api.get(f"/v1/models/{name}").json()["id"] == "claude-haiku-4-5-20251001"
    response = api.get("/v1/models/claude-none")
    assert (response.status_code, response.json()["error"]["message"]) == (404, "model: claude-none")


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=1001", "limit=x", "after_id=none", "lifecycle[]=old", "after_id=a&before_id=b"],
)
def test_a_wrong_page_is_refused(query: str, api: Any) -> None:
    response = api.get(f"/v1/models?{query}")
    assert response.status_code == 400
    assert response.json()["error"]["type"] == "invalid_request_error"
