"""What a request asks, read from its body: the last user turn and what stands around it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from components.domain.json_types import Json, JsonObject
from components.sandbox import directives
from components.sandbox.directives import Orders

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


@dataclass(frozen=True, slots=True)
class Result:
    """One tool result the last user turn brings."""

    tool: str
    text: str
    is_error: bool


@dataclass(frozen=True, slots=True)
class Document:
    """One document of the last user turn whose text can be cited."""

    index: int
    title: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    text: str
    """The last user turn without directives."""
    system: str
    earlier: str | None
    """The user turn before it."""
    orders: Orders
    results: tuple[Result, ...]
    attachments: tuple[str, ...]
    """A phrase for each image and document of the last user turn."""
    cited: tuple[Document, ...]
    """Documents for which citations are on."""
    prefill: str | None
    """The assistant text to continue."""
    resumed: bool
    """Whether a paused assistant turn was sent back."""

    @property
    def words(self) -> list[str]:
        """The words that matter, those of the last turn before those of the system prompt."""
        return list(dict.fromkeys([*keywords(self.text), *keywords(self.system)]))


def read(body: JsonObject) -> Prompt:
    """Read the prompt of a valid body. Raises `Refusal` for directives that make no sense."""
    messages = [m for m in _list(body.get("messages")) if isinstance(m, dict)]
    users = [i for i, m in enumerate(messages) if m.get("role") == "user"]
    last = users[-1] if users else -1
    first = last
    while first > 0 and messages[first - 1].get("role") == "user":
        first -= 1
    turn = [block for m in messages[first : last + 1] for block in _blocks(m.get("content"))]
    system = [body.get("system"), *(m.get("content") for m in messages if m.get("role") == "system")]
    asked = directives.read(_texts(turn))
    ruled = directives.read("\n\n".join(filter(None, (_texts(_blocks(part)) for part in system))))
    end = messages[-1] if messages and messages[-1].get("role") == "assistant" else None
    ended = _blocks(end.get("content")) if end else []
    resumed = any(block.get("type") != "text" for block in ended)
    before = [i for i in users if i < first]
    return Prompt(
        text=asked.text,
        system=ruled.text,
        earlier=_texts(_blocks(messages[before[-1]].get("content"))) or None if before else None,
        orders=asked.merged(ruled),
        results=tuple(_results(turn, messages)),
        attachments=tuple(phrase for block in turn if (phrase := _attachment(block))),
        cited=tuple(_cited(turn)),
        prefill=_texts(ended) if ended and not resumed else None,
        resumed=resumed,
    )


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
        before = text[: match.start()].rstrip()[-1:]
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


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _blocks(content: Json) -> list[JsonObject]:
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    return [block for block in _list(content) if isinstance(block, dict)]


def _texts(blocks: list[JsonObject]) -> str:
    return "\n\n".join(str(block["text"]) for block in blocks if block.get("type") == "text")


def _results(turn: list[JsonObject], messages: list[JsonObject]) -> list[Result]:
    tools = {
        str(block.get("id")): str(block.get("name"))
        for message in messages
        for block in _blocks(message.get("content"))
        if block.get("type") == "tool_use"
    }
    return [
        Result(
            tools.get(str(block.get("tool_use_id")), "tool"),
            _texts(_blocks(block.get("content"))),
            block.get("is_error") is True,
        )
        for block in turn
        if block.get("type") == "tool_result"
    ]


def _attachment(block: JsonObject) -> str | None:
    source = block.get("source")
    if block.get("type") not in ("image", "document") or not isinstance(source, dict):
        return None
    title = f" “{fragment(str(block['title']), 40)}”" if block.get("title") else ""
    what = "an image" if block["type"] == "image" else "a document"
    return f"{what}{title} ({source.get('media_type') or source.get('type')})"


def _cited(turn: list[JsonObject]) -> list[Document]:
    documents = [block for block in turn if block.get("type") == "document"]
    cited: list[Document] = []
    for index, block in enumerate(documents):
        source, citations = block.get("source"), block.get("citations")
        on = isinstance(citations, dict) and citations.get("enabled") is True
        if on and isinstance(source, dict) and source.get("type") == "text":
            title = block.get("title")
            text = str(source.get("data"))
            cited.append(Document(index, title if isinstance(title, str) else None, text))
    return cited
