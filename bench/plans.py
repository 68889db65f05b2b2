"""What is measured together, and in which order."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bench import measures
from bench.history import write_history
from bench.measures import Bench, Figures, TooManyError
from bench.member import LoadError

TALKERS: Final = 10
SIZES: Final = (100, 300, 1_000, 3_000, 9_000)
HISTORIES: Final = (0, 100_000, 1_000_000)
HISTORY_MEMBERS: Final = 1_000
IDLE: Final = 5_000

Measure = Callable[[Bench], Figures]


def everything(seconds: float) -> list[tuple[str, Measure]]:
    """Return what servers are compared by: a name, and the measure."""
    return [
        ("closed, 100 members, 8 in flight", closed(100, 8, seconds)),
        ("closed, 1,000 members, 8 in flight", closed(1_000, 8, seconds)),
        ("closed, 100 members, 64 in flight", closed(100, 64, seconds)),
        ("open, 100 members, 200/s", open_(100, 200, seconds)),
        ("open, 1,000 members, 50/s", open_(1_000, 50, seconds)),
        (f"{IDLE:,} connecting", partial(measures.connect, members=IDLE)),
        (f"{IDLE:,} joining one room", partial(measures.join, members=IDLE)),
    ]


def measured(bench: Bench, plan: Sequence[tuple[str, Measure]], runs: int) -> Iterator[Figures]:
    """Measure all of `plan`, each `runs` times; yield the medians, or why there are none."""
    for name, measure in plan:
        _say(name)
        try:
            yield {"name": name, **median([measure(bench) for _ in range(runs)])}
        except LoadError as reason:
            yield {"name": name, **_nothing(bench, reason)}


def growth(
    bench: Bench, sizes: Sequence[int], histories: Sequence[int], seconds: float
) -> Iterator[Figures]:
    """Measure crowds of `sizes`, then the same crowd with `histories` of messages."""
    for size in sizes:
        yield from _grown(bench, size, seconds, {"name": f"{size:,} members", "history": 0})
    with TemporaryDirectory(dir=bench.scratch) as folder:
        data = Path(folder) / "data"
        for messages in sorted(histories) if bench.server == "huechat" else ():
            name = f"{messages:,} messages of history"
            if messages:
                _say(f"writing {name}")
                write_history(data, messages)
            more = {"name": name, "history": messages, "by_history": True}
            kept = data if messages else None
            yield from _grown(bench, min(HISTORY_MEMBERS, bench.most), seconds, more, kept)


def median(runs: Sequence[Figures]) -> Figures:
    """Return the median of each figure; what is no number is as in the first run."""
    return {
        name: statistics.median(run[name] for run in runs) if isinstance(value, float) else value
        for name, value in runs[0].items()
    }


def _grown(
    bench: Bench, size: int, seconds: float, more: Figures, history: Path | None = None
) -> Iterator[Figures]:
    _say(more["name"])
    try:
        for figures in measures.grown(bench, size, min(TALKERS, size), seconds, history):
            yield {**more, **figures}
    except LoadError as reason:
        yield {**more, **_nothing(bench, reason)}


def _nothing(bench: Bench, reason: LoadError) -> Figures:
    """Return what there is to say where nothing was measured."""
    skipped = isinstance(reason, TooManyError)
    return {"server": bench.server, "failed": str(reason), "skipped": skipped}


def closed(members: int, window: int, seconds: float, talkers: int = TALKERS) -> Measure:
    """Return `measures.closed` with these arguments."""
    return partial(
        measures.closed, members=members, talkers=talkers, window=window, seconds=seconds
    )


def open_(members: int, rate: float, seconds: float, talkers: int = TALKERS) -> Measure:
    """Return `measures.open_` with these arguments."""
    return partial(measures.open_, members=members, talkers=talkers, rate=rate, seconds=seconds)


def _say(what: str) -> None:
    """Tell what is going on, to whoever waits."""
    print(f"bench: {what}", file=sys.stderr, flush=True)
