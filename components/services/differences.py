"""What is different between two answers, and between two requests."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Final

from components.domain.answer import blocks_of, text_of
from components.domain.json_types import Json, JsonObject
from components.domain.request import Request
from components.services import structure_difference as structure
from components.services.alignment import common, pairs, stretches
from components.services.structure_difference import Absent, Entry, NoJson, path_text, values_in
from components.services.word_difference import (
    Piece,
    Sign,
    is_word,
    pieces_of,
    word_pieces,
    word_stretches,
    words,
)

_ALIKE: Final = 0.6
"""From what share of common characters on a line counts as a changed one."""
_LINES: Final = re.compile(r"[^\n]*\n|[^\n]+")
_FENCE: Final = re.compile(
    r"^[ \t]*(```++|~~~++)[^\n]*\n(.*?)(?:^[ \t]*\1[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL
)
_ONE_FENCE: Final = re.compile(
    r"\s*```(?:json[c5]?)?[ \t]*\n(?P<inside>.*?)\n?```\s*", re.DOTALL | re.IGNORECASE
)
_LOOKS_LIKE_CODE: Final = re.compile(
    r"""
    .*[{};]\s*$
    |\s*[\]})]+[,;]?\s*$
    |\s*(?:import|from|def|class|return|elif|except|const|let|var|function|export|public|private|package|func
          |fn|use|struct|impl|SELECT|INSERT|CREATE)\b.*
    |\s*(?:else:|try:|\#include|\#!|//|/\*|@\w|</?\w).*
    |\s*[\w.\[\]"']+\s*(?:[-+*/|&]?=|:=|=>)\s*\S.*
    |\s*[\w.]+\(.*\)[:;,]?\s*$
    |\s{2,}\S.*[:,(\[]\s*$
    """,
    re.VERBOSE,
)


class Kind(StrEnum):
    """By what two texts are compared."""

    WORDS = "Words"
    LINES = "Lines"
    STRUCTURE = "Structure"


@dataclass(frozen=True, slots=True)
class Row:
    """What is drawn as one: a line or paragraph with its end, or a value of JSON."""

    pieces: tuple[Piece, ...]
    path: str = ""
    """Of a value: where it stands, such as `messages[0].content`; empty for the whole."""
    size: int = 1
    """How many lines there are in it; of a value, how many single values."""

    @property
    def same(self) -> bool:
        return all(piece.sign is Sign.SAME for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Difference:
    """Of words and lines: all pieces but the added ones, joined, are the text before, byte for byte; all but
    the removed ones, the text after.
    """

    kind: Kind
    rows: tuple[Row, ...]
    removed: int
    """Words (without white space and punctuation), lines or values."""
    added: int
    changed: int = 0
    """Values that have another content; of words and lines, such are removed and added."""
    rewritten: bool = False
    """Whether the values are the same, but not the texts: other order of keys, other white space."""
    note: str = ""
    """Why it is not of the kind that was wanted, as a sentence."""

    @property
    def same(self) -> bool:
        return all(row.same for row in self.rows)


def answer_text(message: Mapping[str, Json] | None) -> str:
    """What an answer says, to be compared: its text, then its calls of tools as JSON.

    Of an answer that only calls, the calls alone: a JSON list.
    """
    text = text_of(message)
    calls: list[Json] = [
        {name: block[name] for name in ("name", "server_name", "input") if name in block}
        for block in blocks_of(message)
        if str(block.get("type", "")).endswith("tool_use")
    ]
    if not calls:
        return text
    told = json.dumps(calls, ensure_ascii=False, indent=2)
    return f"{text}\n\nCalls:\n{told}\n" if text.strip() else told


@lru_cache(maxsize=8)
def difference(before: str, after: str, kind: Kind | None = None) -> Difference:
    """Compare two texts; without a kind, by the one that suits them. What is no JSON is compared by lines."""
    kind = kind or suitable_kind(before, after)
    if kind is Kind.WORDS:
        return _by_words(before, after)
    if kind is Kind.LINES:
        return _by_lines(before, after)
    try:
        found = _by_structure(structure.differences(_json_of(before), _json_of(after)))
    except NoJson:
        return replace(_by_lines(before, after), note="Not both are JSON, so they are compared by lines.")
    except RecursionError:
        return replace(_by_lines(before, after), note="Nested too deep, so they are compared by lines.")
    return replace(found, rewritten=found.same and before != after)


def suitable_kind(before: str, after: str) -> Kind:
    """Structure for two JSON objects or lists, plain or in one fence; lines for code; else words."""
    if _is_json(before) and _is_json(after):
        return Kind.STRUCTURE
    code, whole = zip(*(_code_in(text) for text in (before, after)), strict=True)
    return Kind.LINES if 2 * sum(code) > sum(whole) else Kind.WORDS


@lru_cache(maxsize=4)
def request_difference(before: Request, after: Request) -> Difference:
    """Compare bodies, API versions and betas, by structure; texts that differ are compared by words.

    Equal for requests of the same `fingerprint`. Files in base64 are told apart, and not shown.
    """
    try:
        return _by_structure(structure.differences(_parts(before), _parts(after)))
    except RecursionError:
        return _by_lines(before.body_json, after.body_json)


def _parts(request: Request) -> JsonObject:
    headers: JsonObject = {
        "anthropic-version": request.anthropic_version,
        "anthropic-beta": [*sorted(request.betas)],
    }
    body = {name: _without_files(value) for name, value in request.body.items()}
    return {"headers": headers, **body}


# Words -------------------------------------------------------------------------------------------------


def _by_words(before: str, after: str) -> Difference:
    old, new = words(before), words(after)
    rows: list[Row] = []
    pieces: list[Piece] = []
    counts = {Sign.REMOVED: 0, Sign.ADDED: 0}
    for stretch in word_stretches(old, new):
        if not stretch.same:
            pieces += pieces_of(stretch, old, new)
            counts[Sign.REMOVED] += sum(map(is_word, old[stretch.start : stretch.end]))
            counts[Sign.ADDED] += sum(map(is_word, new[stretch.new_start : stretch.new_end]))
            continue
        line: list[str] = []
        for token in old[stretch.start : stretch.end]:
            line.append(token)
            if token[0] in "\r\n":
                rows.append(_paragraph([*pieces, Piece(Sign.SAME, "".join(line))]))
                pieces, line = [], []
        if line:
            pieces.append(Piece(Sign.SAME, "".join(line)))
    if pieces:
        rows.append(_paragraph(pieces))
    return Difference(Kind.WORDS, tuple(rows), counts[Sign.REMOVED], counts[Sign.ADDED])


def _paragraph(pieces: list[Piece]) -> Row:
    return Row(tuple(pieces), size=max(1, sum(piece.text.count("\n") for piece in pieces)))


# Lines -------------------------------------------------------------------------------------------------


def _by_lines(before: str, after: str) -> Difference:
    old, new = _LINES.findall(before), _LINES.findall(after)
    rows: list[Row] = []
    removed = added = 0
    for each in stretches(common(old, new), len(old), len(new)):
        mine, yours = old[each.start : each.end], new[each.new_start : each.new_end]
        if each.same:
            rows += [Row((Piece(Sign.SAME, line),)) for line in mine]
            continue
        for row in map(Row, _changed_lines(mine, yours)):
            rows.append(row)
            signs = {piece.sign for piece in row.pieces}
            removed += signs not in ({Sign.SAME}, {Sign.ADDED})
            added += signs not in ({Sign.SAME}, {Sign.REMOVED})
    return Difference(Kind.LINES, tuple(rows), removed, added)


def _changed_lines(before: list[str], after: list[str]) -> Iterator[tuple[Piece, ...]]:
    for at, new_at in pairs([line.strip() for line in before], [line.strip() for line in after], _likeness):
        if at is None and new_at is not None:
            yield (Piece(Sign.ADDED, after[new_at]),)
        elif at is not None and new_at is None:
            yield (Piece(Sign.REMOVED, before[at]),)
        elif at is not None and new_at is not None:
            yield tuple(word_pieces(before[at], after[new_at]))


def _likeness(one: str, other: str) -> float:
    from rapidfuzz.distance import Indel

    return Indel.normalized_similarity(one, other, score_cutoff=_ALIKE)


# Structure ---------------------------------------------------------------------------------------------


def _by_structure(entries: Iterable[Entry]) -> Difference:
    rows: list[Row] = []
    removed = added = changed = 0
    for entry in entries:
        rows.append(_row_of(entry))
        if entry.same:
            continue
        if isinstance(entry.before, Absent):
            added += rows[-1].size
        elif isinstance(entry.after, Absent):
            removed += rows[-1].size
        else:
            changed += 1
    return Difference(Kind.STRUCTURE, tuple(rows), removed, added, changed)


def _row_of(entry: Entry) -> Row:
    path, before, after = path_text(entry.path), entry.before, entry.after
    if isinstance(before, Absent):
        assert not isinstance(after, Absent)
        return Row((Piece(Sign.ADDED, structure.layout(after)),), path, values_in(after))
    if isinstance(after, Absent):
        return Row((Piece(Sign.REMOVED, structure.layout(before)),), path, values_in(before))
    if entry.same:
        return Row((Piece(Sign.SAME, structure.layout(before)),), path, values_in(before))
    old, new = structure.layout(before), structure.layout(after)
    if structure.kind_of(before) == structure.kind_of(after) == "str" and (" " in old or " " in new):
        return Row(tuple(word_pieces(old, new)), path)
    return Row((Piece(Sign.REMOVED, old), Piece(Sign.ADDED, new)), path)


def _json_of(text: str) -> Json:
    fenced = _ONE_FENCE.fullmatch(text)
    return structure.read(fenced["inside"] if fenced else text)


def _is_json(text: str) -> bool:
    """Whether it is a JSON object or list."""
    if not text.lstrip().startswith(("{", "[", "```")):
        return False
    try:
        return isinstance(_json_of(text), dict | list)
    except NoJson:
        return False


def _code_in(text: str) -> tuple[int, int]:
    """How many characters of a text are code, and how many it has; white space does not count."""
    fenced = [match[2] for match in _FENCE.finditer(text)]
    rest = _FENCE.sub("", text).splitlines()
    whole = [*fenced, *rest]
    code = [*fenced, *(line for line in rest if _LOOKS_LIKE_CODE.match(line))]
    if _is_json(text):
        code = whole
    return _ink(code), _ink(whole)


def _ink(texts: Iterable[str]) -> int:
    return sum(len("".join(text.split())) for text in texts)


def _without_files(value: Json) -> Json:
    """A copy in which a word stands for each base64 `data`, another one for other data."""
    if isinstance(value, list):
        return [_without_files(each) for each in value]
    if not isinstance(value, dict):
        return value
    copy = {name: _without_files(each) for name, each in value.items()}
    data = value.get("data")
    if value.get("type") == "base64" and isinstance(data, str):
        digest = hashlib.sha256(data.encode(errors="surrogatepass")).hexdigest()
        copy["data"] = f"…({len(data):,} characters of base64, SHA-256 {digest[:16]})…"
    return copy
