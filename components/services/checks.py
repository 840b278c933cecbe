"""Does a connection work? Asks `GET /v1/models` and says in words what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from components.api.client import Client
from components.api.errors import ApiError


@dataclass(frozen=True, slots=True)
class Verdict:
    works: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class SecretStatus:
    present: bool
    kept: str
    """Where it is kept, in words."""


def check_connection(client: Callable[[], Client]) -> Verdict:
    """Try the connection once. Never raises: every failure of the API client becomes its sentence."""
    try:
        models = client().models()
    except ApiError as error:
        return Verdict(False, str(error))
    if not models:
        return Verdict(True, "It answers, but offers no models. Type the model's id in the editor.")
    some = ", ".join(str(model.get("id")) for model in models[:3])
    return Verdict(True, f"It works: {len(models)} model{'s' if len(models) != 1 else ''}, such as {some}.")
