"""A rule: one row of the table, the request it looks at, and what it finds there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from components.domain.findings import REMOVE, Edit, Finding, Fix, Path, Severity, value_at
from components.domain.json_types import Json, JsonObject
from components.domain.media_facts import MediaReader
from components.domain.model import Model


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a rule's condition holds, and the words to put into its answer."""

    path: Path
    sentence: str
    fix: Fix | None = None
    words: Mapping[str, object] = field(default_factory=dict)
    details: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """One request under examination. Reads bodies of any shape, so that half-typed ones can be checked."""

    body: Mapping[str, Json]
    version: str
    betas: frozenset[str]
    model: Model
    today: date
    media: MediaReader | None = None
    """Without a reader nothing is ruled about pixels and pages."""
    bindings: Mapping[str, str] = field(default_factory=dict)
    """What is known of thinking blocks from elsewhere; see `binding`."""

    def at(self, *path: str | int) -> Json:
        """The value there, or None."""
        return value_at(self.body, path)

    def number(self, *path: str | int) -> int | float | None:
        value = self.at(*path)
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None

    def listed(self, *path: str | int) -> Sequence[Json]:
        """The list there, or an empty one."""
        value = self.at(*path)
        return value if isinstance(value, list) else ()

    def objects(self, *path: str | int) -> list[tuple[Path, JsonObject]]:
        """The objects of the list there, with their paths."""
        return [((*path, i), item) for i, item in enumerate(self.listed(*path)) if isinstance(item, dict)]

    @property
    def thinking_type(self) -> str | None:
        """`thinking.type` as the request has it; None when it leaves thinking to the model."""
        value = self.at("thinking", "type")
        return value if isinstance(value, str) else None

    @property
    def effort(self) -> str | None:
        value = self.at("output_config", "effort")
        return value if isinstance(value, str) else None

    @property
    def messages(self) -> list[tuple[int, JsonObject]]:
        """The messages that are objects, with their positions."""
        return [(i, m) for i, m in enumerate(self.listed("messages")) if isinstance(m, dict)]

    def blocks(self) -> Iterator[tuple[Path, str, JsonObject]]:
        """Every content block of every message with its path and role; string contents are left out."""
        for i, message in self.messages:
            for path, block in self.blocks_of(i):
                yield path, str(message.get("role")), block

    def blocks_of(self, i: int) -> list[tuple[Path, JsonObject]]:
        """The content blocks of one message with their paths."""
        return self.objects("messages", i, "content")

    def all_blocks(self) -> Iterator[tuple[Path, JsonObject]]:
        """The same with those inside tool results and documents, each after what holds it."""
        for path, _, block in self.blocks():
            yield path, block
            if block.get("type") == "tool_result":
                for inner_path, inner in self.objects(*path, "content"):
                    yield inner_path, inner
                    yield from self._of_document(inner_path, inner)
            yield from self._of_document(path, block)

    def _of_document(self, path: Path, block: JsonObject) -> list[tuple[Path, JsonObject]]:
        return self.objects(*path, "source", "content") if block.get("type") == "document" else []

    def drop(self, path: Path, label: str) -> Fix | None:
        """A fix that takes a message, block or tool away; None when no message would be left."""
        return self.without([path], label)

    def without(self, paths: Collection[Path], label: str) -> Fix | None:
        """A fix that takes list items away, and what would be left empty with them.

        None when no message would be left.
        """
        gone = set(paths)
        for _ in range(4):  # A list within a document within a tool result within a message.
            for holder in {path[:-1] for path in gone if isinstance(path[-1], int)}:
                items = {(*holder, i) for i in range(len(self.listed(*holder)))}
                if items <= gone:
                    gone = gone - items | {_emptied(holder)}
        gone = {path for path in gone if not any(path[:n] in gone for n in range(1, len(path)))}
        if ("messages",) in gone:
            return None
        ordered = sorted(gone, key=lambda path: [(isinstance(s, str), str(s).zfill(9)) for s in path])
        return Fix(label, tuple(Edit(path, REMOVE) for path in reversed(ordered)))


def _emptied(holder: Path) -> Path:
    """What to take away when nothing is left in a list."""
    if len(holder) == 3 and holder[0] == "messages":
        return holder[:2]
    if holder[-2:] == ("source", "content"):
        return holder[:-2]
    return holder


def service_place(path: Path) -> str:
    """A block's path as the service writes it, with the kind of what holds it."""
    return ".".join(
        f"{'tool_result.' if i == 4 and step == 'content' else ''}{step}" for i, step in enumerate(path)
    )


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table: when it applies, what the service answers, what to do, and who says so."""

    key: str
    condition: str
    answer: str
    """The service's message; `{words}` come from the hit. Empty for a notice."""
    fix: str
    """What the one-click fix does, in words; empty when there is none."""
    find: Callable[[Case], Iterator[Hit]]
    source: str
    """Title of the document; `(?)` marks a wording or a rule that is inferred or historical."""
    checked: date
    severity: Severity = "error"
    status: int = 400
    error_type: str = "invalid_request_error"
    error_code: str | None = None

    def findings(self, case: Case) -> Iterator[Finding]:
        for hit in self.find(case):
            yield Finding(
                rule=self.key,
                path=hit.path,
                message=self.answer.format_map(hit.words) if self.answer else "",
                sentence=hit.sentence,
                fix=hit.fix,
                severity=self.severity,
                status=self.status,
                error_type=self.error_type,
                error_code=self.error_code,
                error_details=hit.details,
            )
