from __future__ import annotations

import base64
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from components.domain.draft import Draft, Turn
from components.domain.json_types import JsonObject
from components.services.drafts import DraftKeeper
from components.store.database import open_database
from components.store.drafts import Drafts


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[DraftKeeper]:
    database = open_database(None, tmp_path)
    yield DraftKeeper(Drafts(database))
    database.close()


def free(draft_id: str) -> bool:
    return True


def taken(by_another: str) -> Callable[[str], bool]:
    return lambda draft_id: draft_id != by_another


DRAFT = Draft(system="S {{a}}", turns=[Turn(text="U")], values={"a": "v"}, temperature=0.5)


def test_the_first_draft_of_all_is_empty(keeper: DraftKeeper) -> None:
    opened = keeper.open(None, free)
    assert opened.draft.is_empty
    assert opened.connection_id is None
    assert opened.id


def test_a_draft_comes_back_as_it_was_with_its_connection(keeper: DraftKeeper) -> None:
    keeper.save("d1", DRAFT, "own")
    opened = keeper.open("d1", free)
    assert (opened.id, opened.draft, opened.connection_id) == ("d1", DRAFT, "own")


def test_the_draft_before_it_comes_back_with_it_but_not_in_another_tab(keeper: DraftKeeper) -> None:
    before = Draft(system="Before")
    keeper.save("d1", DRAFT, "c", replaced=before)
    assert keeper.open("d1", free).replaced == before
    assert keeper.open(None, free).replaced is None


@pytest.mark.parametrize("wanted", [None, "unknown"])
def test_a_new_tab_begins_with_a_copy_of_the_latest(wanted: str | None, keeper: DraftKeeper) -> None:
    keeper.save("d1", DRAFT, "own")
    keeper.save("d2", Draft(system="Newer"), "own")
    opened = keeper.open(wanted, free)
    assert opened.id not in {"d1", "d2", "unknown"}
    assert opened.draft.system == "Newer"
    assert opened.connection_id is None
    assert keeper.open("d2", free).draft.system == "Newer"


def test_a_draft_open_in_another_tab_is_copied_not_shared(keeper: DraftKeeper) -> None:
    keeper.save("d1", DRAFT, "own")
    opened = keeper.open("d1", taken("d1"))
    assert opened.id != "d1"
    assert opened.draft == DRAFT
    assert opened.connection_id == "own"


def test_only_a_changed_draft_is_written(keeper: DraftKeeper, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    save = Drafts.save

    def noted(self: Drafts, draft_id: str, content: JsonObject) -> None:
        written.append(draft_id)
        save(self, draft_id, content)

    monkeypatch.setattr(Drafts, "save", noted)
    text = keeper.save("d1", DRAFT, "own")
    assert keeper.save("d1", DRAFT, "own", already=text) == text
    assert written == ["d1"]
    assert keeper.save("d1", DRAFT, "other", already=text) != text
    assert written == ["d1", "d1"]


@pytest.mark.parametrize(
    "content", [{}, {"draft": None}, {"draft": [], "connection": 3}, {"draft": {"turns": "x"}}]
)
def test_a_draft_of_odd_shape_is_read_as_far_as_it_goes(content: dict[str, object], tmp_path: Path) -> None:
    database = open_database(None, tmp_path)
    drafts = Drafts(database)
    drafts.save("d1", content)
    opened = DraftKeeper(drafts).open("d1", free)
    assert opened.draft.is_empty
    assert opened.connection_id is None
    database.close()


def test_text_with_half_a_character_is_kept_too(keeper: DraftKeeper) -> None:
    keeper.save("d1", Draft(system="\ud83e half"), "own")
    assert keeper.open("d1", free).draft.system == "\ud83e half"


def an_attachment(size: int = 300_000) -> JsonObject:
    data = base64.b64encode(random.Random(size).randbytes(size)).decode()
    return {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": data}}


def test_what_is_compared_at_each_rerun_holds_no_data_of_attachments(
    keeper: DraftKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = Draft(turns=[Turn(blocks=[an_attachment(), {"type": "text", "text": "What is it?"}])])
    text = keeper.save("d1", draft, "own")
    assert len(text) < 2_000
    monkeypatch.setattr(base64, "b64decode", None)
    assert keeper.save("d1", draft, "own", already=text) == text


def test_a_draft_with_attachments_comes_back_as_it_was(keeper: DraftKeeper) -> None:
    draft = Draft(turns=[Turn(blocks=[an_attachment()])])
    text = keeper.save("d1", draft, "own")
    assert keeper.open("d1", free).draft == draft
    draft.turns[0].blocks = [an_attachment(300_001)]
    assert keeper.save("d1", draft, "own", already=text) != text
    assert keeper.open("d1", free).draft == draft
    assert keeper.open(None, free).draft == draft
