"""The dialog "Get code", without a browser."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from media_samples import png
from streamlit.testing.v1 import AppTest
from ui.conftest import OpenApp, assert_no_fault
from ui.test_workbench import faults, words

from components.domain.draft import Draft, Turn
from components.domain.json_types import JsonObject
from components.services.verification import verify as verification
from components.services.verification.comparing import Difference
from components.services.verification.verify import NotVerifiable, Verified
from components.snippets import TARGETS, UnavailableForm
from components.widgets import code_dialog, code_forms

Opened = Callable[[Draft], AppTest]

SCHEMA: JsonObject = {
    "type": "object",
    "properties": {"answer": {"type": "string"}},
    "required": ["answer"],
    "additionalProperties": False,
}
EVERYTHING = Draft.of_body(
    {
        "model": "claude-opus-5-5",
        "max_tokens": 60_000,
        "output_config": {"format": {"type": "json_schema", "schema": SCHEMA}},
        "tools": [{"name": "look", "input_schema": {"type": "object", "properties": {}}}],
        "messages": [
            {
                "role": "user",
                "content": [
                    {
                        "type": "image",
                        "source": {"type": "base64", "media_type": "image/png", "data": png(9, 9)},
                    },
                    {"type": "text", "text": "What is in {{place}}?"},
                ],
            }
        ],
    },
    filled=False,
)
EVERYTHING.values = {"place": "the {{picture}}"}
PLAIN = Draft(model="claude-haiku-4-5", stream=False, turns=[Turn(text="Hi")])


def show(app: AppTest, draft: Draft) -> AppTest:
    """Open the dialog for another draft."""
    app.session_state["bench"].dialog = None
    app.session_state["bench"].replace_draft(draft)
    app.run()
    app.button(key="workbench.code").click().run()
    assert_no_fault(app)
    return app


@pytest.fixture
def code(open_app: OpenApp) -> Opened:
    app = open_app()
    return lambda draft: show(app, draft)


def source(app: AppTest) -> str:
    [found] = list(app.code)
    return str(found.value)


def choose(app: AppTest, key: str) -> AppTest:
    app.selectbox(key="code.target").set_value(key).run()
    assert_no_fault(app)
    return app


def switch(app: AppTest, name: str) -> AppTest:
    key = "code.stream" if name == "stream" else f"code.form.{name}"
    app.toggle(key=key).set_value(not app.toggle(key=key).value).run()
    assert_no_fault(app)
    return app


def switches(app: AppTest) -> list[str]:
    return [each.label for each in app.toggle]


def has(app: AppTest, key: str) -> bool:
    kinds = (app.button, app.toggle, app.get("download_button"))
    return any(each.key == key for kind in kinds for each in kind)


# What is written ----------------------------------------------------------------------------


def test_every_language_is_offered_and_written(code: Opened) -> None:
    app = code(PLAIN)
    assert app.selectbox(key="code.target").options == [target.title for target in TARGETS.values()]
    seen = set()
    for target in TARGETS.values():
        seen.add(source(choose(app, target.key)))
        assert target.command.format(file=target.file_name) in words(app)
        assert target.needs in words(app)
        assert "ANTHROPIC_API_KEY" in words(app)
    assert len(seen) == len(TARGETS)


def test_only_forms_that_the_request_and_the_target_have_are_offered(code: Opened) -> None:
    assert switches(code(PLAIN)) == ["Streaming", "Count tokens only"]
    app = code(EVERYTHING)
    everywhere = ["Streaming", "Variables as arguments", "Attachments as files", "Count tokens only"]
    assert switches(app) == everywhere
    of_sdks = [*everywhere[:3], "Tool loop", "Parse the answer", "Count tokens only"]
    assert switches(choose(app, "python")) == of_sdks
    assert switches(choose(app, "php")) == everywhere


def test_there_is_no_code_for_text_that_cannot_be_read(code: Opened) -> None:
    app = code(replace(PLAIN, raw_json='{"model": '))
    assert not app.code
    assert "There is no code for what is typed." in " ".join(each.value for each in app.error)


def test_what_the_service_would_refuse_is_said(code: Opened) -> None:
    app = code(replace(PLAIN, max_tokens=99_999_999))
    assert source(app)
    assert any("The service would refuse this request." in each.value for each in app.warning)
    assert not any("would refuse" in each.value for each in code(PLAIN).warning)


def test_the_wording_covers_every_form() -> None:
    assert set(code_forms.LABELS) == set(code_forms.FORMS)


def test_a_template_is_written_from_the_draft_with_its_values(code: Opened) -> None:
    app = choose(code(EVERYTHING), "python")
    assert "What is in the {{picture}}?" in source(app)
    switch(app, "template")
    assert "What is in the" not in source(app)
    assert "def " in source(app)
    assert "the {{picture}}" in source(app)


def test_attachments_as_files_make_the_download_a_zip(code: Opened) -> None:
    app = code(EVERYTHING)
    assert has(app, "code.download")
    assert png(9, 9) in source(app)
    switch(app, "attachments")
    assert png(9, 9) not in source(app)
    assert not has(app, "code.download")
    assert has(app, "code.download.archive")
    assert "in the folder of its files" in words(app)


def test_counting_tokens_switches_off_what_needs_an_answer_and_gives_it_back(code: Opened) -> None:
    app = choose(code(EVERYTHING), "python")
    switch(app, "stream")
    switch(app, "tool_loop")
    before = source(app)
    switch(app, "count_tokens")
    assert "count_tokens" in source(app)
    assert [each.disabled for each in app.toggle] == [True, False, False, True, True, False]
    assert [each.value for each in app.toggle] == [False] * 5 + [True]
    switch(app, "count_tokens")
    assert source(app) == before
    assert not any(each.disabled for each in app.toggle)


def test_choices_stay_for_the_next_request_where_they_apply(code: Opened) -> None:
    app = choose(code(EVERYTHING), "python")
    switch(app, "template")
    switch(app, "tool_loop")
    show(app, PLAIN)
    assert app.selectbox(key="code.target").value == "python"
    assert switches(app) == ["Streaming", "Count tokens only"]
    assert "def " not in source(app)
    switch(app, "stream")
    show(app, EVERYTHING)
    assert app.toggle(key="code.form.template").value is True
    assert app.toggle(key="code.form.tool_loop").value is True
    assert app.toggle(key="code.form.attachments").value is False


def test_streaming_follows_the_request_until_it_is_chosen(code: Opened) -> None:
    app = code(PLAIN)
    assert app.toggle(key="code.stream").value is False
    switch(app, "stream")
    assert '"stream": true' in source(app)
    streaming = Draft(model="claude-haiku-4-5", turns=[Turn(text="Hi")])
    show(app, streaming)
    assert app.toggle(key="code.stream").value is True
    switch(app, "stream")
    assert '"stream"' not in source(app)
    assert app.toggle(key="code.stream").value is False
    show(app, PLAIN)
    assert app.toggle(key="code.stream").value is True, "as chosen for requests that do not stream"


def test_the_sdks_wish_to_stream_is_told_where_it_holds(code: Opened) -> None:
    told = "sets a timeout of an hour"
    app = code(EVERYTHING)
    assert told not in words(app), "curl asks for nothing"
    choose(app, "typescript")
    assert told in words(app)
    assert told not in words(switch(app, "count_tokens"))
    switch(app, "count_tokens")
    assert told not in words(switch(app, "stream"))
    assert told not in words(show(app, PLAIN))


def test_a_form_that_cannot_be_written_is_a_sentence_and_can_be_left(
    code: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = code_dialog.snippet

    def snippet(*args: Any, **kwargs: Any) -> Any:
        if kwargs["form"].parsed:
            raise UnavailableForm("It would send [another](request).")
        return real(*args, **kwargs)

    monkeypatch.setattr(code_dialog, "snippet", snippet)
    app = choose(code(EVERYTHING), "python")
    switch(app, "parsed")
    assert faults(app) == "It would send [another](request)."
    assert not app.code
    switch(app, "parsed")
    assert source(app)


def test_text_that_json_cannot_carry_is_a_sentence(code: Opened) -> None:
    app = code(Draft(turns=[Turn(text="Hi")], extra={"metadata": {"user_id": "half \ud83e"}}))
    assert "lone surrogate" in faults(app)
    assert not app.code


def test_variables_without_a_value_are_named_and_the_code_is_there(code: Opened) -> None:
    app = code(Draft(turns=[Turn(text="Hi {{you}}")]))
    assert "No value yet for `{{you}}`" in words(app)
    assert "Hi {{you}}" in source(app)


def test_long_code_is_without_colours_and_says_so(code: Opened) -> None:
    app = code(Draft(turns=[Turn(text="word " * 20_000)]))
    [shown] = list(app.code)
    assert not shown.language or shown.language == "plaintext"
    assert "without colours" in words(app)


def test_what_forms_there_are_is_found_out_once_for_a_request(
    code: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    real = code_dialog.available_forms
    monkeypatch.setattr(
        code_dialog, "available_forms", lambda key, *bodies: asked.append(key) or real(key, *bodies)
    )
    app = choose(code(EVERYTHING), "python")
    for name in ("template", "attachments", "stream"):
        switch(app, name)
    assert asked == ["curl", "python"]


# Verify -------------------------------------------------------------------------------------

EQUAL = Verified(True, ("Method and path: POST /v1/messages.",), "Python 3.11.4", (), "", 1.24)
OTHER = Verified(
    False,
    ("The JSON body.",),
    "Python [3.11]",
    (
        Difference("$.model", '"a"', '"b"'),
        Difference("header anthropic-version", "(not there)", "2023-06-01"),
    ),
    "Traceback: [oops]",
    1.0,
)


class Trials:
    """Stands in for what runs programs: it ends when it is let, in the way it is told."""

    def __init__(self) -> None:
        self.result: Verified | NotVerifiable = EQUAL
        self.started: list[tuple[str, str]] = []
        self.cancelled: list[threading.Event] = []
        self.go_on = threading.Event()

    def __call__(self, key: str, snippet_of: Any, request: Any, **about: Any) -> Verified:
        self.started.append((key, snippet_of("http://127.0.0.1:1").source))
        self.cancelled.append(about["cancel"])
        about["progress"]("Running it …")
        while not self.go_on.wait(0.01):
            if about["cancel"].is_set():
                raise NotVerifiable("Stopped before there was a result.")
        if isinstance(self.result, NotVerifiable):
            raise self.result
        return self.result


@pytest.fixture
def trials(monkeypatch: pytest.MonkeyPatch) -> Iterator[Trials]:
    """Verify is allowed, and nothing is really run."""
    made = Trials()
    monkeypatch.setattr(code_dialog, "verification_allowed", lambda: True)
    monkeypatch.setattr(verification, "verify", made)
    yield made
    made.go_on.set()


def verify(app: AppTest) -> AppTest:
    """Click, and wait until it has ended."""
    app.button(key="code.verify").click().run()
    return ended(app)


def ended(app: AppTest) -> AppTest:
    assert app.session_state["code.trial"].under_way.wait(20)
    app.run()
    assert_no_fault(app)
    return app


def test_verify_is_not_offered_to_visitors_from_elsewhere(code: Opened) -> None:
    assert not has(code(PLAIN), "code.verify"), "this test has no address at all"


def test_a_result_says_what_was_run_and_compared(code: Opened, trials: Trials) -> None:
    trials.go_on.set()
    app = verify(code(PLAIN))
    said = words(app)
    assert "sends the same request as the Workbench" in said
    assert "Python 3.11.4, in 1.2 s" in said
    assert "Method and path: POST /v1/messages." in said
    [(key, written)] = trials.started
    assert key == "curl"
    assert "http://127.0.0.1:1/v1/messages" in written


OTHER_REQUEST = Draft(model="claude-haiku-4-5", stream=False, turns=[Turn(text="Hi!")])


@pytest.mark.parametrize(
    ("change", "back"),
    [
        (lambda app: choose(app, "python"), lambda app: choose(app, "curl")),
        (lambda app: switch(app, "stream"), lambda app: switch(app, "stream")),
        (lambda app: switch(app, "count_tokens"), lambda app: switch(app, "count_tokens")),
        (lambda app: show(app, OTHER_REQUEST), lambda app: show(app, PLAIN)),
    ],
    ids=["language", "streaming", "form", "request"],
)
def test_a_result_goes_with_the_code_it_was_found_for(
    code: Opened,
    trials: Trials,
    change: Callable[[AppTest], AppTest],
    back: Callable[[AppTest], AppTest],
) -> None:
    trials.go_on.set()
    app = verify(code(PLAIN))
    assert app.success
    assert app.run().success, "it is still the same code"
    assert not change(app).success
    assert not back(app).success, "nor does it come back"


def test_while_it_runs_it_says_so_and_a_second_click_does_nothing(code: Opened, trials: Trials) -> None:
    app = code(PLAIN)
    button = app.button(key="code.verify")
    button.click().run()
    assert has(app, "code.verify.cancel")
    assert "Running it" in words(app.run())
    button.click().run()
    assert len(trials.started) == 1
    assert not trials.cancelled[0].is_set()
    trials.go_on.set()
    assert ended(app).success
    assert not has(app, "code.verify.cancel")


def test_cancel_ends_it_and_leaves_nothing(code: Opened, trials: Trials) -> None:
    app = code(PLAIN)
    app.button(key="code.verify").click().run()
    app.button(key="code.verify.cancel").click().run()
    assert trials.cancelled[0].is_set()
    app.run()
    assert not has(app, "code.verify.cancel")
    assert not any((app.success, app.warning, app.error))


def test_other_code_ends_what_is_under_way(code: Opened, trials: Trials) -> None:
    app = code(PLAIN)
    app.button(key="code.verify").click().run()
    choose(app, "go")
    assert trials.cancelled[0].is_set()
    assert not has(app, "code.verify.cancel")


def test_what_is_missing_is_a_sentence_and_no_badge(code: Opened, trials: Trials) -> None:
    trials.go_on.set()
    trials.result = NotVerifiable("Go is not here. To get it: [go.dev](x).")
    app = verify(code(PLAIN))
    assert "Not verified. Go is not here. To get it: [go.dev](x)." in words(app)
    assert not app.success


def test_differences_are_listed_with_both_sides_and_what_was_printed(code: Opened, trials: Trials) -> None:
    trials.go_on.set()
    trials.result = OTHER
    app = verify(code(PLAIN))
    assert not app.success
    assert "it differs in 2 places" in faults(app)
    assert "Python [3.11]" in faults(app)
    listed, printed, _ = (each.value for each in app.code)
    assert listed.splitlines() == [
        "$.model",
        '− Workbench: "b"',
        '+ this code: "a"',
        "",
        "header anthropic-version",
        "− Workbench: 2023-06-01",
        "+ this code: (not there)",
    ]
    assert printed == "Traceback: [oops]"
