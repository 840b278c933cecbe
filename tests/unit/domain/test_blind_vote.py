"""The blind vote: how pairs are dealt, what votes add up to, and in which words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from components.domain.blind_vote import (
    Pair,
    Result,
    Session,
    Share,
    Tally,
    Verdict,
    can_differ,
    deal,
    most_rounds,
    pairs_in,
    preferred,
    result,
    votable,
)
from components.domain.compared import Column
from components.domain.json_types import JsonObject
from components.domain.proportions import votes_to_settle, wilson
from components.domain.request import Request
from components.domain.run import Run, RunState, RunTimes
from components.domain.vote_words import in_words, interval_in_words, left_in_words, reservations

NOW = datetime(2026, 11, 22, tzinfo=UTC)
L, R, T, BAD, SKIP = Verdict.LEFT, Verdict.RIGHT, Verdict.TIE, Verdict.BOTH_BAD, Verdict.SKIP
NAMES = {"a": "A", "b": "B", "c": "C"}


def an_answer(run_id: str, text: str, state: RunState = RunState.COMPLETE) -> Run:
    message: JsonObject = {"content": [{"type": "text", "text": text}], "stop_reason": "end_turn"}
    request = Request.of({"model": "m", "messages": []})
    return Run(run_id, state, request, "Sandbox", "http://localhost", RunTimes(NOW), message=message)


def a_column(variant_id: str, texts: Sequence[str]) -> Column:
    runs = (an_answer(f"{variant_id}{number}", text) for number, text in enumerate(texts, 1))
    return Column(variant_id, variant_id.upper(), "claude-opus-5-5", (), tuple(runs))


def columns(*numbers: int) -> list[Column]:
    """Columns a, b, … with so many answers that are all different."""
    return [
        a_column(name, [f"{name} says {number}" for number in range(count)])
        for name, count in zip("abcdef", numbers, strict=False)
    ]


def a_session(pairs: Sequence[Pair], *verdicts: Verdict) -> Session:
    return Session("s", "c", 1, tuple(pairs), dict(enumerate(verdicts)), NOW)


def unordered(pair: Pair) -> frozenset[str]:
    return frozenset({pair.left_run, pair.right_run})


# Dealing -----------------------------------------------------------------------------------------------


def test_the_same_seed_deals_the_same_pairs_in_any_version_of_python() -> None:
    assert deal(columns(3, 3), 42) == (
        Pair("a1", "b2", "a", "b"),
        Pair("b1", "a2", "b", "a"),
        Pair("b3", "a3", "b", "a"),
    )
    assert deal(columns(2, 1, 1), 2**62, 2) == (
        Pair("a2", "c1", "a", "c"),
        Pair("b1", "a1", "b", "a"),
        Pair("b1", "c1", "b", "c"),
        Pair("a2", "b1", "a", "b"),
        Pair("c1", "a1", "c", "a"),
    )


def test_another_seed_deals_otherwise() -> None:
    dealt = {deal(columns(5, 5), seed) for seed in range(50)}
    assert len(dealt) == 50


@pytest.mark.parametrize("numbers", [(1, 1), (7, 7), (3, 8), (8, 3), (4, 5, 6), (2, 2, 2, 2, 2, 2)])
def test_in_a_round_every_answer_is_used_once_against_each_other_column(numbers: tuple[int, ...]) -> None:
    given = columns(*numbers)
    dealt = deal(given, 7)
    assert len(dealt) == pairs_in(given, 1)
    for one in given:
        for other in given:
            if one is other:
                continue
            of_both = [p for p in dealt if {p.left, p.right} == {one.variant_id, other.variant_id}]
            used = Counter(run for p in of_both for run in unordered(p))
            assert len(of_both) == min(len(one.runs), len(other.runs))
            assert set(used.values()) == {1}


@pytest.mark.parametrize("numbers", [(1, 1), (3, 3), (3, 5), (5, 3), (2, 3, 4)])
def test_further_rounds_bring_every_pair_once_and_none_twice(numbers: tuple[int, ...]) -> None:
    given = columns(*numbers)
    rounds = most_rounds(given)
    dealt = deal(given, 3, rounds)
    every = sum(len(one.runs) * len(other.runs) for at, one in enumerate(given) for other in given[at + 1 :])
    assert len({unordered(pair) for pair in dealt}) == len(dealt) == every == pairs_in(given, rounds)
    assert deal(given, 3, rounds + 5) == dealt


def test_rounds_follow_each_other_so_that_ending_early_repeats_least() -> None:
    dealt = deal(columns(6, 6), 11, 3)
    for start in (0, 6, 12):
        used = Counter(run for pair in dealt[start : start + 6] for run in unordered(pair))
        assert set(used.values()) == {1}


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("number", [1, 2, 5, 6])
def test_each_column_stands_left_as_often_as_right(number: int, seed: int) -> None:
    for rounds in (1, 2, 3):
        dealt = deal(columns(number, number, number), seed, rounds)
        for couple in ({"a", "b"}, {"a", "c"}, {"b", "c"}):
            lefts = Counter(pair.left for pair in dealt if {pair.left, pair.right} == couple)
            first, second = (lefts[name] for name in sorted(couple))
            assert abs(first - second) <= 1


def test_which_side_is_left_cannot_be_told_from_the_position() -> None:
    left_first = [
        sum(deal(columns(5, 5), seed)[position].left == "a" for seed in range(400)) for position in range(5)
    ]
    assert all(150 < count < 250 for count in left_first)


def test_partners_are_matched_by_chance() -> None:
    met = Counter(
        unordered(pair)
        for seed in range(300)
        for pair in deal(columns(3, 3), seed)
        if "a1" in unordered(pair)
    )
    assert len(met) == 3
    assert all(70 < count < 130 for count in met.values())


def test_identical_answers_are_ties_that_are_not_shown() -> None:
    given = [a_column("a", ["same", "x", "y"]), a_column("b", ["same", "x", "z"])]
    dealt = deal(given, 5, rounds=3)
    assert sum(pair.identical for pair in dealt) == 2
    given = [a_column("a", ["same", "x"]), a_column("b", ["same", "x"])]
    dealt = deal(given, 5, rounds=2)
    assert [pair.identical for pair in dealt] == [False, False, True, True]
    session = a_session(dealt)
    assert session.to_show == 2
    session = a_session(dealt, L, L)
    assert session.position is None
    (tally,) = result(session, ["a", "b"]).tallies
    assert (tally.identical, tally.ties, tally.unseen, tally.share.decided) == (2, 0, 0, 2)


def test_the_same_text_is_not_judged_again_and_again() -> None:
    """Twenty identical answers are one, however many samples said it."""
    dealt = deal([a_column("a", ["x"] * 20), a_column("b", ["y"] * 20)], 5, rounds=3)
    assert len(dealt) == 1


def test_answers_that_differ_meet_first() -> None:
    for seed in range(20):
        dealt = deal([a_column("a", ["same", "x"]), a_column("b", ["same"])], seed)
        assert [pair.identical for pair in dealt] == [False]


def test_answers_that_were_cut_off_are_not_voted_on() -> None:
    runs = tuple(an_answer(state, "text", state) for state in RunState)
    assert [run.id for run in votable(Column("a", "A", "m", (), runs))] == ["complete"]


@pytest.mark.parametrize(
    ("texts", "can"),
    [
        ([["x"], ["y"]], True),
        ([["x"], ["x"]], False),
        ([["x", "y"], ["x"]], True),
        ([["x", "y"]], False),
        ([["x"], []], False),
        ([["x"], [], ["y"]], True),
        ([], False),
    ],
)
def test_a_vote_needs_two_columns_whose_answers_differ(texts: list[list[str]], can: bool) -> None:
    given = [a_column(name, each) for name, each in zip("abc", texts, strict=False)]
    assert can_differ(given) is can
    if not can:
        assert all(pair.identical for pair in deal(given, 1, most_rounds(given)))


# Voting ------------------------------------------------------------------------------------------------

FOUR = deal(columns(4, 4), 8)


def test_the_next_pair_is_the_first_without_a_verdict() -> None:
    assert a_session(FOUR).position == 0
    assert a_session(FOUR).last_voted is None
    assert a_session(FOUR, L, SKIP).position == 2
    assert a_session(FOUR, L, SKIP).last_voted == 1
    assert a_session(FOUR, L, SKIP, T, BAD).position is None


def test_a_vote_counts_for_the_column_and_not_for_the_side() -> None:
    pairs = [Pair("a1", "b1", "a", "b"), Pair("b2", "a2", "b", "a"), Pair("a3", "b3", "a", "b")]
    session = a_session(pairs, L, R, R)
    assert [preferred(session, at) for at in range(3)] == ["a", "a", "b"]
    found = result(session, ["a", "b"])
    assert found.tallies == (Tally("a", "b", won=2, lost=1),)
    assert found.left == Share(1, 3)


def test_every_verdict_is_counted_and_pairs_not_reached_too() -> None:
    pairs = deal(columns(7, 7), 2)
    (tally,) = result(a_session(pairs, L, T, T, BAD, SKIP), ["a", "b"]).tallies
    assert (tally.share.decided, tally.ties, tally.both_bad, tally.skipped) == (1, 2, 1, 1)
    assert tally.unseen == 2
    assert not tally.reused


def test_the_tallies_are_in_the_order_of_the_columns_and_name_gone_ones_last() -> None:
    session = a_session(deal(columns(2, 2, 2), 1))
    couples = [(tally.first, tally.second) for tally in result(session, ["a", "b", "c"]).tallies]
    assert couples == [("a", "b"), ("a", "c"), ("b", "c")]
    couples = [(tally.first, tally.second) for tally in result(session, ["c", "b"]).tallies]
    assert couples == [("c", "b"), ("c", "a"), ("b", "a")]


def test_answers_judged_twice_are_noted_but_not_those_skipped() -> None:
    pairs = deal(columns(2, 2), 1, 2)
    assert not result(a_session(pairs, L, R), ["a", "b"]).tallies[0].reused
    assert not result(a_session(pairs, L, R, SKIP), ["a", "b"]).tallies[0].reused
    found = result(a_session(pairs, L, R, T), ["a", "b"])
    assert found.tallies[0].reused
    assert "not independent" in " ".join(reservations(found))


def test_the_interval_and_the_chance_are_those_of_the_decided_votes() -> None:
    share = Tally("a", "b", won=14, lost=2, ties=5, skipped=9).share
    assert share.interval == wilson(14, 16)
    assert share.even_split_p == pytest.approx(137 / 2**15)
    assert Share(0, 0).interval is None
    assert Share(0, 0).even_split_p is None


# Words -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tally", "words"),
    [
        (
            Tally("a", "b", won=14, lost=2, ties=3),
            "A was preferred: 14 of 16 decided votes (64 % to 97 %).",
        ),
        (
            Tally("a", "b", won=2, lost=14),
            "B was preferred: 14 of 16 decided votes (64 % to 97 %).",
        ),
        (
            Tally("a", "b", won=4, lost=6),
            "These votes cannot tell A and B apart (4 : 6). "
            "About 380 more decided votes would settle a 10-point gap, if they come out as 55 : 45.",
        ),
        (
            Tally("a", "b", won=1),
            "These votes cannot tell A and B apart (1 : 0). "
            "About 390 more decided votes would settle a 10-point gap, if they come out as 55 : 45.",
        ),
        (
            Tally("a", "b", lost=5),
            "B is ahead with 5 of 5 decided votes (57 % to 100 %), "
            "but so few votes fall this way by chance alone about once in 16 times.",
        ),
        (
            Tally("a", "b", won=192, lost=192),
            "These votes cannot tell A and B apart (192 : 192). "
            "About 1 more decided vote would settle a 10-point gap, if they come out as 55 : 45.",
        ),
        (
            Tally("a", "b", won=250, lost=250),
            "These votes cannot tell A and B apart (250 : 250). A gap of 10 points or more would have shown.",
        ),
        (
            Tally("a", "b", ties=5, identical=1, both_bad=2, skipped=1),
            "No vote decided between A and B: 5 ties, 1 identical pair, 2 both bad, 1 skipped.",
        ),
        (Tally("a", "b", ties=1), "No vote decided between A and B: 1 tie."),
        (Tally("a", "b", unseen=8), "No vote decided between A and B: 8 not reached."),
    ],
)
def test_the_result_in_words(tally: Tally, words: str) -> None:
    assert in_words(tally, NAMES) == words


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (Share(0, 0), ""),
        (
            Share(2, 4),
            "The left one was chosen in 2 of 4 decided votes (15 % to 85 %): "
            "too few to show a habit of choosing one side.",
        ),
        (
            Share(9, 16),
            "The left one was chosen in 9 of 16 decided votes (33 % to 77 %): "
            "no sign of a habit of choosing one side.",
        ),
        (
            Share(2, 16),
            "The left one was chosen in 2 of 16 decided votes (3 % to 36 %). The sides were dealt by chance, "
            "so this looks like a habit of choosing the right one. Do not rely on this vote; vote again with "
            "an eye on both sides.",
        ),
    ],
)
def test_the_habit_of_choosing_one_side_in_words(left: Share, words: str) -> None:
    assert left_in_words(left) == words


def test_someone_who_always_chooses_left_is_told_so_and_the_columns_stay_apart() -> None:
    pairs = deal(columns(20, 20), 4)
    found = result(a_session(pairs, *[L] * 20), ["a", "b"])
    assert "habit of choosing the left one" in left_in_words(found.left)
    assert in_words(found.tallies[0], NAMES).startswith("These votes cannot tell A and B apart (10 : 10).")


def test_someone_who_always_prefers_one_column_shows_no_habit() -> None:
    pairs = deal(columns(20, 20), 4)
    session = a_session(pairs, *(L if pair.left == "b" else R for pair in pairs))
    found = result(session, ["a", "b"])
    assert in_words(found.tallies[0], NAMES) == "B was preferred: 20 of 20 decided votes (84 % to 100 %)."
    assert "no sign" in left_in_words(found.left)


def test_a_range_that_leaves_one_half_outside_does_not_read_as_if_it_held_it() -> None:
    number = votes_to_settle(2)
    for count in range(number // 2, number // 2 + 130):
        share = Share(count, number)
        interval = share.interval
        assert interval is not None
        assert (0.5 in interval) or "50 %" not in interval_in_words(share)


def test_more_needed_votes_are_never_rounded_down() -> None:
    for first, second in pairwise(range(0, 384, 2)):
        words = in_words(Tally("a", "b", won=first // 2, lost=second - first // 2), NAMES)
        promised = int(words.split("About ")[1].split()[0])
        assert 0 <= promised - (385 - second) < 10


def test_several_pairs_of_columns_are_several_chances_to_err() -> None:
    one = Result((Tally("a", "b", won=1), Tally("a", "c", ties=1)), Share(1, 1))
    assert not reservations(one)
    three = Result(tuple(Tally("a", name, won=1) for name in "bcd"), Share(1, 3))
    assert reservations(three)[0].startswith("3 pairs of columns are judged at once.")
