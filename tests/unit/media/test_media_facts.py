from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.domain.media_facts import image_limits, image_tokens, seen_size
from components.domain.model import Model

OLDER = Model("claude-opus-4-6")
NEWER = Model("claude-opus-5-5", token_factor=1.3)


@pytest.mark.parametrize(
    ("width", "height", "older", "newer"),
    [
        (1, 1, 1, 1),
        (28, 28, 1, 1),
        (29, 28, 2, 2),
        (1000, 1000, 36 * 36, 36 * 36),
        (1092, 1092, 39 * 39, 39 * 39),
        (1568, 784, 56 * 28, 56 * 28),
        (3000, 100, 56 * 2, 92 * 4),
        (100, 3000, 56 * 2, 92 * 4),
        (2576, 1456, 52 * 30, 92 * 52),
        (8000, 1, 56, 92),
        (0, 0, 1, 1),
    ],
)
def test_an_image_costs_a_token_for_each_patch_that_is_seen(
    width: int, height: int, older: int, newer: int
) -> None:
    assert (image_tokens(width, height, OLDER), image_tokens(width, height, NEWER)) == (older, newer)


@given(st.integers(1, 20_000), st.integers(1, 20_000), st.sampled_from([OLDER, NEWER]))
def test_what_is_seen_is_the_largest_that_keeps_to_the_limits(width: int, height: int, model: Model) -> None:
    limits = image_limits(model)
    seen = seen_size(width, height, model)
    assert 1 <= max(seen) <= limits.longest_px
    assert image_tokens(width, height, model) <= limits.tokens
    if max(width, height) <= limits.longest_px and -(-width // 28) * -(-height // 28) <= limits.tokens:
        assert seen == (width, height)
    elif max(seen) < limits.longest_px:
        # One pixel more would be too many tokens.
        edge = (max(seen) + 1) / max(width, height)
        assert -(-round(width * edge) // 28) * -(-round(height * edge) // 28) > limits.tokens
