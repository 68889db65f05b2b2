"""The servers that are measured: started, watched, and stopped by their process id."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.machine import on_core
from bench.member import LoadError

PROJECT: Final = Path(__file__).resolve().parent.parent
START_WITHIN_S: Final = 20.0
STOP_WITHIN_S: Final = 10.0
TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")
PAGE_KB: Final = os.sysconf("SC_PAGE_SIZE") / 1024

LIFTED: Final = {
    "HUECHAT_MESSAGES_PER_S": "0",
    "HUECHAT_CONNECTIONS": "0",
    "HUECHAT_CONNECTIONS_PER_ADDRESS": "0",
    "HUECHAT_HANDSHAKES_PER_S": "0",
    "HUECHAT_LOG_LEVEL": "warning",
}
"""A crowd comes from one address, and talks more than any person does."""

_LISTENS: Final = re.compile(r"127\.0\.0\.1:(\d+)")


@dataclass(frozen=True)
class Server:
    """A server that runs: where it listens, and what it used so far."""

    pid: int
    port: int

    def cpu_s(self) -> float:
        """Return the CPU time of all its threads so far, by ticks of 10 ms."""
        user, system = self._stat()[11:13]
        return (int(user) + int(system)) / TICKS_PER_S

    def rss_kb(self) -> float:
        """Return the memory that it has now."""
        return int(self._stat()[21]) * PAGE_KB

    def _stat(self) -> list[str]:
        """Return what follows the name in /proc/PID/stat; see proc(5)."""
        try:
            stat = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8")
        except OSError as reason:
            raise LoadError("the server has died") from reason
        return stat.rpartition(")")[2].split()


@contextmanager
def huechat(
    scratch: Path, *, sync: str, core: int | None, history: Path | None = None
) -> Iterator[Server]:
    """Run a huechat server on a copy of the data folder `history`, or on an empty one."""
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        data = Path(folder) / "data"
        if history:
            shutil.copytree(history, data)
        own = {name: value for name, value in os.environ.items() if not name.startswith("HUECHAT_")}
        environment = {
            **own,
            **LIFTED,
            "HUECHAT_SYNC": sync,
            "HUECHAT_DATA": str(data),
            "PYTHONPATH": str(PROJECT / "services"),
        }
        command = ["-m", "huechat.server", "--host", "127.0.0.1", "--port", "0"]
        with _running(command, environment, Path(folder), core) as server:
            yield server


@contextmanager
def floor(scratch: Path, *, core: int | None) -> Iterator[Server]:
    """Run the floor; see `bench.floor`."""
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
        with _running(["-m", "bench.floor"], environment, Path(folder), core) as server:
            yield server


@contextmanager
def _running(
    arguments: list[str], environment: dict[str, str], folder: Path, core: int | None
) -> Iterator[Server]:
    """Run this Python with `arguments` in `folder` until the end of the `with`."""
    printed = folder / "printed"
    with printed.open("wb") as out, on_core(core):
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        yield Server(process.pid, _port(process, printed))
        if process.poll() is not None:
            raise LoadError(f"the server has died:\n{_end_of(printed)}")
    finally:
        _stop(process)


def _port(process: subprocess.Popen[bytes], printed: Path) -> int:
    """Wait until the server says where it listens."""
    until = time.monotonic() + START_WITHIN_S
    while time.monotonic() < until and process.poll() is None:
        found = _LISTENS.search(printed.read_text(encoding="utf-8", errors="replace"))
        if found:
            return int(found[1])
        time.sleep(0.02)
    raise LoadError(f"the server did not start:\n{_end_of(printed)}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _end_of(printed: Path) -> str:
    return printed.read_text(encoding="utf-8", errors="replace")[-2000:]
