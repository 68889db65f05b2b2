"""How often somebody may be wrong about a password."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Final

from huechat.chat.errors import RefusedError

FORGET_S: Final = 3600.0
"""After so long without a failure all are forgotten: as long as one is likely to keep trying."""

LOST_S: Final = 120.0
"""A login of which nobody heard for so long counts as failed, and no longer as under way.

No login takes as long; without this, one whose thread died would bar its account for ever.
"""

UNDER_WAY_S: Final = 1.0
"""When to come back while others' logins are under way: each takes less."""

MOST_DOUBLINGS: Final = 30
"""Of the wait: 34 years, and a number that every computer holds."""

IPV6_PREFIX: Final = 64
"""The bits of an IPv6 address that tell one household from another; the rest it has to itself."""


class LoginLimits:
    """Slows down guessing, for each account and for each address. For any thread; never blocks.

    The first failures cost nothing: `free` of them for an account, `free_address` for an address,
    behind which there may be a whole school. From then on each one doubles the wait until the
    next login: 1, 2, 4 seconds and so on, to `max_wait_account_s` and `max_wait_address_s` at the
    most; 0: such failures cost nothing. All are forgotten after an hour without one.
    `max_keys`: how many accounts, and how many addresses, are remembered. `clock`: seconds, from
    anywhere.

    After `admit` one of `succeeded`, `failed` and `withdrawn` must be called, with the same
    arguments. What is under way counts as failed until then, so that guessing side by side gets
    no further than guessing one after the other.

    `account_key` stands for an account that there need not be: a wait must not tell.
    An account waits for a minute at most, as anybody can make its owner wait, too.
    """

    def __init__(
        self,
        free: int = 5,
        *,
        free_address: int = 20,
        max_wait_account_s: float = 60.0,
        max_wait_address_s: float = 900.0,
        max_keys: int = 10_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._lock = threading.Lock()  # guards all that the two below remember
        self._accounts = _Failures(free, max_wait_account_s, max_keys)
        self._addresses = _Failures(free_address, max_wait_address_s, max_keys)

    @property
    def remembered(self) -> int:
        """How many accounts and addresses there is something to remember of."""
        with self._lock:
            return self._accounts.size + self._addresses.size

    def admit(self, account_key: str, address: str) -> None:
        """Count a login in; raise `RefusedError` if it must wait. Who is refused counts nowhere."""
        wait_s = self._admit(account_key, origin_of(address))
        if wait_s:
            raise RefusedError(
                "rate_limited",
                "too many logins to this account, or from your address, were wrong or are under"
                f" way; try again in {math.ceil(wait_s)} s",
                wait_s,
            )

    def failed(self, account_key: str, address: str) -> None:
        """Note that an admitted login had the wrong password."""
        origin = origin_of(address)
        with self._lock:
            now = self._clock()
            self._accounts.fail(account_key, now)
            self._addresses.fail(origin, now)

    def succeeded(self, account_key: str, address: str) -> None:
        """Note that an admitted login was right: the account's failures are forgotten.

        The address's are not: who owns one account there could log in to it between guesses at
        others, and would never have to wait. This login just does not count for the address.
        """
        origin = origin_of(address)
        with self._lock:
            self._accounts.end(account_key, forgive=True)
            self._addresses.end(origin)

    def withdrawn(self, account_key: str, address: str) -> None:
        """Note that nobody knows whether an admitted login was right: it counts nowhere."""
        origin = origin_of(address)
        with self._lock:
            self._accounts.end(account_key)
            self._addresses.end(origin)

    def _admit(self, account_key: str, origin: str) -> float:
        """Count a login in and return 0, or the seconds that it must wait."""
        with self._lock:
            now = self._clock()
            wait_s = max(
                self._accounts.wait_s(account_key, now), self._addresses.wait_s(origin, now)
            )
            if not wait_s:
                self._accounts.begin(account_key, now)
                self._addresses.begin(origin, now)
        return wait_s


@dataclass(slots=True)
class _Record:
    failures: int = 0
    under_way: int = 0
    failed_at: float = -math.inf
    began_at: float = -math.inf
    open_at: float = -math.inf

    @property
    def tries(self) -> int:
        return self.failures + self.under_way

    @property
    def worth(self) -> tuple[int, float]:
        """What is dropped first has the least."""
        return self.tries, max(self.failed_at, self.began_at)


class _Failures:
    """What is remembered of accounts, or of addresses. For whoever holds the lock on it."""

    def __init__(self, free: int, max_wait_s: float, max_keys: int) -> None:
        self._free = free
        self._max_wait_s = max_wait_s
        self._max_keys = max_keys
        self._records: dict[str, _Record] = {}

    @property
    def size(self) -> int:
        return len(self._records)

    def wait_s(self, key: str, now: float) -> float:
        """Return the seconds until a try may begin; 0: it may now."""
        record = self._known(key, now)
        if record is None or not self._max_wait_s:
            return 0.0
        if now < record.open_at:
            return record.open_at - now
        return UNDER_WAY_S if record.under_way and record.tries > self._free else 0.0

    def begin(self, key: str, now: float) -> None:
        record = self._known(key, now) or self._new(key, now)
        record.under_way += 1
        record.began_at = now

    def fail(self, key: str, now: float) -> None:
        """Count a try as failed; one that was forgotten, too."""
        record = self._known(key, now) or self._new(key, now)
        record.under_way = max(0, record.under_way - 1)
        self._count(record, 1, now)

    def end(self, key: str, *, forgive: bool = False) -> None:
        """Count a try out that did not fail. `forgive`: forget earlier failures with it."""
        record = self._records.get(key)
        if record is None:
            return
        record.under_way = max(0, record.under_way - 1)
        if forgive:
            record.failures, record.open_at = 0, -math.inf
        if not record.tries:
            del self._records[key]

    def _count(self, record: _Record, failures: int, at: float) -> None:
        record.failures += failures
        record.failed_at = max(record.failed_at, at)
        doublings = record.failures - self._free - 1
        if doublings >= 0:
            record.open_at = at + min(self._max_wait_s, 2.0 ** min(doublings, MOST_DOUBLINGS))

    def _known(self, key: str, now: float) -> _Record | None:
        """Return what there still is to remember of `key`."""
        record = self._records.get(key)
        if record is None:
            return None
        if record.under_way and now - record.began_at >= LOST_S:
            lost, record.under_way = record.under_way, 0
            self._count(record, lost, record.began_at)
        if now - record.failed_at >= FORGET_S:
            record.failures, record.open_at = 0, -math.inf
        if not record.tries:
            del self._records[key]
            return None
        return record

    def _new(self, key: str, now: float) -> _Record:
        if len(self._records) >= self._max_keys:
            self._make_room(now)
        record = self._records[key] = _Record()
        return record

    def _make_room(self, now: float) -> None:
        """Drop what is old, else a tenth: those with the fewest failures, of these the oldest.

        So to have a record dropped one must fail as often for nearly each other key, from many
        addresses: thousands of wrong guesses for each one that is won.
        """
        for key in list(self._records):
            self._known(key, now)
        if len(self._records) >= self._max_keys:
            order = sorted(self._records, key=lambda key: self._records[key].worth)
            for key in order[: self._max_keys // 10 + 1]:
                del self._records[key]


def origin_of(address: str) -> str:
    """Return what is counted in place of `address`: of IPv6 the network, as one has 2^64 there."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address  # a socket in the file system has no address
    if not isinstance(ip, IPv6Address):
        return str(ip)
    if ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    return str(IPv6Network((int(ip), IPV6_PREFIX), strict=False))
