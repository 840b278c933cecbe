"""A pasted text made ready for the readers, and the languages it may be written in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from components.snippets.reading.imported import Source, UnreadableCode

_LONGEST: Final = 64 * 2**20
"""Characters. The service takes requests of 32 MB."""

# None of these patterns can be made to look at a text more than a few times: what repeats is possessive, or
# followed by something it cannot match.
_FENCE: Final = re.compile(r"\s*```[ \t]*+([\w+-]*+)[^\n]*+\n(.*?)(?:\n[ \t]*+```.*|\Z)", re.DOTALL)
_FENCE_NAMES: Final[Mapping[str, Source]] = {
    **dict.fromkeys(("json", "jsonc", "json5", "jsonl"), "json"),
    **dict.fromkeys(("bash", "sh", "shell", "zsh", "console", "curl"), "curl"),
    **dict.fromkeys(("python", "py", "python3"), "python"),
    **dict.fromkeys(("typescript", "ts", "tsx", "javascript", "js", "jsx", "mjs"), "typescript"),
}

_SIGNS: Final[Mapping[Source, tuple[re.Pattern[str], ...]]] = {
    "json": (re.compile(r"\A(?>\s++|//[^\n]*+|/\*.*?\*/)*+[{\[]", re.DOTALL),),
    "curl": tuple(
        re.compile(sign, re.MULTILINE)
        for sign in (
            r"\bcurl(?:\.exe)?[ \t]",
            r"^[ \t]*+(?:[$%#>][ \t])?curl(?:\.exe)?[ \t]",
            r"[ \t](?:-H|--header)[ \t'\"$]",
            r"[ \t](?:-d|--data(?:-\w+)?|--json)[ \t'\"$@]",
        )
    ),
    "python": tuple(
        re.compile(sign, re.MULTILINE)
        for sign in (
            r"^[ \t]*+(?:import|from)[ \t]++(?:anthropic|requests|httpx|os|json)\b",
            r"(?<!new )\b(?:Async)?Anthropic\w*\(",
            r"\bmessages\.(?:create|stream|count_tokens|parse)\(",
            r"\b(?:requests|httpx)\.\w+\(",
            r"\.(?:create|stream|count_tokens|parse|post)\([ \t\n]*+(?:\w+[ \t]*+=|\*\*)",
            r"[=:,(\[][ \t]*+(?:True|False|None)\b",
            r"^[ \t]*+(?:async[ \t]++)?(?:def|with|for)\b[^\n]*:[ \t]*+$",
            r'"""',
        )
    ),
    "typescript": tuple(
        re.compile(sign, re.MULTILINE)
        for sign in (
            r"^[ \t]*+import\b[^\n]*\bfrom[ \t]*+['\"]|\brequire\(",
            r"\bnew[ \t]++Anthropic\w*\(",
            r"^[ \t]*+(?:export[ \t]++)?(?:const|let|var|interface|type|async[ \t]++function|function)\b",
            r"\.(?:create|stream|countTokens|parse)\([ \t\n]*+\{",
            r"\bmessages\.(?:create|stream|countTokens|parse)\(",
            r"\bfetch\([ \t\n]*+['\"`\w]|\baxios\b",
            r"\bJSON\.stringify\(",
            r"=>|;[ \t]*+$",
        )
    ),
}
_SURE: Final = 10
_WINDOW: Final = 50_000
"""Characters at either end of a text in which signs are looked for."""


@dataclass(frozen=True, slots=True)
class Pasted:
    """A text, and the languages to try on it."""

    text: str
    """Without a fence around it; each line has the number it has in the pasted text."""
    languages: tuple[Source, ...]
    """The likeliest first."""


def pasted(text: str) -> Pasted:
    """Raises `UnreadableCode` for what is no text in any language."""
    if len(text) > _LONGEST:
        raise UnreadableCode("this text is longer than any request can be.")
    # A clipboard may write line ends so; no language here means a carriage return by it.
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    if not text.strip():
        raise UnreadableCode("there is no text to read.")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise UnreadableCode("there is a NUL character in this text.", line)
    try:
        text.encode()
    except UnicodeEncodeError as problem:
        line = text.count("\n", 0, problem.start) + 1
        raise UnreadableCode("there is half of a character in this text.", line) from None
    fenced = _FENCE.match(text)
    if fenced:
        text = "\n" * text.count("\n", 0, fenced.start(2)) + fenced[2]
    # What lies between is most often one long value.
    scores = _signs(f"{text[:_WINDOW]}\n{text[-_WINDOW:]}") if len(text) > 2 * _WINDOW else {}
    if not any(scores.values()):
        scores = _signs(text)
    if scores["json"]:
        scores["json"] = _SURE
    if fenced and (named := _FENCE_NAMES.get(fenced[1].lower())):
        scores[named] += _SURE
    ordered = sorted((language for language in scores if scores[language]), key=lambda each: -scores[each])
    return Pasted(text, tuple(ordered))


def _signs(text: str) -> dict[Source, int]:
    return {language: sum(bool(sign.search(text)) for sign in signs) for language, signs in _SIGNS.items()}
