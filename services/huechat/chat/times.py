"""Moments as messages carry them: RFC 3339, in UTC, to the millisecond. Later ones sort higher."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from huechat.chat.errors import RefusedError

NEVER: Final = "~"
"""After all times."""


def now() -> str:
    """Return the time."""
    return as_time(datetime.now(UTC))


def next_now() -> str:
    """Return the first moment that nothing was said at until now."""
    return as_time(datetime.now(UTC) + timedelta(milliseconds=1))


def as_time(moment: datetime) -> str:
    """Return `moment` as RFC 3339, in UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def check_time(time: str) -> str:
    """Return `time`, any RFC 3339 time, as messages carry it; raise `RefusedError`."""
    try:
        moment = datetime.fromisoformat(time)
        return as_time(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError) as reason:  # the year 0, seen from UTC
        raise RefusedError("bad_time", "write a time like 2026-11-22T19:00:00Z, in UTC") from reason
