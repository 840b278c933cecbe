"""Differences of prose, in whole words; in scripts without spaces between words, in characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from functools import cache
from itertools import chain
from typing import Final, NamedTuple

from components.services.alignment import Block, Stretch, common_words, readable, stretches

_UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
"""Thai, Lao, Burmese, Khmer, kana and ideographs: written without spaces between words."""
_FLAG_LETTERS: Final = "\U0001f1e6-\U0001f1ff"


class Sign(StrEnum):
    SAME = "="
    REMOVED = "−"
    ADDED = "+"


class Piece(NamedTuple):
    """A part of a text. All but the added pieces, joined, are the text before; all but the removed, after."""

    sign: Sign
    text: str


def words(text: str) -> list[str]:
    """Cut a text into words, runs of spaces, runs of line ends, and single other characters.

    Joined they are the text. No character that is drawn as one is cut: marks stay with their letter, the
    parts of an emoji together.
    """
    return _pattern().findall(text)


def is_word(token: str) -> bool:
    """Whether it counts as a word: neither white space nor punctuation."""
    return token[0].isalnum() or token[0] == "_" or unicodedata.category(token[0]) == "So"


def word_pieces(before: str, after: str) -> list[Piece]:
    """The differences of two texts; no two pieces of the same sign next to each other."""
    if before == after:
        return [Piece(Sign.SAME, before)] if before else []
    old, new = words(before), words(after)
    found: list[Piece] = []
    for stretch in word_stretches(old, new):
        found += pieces_of(stretch, old, new)
    return found


def word_stretches(before: Sequence[str], after: Sequence[str]) -> list[Stretch]:
    """The differences of two texts that `words` has cut.

    Words and line ends are matched; what is between them follows, else every full stop would be a match.
    """
    weights = {token: len(token) if is_word(token) else 0 for token in {*before, *after}}
    at = [place for place, token in enumerate(before) if weights[token] or _ends_line(token)]
    new_at = [place for place, token in enumerate(after) if weights[token] or _ends_line(token)]
    blocks = common_words(
        [before[place] for place in at],
        [after[place] for place in new_at],
        _ends_line,
    )
    together = ((at[b.start + k], new_at[b.new_start + k]) for b in blocks for k in range(b.size))
    found = stretches(list(_with_what_is_between(before, after, together)), len(before), len(after))
    return readable(found, before, after, weights.__getitem__, keeps=_ends_line)


def pieces_of(stretch: Stretch, before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    old = "".join(before[stretch.start : stretch.end])
    if stretch.same:
        yield Piece(Sign.SAME, old)
        return
    if old:
        yield Piece(Sign.REMOVED, old)
    if stretch.new_start < stretch.new_end:
        yield Piece(Sign.ADDED, "".join(after[stretch.new_start : stretch.new_end]))


def _with_what_is_between(
    before: Sequence[str], after: Sequence[str], together: Iterable[tuple[int, int]]
) -> Iterator[Block]:
    """The words that belong together, and what is next to them where it is the same."""
    at = new_at = 0
    for place, new_place in [*together, (len(before), len(after))]:
        while at < place and new_at < new_place and before[at] == after[new_at]:
            yield Block(at, new_at, 1)
            at, new_at = at + 1, new_at + 1
        back = 0
        while (
            back < min(place - at, new_place - new_at)
            and before[place - back - 1] == after[new_place - back - 1]
        ):
            back += 1
        size = back + (place < len(before))
        yield Block(place - back, new_place - back, size)
        at, new_at = place + 1, new_place + 1


def _ends_line(token: str) -> bool:
    return token[0] in "\r\n"


@cache
def _pattern() -> re.Pattern[str]:
    more = f"[{_marks()}\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*"
    letter = rf"[^\W{_UNSPACED}]{more}"
    return re.compile(
        rf"""
        (?:\r\n|[\r\n])+
        |[^\S\r\n]+
        |[{_FLAG_LETTERS}]{{2}}
        |[{_UNSPACED}]{more}
        |(?:{letter})+(?:['’](?:{letter})+|(?<=\d)[.,](?=\d)(?:{letter})+)*
        |.{more}(?:\u200d.{more})*
        """,
        re.VERBOSE | re.DOTALL,
    )


def _marks() -> str:
    """Every combining mark, as the inside of a character class. The planes left out have none."""
    places = chain(range(0x20000), range(0xE0100, 0xE01F0))
    marked = [code for code in places if unicodedata.category(chr(code))[0] == "M"]
    starts = [code for code, prior in zip(marked, [-2, *marked], strict=False) if code != prior + 1]
    ends = [code for code, later in zip(marked, [*marked[1:], -2], strict=True) if code != later - 1]
    return "".join(f"{chr(start)}-{chr(end)}" for start, end in zip(starts, ends, strict=True))
