"""Ruby with its standard library alone: `net/http`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from components.snippets.json_text import json_parts
from components.snippets.raw_http import call, double_quoted, headers
from components.snippets.request_parts import RequestParts
from components.snippets.spliced import Argument, FileContent
from components.snippets.target import Target
from components.snippets.variables import identifiers, snake

_KEYWORDS: Final = (
    "alias and begin break case class def do else elsif end ensure false for if in module next nil not or "
    "redo rescue retry return self super then true undef unless until when while yield"
)
_OWN: Final = (
    "abort base64 body chunk event http json line lines print puts request response rest uri block message"
)
_RESERVED: Final = frozenset(f"{_KEYWORDS} {_OWN}".split())

_INTERPOLATION: Final = re.compile(r"#(?=[{$@])")
_STEP: Final = "  "

_JSON: Final = """\
# What stands between the quotation marks of a JSON string.
def json(text) = JSON.generate(text)[1..-2]
"""
_BASE64: Final = """\
def base64(file) = [File.binread(file)].pack("m0")
"""
_CLIENT: Final = """\
http = Net::HTTP.new(uri.hostname, uri.port)
http.use_ssl = uri.scheme == "https"
http.read_timeout = 600
"""
_FAILURE: Final = (
    'abort "#{response.code} #{response.message}\\n#{response.body}" unless response.is_a?(Net::HTTPOK)'
)
_STREAM: Final = f"""\
$stdout.sync = true
http.request(request) do |response|
  {_FAILURE}

  rest = ""
  event = nil
  response.read_body do |chunk|
    *lines, rest = "#{{rest}}#{{chunk}}".split("\\n", -1)
    lines.each do |line|
      next unless line.start_with?("data:")

      event = JSON.parse(line.delete_prefix("data:"))
      abort line if event["type"] == "error"
      print event["delta"]["text"] if event.dig("delta", "type") == "text_delta"
    end
  end
  puts
  abort "The answer ended early." unless event && event["type"] == "message_stop"
end
"""
_WHOLE: Final = f"""\
response = http.request(request)
{_FAILURE}

JSON.parse(response.body)["content"].each do |block|
  puts block["text"] if block["type"] == "text"
end
"""
_COUNT: Final = f"""\
response = http.request(request)
{_FAILURE}

puts JSON.parse(response.body)["input_tokens"]
"""


def _render(parts: RequestParts) -> str:
    names = identifiers((each.name for each in parts.arguments), snake, _RESERVED)
    answer = _COUNT if parts.form.count_tokens else _STREAM if parts.stream else _WHOLE
    program = f"{_body(parts, names)}\n{_request(parts)}\n{_CLIENT}\n{answer}"
    helpers = [_JSON] if names or any(file.encoding == "text" for file in parts.files) else []
    if any(file.encoding == "base64" for file in parts.files):
        helpers.append(_BASE64)
    if names:
        lines = [f"{_STEP}{line}" if line else "" for line in program.rstrip("\n").split("\n")]
        taken = ", ".join(f"{name}:" for name in names.values())
        passed = [f"{names[each.name]}: {_quoted(each.value)}" for each in parts.arguments]
        lines = [f"def ask({taken})", *lines, "end", "", *call("ask(", passed, ")", step=_STEP)]
        program = "\n".join(lines) + "\n"
    return "\n".join(['require "json"\nrequire "net/http"\n', *helpers, program])


def _body(parts: RequestParts, names: Mapping[str, str]) -> str:
    pieces = json_parts(parts.wire_body)
    # Every line of the document is JSON, and none of JSON's lines is this bare word.
    if all(isinstance(piece, str) for piece in pieces):
        opening, text = "<<~'JSON'", "".join(map(str, pieces))
    else:
        opening, text = "<<~JSON", "".join(_interpolated(piece, names) for piece in pieces)
    indented = text.replace("\n", f"\n{_STEP}")
    return f"body = {opening}\n{_STEP}{indented}\nJSON\n"


def _interpolated(piece: str | Argument | FileContent, names: Mapping[str, str]) -> str:
    if isinstance(piece, str):
        return _INTERPOLATION.sub(r"\\#", piece.replace("\\", "\\\\"))
    if isinstance(piece, Argument):
        return f"#{{json({names[piece.name]})}}"
    if piece.encoding == "base64":
        return f"#{{base64({_quoted(piece.name)})}}"
    return f'#{{json(File.read({_quoted(piece.name)}, mode: "rb:UTF-8"))}}'


def _request(parts: RequestParts) -> str:
    key = 'ENV.fetch("ANTHROPIC_API_KEY")'
    lines = [
        f"uri = URI({_quoted(parts.url)})",
        # Given all of the address, Ruby 3.1 would leave the brackets of IPv6 out of the header Host.
        "request = Net::HTTP::Post.new(uri.request_uri)",
        f'request["x-api-key"] = {key}'
        if parts.auth == "x-api-key"
        else f'request["authorization"] = "Bearer #{{{key}}}"',
        *(f'request["{name}"] = {_quoted(value)}' for name, value in headers(parts).items()),
        "request.body = body",
    ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return _INTERPOLATION.sub(r"\\#", double_quoted(text))


TARGET: Final = Target("ruby", "Ruby", "ruby", ".rb", _render, "ruby {file}", "Ruby 3.0 or newer, and no gem")
