"""Snippets from the command line, for scripts and CI: `python -m components.snippets --help`."""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NoReturn

from components.domain.json_types import Json
from components.domain.request import API_VERSIONS
from components.snippets import DEFAULT_BASE_URL, FORMS, TARGETS, Form, Snippet, UnknownTarget, snippet
from components.snippets.reading.context import Found
from components.snippets.reading.imported import UnreadableCode
from components.snippets.reading.shapes import request_in
from components.snippets.request_parts import request_parts

_DESCRIPTION: Final = "Print the program that sends a request to the Messages API."
_REQUEST: Final = (
    'JSON: a body, {"body": …, "anthropic_version": …, "betas": […]}, a line of the history\'s JSON Lines or '
    "of a batch; - or nothing reads the standard input"
)


class _Problem(ValueError):
    """What ends the program. Its text is a sentence."""


def main(arguments: Sequence[str]) -> int:
    """Do what the arguments say and return the exit code: 0, or 2 with a sentence on the standard error.

    Raises `SystemExit` where `argparse` answers: after `--help`, and with code 2 for unknown options.
    """
    try:
        _run(_parser().parse_args(arguments))
        sys.stdout.flush()
    except BrokenPipeError:
        # Who reads has enough. What is still buffered must not fail again when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    except (UnknownTarget, ValueError) as problem:
        _say(str(problem))
        return 2
    except OSError as problem:
        _say(_about(problem))
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m components.snippets", description=_DESCRIPTION, allow_abbrev=False
    )
    parser.add_argument("request", nargs="?", default="-", metavar="request.json", help=_REQUEST)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--target", metavar="KEY", help=f"one of {', '.join(TARGETS)}")
    what.add_argument("--list", action="store_true", help="list the targets: how they run, their forms")
    parser.add_argument(
        "--stream",
        action=argparse.BooleanOptionalAction,
        help="stream the answer, or not; by default as the body says",
    )
    parser.add_argument(
        "--form",
        action="append",
        default=[],
        choices=FORMS,
        metavar="NAME",
        help=f"may be repeated: {', '.join(FORMS)}",
    )
    parser.add_argument(
        "--value",
        action="append",
        default=[],
        metavar="NAME=TEXT",
        help="value of a {{variable}}, for --form template; may be repeated",
    )
    parser.add_argument("--base-url", metavar="URL", help=f"by default the file's, else {DEFAULT_BASE_URL}")
    parser.add_argument(
        "--anthropic-version", metavar="DATE", help=f"by default the file's, else {API_VERSIONS[0]}"
    )
    parser.add_argument(
        "--beta", action="append", default=[], metavar="NAME", help="added to the file's; may be repeated"
    )
    parser.add_argument("--bearer", action="store_true", help="send the key as a bearer token")
    parser.add_argument(
        "--output", type=_folder, metavar="FOLDER", help="write the snippet and its files there"
    )
    parser.add_argument("--force", action="store_true", help="overwrite files in the folder of --output")
    return parser


def _folder(name: str) -> Path:
    if not name:
        raise argparse.ArgumentTypeError("the name of the folder is empty")
    return Path(name)


def _run(options: argparse.Namespace) -> None:
    if options.list:
        _print(_listed())
        return
    if options.target not in TARGETS:
        raise UnknownTarget(options.target)
    made = _snippet(options)
    if options.output is not None:
        _print("".join(f"{path}\n" for path in _write(made, options.output, overwrite=options.force)))
        return
    _print(made.source)
    if made.files:
        _say(f"The snippet reads {', '.join(made.files)}: --output FOLDER writes them beside it.")


def _listed() -> str:
    rows = [
        (key, target.title, target.command.format(file=target.file_name), _forms(target.forms))
        for key, target in TARGETS.items()
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _forms(available: frozenset[str]) -> str:
    return ", ".join(name for name in FORMS if name in available)


def _snippet(options: argparse.Namespace) -> Snippet:
    found = _found(options.request)
    body = found.body
    assert isinstance(body, dict)
    form = Form(**dict.fromkeys(options.form, True))
    values = dict(map(_value, options.value))
    if values and not form.template:
        raise _Problem("--value gives the value of a variable, which is there in --form template alone.")
    if options.stream is not None:
        body = {name: value for name, value in body.items() if name != "stream"}
    betas = found.headers.get("anthropic-beta", "").split(",")
    version = options.anthropic_version or found.headers.get("anthropic-version") or API_VERSIONS[0]
    if values:
        parts = request_parts(body, anthropic_version=version, form=form, values=values)
        known = [argument.name for argument in parts.arguments]
        if unknown := [name for name in values if name not in known]:
            raise _Problem(f"There is no {{{{{unknown[0]}}}}} in this prompt, only {', '.join(known)}.")
    return snippet(
        options.target,
        body,
        anthropic_version=version,
        betas=list(dict.fromkeys(beta for beta in [*betas, *options.beta] if beta)),
        base_url=options.base_url or found.base_url or DEFAULT_BASE_URL,
        stream=options.stream is True,
        auth="bearer" if options.bearer else "x-api-key",
        form=form,
        values=values,
    )


def _found(file: str) -> Found:
    """Read the request, from a file or from the standard input."""
    name = "The standard input" if file == "-" else file
    content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    try:
        found = request_in(_json(content), 1)
    except json.JSONDecodeError as problem:
        place = f"line {problem.lineno}, column {problem.colno}"
        if problem.msg == "Extra data":
            raise _Problem(f"{name} holds more than one JSON value ({place}): give one request.") from None
        raise _Problem(f"{name} is not JSON: {problem.msg} ({place}).") from None
    except UnicodeDecodeError as problem:
        raise _Problem(f"{name} is not UTF-8, at byte {problem.start + 1:,}.") from None
    except RecursionError:
        raise _Problem(f"{name} is nested too deeply.") from None
    except UnreadableCode as problem:
        raise _Problem(f"{name} cannot be used: {problem.reason}") from None
    except ValueError:
        raise _Problem(f"{name} cannot be used: a number in it has too many digits.") from None
    for note in found.notes:
        _say(note)
    return found


def _json(content: bytes) -> Json:
    text = content.decode("utf-8-sig")
    value: Json = json.loads(
        text, object_pairs_hook=_each_once, parse_constant=_no_constant, parse_float=_finite
    )
    return value


def _each_once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    fields: dict[str, Json] = {}
    for name, value in pairs:
        if name in fields:
            raise UnreadableCode(f"the field {json.dumps(name)} stands twice in one object.")
        fields[name] = value
    return fields


def _no_constant(name: str) -> NoReturn:
    raise UnreadableCode(f"{name} is no value of JSON.")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise UnreadableCode(f"{digits} is larger than a floating-point number can be.")
    return number


def _value(text: str) -> tuple[str, str]:
    try:
        # Whatever the locale decoded the arguments with, their bytes are UTF-8.
        name, sign, value = os.fsencode(text).decode().partition("=")
    except UnicodeDecodeError:
        raise _Problem("A --value is not UTF-8.") from None
    if not sign:
        raise _Problem(f"--value {text} has no = in it: write --value NAME=TEXT.")
    return name.strip(), value


def _write(made: Snippet, folder: Path, *, overwrite: bool) -> list[Path]:
    """Write the snippet and its files; raises `_Problem`, before anything is written, where one is there."""
    files = {made.file_name: made.source.encode(), **made.files}
    paths = [folder / name for name in files]
    if not overwrite and (there := [str(path) for path in paths if os.path.lexists(path)]):
        raise _Problem(f"{', '.join(there)}: already there. --force overwrites.")
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in zip(paths, files.values(), strict=True):
        path.write_bytes(content)
    return paths


def _print(text: str) -> None:
    """Write UTF-8 and its line ends as they are, whatever the locale and the system would make of them."""
    sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))


def _say(sentence: str) -> None:
    sys.stderr.buffer.write(f"{sentence}\n".encode("utf-8", "backslashreplace"))
    sys.stderr.flush()


def _about(problem: OSError) -> str:
    where = f"{problem.filename}: " if problem.filename is not None else ""
    return f"{where}{problem.strerror or problem}."
