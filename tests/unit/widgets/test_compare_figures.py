from __future__ import annotations

from streamlit.testing.v1 import AppTest

from components.widgets.safe_markdown import literal


def _single() -> None:
    """Run by AppTest as a script of its own, hence the imports."""
    from unit.services.compared_columns import answered, column, failed

    from components.widgets.compare_figures import figures_section

    fast = answered(first_s=0.2, total_s=1.2, cost_usd="0.001")
    odd = answered(cost_usd=None, stop_reason="*[a](b)|$x$")
    figures_section([column("A", odd), column("B", fast), column("C", failed())])


def _samples() -> None:
    from unit.services.compared_columns import columns_of_samples

    from components.widgets.compare_figures import figures_section

    figures_section(columns_of_samples(3, 8, apart=True))


def _nothing_sent() -> None:
    from unit.services.compared_columns import column

    from components.widgets.compare_figures import figures_section

    figures_section([column("A"), column("B")])


def rows(app: AppTest) -> dict[str, list[str]]:
    """Name → cells of the table, as Markdown."""
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in app.markdown[0].value.splitlines()]
    return {line[0]: line[1:] for line in lines}


def test_single_answers_are_a_plain_table_with_dashes_for_what_is_not_known() -> None:
    app = AppTest.from_function(_single).run()
    assert not app.exception
    table = rows(app)
    assert table[""] == ["A", "B", "C"]
    assert table["Cost"] == [literal("–"), literal("$0.0010"), literal("–")]
    assert table["Total time"] == [literal("2.5 s"), f"{literal('1.2 s')} · fastest", literal("–")]
    assert table["Stop reason"][0] == literal("*[a](b)|$x$")
    assert not app.get("vega_lite_chart")


def test_samples_have_medians_spreads_and_a_plot_of_each_figure() -> None:
    app = AppTest.from_function(_samples).run()
    assert not app.exception
    cells = rows(app)["Total time"]
    assert cells[0].startswith("**")
    assert cells[0].endswith("· fastest")
    assert "&nbsp;" in cells[0]
    assert len(app.get("vega_lite_chart")) + len(app.get("arrow_vega_lite_chart")) == 5
    assert any("bar the median" in caption.value for caption in app.caption)


def test_before_anything_was_sent_there_is_nothing() -> None:
    app = AppTest.from_function(_nothing_sent).run()
    assert not app.exception
    assert not app.markdown
    assert not app.caption
