"""What the Workbench's buttons do: draft and connection in, run out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from components import runtime, state
from components.api.errors import ApiError
from components.domain.connection import Connection
from components.domain.draft import Draft, UnfilledVariables
from components.domain.findings import Finding
from components.domain.json_types import JsonObject
from components.domain.model import Model
from components.domain.request import Request
from components.domain.rules import check
from components.domain.run import Run
from components.services.models import ModelList
from components.state import Bench, draft_of
from components.store.errors import StoreError


@dataclass(frozen=True, slots=True)
class Desk:
    """One tab's Workbench with the connection it uses, as the widgets need them."""

    bench: Bench
    connection: Connection
    secret: str | None = field(repr=False)
    models: ModelList

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
        sentence, draft, connection_id = self.bench.refused
        return (
            sentence if (draft, connection_id) == (self.bench.draft.to_json(), self.connection.id) else None
        )

    def _refuse(self, sentence: str) -> None:
        self.bench.refused = (sentence, self.bench.draft.to_json(), self.connection.id)

    def findings(self) -> list[Finding]:
        """What the service would refuse (errors) or handle unexpectedly (notices).

        A turn with nothing in it yet is no problem before somebody tries to send it.
        """
        found = self._all_findings()
        if self.refusal is None:
            return [finding for finding in found if finding.rule != "content_empty"]
        return found

    def _all_findings(self) -> list[Finding]:
        draft = self.bench.draft
        return [*self.models.not_listed(draft.model), *self._check(draft.body())]

    def _check(self, body: JsonObject) -> list[Finding]:
        version, betas = self.connection.anthropic_version, self.bench.draft.betas
        return check(body, anthropic_version=version, betas=betas, model=self.model)

    def models_are_there(self) -> bool:
        return not _models(self.connection, self.secret).loading

    @property
    def live(self) -> bool:
        seen = runtime.engine().view(self.bench.run_id) if self.bench.run_id else None
        return seen is not None and seen.live

    def save(self) -> str | None:
        """Save the draft if it changed; return what to tell the user when it could not be saved."""
        bench, before = self.bench, self.bench.saved
        try:
            bench.saved = runtime.store().drafts.save(
                bench.draft_id, bench.draft, self.connection.id, already=before
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
        if same is not None and same.fix is not None:
            draft.apply(same.fix)
        elif finding.fix is not None:
            draft.apply(finding.fix, filled=True)
        self.bench.redraw()

    def use_example(self, example: Draft) -> None:
        """Put an example into the editor, for the model that is chosen."""
        self.bench.replace_draft(replace(example, model=self.bench.draft.model))

    def show_code(self) -> None:
        self.bench.code_open = True

    def hide_code(self) -> None:
        self.bench.code_open = False

    def start_new(self) -> None:
        self.bench.replace_draft(Draft(model=self.bench.draft.model))
        self.bench.run_id = None

    def restore(self, run_id: str) -> None:
        """Bring a run of the history back into editor and answer pane."""
        seen = runtime.engine().view(run_id)
        if seen is not None:
            self.bench.restore(seen.run)

    def run(self) -> None:
        """Send the request on screen, unless it cannot work; then say why."""
        bench = self.bench
        if self.live:
            return
        bench.refused = None
        if self.connection.is_service and not self.secret:
            self._refuse("Nothing was sent. This connection has no key: add one under API keys.")
            return
        try:
            bench.draft.build()
            request = self.request()
        except UnfilledVariables as missing:
            self._refuse(str(missing))
            return
        except ValueError as problem:
            self._refuse(f"Nothing was sent. {problem}")
            return
        errors = [finding for finding in self._all_findings() if finding.severity == "error"]
        if errors:
            self._refuse(f"Nothing was sent. {errors[0].sentence}")
            return
        self._send(request)

    def _send(self, request: Request) -> None:
        bench = self.bench
        try:
            bench.run_id = runtime.engine().start(
                request,
                client=runtime.client(self.connection, self.secret),
                connection_name=self.connection.name,
                base_url=self.connection.base_url,
                draft=bench.draft.to_json(),
            )
        except (StoreError, ApiError) as problem:
            self._refuse(f"Nothing was sent. {problem}")

    def stop(self) -> None:
        if self.bench.run_id:
            runtime.engine().stop(self.bench.run_id)

    def add_answer(self) -> None:
        """Append the answer shown to the draft's turns; the second click of two does nothing."""
        run = self._shown_run()
        if run is not None and run.message is not None and self.bench.added != run.id:
            self.bench.added = run.id
            self.bench.add_answer(run.message)

    def more_tokens(self) -> int | None:
        """Twice the max tokens of the run shown, up to the model's maximum; None when that is reached."""
        run = self._shown_run()
        if run is None:
            return None
        draft = draft_of(run)
        limit = self.models.get(draft.model).max_tokens
        wanted = max(draft.max_tokens * 2, 1024)
        if limit is not None:
            wanted = min(wanted, limit)
        return wanted if wanted > draft.max_tokens else None

    def run_again(self) -> None:
        """Send the request of the run shown once more."""
        self._run_from(draft_of)

    def run_with_more_tokens(self) -> None:
        """Send the request of the run shown with a larger max tokens."""
        if (more := self.more_tokens()) is not None:
            self._run_from(lambda run: replace(draft_of(run), max_tokens=more))

    def continue_turn(self) -> None:
        """Send the paused turn of the run shown back, so that the model goes on."""

        def continued(run: Run) -> Draft:
            draft = draft_of(run)
            draft.continue_with(run.message or {})
            return draft

        self._run_from(continued)

    def _run_from(self, made: Callable[[Run], Draft]) -> None:
        """Put a draft made from the run shown into the editor, and run it."""
        run = self._shown_run()
        if run is not None and not self.live:
            self.bench.replace_draft(made(run))
            self.run()

    def _shown_run(self) -> Run | None:
        seen = runtime.engine().view(self.bench.run_id) if self.bench.run_id else None
        return seen.run if seen is not None else None


def desk(bench: Bench) -> Desk:
    """The Workbench as it stands in this rerun. Raises `StoreError`, `InvalidAddress`."""
    connection = state.connection_in_use(runtime.connections())
    secret = runtime.secret_of(connection, state.session_secrets())
    # Where the local table knows the models, the page need not wait for the list.
    wait_s = 0.0 if connection.is_service or connection.simulated else 0.25
    return Desk(bench, connection, secret, _models(connection, secret, wait_s=wait_s))


def _models(connection: Connection, secret: str | None, *, wait_s: float = 0.0) -> ModelList:
    return runtime.models().of(connection, lambda: runtime.questions(connection, secret), wait_s=wait_s)
