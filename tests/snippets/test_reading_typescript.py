"""TypeScript and JavaScript that sends a request: with the SDK, with fetch, in the ways people write them."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from snippets.execution import program, run

from components.domain.draft import Draft
from components.snippets.reading import Imported, UnreadableCode, read

USER = [{"role": "user", "content": "Hi"}]
BODY: dict[str, Any] = {"model": "m", "max_tokens": 1, "messages": USER}
FIELDS = "model: 'm', max_tokens: 1, messages: [{role: 'user', content: 'Hi'}]"


def test_a_program_with_the_sdk_is_read() -> None:
    found = read(
        """\
import Anthropic from '@anthropic-ai/sdk';

const client = new Anthropic({
  apiKey: process.env['ANTHROPIC_API_KEY'], // the default
  baseURL: "http://127.0.0.1:8501/sandbox/",
  defaultHeaders: { 'anthropic-version': '2023-06-01', 'anthropic-beta': 'replaced' },
});
const base = { model: process.env.MODEL ?? 'claude-opus-5-5', max_tokens: 4 * 1_024, old: 1 } as const;
const system = `One.
{{x}} \\`Two\\`` + " Three";
const tools: Anthropic.Tool[] = [{ name: "t", input_schema: <Schema>{ type: "object" }, }];
const messages: Anthropic.MessageParam[] = [];
messages.push({ role: 'user', content: 'Hi' });

async function main(): Promise<void> {
  const message = await client.beta.messages.create(
    {
      ...base,
      ['old']: 2,
      system,
      tools: tools!,
      temperature: -.5,
      metadata: null,
      tool_choice: undefined,
      stream: true,
      messages,
      betas: ["a", "b"],
    } satisfies Params,
    { headers: { 'Anthropic-Version': '2026-10-21' }, timeout: 1000 },
  );
  console.log(message.content);
}

main();
"""
    )
    assert found == Imported(
        body={
            "model": "claude-opus-5-5",
            "max_tokens": 4096,
            "old": 2,
            "system": "One.\n{{x}} `Two` Three",
            "tools": [{"name": "t", "input_schema": {"type": "object"}}],
            "temperature": -0.5,
            "metadata": None,
            "stream": True,
            "messages": USER,
        },
        anthropic_version="2026-10-21",
        betas=("a", "b"),
        base_url="http://127.0.0.1:8501/sandbox",
        source="typescript",
    )


@pytest.mark.parametrize(
    "text",
    [
        f"client.messages.create({{{FIELDS}}})",
        f"const {{ content }} = await (new Anthropic()).messages.create({{{FIELDS},}});",
        f"const p = {{{FIELDS}}};\nclient.messages.create(p).then((m) => console.log(m));",
        f"const p = {{{FIELDS}}};\nexport default async (q) => {{ client.messages.create({{...p}}) }}",
        f"class A {{ c = new Anthropic(); async go(q) {{ await this.c.messages.create({{{FIELDS}}}) }} }}",
        f"const go = async () => await (client as any).messages.create({{{FIELDS}}} as unknown as X);",
        "let m = []; m.push({role: 'user', content: ''}); m[0].content = 'Hi'; const p = {messages: m};\n"
        "p.model = 'm'; p['max_tokens'] = 1; client.messages.create(p); m.push(3)",
        "function ask(model = 'm', { x }) { client.messages.create({model, max_tokens: limits.most,"
        " messages: [...m]}) }\nconst limits = {most: 1}, hi = 'Hi';\n"
        "let m = [{role: 'user', content: `${hi}`}];",
        f"const n = await client.messages.countTokens({{{FIELDS}}});\nclient.messages.create({{{FIELDS}}})",
        f"client.messages.batches.create({{requests: [{{custom_id: 'a', params: {{{FIELDS}}}}}]}})",
        f"fetch('https://a.example/v1/messages', {{method: 'POST', body: JSON.stringify({{{FIELDS}}})}})",
        f"const body = JSON.stringify({{{FIELDS}}}, null, 2);\nfetch(URL, {{ body }})",
        f"axios.post('https://api.anthropic.com/v1/messages', {{{FIELDS}}}, {{headers: {{}}}})",
        f"await client.post<Anthropic.Message>('/v1/messages', {{ body: {{{FIELDS}}} }})",
        f"const params: Params = {{{FIELDS}}};",
        f"import x from 'y';\nclient.messages.create({{{FIELDS}}}); then a mistake {{",
    ],
)
def test_many_ways_of_writing_one_request(text: str) -> None:
    assert read(text).body == BODY
    assert read(text).source == "typescript"


def test_streaming_is_part_of_the_request() -> None:
    streaming = {**BODY, "stream": True}
    assert read(f"client.messages.stream({{{FIELDS}}}).on('text', (t) => write(t));").body == streaming
    assert read(f"client.messages.create({{{FIELDS}, stream: true}})").body == streaming


def test_headers_of_a_plain_post_are_read() -> None:
    found = read(
        "const headers = new Headers({'x-api-key': key, 'anthropic-version': '2026-10-21',"
        " 'anthropic-beta': 'a, b'});"
        f"await fetch(`http://localhost:1/v1/messages`, {{ headers, body: JSON.stringify({{{FIELDS}}}) }});"
    )
    assert (found.anthropic_version, found.betas) == ("2026-10-21", ("a", "b"))
    assert found.base_url == "http://localhost:1"


def test_betas_are_a_field_like_any_other_where_the_sdk_sends_them_so() -> None:
    found = read(f"client.messages.create({{{FIELDS}, betas: ['a']}})")
    assert (found.body["betas"], found.betas) == (["a"], ())


def test_what_the_sdk_sends_as_a_header_is_no_field_of_the_body() -> None:
    found = read(f"client.messages.create({{{FIELDS}, user_profile_id: 'u'}})")
    assert found.body == BODY
    assert found.notes == ("The SDK sends `user_profile_id` as a header: it was left out.",)


def test_what_a_program_gets_when_it_runs_becomes_a_variable_of_the_prompt() -> None:
    found = read(
        "const doc = fs.readFileSync('a.txt', 'utf8');\n"
        "async function ask(user, question, tone = 'kind') {\n"
        "  await client.messages.create({model: 'm', max_tokens: 1,\n"
        "    system: `For ${user.name}, be ${tone}: {{x}} \\\\${doc}${process.env.LAST}`,\n"
        "    messages: [{role: 'user', content: question}]});\n}\n"
    )
    assert found.body["system"] == "For {{user.name}}, be kind: \\{{x}} \\\\{{doc}}{{LAST}}"
    assert found.variables == ("user.name", "doc", "LAST", "question")
    assert found.notes[0] == (
        "Line 4: `user.name` has no value in the pasted text, so it became the variable {{user.name}}."
    )
    draft = Draft.of_body(found.body, filled=not found.variables)
    draft.values = {"user.name": "Ada", "question": "Why?", "doc": "D", "LAST": "L"}
    assert draft.build()["system"] == "For Ada, be kind: {{x}} \\DL"


def test_an_output_format_that_a_function_makes_is_left_out_and_that_is_said() -> None:
    found = read(f"client.messages.parse({{{FIELDS},\n output_config: {{format: zodOutputFormat(X)}}}})")
    assert found.body == BODY
    assert found.notes[0].startswith("Line 2: the output format is made by the program and was left out.")


def test_numbers_are_those_that_javascript_sends() -> None:
    found = read(
        "client.messages.create({messages: [], x: [1.0, 0x1F, 0b11, 0o17, 1_000.5, -0, .5, 5., 1e21, 1e-7,"
        " 12345678901234567890, 9007199254740993, -9007199254740993]})"
    )
    assert json.dumps(found.body["x"]) == json.dumps(
        [
            1,
            31,
            3,
            15,
            1000.5,
            0,
            0.5,
            5,
            1e21,
            1e-07,
            12345678901234567000,
            9007199254740992,
            -9007199254740992,
        ]
    )
    assert "Line 1: JavaScript rounds 9007199254740993 to 9007199254740992." in found.notes


def test_what_javascript_leaves_out_is_left_out() -> None:
    found = read(
        "client.messages.create({messages: [], a: undefined, b: void 0, c: [1,,undefined], __proto__: {d: 1},"
        ' "__proto__": {e: 1}, ["__proto__"]: 1, 1.50: 2, "f\\x41": 3, ...null})'
    )
    assert found.body == {"messages": [], "c": [1, None, None], "__proto__": 1, "1.5": 2, "fA": 3}


PIECES = (
    *("\\n", "\\t", "\\b", "\\v", "\\f", "\\r", "\\0", "\\x41", "\\xe9", "\\u0041", "\\u{41}", "\\u{1F600}"),
    *(
        "\\ud83d\\ude00",
        "\\u{000000041}",
        "\\'",
        '\\"',
        "\\`",
        "\\\\",
        "\\a",
        "\\-",
        "\\\u2028",
        "\\\n",
        "\\\r\n",
    ),
    *("\u2028", "\u2029", "é", "😀", "漢", " ", "a", "{{x}}", "$", "//", "/*", "\\$", "\\{", "\\z"),
)


def test_strings_are_those_that_node_makes_of_them(tmp_path: Path) -> None:
    chance = random.Random(3)
    literals = []
    for number in range(1500):
        inside = "".join(chance.choices(PIECES, k=number % 9)).replace("${", "$ {")
        mark = "'\"`"[number % 3]
        if mark == "`":
            inside += chance.choice(["", "\n", "\r\n", "\r"])
        literals.append(f"{mark}{inside}{mark}")
    source = f"[{', '.join(literals)}]"
    (tmp_path / "strings.mjs").write_bytes(f"console.log(JSON.stringify({source}))".encode())
    expected = json.loads(run([program("node"), "strings.mjs"], tmp_path).stdout)
    assert read(f"client.messages.create({{messages: [], x: {source}}})").body["x"] == expected


def test_numbers_are_those_that_node_makes_of_them(tmp_path: Path) -> None:
    chance = random.Random(5)
    literals = [
        *(
            "0",
            "-0",
            "1.0",
            "1e3",
            "1E+3",
            "1e-7",
            "123e-20",
            ".1e1",
            "0xFFFFFFFFFFFFFFFF",
            "1_0.0_1",
            "1e300",
        ),
        *(repr(chance.uniform(-1, 1) * 10.0 ** chance.randint(-30, 30)) for _ in range(500)),
        *(str(chance.randint(-(10**25), 10**25) // 10 ** chance.randint(0, 25)) for _ in range(500)),
    ]
    source = f"[{', '.join(literals)}]"
    (tmp_path / "numbers.mjs").write_text(f"console.log(JSON.stringify({source}))")
    expected = json.loads(run([program("node"), "numbers.mjs"], tmp_path).stdout)
    found = read(f"client.messages.create({{messages: [], x: {source}}})").body["x"]
    assert json.dumps(found) == json.dumps(expected)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "client.messages.create({\n  model: 'm',\n  messages: history,\n})",
            "Line 3: the value of `messages` is a variable that is not in the pasted text: `history`",
        ),
        ("await client.messages.create(\n  params);", "Line 2: the request is a variable .*: `params`"),
        ("client.messages.create({\n  ...params})", "Line 2: the request is a variable .*: `params`"),
        (
            "client.messages.create({messages: [],\n  model: pick(1)})",
            "Line 2: .*`model` is the result of a call",
        ),
        (
            "const img = fs.readFileSync('a.png').toString('base64');\nclient.messages.create({messages: [\n"
            "  {role: 'user', content: [{type: 'image', source: {data: img}}]}]})",
            "Line 3: the value of `data` is read from a file or a server",
        ),
        ("client.messages.create({messages: [], f() {}})", "the request is an object with a function in it"),
        (
            "client.messages.create({messages: [], x: 10n})",
            "the value of `x` is a number that JSON cannot carry",
        ),
        (
            "client.messages.create({messages: [], x: NaN})",
            "the value of `x` is a number that JSON cannot carry",
        ),
        (
            "client.messages.create({messages: [], x: '\\u{110000}'})",
            "an escape that JavaScript does not know",
        ),
        ("client.messages.create({messages: [], x: '\\x4'})", "this is not understood as Type"),
        (
            "client.messages.create({messages: [], x: '\\ud83d'})",
            "Line 1: the text holds half of a character",
        ),
        ("const m = [];\nm.sort();\nclient.messages.create({messages: m})", "a list that `sort` has changed"),
        (
            "client.messages.create({\n  model: 'm',\n  messages: [\n",
            "Line [1-4]: this is not understood as Type",
        ),
        (
            "client.messages.create({\n  model: 'm'\n  messages: []})",
            "Line [23]: this is not understood as Type",
        ),
        ("client.messages.create()", "the request is not shown in the pasted text"),
        ("const x = await fetch(URL)", "There is no call in this text that sends a request"),
        ("const x = new Anthropic(); x.completions.create({})", "There is no call in this text"),
        (
            "fetch('https://api.anthropic.com/v1/messages', {body: '{'})",
            "Line 1: the body is not JSON: expecting property name",
        ),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(text: str, sentence: str) -> None:
    with pytest.raises(UnreadableCode, match=sentence):
        read(text)
