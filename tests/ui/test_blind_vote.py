"""The blind vote on a page of its own: blind while it lasts, exact afterwards, and lost by nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from ui.conftest import assert_no_fault
from unit.services.compared_columns import a_body, answered, column

from components.domain.blind_vote import Session, Verdict
from components.domain.compared import Column
from components.domain.run import RunState
from components.services.blind_votes import BlindVotes
from components.store.comparisons import Comparisons
from components.store.database import Database, open_database
from components.store.runs import Runs
from components.store.votes import Votes

KEY = "compare.vote"
MODELS = ("claude-opus-5-5", "claude-haiku-5-5", "claude-sonnet-5-5")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(None, tmp_path)
    for comparison_id in ("c", "other"):
        Comparisons(opened).save(comparison_id, {}, title="", models=[])
    yield opened
    opened.close()


@pytest.fixture
def votes(database: Database) -> BlindVotes:
    return BlindVotes(Votes(database), Runs(database))


def columns(*texts: Sequence[str], prompts: Sequence[str] = ("What?", "What?", "What?")) -> list[Column]:
    return [
        column(
            "ABC"[at],
            *(answered(text, body=a_body(prompts[at], MODELS[at])) for text in its),
            differs=() if at == 0 else (f"Model: {MODELS[at]}",),
        )
        for at, its in enumerate(texts)
    ]


TWO = columns(["**one**", "two", "three"], ["eins", "zwei", "*drei*"])


def _page() -> None:
    import streamlit as st

    from components.widgets.blind_vote import blind_vote_section

    blind_vote_section(
        st.session_state["columns"],
        st.session_state["votes"],
        st.session_state["comparison"],
        narrow=st.session_state["narrow"],
    )


def open_vote(
    votes: BlindVotes, given: Sequence[Column] = TWO, comparison: str = "c", *, narrow: bool = False
) -> AppTest:
    app = AppTest.from_function(_page, default_timeout=20)
    app.session_state["columns"], app.session_state["votes"] = given, votes
    app.session_state["comparison"], app.session_state["narrow"] = comparison, narrow
    app.run()
    assert_no_fault(app)
    return app


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click().run()
    assert_no_fault(app)
    return app


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def words(app: AppTest) -> str:
    """All that can be read."""
    drawn = [*app.markdown, *app.caption, *app.text, *app.info, *app.warning, *app.success]
    return "\n".join([str(each.value) for each in drawn] + labels(app))


def boxes(app: AppTest) -> list[str]:
    return [str(each.value) for each in app.text]


def session(votes: BlindVotes) -> Session:
    return votes.sessions("c")[0]


def key_of(votes: BlindVotes, verdict: Verdict, position: int) -> str:
    return f"{KEY}.{verdict}.of.{session(votes).id}.{position}"


def test_the_pairs_are_shown_without_names_figures_and_formatting(votes: BlindVotes) -> None:
    app = press(open_vote(votes), "Start voting")
    assert len(boxes(app)) == 2
    assert set(boxes(app)) <= {"one", "two", "three", "eins", "zwei", "drei"}
    seen = words(app)
    assert "Pair 1 of 3" in seen
    for telling in (*MODELS, "*", "tokens", "$"):
        assert telling not in seen.replace("**Pair 1 of 3**", "").replace("**Left**", "").replace(
            "**Right**", ""
        )


def test_the_keys_are_those_of_the_hands(votes: BlindVotes) -> None:
    app = press(open_vote(votes), "Start voting")
    shortcuts = {button.label: button.proto.shortcut for button in app.button if button.proto.shortcut}
    assert shortcuts == {
        "Undo": "u",
        "Left is better": "left",
        "Tie": "t",
        "Both bad": "b",
        "Skip": "s",
        "Right is better": "right",
    }


def test_votes_are_kept_at_once_and_the_names_come_last(votes: BlindVotes) -> None:
    app = press(open_vote(votes), "Start voting")
    for position, label in enumerate(["Left is better", "Tie", "Right is better"]):
        assert f"Pair {position + 1} of 3" in words(app)
        press(app, label)
        assert len(session(votes).verdicts) == position + 1
    assert "That was the last pair" in words(app)
    assert MODELS[0] not in words(app)
    press(app, "Show the result")
    assert list(session(votes).verdicts.values()) == [Verdict.LEFT, Verdict.TIE, Verdict.RIGHT]
    seen = words(app)
    assert "claude&#45;opus" in seen
    assert "cannot tell A and B apart" in seen or "No vote" in seen
    assert f"seed {session(votes).seed}" in seen


def test_a_vote_survives_a_reload_and_goes_on_in_another_tab(votes: BlindVotes) -> None:
    first = press(press(open_vote(votes), "Start voting"), "Tie")
    second = open_vote(votes)
    assert "Pair 2 of 3" in words(second)
    assert boxes(second) == boxes(first)
    press(second, "Skip")
    assert "Pair 3 of 3" in words(first.run())


def test_a_press_told_late_falls_on_no_other_pair(votes: BlindVotes) -> None:
    app = press(open_vote(votes), "Start voting")
    stale = open_vote(votes)
    app.button(key=key_of(votes, Verdict.LEFT, 0)).click().run()
    stale.button(key=key_of(votes, Verdict.RIGHT, 0)).click().run()
    assert_no_fault(stale)
    assert dict(session(votes).verdicts) == {0: Verdict.LEFT}
    assert "Pair 2 of 3" in words(stale)


def test_undo_goes_back_pair_by_pair(votes: BlindVotes) -> None:
    app = press(open_vote(votes), "Start voting")
    undo = next(button for button in app.button if button.label == "Undo")
    assert undo.disabled
    shown = boxes(app)
    press(press(app, "Tie"), "Both bad")
    press(press(app, "Undo"), "Undo")
    assert "Pair 1 of 3" in words(app)
    assert boxes(app) == shown
    assert not session(votes).verdicts


def test_finished_early_the_votes_given_count(votes: BlindVotes) -> None:
    app = press(press(press(open_vote(votes), "Start voting"), "Both bad"), "Finish now")
    assert session(votes).ended_at is not None
    assert "No vote decided between A and B: 1 both bad, 2 not reached." in words(app)


def test_finished_before_the_first_vote_it_is_as_if_never_begun(votes: BlindVotes) -> None:
    app = press(press(open_vote(votes), "Start voting"), "Finish now")
    assert "Start voting" in labels(app)


def test_one_can_vote_again_and_look_at_what_was(votes: BlindVotes) -> None:
    app = press(press(press(open_vote(votes), "Start voting"), "Both bad"), "Finish now")
    press(app, "Vote again")
    assert "not independent" in words(app)
    press(app, "Back to the result")
    assert "1 both bad" in words(app)
    press(press(press(press(app, "Vote again"), "Start voting"), "Tie"), "Finish now")
    assert "1 tie" in words(app)
    before, now = votes.sessions("c")[1], votes.sessions("c")[0]
    assert before.seed != now.seed
    app.selectbox(key=f"{KEY}.shown.{now.id}").set_value(before.id).run()
    assert_no_fault(app)
    assert "1 both bad" in words(app)
    assert "Vote again" not in labels(open_vote(votes, comparison="other"))


def test_a_clear_result_and_a_habit_are_said_plainly(votes: BlindVotes) -> None:
    given = columns([f"a {n}" for n in range(10)], [f"b {n}" for n in range(10)])
    app = press(open_vote(votes, given), "Start voting")
    for pair in session(votes).pairs:
        press(app, "Left is better" if pair.left == "variant-A" else "Right is better")
    press(app, "Show the result")
    assert "A was preferred: 10 of 10 decided votes (72 % to 100 %)." in words(app)
    assert not app.warning
    press(press(app, "Vote again"), "Start voting")
    for _ in range(10):
        press(app, "Left is better")
    press(app, "Show the result")
    assert "habit of choosing the left one" in app.warning[0].value


def test_all_votes_are_listed_with_the_names(votes: BlindVotes) -> None:
    app = press(press(press(open_vote(votes), "Start voting"), "Left is better"), "Skip")
    press(app, "Finish now")
    app.session_state[f"{KEY}.all"] = True
    app.run()
    listed = next(each.value for each in app.markdown if each.value.startswith("| Pair"))
    names = {"variant-A": "A", "variant-B": "B"}
    one, two = session(votes).pairs[:2]
    assert listed.splitlines()[2:] == [
        f"| 1 | {names[one.left]} | {names[one.right]} | **{names[one.left]}** (left) |",
        f"| 2 | {names[two.left]} | {names[two.right]} | skipped |",
    ]


def test_of_three_columns_the_first_two_are_proposed(votes: BlindVotes) -> None:
    app = open_vote(votes, columns(["a"], ["b"], ["c"]))
    chooser = app.multiselect[0]
    assert chooser.value == ["variant-A", "variant-B"]
    assert "1 pair of answers." in words(app)
    chooser.set_value(["variant-A", "variant-B", "variant-C"]).run()
    assert "3 pairs of answers between 3 pairs of columns." in words(app)
    press(app, "Start voting")
    for _ in range(3):
        press(app, "Left is better")
    press(app, "Show the result")
    assert "3 pairs of columns are judged at once" in words(app)


def test_one_column_alone_cannot_be_chosen(votes: BlindVotes) -> None:
    app = open_vote(votes, columns(["a"], ["b"], ["c"]))
    app.multiselect[0].set_value(["variant-B"]).run()
    assert app.button(key=f"{KEY}.start").disabled
    assert "Choose at least two columns." in words(app)


def test_more_rounds_pair_the_answers_otherwise(votes: BlindVotes) -> None:
    app = open_vote(votes)
    app.selectbox[0].set_value(2).run()
    assert "not independent" in words(app)
    press(app, "Start voting")
    assert "Pair 1 of 6" in words(app)


def test_identical_answers_are_counted_and_not_shown(votes: BlindVotes) -> None:
    app = open_vote(votes, columns(["same", "same"], ["same", "other"]))
    assert "Of identical answers within a column one is judged." in words(app)
    press(app, "Start voting")
    assert "Pair 1 of 1" in words(app)
    press(press(app, "Tie"), "Show the result")
    assert "No vote decided between A and B: 1 tie." in words(app)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (columns(["x"], []), "at least two columns"),
        (columns(), "at least two columns"),
        (columns(["x", "x"], ["x"]), "All answers are identical"),
    ],
)
def test_with_nothing_to_vote_on_the_page_says_why(votes: BlindVotes, given: list[Column], told: str) -> None:
    app = open_vote(votes, given)
    assert told in app.info[0].value
    assert not app.button


def test_answers_cut_off_or_on_their_way_are_told_of(votes: BlindVotes) -> None:
    given = columns(["a", "b", "c"], ["x", "y", "z"])
    cut = replace(given[0].runs[0], state=RunState.INTERRUPTED)
    live = replace(given[0].runs[1], state=RunState.STREAMING)
    given[0] = replace(given[0], runs=(cut, live, given[0].runs[2]))
    app = open_vote(votes, given)
    assert "Left out: 1 answer cut off before the end." in words(app)
    assert "still on their way" in words(app)
    assert "1 pair of answers." in words(app)


@pytest.mark.parametrize(("second", "shown"), [("What?", ["What?"]), ("Why?", ["What?", "Why?"])])
def test_the_prompt_is_there_on_wish_and_tells_no_side(
    votes: BlindVotes, second: str, shown: list[str]
) -> None:
    app = press(open_vote(votes, columns(["a"], ["b"], prompts=("What?", second))), "Start voting")
    assert len(boxes(app)) == 2
    app.session_state[f"{KEY}.prompt"] = True
    app.run()
    assert_no_fault(app)
    assert boxes(app)[:-2] == shown
    assert ("asked differently" in words(app)) is (len(shown) > 1)


def test_answers_that_left_the_columns_are_still_voted_on(votes: BlindVotes, database: Database) -> None:
    given = columns(["a"], ["b"])
    for each in given:
        Runs(database).add(each.runs[0], "owner")
    press(open_vote(votes, given), "Start voting")
    later = columns(["new"], ["newer"])
    app = open_vote(votes, later)
    assert set(boxes(app)) == {"a", "b"}
    press(press(app, "Tie"), "Show the result")
    assert "answers that the columns had before" in words(app)


def test_a_pair_whose_answer_is_gone_can_only_be_skipped(votes: BlindVotes) -> None:
    press(open_vote(votes, columns(["a"], ["b"])), "Start voting")
    app = open_vote(votes, columns(["new"], ["newer"]))
    assert "no longer stored" in app.warning[0].value
    usable = {button.label for button in app.button if not button.disabled}
    assert usable == {"Skip", "Finish now"}
    press(press(app, "Skip"), "Show the result")
    assert "1 skipped" in words(app)


def test_a_column_that_was_removed_is_named_as_such(votes: BlindVotes) -> None:
    press(press(press(open_vote(votes), "Start voting"), "Tie"), "Finish now")
    app = open_vote(votes, [TWO[0], *columns([], [], ["c"])[2:]])
    assert "between A and a removed column: 1 tie" in words(app)


def test_the_boxes_are_equally_high_and_lower_in_a_narrow_window(votes: BlindVotes) -> None:
    given = columns(["long " * 2000], ["short"])
    app = press(open_vote(votes, given), "Start voting")
    assert boxes_heights(app) == [460, 460]
    assert boxes_heights(open_vote(votes, given, narrow=True)) == [200, 200]


def boxes_heights(app: AppTest) -> list[int]:
    """Pixels."""
    found: list[int] = []

    def visit(block: object) -> None:
        proto = getattr(block, "proto", None)
        height = getattr(getattr(proto, "height_config", None), "pixel_height", 0)
        if height:
            found.append(height)
        for child in getattr(block, "children", {}).values():
            visit(child)

    visit(app.main)
    return [height for height in found if height >= 100]
