"""Java 17 with its standard library alone, as a program in one file: `java Request.java`.

The source is ASCII: before Java 18, the compiler reads a file in whatever encoding the machine prefers. Java
has no JSON parser, so the program prints the answer as it comes, an error among the events too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from components.snippets.form import UnavailableForm
from components.snippets.json_text import ascii_json, json_parts
from components.snippets.raw_http import call, headers
from components.snippets.request_parts import RequestParts
from components.snippets.spliced import Argument, FileContent
from components.snippets.target import Target
from components.snippets.variables import camel, identifiers

_KEYWORDS: Final = (
    "abstract assert boolean break byte case catch char class const continue default do double else enum "
    "extends false final finally float for goto if implements import instanceof int interface long native "
    "new null package private protected public record return sealed short static strictfp super switch "
    "synchronized this throw throws transient true try var void volatile while yield"
)
_RESERVED: Final = frozenset(f"{_KEYWORDS} args body key request response uri".split())
_STEP: Final = "  "
_MOST_ARGUMENTS: Final = 255
"""Of a method. Source: Java Virtual Machine Specification 17, 4.3.3."""
_LONGEST_TEXT: Final = 60_000
"""ASCII characters of one constant. A class file ends a constant at 65,535 bytes (specification, 4.4.7)."""
_LONGEST_STRING: Final = 10_000
"""Characters of one constant, of which each takes six bytes at most."""

_KEY: Final = """\
    var key = Objects.requireNonNull(
      System.getenv("ANTHROPIC_API_KEY"),
      "ANTHROPIC_API_KEY is not set"
    );
"""
_SEND: Final = """\
    var response = HttpClient.newHttpClient().send(
      request,
      HttpResponse.BodyHandlers.ofInputStream()
    );
    if (response.statusCode() != 200) {
      System.err.println(response.statusCode());
      response.body().transferTo(System.err);
      System.exit(1);
    }
    response.body().transferTo(System.out);
"""
_JSON: Final = """\

  // What stands between the quotation marks of a JSON string.
  static String json(String text) {
    var escaped = new StringBuilder();
    for (char c : text.toCharArray()) {
      boolean plain = c >= ' ' && c <= '~' && c != '"' && c != '\\\\';
      escaped.append(plain ? c : String.format("\\\\u%04x", (int) c));
    }
    return escaped.toString();
  }
"""
_TEXT: Final = """\

  static String text(String file) throws Exception {
    return json(Files.readString(Path.of(file)));
  }
"""
_BASE64: Final = """\

  static String base64(String file) throws Exception {
    var content = Files.readAllBytes(Path.of(file));
    return Base64.getEncoder().encodeToString(content);
  }
"""


def _render(parts: RequestParts) -> str:
    names = identifiers((each.name for each in parts.arguments), camel, _RESERVED)
    if len(names) > _MOST_ARGUMENTS:
        raise UnavailableForm(f"A method of Java takes {_MOST_ARGUMENTS} arguments at most.")
    encodings = {file.encoding for file in parts.files}
    imports = ["java.net.URI", "java.net.http.HttpClient", "java.net.http.HttpRequest"]
    imports.append("java.net.http.HttpResponse")
    if encodings:
        imports += ["java.nio.file.Files", "java.nio.file.Path"]
    if "base64" in encodings:
        imports.append("java.util.Base64")
    imports.append("java.util.Objects")
    return "".join(
        [
            *(f"import {name};\n" for name in imports),
            "\nclass Request {\n",
            _opening(parts, names),
            _body(parts, names),
            "\n",
            _KEY,
            _request(parts),
            "\n",
            _SEND,
            "  }\n",
            _JSON if names or "text" in encodings else "",
            _TEXT if "text" in encodings else "",
            _BASE64 if "base64" in encodings else "",
            "}\n",
        ]
    )


def _opening(parts: RequestParts, names: Mapping[str, str]) -> str:
    main = ["", "  public static void main(String[] args) throws Exception {"]
    if names:
        values = [_literal(each.value) for each in parts.arguments]
        main += [
            *call("    ask(", values, ");", step=_STEP),
            "  }",
            "",
            *_signature([f"String {name}" for name in names.values()]),
        ]
    return "\n".join(main) + "\n"


def _signature(parameters: list[str]) -> list[str]:
    lines = call("  static void ask(", parameters, ") throws Exception {", step=_STEP)
    line = call("  static void ask(", parameters, ")", step=_STEP)
    return [*line, "    throws Exception {"] if len(line) < len(lines) else lines


def _body(parts: RequestParts, names: Mapping[str, str]) -> str:
    pieces = json_parts(parts.wire_body, ascii_json)
    values = [_expression(piece, names) for piece in pieces if not isinstance(piece, str)]
    if values:
        # Every piece of another kind becomes a `%s`, so that what is text must not look like one.
        written = "".join(piece.replace("%", "%%") if isinstance(piece, str) else "%s" for piece in pieces)
    else:
        written = "".join(map(str, pieces))
    text = written + "\n"
    if len(text) <= _LONGEST_TEXT:
        opening, closing = f"    var body = {_block(text, '    ')}", ""
    else:
        # The compiler would join texts that a plus sign stands between.
        blocks = ",\n".join(f"      {_block(each, '      ')}" for each in _cut(text))
        opening, closing = f'    var body = String.join(\n      "",\n{blocks}\n    ', ")"
    *before, last = f"{opening}{closing}".split("\n")
    end = call(f"{last}.formatted(", values, ");", step=_STEP) if values else [f"{last};"]
    return "\n".join([*before, *end]) + "\n"


def _cut(text: str) -> list[str]:
    """Pieces short enough for a constant, cut at line ends where there are any."""
    pieces = []
    start = 0
    while start < len(text):
        end = start + _LONGEST_TEXT
        if end < len(text):
            end = text.rfind("\n", start, end) + 1 or end
        pieces.append(text[start:end])
        start = end
    return pieces


def _block(text: str, indent: str) -> str:
    """A text block. JSON never has three quotation marks in succession that no backslash stands between."""
    continued = "" if text.endswith("\n") else "\\"
    inside = text.removesuffix("\n").replace("\\", "\\\\").replace("\n", f"\n{indent}")
    return f'"""\n{indent}{inside}{continued}\n{indent}"""'


def _expression(piece: Argument | FileContent, names: Mapping[str, str]) -> str:
    if isinstance(piece, Argument):
        return f"json({names[piece.name]})"
    read = f"{'text' if piece.encoding == 'text' else 'base64'}("
    # Where it needs a line for itself, that is indented three times and ends in a comma.
    line = call(f"{_STEP * 3}{read}", [_literal(piece.name)], "),", step=_STEP)
    return "\n".join(each.removeprefix(_STEP * 3) for each in line).removesuffix(",")


def _request(parts: RequestParts) -> str:
    key = (
        '.header("x-api-key", key)'
        if parts.auth == "x-api-key"
        else '.header("authorization", "Bearer " + key)'
    )
    lines = [
        *call("    var uri = URI.create(", [_literal(parts.url)], ");", step=_STEP),
        "    var request = HttpRequest.newBuilder(uri)",
        f"      {key}",
    ]
    for name, value in headers(parts).items():
        lines += call("      .header(", [_literal(name), _literal(value)], ")", step=_STEP)
    if parts.url.startswith("http://"):
        # The client would ask for HTTP/2 in headers that not every server of this kind puts up with.
        lines.append("      .version(HttpClient.Version.HTTP_1_1)")
    lines += ["      .POST(HttpRequest.BodyPublishers.ofString(body))", "      .build();"]
    return "\n".join(lines) + "\n"


def _literal(text: str) -> str:
    """A string. Every escape of JSON in ASCII is one of Java."""
    quoted = [
        json.dumps(text[start : start + _LONGEST_STRING]).replace("\x7f", "\\u007f")
        for start in range(0, len(text) or 1, _LONGEST_STRING)
    ]
    if len(quoted) == 1:
        return quoted[0]
    return "\n".join(call("String.join(", ['""', *quoted], ")", step=_STEP))


TARGET: Final = Target(
    "java",
    "Java",
    "java",
    ".java",
    _render,
    "java {file}",
    "a JDK, 17 or newer, and no library",
    stem="Request",
)
