"""--check: huechat held against the floor of the same run, as ratios.

The limits are two to three times what was measured on a busy machine when they were set. So they
hold where other programs run beside, and break when what the design is for is lost: one send a
member and wake-up, one encoding a wire, one commit for all that waits, and no work that grows with
the room or its history. CPU times are the steadier half; what waits for the disk, and rates, show
the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bench import measures, plans
from bench.history import write_history
from bench.measures import Bench, Figures

Run = dict[str, Figures]
"""What was measured, by server and load."""


@dataclass(frozen=True)
class Limit:
    """A ratio that must not be over `most`. `why` says what would make it so."""

    name: str
    ratio: Callable[[Run], float]
    most: float
    why: str


def _of(figure: str, one: str, other: str) -> Callable[[Run], float]:
    """Return what divides `figure` of the load `one` by that of `other`."""
    return lambda run: run[one][figure] / run[other][figure]


CPU: Final = "server_cpu_us_per_delivery"
RATE: Final = "deliveries_per_s"

LIMITS: Final = (
    Limit(
        "closed, 100 members: the floor's deliveries/s by huechat's",
        _of(RATE, "floor closed 100", "huechat closed 100"),
        8.0,
        "a commit, or an encoding, for each message or member",
    ),
    Limit(
        "closed, 1,000 members: the floor's deliveries/s by huechat's",
        _of(RATE, "floor closed 1000", "huechat closed 1000"),
        5.0,
        "a send for each message and member",
    ),
    Limit(
        "closed, 100 members: huechat's CPU a delivery by the floor's",
        _of(CPU, "huechat closed 100", "floor closed 100"),
        12.0,
        "a send, a commit or an encoding for each message and member",
    ),
    Limit(
        "open, 100 members: huechat's CPU a delivery by the floor's",
        _of(CPU, "huechat open 100", "floor open 100"),
        5.0,
        "work for each member besides its send",
    ),
    Limit(
        "open, 100 members: huechat's p50 by the floor's",
        _of("p50_ms", "huechat open 100", "floor open 100"),
        20.0,
        "waiting, by a timer or for Nagle's algorithm, where nobody has to",
    ),
    Limit(
        "growth: CPU a delivery of 1,000 members by that of 100, closed",
        _of(CPU, "huechat closed 1000", "huechat closed 100"),
        2.0,
        "work that grows faster than the room",
    ),
    Limit(
        "joining: CPU with 100,000 messages of history by that with none",
        _of("server_cpu_ms_per_join", "huechat join long", "huechat join"),
        2.0,
        "work that grows with the history",
    ),
)

HISTORY: Final = 100_000
JOINING: Final = 1_000


def loads(seconds: float) -> list[tuple[str, plans.Measure]]:
    """Return what is to be measured, of both servers."""
    return [
        ("closed 100", plans.closed(100, 8, seconds)),
        ("closed 1000", plans.closed(1_000, 8, seconds)),
        ("open 100", plans.open_(100, 200, seconds)),
    ]


def measured(bench: Bench, seconds: float, runs: int) -> Iterator[Figures]:
    """Measure the floor and huechat by turns: what slows the machine down slows both."""
    for load in loads(seconds):
        for one in (bench.floor(), bench):
            yield from plans.measured(one, [(f"{one.server} {load[0]}", load[1])], runs)
    with TemporaryDirectory(dir=bench.scratch) as folder:
        data = Path(folder) / "data"
        write_history(data, HISTORY)
        joining = partial(measures.join, members=JOINING, told=0)
        plan = [
            ("huechat join", joining),
            ("huechat join long", partial(joining, history=data)),
        ]
        yield from plans.measured(bench, plan, runs)


def judged(rows: list[Figures]) -> list[tuple[Limit, float | None]]:
    """Return each limit with its ratio; None: what it compares could not be measured."""
    run = {row["name"]: row for row in rows if "failed" not in row}
    return [(limit, _ratio(limit, run)) for limit in LIMITS]


def _ratio(limit: Limit, run: Run) -> float | None:
    try:
        return limit.ratio(run)
    except (KeyError, ZeroDivisionError):
        return None


def is_kept(limit: Limit, ratio: float | None) -> bool:
    """Return whether `ratio` is within its limit."""
    return ratio is not None and ratio <= limit.most
