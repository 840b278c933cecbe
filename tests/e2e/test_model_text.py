"""What a model writes is shown faithfully and does nothing."""

from __future__ import annotations

from e2e.browsing import FAST, Workbench
from e2e.running import RunningApp
from playwright.sync_api import Page, expect

from components.domain.draft import Draft, Turn

ANSWER = r"""An image ![x](http://127.0.0.1:1/x.png) and ![ref][r] and
\![esc](http://127.0.0.1:1/e.png) stay away.

<img src="http://127.0.0.1:1/html.png" onerror="document.title='owned'">
<script>document.title = 'owned'</script>

It costs $5 and $10, also $$20$$. :red[x] and :material/home: and :smile: and `:material/home:`.

`![x](http://127.0.0.1:1/code.png)` and `$HOME`

````
```inner
:material/home: $5 ![x](http://127.0.0.1:1/fence.png)
```
````

[r]: http://127.0.0.1:1/ref.png

| a | b |
|---|---|
| $1 | ![t](http://127.0.0.1:1/t.png) |

[click](javascript:document.title='owned') and [data](data:text/html,owned)

The end of it."""


def test_hostile_markdown_is_shown_as_written_and_loads_nothing(app: RunningApp, page: Page) -> None:
    prompt = f"[sandbox:slow tokens_per_s=500] [sandbox:echo]{ANSWER}"
    workbench = Workbench(page, app).open(
        Draft(model="claude-haiku-4-5", max_tokens=8000, turns=[Turn(text=prompt)])
    )
    # Braces are none of this test's business: there are none in the text.
    workbench.run_button.click()
    expect(workbench.answer).to_contain_text("The end of it.")
    workbench.expect_state("Complete")
    # Coloured code comes a moment after the text.
    code = workbench.answer.get_by_test_id("stCode").locator("code")
    expect(code).to_contain_text("```inner")
    expect(workbench.button("Plain text")).to_be_visible()

    shown = workbench.answer.inner_text()
    for words in (
        "It costs $5 and $10, also $$20$$.",
        ":red[x] and :material/home: and :smile: and ",
        '<img src="http://127.0.0.1:1/html.png" onerror="document.title=\'owned\'">',
        "<script>document.title = 'owned'</script>",
        "![x](http://127.0.0.1:1/code.png)",
        "$HOME",
    ):
        assert words in shown, words
    fence = "```inner\n:material/home: $5 ![x](http://127.0.0.1:1/fence.png)\n```"
    assert code.inner_text().strip() == fence, "a fence holds its backticks"
    body = workbench.answer.get_by_test_id("stMarkdownContainer")
    assert body.locator("img").count() == 0
    assert body.locator(".katex").count() == 0
    links = workbench.answer.locator("a[href^='javascript:']")
    assert links.count() == 0
    assert page.title() != "owned"

    workbench.button("Plain text").click()
    plain = page.get_by_test_id("stPopoverBody").locator("code").inner_text()
    assert plain.strip() == ANSWER.strip()

    page.keyboard.press("Escape")
    page.reload()
    expect(code).to_contain_text("```inner")
    expect(workbench.button("Plain text")).to_be_visible()
    assert workbench.answer.inner_text().split() == shown.split(), "drawn whole it reads the same"


def test_a_prompt_full_of_markup_is_harmless_in_the_list_of_runs(app: RunningApp, page: Page) -> None:
    text = FAST + " ![x](http://127.0.0.1:1/list.png) $a$ :red[b] **c** <b>d</b>"
    workbench = Workbench(page, app).open(Draft(turns=[Turn(text=text)]))
    workbench.run_button.click()
    workbench.expect_state("Complete")
    expect(workbench.recent.first).to_contain_text(text)
    workbench.go("History")
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()
    assert page.get_by_role("main").locator("img[src*='127.0.0.1:1']").count() == 0
