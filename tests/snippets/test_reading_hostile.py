"""Texts made to do harm, or to take for ever: nothing is run, no key gets out, there is always an answer."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from snippets.cases import CASES, READ_BACK

from components.snippets.reading import UnreadableCode, read

ROOT = Path(__file__).resolve().parents[2]
SECRET = "sk-ant-api03-s3cr3t"
MESSAGES = '"messages": [{"role": "user", "content": "Hi"}]'
MEGABYTE = 1_000_000
SECONDS = 20.0
"""For a megabyte made to be slow, on a busy machine. Ordinary code of that size takes a tenth of one."""


def answer(text: str) -> str:
    """Everything that the reader says about a text."""
    refused: UnreadableCode | None = None
    try:
        return repr(read(text))
    except UnreadableCode as error:
        refused = error
    assert (refused.__cause__, refused.__context__) == (None, None)
    return repr((str(refused), refused, vars(refused)))


URL = "https://a.example/v1/messages"
KEY_HEADER = f"-H 'x-api-key: {SECRET}'"
DATA = f"-d '{{{MESSAGES}}}'"
CREATE = "client.messages.create"


@pytest.mark.parametrize(
    "text",
    [
        f"curl {URL} {KEY_HEADER} {DATA}",
        f"curl {URL} -H 'Authorization: Bearer {SECRET}' {DATA}",
        f"curl https://me:{SECRET}@a.example/v1/messages?key={SECRET} -u me:{SECRET} -b k={SECRET} {DATA}",
        f'KEY={SECRET}\ncurl {URL} -H "x-api-key: $KEY" {DATA}',
        f"curl {URL} {KEY_HEADER} -d '{{{MESSAGES}'",
        f"curl {URL} -H 'x-api-key: {SECRET} {DATA}",
        f"curl {URL} {KEY_HEADER} -d @{SECRET}",
        f"curl https://a.example/{SECRET} {KEY_HEADER} {DATA}",
        f'curl ${{KEY:={SECRET}}} {DATA} -H "x-api-key: $(echo {SECRET})" -d "$(echo {SECRET})"',
        f'client = Anthropic(api_key="{SECRET}", auth_token="{SECRET}")\n{CREATE}(messages=[])',
        f'client = Anthropic(default_headers={{"x-api-key": "{SECRET}"}})\n'
        f'{CREATE}(messages=[], model=os.environ["MODEL"])',
        f'client = Anthropic(api_key="{SECRET}"\n{CREATE}(messages=[])',
        f'client = Anthropic(api_key=os.environ["{SECRET}"])\n'
        f'{CREATE}(messages=[], model=os.environ["{SECRET}"])',
        f'client = Anthropic(base_url="https://me:{SECRET}@a.example/?key={SECRET}")\n{CREATE}(messages=[])',
        f'{CREATE}(messages=[], extra_headers={{"x-api-key": "{SECRET}"}}, x=f(\n"{SECRET}"))',
        f'requests.post("{URL}", headers={{"x-api-key": "{SECRET}"}}, json={{{MESSAGES}}})',
        f"const client = new Anthropic({{ apiKey: '{SECRET}' }});\n{CREATE}({{ {MESSAGES} }})",
        f"const client = new Anthropic({{ apiKey: '{SECRET}' );\n{CREATE}({{ {MESSAGES} }})",
        f"const client = new Anthropic({{ apiKey: '{SECRET}' }});\n{CREATE}({{ {MESSAGES}, x: `{SECRET}` )",
        f"{CREATE}({{ x: process.env['{SECRET}'] }}, {{ headers: {{ 'x-api-key': '{SECRET}' }} }})",
        f"fetch('{URL}', {{ headers: {{ 'x-api-key': '{SECRET}' }}, body: '{{{MESSAGES}' }})",
        f'{{"body": {{{MESSAGES}}}, "api_key": "{SECRET}", "anthropic_version": "2023-06-01"}}',
        f'{{"x-api-key": "{SECRET}" "body": {{}}}}',
        f"x-api-key: {SECRET}\ncontent-type: application/json\n\n{{{MESSAGES}}}",
    ],
)
def test_a_key_in_the_text_is_in_nothing_that_comes_of_it(text: str) -> None:
    assert SECRET not in answer(text)
    assert "s3cr3t" not in answer(text)


def test_nothing_in_a_text_is_run_fetched_or_opened(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    touch, write = f"touch {canary}", f"open({str(canary)!r}, 'w')"
    texts = [
        f'curl https://a/v1/messages -d "$({touch})" `{touch}`; {touch}',
        "curl file:///etc/passwd -d @/etc/passwd",
        f"{touch} && curl https://a/v1/messages -d '{{{MESSAGES}}}' | sh -c '{touch}' > {canary}",
        f"cat > {canary} <<EOF\n$({touch})\nEOF\ncurl https://a/v1/messages -d @{canary}",
        f"import os\n{write}\nos.system({touch!r})\nclient.messages.create(messages=[], model={write})",
        f"client.messages.create(messages=[{{'role': 'user', 'content': f'{{{write}}}'}}])",
        f"client.messages.create(messages=[], model=eval({write!r}), x=__import__('os').system({touch!r}))",
        f"class A:\n    x = {write}\n@({write})\ndef f(a={write}): client.messages.create(messages=[])",
        f"fs.writeFileSync('{canary}', ''); client.messages.create({{messages: [], x: eval(`${{1}}`)}})",
        f"client.messages.create({{messages: [], [require('fs').writeFileSync('{canary}', '')]: 1}})",
        f'{{"messages": [], "__proto__": {{"x": "{canary}"}}}}',
    ]
    program = (
        "import sys\n"
        "from components.snippets.reading import UnreadableCode, read\n"
        "read('client.messages.create(messages=[])')\n"
        "read('x.messages.create({messages: []})')\n"
        "def stop(event, arguments):\n"
        "    allowed = ('compile', 'object.__', 'sys._getframe')\n"
        "    if not event.startswith(allowed):\n"
        "        raise SystemExit(f'{event} {arguments}')\n"
        "texts = sys.stdin.read().split('\\f')\n"
        "sys.addaudithook(stop)\n"
        "for text in texts:\n"
        "    try:\n"
        "        read(text)\n"
        "    except UnreadableCode:\n"
        "        pass\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        input="\f".join(texts),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert not canary.exists()


STARTS = (
    "",
    "import anthropic\nx = client.messages.create(",
    "const x = client.messages.create({",
    "curl https://a/v1/messages -d ",
    'curl https://a/v1/messages -d "',
    '{"messages": ',
    "{messages: [",
)
REPEATED = (
    *(
        "(",
        "[",
        "{",
        "<",
        "a<",
        "`${",
        "f(",
        "-",
        "a.",
        "'",
        '"',
        "`",
        "/*",
        "\\",
        "({a:",
        "(a,",
        '{"a":',
        "1+",
    ),
    *(
        "$(",
        "${",
        "<<A\n",
        "\\\n",
        "$'",
        "x=x+x\n",
        "a.push(a);",
        "a.append(a)\n",
        "\t",
        ";",
        "\n",
        "//",
        "#\n",
        "9",
    ),
    *("a b ", "f'{", "not ", "...a,", "*a,", "curl ", "messages.create(", "=", "😀", "\u2028", "-d @- "),
)


@pytest.mark.parametrize(
    "repeated",
    [
        *("(", "{", "'", "1+", "a b ", "not ", "x=x+x\n", "a.append(a)\n", "a.push(a);", "curl ", "${"),
        *("-d @- ", "/* ", "/[ ", " ", "\n", "a<"),
    ],
    ids=ascii,
)
def test_a_long_text_is_answered_in_time(repeated: str) -> None:
    start = random.Random(repeated).choice(STARTS)
    before = time.monotonic()
    answer(start + repeated * (MEGABYTE // len(repeated)))
    assert time.monotonic() - before < SECONDS


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("repeated", REPEATED, ids=ascii)
def test_deep_and_broken_texts_are_answered(start: str, repeated: str) -> None:
    for length in (1, 40, 3000):
        answer(start + repeated * length)


@pytest.mark.parametrize(
    "text",
    [
        "a = 'x'\n" + "a = a + a\n" * 60 + "client.messages.create(model=a)",
        "a = [1]\n" + "a = [a, a]\n" * 60 + "client.messages.create(model=a)",
        "a = [1]\n" + "a.extend(a)\n" * 60 + "client.messages.create(model=a)",
        "a = {'x': 1}\n" + "a = {'x': a, 'y': a}\n" * 60 + "client.messages.create(**a)",
        "a = 'x' * 99\na = '''"
        + "x" * 50_000
        + "'''\nclient.messages.create(model=f'"
        + "{a}" * 50_000
        + "')",
        "a = '''" + "x" * 50_000 + "'''\nclient.messages.create(model=a.join([" + "'x'," * 50_000 + "]))",
        "client.messages.create(model=json.dumps([[1]], indent=10**9))",
        "client.messages.create(model=json.dumps([[1]], indent=999999999))",
        "let a = 'x';\n" + "a += a;\n" * 60 + "client.messages.create({model: a})",
        "let a = [1];\n" + "a = [...a, ...a];\n" * 60 + "client.messages.create({model: a})",
        "const a = `" + "x" * 50_000 + "`;\nclient.messages.create({model: `" + "${a}" * 50_000 + "`})",
        "A=" + "x" * 50_000 + '\ncurl https://a/v1/messages -d "' + "$A" * 50_000 + '"',
    ],
    ids=lambda text: ascii(text[:30]),
)
def test_values_that_explode_are_refused(text: str) -> None:
    before = time.monotonic()
    assert re.search("too large|too deeply|not read here|not JSON", answer(text))
    assert time.monotonic() - before < SECONDS


def test_a_value_that_holds_itself_is_refused() -> None:
    assert "nested too deeply" in answer("a = []\na.append(a)\nclient.messages.create(messages=a)")
    assert "nested too deeply" in answer("let a = []; a.push(a); client.messages.create({messages: a})")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "There is no text to read."),
        (" \n\t\n", "There is no text to read."),
        ("\ufeff", "There is no text to read."),
        ('{"messages":\n\0 []}', "Line 2: there is a NUL character in this text."),
        ('{"messages":\n "\ud83d"}', "Line 2: there is half of a character in this text."),
        ("x" * (64 * 2**20 + 1), "This text is longer than any request can be."),
        (
            "Hello, how are you?",
            "This is no JSON, no curl command, and no call of the Messages API in Python or TypeScript.",
        ),
    ],
    ids=lambda text: ascii(text[:20]),
)
def test_what_is_no_code_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(UnreadableCode) as refused:
        read(text)
    assert str(refused.value) == sentence


def test_snippets_cut_and_changed_anywhere_are_answered() -> None:
    chance = random.Random(11)
    sources = [each.render(target) for each in CASES if each.fixture != "long" for target in READ_BACK]
    tokens = [
        *"'\"`\\$(){}[]<>,:;=#\n\t",
        "\\\n",
        "${",
        "$(",
        "<<EOF\n",
        "f'",
        "...",
        "**",
        "=>",
        "/*",
        "\\u{",
        "-d",
        "😀",
    ]
    for _ in range(600):
        text = chance.choice(sources)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(text) + 1)
            text = text[:at] + chance.choice(tokens) + text[at + chance.choice([0, 0, 1, 30]) :]
        assert not re.search("unknown[0-9a-f]{24}n", answer(text))


def test_readers_share_nothing_between_threads() -> None:
    chosen = [each for each in CASES if each.fixture in ("hostile", "tools", "sampling")]
    wrong: list[Any] = []

    def work() -> None:
        for each in chosen:
            for target in READ_BACK:
                found = read(each.render(target))
                if found.body != each.expected_body or found.anthropic_version != each.version:
                    wrong.append((target, each.name))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_the_parser_of_typescript_is_loaded_when_it_is_needed() -> None:
    program = (
        "import sys\n"
        "from components.snippets.reading import read\n"
        "assert 'tree_sitter' not in sys.modules\n"
        "read('{\"messages\": []}'), read(\"curl h/v1/messages -d '{}'\")\n"
        "assert 'tree_sitter' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, timeout=60)
    light = "import sys, components.snippets; print('components.snippets.reading' in sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", light], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert loaded.stdout == "False\n"
