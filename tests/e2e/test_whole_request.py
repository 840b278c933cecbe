"""Everything a request can hold: attachments, tools, a schema, another model, pasted code."""

from __future__ import annotations

import io
import json
import re

import pytest
from e2e.browsing import FAST, Workbench, settle
from e2e.running import RunningApp
from PIL import Image
from playwright.sync_api import Page, expect

from components.domain.draft import Draft, Turn
from components.domain.json_types import JsonObject

CITY: JsonObject = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}
TOOLS: list[JsonObject] = [
    {"name": "weather", "description": "The weather of a city", "input_schema": CITY},
    {"name": "population", "description": "How many people live in a city", "input_schema": CITY},
]


def png(width: int, height: int) -> bytes:
    picture = io.BytesIO()
    Image.new("RGB", (width, height), "#b4552d").save(picture, "PNG")
    return picture.getvalue()


def attach(workbench: Workbench, *files: tuple[str, str, bytes]) -> None:
    workbench.button(re.compile("Attach")).first.click()
    payload = [{"name": name, "mimeType": kind, "buffer": content} for name, kind, content in files]
    workbench.page.locator("input[type=file]").set_input_files(payload)  # type: ignore[arg-type]


def test_an_image_is_attached_previewed_sent_and_found_again(app: RunningApp, page: Page) -> None:
    workbench = Workbench(page, app).open(Draft(turns=[Turn(text=f"What is this? {FAST}")]))
    attach(workbench, ("brick.png", "image/png", png(640, 480)), ("notes.txt", "text/plain", b"Some notes."))
    expect(workbench.main).to_contain_text(re.compile("640\\s*×\\s*480"))
    expect(workbench.main).to_contain_text("notes.txt")
    expect(workbench.main).to_contain_text(re.compile(r"\d+ tokens ·"))
    workbench.run_button.click()
    workbench.expect_state("Complete")
    expect(workbench.answer).to_contain_text("640×480")
    page.get_by_role("tab", name="Request").click()
    expect(page.get_by_role("tabpanel", name="Request")).to_contain_text("image/png")
    page.reload()
    expect(workbench.main).to_contain_text(re.compile("640\\s*×\\s*480"))
    expect(workbench.user).to_have_value(f"What is this? {FAST}")


def test_an_image_that_is_too_large_is_scaled_down_with_one_click(app: RunningApp, page: Page) -> None:
    workbench = Workbench(page, app).open(Draft(turns=[Turn(text=f"What is this? {FAST}")]))
    attach(workbench, ("wide.png", "image/png", png(8400, 20)))
    scale = workbench.button("Make the image smaller")
    expect(scale.first).to_be_visible()
    workbench.run_button.click()
    expect(workbench.alerts.filter(has_text="Nothing was sent")).to_be_visible()
    scale.first.click()
    expect(workbench.main).to_contain_text(re.compile(r"2,?576\s*×"))
    workbench.run_button.click()
    workbench.expect_state("Complete")


def test_two_tool_calls_get_their_results_and_the_model_goes_on(app: RunningApp, page: Page) -> None:
    draft = Draft(turns=[Turn(text=f"How is Paris? {FAST}")], tools=[*TOOLS])
    workbench = Workbench(page, app).open(draft)
    workbench.run_button.click()
    expect(workbench.main).to_contain_text("2 tool calls")
    workbench.button("Give the results").click()
    results = page.get_by_role("textbox", name=re.compile("Result of"))
    expect(results).to_have_count(2)
    results.nth(0).fill("Sunny, 21 degrees")
    results.nth(1).fill("No such city")
    results.nth(1).blur()
    page.get_by_text("This is an error").nth(1).click()
    expect(workbench.main).to_contain_text(re.compile(r"\d+ tokens ·"))
    workbench.run_button.click()
    workbench.expect_state("Complete")
    expect(workbench.answer).to_contain_text("Sunny, 21 degrees")
    page.get_by_role("tab", name="Request").click()
    request = page.get_by_role("tabpanel", name="Request")
    expect(request).to_contain_text('"is_error": true')
    expect(request).to_contain_text('"type": "thinking"')


def test_an_answer_by_a_schema_is_shown_as_a_table_and_checked(app: RunningApp, page: Page) -> None:
    draft = Draft(
        turns=[Turn(text=f"Who was there? {FAST}")],
        output_format={"type": "json_schema", "schema": CITY},
    )
    workbench = Workbench(page, app).open(draft)
    workbench.run_button.click()
    workbench.expect_state("Complete")
    expect(workbench.answer).to_contain_text(re.compile("[Vv]alid"))
    expect(workbench.answer).to_contain_text("city")


def test_another_model_says_what_it_would_change_before_it_does(app: RunningApp, page: Page) -> None:
    draft = Draft(
        model="claude-sonnet-4-6",
        temperature=0.3,
        turns=[Turn(text=f"Say hi {FAST}")],
    )
    workbench = Workbench(page, app).open(draft)
    workbench.choose_model("claude-opus-5-5")
    expect(workbench.main).to_contain_text("Switch to Claude Opus 5.5?")
    expect(workbench.main).to_contain_text("takes no temperature")
    expect(workbench.model).to_have_value("claude-sonnet-4-6")
    workbench.button("Stay with Claude Sonnet 4.6").click()
    expect(workbench.main).not_to_contain_text("Switch to Claude Opus 5.5?")
    expect(workbench.main).to_contain_text("temperature 0.3")
    workbench.choose_model("claude-opus-5-5")
    workbench.button("Switch and make these changes").click()
    expect(workbench.model).to_have_value("claude-opus-5-5")
    expect(workbench.main).not_to_contain_text("temperature 0.3")
    workbench.run_button.click()
    workbench.expect_state("Complete")


def test_a_model_that_changes_nothing_else_is_taken_at_once(workbench: Workbench) -> None:
    workbench.choose_model("claude-haiku-5-5")
    expect(workbench.model).to_have_value("claude-haiku-5-5")
    expect(workbench.main).not_to_contain_text("Switch to")


CURL = """curl https://api.anthropic.com/v1/messages \\
  -H "x-api-key: sk-ant-api03-not-a-real-key" -H "anthropic-version: 2023-06-01" \\
  -H 'content-type: application/json' \\
  --data '{"model": "claude-haiku-5-5", "max_tokens": 321, "system": "It'\\''s {{x}}",
    "messages": [{"role": "user", "content": "Hi from curl"}], "metadata": {"user_id": "u-1"}}'"""


def test_a_pasted_curl_fills_the_editor_and_its_key_is_dropped(workbench: Workbench) -> None:
    page = workbench.page
    workbench.button("Import").click()
    box = page.get_by_role("textbox", name="Code or JSON")
    take = page.get_by_role("button", name="Put it into the editor")
    box.fill("curl -H 'x: y")
    take.click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_be_visible()
    box.fill(CURL)
    take.click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(workbench.user).to_have_value("Hi from curl")
    expect(workbench.system).to_have_value("It's \\{{x}}")
    expect(workbench.model).to_have_value("claude-haiku-5-5")
    expect(workbench.max_tokens).to_have_value("321")
    expect(workbench.main).to_contain_text("user id")
    workbench.run_button.click()
    workbench.expect_state("Complete")
    assert "not-a-real-key" not in page.content()


def test_ctrl_enter_in_the_import_dialog_sends_nothing(workbench: Workbench) -> None:
    workbench.user.fill("Not yet")
    workbench.user.blur()
    workbench.button("Import").click()
    box = workbench.page.get_by_role("textbox", name="Code or JSON")
    box.fill("{}")
    box.press("Control+Enter")
    workbench.page.keyboard.press("Escape")
    expect(workbench.page.get_by_role("dialog")).to_have_count(0)
    expect(workbench.main).to_contain_text("Try a prompt")
    expect(workbench.user).to_have_value("Not yet")


def test_in_json_mode_the_form_follows_and_broken_text_is_not_sent(workbench: Workbench) -> None:
    page = workbench.page
    workbench.user.fill("Say {{what}}")
    workbench.user.blur()
    expect(page.get_by_role("textbox", name="{{what}}")).to_be_visible()
    workbench.button("Edit as JSON").click()
    body = page.get_by_role("textbox", name="Request body (JSON)")
    expect(body).to_have_value(re.compile("Say {{what}}"))
    typed = json.loads(body.input_value())
    typed["messages"][0]["content"] = f"Shout {{{{what}}}} {FAST}"
    typed["max_tokens"] = 777
    body.fill(json.dumps(typed)[:-1])
    body.blur()
    expect(workbench.alerts.filter(has_text="This text is not sent")).to_be_visible()
    workbench.run_button.click()
    expect(workbench.alerts.filter(has_text="Nothing was sent")).to_be_visible()
    page.reload()
    expect(body).to_have_value(json.dumps(typed)[:-1])
    settle(page)
    body.fill(json.dumps(typed))
    body.blur()
    settle(page)
    page.get_by_role("textbox", name="{{what}}").fill("hello")
    page.get_by_role("textbox", name="{{what}}").blur()
    expect(workbench.max_tokens).to_have_value("777")
    workbench.button("Back to the form").click()
    expect(workbench.user).to_have_value(f"Shout {{{{what}}}} {FAST}")
    workbench.run_button.click()
    workbench.expect_state("Complete")


@pytest.mark.parametrize("width", [1440, 390])
def test_a_tool_is_made_by_form_and_called(app: RunningApp, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 1000})
    workbench = Workbench(page, app).open(Draft(turns=[Turn(text=f"The weather in Paris? {FAST}")]))
    workbench.button(re.compile("^Tools")).click()
    workbench.button(re.compile("[Ww]eather")).first.click()
    expect(workbench.button(re.compile("^Tools · 1"))).to_be_visible()
    workbench.run_button.click()
    expect(workbench.main).to_contain_text("1 tool call")


def test_figures_stand_before_and_after_a_run(workbench: Workbench) -> None:
    workbench.user.fill(f"Count me {FAST}")
    workbench.user.blur()
    expect(workbench.main).to_contain_text(re.compile(r"\d+ tokens · simulated, costs nothing"))
    workbench.run_button.click()
    workbench.expect_state("Complete")
    workbench.page.get_by_text("Usage and limits").first.click()
    expect(workbench.main).to_contain_text(re.compile("Requests: [\\d,]+ of"))
    expect(workbench.main).to_contain_text("Total")
