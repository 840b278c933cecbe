"""Which items of two sequences belong together. The matching is the library's, `rapidfuzz`.

Its bit-parallel longest common subsequence takes about 0.15 s for 25,000 items against 25,000, whatever they
are, and always gives the same result. `diff-match-patch` needs 4 s for 50 KB that differ in a tenth of the
words and 20 s for a third; with a time limit it calls all of them changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Final, NamedTuple, TypeVar

LARGEST: Final = 640_000_000
"""The most comparisons of two items in one alignment; each takes a bit of memory, 80 MB together."""
KEPT: Final = 30
"""From what weight on a common part is no coincidence, however much around it changed."""
_PAIRS: Final = 2_500
"""Combinations among which the best pairs are looked for; of more, the first goes with the first."""

T = TypeVar("T")
Item = TypeVar("Item", str, int, "tuple[str, ...]")


class Block(NamedTuple):
    """`before[start : start + size]` equals `after[new_start : new_start + size]`, item by item."""

    start: int
    new_start: int
    size: int


class Stretch(NamedTuple):
    """`before[start:end]` became `after[new_start:new_end]`."""

    same: bool
    start: int
    end: int
    new_start: int
    new_end: int


def common(before: Sequence[Item], after: Sequence[Item], allowed: int = LARGEST) -> list[Block]:
    """A longest common subsequence, in order; when that takes more than `allowed` comparisons, only what is
    common at the start and at the end.
    """
    from rapidfuzz.distance import Indel

    shorter = min(len(before), len(after))
    head = next((at for at in range(shorter) if before[at] != after[at]), shorter)
    rest = shorter - head
    tail = next((at for at in range(rest) if before[-1 - at] != after[-1 - at]), rest)
    inner, new_inner = before[head : len(before) - tail], after[head : len(after) - tail]
    blocks = [Block(0, 0, head)]
    if len(inner) * len(new_inner) <= allowed:
        # The library compares hashes; of small numbers they are exact.
        numbers: dict[Item, int] = {}
        old = [numbers.setdefault(item, len(numbers)) for item in inner]
        new = [numbers.setdefault(item, len(numbers)) for item in new_inner]
        found = Indel.editops(old, new).as_matching_blocks()
        blocks += [Block(block.a + head, block.b + head, block.size) for block in found]
    blocks.append(Block(len(before) - tail, len(after) - tail, tail))
    return [block for block in blocks if block.size]


def common_words(
    before: Sequence[str], after: Sequence[str], ends_line: Callable[[str], bool]
) -> list[Block]:
    """As `common`; what is too long for it is matched by whole lines first, and then between them."""
    if len(before) * len(after) <= LARGEST:
        return common(before, after)
    units, new_units = _units(before, ends_line), _units(after, ends_line)
    at = list(accumulate(map(len, units), initial=0))
    new_at = list(accumulate(map(len, new_units), initial=0))
    whole = stretches(common(units, new_units), len(units), len(new_units))
    gaps = max(1, sum(not each.same for each in whole))
    found: list[Block] = []
    for each in whole:
        start, end = at[each.start], at[each.end]
        new_start, new_end = new_at[each.new_start], new_at[each.new_end]
        if each.same:
            found.append(Block(start, new_start, end - start))
        else:
            inner = common(before[start:end], after[new_start:new_end], LARGEST // gaps)
            found += [Block(block.start + start, block.new_start + new_start, block.size) for block in inner]
    return found


def _units(words: Sequence[str], ends_line: Callable[[str], bool]) -> list[tuple[str, ...]]:
    cuts = [0, *(at for at, word in enumerate(words, 1) if ends_line(word)), len(words)]
    return [tuple(words[start:end]) for start, end in pairwise(cuts) if start < end]


def stretches(blocks: Sequence[Block], length: int, new_length: int) -> list[Stretch]:
    """What the blocks leave out, and the blocks, in order; no two of a kind next to each other."""
    found: list[Stretch] = []
    at = new_at = 0
    for start, new_start, size in [*blocks, Block(length, new_length, 0)]:
        if at < start or new_at < new_start:
            found.append(Stretch(False, at, start, new_at, new_start))
        at, new_at = start + size, new_start + size
        if size and found and found[-1].same:
            found[-1] = Stretch(True, found[-1].start, at, found[-1].new_start, new_at)
        elif size:
            found.append(Stretch(True, start, at, new_start, new_at))
    return found


def readable(
    found: Sequence[Stretch],
    before: Sequence[str],
    after: Sequence[str],
    weight: Callable[[str], int],
    keeps: Callable[[str], bool],
) -> list[Stretch]:
    """Let go of common parts that are coincidences: lighter than the changes on both sides of them.

    A part of the weight `KEPT` stays, as does one with an item that `keeps`.
    """
    at = list(accumulate(map(weight, before), initial=0))
    new_at = list(accumulate(map(weight, after), initial=0))

    def size(stretch: Stretch) -> int:
        return max(at[stretch.end] - at[stretch.start], new_at[stretch.new_end] - new_at[stretch.new_start])

    done: list[Stretch] = []
    for stretch in found:
        done.append(stretch)
        while len(done) >= 3 and not done[-1].same:
            left, middle, right = done[-3:]
            if size(middle) >= min(KEPT, size(left), size(right)) or any(
                keeps(item) for item in before[middle.start : middle.end]
            ):
                break
            done[-3:] = [Stretch(False, left.start, right.end, left.new_start, right.new_end)]
    return done


def pairs(
    before: Sequence[T], after: Sequence[T], likeness: Callable[[T, T], float]
) -> Iterator[tuple[int | None, int | None]]:
    """Put together, in order, what is alike, as positions; None stands for what has no partner.

    `likeness` gives 0 for what does not belong together, and more the more it does.
    """
    if len(before) * len(after) > _PAIRS:
        sides = enumerate(zip(before, after, strict=False))
        together = [(at, at) for at, (one, other) in sides if likeness(one, other)]
    else:
        together = _best_pairs(before, after, likeness)
    at = new_at = 0
    for old, new in [*together, (len(before), len(after))]:
        yield from ((position, None) for position in range(at, old))
        yield from ((None, position) for position in range(new_at, new))
        if old < len(before):
            yield old, new
        at, new_at = old + 1, new + 1


def _best_pairs(
    before: Sequence[T], after: Sequence[T], likeness: Callable[[T, T], float]
) -> list[tuple[int, int]]:
    """The positions, in order, with the most likeness altogether."""
    alike = [[likeness(one, other) for other in after] for one in before]
    best = [[0.0] * (len(after) + 1) for _ in range(len(before) + 1)]
    for at in reversed(range(len(before))):
        for new_at in reversed(range(len(after))):
            together = alike[at][new_at] and alike[at][new_at] + best[at + 1][new_at + 1]
            best[at][new_at] = max(together, best[at + 1][new_at], best[at][new_at + 1])
    found: list[tuple[int, int]] = []
    at = new_at = 0
    while at < len(before) and new_at < len(after):
        if alike[at][new_at] and best[at][new_at] == alike[at][new_at] + best[at + 1][new_at + 1]:
            found.append((at, new_at))
            at, new_at = at + 1, new_at + 1
        elif best[at][new_at] == best[at + 1][new_at]:
            at += 1
        else:
            new_at += 1
    return found
