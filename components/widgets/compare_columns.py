"""The columns of the Compare page: heads above, answers below them, all of the same height."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st

from components.domain.compared import Column
from components.services.runs import RunView
from components.widgets.compare_answers import LiveBox, answer_box
from components.widgets.compare_head import Head, HeadActions, column_head

_HEIGHT: Final = 460


def compare_columns(
    columns: Sequence[Column],
    heads: Sequence[tuple[Head, HeadActions]],
    views: Mapping[str, RunView],
    *,
    narrow: bool,
) -> list[LiveBox]:
    """Draw them; on a narrow window each head with its answer, else in two rows so that the boxes line up.

    Returns the boxes whose answers are still arriving.
    """
    above = st.columns(len(columns), gap="small")
    below = above if narrow else st.columns(len(columns), gap="small")
    boxes: list[LiveBox | None] = []
    for column, (head, act), top, bottom in zip(columns, heads, above, below, strict=True):
        with top:
            column_head(head, act, key=f"compare.head.{column.variant_id}")
        with bottom:
            key = f"compare.answer.{column.variant_id}"
            box = f"compare.box.{column.letter}"
            boxes.append(answer_box(column, views, height=_HEIGHT, key=key, box=box))
    return [box for box in boxes if box is not None]
