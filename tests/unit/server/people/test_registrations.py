"""How many accounts one address may make: by a clock that the tests set."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from tests.clock import Clock

from huechat.chat.errors import RefusedError
from huechat.server.people.registrations import DAY_S, HOUR_S, RegistrationLimits


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limits(clock) -> RegistrationLimits:
    return RegistrationLimits(2, clock=clock)


def register(limits: RegistrationLimits, address: str) -> float:
    """Register; return for how long to wait if it is refused."""
    refused: list[RefusedError] = []
    with collecting(refused), limits.taking(address):
        pass
    assert [one.code for one in refused] in ([], ["rate_limited"])
    return sum(one.retry_after_s for one in refused)


@contextmanager
def collecting(refused: list[RefusedError]) -> Iterator[None]:
    try:
        yield
    except RefusedError as reason:
        refused.append(reason)


def test_an_address_may_register_so_often_within_a_day(limits, clock):
    assert register(limits, "192.0.2.1") == 0
    clock.now += HOUR_S
    assert register(limits, "192.0.2.1") == 0
    assert register(limits, "192.0.2.1") == DAY_S - HOUR_S
    assert register(limits, "192.0.2.2") == 0
    clock.now += DAY_S - HOUR_S
    assert register(limits, "192.0.2.1") == 0
    assert register(limits, "192.0.2.1") == HOUR_S


def test_what_fails_does_not_count(limits):
    for _ in range(5):
        with pytest.raises(KeyError), limits.taking("192.0.2.1"):
            raise KeyError
    assert [register(limits, "192.0.2.1") for _ in range(3)] == [0, 0, DAY_S]


def test_what_is_under_way_counts(limits):
    with limits.taking("192.0.2.1"), limits.taking("192.0.2.1"):
        assert register(limits, "192.0.2.1") == DAY_S


def test_a_network_of_ipv6_is_one_address(limits):
    addresses = ("2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8:0:1::1")
    assert [register(limits, one) for one in addresses] == [0, 0, DAY_S, 0]


def test_with_no_limit_anybody_may():
    limits = RegistrationLimits(0)
    assert [register(limits, "192.0.2.1") for _ in range(5)] == [0] * 5


def test_of_too_many_addresses_those_that_came_least_lately_are_forgotten(clock):
    limits = RegistrationLimits(1, max_addresses=2, clock=clock)
    for address in ("192.0.2.1", "192.0.2.2", "192.0.2.3"):
        assert register(limits, address) == 0
    assert [register(limits, f"192.0.2.{n}") for n in (3, 2, 1)] == [DAY_S, DAY_S, 0]


def test_a_clock_that_stood_still_takes_only_one_back(clock):
    limits = RegistrationLimits(3, clock=clock)
    register(limits, "192.0.2.1")
    with pytest.raises(KeyError), limits.taking("192.0.2.1"):
        raise KeyError
    assert [register(limits, "192.0.2.1") for _ in range(3)] == [0, 0, DAY_S]
