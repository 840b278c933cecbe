"""Go with its standard library alone, as `gofmt` leaves it.

Decisions, each tried with Go 1.19 and 1.27:

- The body is JSON text in a raw string, so that numbers stay as they are written. A backtick, which no raw
  string can hold, becomes `\\u0060`: outside of strings JSON has none.
- `http.Client` would follow a redirect with `x-api-key` in its headers; it must not follow any.
- `bufio.Scanner` ends at lines of 64 KiB. `bufio.Reader` does not.
- Nothing newer than Go 1.19 (`strings.CutPrefix`, say), and no go.mod: `go run request.go` is all it takes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from components.snippets.json_text import json_parts
from components.snippets.request_parts import RequestParts
from components.snippets.spliced import Argument, FileContent
from components.snippets.target import Target
from components.snippets.variables import camel, identifiers

_KEYWORDS: Final = """
break case chan const continue default defer else fallthrough for func go goto if import interface map package
range return select struct switch type var
"""
_RESERVED: Final = frozenset({*_KEYWORDS.split(), "base64", "jsonText", "read", "string"})
"""What no parameter of `body` can be called, and what it would hide there."""
_WIDTH: Final = 100
"""Characters of a call before its arguments get a line each. `gofmt` breaks no lines of its own."""
_FOUR_DIGITS: Final = 0xFFFF

_BODY: Final = """\
// body puts the request together.
func body({parameters}) string {{
	return {text}
}}
"""

_MAIN: Final = """\
func main() {{
	log.SetFlags(0)
	if err := send({body}); err != nil {{
		log.Fatal(err)
	}}
}}
"""

_SEND: Final = """\
// send posts a request and prints {printed}.
func send(text string) error {{
	key := os.Getenv("ANTHROPIC_API_KEY")
	if key == "" {{
		return errors.New("ANTHROPIC_API_KEY is not set")
	}}
	request, err := http.NewRequest("POST", {url}, strings.NewReader(text))
	if err != nil {{
		return err
	}}
{headers}
	client := http.Client{{
		Timeout: time.Hour,
		// A redirect would take the key along.
		CheckRedirect: func(*http.Request, []*http.Request) error {{ return http.ErrUseLastResponse }},
	}}
	response, err := client.Do(request)
	if err != nil {{
		return err
	}}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {{
		problem, _ := io.ReadAll(response.Body)
		return fmt.Errorf("%s\\n%s", response.Status, problem)
	}}

{read}}}
"""

_TEXT: Final = """\
	var message struct {
		Content []struct{ Type, Text string }
	}
	if err := json.NewDecoder(response.Body).Decode(&message); err != nil {
		return err
	}
	for _, block := range message.Content {
		if block.Type == "text" {
			fmt.Println(block.Text)
		}
	}
	return nil
"""

_COUNT: Final = """\
	var count struct {
		InputTokens int `json:"input_tokens"`
	}
	if err := json.NewDecoder(response.Body).Decode(&count); err != nil {
		return err
	}
	fmt.Println(count.InputTokens)
	return nil
"""

_EVENTS: Final = """\
	lines := bufio.NewReader(response.Body)
	for {
		line, err := lines.ReadString('\\n')
		if err != nil {
			return fmt.Errorf("the stream broke off: %w", err)
		}
		if !strings.HasPrefix(line, "data:") {
			continue
		}
		var event struct {
			Type  string
			Delta struct{ Type, Text string }
		}
		if err := json.Unmarshal([]byte(strings.TrimPrefix(line, "data:")), &event); err != nil {
			return err
		}
		switch {
		case event.Delta.Type == "text_delta":
			fmt.Print(event.Delta.Text)
		case event.Type == "error":
			return errors.New(line)
		case event.Type == "message_stop":
			fmt.Println()
			return nil
		}
	}
"""

_JSON_TEXT: Final = """\
// jsonText returns a text as the content of a JSON string.
func jsonText(text string) string {
	quoted, _ := json.Marshal(text)
	return string(quoted[1 : len(quoted)-1])
}
"""

_READ: Final = """\
// read returns the content of a file in the folder this is run in.
func read(name string) []byte {
	content, err := os.ReadFile(name)
	if err != nil {
		log.Fatal(err)
	}
	return content
}
"""


def _render(parts: RequestParts) -> str:
    names = identifiers((each.name for each in parts.arguments), camel, _RESERVED)
    text = _json_text(parts, names)
    if parts.form.template or parts.form.attachments:
        body = _BODY.format(parameters=_parameters(names), text=text)
        call = _call("body", [_string(each.value) for each in parts.arguments])
    else:
        body, call = f"const body = {text}\n", "body"
    sections = ["package main\n", _imports(parts), body, _MAIN.format(body=call), _send(parts)]
    if parts.arguments or any(file.encoding == "text" for file in parts.files):
        sections.append(_JSON_TEXT)
    if parts.files:
        sections.append(_READ)
    return "\n".join(sections)


def _json_text(parts: RequestParts, names: Mapping[str, str]) -> str:
    """An expression of the body's JSON text."""

    def written(part: str | Argument | FileContent) -> str:
        match part:
            case str():
                return "`" + part.replace("`", r"\u0060") + "`"
            case Argument():
                return f"jsonText({names[part.name]})"
            case FileContent(encoding="base64"):
                return f'base64.StdEncoding.EncodeToString(read("{part.name}"))'
            case FileContent():
                return f'jsonText(string(read("{part.name}")))'

    return " + ".join(map(written, json_parts(parts.wire_body)))


def _imports(parts: RequestParts) -> str:
    packages = {"encoding/json", "errors", "fmt", "io", "log", "net/http", "os", "strings", "time"}
    if parts.stream:
        packages.add("bufio")
    if any(file.encoding == "base64" for file in parts.files):
        packages.add("encoding/base64")
    lines = "".join(f'\t"{package}"\n' for package in sorted(packages))
    return f"import (\n{lines})\n"


def _send(parts: RequestParts) -> str:
    key = {"x-api-key": ("x-api-key", "key"), "bearer": ("authorization", '"Bearer "+key')}[parts.auth]
    values = {name: _string(value) for name, value in parts.headers.items()}
    headers = [key, *values.items(), ("content-type", '"application/json"')]
    if parts.form.count_tokens:
        answer = "the number of its input tokens", _COUNT
    elif parts.stream:
        answer = "the text of the answer as it arrives", _EVENTS
    else:
        answer = "the text of the answer", _TEXT
    return _SEND.format(
        printed=answer[0],
        url=_string(parts.url),
        headers="\n".join(f'\trequest.Header.Set("{name}", {value})' for name, value in headers),
        read=answer[1],
    )


def _parameters(names: Mapping[str, str]) -> str:
    return f"{', '.join(names.values())} string" if names else ""


def _call(function: str, arguments: list[str]) -> str:
    call = f"{function}({', '.join(arguments)})"
    if len(call) <= _WIDTH and "\n" not in call:
        return call
    return "\n".join([f"{function}(", *(f"\t\t{argument}," for argument in arguments), "\t)"])


def _string(text: str) -> str:
    """A string literal: a raw one for lines that can be seen as they are."""
    lines = text.split("\n")
    if len(lines) > 1 and "`" not in text and all(_is_plain(line) for line in lines):
        return f"`{text}`"
    # What JSON escapes between its quotation marks, it escapes as Go does.
    literal = json.dumps(text, ensure_ascii=False)
    hidden = {ord(c): _escape(c) for c in set(literal) if not c.isprintable()}
    return literal.translate(hidden) if hidden else literal


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code <= _FOUR_DIGITS else f"\\U{code:08x}"


def _is_plain(line: str) -> bool:
    return line.isprintable() and not line.endswith(" ")


TARGET: Final = Target("go", "Go", "go", ".go", _render, "go run {file}", "Go 1.19 or newer, and no module")
