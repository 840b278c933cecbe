"""A comparison as files for Message Batches: every sample of every column, at half the price, within a day.

Source: reference of the Message Batches API (`POST /v1/messages/batches`), November 2026. Version, betas and
key are headers of the batch as a whole, so columns that differ in them go into files of their own.

The tokens of MCP servers stay in these files, unlike in exports: without them the batch could not be sent.
`Plan.notes` says so.
"""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from components.domain import raw_body
from components.domain.connection import SERVICE_URL, Connection
from components.domain.draft import Draft
from components.domain.findings import Finding
from components.domain.json_types import JsonObject
from components.domain.request import encode
from components.domain.shape import is_of_the_unknown
from components.snippets.targets.curl import KEY_HEADER, single_quoted

MOST_REQUESTS: Final = 100_000
MOST_BYTES: Final = 256_000_000
FILE_NAME: Final = "batch.zip"

_REFUSED: Final = ("speed", "fallbacks")
"""Fields that a request in a batch may not have."""
_FRAME: Final = ('{"requests":[', "]}")


@dataclass(frozen=True, slots=True)
class BatchColumn:
    """One column as it is edited."""

    letter: str
    draft: Draft
    connection: Connection
    findings: Sequence[Finding] = ()
    """What there is to say of its request."""
    problem: str | None = None
    """Why what is on the screen cannot be sent: a sentence."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The requests of one file: all that share their headers."""

    params: Mapping[str, str]
    """Letter of the column → `params` of its requests, as JSON text."""
    samples: int
    base_url: str
    auth: str
    anthropic_version: str
    betas: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"batch-{'-'.join(self.params)}.jsonl"

    @property
    def columns(self) -> str:
        """`Columns A, B`"""
        return f"Column{'s' if len(self.params) > 1 else ''} {', '.join(self.params)}"

    @property
    def requests(self) -> int:
        return len(self.params) * self.samples

    @property
    def size_bytes(self) -> int:
        """Of the request that creates the batch, with the longest `custom_id` for all."""
        lines = (len(_line(letter, self.samples, params)) for letter, params in self.params.items())
        return sum(lines) * self.samples + sum(map(len, _FRAME))

    def lines(self) -> Iterator[bytes]:
        """The file: `{"custom_id": "A-1", "params": {…}}` a line; the samples count from 1."""
        for letter, params in self.params.items():
            for sample in range(1, self.samples + 1):
                yield _line(letter, sample, params)

    @property
    def command(self) -> str:
        """A command of the POSIX shell that sends the file from its folder. It needs curl alone."""
        before, after = _FRAME
        url = f"{self.base_url}/v1/messages/batches"
        options = "--fail-with-body --globoff" if set("[]{}") & set(url) else "--fail-with-body"
        headers = [f"anthropic-version: {self.anthropic_version}"]
        headers += [f"anthropic-beta: {','.join(self.betas)}"] if self.betas else []
        return "\n".join(
            [
                f"(printf '%s' '{before}'; paste -s -d , {self.name}; printf '%s' '{after}') |",
                f"  curl {options} {single_quoted(url)} \\",
                f'    -H "{KEY_HEADER[self.auth]}" \\',
                *(f"    -H {single_quoted(header)} \\" for header in headers),
                '    -H "content-type: application/json" \\',
                "    --data-binary @-",
            ]
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """What can be sent as batches, and what there is to say of it before somebody takes it."""

    batches: tuple[Batch, ...]
    refused: tuple[str, ...]
    """A sentence for each column that cannot go into a batch."""
    notes: tuple[str, ...]

    def archive(self) -> bytes:
        """A zip of the files, with a text that says how they are sent."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("batch/README.txt", self.text)
            for batch in self.batches:
                with archive.open(_entry(f"batch/{batch.name}"), "w") as file:
                    for line in batch.lines():
                        file.write(line)
        return packed.getvalue()

    @property
    def text(self) -> str:
        """How the files are sent, for people to read."""
        said = [*self.refused, *self.notes]
        return "\n".join(
            [
                "Message Batches",
                "===============",
                "",
                "Each line of a file is one request. Its custom_id is the letter of the column and the",
                "number of the sample; results come in any order and carry it. A batch costs half, and",
                "ends within 24 hours. Send a file from this folder, with your key in ANTHROPIC_API_KEY:",
                *(line for batch in self.batches for line in _told(batch)),
                "",
                "The answer holds the batch's id. With the same headers, GET /v1/messages/batches/{id} tells",
                "how it goes, and GET /v1/messages/batches/{id}/results gets the results.",
                *(["", *(f"- {sentence}" for sentence in said)] if said else []),
                "",
            ]
        )


def _entry(name: str) -> zipfile.ZipInfo:
    """A file of this moment, for a content that is written bit by bit."""
    entry = zipfile.ZipInfo(name, time.localtime()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def plan(columns: Sequence[BatchColumn], samples: int) -> Plan:
    """See what of a comparison can be sent in batches, with so many samples of each column."""
    groups: dict[tuple[str, str, tuple[str, ...]], list[_Member]] = {}
    refused: list[str] = []
    for column in columns:
        try:
            member = _member(column)
        except ValueError as problem:
            refused.append(f"Column {column.letter} is left out. {problem}")
            continue
        connection = column.connection
        about = (connection.id, connection.anthropic_version, tuple(sorted(column.draft.betas)))
        groups.setdefault(about, []).append(member)
    batches = []
    for members in groups.values():
        batch = _batch(members, samples)
        if excess := _too_much(batch):
            refused.append(excess)
        else:
            batches.append(batch)
    taken = [member for members in groups.values() for member in members]
    return Plan(tuple(batches), tuple(refused), tuple(_notes(taken, batches)) if batches else ())


@dataclass(frozen=True, slots=True)
class _Member:
    """A column that can go into a batch."""

    column: BatchColumn
    body: JsonObject
    params: str


def _member(column: BatchColumn) -> _Member:
    """Raises `ValueError` for what cannot be sent, or not in a batch."""
    draft = column.draft
    if problem := column.problem or raw_body.problem(draft):
        raise ValueError(problem)
    if draft.is_empty:
        raise ValueError("There is nothing in it yet.")
    body = draft.build()
    for name in _REFUSED:
        if body.get(name) is not None:
            raise ValueError(f"Batches do not take “{name}”: take it out of this column.")
    if body["max_tokens"] == 0:
        raise ValueError("Batches do not take a max_tokens of 0.")
    for finding in column.findings:
        if finding.severity == "error" and not is_of_the_unknown(finding):
            raise ValueError(finding.sentence)
    return _Member(column, body, encode({name: value for name, value in body.items() if name != "stream"}))


def _batch(members: Sequence[_Member], samples: int) -> Batch:
    first = members[0].column
    connection = first.connection
    return Batch(
        {member.column.letter: member.params for member in members},
        samples,
        SERVICE_URL if connection.simulated else connection.base_url,
        connection.auth,
        connection.anthropic_version,
        first.draft.betas,
    )


def _too_much(batch: Batch) -> str | None:
    if batch.requests > MOST_REQUESTS:
        return f"{batch.columns} would be {batch.requests:,} requests; a batch has at most {MOST_REQUESTS:,}."
    if batch.size_bytes > MOST_BYTES:
        size, most = batch.size_bytes // 1_000_000, MOST_BYTES // 1_000_000
        return f"{batch.columns} would be {size:,} MB; a batch has at most {most} MB: take fewer samples."
    return None


def _notes(members: Sequence[_Member], batches: Sequence[Batch]) -> Iterator[str]:
    connections = [member.column.connection for member in members]
    if any("stream" in member.body for member in members):
        yield "A batch does not stream: “stream” is left out, and nothing else."
    if len(batches) > 1:
        yield "Version, betas and key hold for a whole batch: columns that differ in them have own files."
    if any(connection.simulated for connection in connections):
        yield "The sandbox takes no batches: the command goes to Anthropic's service."
    elif not all(connection.is_service for connection in connections):
        yield "Batches are Anthropic's own: another server may not take them."
    if any(_has_token(member.body) for member in members):
        yield "The file holds the tokens of MCP servers, without which it could not be sent: keep it secret."


def _has_token(body: JsonObject) -> bool:
    servers = body.get("mcp_servers")
    return isinstance(servers, list) and any(
        isinstance(server, dict) and server.get("authorization_token") is not None for server in servers
    )


def _told(batch: Batch) -> Iterator[str]:
    headers = f"anthropic-version {batch.anthropic_version}"
    if batch.betas:
        headers += f", betas {', '.join(batch.betas)}"
    yield ""
    yield f"{batch.name}: {batch.columns}, {batch.requests} requests, {headers}"
    yield ""
    yield from batch.command.splitlines()


def _line(letter: str, sample: int, params: str) -> bytes:
    # The whole is one JSON object with the params exactly as they were encoded.
    return f'{{"custom_id":"{letter}-{sample}","params":{params}}}\n'.encode()
