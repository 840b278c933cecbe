"""Python programs that send a request: with the SDK, requests or httpx, in the ways people write them."""

from __future__ import annotations

from typing import Any

import pytest

from components.domain.draft import Draft
from components.snippets.reading import Imported, UnreadableCode, read

USER = [{"role": "user", "content": "Hi"}]
BODY: dict[str, Any] = {"model": "m", "max_tokens": 1, "messages": USER}
FIELDS = "model='m', max_tokens=1, messages=[{'role': 'user', 'content': 'Hi'}]"


def test_a_program_with_the_sdk_is_read() -> None:
    found = read(
        '''\
import os
from anthropic import Anthropic

client = Anthropic(
    api_key=os.environ["ANTHROPIC_API_KEY"],
    base_url="http://127.0.0.1:8501/sandbox/",
    default_headers={"anthropic-version": "2023-06-01", "anthropic-beta": "replaced"},
    timeout=20,
)
MODEL = os.environ.get("MODEL", "claude-opus-5-5")
SYSTEM = (
    "One. "  # a comment
    'Two. ' + """Three {{x}}"""
)
TOOLS: list[dict] = [{"name": "t", "input_schema": {"type": "object", "properties": {}}, "strict": True}]

def main() -> None:
    message = client.beta.messages.create(
        model=MODEL,
        max_tokens=4 * 1024,
        temperature=-0.5,
        system=SYSTEM,
        tools=TOOLS,
        metadata=None,
        tool_choice=anthropic.NOT_GIVEN,
        betas=["a", "b"],
        messages=[{"role": "user", "content": "Hi"}],
        extra_body={"top_k": 4, "max_tokens": 9},
        extra_headers={"Anthropic-Version": "2026-10-21"},
        timeout=600,
    )
    print(message.content[0].text)

if __name__ == "__main__":
    main()
'''
    )
    assert found == Imported(
        body={
            "model": "claude-opus-5-5",
            "max_tokens": 9,
            "temperature": -0.5,
            "system": "One. Two. Three {{x}}",
            "tools": [{"name": "t", "input_schema": {"type": "object", "properties": {}}, "strict": True}],
            "metadata": None,
            "messages": USER,
            "top_k": 4,
        },
        anthropic_version="2026-10-21",
        betas=("a", "b"),
        base_url="http://127.0.0.1:8501/sandbox",
        source="python",
    )


@pytest.mark.parametrize(
    "text",
    [
        f"client.messages.create({FIELDS})",
        f"await client.messages.create({FIELDS})",
        f"    x = client.messages.create(\n        {FIELDS})\n    print(x)",
        f"!pip install anthropic\n%load_ext x\nclient.messages.create({FIELDS})",
        f"anthropic.AsyncAnthropic().messages.create({FIELDS})",
        f"client.with_options(timeout=3).messages.with_raw_response.create({FIELDS})",
        f"body = dict({FIELDS})\nclient.messages.create(**body)",
        f"body = dict({FIELDS})\nclient.messages.create(**{{**body, 'model': 'm'}})",
        "m = []\nm.append({'role': 'user', 'content': 'Hi'})\n"
        "client.messages.create(model='m', max_tokens=1, messages=m)\nm.append(3)",
        "m = []\nm += [MessageParam(role='user', content='Hi')]\nb = {'model': 'm', 'messages': m}\n"
        "b['max_tokens'] = 1\nclient.messages.create(**b)",
        "m = list([{'role': 'user', 'content': ''}])\nm[0]['content'] = '  Hi\\n'.strip()\n"
        "client.messages.create(model='m', max_tokens=1, messages=[*m])",
        "text = textwrap.dedent('''\\\n    Hi''')\nclient.messages.create(model=''.join(['m']), max_tokens=1,"
        " messages=[{'role': 'user', 'content': text}])",
        "class Bot:\n    model = 'm'\n    def __init__(self):\n        self.limit = 1\n    def ask(self):\n"
        "        return self.client.messages.create(model=self.model, max_tokens=self.limit,"
        " messages=[{'role': 'user', 'content': 'Hi'}])",
        "def ask(limit=1, *, model='m'):\n    try:\n        pass\n    finally:\n        with a, b:\n"
        "            client.messages.create(model=model, max_tokens=limit, messages=M)\n"
        "GREETING = 'Hi'\nM = [{'role': 'user', 'content': f'{GREETING}'}]\n",
        f"count = client.messages.count_tokens({FIELDS})\nclient.messages.create({FIELDS})",
        "client.messages.batches.create(requests=[Request(custom_id='a',"
        f" params=MessageCreateParamsNonStreaming({FIELDS}))])",
        "requests.post('https://api.anthropic.com/v1/messages', json=dict(" + FIELDS + "))",
        "requests.post(URL, headers=H, data=json.dumps(dict(" + FIELDS + ")).encode())",
        "r = httpx.request('POST', 'https://api.anthropic.com/v1/messages', content='''{\"model\": \"m\","
        ' "max_tokens": 1, "messages": [{"role": "user", "content": "Hi"}]}\'\'\')',
        f"client.post('/v1/messages', body=dict({FIELDS}), cast_to=object)",
        f"params = dict({FIELDS})",
    ],
)
def test_many_ways_of_writing_one_request(text: str) -> None:
    assert read(text).body == BODY
    assert read(text).source == "python"


def test_streaming_is_part_of_the_request() -> None:
    streaming = {**BODY, "stream": True}
    assert read(f"with client.messages.stream({FIELDS}) as s:\n    pass").body == streaming
    assert read(f"client.messages.create({FIELDS}, stream=True)").body == streaming
    assert read(f"httpx.stream('POST', '/v1/messages', json=dict({FIELDS}, stream=True))").body == streaming


def test_headers_of_a_plain_post_are_read() -> None:
    found = read(
        "H = {'x-api-key': KEY, 'Anthropic-Version': '2026-10-21', 'anthropic-beta': 'a,b'}\n"
        f"requests.post('http://localhost:1/v1/messages', headers=H, json=dict({FIELDS}))"
    )
    assert (found.anthropic_version, found.betas) == ("2026-10-21", ("a", "b"))
    assert found.base_url == "http://localhost:1"


def test_what_a_program_gets_when_it_runs_becomes_a_variable_of_the_prompt() -> None:
    found = read(
        "def ask(user, question, tone='kind'):\n"
        "    doc = open('a.txt').read()\n"
        "    client.messages.create(model='m', max_tokens=1,\n"
        "        system=f'For {user.name}, be {tone}: {{x}} {{{{y}}}} \\\\{doc}',\n"
        "        messages=[{'role': 'user', 'content': question},\n"
        "                  {'role': 'user', 'content': [{'type': 'text', 'text': '{{z}} ' + doc}]}])\n"
    )
    assert found.body["system"] == "For {{user.name}}, be kind: {x} \\{{y}} \\\\{{doc}}"
    assert found.variables == ("user.name", "doc", "question")
    assert found.notes[0] == (
        "Line 4: `user.name` has no value in the pasted text, so it became the variable {{user.name}}."
    )
    draft = Draft.of_body(found.body, filled=not found.variables)
    draft.values = {"user.name": "Ada", "question": "Why?", "doc": "{{user.name}}"}
    body = draft.build()
    assert body["system"] == "For Ada, be kind: {x} {{y}} \\{{user.name}}"
    assert body["messages"] == [
        {"role": "user", "content": "Why?"},
        {"role": "user", "content": [{"type": "text", "text": "{{z}} {{user.name}}"}]},
    ]


def test_a_loop_is_read_as_its_first_round() -> None:
    found = read(
        "history = []\nwhile True:\n    q = input('> ')\n    history.append({'role': 'user', 'content': q})\n"
        "    r = client.messages.create(model='m', max_tokens=1, messages=history)\n"
        "    history.append({'role': 'assistant', 'content': r.content})\n"
    )
    assert found.body["messages"] == [{"role": "user", "content": "{{q}}"}]


def test_an_output_format_that_is_a_class_is_left_out_and_that_is_said() -> None:
    found = read(f"client.messages.parse({FIELDS}, output_format=Person)")
    assert found.body == BODY
    [note] = found.notes
    assert note.startswith("Line 1: the output format is made by the program and was left out.")
    assert read(f"client.messages.create({FIELDS}, output_format={{'a': 1}})").body["output_format"] == {
        "a": 1
    }


def test_what_the_sdk_sends_as_a_header_is_no_field_of_the_body() -> None:
    found = read(f"client.messages.create({FIELDS}, workspace_id='w', extra_body={{'user_profile_id': 'u'}})")
    assert found.body == {**BODY, "user_profile_id": "u"}
    assert found.notes == ("The SDK sends `workspace_id` as a header: it was left out.",)


def test_of_several_calls_the_first_that_asks_for_an_answer_is_taken() -> None:
    found = read(f"client.messages.create({FIELDS})\nclient.messages.create(model='n', messages=[])\n")
    assert found.body == BODY
    assert found.notes == ("Of 2 calls, the first was taken: the one in line 1.",)
    counted = read(f"client.messages.count_tokens({FIELDS})")
    assert counted.body == BODY
    assert counted.notes == ("This call only counts tokens: the service asks for no max_tokens there.",)


def test_a_text_made_with_json_dumps_is_exactly_that_text() -> None:
    found = read(
        "data = {'é': [1, 1e-07, None]}\nclient.messages.create(model=json.dumps(data), max_tokens=1,"
        " messages=[], system=json.dumps(data, indent=2, ensure_ascii=False))"
    )
    assert found.body["model"] == '{"\\u00e9": [1, 1e-07, null]}'
    assert found.body["system"] == '{\n  "é": [\n    1,\n    1e-07,\n    null\n  ]\n}'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "client.messages.create(\n    model='m',\n    max_tokens=1,\n    messages=history,\n)",
            "Line 4: the value of `messages` is a variable that is not in the pasted text: `history`",
        ),
        ("client.messages.create(\n  **params)", "Line 2: the request is a variable .*: `params`"),
        (
            "client.messages.create(messages=[],\n  model=pick(1))",
            "Line 2: .*`model` is the result of a call",
        ),
        (
            "data = base64.b64encode(open('a.png', 'rb').read()).decode()\n"
            "client.messages.create(messages=[\n"
            "  {'role': 'user', 'content': [{'type': 'image', 'source': {'data': data}}]}])",
            "Line 3: the value of `data` is read from a file, which the pasted text does not contain",
        ),
        (
            "client.messages.create(messages=[], tools=[\n  my_tool])",
            "Line 2: the value of `tools` is a variable",
        ),
        (
            "client.messages.create(messages=[], x={1: 2})",
            "the value of `x` is an object with a field whose name",
        ),
        ("client.messages.create(messages=[], x=b'1')", "the value of `x` is an expression that is not read"),
        ("m = []\nm.sort()\nclient.messages.create(messages=m)", "a value that `sort` has changed"),
        ("client.messages.create('m', messages=[])", "given in a way that the SDK does not take"),
        ("client.messages.create(messages=[\n", "Line 1: this is not understood as Python: '\\[' was never"),
        ("import anthropic\nclient.messages.create(model='m' max_tokens=1)", "Line 2: .* forgot a comma"),
        ("    import anthropic\n  client.messages.create()", "Line 2: this is not understood as Python: "),
        ("client.messages.create()", "the request is not shown in the pasted text"),
        ("import anthropic\nclient.chat.completions.create(model='m')", "There is no call in this text"),
        ("client.messages.create(messages=[], x='\\ud83d')", "Line 1: the text holds half of a character"),
        ("client.messages.create(messages=[], x=1e999)", "a number in the request is too large"),
        (
            "client.messages.create(messages=[], x=0x" + "f" * 9000 + ")",
            "a number in the request is too large",
        ),
        (
            "client.messages.create(messages=[], x=f'{0x" + "f" * 9000 + "}')",
            "an expression that is not read",
        ),
        ("client.messages.create(messages=[], x=" + "9" * 5000 + ")", "not understood as Python: .*digits"),
        (
            "client.messages.create(messages=[{'role': 'user', 'content': f'{x!r}'}])",
            "an expression that is not",
        ),
        (
            "client.messages.create(messages=[{'role': 'user', 'content': f'{x:>9}'}])",
            "an expression that is not",
        ),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(text: str, sentence: str) -> None:
    with pytest.raises(UnreadableCode, match=sentence):
        read(text)
