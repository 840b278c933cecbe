"""Column types: how the values of the house lie in SQL."""

# ruff: noqa: ARG002 - the signatures are SQLAlchemy's

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from sqlalchemy import BigInteger, Dialect, Text, TypeDecorator

from components.domain.json_types import Json

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_PICODOLLAR = Decimal("1e-12")


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime as microseconds since 1970; a naive one raises `ValueError`."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"A moment needs a time zone: {value!r}")
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else _EPOCH + timedelta(microseconds=value)


class Dollars(TypeDecorator[Decimal]):
    """An amount in US dollars as whole picodollars (10⁻¹²), so that sums in SQL are exact.

    Picodollars, because a cached token of the cheapest model costs 2500 of them, and regional and batch
    factors divide that further. What is finer is rounded half to even. The limit is nine million dollars.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else int((value / _PICODOLLAR).to_integral_value(ROUND_HALF_EVEN))

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else value * _PICODOLLAR


class JsonText(TypeDecorator[Json]):
    """A JSON value as compact text. None is SQL NULL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Json, dialect: Dialect) -> str | None:
        return None if value is None else json_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


class PlainText(TypeDecorator[str]):
    """Text from outside, made fit for SQL: see `sound_text`."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else sound_text(value)


def json_text(value: Json) -> str:
    """Compact JSON; escaped to ASCII only where the text holds half a character, which UTF-8 cannot carry."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"))
    return text


def sound_text(text: str) -> str:
    """Join split surrogates, replace lone ones and NUL: no database takes them as text."""
    if "\0" in text:
        text = text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
