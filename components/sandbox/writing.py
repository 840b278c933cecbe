"""Simulated prose: Markdown made of the prompt's own words, a little different for each model."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import count
from random import Random
from typing import Final

from components.domain.model import Model
from components.sandbox.counting import pieces
from components.sandbox.prompt import Prompt
from components.sandbox.wording import MOST_READ, fragment, listed, quoted

_OPENINGS: Final = (
    "This is a simulated answer: the sandbox wrote it in place of {model}, from the words of your prompt.",
    "This answer is simulated; no model was asked, and the sandbox stands in for {model}.",
    "You are reading a simulated answer by the sandbox, given in the place of {model}.",
)
_READINGS: Final = (
    "You asked: {asked} The heart of it is **{a}**, and most of the rest depends on {b}.",
    "The prompt begins {asked} It turns on **{a}**; once that is clear, {b} falls into place.",
    "From “{said}” I take that **{a}** matters most here, with {b} close behind.",
    "Read closely, “{said}” is a question of **{a}** first and of {b} second.",
)
_POINTS: Final = (
    "Where {b} and {c} pull in different directions, the reading closer to {a} is the safer one.",
    "A real answer would weigh {b} against {c} and say which of them it trusts more.",
    "If {c} changes, what was said about {a} changes with it.",
    "Take {b} as an example: leave {c} as it is, and watch what happens to {a}.",
    "Much is known about {a}, less about {c}, and the gap between them is where {b} comes in.",
    "It helps to look at {c} on its own before bringing {a} back into the picture.",
    "Nothing here rests on {c} alone; {a} and {b} carry their share.",
    "Someone who knows {b} well would begin elsewhere, yet end at {a} all the same.",
)
_STORIES: Final = (
    "Imagine a room in which {a} sits at the table and {b} has just come through the door.",
    "It began, as such things do, with {c}, and nobody thought of {a} until much later.",
    "By evening {b} had become a different matter, and {a} looked smaller for it.",
)
_ENDINGS: Final = (
    "In short: begin with **{a}**, keep an eye on {b}, and come back to {c} last.",
    "So the answer, simulated as it is, leans on **{a}** and leaves {c} open.",
    "What remains to be checked is {c}; the rest follows from **{a}**.",
)
_ITEMS: Final = (
    "**{a}**: the place to begin, since {b} depends on it.",
    "**{a}**: worth a closer look beside {b}.",
    "**{a}**: easy to overlook when {b} is in front of you.",
    "**{a}**: keep it apart from {b} at first.",
)
_THOUGHTS: Final = (
    "The prompt is about {a} and {b}.",
    "Before answering, it helps to see how {b} bears on {c}.",
    "One could start from {c}, but {a} seems the better handle.",
    "Is anything missing? Perhaps a word on {b}.",
    "The order will be {a}, then {b}, then {c}.",
    "Checking that again: {c} does not contradict {a}.",
    "The reader wants something they can use, so {b} should come early.",
)
_FILLERS: Final = ("the question", "its context", "the wording")
_NUMBERS: Final = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "ten": 10}

_LIST: Final = re.compile(
    r"\b(list|bullets?|bullet points|steps?|ideas|tips|reasons|ways|options|examples)\b", re.I
)
_TABLE: Final = re.compile(r"\btable\b", re.I)
_JSON: Final = re.compile(r"\bjson\b", re.I)
_CODE: Final = re.compile(
    r"\b(code|function|script|program|snippet|class|python|javascript|typescript|sql|bash|shell|regex)\b",
    re.I,
)
_BRIEF: Final = re.compile(
    r"\b(briefly|be brief|concise(ly)?|(one|a single) (sentence|word)|keep it short|short (answer|reply))\b",
    re.I,
)
_LONG: Final = re.compile(r"\b(detailed|in detail|thorough(ly)?|essay|long|comprehensive(ly)?|story)\b", re.I)

_PARAGRAPHS: Final = {"haiku": 1, "sonnet": 2, "opus": 2, "fable": 2, "mythos": 3}


class Writer:
    """Fills sentences with the words of one prompt."""

    def __init__(self, prompt: Prompt, model: Model, random: Random) -> None:
        self.prompt, self.model, self.random = prompt, model, random
        found = prompt.words
        self.words: Sequence[str] = found if len(found) > 2 else [*found, *_FILLERS][:3]
        self._unsaid: dict[Sequence[str], list[str]] = {}

    def _fill(self, sentence: str) -> str:
        a = self.words[self.random.randrange(2)]
        b, c = self.random.sample([word for word in self.words[:9] if word != a], 2)
        said = self.prompt.text
        return sentence.format(model=self.model.name, said=fragment(said), asked=quoted(said), a=a, b=b, c=c)

    def _pick(self, sentences: Sequence[str], count: int = 1) -> str:
        """Some of the sentences, none of them a second time before each was said."""
        picked = []
        for _ in range(count):
            left = self._unsaid.setdefault(sentences, [])
            left[:] = left or sentences
            picked.append(self._fill(left.pop(self.random.randrange(len(left)))))
        return " ".join(picked)

    def answer(self, news: Sequence[str] = ()) -> str:
        """The whole text: what the prompt asked for in kind (a list, code, a table, JSON), amid prose.

        `news` are sentences about what happened before the text.
        """
        prompt = self.prompt
        asked = f"{prompt.text[:MOST_READ]}\n{prompt.system[:MOST_READ]}"
        paragraphs = [self._opening(), *news]
        if prompt.results:
            paragraphs.append(self._results())
        elif prompt.text:
            paragraphs.append(self._pick(_READINGS))
        if prompt.attachments:
            paragraphs.append(f"You gave {listed(prompt.attachments)}; the sandbox sees no more of that.")
        if prompt.earlier:
            paragraphs.append(f"Earlier in this conversation you wrote {quoted(prompt.earlier, 60)}")
        paragraphs += self._extras(asked)
        if not _BRIEF.search(asked):
            count = _PARAGRAPHS.get(self.model.line or "", 2) + bool(_LONG.search(asked)) * 2
            pool = (*_POINTS, *_STORIES) if self.model.line == "fable" else _POINTS
            paragraphs += [self._pick(pool, 2 + self.random.randrange(2)) for _ in range(count)]
            paragraphs.append(self._pick(_ENDINGS))
        return "\n\n".join(paragraphs)

    def _opening(self) -> str:
        opening = self._pick(_OPENINGS)
        if self.prompt.system:
            opening += f" It keeps to the system prompt, {quoted(self.prompt.system, 70)}"
        return opening

    def _results(self) -> str:
        lines = []
        for result in self.prompt.results:
            verb = "failed with" if result.is_error else "returned"
            brought = listed(result.brought)
            text = result.text or ("" if brought else "nothing")
            said = f" {quoted(text, 160)}" if text else f" {brought}."
            more = f" It came with {brought}." if text and brought else ""
            lines.append(f"The tool `{result.tool}` {verb}:{said}{more}")
        return " ".join(lines)

    def _extras(self, asked: str) -> list[str]:
        extras = []
        if _JSON.search(asked):
            value = {"simulated": True, "model": self.model.id, "topics": list(self.words[:4])}
            extras.append(f"```json\n{json.dumps(value, ensure_ascii=False, indent=2)}\n```")
        elif _TABLE.search(asked):
            extras.append(self._table())
        elif _CODE.search(asked):
            extras.append(self._code(asked))
        if _LIST.search(asked):
            extras.append(self._list(asked))
        return extras

    def _list(self, asked: str) -> str:
        number = re.search(rf"\b(\d{{1,2}}|{'|'.join(_NUMBERS)})\b", asked, re.I)
        count = 3 + self.random.randrange(2)
        if number:
            count = int(number[1]) if number[1].isdecimal() else _NUMBERS[number[1].lower()]
        items = []
        for i in range(min(max(count, 1), 20)):
            a, b = self.words[i % len(self.words)], self.words[(i + 1) % len(self.words)]
            items.append(f"{i + 1}. {self.random.choice(_ITEMS).format(a=a, b=b)}")
        return "\n".join(items)

    def _table(self) -> str:
        a, b = self.words[0], self.words[1 % len(self.words)]
        rows = [
            f"| {word} | {self.random.randint(1, 9)} | {self.random.randint(1, 9)} |"
            for word in self.words[2:6]
        ]
        return "\n".join((f"| Simulated | {a} | {b} |", "| --- | --- | --- |", *rows))

    def _code(self, asked: str) -> str:
        said = asked.lower()
        name = re.sub(r"\W", "", self.words[0].lower()) or "simulated"
        other = re.sub(r"\W", "", self.words[1 % len(self.words)].lower()) or "items"
        if "sql" in said:
            return f"```sql\n-- simulated\nSELECT {other}, COUNT(*) AS n\nFROM {name}\nGROUP BY {other};\n```"
        if "javascript" in said or "typescript" in said:
            return f"```javascript\n// simulated\nconst {name} = ({other}) => {other}.filter(Boolean);\n```"
        if "bash" in said or "shell" in said:
            return f'```bash\n# simulated\nfor {name} in "$@"; do\n  printf \'%s\\n\' "${name}"\ndone\n```'
        return (
            f'```python\ndef {name}({other}: list[str]) -> list[str]:\n    """Simulated."""\n'
            f"    return [item for item in {other} if item]\n```"
        )

    def continuation(self) -> str:
        """Text that goes on from a prefill."""
        return f" (simulated from here) {self.random.choice(self.words)}. {self._pick(_POINTS, 2)}"

    def before_calls(self, names: Sequence[str]) -> str:
        calls = [
            f"`{name}`{f' {count} times' if count > 1 else ''}" for name, count in Counter(names).items()
        ]
        return f"To say more about {self.words[0]}, I call {listed(calls)}."

    def thoughts(self, length: int) -> str:
        """Thinking of exactly so many tokens."""
        return self._exactly(length, lambda: f" {self._pick(_THOUGHTS)}").lstrip()

    def long_text(self, length: int) -> str:
        """A simulated text of exactly so many tokens, in paragraphs."""
        places = count(1)

        def sentence() -> str:
            return f"\n\n{self.filler()}" if next(places) % 5 == 0 else f" {self.filler()}"

        opening = f"This answer is simulated: {length} tokens in place of {self.model.name}."
        return self._exactly(length, sentence, opening)

    def _exactly(self, length: int, sentence: Callable[[], str], opening: str = "") -> str:
        """A text of exactly so many tokens: the opening, then one sentence after the other."""
        text = opening
        while len(tokens := pieces(text, self.model)) < length:
            missing = length - len(tokens)
            text += "".join(sentence() for _ in range(1 + missing // 40))
        return "".join(tokens[:length])

    def filler(self) -> str:
        """One more sentence of text."""
        return self._pick(_POINTS)
