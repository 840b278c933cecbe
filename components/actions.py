"""What the Workbench's buttons do: draft and connection in, run out."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TypeAlias

from components import media, runtime, state
from components.api.errors import ApiError
from components.domain import raw_body
from components.domain.checks import prompt_too_long, refusals
from components.domain.connection import Connection
from components.domain.draft import Draft
from components.domain.findings import Finding, Fix
from components.domain.json_types import Json, JsonObject
from components.domain.long_data import encoded_size
from components.domain.model import Model
from components.domain.model_change import Switch, switch
from components.domain.request import Request
from components.domain.run import Estimate, Run
from components.domain.shape import is_of_the_unknown
from components.services.estimates import BeforeYouSend
from components.services.models import ModelList
from components.state import Bench
from components.store.errors import StoreError
from components.widgets.unfinished import pending_problem

_Resolve: TypeAlias = Callable[[Fix, Mapping[str, Json]], Fix]


@dataclass(frozen=True, slots=True)
class Ready:
    """A request that may be sent."""

    request: Request
    ahead: BeforeYouSend | None
    """What was said of it; None where nothing could be."""


@dataclass(frozen=True, slots=True)
class Desk:
    """One tab's Workbench with the connection it uses, as the widgets need them."""

    bench: Bench
    connection: Connection
    secret: str | None = field(repr=False)
    models: ModelList
    gone: bool = False
    """The connection that was chosen for it is not there any more; this is another one."""

    @property
    def model(self) -> Model:
        return self.models.get(self.bench.draft.model)

    def request(self) -> Request:
        """The request on screen. Raises `ValueError` for text that JSON cannot carry."""
        draft = self.bench.draft
        return Request.of(
            draft.body(), anthropic_version=self.connection.anthropic_version, betas=draft.betas
        )

    @property
    def refusal(self) -> str | None:
        """Why the last click on Run sent nothing; None once draft or connection have changed."""
        if self.bench.refused is None:
            return None
        sentence, about = self.bench.refused
        return sentence if about == self._about() else None

    @property
    def may_insist(self) -> bool:
        """Whether only what is not known here kept the request from being sent."""
        return self.refusal is not None and self.bench.refused_unknown_only

    def _refuse(self, sentence: str, *, may_insist: bool = False) -> None:
        self.bench.refused = sentence, self._about()
        self.bench.refused_unknown_only = may_insist

    def _about(self) -> list[Json]:
        """What a refusal is about: it goes when any of it changes."""
        draft = self.bench.draft
        return [draft.to_json(), self.connection.id, pending_problem(draft)]

    def look(self) -> tuple[list[Finding], BeforeYouSend | None]:
        """What to say of the request on screen, and what sending it would cost.

        What the service would refuse (errors) or handle unexpectedly (notices); a turn with nothing in it yet
        is no problem before somebody tries to send it. No cost while the request could not be sent.
        """
        found = self._all_findings()
        ahead = self._look_ahead(found)
        found += self._too_long(ahead)
        shown = found if self.refusal else [each for each in found if each.rule != "content_empty"]
        return shown, ahead

    def _too_long(self, ahead: BeforeYouSend | None) -> list[Finding]:
        """What the service says to a prompt whose tokens it has counted."""
        tokens = ahead.counted.tokens if ahead else None
        finding = prompt_too_long(tokens, self.model) if tokens is not None else None
        return [finding] if finding else []

    def _all_findings(self) -> list[Finding]:
        draft = self.bench.draft
        return [*self.models.not_listed(draft.model), *self._check(draft.body())]

    def _check(self, body: JsonObject) -> list[Finding]:
        return refusals(
            body,
            anthropic_version=self.connection.anthropic_version,
            betas=self.bench.draft.betas,
            model=self.model,
            media=media.READER,
            size_bytes=encoded_size(body),
            bindings=self.bench.draft.bindings,
        )

    def models_are_there(self) -> bool:
        return not _models(self.connection, self.secret).loading

    def _look_ahead(self, findings: Sequence[Finding]) -> BeforeYouSend | None:
        from components.services.estimates import look_ahead

        draft, connection = self.bench.draft, self.connection
        refused = any(finding.severity == "error" for finding in findings) or raw_body.problem(draft)
        may_ask = self.secret or not connection.is_service
        if refused or draft.is_empty or draft.unfilled or self.refusal or not may_ask:
            return None
        body = draft.body()

        def ask() -> int:
            import genai_prices  # noqa: F401 - here it takes its time beside the page

            return runtime.questions(connection, self.secret).count_tokens(body, betas=draft.betas)

        counted = runtime.token_counter().of(
            self.bench.draft_id,
            body,
            ask,
            server=connection,
            anthropic_version=connection.anthropic_version,
            betas=draft.betas,
        )
        outputs = runtime.store().runs.output_tokens(draft.prompt_key, draft.model)
        today = datetime.now(UTC).date()
        return look_ahead(self.model, body, counted, outputs, today, simulated=connection.simulated)

    def nothing_under_way(self) -> bool:
        """Whether all that the page waits for besides a run is there."""
        return self.models_are_there() and not runtime.token_counter().pending(self.bench.draft_id)

    @property
    def live(self) -> bool:
        seen = runtime.engine().view(self.bench.run_id) if self.bench.run_id else None
        return seen is not None and seen.live

    def save(self) -> str | None:
        """Save the draft if it changed; return what to tell the user when it could not be saved."""
        bench, before = self.bench, self.bench.saved
        try:
            bench.saved = runtime.store().drafts.save(
                bench.draft_id, bench.draft, self.connection.id, replaced=bench.replaced, already=before
            )
        except StoreError as problem:
            return f"The draft could not be saved and would not survive a reload. {problem}"
        return None

    # What buttons do ----------------------------------------------------------------------------------

    def fix(self, finding: Finding) -> None:
        """Make the finding's one-click fix, so that variables stay variables.

        Findings are about the filled texts; the same finding is looked for in the texts as typed.
        """
        if finding not in self._all_findings():
            return  # Mended already: the second click of two.
        draft = self.bench.draft
        typed = self._check(draft.template_body())
        same = next((each for each in typed if (each.rule, each.path) == (finding.rule, finding.path)), None)
        filled = same is None or same.fix is None
        fix = finding.fix if same is None or same.fix is None else same.fix
        if fix is None:
            return
        try:
            fix = media.resolve(fix, draft.body() if filled else draft.template_body())
        except media.Unscalable as problem:
            self.bench.notes = (str(problem),)
            return
        draft.apply(fix, filled=filled)
        self.bench.redraw()

    # Another model -------------------------------------------------------------------------------------

    def choose_model(self, model_id: str) -> None:
        """Change the model; first ask where the request could not stay as it is."""
        switched = self._switch(model_id)
        if switched.changes or switched.left:
            self.bench.pending_model = model_id
        else:
            self.bench.draft.model, self.bench.pending_model = model_id, None

    def pending_switch(self) -> tuple[Model, Switch] | None:
        """The model that was chosen and what it would change; None when nothing is to be asked."""
        pending = self.bench.pending_model
        if pending is None or pending == self.bench.draft.model:
            return None
        return self.models.get(pending), self._switch(pending)

    def _switch(self, model_id: str, resolve: _Resolve | None = None) -> Switch:
        draft = self.bench.draft
        return switch(
            draft.template_body(),
            before=self.model,
            to=replace(self.models.get(model_id), id=model_id),
            anthropic_version=self.connection.anthropic_version,
            betas=draft.betas,
            media=media.READER,
            bindings=draft.bindings,
            resolve=resolve,
        )

    def switch_model(self) -> None:
        """Take the model that was chosen, with every change it asks for."""
        if (pending := self.bench.pending_model) is not None:
            switched = self._switch(pending, media.resolve)
            self.bench.draft.become(Draft.of_body(switched.body, switched.betas, filled=False))
            self.bench.draft.model, self.bench.pending_model = pending, None
            self.bench.redraw()

    def keep_model(self) -> None:
        self.bench.pending_model = None

    def use_example(self, example: Draft) -> None:
        """Put an example into the editor, for the model that is chosen."""
        self.bench.replace_draft(replace(example, model=self.bench.draft.model))

    def show_code(self) -> None:
        self.bench.dialog = "code"

    def show_import(self) -> None:
        self.bench.dialog = "import"

    def close_dialog(self) -> None:
        self.bench.dialog = None

    def edit_json(self) -> None:
        """Show the body itself as text."""
        self.bench.draft.raw_json = raw_body.written(self.bench.draft)
        self.bench.redraw()

    def edit_form(self) -> None:
        """Back from JSON mode, with the last text that could be read."""
        self.bench.draft.raw_json = None
        self.bench.redraw()

    def import_code(self, text: str) -> str | None:
        """Put pasted code into the editor; return why it cannot be done."""
        from components.services.importing import NotImported, import_code

        try:
            found = import_code(text, connection=self.connection, model=self.bench.draft.model)
        except NotImported as problem:
            return str(problem)
        self.bench.replace_draft(found.draft)
        self.bench.notes = found.notes
        self.bench.run_id = None
        self.bench.dialog = None
        return None

    def start_new(self) -> None:
        self.bench.replace_draft(Draft(model=self.bench.draft.model))
        self.bench.run_id = None

    def restore(self, run_id: str) -> None:
        """Bring a run of the history back into editor and answer pane."""
        seen = runtime.engine().view(run_id)
        if seen is not None:
            self.bench.restore(seen.run)

    def run(self, *, insist: bool = False) -> None:
        """Send the request on screen, unless it cannot work; then say why."""
        with (
            self.bench.sending
        ):  # Of a double click, the second callback may begin before the first has ended.
            if not self.live and (ready := self.ready(insist=insist)):
                self._send(ready)

    def ready(self, *, insist: bool = False) -> Ready | None:
        """What is on screen, as it can be sent; None where it cannot work: `refusal` then says why.

        With `insist`, fields and values that are not known here may pass: the service may have learned since.
        """
        bench = self.bench
        bench.refused = None
        if self.gone:
            self._refuse("Nothing was sent. The connection of this column is gone: choose another one.")
            return None
        if self.connection.is_service and not self.secret:
            self._refuse("Nothing was sent. This connection has no key: add one under API keys.")
            return None
        problem = raw_body.problem(bench.draft) or pending_problem(bench.draft)
        if problem is not None:
            self._refuse(f"Nothing was sent. {problem}")
            return None
        try:
            bench.draft.build()
            request = self.request()
        except ValueError as problem:  # `UnfilledVariables` too.
            self._refuse(f"Nothing was sent. {problem}")
            return None
        errors = [finding for finding in self._all_findings() if finding.severity == "error"]
        ahead = None if errors else self._look_ahead(())
        errors += self._too_long(ahead)
        unknown_only = all(map(is_of_the_unknown, errors))
        if errors and not (insist and unknown_only):
            self._refuse(f"Nothing was sent. {errors[0].sentence}", may_insist=unknown_only)
            return None
        return Ready(request, ahead)

    def insist(self) -> None:
        self.run(insist=True)

    def _send(self, ready: Ready) -> None:
        bench, ahead = self.bench, ready.ahead
        try:
            bench.run_id = runtime.engine().start(
                ready.request,
                client=runtime.client(self.connection, self.secret),
                connection_name=self.connection.name,
                base_url=self.connection.base_url,
                draft=self.draft_to_keep(),
                prompt_key=bench.draft.prompt_key,
                estimate=ahead.estimate if ahead else None,
            )
        except (StoreError, ApiError) as problem:
            self._refuse(f"Nothing was sent. {problem}")
            return
        if ahead is not None and ahead.counted.pending:
            self._estimate_late(bench.run_id, ready.request)

    def draft_to_keep(self) -> JsonObject:
        """The draft as it is kept with a run of it."""
        return replace(self.bench.draft, raw_json=None).to_json()

    def _estimate_late(self, run_id: str, request: Request) -> None:
        """Ask, beside everything, for the count that was still on its way when the request was sent."""

        def ask() -> None:
            with contextlib.suppress(ApiError, StoreError):
                runtime.engine().note_estimate(run_id, self.ask_estimate(request))

        threading.Thread(target=ask, name="late-estimate", daemon=True).start()

    def ask_estimate(self, request: Request) -> Estimate:
        """What a request will cost, counted by the server now. Raises `ApiError`, `StoreError`."""
        from components.services.estimates import estimate

        draft, connection = self.bench.draft, self.connection
        tokens = runtime.questions(connection, self.secret).count_tokens(request.body, betas=request.betas)
        outputs = runtime.store().runs.output_tokens(draft.prompt_key, request.model)
        today = datetime.now(UTC).date()
        model = self.models.get(request.model)
        return estimate(model, request.body, tokens, outputs, today, simulated=connection.simulated)

    def run_from(self, made: Callable[[Run], Draft]) -> None:
        """Put a draft made from the run shown into the editor, and run it."""
        run = self.shown_run()
        if run is not None and not self.live:
            self.bench.replace_draft(made(run))
            self.run()

    def stop(self) -> None:
        if self.bench.run_id:
            runtime.engine().stop(self.bench.run_id)

    def shown_run(self) -> Run | None:
        """The run in the answer pane."""
        seen = runtime.engine().view(self.bench.run_id) if self.bench.run_id else None
        return seen.run if seen is not None else None


def desk(bench: Bench, connection_id: str | None = None) -> Desk:
    """The Workbench as it stands in this rerun, over the connection in use or another.

    Raises `StoreError`, `InvalidAddress`.
    """
    connections = runtime.connections()
    in_use = state.connection_in_use(connections)
    connection = next((each for each in connections if each.id == connection_id), in_use)
    secret = runtime.secret_of(connection, state.session_secrets())
    # Where the local table knows the models, the page need not wait for the list.
    wait_s = 0.0 if connection.is_service or connection.simulated else 0.25
    gone = connection_id is not None and connection.id != connection_id
    return Desk(bench, connection, secret, _models(connection, secret, wait_s=wait_s), gone)


def _models(connection: Connection, secret: str | None, *, wait_s: float = 0.0) -> ModelList:
    return runtime.models().of(connection, lambda: runtime.questions(connection, secret), wait_s=wait_s)
