"""The machine: its cores, its limits, and what is worth knowing beside a figure."""

from __future__ import annotations

import os
import platform
import resource
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import metadata
from pathlib import Path
from typing import Any, Final

FILES_BESIDES: Final = 100
"""Files that a process has open besides its connections; generously."""

SYNCS: Final = 20


def raise_file_limit() -> int:
    """Let this process, and those that it starts, open all the files that they may.

    Return how many connections that allows.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return (1_000_000 if hard == resource.RLIM_INFINITY else hard) - FILES_BESIDES


def wake_punctually() -> None:
    """Let no timer of this process be late for the sake of saving power (50 µs else)."""
    with suppress(OSError):
        Path("/proc/self/timerslack_ns").write_text("1", encoding="ascii")


def two_cores() -> tuple[int, int] | None:
    """Return a core for the server and one for the crowd; None: there is only one."""
    cores = sorted(os.sched_getaffinity(0))
    return (cores[0], cores[1]) if len(cores) > 1 else None


@contextmanager
def on_core(core: int | None) -> Iterator[None]:
    """Run what is inside, and whatever is started there, on one core; None: on any."""
    before = os.sched_getaffinity(0)
    if core is not None:
        os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def facts(folder: Path, *, pinned: bool) -> dict[str, Any]:
    """Return what figures depend on: hardware, system, versions, and the disk below `folder`."""
    return {
        "cores": len(os.sched_getaffinity(0)),
        "pinned": pinned,
        "processor": _processor(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9),
        "kernel": f"{platform.system()} {platform.release()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "huechat": _version("huechat"),
        "sqlite": sqlite3.sqlite_version,
        "file_system": _file_system(folder),
        "fsync_us": _fsync_us(folder),
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }


def _processor() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def _version(package: str) -> str:
    with suppress(metadata.PackageNotFoundError):
        return metadata.version(package)
    return "a working copy"


def _file_system(folder: Path) -> str:
    """Return the type of the file system that `folder` is in."""
    device = folder.stat().st_dev
    number = f"{os.major(device)}:{os.minor(device)}"
    with suppress(OSError):
        for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines():
            fields = line.split()
            if fields[2] == number:
                return fields[fields.index("-") + 1]
    return "unknown"


def _fsync_us(folder: Path) -> int:
    """Return how long the disk takes to have a page for good: the median of some."""
    took = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(SYNCS):
            file.write(b"x" * 4096)
            file.flush()
            start = time.monotonic_ns()
            os.fdatasync(file.fileno())
            took.append(time.monotonic_ns() - start)
    return round(statistics.median(took) / 1000)
