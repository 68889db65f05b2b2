"""The loads: as much as goes, and so much a second."""

from __future__ import annotations

import time
from typing import Final

from bench.crowd import Crowd
from bench.member import LoadError

STALL_S: Final = 10.0
"""Nothing heard for so long, while something is due: it will not come."""

DRAIN_S: Final = 60.0
"""How long what was said may still take to arrive."""

NAP_S: Final = 0.02


def closed_loop(crowd: Crowd, window: int, seconds: float) -> float:
    """Keep `window` messages a talker in flight; return the seconds until the last arrived."""
    most = window * len(crowd.talkers)
    start = crowd.heard_ns = time.monotonic_ns()
    until = start + round(seconds * 1e9)
    while (now := time.monotonic_ns()) < until:
        while crowd.in_flight < most:
            crowd.say(time.monotonic_ns())
        _turn(crowd, NAP_S)
    _drain(crowd, now)
    return (crowd.heard_ns - start) / 1e9


def open_loop(crowd: Crowd, per_s: float, seconds: float) -> float:
    """Say `per_s` messages a second; return the seconds until the last arrived.

    Each is stamped with the time when it was due, so that a server, or a crowd, that is late
    shows in the latencies.
    """
    start = crowd.heard_ns = time.monotonic_ns()
    gap_ns = 1e9 / per_s
    for index in range(max(1, round(per_s * seconds))):
        due = start + round(index * gap_ns)
        while (left := due - time.monotonic_ns()) > 0:
            crowd.turn(left / 1e9)
        crowd.say(due)
        if not index % len(crowd.talkers):
            crowd.turn(0)  # who is late says more at once, but listens in between
    _drain(crowd, time.monotonic_ns())
    return (crowd.heard_ns - start) / 1e9


def catch_up(crowd: Crowd) -> float:
    """Wait until everybody has all that was said; return the seconds that it took."""
    start = crowd.heard_ns = time.monotonic_ns()
    _drain(crowd, start)
    return (time.monotonic_ns() - start) / 1e9


def one_each(crowd: Crowd) -> None:
    """Have each talker say one message, and wait until everybody has them all."""
    crowd.heard_ns = time.monotonic_ns()
    for _ in crowd.talkers:
        crowd.say(time.monotonic_ns())
    _drain(crowd, time.monotonic_ns())


def _drain(crowd: Crowd, now: int) -> None:
    """Take what is on its way, and hold it against what was said."""
    until = now + DRAIN_S * 1e9
    while not crowd.is_complete() and time.monotonic_ns() < until:
        _turn(crowd, NAP_S)
    crowd.check()


def _turn(crowd: Crowd, timeout_s: float) -> None:
    crowd.turn(timeout_s)
    if time.monotonic_ns() - crowd.heard_ns > STALL_S * 1e9:
        crowd.check()
        raise LoadError(f"nothing arrived for {STALL_S:.0f} s")
