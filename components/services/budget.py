"""A limit in dollars that is never exceeded, whatever the answers under way turn out to cost."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from components.api.errors import (
    ApiError,
    BadSettings,
    ConnectError,
    SpendLimitReached,
    StatusError,
    UnsendableRequest,
)

_MAY_PASS: Final = frozenset({408, 409, 429})
_NOT_SERVED: Final = frozenset({409, 429, 503, 529})
_NEVER_ARRIVED: Final = frozenset({"dns", "refused", "unreachable", "tls", "proxy"})


class UnknownPrice(ValueError):
    """`str(error)` is a sentence for the screen."""


class Budget:
    """What was spent, and what is under way with the most it can cost. For one thread at a time."""

    def __init__(self, limit_usd: Decimal, spent_usd: Decimal = Decimal(0)) -> None:
        """`spent_usd`: what was spent of it before."""
        self.limit_usd = limit_usd
        self.spent_usd = spent_usd
        """An answer whose cost is not known counts with the most it could."""
        self.reserved_usd = Decimal(0)

    def reserve(self, usd: Decimal) -> bool:
        """Set so much aside; False, and nothing, when the limit has no room for it."""
        if not self.has_room_for(usd):
            return False
        self.reserved_usd += usd
        return True

    def has_room_for(self, usd: Decimal) -> bool:
        return self.spent_usd + self.reserved_usd + usd <= self.limit_usd

    def settle(self, reserved_usd: Decimal, spent_usd: Decimal) -> None:
        """What was set aside has been spent, so much of it."""
        self.reserved_usd -= reserved_usd
        self.spent_usd += spent_usd


def may_have_cost(error: Exception | None) -> bool:
    """Whether a try that ended so may be billed: what was refused is not, what was lost may be."""
    if isinstance(error, ConnectError):
        return error.kind not in _NEVER_ARRIVED
    if isinstance(error, BadSettings | UnsendableRequest):
        return False
    if isinstance(error, ApiError) and error.status is not None:
        return not was_refused(error) and error.status not in _NOT_SERVED
    return True


def was_refused(error: Exception | None) -> bool:
    """Whether the service would refuse the same request again."""
    if isinstance(error, SpendLimitReached):
        return True
    status = error.status if isinstance(error, StatusError) else None
    return status is not None and 400 <= status < 500 and status not in _MAY_PASS
