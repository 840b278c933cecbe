"""curl commands, as people write them for bash, zsh or dash, and as browsers copy them."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from typing import Final

from components.snippets.reading.context import Context, Found
from components.snippets.reading.curl_options import Option, options_of
from components.snippets.reading.finish import is_messages_url, locate
from components.snippets.reading.imported import UnreadableCode
from components.snippets.reading.json_text import body_of
from components.snippets.reading.shell_words import Command, Shell

_CURL: Final = re.compile(r"(?:.*/)?curl(?:\.exe)?")
_MAY_STAND_BEFORE: Final = re.compile(
    r"[A-Za-z_]\w*=.*|[$%>{!]|sudo|time|exec|command|env|nohup|do|then|else|if|while|until", re.DOTALL
)
_DROPPED_FROM_FILES: Final = str.maketrans("", "", "\r\n\0")
_DEEPEST: Final = 10
_BETA: Final = "anthropic-beta"


@dataclass(slots=True)
class _Request:
    """What one curl command sends."""

    line: int
    body: str | None = None
    body_line: int = 0
    pieces: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    addresses: list[str] = field(default_factory=list)


def read(text: str, context: Context) -> Found:
    """Raises `UnreadableCode`."""
    left = deque([(text, 1, 0)])
    while left:
        source, line, depth = left.popleft()
        shell = Shell(source, context, line)
        found = _requests(shell)
        if found:
            if len(found) > 1:
                context.notes.append(f"Only the first of {len(found)} curl commands was taken.")
            return _found(found[0], context)
        # `ANSWER=$(curl …)`
        if depth < _DEEPEST:
            left.extend((inner, at, depth + 1) for inner, at in shell.substitutions)
    raise UnreadableCode("there is no curl command in this text.")


def _requests(shell: Shell) -> list[_Request]:
    found: list[_Request] = []
    files: dict[str, str] = {}
    before = Command()
    for command in shell.commands():
        at = _position(command)
        if at is not None:
            if not found:
                found.append(_request(command, at, before, files))
            else:
                found.append(_Request(command.words[at].line))
        elif command.words[0].text == "cat" and command.output and command.stdin is not None:
            files[command.output] = command.stdin
        before = command
    return found


def _position(command: Command) -> int | None:
    """Where the word `curl` stands, if it is what the command runs."""
    for at, word in enumerate(command.words):
        if _CURL.fullmatch(word.text):
            return at
        if not _MAY_STAND_BEFORE.fullmatch(word.text):
            return None
    return None


def _request(command: Command, at: int, before: Command, files: dict[str, str]) -> _Request:
    request = _Request(command.words[at].line)
    for option in options_of(command.words[at + 1 :]):
        match option.name:
            case "" | "url":
                request.addresses.append(option.value)
            case "header":
                name, _, value = option.value.partition(":")
                name, value = name.strip().lower(), value.strip()
                if name == _BETA and _BETA in request.headers:
                    value = f"{request.headers[_BETA]},{value}"
                request.headers[name] = value
            case "data" | "data-ascii" | "data-binary" | "data-raw" | "json":
                _add(request, option, _data(option, command, before, files))
            case "data-urlencode" | "form" | "form-string" | "upload-file" | "get" | "url-query":
                raise UnreadableCode(
                    f"the option `--{option.name}` of curl does not send a JSON body. Use --data.",
                    option.line,
                )
    return request


def _add(request: _Request, option: Option, data: str) -> None:
    request.pieces += 1
    if request.body is None:
        request.body, request.body_line = data, option.line
    else:
        request.body += data if option.name == "json" else f"&{data}"


def _data(option: Option, command: Command, before: Command, files: dict[str, str]) -> str:
    if option.name == "data-raw" or not option.value.startswith("@"):
        return option.value
    file = option.value[1:]
    if file != "-":
        text = files.get(file)
        if text is None:
            raise UnreadableCode(
                "the body is in a file, which the pasted text does not contain. Paste its content.",
                option.line,
            )
    else:
        text = _input(command, before, files)
        if text is None:
            raise UnreadableCode(
                "the body comes from another program or from a file, and nothing is run or opened here.",
                option.line,
            )
    # Source: `man curl`, --data: line ends and NUL are dropped when it reads from a file.
    return text.translate(_DROPPED_FROM_FILES) if option.name in ("data", "data-ascii") else text


def _input(command: Command, before: Command, files: dict[str, str]) -> str | None:
    if command.stdin is not None:
        return command.stdin
    if command.input is not None:
        return files.get(command.input)
    if not command.is_piped:
        return None
    match [word.text for word in before.words]:
        case ["cat"]:
            return before.stdin
        case ["cat", file]:
            return files.get(file)
        case ["echo", text] | ["echo", "-n", text] | ["printf", "%s" | "%s\\n", text]:
            return text
        case _:
            return None


def _found(request: _Request, context: Context) -> Found:
    if request.body is None:
        raise UnreadableCode("this curl command sends no body: there is no --data or --json.", request.line)
    try:
        body = body_of(request.body, request.body_line, context)
    except UnreadableCode:
        if request.pieces > 1:
            raise UnreadableCode(
                "curl joins several --data with “&”, and what comes of these is not JSON.", request.body_line
            ) from None
        raise
    found = Found(request.body_line, body, context.headers(request.headers))
    found.url = next(filter(is_messages_url, request.addresses), None) or next(
        (each for each in request.addresses if "://" in each or context.unknowns.within(each)), None
    )
    return locate(found)
