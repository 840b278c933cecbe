from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from unit.store.samples import BEGAN, a_message, a_run, ended

from components.domain.examples import Example, written
from components.domain.json_types import Json
from components.domain.run import RunFilter
from components.store import sqlite, texts
from components.store.database import Database, open_database
from components.store.runs import Runs


@pytest.fixture(params=["with trigrams", "without trigrams"])
def either(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runs]:
    if request.param == "without trigrams":
        monkeypatch.setattr(sqlite, "trigram_available", lambda _: False)
    database = open_database(None, tmp_path)
    assert database.has_text_index == (request.param == "with trigrams")
    yield Runs(database)
    database.close()


def keep(runs: Runs, prompt: Json, answer: str | None = None, *, minute: int = 0) -> str:
    run = a_run(prompt, minute=minute)
    runs.add(run, "owner")
    if answer is not None:
        runs.finish(ended(run, answer), BEGAN)
    return run.id


def found(runs: Runs, text: str) -> list[str]:
    rows = runs.page(RunFilter(text=text), limit=100)
    assert runs.count(RunFilter(text=text)) == len(rows)
    return [row.id for row in rows]


def test_a_part_of_the_prompt_or_of_the_answer_is_found(either: Runs) -> None:
    run_id = keep(either, "Tell me about otters", "Otters hold hands.")
    other = keep(either, "Something else", "Nothing.", minute=1)
    assert found(either, "bout ott") == [run_id]
    assert found(either, "hold hands") == [run_id]
    assert found(either, "thing") == [other]
    assert found(either, "badger") == []
    assert found(either, "") == [other, run_id]


def test_a_prompt_is_found_before_its_answer_comes(either: Runs) -> None:
    run_id = keep(either, "Tell me about otters")
    assert found(either, "otters") == [run_id]


def test_no_text_is_found_across_prompt_and_answer(either: Runs) -> None:
    keep(either, "begin", "end")
    assert found(either, "beginend") == []
    assert found(either, "begin end") == []


@pytest.mark.parametrize(
    ("held", "sought"),
    [
        ("Größe STRASSE", "straße"),
        ("ÉCOLE", "école"),
        ("e\u0301cole", "École"),
        ("Ωmega", "ωMEGA"),
        ("MiXed", "mixed"),
    ],
)
def test_case_and_composition_do_not_matter(either: Runs, held: str, sought: str) -> None:
    run_id = keep(either, held)
    assert found(either, sought) == [run_id]


@pytest.mark.parametrize("sought", ["a", "ab", "漢", "漢字", "😀", "%", "_", '"', "'", "\\", "/", "*", "\n"])
def test_one_or_two_characters_are_found(either: Runs, sought: str) -> None:
    run_id = keep(either, f"before {sought} after")
    keep(either, "xyz", minute=1)
    assert found(either, sought) == [run_id]


@pytest.mark.parametrize(
    ("sought", "decoy"),
    [
        ("100%", "1000"),
        ("a_b", "axb"),
        ('say "hi"', "say hi"),
        ("it's", "its"),
        ("c:\\dir", "c:dir"),
        ("a AND b", "a b"),
        ("pro*", "prompt"),
        ("a/b/c", "abc"),
        ("-not", "not"),
        ("{{x}}", "x"),
        ("line\nbreak", "line break"),
    ],
)
def test_signs_are_taken_literally(either: Runs, sought: str, decoy: str) -> None:
    run_id = keep(either, f"<{sought}>")
    keep(either, f"<{decoy}>", minute=1)
    assert found(either, sought) == [run_id]


def test_hostile_characters_neither_break_the_store_nor_the_search(either: Runs) -> None:
    run_id = keep(either, "nul \0 here", "half \ud83d of one")
    assert found(either, "here") == [run_id]
    assert found(either, "of one") == [run_id]
    assert found(either, "nul \0 here") == [run_id]
    assert found(either, "\ud83d") == [run_id]


def test_a_very_long_text_is_found(either: Runs) -> None:
    prompt = " ".join(str(number) for number in range(5000))
    run_id = keep(either, prompt)
    assert found(either, prompt[1000:9000]) == [run_id]
    assert found(either, prompt[1000:9000] + "x") == []


def test_system_prompt_all_turns_and_tool_inputs_are_searched(runs: Runs) -> None:
    body: dict[str, Json] = {
        "system": [{"type": "text", "text": "be brief"}],
        "messages": [
            {"role": "user", "content": "first question"},
            {"role": "assistant", "content": [{"type": "text", "text": "first answer"}]},
            {
                "role": "user",
                "content": [
                    {"type": "tool_result", "content": [{"type": "text", "text": "tool said"}]},
                    {"type": "image", "source": {"type": "base64", "data": "QUJDREVG"}},
                ],
            },
        ],
    }
    searched = texts.prompt_search_text(body)
    for part in ("be brief", "first question", "first answer", "tool said"):
        assert part in searched
    assert "qujdrevg" not in searched
    assert "base64" not in searched
    message = {
        **a_message("Words"),
        "content": [{"type": "tool_use", "name": "f", "input": {"city": "Łódź"}}],
    }
    assert "łódź" in texts.answer_search_text(message)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a\n b", "a b"),
        ("x" * 500, "x" * 200),
        (" " * 300 + "late", "late"),
        ([{"type": "image"}, {"type": "text", "text": "What is it?"}], "What is it?"),
        ([{"type": "image"}, {"type": "document"}], "[image] [document]"),
        ([{"type": "tool_result", "content": "22 °C"}], "22 °C"),
        (None, ""),
        (7, ""),
    ],
)
def test_the_start_of_the_prompt_is_one_line(content: Json, expected: str) -> None:
    earlier: Json = {"role": "user", "content": "earlier"}
    later: Json = {"role": "assistant", "content": "prefill"}
    assert (
        texts.prompt_start({"messages": [earlier, {"role": "user", "content": content}, later]}) == expected
    )


def test_titles_and_texts_of_documents_are_searched_but_are_not_the_question(runs: Runs) -> None:
    plain: Json = {"type": "text", "media_type": "text/plain", "data": "Otters hold hands."}
    parts: Json = {"type": "content", "content": [{"type": "text", "text": "So do badgers."}]}
    content: Json = [
        {"type": "document", "title": "Otters.txt", "source": plain},
        {"type": "document", "title": None, "source": parts},
        {"type": "document", "source": {"type": "base64", "data": "QUJDREVG"}},
        {"type": "tool_result", "content": [{"type": "document", "title": "Found.pdf", "source": None}]},
        {"type": "text", "text": "Is it true?"},
    ]
    run_id = keep(runs, content)
    for part in ("otters.txt", "hold hands", "badgers", "found.pdf", "true?"):
        assert found(runs, part) == [run_id]
    assert found(runs, "qujd") == []
    assert [row.prompt_start for row in runs.page(limit=1)] == ["Is it true?"]


def test_the_examples_box_is_searched_but_is_not_the_question(runs: Runs) -> None:
    box: Json = {"type": "text", "text": written([Example("an otter", "a mammal")])}
    keep(runs, [box, {"type": "text", "text": "A newt"}])
    keep(runs, [box], minute=1)
    assert len(found(runs, "a mammal")) == 2
    only_box, with_question = [row.prompt_start for row in runs.page(limit=2)]
    assert with_question == "A newt"
    assert only_box.startswith("<examples>")


@pytest.mark.parametrize("body", [{}, {"messages": None}, {"messages": ["odd"]}, {"messages": {"a": 1}}])
def test_an_odd_body_has_an_empty_start(body: dict[str, Json]) -> None:
    assert texts.prompt_start(body) == ""
    assert texts.prompt_search_text(body) == ""


def test_the_index_comes_and_goes_with_the_sqlite_at_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened() -> tuple[Database, Runs]:
        database = open_database(None, tmp_path)
        return database, Runs(database)

    database, runs = opened()
    first = keep(runs, "first otter", "an answer")
    database.close()
    with monkeypatch.context() as patch:
        patch.setattr(sqlite, "trigram_available", lambda _: False)
        database, runs = opened()
        assert not database.has_text_index
        second = keep(runs, "second otter", "an answer", minute=1)
        assert found(runs, "otter") == [second, first]
        database.close()
    database, runs = opened()
    assert database.has_text_index
    assert found(runs, "otter") == [second, first]
    database.close()


ALPHABET = st.text(st.sampled_from("abAB%_\\/\"'* \nßé漢"), max_size=8)
TEXTS = ["aab%b_", "AB\"ab'", "\\a/b*b\n a", "ßé漢 ab", "B%_a\\/", "aaaabbbb", "é ß\n漢a"]


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Runs, dict[str, tuple[str, str]]]]:
    database = open_database(None, tmp_path_factory.mktemp("many"))
    runs = Runs(database)
    held = {
        keep(runs, prompt, answer, minute=len(TEXTS) * number + step): (prompt, answer)
        for number, prompt in enumerate(TEXTS)
        for step, answer in enumerate(TEXTS)
    }
    yield runs, held
    database.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(sought=ALPHABET)
def test_search_finds_exactly_what_a_plain_comparison_finds(
    many: tuple[Runs, dict[str, tuple[str, str]]], sought: str
) -> None:
    runs, held = many
    plain = [
        run_id
        for run_id, parts in held.items()
        if any(texts.fold(sought) in texts.fold(part) for part in parts)
    ]
    assert found(runs, sought) == plain[::-1]
