"""Moments as messages carry them: RFC 3339, in UTC, to the millisecond. Later ones sort higher.

They never go back, though a machine's clock may: whose words are whose is told by their times.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Final

from huechat.chat.errors import RefusedError

NEVER: Final = "~"
"""After all times."""


MOST_BACK: Final = timedelta(hours=1)
"""A clock that is put back by more was badly wrong before, and is believed now."""


class SteadyClock:
    """Tells the time, and goes on from where it was when the machine's clock is put back.

    Any thread may call all of it, and nothing blocks.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()  # guards the time told last, and when that was
        self._told = datetime.min.replace(tzinfo=UTC)
        self._told_s = 0.0

    def now(self) -> datetime:
        """Return the time, in UTC, which is none before those that were told."""
        with self._lock:
            moment, moment_s = datetime.now(UTC), monotonic()
            if moment < self._told <= moment + MOST_BACK:
                moment = self._told + timedelta(seconds=moment_s - self._told_s)
            self._told, self._told_s = moment, moment_s
            return moment

    def not_before(self, moment: datetime) -> None:
        """Go on from `moment`: something was said then, before this process began."""
        with self._lock:
            if moment > self._told:
                self._told, self._told_s = moment, monotonic()


_clock = SteadyClock()


def now() -> str:
    """Return the time."""
    return as_time(_clock.now())


def next_now() -> str:
    """Return the first moment that nothing was said at until now."""
    return as_time(_clock.now() + timedelta(milliseconds=1))


def not_before(moment: str) -> None:
    """Have no later call of `now` return a time before `moment`, as messages carry it."""
    _clock.not_before(datetime.fromisoformat(moment))


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
