"""A request as source text: programs that send exactly what the Workbench sends.

Every snippet runs as it stands once `ANTHROPIC_API_KEY` is set, and sends a request equal to the app's own in
method, path, JSON body, `anthropic-version` and `anthropic-beta`. How the credential travels may differ: the
official SDKs (Python 2, TypeScript 1) put the key into `Authorization: Bearer`, which the service takes too.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Unpack

from components.domain.json_types import Json
from components.domain.request import API_VERSIONS
from components.snippets.form import FORMS, PLAIN, Form, FormName, UnavailableForm
from components.snippets.request_parts import DEFAULT_BASE_URL, Auth, Writing, request_parts
from components.snippets.target import Snippet, Target
from components.snippets.targets import (
    curl,
    go,
    java,
    javascript,
    php,
    python,
    python_async,
    python_requests,
    ruby,
    typescript,
)

__all__ = [
    "DEFAULT_BASE_URL",
    "FORMS",
    "PLAIN",
    "TARGETS",
    "Auth",
    "Form",
    "FormName",
    "Snippet",
    "Target",
    "UnavailableForm",
    "UnknownTarget",
    "Writing",
    "available_forms",
    "render",
    "snippet",
]

TARGETS: Final[Mapping[str, Target]] = MappingProxyType(
    {
        target.key: target
        for target in (
            curl.TARGET,
            python.TARGET,
            python_async.TARGET,
            python_requests.TARGET,
            typescript.TARGET,
            javascript.TARGET,
            go.TARGET,
            java.TARGET,
            ruby.TARGET,
            php.TARGET,
        )
    }
)
"""In menu order. Menu, highlighting, download name and tests all read this table."""


class UnknownTarget(KeyError):
    """No target has the key that was asked for."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key

    def __str__(self) -> str:
        return f"There is no snippet target {self.key!r}. Known targets: {', '.join(TARGETS)}."


def render(key: str, body: Mapping[str, Json], **writing: Unpack[Writing]) -> str:
    """Return the program, in the language of `key`, that sends `body` to `{base_url}/v1/messages`.

    Options and errors are those of `snippet`.
    """
    return snippet(key, body, **writing).source


def snippet(key: str, body: Mapping[str, Json], **writing: Unpack[Writing]) -> Snippet:
    """Return the program with the files it reads. Of the options, only `anthropic_version` must be given.

    With `form.template`, `body` is a template body (see `Draft.template_for_code`).

    Raises `UnknownTarget`, `UnavailableForm` where the target or the request has no such form, and
    `ValueError` (its text is for the screen, as theirs) for a request that cannot be sent at all.
    """
    if key not in TARGETS:
        raise UnknownTarget(key)
    target = TARGETS[key]
    if missing := writing.get("form", PLAIN).chosen - target.forms:
        raise UnavailableForm(f"{target.title} has no form “{sorted(missing)[0]}”.")
    try:
        parts = request_parts(body, **writing)
        source = target.render(parts)
    except RecursionError as cause:
        raise ValueError("The request is nested too deeply to be written as code.") from cause
    return Snippet(source, target.file_name, {file.name: file.content for file in parts.files})


def available_forms(
    key: str, body: Mapping[str, Json], template_body: Mapping[str, Json] | None = None
) -> tuple[FormName, ...]:
    """The forms of `FORMS` that this target has and this request gives a reason for, each by itself.

    `template_body`: the request with its variables, where there is a draft of it. Raises `UnknownTarget`.
    """
    return tuple(name for name in FORMS if _is_available(key, body, template_body, name))


def _is_available(
    key: str, body: Mapping[str, Json], template_body: Mapping[str, Json] | None, name: FormName
) -> bool:
    if name == "template":
        if template_body is None:
            return False
        body = template_body
    try:
        snippet(key, body, anthropic_version=API_VERSIONS[0], form=Form(**{name: True}))
    except ValueError:
        return False
    return True
