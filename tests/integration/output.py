"""What containers print and what becomes of them, followed as it comes."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from typing import Any, Final

import pytest
from docker import DockerClient
from docker.models.containers import Container
from docker.types.daemon import CancellableStream

WITHIN_S: Final = 30.0
"""When to give up. Nothing waits so long unless it fails."""

SHOWN: Final = 50
"""Of the lines that were printed instead, in a failure's report."""

CYAN, GREEN, YELLOW, RED, BLUE = (f"\x1b[{code}m" for code in (36, 32, 33, 31, 34))
SHADES: Final = {"red": RED, "blue": BLUE, "green": GREEN}
PLAIN: Final = "\x1b[0m"


_SHADE: Final = re.compile(r"\x1b\[\d+m")
_SAID: Final = re.compile(r"(\S+ )?\[COLOR \(\w+\)\] said -> ")


def painted(text: str, shade: str) -> str:
    """Return `text` as a terminal is told to show it in `shade`."""
    return f"{shade}{text}{PLAIN}"


def now(engine: DockerClient) -> float:
    """Return the engine's time, in seconds: its clock need not be ours."""
    return seconds(engine.info()["SystemTime"])


def seconds(time: str) -> float:
    """Return a time as the engine writes it in seconds."""
    return datetime.fromisoformat(time).timestamp()


def lines(container: Container, since: float = 0.0, within_s: float = WITHIN_S) -> Iterator[str]:
    """Yield the lines that `container` prints, from `since` on.

    Ends with the container, or after `within_s`.
    """
    begun = b""
    stream = container.logs(stream=True, follow=True, since=since or None)
    with _closed_after(stream, within_s):
        for piece in stream:
            *whole, begun = (begun + piece).split(b"\n")
            yield from (line.decode().removesuffix("\r") for line in whole)
    if begun:
        yield begun.decode()


def lines_until(container: Container, *texts: str, since: float = 0.0) -> list[str]:
    """Return what `container` prints, from `since` to the first line that has one of `texts`."""
    printed = []
    with closing(lines(container, since)) as coming:
        for line in coming:
            printed.append(line)
            if any(text in line for text in texts):
                return printed
    shown = "\n".join(map(repr, printed[-SHOWN:])) or "nothing"
    return pytest.fail(
        f"{container.name} did not print {' or '.join(map(repr, texts))}, but\n{shown}"
    )


def line_with(container: Container, *texts: str, since: float = 0.0) -> str:
    """Return the first line that has one of `texts`, once `container` prints it."""
    return lines_until(container, *texts, since=since)[-1]


def said(printed: list[str]) -> list[str]:
    """Return what of it others said, in order: `name [COLOR (red)] said -> text`, unpainted."""
    bare = (_SHADE.sub("", line) for line in printed)
    return [line for line in bare if _SAID.match(line)]


def event(container: Container, name: str, since: float) -> dict[str, Any]:
    """Return the first event of that name that befalls `container`, from `since` on."""
    engine = container.client
    stream = engine.events(
        since=since, decode=True, filters={"container": container.id, "event": name}
    )
    with _closed_after(stream, WITHIN_S):
        for one in stream:
            return one
    return pytest.fail(f"{container.name}: no {name!r} within {WITHIN_S:g} s")


@contextmanager
def _closed_after(stream: CancellableStream, within_s: float) -> Iterator[None]:
    """Close `stream` at the end, or after `within_s`, so that nobody reads it for ever."""
    alarm = threading.Timer(within_s, stream.close)
    alarm.start()
    try:
        yield
    finally:
        alarm.cancel()
        alarm.join()
        stream._response.close()  # `close` leaves it to the garbage collector
