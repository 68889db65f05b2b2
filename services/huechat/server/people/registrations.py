"""How many accounts one address may make."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from huechat.chat.errors import RefusedError
from huechat.server.people.login_limits import origin_of

DAY_S: Final = 86_400.0
HOUR_S: Final = 3600.0


class RegistrationLimits:
    """Lets an address make `most` accounts within a day; 0: any number. For any thread.

    What is forgotten when the server stops costs an attacker more than it gives. `max_addresses`
    are remembered; of more, those that registered least lately are not. `clock`: seconds.
    """

    def __init__(
        self,
        most: int,
        *,
        max_addresses: int = 10_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most = most
        self._max_addresses = max_addresses
        self._clock = clock
        self._lock = threading.Lock()  # guards the table
        self._times: dict[str, deque[float]] = {}  # of each address, the latest at the end

    @contextmanager
    def taking(self, address: str) -> Iterator[None]:
        """Count one account for `address`, unless what is done inside fails.

        Raises `RefusedError` if it has as many as it may. What is under way counts.
        """
        if not self._most:
            yield
            return
        origin = origin_of(address)
        at = self._take(origin)
        try:
            yield
        except BaseException:
            self._give_back(origin, at)
            raise

    def _take(self, origin: str) -> float:
        with self._lock:
            now = self._clock()
            times = self._times.pop(origin, deque())
            self._times[origin] = times  # as the last
            while times and now - times[0] >= DAY_S:
                times.popleft()
            if len(times) >= self._most:
                raise self._too_many(times[0] + DAY_S - now)
            times.append(now)
            if len(self._times) > self._max_addresses:
                del self._times[next(iter(self._times))]
            return now

    def _give_back(self, origin: str, at: float) -> None:
        with self._lock:
            times = self._times.get(origin, deque())
            if at in times:
                times.remove(at)
            if not times:
                self._times.pop(origin, None)

    def _too_many(self, wait_s: float) -> RefusedError:
        hours = math.ceil(wait_s / HOUR_S)
        return RefusedError(
            "rate_limited",
            f"your address made {self._most} accounts within a day, and that is all: try again in"
            f" {hours} h, or with an invitation code",
            wait_s,
        )
