"""Time to compare 50 KB with 50 KB, in every kind, the worst texts included: `tests/bench/differences.py`."""

from __future__ import annotations

import json
import random
import sys
import time
from functools import cache
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from components.services.differences import Kind, difference

BYTES = 50_000
TARGET_S = 1.0


@cache
def texts() -> dict[str, tuple[str, str]]:
    """Pairs of texts of `BYTES` each, the same ones every time."""
    chance = random.Random(4)
    letters = "abcdefghijklmnopqrstuvwxyz"
    known = ["".join(chance.choices(letters, k=chance.randint(1, 10))) for _ in range(3000)]
    weights = [1 / rank for rank in range(1, 3001)]

    def prose() -> str:
        sentences = (" ".join(chance.choices(known, weights, k=chance.randint(5, 25))) for _ in range(2000))
        return "".join(f"{each}.{chance.choice(['  ', ' ', ' ', chr(10) * 2])}" for each in sentences)[:BYTES]

    def edited(text: str, share: float) -> str:
        return " ".join(chance.choice(known) if chance.random() < share else word for word in text.split(" "))

    def code(names: list[str]) -> str:
        lines = (f"    {chance.choice(names)}({chance.choice(names)}, {n % 7})\n" for n in range(BYTES))
        return "".join(line for line, _ in zip(lines, range(BYTES // 20), strict=False))[:BYTES]

    def values(n: int) -> str:
        rows = [{"id": k, "name": chance.choice(known), "tags": chance.choices(known, k=3)} for k in range(n)]
        return json.dumps({"rows": rows}, indent=1)[:BYTES]

    def characters(alphabet: str, between: str = "", size: int = BYTES) -> str:
        return between.join(chance.choices(alphabet, k=size))

    base, table = prose(), [*range(9_000)]
    shuffled = chance.sample(table, len(table))
    ideographs = "".join(map(chr, range(0x4E00, 0x5E00)))
    return {
        "prose, 1% edited": (base, edited(base, 0.01)),
        "prose, 30% edited": (base, edited(base, 0.3)),
        "prose, another": (base, prose()),
        "one-character words": (characters(letters, " ", BYTES // 2), characters(letters, " ", BYTES // 2)),
        "no word in common": (characters("abc", " ", BYTES // 2), characters("xyz", " ", BYTES // 2)),
        "one line of punctuation": (characters(".,:;!?-"), characters(".,:;!?-")),
        "one word": ("a" * BYTES, "b" * BYTES),
        "ideographs": (characters(ideographs, size=BYTES // 3), characters(ideographs, size=BYTES // 3)),
        "equal lines": ("x = 1\n" * (BYTES // 6), "x = 1\n" * (BYTES // 7) + "y = 2\n" * (BYTES // 50)),
        "empty lines": ("\n" * BYTES, "\n\n\na\n" * (BYTES // 5)),
        "no line in common": (
            "".join(f"{chance.choice(known)}\n" for _ in range(8000)),
            "".join(f"{chance.choice(known)};\n" for _ in range(7000)),
        ),
        "lines of 1 KB": (
            "\n".join(base[at : at + 1000] for at in range(0, BYTES, 1000)),
            "\n".join(edited(base[at : at + 1000], 0.4) for at in range(0, BYTES, 1000)),
        ),
        "code": (code(known[:50]), code(known[:50])),
        "code, one line": (code(known).replace("\n", " "), code(known).replace("\n", " ")),
        "JSON rows": (_cut(values(700)), _cut(values(700))),
        "JSON numbers": (json.dumps(table), json.dumps(shuffled)),
        "JSON, small lists": (
            json.dumps([[k] for k in table[:6000]]),
            json.dumps([[k] for k in shuffled[:6000]]),
        ),
        "JSON of long texts": (json.dumps([base]), json.dumps([prose()])),
        "JSON names": (
            json.dumps({f"a{k}": k for k in range(4000)}),
            json.dumps({f"b{k}": k for k in range(4000)}),
        ),
    }


def _cut(text: str) -> str:
    """JSON rows whose end was cut off, with an end."""
    return text[: text.rfind("},")] + "}]}"


def measure(repeats: int = 3) -> dict[str, float]:
    """Seconds of every pair in every kind, the best of `repeats`; and the `worst_s` of them."""
    difference("a", "b", Kind.WORDS)
    figures: dict[str, float] = {}
    for name, (before, after) in texts().items():
        for kind in Kind:
            taken_s = []
            for _ in range(repeats):
                difference.cache_clear()
                start = time.perf_counter()
                difference(before, after, kind)
                taken_s.append(time.perf_counter() - start)
            figures[f"{name}: {kind}"] = min(taken_s)
    return {**figures, "worst_s": max(figures.values())}


if __name__ == "__main__":
    for name, figure in measure().items():
        print(f"{name}: {figure:.3f} s (target {TARGET_S:.0f} s)")
