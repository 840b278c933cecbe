"""curl commands as they are found in documentation, in terminals, and in browsers."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from snippets.execution import program, run
from snippets.test_literals import TEXTS

from components.snippets.reading import UnreadableCode, read
from components.snippets.reading.context import Context
from components.snippets.reading.shell_words import Shell

URL = "https://api.anthropic.com/v1/messages"
BODY: dict[str, Any] = {"model": "m", "max_tokens": 1, "messages": []}
TEXT = json.dumps(BODY)
IN_QUOTES = TEXT.replace('"m"', '"\'"$MODEL"\'"')
"""The same with the model from a variable: the single quotes end and begin again around it."""


def said(text: str) -> Any:
    """The content of the one message of the body that a command sends."""
    [message] = read(text).body["messages"]  # type: ignore[misc, union-attr]
    return message["content"]  # type: ignore[call-overload, index]


def test_a_command_of_the_documentation_is_read() -> None:
    found = read(
        """\
# Ask it
$ curl -sS -X POST "https://api.anthropic.com/v1/messages?beta=true" \\
  --header "x-api-key: $ANTHROPIC_API_KEY" -H 'Anthropic-Version: 2023-06-01' \\
  -H anthropic-beta:a -H "anthropic-beta: b, c" \\
  --max-time 30 --retry 2 -ksLo answer.json --compressed --some-new-flag \\
  -d '{"model": "m", "max_tokens": 1,
       "messages": []}' | jq -r '.content[0].text' > answer.txt
"""
    )
    assert found.body == BODY
    assert (found.anthropic_version, found.betas, found.base_url) == ("2023-06-01", ("a", "b", "c"), None)
    assert (found.source, found.notes) == ("curl", ())


@pytest.mark.parametrize(
    "options",
    [
        f"-d '{TEXT}'",
        f"-d'{TEXT}'",
        f"-sd '{TEXT}'",
        f"--data '{TEXT}'",
        f"--data-raw '{TEXT}'",
        f"--data-binary '{TEXT}'",
        f"--data-ascii '{TEXT}'",
        f"--json '{TEXT}'",
        f"--json '{TEXT[:20]}' --json '{TEXT[20:]}'",
        f"-d @- <<'EOF'\n{TEXT}\nEOF",
        f"-d @- <<-EOF\n\t{TEXT}\n\tEOF",
        f"--data-binary @- <<\\EOF\n{TEXT}\nEOF\necho done",
        f"--json @- <<< '{TEXT}'",
        f"-d \"$(cat <<'EOF'\n{TEXT}\nEOF\n)\"",
        f"-d $(cat <<EOF\n{TEXT}\nEOF\n) -s",
        "-d " + json.dumps(TEXT).replace("$", "\\$"),
    ],
)
def test_a_body_is_found_however_it_is_given(options: str) -> None:
    for command in (
        f"curl {URL} {options}",
        f"curl {options}" if "\n" not in options else f"curl {URL} {options}",
    ):
        assert read(command).body == BODY


@pytest.mark.parametrize(
    "text",
    [
        f"cat > body.json <<'X'\n{TEXT}\nX\ncurl {URL} -d @body.json",
        f"cat > body.json <<'X'\n{TEXT}\nX\ncurl {URL} --json @- < body.json",
        f"cat > body.json <<'X'\n{TEXT}\nX\ncat body.json | curl {URL} --json @-",
        f"echo '{TEXT}' | curl {URL} -d @-",
        f"cat <<'X' | curl {URL} -d @-\n{TEXT}\nX",
        f"ANSWER=$(curl -s {URL} -d '{TEXT}')\necho \"$ANSWER\"",
        f"if true; then\n  ANTHROPIC_LOG=x sudo curl {URL} -d '{TEXT}' && echo fine\nfi",
        f"echo curl; /usr/bin/curl {URL} -d '{TEXT}' &",
        f"MODEL=m\nexport URL={URL}\ncurl \"$URL\" -d '{IN_QUOTES}'",
    ],
)
def test_the_commands_around_it_are_understood_as_far_as_they_matter(text: str) -> None:
    assert read(text).body == BODY


def test_a_browser_s_copy_is_read_with_its_escapes() -> None:
    escaped = r"""It\'s \u0021 \\n \\"x\\" \ud83d\ude00 \u00e9 \xc3\xa9 \101"""
    data = f"""$'{{"messages":[{{"role":"user","content":"{escaped}"}}]}}'"""
    command = f"curl '{URL}' -H 'content-type: application/json' --compressed --data-raw {data}"
    assert said(command) == 'It\'s ! \n "x" 😀 é é A'


def test_a_variable_of_the_shell_in_the_prompt_becomes_one_of_the_editor() -> None:
    content = r"$NAME asks \$5: ${QUESTION}, ${TONE:-kindly} {{x}}"
    data = '{"messages": [{"role": "user", "content": "CONTENT"}]}'.replace('"', '\\"')
    found = read(f'NAME=Ada\ncurl {URL} -d "{data.replace("CONTENT", content)}"')
    [message] = found.body["messages"]  # type: ignore[misc, union-attr]
    assert message["content"] == "Ada asks $5: {{QUESTION}}, kindly \\{{x}}"  # type: ignore[call-overload, index]
    assert found.variables == ("QUESTION",)
    assert found.notes == (
        "Line 2: `QUESTION` has no value in the pasted text, so it became the variable {{QUESTION}}.",
    )


@pytest.mark.parametrize(
    ("address", "base_url"),
    [
        (URL, None),
        ("api.anthropic.com/v1/messages", None),
        ("http://localhost:8501/sandbox/v1/messages", "http://localhost:8501/sandbox"),
        ("localhost:8501/v1/messages/", "http://localhost:8501"),
        ("https://me:secret@proxy.example/x/v1/messages?key=secret#secret", "https://proxy.example/x"),
        ("-x http://proxy:1 --url https://a.example/v1/messages", "https://a.example"),
    ],
)
def test_the_address_says_where_to_send_it(address: str, base_url: str | None) -> None:
    found = read(f"curl {address} -d '{TEXT}'")
    assert (found.base_url, found.notes) == (base_url, ())


@pytest.mark.parametrize(
    ("address", "note"),
    [
        ('"$BASE/v1/messages"', "The server's address is not shown in the pasted text."),
        ('"$URL"', "The server's address is not shown in the pasted text."),
        (f"{URL}/count_tokens", "This call only counts tokens: the service asks for no max_tokens there."),
        (
            "https://a.example/v1/chat",
            "The address in the text is not that of the Messages API, /v1/messages.",
        ),
        ("http://[/v1/messages", "The server's address in the text is not a URL."),
    ],
)
def test_an_address_of_another_kind_is_noted(address: str, note: str) -> None:
    found = read(f"curl {address} -d '{TEXT}'")
    assert (found.body, found.base_url, found.notes) == (BODY, None, (note,))


def test_of_a_batch_the_first_request_is_taken() -> None:
    batch = json.dumps({"requests": [{"custom_id": "a", "params": BODY}, {"custom_id": "b", "params": {}}]})
    found = read(f"curl {URL}/batches -H 'anthropic-version: 2023-06-01' -d '{batch}'")
    assert (found.body, found.anthropic_version) == (BODY, "2023-06-01")
    assert found.notes == ("This is a batch.", "Only the first of 2 requests was taken.")


def test_of_several_commands_the_first_is_taken() -> None:
    other = json.dumps({"messages": [], "other": 1})
    for after in (f"\ncurl {URL} -d '{other}'", f" --next {URL} -d '{other}'"):
        found = read(f"curl {URL} -d '{TEXT}'{after}")
        assert found.body == BODY


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            f"curl {URL} -d @body.json",
            "Line 1: the body is in a file, which the pasted text does not contain",
        ),
        (f"jq -n x | curl {URL} -d @-", "Line 1: the body comes from another program or from a file"),
        (f'curl {URL} \\\n -d "$(jq -n x)"', "Line 2: the body is not JSON .* the result of a command"),
        (
            f'curl {URL} \\\n  -d \'{{"messages": [],\n"model" 1}}\'',
            "Line 3: the body is not JSON: expecting ':'",
        ),
        (f'curl {URL} -d "{{\\"messages\\": [], \\"max_tokens\\": $N}}"', "variable of the shell .*: `N`"),
        (f'curl {URL} -d "{{\\"messages\\": [], \\"model\\": \\"$M\\"}}"', "the value of `model` is .*: `M`"),
        (f"curl {URL}", "Line 1: this curl command sends no body"),
        (f"curl {URL} -F a=b", "Line 1: the option `--form` of curl does not send a JSON body"),
        (f"curl -G {URL} -d '{TEXT}'", "`--get` of curl does not send a JSON body"),
        (f"curl {URL} -H a\ncurl -d", "Line 1: this curl command sends no body"),
        (f"curl {URL} -s \\\n -d", "Line 2: the option `-d` of curl needs a value"),
        (f"curl {URL} -d 'a=1' -d 'b=2'", "curl joins several --data with “&”"),
        (f"curl {URL} -d '[1]'", "the request body is not an object"),
        (f"curl {URL} \\\n -d '{{", "Line 2: a text in single quotes begins here and does not end"),
        (f'curl {URL} -d "{{', "a text in double quotes begins here and does not end"),
        (f"curl {URL} -d $'{{", "does not end"),
        (f"curl {URL} -d $'\\xff'", "an escape that makes no character"),
        (
            f'curl {URL} ^\n  -H "a: b" ^\n  -d "{{}}"',
            "Line 1: this is a command for the Windows command line",
        ),
        (f'curl.exe {URL} `\n  -d "{{}}"', "Line 1: this is a command for PowerShell"),
        (f"Invoke-RestMethod -Uri {URL} -Method Post", "a command for PowerShell"),
        ("# curl https://x\nls -d /tmp", "there is no curl command|neither|no curl command"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(text: str, sentence: str) -> None:
    with pytest.raises(UnreadableCode, match=f"(?i){sentence}"):
        read(text)


def words_of(text: str) -> list[str]:
    return [word.text for command in Shell(text, Context(text)).commands() for word in command.words]


def in_double_quotes(text: str) -> str:
    return '"' + "".join(f"\\{c}" if c in '$`"\\' else c for c in text) + '"'


def with_backslashes(text: str) -> str:
    return "".join("'\n'" if c == "\n" else f"\\{c}" for c in text) or "''"


def in_ansi_c(text: str) -> str:
    signs = {
        "'": "\\'",
        "\\": "\\\\",
        "\n": "\\n",
        "\t": "\\t",
        "!": "\\u0021",
        "é": "\\xc3\\xa9",
        "a": "\\141",
    }
    return (
        "$'"
        + "".join(signs.get(c, c if c.isascii() and c.isprintable() else f"\\U{ord(c):08x}") for c in text)
        + "'"
    )


def test_words_are_those_that_bash_makes_of_them(tmp_path: Path) -> None:
    chance = random.Random(7)
    styles = (
        in_double_quotes,
        with_backslashes,
        in_ansi_c,
        lambda text: "'" + text.replace("'", "'\\''") + "'",
    )
    printable = [text.replace("\0", "").replace("\r\n", "\n") for text in TEXTS[:800]]
    arguments = "\\\n ".join(
        chance.choice(styles)(text) + chance.choice(styles)(text[:3]) for text in printable
    )
    extra = (
        '"a\\\nb" "\\x" \\\\ a\\ b "$" $ $é x\u2028y\xa0z a\rb "\\$é" #c\n'
        'printf "%s\\000" d#e \'\' $"f" 2>/dev/null a~b [c] d=e % ^ @ !'
    )
    source = f"printf '%s\\000' {arguments} {extra}\n"
    (tmp_path / "words.sh").write_bytes(f"{{ {source} }} > words.txt\n".encode())
    assert run([program("bash"), "words.sh"], tmp_path).exit_code == 0
    expected = (tmp_path / "words.txt").read_bytes().decode().split("\0")[:-1]
    found = words_of(source)
    assert found.pop(0) == "printf"
    found = [word for word in found if word not in ("printf", "%s\\000")]
    assert found == expected
