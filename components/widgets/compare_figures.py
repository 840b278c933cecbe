"""The figures of a comparison: a table, and of several samples a small plot of each figure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from components.domain.compared import Column
from components.domain.json_types import Json, JsonObject
from components.domain.run_figures import Cell, FigureTable, Plot, figure_table, plots
from components.widgets.safe_markdown import literal

_ROW_PX: Final = 26
"""Height of a column's row in a plot."""
_AXIS_PX: Final = 44
"""Height of the scale below the rows."""
_PLOT_PX: Final = 330
_LABELS: Final = {"": "datum.label", "s": "datum.label + ' s'", "$": "'$' + datum.label"}
"""Unit → how Vega writes a number of the scale."""


def figures_section(columns: Sequence[Column], key: str = "compare.figures") -> None:
    """Draw the figures of these columns side by side; nothing before anything was sent."""
    if not any(column.runs for column in columns):
        return
    table = figure_table(columns)
    with st.container(key=f"{key}.table"):
        # A wide table scrolls sideways within its own box.
        st.container(horizontal=True, wrap=False).markdown(_markdown(table), width="content")
    for note in table.notes:
        st.caption(literal(note))
    drawn = plots(columns)
    if not drawn:
        return
    with st.container(horizontal=True, key=f"{key}.plots"):
        for plot in drawn:
            with st.container(width=_PLOT_PX):
                st.markdown(f"**{literal(plot.name)}**")
                st.vega_lite_chart(_chart(plot), alt=plot.words)
    st.caption("Each dot is one sample, the bar the median; every scale begins at zero.")


def _markdown(table: FigureTable) -> str:
    lines = [
        f"| | {' | '.join(table.letters)} |",
        f"| :-- |{' --: |' * len(table.letters)}",
        *(f"| {literal(row.name)} | {' | '.join(map(_cell, row.cells))} |" for row in table.rows),
    ]
    return "\n".join(lines)


def _cell(cell: Cell) -> str:
    text = f"**{literal(cell.text)}**" if cell.spread else literal(cell.text)
    spread = f" ({literal(cell.spread).replace(' ', '&nbsp;')})" if cell.spread else ""
    return f"{text}{spread}{f' · {literal(cell.remark)}' if cell.remark else ''}"


def _chart(plot: Plot) -> JsonObject:
    """A strip of dots for each column, all on one scale, as Vega-Lite.

    Written out rather than made by Altair, which takes a second to import. Data within a layer stays in the
    chart; at the top, Streamlit would make a table of it, and import pandas for that.
    """
    letters: Json = [series.letter for series in plot.series]
    dots: Json = [
        {"column": series.letter, "value": value, "shown": text}
        for series in plot.series
        for value, text in zip(series.values, series.texts, strict=True)
    ]
    medians: Json = [
        {"column": series.letter, "value": series.median, "shown": f"median {series.median_text}"}
        for series in plot.series
        if series.median is not None
    ]
    encoding: JsonObject = {
        "x": {
            "field": "value",
            "type": "quantitative",
            "scale": {"domain": [0, plot.highest], "nice": 4},
            "axis": {"title": None, "tickCount": 4, "labelExpr": _LABELS[plot.unit]},
        },
        "y": {
            "field": "column",
            "type": "nominal",
            "scale": {"domain": letters},
            "sort": letters,
            "axis": {"title": None, "labelOverlap": False, "labelFlush": False},
        },
        "tooltip": [
            {"field": "column", "type": "nominal", "title": "Column"},
            {"field": "shown", "type": "nominal", "title": plot.name},
        ],
    }
    return {
        "height": _AXIS_PX + _ROW_PX * len(plot.series),
        "encoding": encoding,
        "layer": [
            {"data": {"values": dots}, "mark": {"type": "circle", "size": 55, "opacity": 0.75}},
            {"data": {"values": medians}, "mark": {"type": "tick", "thickness": 3, "size": _ROW_PX - 6}},
        ],
    }
