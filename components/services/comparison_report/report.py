"""The report: what was asked, what came, and what it took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from components.domain.compared import Column
from components.domain.run_figures import figure_table, plots
from components.services.comparison_report.answers import column_of_answers
from components.services.comparison_report.asked import asked, exact_requests
from components.services.comparison_report.markup import visible
from components.services.comparison_report.plot_drawing import drawing_of

if TYPE_CHECKING:
    from jinja2 import Template

_TEMPLATE = "report.html.jinja"


@dataclass(frozen=True, slots=True)
class Report:
    title: str
    made_at: datetime
    """Aware; told in its own zone."""
    columns: tuple[Column, ...]
    vote_words: tuple[str, ...] = ()
    """Sentences on how a blind vote went."""

    @classmethod
    def of(cls, title: str, columns: Sequence[Column], vote_words: Sequence[str] = ()) -> Self:
        """A report made now, in this machine's zone."""
        return cls(title, datetime.now().astimezone(), tuple(columns), tuple(vote_words))


def report_html(report: Report) -> bytes:
    """Return the whole file, in UTF-8.

    Whatever the prompts and answers hold is text in it: no script, no style, no address that is loaded.
    """
    page = _template().render(
        title=report.title or "Comparison",
        made_at=report.made_at,
        columns=[column_of_answers(column) for column in report.columns],
        asked=asked(report.columns),
        requests=exact_requests(report.columns),
        figures=figure_table(report.columns),
        plots=[drawing_of(plot) for plot in plots(report.columns)],
        vote_words=report.vote_words,
    )
    return page.encode("utf-8", "replace")


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(_TEMPLATE)


def _finalized(value: Any) -> Any:
    """What an expression of the template becomes before it is escaped."""
    return visible(value) if type(value) is str else value
