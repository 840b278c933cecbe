from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest


def _draw(sent: bool) -> None:
    """Run by AppTest as a script of its own, hence the imports."""
    import streamlit as st
    from unit.services.compared_columns import answered, column

    from components.widgets.take_away import Downloads, take_away

    def built_too_soon() -> bytes:
        raise AssertionError

    runs = [answered()] if sent else []
    take_away(
        [column("A", *runs), column("B", *runs)],
        Downloads(built_too_soon, built_too_soon, built_too_soon),
        lambda variant_id: st.session_state.update(asked_for=variant_id),
    )


def opened(sent: bool) -> AppTest:
    app = AppTest.from_function(_draw, args=(sent,))
    app.session_state["compare.take_away"] = True
    app.run()
    assert not app.exception
    return app


@pytest.mark.parametrize("sent", [True, False])
def test_while_it_is_closed_nothing_is_drawn_in_it(sent: bool) -> None:
    app = AppTest.from_function(_draw, args=(sent,)).run()
    assert not app.exception
    assert not app.button
    assert not app.get("download_button")


def test_files_are_offered_and_built_only_on_the_click() -> None:
    labels = [each.proto.label for each in opened(sent=True).get("download_button")]
    assert labels == ["Report", "CSV", "JSONL"]


def test_before_anything_was_sent_there_are_programs_alone() -> None:
    app = opened(sent=False)
    assert not app.get("download_button")
    assert [each.label for each in app.button] == ["Get code of A", "Get code of B"]


def test_get_code_tells_which_variant() -> None:
    app = opened(sent=True)
    app.button(key="compare.take_away.code.variant-B").click().run()
    assert app.session_state["asked_for"] == "variant-B"
