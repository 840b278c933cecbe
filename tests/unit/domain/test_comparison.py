"""What columns share, what they do not, and how that is kept."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.domain.comparison import LINKABLE, MOST, Comparison, Variant
from components.domain.draft import Draft, Turn


def draft(text: str = "Hello", **fields: object) -> Draft:
    return Draft(turns=[Turn(text=text)], **fields)  # type: ignore[arg-type]


def test_one_draft_is_compared_with_itself() -> None:
    made = Comparison.of(draft())
    assert [each.draft.body() for each in made.variants] == [draft().body()] * 2
    assert made.linked == set(LINKABLE) - {"Model"}


def test_the_groups_that_can_be_linked_are_all_that_is_sent() -> None:
    grouped = {name for names in LINKABLE.values() for name in names}
    assert set(Draft.__dataclass_fields__) - grouped == {"values", "raw_json"}


def test_what_is_linked_follows_the_column_that_was_edited() -> None:
    made = Comparison.of(draft())
    a, b = made.variants
    a.draft.system, a.draft.model = "You are brief.", "claude-haiku-5-5"
    made.spread(a)
    assert b.draft.system == "You are brief."
    assert b.draft.model != "claude-haiku-5-5"


def test_columns_never_share_an_object() -> None:
    made = Comparison.of(draft())
    a, b = made.variants
    a.draft.turns.append(Turn("assistant", "Hi"))
    made.spread(a)
    made.unlink("Prompt")
    a.draft.turns[0].text = "Other"
    assert b.draft.turns[0].text == "Hello"
    assert b.draft.turns[0].id == a.draft.turns[0].id


def test_a_column_that_differs_unlinks_what_differs_and_nothing_else() -> None:
    made = Comparison.of(draft())
    made.add(draft("Goodbye", max_tokens=4096))
    assert made.linked == set(LINKABLE) - {"Model", "Prompt"}


def test_linking_again_makes_it_the_same_as_in_the_chosen_column() -> None:
    made = Comparison.of(draft(), draft("Goodbye"))
    made.link("Prompt", made.variants[1])
    assert made.variants[0].draft.turns[0].text == "Goodbye"


def test_values_are_the_same_in_every_column() -> None:
    made = Comparison.of(draft("Hello {{name}}", values={"name": "Ada"}), draft("Bye {{name}} of {{town}}"))
    assert [each.draft.values.get("name") for each in made.variants] == ["Ada", "Ada"]
    assert made.variables == ["name", "town"]
    made.variants[0].draft.values["town"] = "Bath"
    made.spread(made.variants[0])
    assert made.variants[1].draft.values["town"] == "Bath"


def test_a_draft_with_another_value_keeps_what_it_would_send() -> None:
    ada = draft("Hello {{name}}", values={"name": "Ada"})
    bob = draft("Hello {{name}}", values={"name": "Bob"})
    made = Comparison.of(ada, bob)
    assert [each.draft.body()["messages"] for each in made.variants] == [
        ada.body()["messages"],
        bob.body()["messages"],
    ]
    assert made.variants[1].draft.variables == []


def test_what_differs_is_said_in_words() -> None:
    made = Comparison.of(draft(), draft(model="claude-haiku-5-5", max_tokens=2048, effort="low", system="Hm"))
    assert made.differs(made.variants[0]) == []
    assert made.differs(made.variants[1]) == [
        "Model: claude-haiku-5-5",
        "Max tokens: 2,048",
        "System prompt: added",
        "Effort: low",
    ]


def test_there_are_two_to_six_columns() -> None:
    made = Comparison.of(draft())
    while not made.full:
        made.add(draft())
    assert len(made.variants) == MOST
    with pytest.raises(ValueError, match="at most 6"):
        made.add(draft())
    for variant in list(made.variants):
        made.remove(variant.id)
    assert len(made.variants) == 2
    assert len(Comparison.of(*(draft(str(n)) for n in range(9))).variants) == MOST


def test_a_duplicate_stands_beside_its_original() -> None:
    made = Comparison.of(draft())
    first = made.variants[0]
    copy = made.add(first.draft, after=first)
    assert [made.letter(first.id), made.letter(copy.id)] == ["A", "B"]


def test_a_comparison_survives_json() -> None:
    made = Comparison.of(draft("Hi {{name}}", values={"name": "Ada"}), draft("Ho", max_tokens=9))
    made.samples, made.at_once, made.limit_usd = 5, 3, Decimal("0.25")
    made.variants[1].connection_id = "sandbox"
    again = Comparison.of_json(made.id, made.to_json())
    assert again.to_json() == made.to_json()
    assert [each.id for each in again.variants] == [each.id for each in made.variants]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(content=st.dictionaries(st.sampled_from(sorted(Comparison.of(Draft()).to_json())), _JSON))
def test_whatever_is_in_the_database_opens_as_a_usable_comparison(content: dict[str, object]) -> None:
    made = Comparison.of_json("x", content)  # type: ignore[arg-type]
    assert 2 <= len(made.variants) <= MOST
    assert 1 <= made.samples <= 20
    assert all(isinstance(each, Variant) for each in made.variants)
