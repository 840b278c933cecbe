"""From the request that a reader found to the one that is imported."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from components.domain.json_types import Json, JsonObject
from components.domain.request import encode
from components.snippets.reading.context import Context, Found
from components.snippets.reading.imported import Imported, Source, UnreadableCode
from components.snippets.reading.shapes import first_of_batch
from components.snippets.reading.unknown import Unknown, Unknowns
from components.snippets.request_parts import DEFAULT_BASE_URL

_ENDPOINT: Final = re.compile(r"(.*)/v1/messages(/count_tokens|/batches)?/?", re.DOTALL)
_CREDENTIALS: Final = frozenset(
    {"api_key", "apikey", "x_api_key", "anthropic_api_key", "auth_token", "authorization"}
)
_KEY_BEGINS: Final = "sk-ant-"
_HALF_OF_A_CHARACTER: Final = re.compile("[\ud800-\udfff]")


def imported(found: Found, context: Context, source: Source) -> Imported:
    """Raises `UnreadableCode` for a body with values that are not in the text, or that JSON cannot carry."""
    base_url, address_note = _address(found, context.unknowns)
    if found.endpoint == "batches":
        found = first_of_batch(found)
    body, format_note = _without_classes(_whole(found, context.unknowns), context.unknowns)
    body, key_notes = _without_keys(body)
    body, variables = context.unknowns.settle(body)
    try:
        encode(body)
    except ValueError as problem:
        raise UnreadableCode(_sentence(str(problem)), found.line) from None
    version, betas, header_notes = _headers(found, context.unknowns)
    notes = [
        *found.notes,
        *context.notes,
        *address_note,
        *header_notes,
        *format_note,
        *key_notes,
        *map(_variable_note, variables),
    ]
    if found.endpoint == "count_tokens":
        notes.append("This call only counts tokens: the service asks for no max_tokens there.")
    return Imported(
        body=body,
        anthropic_version=version,
        betas=betas,
        base_url=base_url,
        source=source,
        notes=tuple(dict.fromkeys(notes)),
        variables=tuple(str(unknown.name) for unknown in variables),
    )


def locate(found: Found) -> Found:
    """Say what a URL asks for, where it is one of the Messages API."""
    match = _ENDPOINT.fullmatch(_without_query(found.url or ""))
    if match and match[2] == "/count_tokens":
        found.endpoint = "count_tokens"
    elif match and match[2] == "/batches":
        found.endpoint = "batches"
    return found


def is_messages_url(url: str) -> bool:
    """Whether a URL, or the end of one, is of the Messages API."""
    return _ENDPOINT.fullmatch(_without_query(url)) is not None


def _whole(found: Found, unknowns: Unknowns) -> JsonObject:
    body = _with_whole_characters(found.body)
    if not isinstance(body, dict):
        unknown = unknowns.of(body)
        if unknown:
            raise UnreadableCode(f"the request is {unknown.what}.", unknown.line)
        raise UnreadableCode("the request body is not an object.", found.line)
    return body


def _with_whole_characters(value: Json) -> Json:
    """Put the halves together that JavaScript and `$'…'` write beyond the basic plane."""
    match value:
        case str():
            if not _HALF_OF_A_CHARACTER.search(value):
                return value
            return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
        case list():
            return [_with_whole_characters(item) for item in value]
        case dict():
            return {str(_with_whole_characters(n)): _with_whole_characters(v) for n, v in value.items()}
        case _:
            return value


def _without_keys(body: JsonObject) -> tuple[JsonObject, list[str]]:
    """Leave out fields of the body that hold a credential: none of the API's fields does."""
    held = [
        name
        for name, value in body.items()
        if name.lower().replace("-", "_") in _CREDENTIALS
        or (isinstance(value, str) and value.startswith(_KEY_BEGINS))
    ]
    kept = {name: value for name, value in body.items() if name not in held}
    return kept, [f"`{name}` was left out: a key is never part of a request." for name in held]


def _without_classes(body: JsonObject, unknowns: Unknowns) -> tuple[JsonObject, list[str]]:
    """Leave out an output format that is a class or the result of a function, as SDKs take it."""
    config = body.get("output_config")
    if unknown := unknowns.of(body.get("output_format")):
        body = {name: value for name, value in body.items() if name != "output_format"}
    elif isinstance(config, dict) and (unknown := unknowns.of(config.get("format"))):
        rest: JsonObject = {name: value for name, value in config.items() if name != "format"}
        body = {**body, "output_config": rest}
        if not rest:
            del body["output_config"]
    if unknown is None:
        return body, []
    return body, [
        f"Line {unknown.line}: the output format is made by the program and was left out. "
        "Give its JSON schema under Output schema."
    ]


def _headers(found: Found, unknowns: Unknowns) -> tuple[str | None, tuple[str, ...], list[str]]:
    version = found.headers.get("anthropic-version", "").strip() or None
    betas = [beta.strip() for beta in found.headers.get("anthropic-beta", "").split(",")]
    shown = [beta for beta in betas if beta and not unknowns.within(beta)]
    notes = []
    if version and unknowns.within(version):
        version = None
        notes.append("The API version is not shown in the pasted text.")
    if len(shown) < len([beta for beta in betas if beta]):
        notes.append("Some betas are not shown in the pasted text and were left out.")
    return version, tuple(shown), notes


def _address(found: Found, unknowns: Unknowns) -> tuple[str | None, list[str]]:
    """The base URL, without anything that could be a secret."""
    base: str | None = None
    if found.url is not None:
        match = _ENDPOINT.fullmatch(_without_query(found.url))
        if match is None and not unknowns.within(found.url):
            return None, ["The address in the text is not that of the Messages API, /v1/messages."]
        base = match[1] if match else found.url
    base = base or found.base_url
    if not base:
        return None, []
    if unknowns.within(base):
        return None, ["The server's address is not shown in the pasted text."]
    try:
        # Without a scheme it stands in a curl command, which takes HTTP then.
        parts = urlsplit(base if "://" in base else f"http://{base}")
    except ValueError:
        return None, ["The server's address in the text is not a URL."]
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        return None, ["The server's address in the text was left out."]
    host = parts.netloc.rpartition("@")[2]
    path = parts.path.rstrip("/")
    if f"https://{host}{path}" == DEFAULT_BASE_URL:
        return None, []
    return urlunsplit((parts.scheme, host, path, "", "")), []


def _without_query(url: str) -> str:
    at = url.rfind("/v1/messages")
    if at < 0:
        return url
    return url[:at] + re.split("[?#]", url[at:], maxsplit=1)[0]


def _variable_note(unknown: Unknown) -> str:
    return (
        f"Line {unknown.line}: `{unknown.name}` has no value in the pasted text, so it became the variable "
        f"{{{{{unknown.name}}}}}."
    )


def _sentence(problem: str) -> str:
    if problem.startswith("The text"):
        return problem[0].lower() + problem[1:]
    return "a number in the request is too large for JSON, or is not a number."
