from __future__ import annotations

import json
from html import unescape

import pytest
from streamlit.testing.v1 import AppTest


def _draw(sent: bool, open_box: bool, texts: str) -> None:
    """Run by AppTest as a script of its own, hence the imports. `texts`: each column's prompt, in JSON."""
    import json

    import streamlit as st
    from unit.services.compared_columns import answered, column

    from components.domain.connection import SERVICE_URL, Connection
    from components.domain.draft import Draft, Turn
    from components.services import batch_file
    from components.widgets.take_away import Downloads, take_away

    def batch() -> batch_file.Plan:
        assert open_box, "asked while closed"
        service = Connection("environment", "Environment", SERVICE_URL)
        drafts = [Draft(turns=[Turn(text=text)]) for text in json.loads(texts)]
        columns = [
            batch_file.BatchColumn(letter, draft, service) for letter, draft in zip("AB", drafts, strict=True)
        ]
        return batch_file.plan(columns, 2)

    def built_too_soon() -> bytes:
        raise AssertionError

    runs = [answered()] if sent else []
    take_away(
        [column("A", *runs), column("B", *runs)],
        Downloads(built_too_soon, built_too_soon, built_too_soon),
        lambda variant_id: st.session_state.update(asked_for=variant_id),
        batch,
    )


def opened(sent: bool, *texts: str) -> AppTest:
    app = AppTest.from_function(_draw, args=(sent, True, json.dumps(texts or ["Hi", "Hi"])))
    app.session_state["compare.take_away"] = True
    app.run()
    assert not app.exception
    return app


@pytest.mark.parametrize("sent", [True, False])
def test_while_it_is_closed_nothing_is_drawn_in_it(sent: bool) -> None:
    app = AppTest.from_function(_draw, args=(sent, False, "[]")).run()
    assert not app.exception
    assert not app.button
    assert not app.get("download_button")


def test_files_are_offered_and_built_only_on_the_click() -> None:
    labels = [each.proto.label for each in opened(sent=True).get("download_button")]
    assert labels == ["Report", "CSV", "JSONL", "Batch file"]


def test_before_anything_was_sent_there_are_programs_and_the_batch() -> None:
    app = opened(sent=False)
    assert [each.proto.label for each in app.get("download_button")] == ["Batch file"]
    assert [each.label for each in app.button] == ["Get code of A", "Get code of B"]


def test_get_code_tells_which_variant() -> None:
    app = opened(sent=True)
    app.button(key="compare.take_away.code.variant-B").click().run()
    assert app.session_state["asked_for"] == "variant-B"


def test_a_batch_says_how_many_requests_it_is_and_what_is_left_out() -> None:
    assert "4 requests, at half the price" in said(opened(True))
    app = opened(True, "Hi", "[{{x}}](y)")
    assert "2 requests" in said(app)
    [warning] = app.warning
    assert unescape(warning.value) == (
        "Column B is left out. No value yet for {{x}}. Fill in the fields under Variables."
    )


def test_where_nothing_can_go_into_a_batch_there_is_no_button_for_it() -> None:
    app = opened(False, "", "")
    assert not app.get("download_button")
    assert len(app.warning) == 2


def said(app: AppTest) -> str:
    return unescape(" ".join(each.value for each in app.caption))
