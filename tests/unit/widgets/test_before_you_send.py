from __future__ import annotations

from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from components.domain.run import Estimate
from components.services.estimates import BeforeYouSend, Share
from components.services.token_counts import Counted
from components.widgets.before_you_send import QUIET, details, line

SAID = Estimate(214, Decimal("0.000856"), Decimal("0.0024"), Decimal("0.083"))


def shown(seen: BeforeYouSend | None) -> str:
    return line(seen).replace("&#36;", "$")


def test_one_line_tells_tokens_price_and_share_of_the_context() -> None:
    seen = BeforeYouSend(Counted(214), SAID, Share(1_000_000, 0.000214, 0.004))
    assert shown(seen) == "214 tokens · $0.00086 … likely $0.0024 … $0.0830 · 0.021 % of the 1M context"
    assert "$" not in line(seen)


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (None, QUIET),
        (BeforeYouSend(Counted(pending=True)), "Counting tokens…"),
        (BeforeYouSend(Counted(pending=True, before=214), SAID), "Counting… · $0.00086 … likely"),
        (BeforeYouSend(Counted()), "The tokens of this request could not be counted."),
        (BeforeYouSend(Counted(1), Estimate(1)), "1 token · price unknown"),
        (BeforeYouSend(Counted(5), SAID, simulated=True), "5 tokens · simulated, costs nothing"),
        (BeforeYouSend(Counted(5), SAID, Share(200_000, 0.83, 0.9)), "83 % of the 200k context, little room"),
        (BeforeYouSend(Counted(5), SAID, Share(200_000, 1.01, 2.0)), "more than the 200k context holds"),
    ],
)
def test_the_line_is_there_in_every_case(seen: BeforeYouSend | None, words: str) -> None:
    assert words in shown(seen)
    assert "\n" not in line(seen)
    assert details(seen)


def test_what_the_figures_assume_is_behind_the_line() -> None:
    def page() -> None:
        from components.services.estimates import BeforeYouSend
        from components.services.token_counts import Counted
        from components.widgets.before_you_send import before_you_send

        before_you_send(BeforeYouSend(Counted(3), assumptions=("One thing.", "Another.")))
        before_you_send(None)

    app = AppTest.from_function(page).run()
    assert not app.exception
    first, second = app.caption
    assert first.value == "3 tokens · price unknown"
    assert first.help == "- One thing.\n- Another."
    assert second.value == QUIET
    assert second.help
