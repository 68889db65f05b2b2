"""What is measured. Each measure starts a server of its own, and returns its figures by name."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from bench import servers
from bench.crowd import Crowd, crowd
from bench.keys import key_to_echo
from bench.latency import Latencies
from bench.loads import catch_up, closed_loop, one_each, open_loop
from bench.machine import on_core
from bench.member import LoadError
from bench.servers import Server
from bench.tongue import JsonTongue, PlainTongue, RawTongue, Tongue

GATHER_WITHIN_S: Final = 180.0
SETTLE_S: Final = 1.0
"""How long a server is left alone before its memory is read."""

FEW: Final = 5
"""Members who each say something once everybody is in."""

GROWTH_PER_S: Final = 20_000
"""Deliveries a second of the open loop while the crowd grows: the same at each size."""

LATE: Final = 0.9
"""The share of its core from which the crowd itself may be what is slow."""

Figures = dict[str, Any]


class TooManyError(LoadError):
    """The system does not let a process have that many connections."""


@dataclass(frozen=True)
class Bench:
    """What all measures have in common.

    `scratch`: the folder below which data folders are made. `cores`: the server's and the
    crowd's; None: any. `most`: how many connections a process may have.
    """

    scratch: Path
    server: str = "huechat"
    wire: str = "json"
    sync: str = "full"
    cores: tuple[int, int] | None = None
    most: int = 1_000

    def floor(self) -> Bench:
        """Return the same for the floor."""
        return replace(self, server="floor")

    @contextmanager
    def run(
        self, members: int, talkers: int, *, history: Path | None = None, told: int | None = 0
    ) -> Iterator[tuple[Server, Crowd]]:
        """Run a server and, on the other core, a crowd that is yet to be gathered."""
        if members > self.most:
            raise TooManyError(
                f"skipped: the limit on open files (ulimit -Hn) allows a process {self.most:,}"
                f" connections here, not {members:,}"
            )
        mine, theirs = self.cores or (None, None)
        if self.server == "floor":
            starting = servers.floor(self.scratch, core=mine)
        else:
            starting = servers.huechat(self.scratch, sync=self.sync, core=mine, history=history)
        with (
            starting as server,
            on_core(theirs),
            crowd(server.port, self._tongue(told), members, talkers) as people,
        ):
            yield server, people

    def _tongue(self, told: int | None) -> Tongue:
        if self.server == "floor":
            return RawTongue()
        return PlainTongue() if self.wire == "plain" else JsonTongue(told)

    def named(self, load: str, members: int, talkers: int) -> Figures:
        """Return the figures that say what was measured."""
        return {"server": self.server, "load": load, "members": members, "talkers": talkers}


def closed(bench: Bench, members: int, talkers: int, window: int, seconds: float) -> Figures:
    """Measure how much goes with `window` messages a talker in flight."""
    with bench.run(members, talkers) as (server, people):
        people.gather(GATHER_WITHIN_S)
        figures = _under_load(server, people, lambda: closed_loop(people, window, seconds))
    return {**bench.named("closed", members, talkers), "window": window, **figures}


def open_(bench: Bench, members: int, talkers: int, rate: float, seconds: float) -> Figures:
    """Measure how long messages take, and what they cost, at `rate` messages a second."""
    with bench.run(members, talkers) as (server, people):
        people.gather(GATHER_WITHIN_S)
        figures = _under_load(server, people, lambda: open_loop(people, rate, seconds))
    return {**bench.named("open", members, talkers), "rate": rate, **figures}


def slow(bench: Bench, members: int, talkers: int, window: int, seconds: float) -> Figures:
    """Measure what a tenth who stop reading cost the others, and how they catch up."""
    sleepers = max(1, members // 10)

    def load() -> float:
        return closed_loop(people, window, seconds)

    with bench.run(members, talkers) as (server, people):
        people.gather(GATHER_WITHIN_S)
        calm = _under_load(server, people, load)
        sleeping = people.pause(sleepers)
        loaded = _under_load(server, people, load)
        people.go_on(sleeping)
        caught_up_s = catch_up(people)
    return {
        **bench.named("slow", members, talkers),
        "window": window,
        **loaded,
        "calm_p99_ms": calm["p99_ms"],
        "p99_ratio": loaded["p99_ms"] / calm["p99_ms"],
        "grown_mb": loaded["server_mb"] - calm["server_mb"],
        "caught_up_s": caught_up_s,
    }


def keys(bench: Bench, rate: float, seconds: float) -> Figures:
    """Measure how long keys take at a terminal, where `rate` messages a second come in."""
    mine, theirs = bench.cores or (None, None)
    with servers.huechat(bench.scratch, sync=bench.sync, core=mine) as server, on_core(mine):
        latencies = key_to_echo(server, rate, seconds, theirs)
    return {**bench.named("keys", 2, 1), "rate": rate, **latencies.in_ms()}


def connect(bench: Bench, members: int) -> Figures:
    """Measure how quickly members connect, and what one who is silent costs in memory."""
    with bench.run(members, 0) as (server, people):
        before_kb = server.rss_kb()
        took_s = people.gather(GATHER_WITHIN_S)
        time.sleep(SETTLE_S)
        after_kb = server.rss_kb()
    return {
        **bench.named("connect", members, 0),
        "connects_per_s": members / took_s,
        "kb_per_connection": (after_kb - before_kb) / members,
        "server_mb": after_kb / 1024,
    }


def join(
    bench: Bench, members: int, *, history: Path | None = None, told: int | None = None
) -> Figures:
    """Measure the time until all are in one room and heard what some of them said there.

    `told`: how many of the newest messages each asks for; None: the server's setting.
    """
    talkers = min(FEW, members - 1)
    with bench.run(members, talkers, history=history, told=told) as (server, people):
        figures = _joining(server, people)
    return {**bench.named("join", members, talkers), **figures}


def grown(
    bench: Bench, members: int, talkers: int, seconds: float, history: Path | None = None
) -> list[Figures]:
    """Measure joining, an open loop and a closed loop, one after the other on one server."""
    rate = max(1.0, GROWTH_PER_S / members)
    with bench.run(members, talkers, history=history, told=None) as (server, people):
        joined = _joining(server, people)
        paced = _under_load(server, people, lambda: open_loop(people, rate, seconds))
        full = _under_load(server, people, lambda: closed_loop(people, 8, seconds))
    return [
        {**bench.named("join", members, talkers), **joined},
        {**bench.named("open", members, talkers), "rate": rate, **paced},
        {**bench.named("closed", members, talkers), "window": 8, **full},
    ]


def _joining(server: Server, people: Crowd) -> Figures:
    start, cpu_s = time.monotonic(), server.cpu_s()
    people.gather(GATHER_WITHIN_S)
    one_each(people)
    took_s = time.monotonic() - start
    return {
        "joined_s": took_s,
        "server_cpu_ms_per_join": (server.cpu_s() - cpu_s) * 1000 / people.size,
        "server_mb": server.rss_kb() / 1024,
    }


def _under_load(server: Server, people: Crowd, load: Callable[[], float]) -> Figures:
    """Put a load on the server; return what it did and took."""
    people.latencies = Latencies()
    said = people.sent
    server_cpu_s, own_cpu_s = server.cpu_s(), time.process_time()
    with _undisturbed():
        took_s = load()
    server_cpu_s, own_cpu_s = server.cpu_s() - server_cpu_s, time.process_time() - own_cpu_s
    messages = people.sent - said
    deliveries = messages * (people.size - 1)
    return {
        "seconds": took_s,
        "messages": messages,
        "deliveries": deliveries,
        "deliveries_per_s": deliveries / took_s,
        "server_cpu_us_per_delivery": server_cpu_s * 1e6 / deliveries,
        **people.latencies.in_ms(),
        "server_mb": server.rss_kb() / 1024,
        "crowd_busy": own_cpu_s / took_s,
    }


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Keep the garbage collector from stopping the crowd."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
