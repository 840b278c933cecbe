from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from unit.services.compared_columns import a_body, answered, column, columns_of_samples, failed
from unit.store.samples import a_run

from components.domain.compared import Column
from components.domain.run import Run, RunError, RunState
from components.domain.run_figures import Cell, Row, RunFigures, figure_table, figures_of, plots


def row(columns: list[Column], name: str) -> Row:
    return next(row for row in figure_table(columns).rows if row.name == name)


def remarks(columns: list[Column], name: str) -> list[str]:
    return [cell.remark for cell in row(columns, name).cells]


def test_a_streamed_answer_has_all_its_figures() -> None:
    found = figures_of(answered(first_s=0.5, total_s=2.5, output_tokens=100, thinking_tokens=30))
    assert found == RunFigures(15, 100, 30, Decimal("0.0025"), 0.5, 2.5, 50.0, "end_turn")


@pytest.mark.parametrize(
    "run",
    [
        answered(body=a_body(stream=False)),
        answered(first_s=2.49, total_s=2.5),
        answered(state=RunState.STOPPED, stop_reason=None),
        answered(output_tokens=0),
        replace(answered(), message=None),
    ],
    ids=["not streamed", "came in one piece", "stopped", "no output", "no message"],
)
def test_a_rate_that_cannot_be_known_is_not_told(run: Run) -> None:
    assert figures_of(run).tokens_per_s is None


@pytest.mark.parametrize("state", [RunState.STOPPED, RunState.INTERRUPTED, RunState.FAILED])
def test_the_time_of_what_did_not_complete_is_no_total(state: RunState) -> None:
    found = figures_of(answered(state=state, stop_reason=None, error=RunError("Broken.")))
    assert (found.total_s, found.output_tokens, found.thinking_tokens) == (None, None, None)
    assert found.to_first_text_s == 0.5


def test_thinking_that_the_server_does_not_count_is_unknown_and_not_zero() -> None:
    run = answered([{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "Hi"}])
    assert run.message is not None
    bare = {**run.message, "usage": {"input_tokens": 1, "output_tokens": 2}}
    assert figures_of(replace(run, message=bare)).thinking_tokens is None
    assert figures_of(replace(answered(), message={**bare, "content": []})).thinking_tokens == 0


def test_a_live_run_shows_what_is_known_of_it() -> None:
    table = figure_table([column("A", a_run()), column("B", answered())])
    assert table.rows[0] == Row("State", (Cell("Queued"), Cell("Complete")))
    assert all(each.cells[0] == Cell("–") for each in table.rows[1:])
    assert not any(cell.remark for each in table.rows for cell in each.cells)


def test_of_single_answers_the_lowest_price_and_the_fastest_are_marked_and_no_token_count() -> None:
    fast = answered(first_s=0.2, total_s=1.2, cost_usd="0.001", output_tokens=50)
    columns = [column("A", answered(output_tokens=60)), column("B", fast), column("C", failed())]
    assert remarks(columns, "Cost") == ["", "lowest", ""]
    assert remarks(columns, "Time to first text") == ["", "fastest", ""]
    assert remarks(columns, "Total time") == ["", "fastest", ""]
    assert remarks(columns, "Tokens per second") == ["", "fastest", ""]
    assert remarks(columns, "Output tokens") == remarks(columns, "Input tokens") == ["", "", ""]


def test_equal_figures_are_not_marked() -> None:
    columns = [column("A", answered()), column("B", answered())]
    assert not any(cell.remark for each in figure_table(columns).rows for cell in each.cells)


@pytest.mark.parametrize("stop_reason", ["max_tokens", "refusal", "model_context_window_exceeded"])
def test_an_answer_that_says_less_is_not_praised_for_being_quick(stop_reason: str) -> None:
    short = answered(first_s=0.1, total_s=0.2, cost_usd="0.001", stop_reason=stop_reason)
    columns = [column("A", answered()), column("B", short)]
    assert remarks(columns, "Cost") == remarks(columns, "Total time") == ["", ""]


def test_samples_are_marked_only_where_their_quartiles_lie_apart() -> None:
    assert remarks(columns_of_samples(3, 8, apart=True), "Cost") == ["lowest", "", ""]
    assert remarks(columns_of_samples(3, 8, apart=True), "Tokens per second") == ["fastest", "", ""]
    assert remarks(columns_of_samples(3, 8), "Cost") == ["", "", ""]
    assert remarks(columns_of_samples(3, 4, apart=True), "Cost") == ["", "", ""]


def test_samples_are_told_by_median_and_spread() -> None:
    runs = [answered(total_s=seconds) for seconds in (1.0, 2.0, 3.0)]
    columns = [column("A", *runs), column("B", answered(total_s=4.0))]
    assert row(columns, "Total time").cells == (Cell("2.0 s", "1.0 s – 3.0 s"), Cell("4.0 s"))
    more = [answered(total_s=seconds) for seconds in (1.0, 2.0, 3.0, 4.0, 5.0)]
    assert row([column("A", *more)], "Total time").cells == (Cell("3.0 s", "1.5 s – 4.5 s"),)
    assert any("fewer than 5" in note for note in figure_table(columns).notes)


def test_a_figure_that_few_samples_have_says_how_few() -> None:
    unknown = answered(cost_usd=None)
    columns = [column("A", answered(), answered(cost_usd="0.0035"), unknown)]
    assert row(columns, "Cost").cells == (Cell("$0.0030", "$0.0025 – $0.0035", "n = 2"),)
    assert row(columns, "Cost of all samples").cells == (Cell("at least $0.0060 (1 unknown)"),)


def test_states_and_stop_reasons_of_samples_are_counted() -> None:
    columns = [column("A", answered(), answered(stop_reason="max_tokens"), answered(), failed())]
    assert row(columns, "State").cells == (Cell("3 complete, 1 failed"),)
    assert row(columns, "Stop reason").cells == (Cell("2 × end_turn, 1 × max_tokens"),)
    assert row(columns, "Cost of all samples").cells == (Cell("$0.0075"),)


def test_a_column_without_runs_is_all_dashes() -> None:
    table = figure_table([column("A", answered()), column("B")])
    assert {each.cells[1] for each in table.rows} == {Cell("–")}


def test_thinking_has_a_row_only_where_there_was_some() -> None:
    names = [each.name for each in figure_table([column("A", answered())]).rows]
    assert "of which thinking" not in names
    columns = [column("A", answered(thinking_tokens=5))]
    assert row(columns, "of which thinking").cells == (Cell("5"),)


def test_plots_hold_every_sample_of_every_column_on_one_scale() -> None:
    columns = [*columns_of_samples(2, 8), column("C", failed())]
    found = {plot.name: plot for plot in plots(columns)}
    assert list(found) == ["Output tokens", "Cost", "Time to first text", "Total time", "Tokens per second"]
    total = found["Total time"]
    assert [len(series.values) for series in total.series] == [8, 8, 0]
    assert total.highest == max(value for series in total.series for value in series.values)
    assert total.words.startswith("Total time of every sample. A: 8 from ")
    assert total.words.endswith("C: not known.")


def test_single_answers_and_unknown_figures_have_no_plot() -> None:
    assert plots([column("A", answered()), column("B", answered())]) == []
    free = [answered(cost_usd="0"), answered(cost_usd="0")]
    assert "Cost" not in [plot.name for plot in plots([column("A", *free)])]


def test_money_in_the_table_is_exact_before_it_is_shown() -> None:
    dear = [answered(cost_usd="0.1"), answered(cost_usd="0.2")]
    assert row([column("A", *dear)], "Cost of all samples").cells[0].text == "$0.30"
    late = replace(answered(), times=replace(answered().times, first_text=None))
    assert figures_of(late).to_first_text_s is None
    slow = answered(total_s=timedelta(minutes=2).total_seconds())
    assert row([column("A", slow)], "Total time").cells[0].text == "2 min 00 s"
