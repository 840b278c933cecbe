from __future__ import annotations

from components.store import drafts as module
from components.store.database import Database
from components.store.drafts import Drafts


def test_a_draft_returns_as_it_was_saved_last(database: Database) -> None:
    drafts = Drafts(database)
    drafts.save("one", {"system": "Be brief.", "turns": ["é", "\ud83d"]})
    drafts.save("one", {"system": "Be long."})
    assert drafts.load("one") == {"system": "Be long."}
    assert drafts.load("other") is None


def test_the_latest_draft_is_the_one_saved_last(database: Database) -> None:
    drafts = Drafts(database)
    assert drafts.latest() is None
    drafts.save("one", {"n": 1})
    drafts.save("two", {"n": 2})
    assert drafts.latest() == ("two", {"n": 2})
    drafts.save("one", {"n": 3})
    assert drafts.latest() == ("one", {"n": 3})


def test_only_the_newest_drafts_are_kept(database: Database) -> None:
    drafts = Drafts(database)
    for number in range(module.KEPT + 3):
        drafts.save(str(number), {"n": number})
    assert [drafts.load(str(number)) for number in range(3)] == [None] * 3
    assert drafts.load("3") == {"n": 3}
