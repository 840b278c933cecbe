"""Words of a prompt: which of them matter, and how a text is quoted in one line of prose."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

MOST_READ: Final = 20_000
"""Characters of a text that are looked at for words."""

_WORD: Final = re.compile(r"[^\W\d_][\w'’-]*")
_COMMON: Final = """
about above after again against also although always among and another answer any anything are
around asked back because been before being below best between both brief briefly but call came can
cannot classify come compare concise could describe detailed did does doing done down each either
else essay ever every example explain few find first following for four from gave get give given
goes going good had has have having help her here hers him his how however into its itself just keep
kind know last least less let like list little made make many may maybe mean might more most much
must name need never new next not nothing now off often one only other our out over own part please
prompt put question quite rather really reply respond return said same say see shall she short
should show since some something still such summarise summarize take tell text than that the their
them then there these they thing think this those though three through too translate two under until
upon use used uses using very want was way well were what when where whether which while who whole
whom whose why will with within without word words would write yes yet you your yours
"""
_STOPWORDS: Final = frozenset(_COMMON.split())


def keywords(text: str, most: int = 12) -> list[str]:
    """The words of a text that tell what it is about, the weightiest first.

    Names (capitalised amid a sentence) weigh more than repeated words, and those more than the rest.
    """
    text = text[:MOST_READ]
    weights: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for match in _WORD.finditer(text):
        word = match[0].strip("'’-")
        key = word.lower()
        if len(key) < 3 or key in _STOPWORDS:
            continue
        before = text[max(0, match.start() - 8) : match.start()].rstrip()[-1:]
        named = word[0].isupper() and before not in ("", ".", "!", "?", ":", "\n", "“", '"')
        weights[key] += 4 if named else 1
        if len(key) > 6:
            weights[key] += key not in shown
        shown.setdefault(key, word if named or word.isupper() else key)
    return [shown[key] for key, _ in weights.most_common(most)]


def quoted(text: str, most: int = 90) -> str:
    """The beginning of a text in quotation marks, as the end of a sentence."""
    said = fragment(text, most)
    return f"“{said}”" if said[-1:] in (".", "!", "?") else f"“{said}”."


def fragment(text: str, most: int = 90) -> str:
    """The beginning of a text as it can be quoted: one line, no Markdown, cut at a word."""
    plain = " ".join(re.sub(r"[*_`#<>\[\]|~$\\{}]", " ", text[:MOST_READ]).split())
    sentence = re.match(r".{12,}?[.!?](?=\s|$)", plain)
    plain = sentence[0] if sentence and len(sentence[0]) <= most else plain
    return plain if len(plain) <= most else f"{plain[:most].rsplit(' ', 1)[0]} …"


def listed(items: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return f"{', '.join(items[:-1])} and {items[-1]}" if len(items) > 1 else "".join(items)
