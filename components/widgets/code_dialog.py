"""The dialog behind “Get code”: the request on screen as a program."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self, cast

import streamlit as st

from components.domain import raw_body
from components.domain.connection import Connection
from components.domain.draft import Draft
from components.domain.findings import Finding
from components.domain.json_types import JsonObject
from components.domain.request import Request
from components.snippets import Form, FormName, Snippet, Target, available_forms, snippet
from components.snippets.form import WITH_SDK
from components.snippets.sdk_limits import needs_timeout
from components.widgets import code_forms
from components.widgets.safe_markdown import literal
from components.widgets.unfinished import pending_problem
from components.widgets.verify_view import (
    Verification,
    forget_verification,
    verification_allowed,
    verify_button,
    verify_result,
)

if TYPE_CHECKING:
    from components.services.verification.verify import Verifying

_LONGEST_COLOURED: Final = 60_000
"""Characters. Beyond, colouring the code keeps the browser busy for longer than anybody waits."""

_FORMS: Final = "code.available"


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be written, before language, streaming and form are chosen. Nothing of it changes later."""

    request: Request
    plain: JsonObject
    """The body without a `stream` that streams, which is chosen apart from it."""
    template: JsonObject
    """The same with its variables."""
    values: Mapping[str, str]
    file_names: Mapping[str, str]
    connection: Connection

    @classmethod
    def of(cls, request: Request, draft: Draft, connection: Connection) -> Self:
        plain, template = request.body, draft.template_for_code()
        for body in (plain, template):
            if body.get("stream") is True:
                del body["stream"]
        return cls(request, plain, template, dict(draft.values), dict(draft.file_names), connection)

    def snippet(self, key: str, form: Form, base_url: str, *, stream: bool) -> Snippet:
        """Raises `ValueError` with a sentence for the screen."""
        return snippet(
            key,
            self.template if form.template else self.plain,
            anthropic_version=self.request.anthropic_version,
            betas=self.request.betas,
            base_url=base_url,
            stream=stream,
            auth=self.connection.auth,
            form=form,
            values=self.values,
            file_names=self.file_names,
        )

    def forms(self, key: str) -> tuple[FormName, ...]:
        """The forms there are; remembered, because finding out means to write the code in each of them."""
        bodies = json.dumps([self.plain, self.template])
        about = (key, hashlib.sha256(bodies.encode()).digest())
        found, forms = st.session_state.get(_FORMS, (None, ()))
        if found != about:
            forms = available_forms(key, self.plain, self.template)
            st.session_state[_FORMS] = about, forms
        return cast("tuple[FormName, ...]", forms)

    def verification(self, key: str, form: Form, made: Snippet, *, stream: bool) -> Verification:
        def start() -> Verifying:
            from components.services.verification.verify import Verifying, verify

            return Verifying(
                lambda cancel, progress: verify(
                    key,
                    lambda base_url: self.snippet(key, form, base_url, stream=stream),
                    sent,
                    auth=self.connection.auth,
                    form=form,
                    cancel=cancel,
                    progress=progress,
                )
            )

        sent = Request.of(
            {**self.plain, "stream": True} if stream else self.plain,
            anthropic_version=self.request.anthropic_version,
            betas=self.request.betas,
        )
        return Verification((key, form, made, sent, self.connection.auth), start)


def code_dialog(
    build: Callable[[], Request],
    connection: Connection,
    draft: Draft,
    findings: Sequence[Finding],
    closed: Callable[[], None],
) -> None:
    """Open the dialog. It stays while the page is run again, until it is closed.

    `build` makes the request of the draft; the code is written for what it returns at that moment. `findings`
    are what the service would say of it.
    """

    def leave() -> None:
        forget_verification()
        closed()

    dialog = st.dialog("Get code", width="large", icon=":material/code:", on_dismiss=leave)
    dialog(_code)(build, connection, draft, findings)


def _code(
    build: Callable[[], Request], connection: Connection, draft: Draft, findings: Sequence[Finding]
) -> None:
    """Show, copy, download and verify the program that sends exactly this request."""
    if unread := raw_body.problem(draft) or pending_problem(draft):
        st.error(f"There is no code for what is typed. {literal(unread)}", icon=":material/block:")
        return
    try:
        asked = _Asked.of(build(), draft, connection)
        available = asked.forms(code_forms.choices().target)
    except ValueError as problem:
        st.error(literal(str(problem)), icon=":material/block:")
        return
    chosen = code_forms.choices()
    with st.container(horizontal=True, vertical_alignment="bottom", key="code.bar"):
        target = code_forms.language(chosen)
        counts = code_forms.counts_only(chosen, available)
        stream = code_forms.streaming(chosen, asked.request.stream, counts=counts)
    form = code_forms.form(chosen, available)
    try:
        made = asked.snippet(target.key, form, connection.base_url, stream=stream)
    except ValueError as problem:
        st.error(literal(str(problem)), icon=":material/block:")
        return
    with st.container(key="code.notices"):
        _refusals(findings)
        _notices(asked, draft.unfilled, target, form, stream=stream)
    shown = asked.verification(target.key, form, made, stream=stream) if verification_allowed() else None
    with st.container(horizontal=True, vertical_alignment="center", key="code.take"):
        _download(made)
        if shown:
            verify_button(shown)
        st.caption(_how_to_run(made, target))
    if shown:
        verify_result(shown)
    _source(made, target)


def _refusals(findings: Sequence[Finding]) -> None:
    refused = [finding.sentence for finding in findings if finding.severity == "error"]
    if refused:
        more = f" ({len(refused) - 1} more on the page.)" if len(refused) > 1 else ""
        st.warning(
            f"The service would refuse this request. {literal(refused[0])}{more}", icon=":material/warning:"
        )


def _notices(asked: _Asked, unfilled: Sequence[str], target: Target, form: Form, *, stream: bool) -> None:
    if unfilled:
        st.warning(_unfilled(unfilled), icon=":material/edit:")
    answers = not form.count_tokens
    if answers and not stream and target.forms >= WITH_SDK and needs_timeout(asked.plain):
        st.info(
            "For so long an answer the SDK asks for streaming. Without it, this code sets a timeout of an "
            "hour instead.",
            icon=":material/hourglass_top:",
        )
    if asked.connection.simulated:
        st.info(
            "The sandbox takes any key. Set one first: `export ANTHROPIC_API_KEY=sandbox`",
            icon=":material/key:",
        )


def _unfilled(names: Sequence[str]) -> str:
    listed = ", ".join(f"`{{{{{name}}}}}`" for name in names)
    return f"No value yet for {listed}: the code below sends the name in braces."


def _source(made: Snippet, target: Target) -> None:
    """The code in its full height: a box that scrolls by itself could not be reached by the keyboard."""
    coloured = len(made.source) <= _LONGEST_COLOURED
    if not coloured:
        st.caption("The code is long, so it is shown without colours.")
    st.code(made.source, language=target.language if coloured else None, wrap_lines=True)


def _download(made: Snippet) -> None:
    if made.files:
        _download_archive(made)
        return
    st.download_button(
        "Download",
        made.source,
        file_name=made.file_name,
        mime="text/plain",
        key="code.download",
        icon=":material/download:",
        on_click="ignore",
    )


def _download_archive(made: Snippet) -> None:
    from components.services import snippet_archive

    count = len(made.files)
    st.download_button(
        "Download",
        lambda: snippet_archive.archive(made),
        file_name=snippet_archive.FILE_NAME,
        mime="application/zip",
        key="code.download.archive",
        icon=":material/folder_zip:",
        on_click="ignore",
        help=f"A zip of the code and the {f'{count} files' if count > 1 else 'file'} it reads",
    )


def _how_to_run(made: Snippet, target: Target) -> str:
    command = target.command.format(file=made.file_name)
    where = ", in the folder of its files" if made.files else ""
    return (
        f"Run it with `{command}`{where}. It needs {target.needs}, "
        "and reads the key from the variable ANTHROPIC_API_KEY."
    )
